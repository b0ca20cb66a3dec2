//! Copying: into the system's clipboard where there is one near, else through the terminal.
//!
//! The system's clipboard lives on a thread of its own for as long as we run: on X11 the text is gone with its owner,
//! and a display that accepts but never answers would block whoever asks it. Nothing of it starts before the first copy.

use std::fmt::Write;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use tokio::sync::mpsc;

use super::done::Done;
use super::{CopyWay, Msg};

/// How long the system's clipboard may take before the terminal is asked instead.
const PATIENCE: Duration = Duration::from_millis(500);

/// Terminals drop longer sequences: 100,000 characters less their frame, in base64.
pub(super) const TERMINAL_LIMIT: usize = 74_994;

/// Where copies go.
pub(super) struct Clipboard {
    done: mpsc::Sender<Done>,
    system: Option<system::System>,
    /// Whether the sequence must also be wrapped to pass tmux.
    tmux: bool,
}

impl Clipboard {
    /// Looks at the environment alone: over ssh the system's clipboard is at the wrong end.
    pub(super) fn from_env(done: mpsc::Sender<Done>) -> Self {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let remote = set("SSH_CONNECTION") || set("SSH_TTY");
        let display = cfg!(target_os = "macos") || set("DISPLAY") || set("WAYLAND_DISPLAY");
        let system = (!remote && display).then(system::System::start).flatten();
        Self { done, system, tmux: set("TMUX") }
    }

    /// Copies; the answer comes as a [`Done`].
    pub(super) fn copy(&self, label: String, bytes: Bytes) {
        let answer =
            self.system.as_ref().zip(std::str::from_utf8(&bytes).ok()).and_then(|(system, text)| system.ask(text));
        let done = self.done.clone();
        tokio::spawn(async move {
            let size = bytes.len();
            let taken = match answer {
                Some(answer) => matches!(tokio::time::timeout(PATIENCE, answer).await, Ok(Ok(true))),
                None => false,
            };
            let told = if taken {
                Done::Msg(Box::new(Msg::Copied { label, size, way: CopyWay::System }))
            } else {
                Done::CopyThroughTerminal { label, bytes }
            };
            // Nobody waits for it any more when we are quitting.
            let _ = done.send(told).await;
        });
    }

    /// What to write to the terminal so that it copies, and what can be said of it.
    pub(super) fn sequence(&self, label: String, bytes: &Bytes) -> (String, Msg) {
        let kept = kept(bytes);
        let way = if kept < bytes.len() { CopyWay::TerminalCut(kept) } else { CopyWay::Terminal };
        (osc52(&bytes[..kept], self.tmux), Msg::Copied { label, size: bytes.len(), way })
    }
}

/// As much as a terminal takes, and no half character.
fn kept(bytes: &[u8]) -> usize {
    let limit = bytes.len().min(TERMINAL_LIMIT);
    let is_middle = |&at: &usize| bytes.get(at).is_none_or(|byte| byte & 0xc0 != 0x80);
    if limit == bytes.len() { limit } else { (limit.saturating_sub(3)..=limit).rev().find(is_middle).unwrap_or(limit) }
}

/// tmux takes the bare sequence or the wrapped one, depending on its options; a terminal shows neither.
fn osc52(bytes: &[u8], tmux: bool) -> String {
    let bare = format!("\x1b]52;c;{}\x07", STANDARD.encode(bytes));
    let mut sequence = bare.clone();
    if tmux {
        // Writing to a string cannot fail.
        let _ = write!(sequence, "\x1bPtmux;{}\x1b\\", bare.replace('\x1b', "\x1b\x1b"));
    }
    sequence
}

#[cfg(feature = "clipboard")]
mod system {
    //! The thread that owns the system's clipboard.

    use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
    use std::thread;

    use tokio::sync::oneshot;

    struct Request {
        text: String,
        answer: oneshot::Sender<bool>,
    }

    pub(super) struct System {
        requests: SyncSender<Request>,
    }

    impl System {
        pub(super) fn start() -> Option<Self> {
            let (requests, inbox) = sync_channel(1);
            thread::Builder::new().name("clipboard".to_owned()).spawn(move || serve(&inbox)).ok()?;
            Some(Self { requests })
        }

        /// Asks for a copy; `None` when the thread hangs in an earlier one.
        pub(super) fn ask(&self, text: &str) -> Option<oneshot::Receiver<bool>> {
            let (answer, receiver) = oneshot::channel();
            self.requests.try_send(Request { text: text.to_owned(), answer }).ok()?;
            Some(receiver)
        }
    }

    fn serve(requests: &Receiver<Request>) {
        let mut clipboard = None;
        for Request { text, answer } in requests {
            if clipboard.is_none() {
                clipboard = arboard::Clipboard::new().ok();
            }
            let taken = clipboard.as_mut().is_some_and(|clipboard| clipboard.set_text(text).is_ok());
            // Who asked may have lost patience.
            let _ = answer.send(taken);
        }
    }
}

#[cfg(not(feature = "clipboard"))]
mod system {
    //! Built without the system's clipboard.

    use tokio::sync::oneshot;

    pub(super) enum System {}

    impl System {
        pub(super) fn start() -> Option<Self> {
            None
        }

        pub(super) fn ask(&self, _: &str) -> Option<oneshot::Receiver<bool>> {
            match *self {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_base64_and_passes_tmux_both_ways() {
        assert_eq!(osc52(b"{\"a\":1}", false), "\x1b]52;c;eyJhIjoxfQ==\x07");
        assert_eq!(osc52(b"a", true), "\x1b]52;c;YQ==\x07\x1bPtmux;\x1b\x1b]52;c;YQ==\x07\x1b\\");
    }

    #[test]
    fn too_much_is_cut_between_characters() {
        let short = "é".repeat(10);
        assert_eq!(kept(short.as_bytes()), 20);
        let long = format!("a{}", "é".repeat(50_000));
        assert_eq!(kept(long.as_bytes()), TERMINAL_LIMIT - 1);
        assert!(std::str::from_utf8(&long.as_bytes()[..kept(long.as_bytes())]).is_ok());
        assert_eq!(kept(&vec![0xff; 80_000]), TERMINAL_LIMIT);
    }
}
