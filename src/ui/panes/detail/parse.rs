//! The work of reading a body, off the loop.

use bytes::Bytes;

use crate::store::Seq;
use crate::wire::Head;

/// A body to be read.
#[derive(Clone, Debug)]
pub struct ParseJob {
    pub(crate) seq: Seq,
    pub(crate) body: Bytes,
    pub(crate) head: Head,
}

/// A body as it was read.
#[derive(Clone, Debug)]
pub struct Parsed {
    pub(crate) seq: Seq,
}

/// Reads a body. May take long: it runs on the worker.
pub fn run(job: ParseJob) -> Parsed {
    let _ = (job.body, job.head);
    Parsed { seq: job.seq }
}
