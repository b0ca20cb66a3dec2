//! One of the two things that are compared.

use std::sync::Arc;

use bytes::Bytes;
use jiff::tz::TimeZone;

use crate::json::Path;
use crate::provider::{Catalog, Provider};
use crate::store::Capture;
use crate::text;
use crate::ui::panes::detail::headers_page::tone_of;
use crate::ui::panes::detail::line::{Line, Tone, piece};
use crate::ui::panes::detail::secrecy::hides;
use crate::ui::panes::row::{Row, RowKind};
use crate::wire::{Answer, Ending, Exchange, Head, Outcome};

/// One of the two things that are compared.
#[derive(Clone, Debug)]
pub(crate) struct Side {
    pub(crate) what: What,
    /// Who sent the capture that it is of.
    provider: Option<Arc<Provider>>,
    row: Row,
}

/// What it is.
#[derive(Clone, Debug)]
pub(crate) enum What {
    /// A capture.
    Capture(Arc<Capture>),
    /// An exchange that came to an answer.
    Answer(Arc<Exchange>, Box<Answer>),
    /// A part of a capture's payload.
    Part(Arc<Capture>, Path),
}

impl Side {
    pub(crate) fn capture(capture: Arc<Capture>, catalog: &Catalog) -> Self {
        Self::of(What::Capture(capture.clone()), &capture, catalog)
    }

    pub(crate) fn part(capture: Arc<Capture>, path: Path, catalog: &Catalog) -> Self {
        Self::of(What::Part(capture.clone(), path), &capture, catalog)
    }

    /// Of an exchange that came to an answer.
    pub(crate) fn answer(capture: &Capture, exchange: Arc<Exchange>, catalog: &Catalog) -> Option<Self> {
        let Outcome::Answered(answer) = &exchange.outcome else { return None };
        let answer = answer.clone();
        Some(Self::of(What::Answer(exchange, answer), capture, catalog))
    }

    fn of(what: What, capture: &Capture, catalog: &Catalog) -> Self {
        let provider = capture.conclusion.provider.as_ref();
        let provider = provider.and_then(|id| catalog.get(id.as_str())).cloned();
        Self { what, provider, row: Row::of(capture, catalog) }
    }

    /// The head that its headers are of.
    pub(crate) fn head(&self) -> &Head {
        match &self.what {
            What::Capture(capture) | What::Part(capture, _) => &capture.delivery.head,
            What::Answer(_, answer) => &answer.head,
        }
    }

    pub(crate) fn body(&self) -> &Bytes {
        match &self.what {
            What::Capture(capture) | What::Part(capture, _) => &capture.delivery.body,
            What::Answer(_, answer) => &answer.body,
        }
    }

    pub(crate) fn is_cut(&self) -> bool {
        match &self.what {
            What::Capture(capture) | What::Part(capture, _) => capture.delivery.is_truncated(),
            What::Answer(_, answer) => answer.ending != Ending::Whole,
        }
    }

    /// Whether a header of that name carries what is not to be read over somebody's shoulder.
    pub(crate) fn conceals(&self, header: &str) -> bool {
        hides(self.provider.as_deref(), header)
    }

    /// What it is, in one line.
    pub(crate) fn about(&self, zone: &TimeZone) -> Line {
        let seq = self.row.seq;
        let time = |at: jiff::Timestamp| at.to_zoned(zone.clone()).strftime("%H:%M:%S").to_string();
        match &self.what {
            What::Capture(capture) => {
                let mut line = vec![
                    piece(Tone::Strong, format!("#{seq}")),
                    piece(Tone::Dim, format!("  {}  ", time(self.row.at))),
                ];
                line.extend(self.in_short());
                let edit = capture.parent.map(|parent| format!("  edited from #{parent}"));
                let attempt = (self.row.attempt > 1).then(|| format!("  attempt {}", self.row.attempt));
                line.extend(edit.or(attempt).map(|words| piece(Tone::Warn, words)));
                line.push(piece(Tone::Dim, format!("  {}", self.row.size())));
                line
            }
            What::Answer(exchange, answer) => {
                let tone = if (200..300).contains(&answer.status) { Tone::Good } else { Tone::Bad };
                vec![
                    piece(tone, answer.status.to_string()),
                    piece(Tone::Dim, format!("  {}  ", time(exchange.started_at))),
                    piece(Tone::Plain, text::duration(answer.timing.total)),
                    piece(Tone::Dim, format!("  {}  {}", text::size(answer.body.len() as u64), exchange.target)),
                ]
            }
            What::Part(_, path) => {
                let mut line = vec![piece(Tone::Strong, path.to_string()), piece(Tone::Dim, "  ")];
                line.extend(self.in_short());
                line
            }
        }
    }

    /// Verdict, provider and event.
    fn in_short(&self) -> Line {
        let (mark, tone) = match self.row.kind {
            RowKind::Refused(_) => ('!', Tone::Bad),
            RowKind::Delivery { status, .. } | RowKind::Probe(status) => (status.mark(), tone_of(status)),
        };
        let provider = self.row.provider.as_ref().map_or(String::new(), |provider| format!("{provider} "));
        vec![piece(tone, format!("{mark} ")), piece(Tone::Plain, format!("{provider}{}", self.row.what))]
    }
}
