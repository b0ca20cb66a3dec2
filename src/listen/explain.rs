//! Explaining failures without starving those who send: while one waits only now and then, and off the request path one at
//! a time and half of the time at most, so that a flood of failures leaves the rest of the machine to capturing.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, TryLockError};
use std::thread::sleep;
use std::time::Instant;

use super::State;
use crate::store::{Conclusion, Knowledge, Seq};
use crate::verify::{Effort, Status};
use crate::wire::Delivery;

/// After an explanation while its sender waited there is none for so many times as long.
const REST: u32 = 3;

/// Whose turn it is to be explained while its sender waits, and from when on there is another.
static TURN: Mutex<Option<Instant>> = Mutex::new(None);

/// Concludes about a delivery whose sender waits. A failure is explained as far as that is quick, unless another has just
/// been: in a flood most are left to those with more time. What was not found that quickly is not said to be a wrong
/// secret: whoever reads the capture before the last word must not take this for it.
pub(super) fn at_once(knowledge: &Knowledge, delivery: &Delivery) -> Conclusion {
    let conclusion = knowledge.conclude_with(delivery, Effort::None);
    // A signature that is absent may be in another header.
    if !conclusion.verdict.wants_more() && conclusion.verdict.status != Status::Unsigned {
        return conclusion;
    }
    let mut turn = match TURN.try_lock() {
        Ok(turn) => turn,
        Err(TryLockError::Poisoned(turn)) => turn.into_inner(),
        Err(TryLockError::WouldBlock) => return conclusion,
    };
    let begun = Instant::now();
    if turn.is_some_and(|next| begun < next) {
        return conclusion;
    }
    let explained = knowledge.conclude_with(delivery, Effort::Quick);
    *turn = Some(Instant::now() + begun.elapsed() * REST);
    if explained.verdict.wants_more() { conclusion } else { explained }
}

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

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use jiff::Timestamp;

    use super::*;
    use crate::provider::Catalog;
    use crate::verify::{Cause, Secret, Secrets};
    use crate::wire::{Extent, Head, Version};

    #[test]
    fn what_was_not_found_at_once_is_not_said_to_be_a_wrong_secret() {
        let catalog = Catalog::builtin();
        let brighten = catalog.get("brighten").unwrap().clone();
        let mut secrets = Secrets::default();
        secrets.add(Some(brighten.id.clone()), Secret::new(b"\"secret\"".to_vec(), "env:OWN"));
        let knowledge = Knowledge::new(catalog, secrets).assuming(Some(brighten));
        // printf '{"a":1}' | openssl dgst -sha256 -hmac secret: two changes away from the body and the secret in quotes.
        let signature = "aa9e2e3575f5d7098b6caccd790888c36d5fdb63342a73bada2d6a51747a8494";
        let head = Head::build("POST", "/", Version::Http11).header("X-Brighten-Signature", signature).finish();
        let (body, received_at) = (Bytes::from_static(b"{\"a\": 1}"), Timestamp::UNIX_EPOCH);
        let delivery = Delivery { received_at, peer: None, head, body, extent: Extent::Whole };
        // Whether or not it was its turn to be explained.
        for _ in 0..2 {
            let verdict = at_once(&knowledge, &delivery).verdict;
            assert_eq!((verdict.status, verdict.cause()), (Status::Failed(Cause::WrongSecret), None));
            assert!(verdict.explanation.contains("not every explanation has been tried yet"), "{verdict:?}");
        }
    }
}
