//! The right side: a capture's banner and tabs.

pub(crate) mod parse;

use std::sync::Arc;

use bytes::Bytes;
use jiff::tz::TimeZone;
use ratatui::layout::{Position, Rect};

use crate::provider::Provider;
use crate::store::Capture;
use crate::ui::Action;
use parse::{ParseJob, Parsed};

/// What the right side shows.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub(crate) capture: Arc<Capture>,
    pub(crate) provider: Option<Arc<Provider>>,
}

/// Something the copy menu offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CopyItem {
    /// The key that takes it.
    pub(crate) key: char,
    pub(crate) label: String,
    pub(crate) bytes: Bytes,
}

/// The state of the right side.
#[derive(Debug)]
pub(crate) struct Detail {
    subject: Option<Subject>,
}

impl Detail {
    /// Shows nothing yet. Times are shown in that zone.
    pub(crate) fn new(zone: TimeZone) -> Self {
        let _ = zone;
        Self { subject: None }
    }

    /// Shows a capture, or nothing. The same capture again (with another exchange or verdict) keeps scroll and folds.
    /// Returns the parse that it wants, if any.
    pub(crate) fn show(&mut self, subject: Option<Subject>) -> Option<ParseJob> {
        self.subject = subject;
        None
    }

    /// Takes the result of a parse; one of another capture is ignored.
    pub(crate) fn parsed(&mut self, parsed: Parsed) {
        let _ = parsed;
    }

    /// Does what was asked for; true if something visible changed.
    pub(crate) fn act(&mut self, action: Action, area: Rect) -> bool {
        let _ = (action, area);
        false
    }

    /// Searches as somebody types; an empty text ends it.
    pub(crate) fn search(&mut self, text: &str, area: Rect) {
        let _ = (text, area);
    }

    pub(crate) fn click(&mut self, at: Position, area: Rect) -> bool {
        let _ = (at, area);
        false
    }

    pub(crate) fn wheel(&mut self, delta: i32, at: Position, area: Rect) -> bool {
        let _ = (delta, at, area);
        false
    }

    /// What the copy menu offers here.
    pub(crate) fn copies(&self) -> Vec<CopyItem> {
        Vec::new()
    }
}
