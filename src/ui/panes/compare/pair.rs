//! Two things that can be compared.

use std::sync::Arc;

use crate::provider::BeforeAfter;
use crate::store::{Capture, Seq};
use crate::ui::panes::list;
use crate::wire::{Exchange, Outcome};

/// Two things that can be compared, the older first.
#[derive(Clone, Debug)]
pub(crate) enum Pair {
    /// Two captures.
    Captures(Seq, Seq),
    /// Two answers to one capture.
    Answers(Seq, Arc<Exchange>, Arc<Exchange>),
    /// Two parts of a capture's payload.
    Parts(Seq, BeforeAfter),
}

/// Two things to compare, and what a menu calls them.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    pub(crate) key: char,
    pub(crate) label: String,
    pub(crate) pair: Pair,
    /// Whether the user has pointed at it already, by a mark or by looking at it.
    pub(crate) is_meant: bool,
}

impl list::Choice for Choice {
    fn key(&self) -> Option<char> {
        Some(self.key)
    }
}

impl Pair {
    /// `#3 ↔ #7`
    pub(crate) fn title(&self) -> String {
        match self {
            Self::Captures(older, newer) => format!("#{older} ↔ #{newer}"),
            Self::Answers(seq, ..) => format!("two answers to #{seq}"),
            Self::Parts(seq, parts) => format!("#{seq}: {} ↔ {}", parts.before, parts.after),
        }
    }

    /// Two captures, whichever came first.
    pub(crate) fn captures(one: Seq, other: Seq) -> Self {
        Self::Captures(one.min(other), one.max(other))
    }

    /// An answer and the one before it from the same target, if both came.
    pub(crate) fn answers(capture: &Capture, exchange: &Exchange) -> Option<Self> {
        let answered = |it: &&Arc<Exchange>| matches!(it.outcome, Outcome::Answered(_));
        let at = capture.exchanges.iter().position(|other| other.id == exchange.id)?;
        let newer = capture.exchanges.get(at).filter(answered)?;
        let mut before = capture.exchanges[..at].iter().rev();
        let older = before.find(|other| answered(other) && other.target == newer.target)?;
        Some(Self::Answers(capture.seq, older.clone(), newer.clone()))
    }
}
