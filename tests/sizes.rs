//! Terminals of any size: whatever is open, the screen is drawn, and keys and the mouse do no harm.

mod stage;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use crossterm::event::{MouseButton, MouseEventKind};
use hookglass::record::http::Changes;
use hookglass::store::{Capture, Seq};
use hookglass::tunnel::{Asked, End, Found as FoundUrl, Leads, Leg, Trial};
use hookglass::ui::{Draft, Edited, Effect, Found, Message, Msg, Progress};
use hookglass::verify::Status;
use hookglass::wire::{Answer, Ending, Exchange, Head, Outcome, Timing};
use stage::{Stage, at, event_of, every_kind, failed_resend};

/// Widths and heights around which something changes, and the ends.
const WIDTHS: [u16; 10] = [1, 29, 30, 45, 52, 60, 80, 99, 100, 200];
const HEIGHTS: [u16; 8] = [1, 7, 8, 10, 12, 16, 24, 60];

/// Keys, and what they open over the newest capture.
const OPENED: [&str; 30] = [
    "down",
    "/ x",
    "enter / x",
    "R",
    "S",
    "f",
    "a",
    "a G",
    "a t",
    "t",
    "t G",
    "s",
    "s enter x",
    "y",
    "y G",
    "?",
    "? G",
    "D",
    "m k m B",
    "m k =",
    "m k = G",
    "=",
    "enter",
    "enter G",
    "enter 2 G",
    "enter 3 G",
    "enter 3 space",
    "enter 4 G",
    "enter 4 tab G",
    "enter 5 G",
];

fn answered(id: u64, body: &str) -> Exchange {
    let timing = Timing {
        connect: Duration::from_micros(180),
        tls: Duration::ZERO,
        first_byte: Duration::from_millis(11),
        total: Duration::from_millis(12),
    };
    let answer = Answer {
        status: 500,
        head: Head::parse(Bytes::from_static(b"HTTP/1.1 500 No\r\nContent-Type: application/json\r\n\r\n")),
        body: Bytes::from(body.to_owned()),
        ending: Ending::Whole,
        unsent: 0,
        timing,
    };
    Exchange { outcome: Outcome::Answered(Box::new(answer)), started_at: at(id), ..failed_resend(id) }
}

/// A stage where every tab and every overlay has something to show.
fn full(width: u16, height: u16) -> Stage {
    let store = stage::store(every_kind());
    let newest = Seq(10);
    store.put_exchange(newest, answered(1, "{\"error\":\"an error that is long enough to be cut\"}"));
    store.put_exchange(newest, answered(2, "{\"error\":null}"));
    store.put_exchange(newest, failed_resend(3));
    let mut stage = Stage::with(width, height, store, true);
    let url = |url: &str, leads| FoundUrl { url: url.parse().unwrap(), agent: "ngrok", api: 4040, leads };
    let found = vec![
        url("https://a1b2-203-0-113-7.ngrok-free.app", Leads::Here),
        url("https://elsewhere.example.com", Leads::Elsewhere("http://localhost:3000".into())),
    ];
    stage.tell(Msg::Agents(Asked { found, strangers: BTreeSet::new() }));
    stage.tell(Msg::BulkProgress(Progress { of: 9, good: 3, ..Progress::default() }));
    stage.tell(Msg::Failed("#10 was not sent: nothing listens on localhost:3000".to_owned()));
    stage
}

fn edited(found: Found) -> Msg {
    let original = Arc::new(Capture { seq: Seq(3), ..event_of(1, "brighten", "user.created", Status::Verified) });
    let draft = Draft { original, text: Bytes::from_static(b"POST / HTTP/1.1\n\n{}") };
    Msg::Edited(Box::new(Edited { draft, found }))
}

/// Stages with what no key alone opens.
fn told(width: u16, height: u16) -> Vec<Stage> {
    let mut stages: Vec<Stage> = (0..4).map(|_| full(width, height)).collect();
    let delivery = event_of(1, "brighten", "user.created", Status::Verified).delivery;
    let message = Message {
        delivery,
        changes: Changes { request: true, headers: 1, body: Some((20, 32)) },
        fits: Some(false),
        exact: "as edited; its signature no longer fits".to_owned(),
        signed: Ok("hmac-sha256, with a fresh time".to_owned()),
    };
    stages[0].tell(edited(Found::Message(message)));
    stages[1].tell(edited(Found::Broken("line 3: expected a header".to_owned())));
    stages[2].press("t enter");
    stages[3].press("t enter");
    let id = stages[3].asked.iter().find_map(|effect| match effect {
        Effect::TryUrl { id, .. } => Some(*id),
        _ => None,
    });
    let (what, advice) = ("nothing answers".to_owned(), "Is the agent still running?".to_owned());
    let end = Some(End::Stopped { leg: Leg::Connect, what, advice });
    stages[3].tell(Msg::Tried(id.unwrap(), Trial { passed: vec![(Leg::Lookup, Duration::ZERO)], end }));
    stages
}

#[test]
fn whatever_is_open_is_drawn_at_any_size() {
    let opened = OPENED.map(|keys| {
        let mut stage = full(120, 36);
        stage.press(keys);
        stage
    });
    for mut stage in opened.into_iter().chain(told(120, 36)) {
        for (width, height) in WIDTHS.into_iter().flat_map(|width| HEIGHTS.map(|height| (width, height))) {
            stage.resize(width, height);
            let screen = stage.screen();
            assert_eq!(screen.split('\n').count(), usize::from(height), "{width}×{height}: {screen}");
            assert_eq!(stage.screen(), screen, "{width}×{height}: drawing changes nothing");
        }
    }
}

#[test]
fn keys_and_the_mouse_do_no_harm_at_any_size() {
    for (width, height) in [(1, 1), (2, 60), (200, 2), (29, 9), (30, 8), (31, 10), (60, 8), (100, 9), (101, 12)] {
        let opened = OPENED.map(|keys| {
            let mut stage = full(width, height);
            stage.press(keys);
            stage
        });
        for mut stage in opened.into_iter().chain(told(width, height)) {
            stage.press("down up pgdn pgup h l n");
            for (column, row) in [(0, 0), (width / 2, height / 2), (width - 1, height - 1)] {
                stage.mouse(MouseEventKind::ScrollDown, column, row);
                stage.mouse(MouseEventKind::ScrollUp, column, row);
                stage.mouse(MouseEventKind::Down(MouseButton::Left), column, row);
                stage.screen();
            }
        }
    }
}
