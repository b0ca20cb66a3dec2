//! A delivery plus what was concluded about it.

use std::fmt;
use std::sync::Arc;

use crate::provider::{Event, ProviderId};
use crate::verify::{Status, Trial, Verdict};
use crate::wire::{Delivery, Exchange, ExchangeKind, Outcome, Refusal};

/// The place of a capture in its run, from 1; never used twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seq(pub u64);

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A delivery plus what was concluded about it, and what was sent because of it.
#[derive(Clone, Debug)]
pub struct Capture {
    /// Its place in this run.
    pub seq: Seq,
    /// The capture that it is an edit of: then it was made here, not received.
    pub parent: Option<Seq>,
    /// The request, exactly as received.
    pub delivery: Arc<Delivery>,
    /// Why it never became a delivery, where HTTP itself or a limit refused it.
    pub refused: Option<Refusal>,
    /// What was concluded.
    pub conclusion: Conclusion,
    /// Whether its failure is still being explained off the request path; the conclusion will be replaced shortly.
    pub is_provisional: bool,
    /// What its sender was answered; `None` where nobody knows.
    pub reply: Option<Reply>,
    /// What was sent because of it, oldest first.
    pub exchanges: Vec<Arc<Exchange>>,
    /// How many exchanges made room for newer ones.
    pub forgotten: u32,
}

/// What was concluded about a delivery.
#[derive(Clone, Debug)]
pub struct Conclusion {
    /// Who sent it.
    pub provider: Option<ProviderId>,
    /// Others who may as well have sent it: neither the payload nor a secret tells them apart.
    pub ties: Box<[ProviderId]>,
    /// The title of the probe that it is.
    pub probe: Option<Box<str>>,
    /// What happened; several in a batch.
    pub events: Box<[Event]>,
    /// Whether it is authentic, and why not.
    pub verdict: Verdict,
}

/// What a sender was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reply {
    /// What it heard.
    pub heard: Heard,
    /// How long that was held back.
    pub delay_ms: u32,
}

/// What a sender heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Nothing yet: the answer is to come.
    Due,
    /// This status, from us.
    Status(u16),
    /// This status, from whom its delivery was forwarded to.
    Relayed(u16),
    /// Nothing: its connection was kept, without an answer.
    Hang,
    /// Nothing: its connection was closed.
    Drop,
}

impl Reply {
    /// An answer that is still to come.
    pub const DUE: Self = Self { heard: Heard::Due, delay_ms: 0 };

    /// A status, at once.
    pub const fn of(status: u16) -> Self {
        Self { heard: Heard::Status(status), delay_ms: 0 }
    }

    /// The status that was answered, if one was.
    pub fn status(self) -> Option<u16> {
        match self.heard {
            Heard::Status(status) | Heard::Relayed(status) => Some(status),
            Heard::Due | Heard::Hang | Heard::Drop => None,
        }
    }
}

impl Conclusion {
    /// The conclusion about a delivery that no known provider sent.
    pub fn unknown() -> Self {
        Self { provider: None, ties: Box::default(), probe: None, events: Box::default(), verdict: Verdict::unknown() }
    }

    /// The first event.
    pub fn event(&self) -> Option<&Event> {
        self.events.first()
    }
}

impl Capture {
    /// How many exchanges one capture keeps; the oldest make room.
    pub const MAX_EXCHANGES: usize = 64;

    /// A capture that has no place in a store yet.
    pub fn new(delivery: Delivery, conclusion: Conclusion, reply: impl Into<Option<Reply>>) -> Self {
        Self {
            seq: Seq(0),
            parent: None,
            delivery: Arc::new(delivery),
            refused: None,
            conclusion,
            is_provisional: false,
            reply: reply.into(),
            exchanges: Vec::new(),
            forgotten: 0,
        }
    }

    /// A request that never became a delivery.
    pub fn refused(delivery: Delivery, refusal: Refusal) -> Self {
        let reply = Reply::of(refusal.status);
        Self { refused: Some(refusal), ..Self::new(delivery, Conclusion::unknown(), reply) }
    }

    /// The finding; a refused request has none.
    pub fn status(&self) -> Option<Status> {
        self.refused.is_none().then_some(self.conclusion.verdict.status)
    }

    /// Whether its verdict is a failure.
    pub fn is_failed(&self) -> bool {
        matches!(self.status(), Some(Status::Failed(_)))
    }

    /// Whether nothing more is to come of its arrival: neither an explanation, nor an answer, nor the end of a forward.
    pub fn is_settled(&self) -> bool {
        let is_due = self.reply.is_some_and(|reply| reply.heard == Heard::Due);
        let is_under_way = |exchange: &Arc<Exchange>| {
            exchange.kind == ExchangeKind::Forward && matches!(exchange.outcome, Outcome::Pending)
        };
        !self.is_provisional && !is_due && !self.exchanges.iter().any(is_under_way)
    }

    /// Adds an exchange, or puts it in the place of its earlier state.
    pub fn put_exchange(&mut self, exchange: Arc<Exchange>) {
        match self.exchanges.iter().position(|known| known.id == exchange.id) {
            Some(at) => self.exchanges[at] = exchange,
            None if self.has_forgotten(&exchange) => {}
            None => {
                self.exchanges.push(exchange);
                if self.exchanges.len() > Self::MAX_EXCHANGES {
                    self.forget_oldest();
                }
            }
        }
    }

    /// Lets the oldest exchanges go until the others hold at most that many bytes. The newest stays, and if it alone holds
    /// more, the end of its answer goes.
    pub(super) fn keep_exchanges_within(&mut self, most: usize) {
        let mut held = self.exchanges_footprint();
        while held > most && self.exchanges.len() > 1 {
            held -= self.forget_oldest();
        }
        if let Some(newest) = self.exchanges.last_mut().filter(|_| held > most) {
            Arc::make_mut(newest).give_up(held - most);
        }
    }

    pub(super) fn exchanges_footprint(&self) -> usize {
        self.exchanges.iter().map(|exchange| exchange.footprint()).sum()
    }

    /// The memory that it gives back.
    fn forget_oldest(&mut self) -> usize {
        self.forgotten += 1;
        self.exchanges.remove(0).footprint()
    }

    /// Whether it made room while it was under way: then its end must not make it the newest.
    fn has_forgotten(&self, exchange: &Exchange) -> bool {
        let is_older = self.exchanges.first().is_some_and(|first| exchange.id < first.id);
        self.forgotten > 0 && is_older && !matches!(exchange.outcome, Outcome::Pending)
    }

    /// The memory it holds, in bytes.
    pub fn footprint(&self) -> usize {
        let text = |text: &Option<Box<str>>| text.as_ref().map_or(0, |text| text.len());
        // A type that is in the catalogue is shared with it; one that a sender made up is not, and may be long.
        let kind = |event: &Event| event.kind.as_ref().map_or(0, |kind| kind.len());
        let events: usize =
            self.conclusion.events.iter().map(|event| kind(event) + text(&event.id) + text(&event.flow)).sum();
        let verdict = &self.conclusion.verdict;
        size_of::<Self>()
            + self.delivery.footprint()
            + size_of_val(&*self.conclusion.events)
            + events
            + self.refused.as_ref().map_or(0, |refused| refused.reason.len())
            + text(&verdict.header)
            + verdict.explanation.len()
            + verdict.fix.as_ref().map_or(0, |fix| fix.len())
            + verdict.trials.iter().map(Trial::footprint).sum::<usize>()
            + self.exchanges_footprint()
    }
}
