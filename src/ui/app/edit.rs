//! Editing a capture and signing it afresh.

use std::time::Instant;

use super::{App, Tone};
use crate::ui::Effects;

impl App {
    /// Opens the selected capture in the editor.
    pub(super) fn edit(&mut self, now: Instant, _effects: &mut Effects) {
        self.say(Tone::Plain, "Not there yet", now);
    }

    /// Signs the selected capture with a fresh time, and resends it.
    pub(super) fn resend_signed(&mut self, now: Instant, _effects: &mut Effects) {
        self.say(Tone::Plain, "Not there yet", now);
    }
}
