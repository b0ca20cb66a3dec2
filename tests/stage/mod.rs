//! Captures as the screen sees them, the same in every run, and an app that they are handed to.
#![allow(dead_code, reason = "each test file uses its own part of it")]

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseEvent, MouseEventKind};
use hookglass::provider::{Catalog, Event, ProviderId};
use hookglass::store::{Capture, Conclusion, Cursor, Handle, Limits, Query, Reply, Seq};
use hookglass::ui::{App, Effect, Facts, Keymap, Msg, Theme, compare, draw, parse};
use hookglass::verify::{Cause, Status, Verdict};
use hookglass::wire::{Delivery, Exchange, ExchangeId, ExchangeKind, Extent, Failure, Head, Outcome, Refusal, Version};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Size;

pub(crate) const URL: &str = "http://127.0.0.1:4665";

/// 2026-02-06T14:00:00Z, and that many seconds later.
pub(crate) fn at(seconds: u64) -> Timestamp {
    "2026-02-06T14:00:00Z".parse::<Timestamp>().unwrap() + Duration::from_secs(seconds)
}

fn delivery(seconds: u64, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Delivery {
    let mut head = Head::build(method, path, Version::Http11).header("Host", "127.0.0.1:4665");
    for (name, value) in headers {
        head.push(name, value.as_bytes());
    }
    head.push("Content-Type", b"application/json");
    head.push("Content-Length", body.len().to_string().as_bytes());
    Delivery {
        received_at: at(seconds),
        peer: Some("127.0.0.1:50000".parse().unwrap()),
        head: head.finish(),
        body: Bytes::from(body.to_owned()),
        extent: Extent::Whole,
    }
}

pub(crate) fn verdict(status: Status) -> Verdict {
    let (explanation, fix) = match status {
        Status::Verified => ("The signature is right.", None),
        Status::Failed(Cause::BodyReserialized) => (
            "The signature is that of the body printed again by a JSON library.",
            Some("Check the signature over the raw bytes, before parsing them."),
        ),
        Status::Failed(_) => (
            "The signature was made with another secret.",
            Some("Copy the secret of this webhook again, and give it with --secret."),
        ),
        Status::Unsigned => ("It should be signed, but the header is absent.", None),
        Status::NoSecret => ("It is signed, but no secret is configured.", Some("Give it with --secret.")),
        Status::NotSigned => ("This provider does not sign.", None),
        Status::Unknown => return Verdict::unknown(),
    };
    Verdict {
        status,
        scheme: Some("hmac-sha256"),
        header: Some("x-brighten-signature".into()),
        explanation: explanation.into(),
        fix: fix.map(Into::into),
        trials: Box::default(),
    }
}

fn event(kind: &str, attempt: Option<u32>) -> Event {
    Event { kind: Some(kind.into()), id: Some("evt_9f2c".into()), attempt, ..Event::default() }
}

/// A delivery of a known provider.
pub(crate) fn event_of(seconds: u64, provider: &str, kind: &str, status: Status) -> Capture {
    let body = format!(
        "{{\"id\":\"evt_{seconds:04}\",\"object\":\"event\",\"type\":\"{kind}\",\"created_at\":\"2026-02-06T14:00:00Z\",\
         \"data\":{{\"object\":{{\"id\":\"rec_42\",\"message\":\"Thank you for the \\u201clate\\u201d release\",\
         \"points\":25,\"public\":true,\"sender\":{{\"id\":\"usr_7\",\"email\":\"ada@example.com\"}},\
         \"recipients\":[\"usr_9\",\"usr_11\"],\"note\":null}}}}}}"
    );
    let headers = [("X-Brighten-Signature", "8f1d0c52"), ("User-Agent", "Brighten-Webhooks/1.0")];
    let conclusion = Conclusion {
        provider: Some(ProviderId::new(provider)),
        ties: Box::default(),
        probe: None,
        events: Box::new([event(kind, None)]),
        verdict: verdict(status),
    };
    let reply = Reply::of(200);
    Capture::new(delivery(seconds, "POST", "/hooks", &headers, &body), conclusion, reply)
}

/// The same event once more.
pub(crate) fn again(mut capture: Capture, attempt: u32) -> Capture {
    capture.conclusion.events[0].attempt = Some(attempt);
    capture
}

/// Several events in one delivery.
pub(crate) fn batch(mut capture: Capture, events: usize) -> Capture {
    let first = capture.conclusion.events[0].clone();
    capture.conclusion.events = std::iter::repeat_n(first, events).collect();
    capture
}

/// A request that carries no event.
pub(crate) fn probe(seconds: u64, provider: &str, method: &str, title: &str) -> Capture {
    let conclusion = Conclusion {
        provider: Some(ProviderId::new(provider)),
        probe: Some(title.into()),
        verdict: verdict(Status::NotSigned),
        ..Conclusion::unknown()
    };
    let reply = Reply::of(200);
    Capture::new(delivery(seconds, method, "/hooks", &[], ""), conclusion, reply)
}

/// A delivery of nobody known.
pub(crate) fn unknown(seconds: u64, path: &str, body: &str) -> Capture {
    let reply = Reply::of(200);
    Capture::new(delivery(seconds, "POST", path, &[], body), Conclusion::unknown(), reply)
}

/// A request that HTTP itself refused.
pub(crate) fn refused(seconds: u64) -> Capture {
    let refusal = Refusal { status: 400, reason: "the request line has no HTTP version".to_owned() };
    Capture::refused(delivery(seconds, "GET", "/x y", &[], ""), refusal)
}

/// A resend that found nobody.
pub(crate) fn failed_resend(id: u64) -> Exchange {
    let message = "nothing listens on localhost:3000".to_owned();
    Exchange {
        id: ExchangeId(id),
        kind: ExchangeKind::Resend,
        target: "http://localhost:3000".to_owned(),
        started_at: at(200),
        sent: Head::parse(Bytes::new()),
        sent_sha256: [0; 32],
        outcome: Outcome::Failed(Failure { message, after: Duration::from_millis(2) }),
    }
}

/// A day's worth in ten lines: every kind of row.
pub(crate) fn every_kind() -> Vec<Capture> {
    let failed = Status::Failed(Cause::BodyReserialized);
    vec![
        event_of(1, "brighten", "recognition.created", Status::Verified),
        event_of(3, "brightback", "cancel", Status::Verified),
        probe(5, "chargebee-retention", "OPTIONS", "health check"),
        event_of(8, "chargebee-retention", "page_loaded", Status::NoSecret),
        batch(event_of(11, "esputnik", "emailDelivered", Status::NotSigned), 3),
        unknown(14, "/hello", "{\"hello\":\"webhook\"}"),
        refused(17),
        event_of(21, "raaft", "canceled", Status::Failed(Cause::TokenMismatch)),
        again(event_of(81, "brighten", "recognition.created", Status::Verified), 2),
        event_of(95, "brighten", "reward.redeemed", failed),
    ]
}

/// A store that holds that many captures.
pub(crate) fn store(captures: impl IntoIterator<Item = Capture>) -> Handle {
    let store = Handle::new(Limits { count: 200_000, bytes: usize::MAX });
    for capture in captures {
        store.push(capture);
    }
    store
}

/// An app on a stage: the store is read, effects are carried out at once, nothing else exists.
pub(crate) struct Stage {
    pub(crate) app: App,
    pub(crate) store: Handle,
    pub(crate) now: Instant,
    /// What was asked of the world, but for loading and parsing.
    pub(crate) asked: Vec<Effect>,
    /// Whether bodies are read at once; else that is asked of the world like anything else.
    pub(crate) parses: bool,
    cursor: Cursor,
    terminal: Terminal<TestBackend>,
}

impl Stage {
    pub(crate) fn new(width: u16, height: u16, captures: impl IntoIterator<Item = Capture>) -> Self {
        Self::with(width, height, store(captures), true)
    }

    pub(crate) fn with(width: u16, height: u16, store: Handle, colour: bool) -> Self {
        let facts = Facts {
            url: Some(URL.to_owned()),
            catalog: Arc::new(Catalog::builtin()),
            zone: TimeZone::UTC,
            target: None,
            public_url: None,
        };
        let size = Size::new(width, height);
        let app = App::new(facts, Keymap::builtin(), Theme::new(colour), size);
        let terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        let mut stage = Self {
            app,
            store,
            now: Instant::now(),
            asked: Vec::new(),
            parses: true,
            cursor: Cursor::default(),
            terminal,
        };
        stage.read();
        // That it asks for tunnels at the start concerns few.
        stage.asked.retain(|effect| !matches!(effect, Effect::AskAgents { .. }));
        stage
    }

    /// Hands over what is new in the store, in slices as the loop does.
    pub(crate) fn read(&mut self) {
        loop {
            let delta = self.store.since(&mut self.cursor, 512);
            let more = delta.more;
            self.tell(Msg::Store(delta));
            if !more {
                return;
            }
        }
    }

    pub(crate) fn push(&mut self, capture: Capture) -> Seq {
        let seq = self.store.push(capture);
        self.read();
        seq
    }

    /// Tells the app that something happened; says whether it wants to be drawn.
    pub(crate) fn tell(&mut self, msg: Msg) -> bool {
        let mut redraw = false;
        let mut waiting = VecDeque::from([msg]);
        while let Some(msg) = waiting.pop_front() {
            let effects = self.app.update(msg, self.now);
            redraw |= effects.redraw;
            for effect in effects.todo {
                waiting.extend(self.perform(effect));
            }
        }
        redraw
    }

    fn perform(&mut self, effect: Effect) -> Option<Msg> {
        match effect {
            Effect::Load(seq) => Some(Msg::Loaded(seq, self.store.get(seq))),
            Effect::Parse(job) if self.parses => Some(Msg::Parsed(Box::new(parse(job)))),
            Effect::Pin(seq, pinned) => Some(Msg::Pinned(seq, self.store.set_pinned(seq, pinned).map(|()| pinned))),
            Effect::Compare(job) => Some(Msg::Compared(Box::new(compare(job, &self.store)))),
            effect => {
                self.asked.push(effect);
                None
            }
        }
    }

    /// Answers the last question for a filter, from the store.
    pub(crate) fn answer_filter(&mut self) {
        let asked = self.asked.iter().rev().find_map(|effect| match effect {
            Effect::Filter { generation, query } => Some((*generation, query.clone())),
            _ => None,
        });
        let (generation, query) = asked.expect("a filter was asked for");
        self.tell(Msg::Filtered { generation, seqs: self.matching(&query) });
    }

    pub(crate) fn matching(&self, query: &Query) -> Vec<Seq> {
        self.store.all().iter().filter(|capture| query.matches(capture)).map(|capture| capture.seq).collect()
    }

    /// Presses keys: names parted by blanks (`j`, `enter`, `ctrl-x`, `space`).
    pub(crate) fn press(&mut self, keys: &str) -> bool {
        keys.split(' ').map(|name| self.tell(Msg::Key(key(name)))).fold(false, |any, one| any | one)
    }

    /// Types text into whatever is open.
    pub(crate) fn type_text(&mut self, text: &str) {
        for char in text.chars() {
            self.tell(Msg::Key(KeyEvent::new(KeyCode::Char(char), KeyModifiers::NONE)));
        }
    }

    pub(crate) fn mouse(&mut self, kind: MouseEventKind, column: u16, row: u16) -> bool {
        self.tell(Msg::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }))
    }

    pub(crate) fn selected(&self) -> Option<u64> {
        self.app.selected().map(|seq| seq.0)
    }

    /// What was asked of the world since the last look, as text.
    pub(crate) fn take_asked(&mut self) -> Vec<String> {
        self.asked.drain(..).map(|effect| format!("{effect:?}")).collect()
    }

    pub(crate) fn resize(&mut self, width: u16, height: u16) {
        self.terminal.backend_mut().resize(width, height);
        self.tell(Msg::Resized(Size::new(width, height)));
    }

    /// The screen as text, without the blanks at the ends of lines.
    pub(crate) fn screen(&mut self) -> String {
        let app = &self.app;
        self.terminal
            .draw(|frame| {
                if let Some(cursor) = draw(app, frame.buffer_mut()) {
                    frame.set_cursor_position(cursor);
                }
            })
            .unwrap();
        let buffer = self.terminal.backend().buffer();
        let width = usize::from(buffer.area.width);
        let rows = buffer.content().chunks(width);
        let lines = rows.map(|row| row.iter().map(|cell| cell.symbol()).collect::<String>().trim_end().to_owned());
        lines.collect::<Vec<_>>().join("\n")
    }

    pub(crate) fn terminal(&self) -> &Terminal<TestBackend> {
        &self.terminal
    }
}

fn key(name: &str) -> KeyEvent {
    let (modifiers, name) = match name.strip_prefix("ctrl-") {
        Some(rest) => (KeyModifiers::CONTROL, rest),
        None => (KeyModifiers::NONE, name),
    };
    let code = match name {
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "shift-tab" => KeyCode::BackTab,
        "space" => KeyCode::Char(' '),
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "pgup" => KeyCode::PageUp,
        "pgdn" => KeyCode::PageDown,
        "backspace" => KeyCode::Backspace,
        _ => KeyCode::Char(name.chars().next().expect("a key has a name")),
    };
    KeyEvent::new(code, modifiers)
}
