//! Explaining failures off the request path: one at a time, and half of the time at most, so that a flood of them leaves
//! the rest of the machine to those who send.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::sleep;
use std::time::Instant;

use super::State;
use crate::store::Seq;
use crate::verify::Effort;

/// Explains what waits to be explained, until nothing does.
#[expect(clippy::disallowed_methods, reason = "a rest for the sake of others, not a wait for something to happen")]
pub(super) fn all(state: &State) {
    while let Some(seq) = state.store.next_unexplained() {
        let begun = Instant::now();
        // A mistake of ours in explaining must not keep the others waiting.
        if catch_unwind(AssertUnwindSafe(|| one(state, seq))).is_err() {
            state.store.settle(seq);
        }
        sleep(begun.elapsed());
    }
}

fn one(state: &State, seq: Seq) {
    let Some(capture) = state.store.get(seq).filter(|capture| capture.is_provisional) else { return };
    loop {
        let knowledge = state.knowledge.borrow().clone();
        let conclusion = knowledge.conclude_with(&capture.delivery, Effort::Thorough);
        // What was concluded from yesterday's secrets must not replace what was concluded from today's.
        if Arc::ptr_eq(&knowledge, &state.knowledge.borrow()) {
            state.store.conclude(seq, conclusion);
            return;
        }
    }
}
