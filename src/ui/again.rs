//! Concluding about every capture again, after what is known has changed.
//!
//! One capture at a time: the store is locked no longer than for one, what a conclusion costs is had once, and whatever
//! else changes meanwhile begins it anew.

use std::time::{Duration, Instant};

use super::Msg;
use super::jobs::Newer;
use crate::store::{Conclusion, Handle, Knowledge, Seq};

/// How often the user is told how far it has come.
const WORD: Duration = Duration::from_millis(200);

/// Concludes about every capture that is held, also about those that come meanwhile and may have been concluded before
/// the change. `tell` is given word of how far it has come.
pub(super) fn run(store: &Handle, knowledge: &Knowledge, newer: &Newer<'_>, tell: &dyn Fn(Msg)) -> Option<Msg> {
    let (mut done, mut changed, mut last) = (0, 0, Seq(0));
    let mut told = Instant::now();
    loop {
        let fresh: Vec<Seq> = store.all().iter().map(|capture| capture.seq).filter(|seq| *seq > last).collect();
        let Some(newest) = fresh.last() else { return Some(Msg::Concluded { captures: done, changed }) };
        last = *newest;
        let of = done + fresh.len();
        for seq in fresh {
            if newer.waits() {
                return None;
            }
            if told.elapsed() >= WORD {
                told = Instant::now();
                tell(Msg::Concluding { done, of });
            }
            changed += usize::from(conclude(store, knowledge, seq));
            done += 1;
        }
    }
}

/// Concludes about one; says whether anybody would notice.
fn conclude(store: &Handle, knowledge: &Knowledge, seq: Seq) -> bool {
    let Some(capture) = store.get(seq).filter(|capture| capture.refused.is_none()) else { return false };
    let conclusion = knowledge.conclude(&capture.delivery);
    let earlier = &capture.conclusion;
    if earlier.verdict == conclusion.verdict && earlier.provider == conclusion.provider {
        return false;
    }
    let is_other = differs(earlier, &conclusion);
    // Let go first: a capture that nobody else holds is changed where it is.
    drop(capture);
    store.conclude(seq, conclusion) && is_other
}

fn differs(earlier: &Conclusion, now: &Conclusion) -> bool {
    earlier.verdict.status != now.verdict.status || earlier.provider != now.provider || earlier.ties != now.ties
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use bytes::Bytes;
    use jiff::Timestamp;

    use super::*;
    use crate::provider::{Catalog, ProviderId};
    use crate::store::{Capture, Limits, Reply};
    use crate::verify::{Secret, Secrets, Status};
    use crate::wire::{Delivery, Extent, Head, Version};

    fn delivery(token: &str) -> Delivery {
        let head = Head::build("POST", "/", Version::Http11).header("x-raaft-token", token).finish();
        let body = Bytes::from_static(b"{}");
        Delivery { received_at: Timestamp::UNIX_EPOCH, peer: None, head, body, extent: Extent::Whole }
    }

    fn store(knowledge: &Knowledge) -> Handle {
        let store = Handle::new(Limits { count: 100, bytes: 1 << 20 });
        for token in ["right", "wrong", "right"] {
            let delivery = delivery(token);
            let conclusion = knowledge.conclude(&delivery);
            store.push(Capture::new(delivery, conclusion, Reply::of(200)));
        }
        store
    }

    fn statuses(store: &Handle) -> Vec<&'static str> {
        store.all().iter().map(|capture| capture.conclusion.verdict.status.as_str()).collect()
    }

    fn given(secret: &str) -> Knowledge {
        let mut knowledge = Knowledge::new(Catalog::builtin(), Secrets::default());
        let secret = Secret::new(secret.as_bytes().to_vec(), "typed:…");
        knowledge.change_secrets(|secrets| secrets.add(Some(ProviderId::new("raaft")), secret));
        knowledge
    }

    #[test]
    fn a_secret_that_is_given_late_counts_for_what_came_before() {
        let store = store(&Knowledge::new(Catalog::builtin(), Secrets::default()));
        assert_eq!(statuses(&store), ["no_secret", "no_secret", "no_secret"]);
        let told = RefCell::new(Vec::new());
        let go_on = || false;
        let msg = run(&store, &given("right"), &Newer::for_test(&go_on), &|msg| told.borrow_mut().push(msg));
        assert!(matches!(msg, Some(Msg::Concluded { captures: 3, changed: 3 })), "{msg:?}");
        assert_eq!(statuses(&store), [Status::Verified.as_str(), "failed", "verified"]);
        let msg = run(&store, &given("right"), &Newer::for_test(&go_on), &|_| ());
        assert!(matches!(msg, Some(Msg::Concluded { captures: 3, changed: 0 })), "{msg:?}");
    }

    #[test]
    fn what_is_known_by_now_is_not_waited_for() {
        let store = store(&Knowledge::new(Catalog::builtin(), Secrets::default()));
        assert!(run(&store, &given("right"), &Newer::for_test(&|| true), &|_| ()).is_none());
        assert_eq!(statuses(&store), ["no_secret", "no_secret", "no_secret"]);
    }
}
