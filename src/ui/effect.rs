//! What to do to the world.

use bytes::Bytes;

use super::ParseJob;
use crate::send::Target;
use crate::store::{Query, Seq};

/// What an update asks for.
#[derive(Debug, Default)]
pub struct Effects {
    /// What to do, in order.
    pub todo: Vec<Effect>,
    /// Whether anything visible has changed.
    pub redraw: bool,
}

/// One thing to do to the world.
#[derive(Debug)]
pub enum Effect {
    /// Fetch a capture from the store.
    Load(Seq),
    /// Read a body, off the loop; the newest request wins.
    Parse(ParseJob),
    /// Ask the whole store, off the loop; the newest request wins.
    Filter {
        /// Comes back with the answer.
        generation: u64,
        /// What to let through.
        query: Query,
    },
    /// Send a capture to a URL.
    Resend {
        /// The capture.
        seq: Seq,
        /// Where to.
        target: Target,
    },
    /// Stop waiting for the answers to a capture's resends.
    Cancel(Seq),
    /// Pin a capture, or let it go.
    Pin(Seq, bool),
    /// Forget a capture.
    Drop(Seq),
    /// Forget every capture.
    Clear,
    /// Copy bytes.
    Copy {
        /// What they are.
        label: String,
        /// The bytes.
        bytes: Bytes,
    },
    /// Give the terminal back and stop, as ctrl-z does to any program.
    Suspend,
    /// Draw the whole screen anew.
    Redraw,
    /// Quit.
    Quit,
}

impl Effects {
    pub(crate) fn push(&mut self, effect: Effect) {
        self.todo.push(effect);
    }
}
