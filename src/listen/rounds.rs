//! Whether a delivery that goes on within this machine may be going round.
//!
//! A handler here gets exactly what came, so nothing in a delivery tells that it was here before; that it goes to the same
//! place again and again does. A provider that tries again or a test of load looks the same, and is not stopped by it:
//! from then on the delivery carries the mark that tells for sure.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::send::{Outgoing, Target};

/// How often a delivery goes to the same place before it is suspected.
const OFTEN: u32 = 8;

/// The time in which that counts: what goes round more slowly harms nobody.
const SPAN: Duration = Duration::from_secs(60);

/// How many deliveries are told apart in that time. Only so many forwards are under way at once, so those that go round
/// are among the first of them.
const MOST: usize = 4096;

/// How often each delivery has gone to each place lately.
#[derive(Debug)]
pub(super) struct Rounds {
    lately: Mutex<Lately>,
    hasher: RandomState,
}

#[derive(Debug)]
struct Lately {
    since: Instant,
    counts: HashMap<u64, u32>,
}

impl Rounds {
    pub(super) fn new(now: Instant) -> Self {
        Self { lately: Mutex::new(Lately { since: now, counts: HashMap::new() }), hasher: RandomState::new() }
    }

    /// Counts that a delivery goes to a target; whether it did so too often lately. Headers do not count: whatever sends it
    /// back may add some.
    pub(super) fn is_suspect(&self, outgoing: &Outgoing, target: &Target, now: Instant) -> bool {
        let Outgoing { head, body } = outgoing;
        let delivery = self.hasher.hash_one((target, head.method(), head.target_bytes(), body));
        // Nothing under this lock can leave the counts half changed.
        let mut lately = self.lately.lock().unwrap_or_else(PoisonError::into_inner);
        if now.saturating_duration_since(lately.since) >= SPAN {
            *lately = Lately { since: now, counts: HashMap::new() };
        }
        if lately.counts.len() >= MOST && !lately.counts.contains_key(&delivery) {
            return false;
        }
        let count = lately.counts.entry(delivery).or_default();
        *count += 1;
        *count > OFTEN
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::wire::{Head, Version};

    fn outgoing(path: &str, trace: &str, body: &'static str) -> Outgoing {
        let head = Head::build("POST", path, Version::Http11).header("X-Trace", trace).finish();
        Outgoing { head, body: Bytes::from_static(body.as_bytes()) }
    }

    #[test]
    fn what_goes_to_the_same_place_again_and_again_is_suspect_for_a_while() {
        let [here, there] = ["3000", "3001"].map(|target| target.parse::<Target>().unwrap());
        let begun = Instant::now();
        let rounds = Rounds::new(begun);
        let suspects =
            |now| (0..10).filter(|at| rounds.is_suspect(&outgoing("/a", &at.to_string(), "{}"), &here, now)).count();
        assert_eq!(suspects(begun), 2);
        let others =
            [(outgoing("/b", "", "{}"), &here), (outgoing("/a", "", "[]"), &here), (outgoing("/a", "", "{}"), &there)];
        for (other, target) in others {
            assert!(!rounds.is_suspect(&other, target, begun));
        }
        assert_eq!((suspects(begun + SPAN / 2), suspects(begun + SPAN)), (10, 2));
    }

    #[test]
    fn however_many_deliveries_there_are_few_are_told_apart() {
        let (rounds, begun) = (Rounds::new(Instant::now()), Instant::now());
        let target = "3000".parse().unwrap();
        for at in 0..2 * MOST {
            rounds.is_suspect(&outgoing(&format!("/{at}"), "", ""), &target, begun);
        }
        assert_eq!(rounds.lately.lock().unwrap().counts.len(), MOST);
    }
}
