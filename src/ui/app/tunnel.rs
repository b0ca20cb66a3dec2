//! The public URL.

use std::time::Instant;

use super::{App, Tone};
use crate::ui::Effects;

impl App {
    /// Shows the public URL and whether it reaches us.
    pub(super) fn open_tunnel(&mut self, now: Instant, _effects: &mut Effects) {
        self.say(Tone::Plain, "Not there yet", now);
    }
}
