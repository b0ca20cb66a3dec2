//! Asking why, with all the time it takes: what is tried on a signature, and what speaks for a provider.

use std::sync::Arc;

use tokio::sync::watch;

use crate::provider::Detection;
use crate::store::{Capture, Conclusion, Handle, Knowledge, Seq};
use crate::verify::{Effort, Verdict};

/// A question why a verdict is as it is.
#[derive(Debug)]
pub struct WhyJob {
    /// The capture that it is about.
    pub capture: Arc<Capture>,
    /// What conclusions are drawn from.
    pub knowledge: Arc<Knowledge>,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The capture that it is about.
    pub seq: Seq,
    /// The verdict, with everything tried that can explain it.
    pub verdict: Verdict,
    /// Whose the delivery may be, and why.
    pub detection: Detection,
    /// Where the secrets that were tried came from.
    pub sources: Vec<String>,
}

/// Answers; takes up to a quarter of a second.
pub fn explain(job: &WhyJob) -> Explained {
    explained(job, &job.knowledge.conclude_with(&job.capture.delivery, Effort::Thorough))
}

/// The same; what more effort comes to counts from now on, where it was drawn from what is known by then.
pub(crate) fn explain_and_keep(job: WhyJob, store: &Handle, known: &watch::Receiver<Arc<Knowledge>>) -> Explained {
    let conclusion = job.knowledge.conclude_with(&job.capture.delivery, Effort::Thorough);
    let explained = explained(&job, &conclusion);
    let WhyJob { capture, knowledge } = job;
    let is_other =
        capture.conclusion.verdict != conclusion.verdict || capture.conclusion.provider != conclusion.provider;
    if is_other && Arc::ptr_eq(&knowledge, &known.borrow()) {
        // Let go first: a capture that nobody else holds is changed where it is.
        drop(capture);
        store.conclude(explained.seq, conclusion);
    }
    explained
}

fn explained(job: &WhyJob, conclusion: &Conclusion) -> Explained {
    let WhyJob { capture, knowledge } = job;
    let secrets = knowledge.secrets_at(capture.delivery.head.path());
    let tried = conclusion.provider.iter().flat_map(|provider| secrets.of(provider));
    let sources = tried.map(|secret| secret.source().to_owned()).collect();
    let detection = knowledge.detect(&capture.delivery);
    Explained { seq: capture.seq, verdict: conclusion.verdict.clone(), detection, sources }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use jiff::Timestamp;

    use super::*;
    use crate::provider::Catalog;
    use crate::store::{Limits, Reply};
    use crate::verify::{Cause, Draft, Secret, Secrets, Status, sign};
    use crate::wire::{Delivery, Extent, Head, Version};

    /// A delivery that is too large to be explained while its sender waits: printed again after it was signed.
    fn delivery(catalog: &Catalog, secret: &Secret) -> Delivery {
        let items = vec!["{\"id\":1}"; 10_000];
        let body = Bytes::from(format!("[{}]", items.join(",")));
        let now = Timestamp::UNIX_EPOCH;
        let draft = Draft { method: "POST", url: "", headers: &[], body, now };
        let (name, value) =
            sign(&catalog.get("brighten").unwrap().verify[0], &draft, secret).unwrap().headers.remove(0);
        let mut head = Head::build("POST", "/", Version::Http11);
        head.push(&name, &value);
        let body = Bytes::from(format!("[{}]", items.join(", ")));
        Delivery { received_at: now, peer: None, head: head.finish(), body, extent: Extent::Whole }
    }

    #[test]
    fn what_more_effort_comes_to_is_kept_unless_something_else_is_known_by_then() {
        let catalog = Catalog::builtin();
        let secret = Secret::new(b"s3cret".to_vec(), "typed here");
        let delivery = delivery(&catalog, &secret);
        let mut secrets = Secrets::default();
        secrets.add(None, secret);
        let knowledge = Arc::new(Knowledge::new(catalog, secrets));
        let conclusion = knowledge.conclude(&delivery);
        assert_eq!(conclusion.verdict.status, Status::Failed(Cause::WrongSecret));
        let store = Handle::new(Limits { count: 10, bytes: 1 << 20 });
        let seq = store.push(Capture::new(delivery, conclusion, Reply::of(200)));
        let found = Status::Failed(Cause::BodyReserialized);
        for (known, kept) in [(Arc::new(Knowledge::clone(&knowledge)), false), (knowledge.clone(), true)] {
            let (_sender, known) = watch::channel(known);
            let job = WhyJob { capture: store.get(seq).unwrap(), knowledge: knowledge.clone() };
            assert_eq!(explain_and_keep(job, &store, &known).verdict.status, found);
            assert_eq!(store.get(seq).unwrap().conclusion.verdict.status == found, kept);
        }
    }
}
