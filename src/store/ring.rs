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
    /// Deliveries ever received, and requests that never became one. Edits of captures were made here and do not count.
    pub captured: u64,
    /// Captures that made room for newer ones.
    pub evicted: u64,
    /// Captures held now.
    pub held: usize,
    /// The bytes they hold.
    pub bytes: usize,
    /// Of those held, with a failed verdict as it is now.
    pub failed: usize,
    /// Of those held, requests that never became a delivery.
    pub refused: usize,
    /// Of those held, pinned.
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

/// The exchanges of one capture hold at most this part of the ring's bytes: it is there for many.
const EXCHANGES_SHARE: usize = 8;

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
    /// The place that was given last.
    last: Seq,
    counts: Counts,
}

#[derive(Debug)]
struct Slot {
    capture: Arc<Capture>,
    bytes: usize,
    pinned: bool,
}

impl Slot {
    /// Whether a delivery failed; an edit that does was made so here.
    fn has_failed(&self) -> bool {
        self.capture.parent.is_none() && self.capture.is_failed()
    }
}

impl Counts {
    fn take_in(&mut self, slot: &Slot) {
        self.bytes += slot.bytes;
        self.failed += usize::from(slot.has_failed());
        self.refused += usize::from(slot.capture.refused.is_some());
        self.pinned += usize::from(slot.pinned);
    }

    fn let_go(&mut self, slot: &Slot) {
        self.bytes -= slot.bytes;
        self.failed -= usize::from(slot.has_failed());
        self.refused -= usize::from(slot.capture.refused.is_some());
        self.pinned -= usize::from(slot.pinned);
    }
}

impl Ring {
    pub(super) fn new(limits: Limits) -> Self {
        let counts = Counts::default();
        Self {
            limits,
            slots: VecDeque::new(),
            kept: BTreeMap::new(),
            changes: VecDeque::new(),
            revision: 0,
            last: Seq(0),
            counts,
        }
    }

    pub(super) fn counts(&self) -> Counts {
        Counts { held: self.slots.len() + self.kept.len(), ..self.counts }
    }

    /// Takes a capture in and gives it its place. Those that made room for it are given back: freeing them takes longer than
    /// all the rest, and need not be done under a lock.
    pub(super) fn push(&mut self, mut capture: Capture) -> (Seq, Vec<Arc<Capture>>) {
        self.counts.captured += u64::from(capture.parent.is_none());
        self.last.0 += 1;
        let seq = self.last;
        capture.seq = seq;
        let bytes = capture.footprint();
        let slot = Slot { capture: Arc::new(capture), bytes, pinned: false };
        self.counts.take_in(&slot);
        self.slots.push_back(slot);
        (seq, self.make_room())
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

    /// Whether a capture has made room for newer ones, or soon will: it is in the older half of a ring that is almost full.
    pub(super) fn is_waning(&self, seq: Seq) -> bool {
        let Some(index) = self.index(seq) else { return !self.kept.contains_key(&seq) };
        let Limits { count, bytes } = self.limits;
        let is_almost_full =
            self.slots.len() + self.kept.len() > count - count / 4 || self.counts.bytes > bytes - bytes / 4;
        is_almost_full && index < self.slots.len() / 2
    }

    /// Changes a capture in its place. Gives back those that made room for what it has grown by; `None` when it is no longer
    /// held.
    pub(super) fn change(&mut self, seq: Seq, change: impl FnOnce(&mut Capture)) -> Option<Vec<Arc<Capture>>> {
        let most = self.room_for_exchanges(seq)?;
        let mut counts = self.counts;
        let slot = self.slot_mut(seq)?;
        counts.let_go(slot);
        let capture = Arc::make_mut(&mut slot.capture);
        change(capture);
        capture.keep_exchanges_within(most);
        slot.bytes = capture.footprint();
        counts.take_in(slot);
        self.counts = counts;
        self.log(seq);
        Some(self.make_room())
    }

    /// What the exchanges of a capture may hold together. Everything else makes room for a capture that grows, and a pinned
    /// one makes room for nothing, so how far either can grow must have an end.
    fn room_for_exchanges(&mut self, seq: Seq) -> Option<usize> {
        let share = self.limits.bytes / EXCHANGES_SHARE;
        let slot = self.slot_mut(seq)?;
        if !slot.pinned {
            return Some(share);
        }
        let own = slot.capture.exchanges_footprint();
        let others = self.pinned_bytes().saturating_sub(own);
        Some(share.min((self.limits.bytes / 2).saturating_sub(others)))
    }

    /// Pins or unpins; `None` when it is no longer held, else whether it is pinned now. A pin is refused (`Some(false)`)
    /// when pins already take half of the ring.
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
        slot.inspect(|slot| self.counts.let_go(slot)).is_some()
    }

    /// Lets every capture go, pinned ones too.
    pub(super) fn clear(&mut self) {
        self.slots.clear();
        self.kept.clear();
        self.changes.clear();
        let Counts { captured, evicted, .. } = self.counts;
        self.counts = Counts { captured, evicted, ..Counts::default() };
    }

    /// What has happened since the cursor, at most `limit` fresh captures of it, and moves the cursor past that.
    pub(super) fn since(&self, cursor: &mut Cursor, limit: usize) -> Delta {
        let floor = self.slots.front().map_or(Seq(self.last.0 + 1), |slot| slot.capture.seq);
        let start = self.slots.partition_point(|slot| slot.capture.seq <= cursor.seen);
        let fresh: Vec<_> = self.slots.range(start..).take(limit).map(|slot| slot.capture.clone()).collect();
        let changed = self.changed_since(*cursor);
        let more = start + fresh.len() < self.slots.len();
        let seen = if more { fresh.last().map_or(cursor.seen, |capture| capture.seq) } else { self.last };
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

    fn make_room(&mut self) -> Vec<Arc<Capture>> {
        let mut evicted = Vec::new();
        // The newest always stays, whatever its size: a ring that forgets what just arrived helps nobody.
        while self.slots.len() > 1 && self.is_over() {
            let Some(slot) = self.slots.pop_front() else { break };
            if slot.pinned {
                self.kept.insert(slot.capture.seq, slot);
            } else {
                self.counts.let_go(&slot);
                self.counts.evicted += 1;
                evicted.push(slot.capture);
            }
        }
        evicted
    }

    fn is_over(&self) -> bool {
        self.slots.len() + self.kept.len() > self.limits.count || self.counts.bytes > self.limits.bytes
    }

    /// An unpinned capture that the ring has already moved past has no place to go back to.
    fn let_go(&mut self, seq: Seq) {
        if let Some(slot) = self.kept.remove(&seq) {
            self.counts.let_go(&slot);
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
        self.kept.values().chain(&self.slots).filter(|slot| slot.pinned).map(|slot| slot.bytes).sum()
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

#[cfg(test)]
mod tests;
