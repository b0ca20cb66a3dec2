//! The state of the screen, and how it changes: no tokio, no files, no clock.

mod act;
mod bulk;
mod compare;
mod edit;
mod forward;
mod input;
mod prompt;
mod reply;
mod secrets;
mod tunnel;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use ratatui::layout::Size;

use self::bulk::Many;
use super::key::Key;
use super::layout::{Layout, Pane};
use super::msg::CopyWay;
use super::panes::detail::{Detail, Subject};
use super::panes::edited::EditedMenu;
use super::panes::inbox::Inbox;
use super::panes::overlay::Overlay;
use super::panes::row::Row;
use super::panes::tunnel::Tunnels;
use super::{Answering, Effect, Effects, Keymap, KnownSecret, Msg, Theme};
use crate::provider::{Catalog, ProviderId};
use crate::send::Target;
use crate::store::{Capture, Counts, Delta, PinError, Seq};
use crate::text;
use crate::verify::Status;
use crate::wire::{Exchange, ExchangeKind, Outcome, Success, turn};

/// What the screen is told once.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Where deliveries are received, as a URL; `None` where nothing listens (a recording).
    pub url: Option<String>,
    /// The known providers.
    pub catalog: Arc<Catalog>,
    /// The zone that times are shown in.
    pub zone: TimeZone,
    /// The target that `resend` begins with.
    pub target: Option<Target>,
    /// The URL that senders know the listener by, where the settings say so.
    pub public_url: Option<Target>,
}

impl Facts {
    /// The address of our listener.
    fn listener(&self) -> Option<SocketAddr> {
        self.url.as_ref()?.strip_prefix("http://")?.parse().ok()
    }
}

/// The state of the screen.
#[derive(Debug)]
pub struct App {
    pub(super) facts: Facts,
    pub(super) keymap: Keymap,
    pub(super) theme: Theme,
    pub(super) size: Size,
    pub(super) focus: Pane,
    pub(super) inbox: Inbox,
    pub(super) detail: Detail,
    pub(super) overlay: Option<Overlay>,
    pub(super) toast: Option<Toast>,
    pub(super) target: Option<Target>,
    /// What senders are answered and where deliveries go on to, as last told.
    pub(super) answering: Answering,
    pub(super) counts: Counts,
    pub(super) tunnels: Tunnels,
    /// The providers whose signatures could not be checked for want of a secret.
    pub(super) lacking: BTreeSet<ProviderId>,
    /// The secrets that are configured, as far as has been told.
    secrets: Vec<KnownSecret>,
    /// Resending many at once.
    pub(super) many: Many,
    /// The captures whose resends the user waits for.
    awaited: BTreeSet<Seq>,
    /// The capture that the right side shows, or has asked for.
    shown: Option<Seq>,
    /// The edit that waits below what was opened over it.
    aside: Option<Box<EditedMenu>>,
    /// The capture that is selected as soon as its row is there.
    coming: Option<Seq>,
    /// Nothing before this is held, but for pins.
    floor: Seq,
    /// Keys of a sequence that is not complete.
    pressed: Vec<Key>,
    /// The text that the capture is searched for.
    search: String,
    generation: u64,
}

/// A remark that goes away by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Toast {
    pub(crate) text: String,
    pub(crate) tone: Tone,
    until: Instant,
}

/// What a remark sounds like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Good,
    Plain,
    Bad,
}

impl Tone {
    /// Bad news stays longer: it says what to do.
    fn lasts(self) -> Duration {
        match self {
            Self::Good | Self::Plain => Duration::from_secs(4),
            Self::Bad => Duration::from_secs(8),
        }
    }
}

impl App {
    /// The screen before anything has happened.
    pub fn new(facts: Facts, keymap: Keymap, theme: Theme, size: Size) -> Self {
        Self {
            detail: Detail::new(facts.zone.clone()),
            target: facts.target.clone(),
            tunnels: Tunnels::new(facts.listener(), facts.public_url.clone()),
            facts,
            keymap,
            theme,
            size,
            focus: Pane::Inbox,
            inbox: Inbox::new(),
            overlay: None,
            toast: None,
            answering: Answering::default(),
            counts: Counts::default(),
            lacking: BTreeSet::new(),
            secrets: Vec::new(),
            many: Many::default(),
            awaited: BTreeSet::new(),
            shown: None,
            aside: None,
            coming: None,
            floor: Seq(0),
            pressed: Vec::new(),
            search: String::new(),
            generation: 0,
        }
    }

    /// Takes in what happened; says what to do to the world and whether to draw.
    pub fn update(&mut self, msg: Msg, now: Instant) -> Effects {
        let mut effects = Effects { redraw: true, ..Effects::default() };
        match msg {
            Msg::Key(key) => self.press(key, now, &mut effects),
            Msg::Mouse(mouse) => self.point(mouse, &mut effects),
            Msg::Pasted(text) => self.paste(text.expose(), now, &mut effects),
            Msg::Resized(size) => self.size = size,
            Msg::Store(delta) => self.take(delta, now, &mut effects),
            Msg::Loaded(seq, capture) => self.show(seq, capture, &mut effects),
            Msg::Parsed(parsed) => self.detail.parsed(*parsed),
            Msg::Explained(explained) => self.detail.explained(*explained),
            Msg::Compared(compared) => self.compared(*compared, now),
            Msg::Filtered { generation, seqs } => effects.redraw = self.inbox.filtered(generation, seqs),
            Msg::Pinned(seq, result) => self.pinned(seq, result, now),
            Msg::Copied { label, size, way } => self.say_copied(&label, size, way, now),
            Msg::Secrets(known) => self.take_known(known),
            Msg::SecretRead(slot, read) => self.take_secret(slot, read, now, &mut effects),
            Msg::Concluding { done, of } => self.say(Tone::Plain, format!("Verifying again: {done} of {of}"), now),
            Msg::Concluded { captures, changed } => self.say_concluded(captures, changed, now),
            Msg::Answering(answering) => self.answering = answering,
            Msg::ReplySet(set) => self.take_reply(set, now),
            Msg::ForwardSet(set) => self.take_forward(set, now),
            Msg::Edited(edited) => self.take_edited(*edited, now),
            Msg::Judged(edited) => self.take_judged(*edited),
            Msg::Kept { seq, target } => self.kept(seq, target, now, &mut effects),
            Msg::BulkProgress(progress) => self.take_progress(progress, now),
            Msg::Failed(text) | Msg::Remarked(text) => self.say(Tone::Bad, text, now),
            Msg::Agents(asked) => self.take_asked(asked, &mut effects),
            Msg::Tried(id, trial) => self.take_trial(id, trial),
            Msg::TimePassed => effects.redraw = self.pass_time(now, &mut effects),
        }
        self.settle(&mut effects);
        effects
    }

    /// When to send [`Msg::TimePassed`], if ever.
    pub fn wakes_at(&self) -> Option<Instant> {
        let toast = self.toast.as_ref().map(|toast| toast.until);
        let asking = self.tunnels.asks_at(self.counts.captured > 0);
        [toast, asking, self.ages_at()].into_iter().flatten().min()
    }

    /// The size of the screen that it believes in.
    pub fn size(&self) -> Size {
        self.size
    }

    /// The capture that is selected in the inbox.
    pub fn selected(&self) -> Option<Seq> {
        self.inbox.selected()
    }

    /// Whether the user waits for an answer to a resend of that capture.
    pub(super) fn awaits(&self, seq: Seq) -> bool {
        self.awaited.contains(&seq)
    }

    pub(super) fn layout(&self) -> Layout {
        Layout::of(self.size, self.focus)
    }

    /// Whether a pane is what the keys are for; a comparison has them while it lies over the capture.
    pub(super) fn has_focus(&self, pane: Pane) -> bool {
        self.focus == pane && !matches!(self.overlay, Some(Overlay::Compare(_)))
    }

    fn inbox_height(&self) -> usize {
        self.layout().inbox.body.height.into()
    }

    /// What must hold after every update: the list is in order, and the right side shows the selected capture.
    fn settle(&mut self, effects: &mut Effects) {
        self.take_up_again(effects);
        self.inbox.settle(self.inbox_height());
        let selected = self.inbox.selected();
        if selected != self.shown {
            self.shown = selected;
            match selected {
                Some(seq) => effects.push(Effect::Load(seq)),
                None => {
                    self.detail.show(None);
                    self.focus = Pane::Inbox;
                }
            }
        }
        effects.todo.extend(self.detail.wants_explanation().map(Effect::Explain));
        effects.todo.extend(self.detail.wants_answer().map(Effect::Parse));
    }

    fn take(&mut self, delta: Delta, now: Instant, effects: &mut Effects) {
        self.counts = delta.counts;
        self.floor = delta.floor;
        for capture in &delta.fresh {
            self.note_lack(capture);
            self.inbox.push(Row::of(capture, &self.facts.catalog), capture);
            // An edit is sent as soon as it is kept, so that its answer may be there when it comes.
            self.say_answered(capture, now);
        }
        for capture in delta.changed {
            self.take_changed(capture, now, effects);
        }
        self.inbox.evict(delta.floor);
        self.tunnels.take(&delta.fresh, now);
        self.renew_tunnels();
        self.tell_ages(now);
        self.ask_agents(now, effects);
        self.select_coming();
    }

    fn take_changed(&mut self, capture: Arc<Capture>, now: Instant, effects: &mut Effects) {
        self.note_lack(&capture);
        self.inbox.replace(Row::of(&capture, &self.facts.catalog), &capture);
        self.say_answered(&capture, now);
        if self.shown == Some(capture.seq) {
            self.show(capture.seq, Some(capture), effects);
        }
    }

    fn note_lack(&mut self, capture: &Capture) {
        let conclusion = &capture.conclusion;
        if let (Some(provider), Status::NoSecret) = (&conclusion.provider, conclusion.verdict.status)
            && !self.lacking.contains(provider)
            && !self.knows_secret_of(provider)
        {
            self.lacking.insert(provider.clone());
        }
    }

    fn show(&mut self, seq: Seq, capture: Option<Arc<Capture>>, effects: &mut Effects) {
        if self.shown != Some(seq) {
            return;
        }
        let subject = capture.map(|capture| {
            let provider = capture.conclusion.provider.as_ref();
            let provider = provider.and_then(|id| self.facts.catalog.get(id.as_str())).cloned();
            Subject { capture, provider }
        });
        if let Some(job) = self.detail.show(subject) {
            effects.push(Effect::Parse(job));
        }
    }

    fn pinned(&mut self, seq: Seq, result: Result<bool, PinError>, now: Instant) {
        match result {
            Ok(pinned) => {
                self.inbox.set_pinned(seq, pinned);
                self.inbox.evict(self.floor);
                let text = if pinned { format!("#{seq} stays until you unpin it") } else { format!("#{seq} unpinned") };
                self.say(Tone::Plain, text, now);
            }
            Err(error) => self.say(Tone::Bad, error.to_string(), now),
        }
    }

    fn say(&mut self, tone: Tone, text: impl Into<String>, now: Instant) {
        self.toast = Some(Toast { text: text.into(), tone, until: now + tone.lasts() });
    }

    fn say_copied(&mut self, label: &str, size: usize, way: CopyWay, now: Instant) {
        let bytes = text::size(size as u64);
        let (tone, text) = match way {
            CopyWay::System => (Tone::Good, format!("Copied {label} ({bytes})")),
            CopyWay::Terminal => (Tone::Good, format!("Copied {label} ({bytes}) through the terminal (OSC 52)")),
            CopyWay::TerminalCut(kept) => {
                let kept = text::size(kept as u64);
                (Tone::Bad, format!("Copied the first {kept} of {label} ({bytes}): terminals take no more (OSC 52)"))
            }
        };
        self.say(tone, text, now);
    }

    /// Tells who waits for a resend what became of it.
    fn say_answered(&mut self, capture: &Capture, now: Instant) {
        let resent = capture.exchanges.iter().rfind(|exchange| exchange.kind == ExchangeKind::Resend);
        let over = resent.filter(|exchange| !matches!(exchange.outcome, Outcome::Pending));
        if let Some(exchange) = over
            && self.awaited.remove(&capture.seq)
        {
            let provider = capture.conclusion.provider.as_ref();
            let provider = provider.and_then(|id| self.facts.catalog.get(id.as_str()));
            let success = provider.map(|provider| provider.success()).unwrap_or_default();
            let (tone, outcome) = outcome(exchange, &success);
            let turn = turn(&capture.exchanges, exchange.id, &success);
            let turn = match (turn, exchange.status()) {
                (Some(turn), Some(_)) => format!(": {}", turn.as_str()),
                // A failure is a sentence of its own.
                (Some(turn), None) => format!(" ({})", turn.as_str()),
                (None, _) => String::new(),
            };
            self.say(tone, format!("#{} → {outcome}{turn}", capture.seq), now);
        }
    }

    /// Whether anything visible has changed with the time.
    fn pass_time(&mut self, now: Instant, effects: &mut Effects) -> bool {
        self.ask_agents(now, effects);
        let ages = self.ages_at().is_some_and(|at| at <= now) && self.tell_ages(now);
        self.forget_toast(now) || ages
    }

    fn forget_toast(&mut self, now: Instant) -> bool {
        self.toast.take_if(|toast| toast.until <= now).is_some()
    }
}

fn outcome(exchange: &Exchange, success: &Success) -> (Tone, String) {
    let took = exchange.duration().map_or_else(String::new, |span| format!(" in {}", text::duration(span)));
    match (exchange.status(), exchange.error()) {
        (Some(status), _) if success.includes(status) => (Tone::Good, format!("{status}{took}")),
        (Some(status), _) => (Tone::Bad, format!("{status}{took}")),
        (None, Some(error)) => (Tone::Bad, text::visible(error).into_owned()),
        (None, None) => (Tone::Plain, "no answer yet".to_owned()),
    }
}
