//! What happened.

use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::layout::Size;
use std::sync::Arc;

use super::Parsed;
use crate::store::{Capture, Delta, PinError, Seq};

/// What happened.
#[derive(Debug)]
pub enum Msg {
    /// A key was pressed.
    Key(KeyEvent),
    /// The mouse did something.
    Mouse(MouseEvent),
    /// Text was pasted into the terminal.
    Pasted(String),
    /// The terminal has another size.
    Resized(Size),
    /// The store has something new.
    Store(Delta),
    /// The capture that was asked for; `None` when it is no longer held.
    Loaded(Seq, Option<Arc<Capture>>),
    /// A body has been read.
    Parsed(Box<Parsed>),
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
