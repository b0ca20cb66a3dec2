//! What happened.

use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::layout::Size;
use std::sync::Arc;

use super::{Answering, Compared, Edited, Explained, KnownSecret, Parsed, Progress, Slot};
use crate::config::SecretText;
use crate::send::Target;
use crate::store::{Capture, Delta, PinError, Seq};
use crate::tunnel::{Asked, Trial};
use crate::verify::Secret;

/// What happened.
#[derive(Debug)]
pub enum Msg {
    /// A key was pressed.
    Key(KeyEvent),
    /// The mouse did something.
    Mouse(MouseEvent),
    /// Text was pasted into the terminal; it may be a secret.
    Pasted(SecretText),
    /// The terminal has another size.
    Resized(Size),
    /// The store has something new.
    Store(Delta),
    /// The capture that was asked for; `None` when it is no longer held.
    Loaded(Seq, Option<Arc<Capture>>),
    /// A body has been read.
    Parsed(Box<Parsed>),
    /// Why a verdict is what it is.
    Explained(Box<Explained>),
    /// Two things have been compared.
    Compared(Box<Compared>),
    /// What a filter lets through.
    Filtered {
        /// The filter's own number.
        generation: u64,
        /// What it lets through, in order.
        seqs: Vec<Seq>,
    },
    /// A capture was pinned or let go, or could not be.
    Pinned(Seq, Result<bool, PinError>),
    /// Text was copied.
    Copied {
        /// What it was.
        label: String,
        /// How many bytes.
        size: usize,
        /// Which way it went.
        way: CopyWay,
    },
    /// The secrets that are configured are these.
    Secrets(Vec<KnownSecret>),
    /// A secret that was asked for, or why it cannot be had.
    SecretRead(Slot, Result<Secret, String>),
    /// So many captures of so many have been concluded about again.
    Concluding {
        /// So many.
        done: usize,
        /// Of so many.
        of: usize,
    },
    /// Every capture has been concluded about again.
    Concluded {
        /// How many.
        captures: usize,
        /// Of these, with another verdict or provider than before.
        changed: usize,
    },
    /// Senders are answered so now, and deliveries go on to there.
    Answering(Answering),
    /// What was asked to be answered is, or cannot be.
    ReplySet(Result<Answering, String>),
    /// Deliveries go on to where they were asked to, or cannot.
    ForwardSet(Result<Answering, String>),
    /// The tunnel agents of this machine have said what they know.
    Agents(Asked),
    /// The self-test of that number has come further, or to its end.
    Tried(u64, Trial),
    /// The editor has been closed with that text.
    Edited(Box<Edited>),
    /// What a text is by what is known now.
    Judged(Box<Edited>),
    /// An edit is a capture of its own now, to be sent there.
    Kept {
        /// The capture.
        seq: Seq,
        /// Where to.
        target: Target,
    },
    /// So far has sending many captures come.
    BulkProgress(Progress),
    /// What has to be said of the settings, before anything has happened.
    Remarked(String),
    /// What was asked for could not be done; one sentence for the user.
    Failed(String),
    /// The moment that [`super::App::wakes_at`] named has come.
    TimePassed,
}

/// Which way copied text went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyWay {
    /// Into the system's clipboard.
    System,
    /// To the terminal, which tells nobody whether it took it.
    Terminal,
    /// To the terminal, but only this many bytes: it would take no more.
    TerminalCut(usize),
}
