//! Asking why, with all the time it takes: what is tried on a signature, and what speaks for a provider.

use std::sync::Arc;

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
    let delivery = &job.capture.delivery;
    let Conclusion { verdict, provider, .. } = job.knowledge.conclude_with(delivery, Effort::Thorough);
    let secrets = job.knowledge.secrets_at(delivery.head.path());
    let tried = provider.iter().flat_map(|provider| secrets.of(provider));
    let sources = tried.map(|secret| secret.source().to_owned()).collect();
    Explained { seq: job.capture.seq, verdict, detection: job.knowledge.detect(delivery), sources }
}

/// The same; where more effort comes to another verdict, that one counts from now on.
pub(crate) fn explain_and_keep(job: WhyJob, store: &Handle) -> Explained {
    let explained = explain(&job);
    let WhyJob { capture, .. } = job;
    if capture.conclusion.verdict.status != explained.verdict.status {
        let conclusion = Conclusion { verdict: explained.verdict.clone(), ..capture.conclusion.clone() };
        drop(capture);
        store.conclude(explained.seq, conclusion);
    }
    explained
}
