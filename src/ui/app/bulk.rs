//! Marks, and resending many at once.

use std::time::Instant;

use super::{App, Tone};
use crate::ui::Effects;

impl App {
    /// Marks the selected capture, or takes its mark away.
    pub(super) fn mark(&mut self, now: Instant, _effects: &mut Effects) {
        self.say(Tone::Plain, "Not there yet", now);
    }

    /// Asks where all that are marked, or that the filter lets through, are sent, and how fast.
    pub(super) fn resend_all(&mut self, now: Instant, _effects: &mut Effects) {
        self.say(Tone::Plain, "Not there yet", now);
    }
}
