//! Marks, and resending many at once.

use std::time::Instant;

use super::{App, Tone};
use crate::ui::Effects;

impl App {
    /// Marks the selected capture, or takes its mark away.
    pub(super) fn mark(&mut self, now: Instant, _effects: &mut Effects) {
        let Some(seq) = self.inbox.selected() else { return };
        self.inbox.hold();
        let text = match (self.inbox.toggle_mark(seq), self.inbox.marks().len()) {
            (true, 1) => format!("#{seq} is marked; = on another compares the two"),
            (true, marks) => format!("#{seq} is marked, one of {marks}"),
            (false, _) => format!("#{seq} is no longer marked"),
        };
        self.say(Tone::Plain, text, now);
    }

    /// Asks where all that are marked, or that the filter lets through, are sent, and how fast.
    pub(super) fn resend_all(&mut self, now: Instant, _effects: &mut Effects) {
        self.say(Tone::Plain, "Not there yet", now);
    }
}
