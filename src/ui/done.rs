//! What jobs off the loop hand to it. Workers know this and not the loop.

use bytes::Bytes;

use super::{Edited, Msg};

/// What a job off the loop has come to.
pub(super) enum Done {
    /// Something happened.
    Msg(Box<Msg>),
    /// There is no clipboard but the terminal's, and only the loop writes to the terminal.
    CopyThroughTerminal { label: String, bytes: Bytes },
    /// The editor that had the terminal has ended.
    EditorClosed(Result<Box<Edited>, String>),
}
