//! The store as everybody holds it.
//!
//! A std mutex, not tokio's: nothing awaits while it is held, every operation under it is short, and the request path
//! must not yield between reading a body and having it in the ring.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::ring::Ring;
use super::unexplained::{Queued, Unexplained};
use super::{Capture, Conclusion, Counts, Cursor, Delta, Limits, Reply, Seq};
use crate::wire::Exchange;

/// A cloneable handle to the store. The ring is the queue: whoever pushes never waits for whoever reads.
#[derive(Clone, Debug)]
pub struct Handle {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    ring: Mutex<Ring>,
    unexplained: Mutex<Unexplained>,
    /// Counts every change, so that a reader can sleep until there is one.
    changed: watch::Sender<u64>,
}

/// A capture that cannot be pinned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// It has been evicted or dropped.
    #[error("that capture is no longer held")]
    Gone,
    /// Pins already take half of the ring.
    #[error("pins already take half of the ring; unpin one, or start with more --capacity or --memory")]
    Full,
}

impl Handle {
    /// An empty store.
    pub fn new(limits: Limits) -> Self {
        Self {
            shared: Arc::new(Shared {
                ring: Mutex::new(Ring::new(limits)),
                unexplained: Mutex::default(),
                changed: watch::Sender::new(0),
            }),
        }
    }

    /// Takes a capture in; the oldest make room.
    pub fn push(&self, capture: Capture) -> Seq {
        let (seq, evicted) = self.ring().push(capture);
        drop(evicted);
        self.wake();
        seq
    }

    /// The capture of that place, if it is still held.
    pub fn get(&self, seq: Seq) -> Option<Arc<Capture>> {
        self.ring().get(seq).cloned()
    }

    /// Whether a capture has made room for newer ones, or soon will: whoever wants it should not wait.
    pub fn is_waning(&self, seq: Seq) -> bool {
        self.ring().is_waning(seq)
    }

    /// Every capture held now, oldest first.
    pub fn all(&self) -> Vec<Arc<Capture>> {
        self.ring().iter().cloned().collect()
    }

    /// Records an exchange of a capture, or its new state. False when the capture is no longer held.
    pub fn put_exchange(&self, seq: Seq, exchange: Exchange) -> bool {
        let exchange = Arc::new(exchange);
        self.change(seq, |capture| capture.put_exchange(exchange))
    }

    /// Records what the sender of a capture was answered. False when the capture is no longer held.
    pub fn put_reply(&self, seq: Seq, reply: Reply) -> bool {
        self.change(seq, |capture| capture.reply = Some(reply))
    }

    /// Records another conclusion about a capture. False when it is no longer held.
    pub fn conclude(&self, seq: Seq, conclusion: Conclusion) -> bool {
        self.change(seq, |capture| {
            capture.conclusion = conclusion;
            capture.is_provisional = false;
        })
    }

    /// Takes in a capture whose failure is to be explained by somebody with more time. True beside its place when nobody
    /// is at that: then the caller sees to it that [`Handle::next_unexplained`] is called until there is none.
    pub fn push_unexplained(&self, capture: Capture) -> (Seq, bool) {
        let seq = self.push(Capture { is_provisional: true, ..capture });
        let Queued { begin, dropped } = self.unexplained().push(seq);
        if let Some(dropped) = dropped {
            self.settle(dropped);
        }
        (seq, begin)
    }

    /// The capture that has waited longest for its failure to be explained.
    pub fn next_unexplained(&self) -> Option<Seq> {
        self.unexplained().next()
    }

    /// Lets the conclusion about a capture stand as it is.
    pub fn settle(&self, seq: Seq) {
        self.change(seq, |capture| capture.is_provisional = false);
    }

    /// Pins a capture so that it makes no room for newer ones, or lets it go again.
    pub fn set_pinned(&self, seq: Seq, pinned: bool) -> Result<(), PinError> {
        let now = self.ring().set_pinned(seq, pinned).ok_or(PinError::Gone)?;
        self.wake();
        if now == pinned { Ok(()) } else { Err(PinError::Full) }
    }

    /// Lets a capture go. False when it was not held.
    pub fn remove(&self, seq: Seq) -> bool {
        let removed = self.ring().remove(seq);
        self.wake();
        removed
    }

    /// Lets every capture go.
    pub fn clear(&self) {
        self.ring().clear();
        self.wake();
    }

    /// What has happened since the cursor, at most `limit` fresh captures of it; moves the cursor past that.
    pub fn since(&self, cursor: &mut Cursor, limit: usize) -> Delta {
        self.ring().since(cursor, limit)
    }

    /// The counts now.
    pub fn counts(&self) -> Counts {
        self.ring().counts()
    }

    /// Wakes when something has changed.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.shared.changed.subscribe()
    }

    fn change(&self, seq: Seq, change: impl FnOnce(&mut Capture)) -> bool {
        let evicted = self.ring().change(seq, change);
        self.wake();
        evicted.is_some()
    }

    fn wake(&self) {
        self.shared.changed.send_modify(|count| *count += 1);
    }

    fn unexplained(&self) -> MutexGuard<'_, Unexplained> {
        self.shared.unexplained.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        // A panic under this lock cannot leave the ring half changed in a way that matters more than going on.
        self.shared.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
