//! The ring itself: pure, no locks, no waiting.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::{Capture, Seq};

/// The bounds of a ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many captures it holds.
    pub count: usize,
    /// How many bytes they hold together.
    pub bytes: usize,
}

/// What a ring has seen and what it holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Captures ever pushed.
    pub captured: u64,
    /// Of these, with a failed verdict when they came.
    pub failed: u64,
    /// Of these, requests that never became a delivery.
    pub refused: u64,
    /// Captures that made room for newer ones.
    pub evicted: u64,
    /// Captures held now.
    pub held: usize,
    /// The bytes they hold.
    pub bytes: usize,
    /// Of these, pinned.
    pub pinned: usize,
}

/// How far a reader has come. The default is the beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    seen: Seq,
    revision: u64,
}

/// What has happened since a cursor.
#[derive(Clone, Debug, Default)]
pub struct Delta {
    /// Captures that are new to the reader, oldest first.
    pub fresh: Vec<Arc<Capture>>,
    /// Captures the reader has seen that have changed since: a verdict, an exchange.
    pub changed: Vec<Arc<Capture>>,
    /// Nothing before this is held, but for pins.
    pub floor: Seq,
    /// Captures that came and went unseen.
    pub missed: u64,
    /// Whether there is more than this delta was allowed to carry.
    pub more: bool,
    /// The counts now.
    pub counts: Counts,
}

/// How many changes are remembered one by one; a reader further behind is shown everything that is held.
const CHANGE_LOG: usize = 4096;

/// Captures in the order they came.
#[derive(Debug)]
pub(super) struct Ring {
    limits: Limits,
    slots: VecDeque<Slot>,
    /// Pinned captures that the ring has moved past.
    kept: BTreeMap<Seq, Slot>,
    changes: VecDeque<(u64, Seq)>,
    revision: u64,
    counts: Counts,
}

#[derive(Debug)]
struct Slot {
    capture: Arc<Capture>,
    bytes: usize,
    pinned: bool,
}

impl Ring {
    pub(super) fn new(limits: Limits) -> Self {
        let counts = Counts::default();
        Self { limits, slots: VecDeque::new(), kept: BTreeMap::new(), changes: VecDeque::new(), revision: 0, counts }
    }

    pub(super) fn counts(&self) -> Counts {
        Counts { held: self.slots.len() + self.kept.len(), ..self.counts }
    }

    /// Takes a capture in and gives it its place; the oldest make room.
    pub(super) fn push(&mut self, mut capture: Capture) -> Seq {
        self.counts.captured += 1;
        self.counts.failed += u64::from(capture.is_failed());
        self.counts.refused += u64::from(capture.refused.is_some());
        capture.seq = Seq(self.counts.captured);
        let seq = capture.seq;
        let bytes = capture.footprint();
        self.counts.bytes += bytes;
        self.slots.push_back(Slot { capture: Arc::new(capture), bytes, pinned: false });
        self.make_room();
        seq
    }

    pub(super) fn get(&self, seq: Seq) -> Option<&Arc<Capture>> {
        match self.index(seq) {
            Some(index) => Some(&self.slots[index].capture),
            None => self.kept.get(&seq).map(|slot| &slot.capture),
        }
    }

    /// Every capture held, oldest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<Capture>> {
        self.kept.values().chain(&self.slots).map(|slot| &slot.capture)
    }

    /// Puts a changed capture in the place of the old one. False when it is no longer held.
    pub(super) fn change(&mut self, seq: Seq, change: impl FnOnce(&mut Capture)) -> bool {
        let Some(slot) = self.slot_mut(seq) else { return false };
        let before = slot.bytes;
        change(Arc::make_mut(&mut slot.capture));
        slot.bytes = slot.capture.footprint();
        let after = slot.bytes;
        self.counts.bytes = self.counts.bytes + after - before;
        self.log(seq);
        self.make_room();
        true
    }

    /// Pins or unpins; `None` when it is no longer held, else whether it is pinned now. A pin is refused (`Some(false)`)
    /// when pins would take more than half of the ring.
    pub(super) fn set_pinned(&mut self, seq: Seq, pinned: bool) -> Option<bool> {
        let half_full =
            self.counts.pinned >= self.limits.count.div_ceil(2) || self.pinned_bytes() >= self.limits.bytes / 2;
        let slot = self.slot_mut(seq)?;
        if slot.pinned == pinned || (pinned && half_full) {
            return Some(slot.pinned);
        }
        slot.pinned = pinned;
        if pinned {
            self.counts.pinned += 1;
        } else {
            self.counts.pinned -= 1;
            self.let_go(seq);
        }
        Some(pinned)
    }

    /// Lets a capture go. False when it was not held.
    pub(super) fn remove(&mut self, seq: Seq) -> bool {
        let slot = match self.index(seq) {
            Some(index) => self.slots.remove(index),
            None => self.kept.remove(&seq),
        };
        let Some(slot) = slot else { return false };
        self.counts.bytes -= slot.bytes;
        self.counts.pinned -= usize::from(slot.pinned);
        true
    }

    /// Lets every capture go, pinned ones too.
    pub(super) fn clear(&mut self) {
        self.slots.clear();
        self.kept.clear();
        self.changes.clear();
        self.counts.bytes = 0;
        self.counts.pinned = 0;
    }

    /// What has happened since the cursor, at most `limit` fresh captures of it, and moves the cursor past that.
    pub(super) fn since(&self, cursor: &mut Cursor, limit: usize) -> Delta {
        let floor = self.slots.front().map_or(Seq(self.counts.captured + 1), |slot| slot.capture.seq);
        let start = self.slots.partition_point(|slot| slot.capture.seq <= cursor.seen);
        let fresh: Vec<_> = self.slots.range(start..).take(limit).map(|slot| slot.capture.clone()).collect();
        let changed = self.changed_since(*cursor);
        let more = start + fresh.len() < self.slots.len();
        let seen =
            if more { fresh.last().map_or(cursor.seen, |capture| capture.seq) } else { Seq(self.counts.captured) };
        let missed = (seen.0 - cursor.seen.0).saturating_sub(fresh.len() as u64);
        *cursor = Cursor { seen, revision: self.revision };
        Delta { fresh, changed, floor, missed, more, counts: self.counts() }
    }

    fn changed_since(&self, cursor: Cursor) -> Vec<Arc<Capture>> {
        let forgotten = self.revision - cursor.revision > self.changes.len() as u64;
        let known = |capture: &&Arc<Capture>| capture.seq <= cursor.seen;
        if forgotten {
            return self.iter().filter(known).cloned().collect();
        }
        let start = self.changes.partition_point(|(revision, _)| *revision <= cursor.revision);
        let mut seqs: Vec<Seq> = self.changes.range(start..).map(|(_, seq)| *seq).collect();
        seqs.sort_unstable();
        seqs.dedup();
        seqs.into_iter().filter_map(|seq| self.get(seq)).filter(known).cloned().collect()
    }

    fn make_room(&mut self) {
        // The newest always stays, whatever its size: a ring that forgets what just arrived helps nobody.
        while self.slots.len() > 1 && self.is_over() {
            let Some(slot) = self.slots.pop_front() else { break };
            if slot.pinned {
                self.kept.insert(slot.capture.seq, slot);
            } else {
                self.counts.bytes -= slot.bytes;
                self.counts.evicted += 1;
            }
        }
    }

    fn is_over(&self) -> bool {
        self.slots.len() + self.kept.len() > self.limits.count || self.counts.bytes > self.limits.bytes
    }

    /// An unpinned capture that the ring has already moved past has no place to go back to.
    fn let_go(&mut self, seq: Seq) {
        if let Some(slot) = self.kept.remove(&seq) {
            self.counts.bytes -= slot.bytes;
            self.counts.evicted += 1;
        }
    }

    fn log(&mut self, seq: Seq) {
        self.revision += 1;
        if self.changes.len() == CHANGE_LOG {
            self.changes.pop_front();
        }
        self.changes.push_back((self.revision, seq));
    }

    fn pinned_bytes(&self) -> usize {
        self.kept.values().map(|slot| slot.bytes).sum()
    }

    fn index(&self, seq: Seq) -> Option<usize> {
        self.slots.binary_search_by_key(&seq, |slot| slot.capture.seq).ok()
    }

    fn slot_mut(&mut self, seq: Seq) -> Option<&mut Slot> {
        match self.index(seq) {
            Some(index) => self.slots.get_mut(index),
            None => self.kept.get_mut(&seq),
        }
    }
}
