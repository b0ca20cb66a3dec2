//! What the inbox keeps of a capture: enough for its line, so that the bound of the ring stays true.

use std::borrow::Cow;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::num::NonZeroU64;
use std::sync::Arc;

use jiff::Timestamp;

use crate::provider::{Catalog, Event, ProviderId};
use crate::store::{Capture, Conclusion, Heard, Seq};
use crate::text;
use crate::verify::Status;
use crate::wire::{Exchange, ExchangeKind, Outcome, Success, Turn, turn};

/// One line of the inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) seq: Seq,
    /// The place of the capture that it is an edit of; places begin at 1.
    pub(crate) parent: Option<NonZeroU64>,
    pub(crate) at: Timestamp,
    pub(crate) provider: Option<ProviderId>,
    /// What happened, safe to show: the event's type, the probe's title, the reason of a refusal, or method and path.
    pub(crate) what: Arc<str>,
    /// The size of the body in bytes, where it is known.
    size: Option<u64>,
    /// Which attempt of the event it is, from 1; 0 where the delivery does not say.
    pub(crate) attempt: u32,
    /// How many events it carries.
    pub(crate) batch: u32,
    pub(crate) kind: RowKind,
    /// What became of what was sent last.
    pub(crate) badge: Badge,
    /// What the sender heard from us, where that was no success.
    pub(crate) heard: Option<Heard>,
    /// How that one turned out beside the one before.
    pub(crate) turn: Option<Turn>,
    pub(crate) truncated: bool,
    pub(crate) pinned: bool,
    /// The same for attempts of one event; 0 where it has no id.
    event: u64,
}

/// What a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowKind {
    /// An event of a known provider, or a delivery of an unknown one.
    Delivery {
        status: Status,
        /// Whether the provider's catalogue has that event.
        listed: bool,
    },
    /// A request that carries no event.
    Probe(Status),
    /// A request that never became a delivery, and the status it was answered.
    Refused(u16),
}

/// What became of an exchange, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Badge {
    None,
    Pending,
    Answered { status: u16, succeeded: bool },
    Failed,
    Cancelled,
}

impl Row {
    pub(crate) fn of(capture: &Capture, catalog: &Catalog) -> Self {
        let conclusion = &capture.conclusion;
        let delivery = &capture.delivery;
        let provider = conclusion.provider.as_ref().and_then(|id| catalog.get(id.as_str()));
        let success = provider.map(|provider| provider.success()).unwrap_or_default();
        let resent = capture.exchanges.last().filter(|exchange| exchange.kind == ExchangeKind::Resend);
        Self {
            seq: capture.seq,
            parent: capture.parent.and_then(|parent| NonZeroU64::new(parent.0)),
            at: delivery.received_at,
            provider: conclusion.provider.clone(),
            what: what(capture),
            size: delivery.size(),
            attempt: conclusion.event().and_then(|event| event.attempt).unwrap_or(0),
            batch: conclusion.events.len().try_into().unwrap_or(u32::MAX),
            kind: kind(capture, catalog),
            badge: Badge::of_all(&capture.exchanges, &success),
            turn: resent.and_then(|exchange| turn(&capture.exchanges, exchange.id, &success)),
            heard: capture
                .reply
                .map(|reply| reply.heard)
                .filter(|heard| is_unusual(*heard, &capture.exchanges, &success)),
            truncated: delivery.is_truncated(),
            pinned: false,
            event: event(conclusion),
        }
    }

    /// Whether both say that they are about the same event of the same provider.
    pub(crate) fn is_attempt_with(&self, other: &Self) -> bool {
        self.event != 0 && self.event == other.event && self.provider == other.provider
    }

    /// The size of the body for people; `–` for none.
    pub(crate) fn size(&self) -> Cow<'static, str> {
        match self.size {
            Some(0) => "–".into(),
            Some(size) => text::size(size).into(),
            None => "?".into(),
        }
    }
}

/// Whether a sender was told of a failure by us, or of a success where the one that it went on to failed.
fn is_unusual(heard: Heard, exchanges: &[Arc<Exchange>], success: &Success) -> bool {
    let is_forward = |exchange: &&Arc<Exchange>| exchange.kind == ExchangeKind::Forward;
    let has_failed = |exchange: &Arc<Exchange>| exchange.status().is_some_and(|status| !success.includes(status));
    match heard {
        Heard::Status(200..=299) => exchanges.iter().filter(is_forward).any(has_failed),
        Heard::Status(_) => true,
        Heard::Hang | Heard::Drop => true,
        Heard::Due | Heard::Relayed(_) => false,
    }
}

impl Badge {
    /// Of the latest resend; or of all forwards the one that most wants to be known.
    fn of_all(exchanges: &[Arc<Exchange>], success: &Success) -> Self {
        let forwards = || exchanges.iter().filter(|exchange| exchange.kind == ExchangeKind::Forward);
        match exchanges.last() {
            Some(last) if last.kind == ExchangeKind::Forward => forwards()
                .map(|exchange| Self::of(exchange, success))
                .max_by_key(|badge| badge.weight())
                .unwrap_or(Self::None),
            Some(last) => Self::of(last, success),
            None => Self::None,
        }
    }

    /// What still waits goes before what went wrong, and that before what is well.
    fn weight(self) -> u8 {
        match self {
            Self::Pending => 3,
            Self::Failed | Self::Cancelled => 2,
            Self::Answered { succeeded: true, .. } | Self::None => 0,
            Self::Answered { succeeded: false, .. } => 1,
        }
    }

    fn of(exchange: &Exchange, success: &Success) -> Self {
        match &exchange.outcome {
            Outcome::Pending => Self::Pending,
            Outcome::Answered(answer) => {
                Self::Answered { status: answer.status, succeeded: success.includes(answer.status) }
            }
            Outcome::Failed(_) => Self::Failed,
            Outcome::Cancelled => Self::Cancelled,
        }
    }
}

/// The id of its event, as short as a row can keep it.
fn event(conclusion: &Conclusion) -> u64 {
    let id = conclusion.event().and_then(|event| event.id.as_deref());
    id.map_or(0, |id| BuildHasherDefault::<DefaultHasher>::default().hash_one(id).max(1))
}

fn kind(capture: &Capture, catalog: &Catalog) -> RowKind {
    let conclusion = &capture.conclusion;
    let status = conclusion.verdict.status;
    if let Some(refusal) = &capture.refused {
        return RowKind::Refused(refusal.status);
    }
    if conclusion.probe.is_some() {
        return RowKind::Probe(status);
    }
    let provider = conclusion.provider.as_ref().and_then(|id| catalog.get(id.as_str()));
    let kind = conclusion.event().and_then(|event| event.kind.as_deref());
    let listed = provider.zip(kind).is_none_or(|(provider, kind)| provider.event_type(kind).is_some());
    RowKind::Delivery { status, listed }
}

fn what(capture: &Capture) -> Arc<str> {
    let conclusion = &capture.conclusion;
    if let Some(refusal) = &capture.refused {
        return text::visible(&text::truncate(&refusal.reason, LONGEST)).into();
    }
    if let Some(probe) = &conclusion.probe {
        return text::visible(probe).into();
    }
    match conclusion.event().and_then(shared_kind) {
        Some(kind) => kind,
        None => request_line(capture).into(),
    }
}

/// The event's type, shared with the catalogue wherever it can be.
fn shared_kind(event: &Event) -> Option<Arc<str>> {
    let kind = event.kind.as_ref()?;
    Some(match text::visible(&text::truncate(kind, LONGEST)) {
        Cow::Borrowed(safe) if safe.len() == kind.len() => kind.clone(),
        safe => safe.into(),
    })
}

/// The columns that a line can use at most, whatever the width of the screen.
const LONGEST: usize = 160;

fn request_line(capture: &Capture) -> String {
    let head = &capture.delivery.head;
    let path = text::truncate(head.path(), LONGEST);
    text::visible(&format!("{} {path}", head.method())).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_compact() {
        assert!(size_of::<Row>() <= 112, "{}", size_of::<Row>());
    }
}
