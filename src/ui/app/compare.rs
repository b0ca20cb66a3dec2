//! Comparing two captures, two answers, or two parts of one.

use std::time::Instant;

use super::{App, Tone};
use crate::ui::Effects;

impl App {
    /// Compares the selected capture with the marked one.
    pub(super) fn compare(&mut self, now: Instant, _effects: &mut Effects) {
        self.say(Tone::Plain, "Not there yet", now);
    }
}
