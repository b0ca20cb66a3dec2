//! Where every delivery goes on to.

use std::time::Instant;

use super::{App, Tone};
use crate::ui::Effects;

impl App {
    /// Asks where deliveries are forwarded.
    pub(super) fn open_forward(&mut self, now: Instant, _effects: &mut Effects) {
        self.say(Tone::Plain, "Not there yet", now);
    }
}
