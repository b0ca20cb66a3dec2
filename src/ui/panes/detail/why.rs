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
