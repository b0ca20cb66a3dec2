//! What senders are answered.

use std::time::Instant;

use super::{App, Tone};
use crate::ui::Effects;

impl App {
    /// Opens the menu of answers.
    pub(super) fn open_reply(&mut self, now: Instant, _effects: &mut Effects) {
        self.say(Tone::Plain, "Not there yet", now);
    }
}
