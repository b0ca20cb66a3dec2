//! What to do to the world.

use std::collections::BTreeSet;

use bytes::Bytes;

use super::{BulkJob, Child, CompareJob, Draft, ParseJob, Slot};
use crate::config::{Reply, SecretText};
use crate::send::Target;
use crate::store::{Query, Seq};
use crate::verify::Secret;

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
    /// Read a body, off the loop; the newest request wins, among deliveries and among answers.
    Parse(ParseJob),
    /// Find out why a capture's verdict is what it is, off the loop; the newest request wins.
    Explain(Seq),
    /// Ask the whole store, off the loop; the newest request wins.
    Filter {
        /// Comes back with the answer.
        generation: u64,
        /// What to let through.
        query: Query,
    },
    /// Compare two things, off the loop; the newest request wins.
    Compare(CompareJob),
    /// Send a capture to a URL.
    Resend {
        /// The capture.
        seq: Seq,
        /// Where to.
        target: Target,
    },
    /// Open a capture in the user's editor.
    Edit(Seq),
    /// Open a text in the user's editor once more.
    EditAgain(Draft),
    /// Say once more what a text is, off the loop.
    Judge(Draft),
    /// Keep an edit as a capture of its own, off the loop.
    Keep(Child),
    /// Keep a capture, signed afresh, as one of its own, off the loop.
    Resign {
        /// The capture.
        seq: Seq,
        /// Where it will be sent.
        target: Target,
    },
    /// Send many captures to a URL, off the loop.
    ResendAll(BulkJob),
    /// Stop sending many.
    StopAll,
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
    /// Tell which secrets are configured.
    ListSecrets,
    /// Have the secret that somebody typed, or that is where they say, off the loop.
    ReadSecret(Slot, SecretText),
    /// Use a secret from now on, and conclude about every capture again.
    PutSecret(Slot, Secret),
    /// Forget a secret, and conclude about every capture again.
    DropSecret(Slot),
    /// Answer every delivery so from now on; a body that is in a file is read off the loop. `None` is as usual.
    SetReply(Option<Reply>),
    /// Send every delivery on to these from now on.
    SetForward(Vec<Target>),
    /// Ask the tunnel agents of this machine, off the loop.
    AskAgents {
        /// The ports that are left out.
        but: BTreeSet<u16>,
    },
    /// Test whether a public URL leads here, off the loop, in the place of a test under way.
    TryUrl {
        /// Comes back with what comes of it.
        id: u64,
        /// The URL.
        url: Target,
    },
    /// Stop the self-test that is under way.
    StopTrying,
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
