//! One request we sent, and its answer or failure.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;

use super::Head;

/// Tells the exchanges of one run apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExchangeId(pub u64);

impl ExchangeId {
    /// One that no other exchange of this run has.
    pub fn next() -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        Self(LAST.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

/// One request we sent, and what became of it.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Its identity within this run.
    pub id: ExchangeId,
    /// Why it was sent.
    pub kind: ExchangeKind,
    /// The URL it was sent to.
    pub target: String,
    /// When it was begun.
    pub started_at: Timestamp,
    /// The head that was sent.
    pub sent: Head,
    /// SHA-256 of the body that was sent: proof that it is the captured one.
    pub sent_sha256: [u8; 32],
    /// What became of it.
    pub outcome: Outcome,
}

/// Why a request was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExchangeKind {
    /// Somebody asked for it.
    Resend,
    /// Every delivery goes on as it arrives.
    Forward,
}

impl ExchangeKind {
    /// The name used in records and on screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Resend => "resend",
            Self::Forward => "forward",
        }
    }
}

/// What became of a request that was sent.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// No answer yet.
    Pending,
    /// The target answered.
    Answered(Box<Answer>),
    /// It did not come to an answer.
    Failed(Failure),
    /// Stopped on request before an answer came.
    Cancelled,
}

/// What the target answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The status line and the headers; over HTTP/1 exactly as received.
    pub head: Head,
    /// The bytes kept of the body.
    pub body: Bytes,
    /// Whether that is all of it, and if not, why.
    pub ending: Ending,
    /// How many bytes of the request's body had not been sent when the answer was complete: the target did not wait for
    /// them.
    pub unsent: usize,
    /// How long each phase took.
    pub timing: Timing,
}

/// How the body of an answer ended. `size` is what the answer said its whole size was, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// All of it was kept.
    Whole,
    /// There is more than is kept.
    OverLimit {
        /// The size it announced.
        size: Option<u64>,
    },
    /// The connection closed before its end.
    BrokenOff {
        /// The size it announced.
        size: Option<u64>,
    },
    /// What frames it (its chunks) is not HTTP from there on.
    Garbled,
    /// It was still going on when patience ended.
    TimedOut {
        /// The size it announced.
        size: Option<u64>,
    },
    /// Nobody kept it: a recording says only that there was an answer.
    NotKept,
}

impl Ending {
    /// Whether all of the body was kept.
    pub fn is_whole(self) -> bool {
        self == Self::Whole
    }

    /// What is missing of the body and why, if anything is.
    pub fn error(self) -> Option<&'static str> {
        match self {
            Self::Whole | Self::NotKept => None,
            Self::OverLimit { .. } => Some("the body of the answer was too large to be kept whole"),
            Self::BrokenOff { .. } => Some("the connection closed before the end of the answer"),
            Self::Garbled => Some("the body of the answer breaks off in what is not HTTP"),
            Self::TimedOut { .. } => Some("the body of the answer did not end in time"),
        }
    }

    /// The size that the answer announced, where it is not all there.
    pub fn announced(self) -> Option<u64> {
        match self {
            Self::OverLimit { size } | Self::BrokenOff { size } | Self::TimedOut { size } => size,
            Self::Whole | Self::Garbled | Self::NotKept => None,
        }
    }
}

/// How long the phases of an exchange took; the connection is a new one each time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Timing {
    /// Name look-up and TCP connect.
    pub connect: Duration,
    /// TLS handshake; zero over plain HTTP.
    pub tls: Duration,
    /// From the request's first byte to the answer's first byte.
    pub first_byte: Duration,
    /// From the beginning to the last byte of the answer.
    pub total: Duration,
}

/// An exchange that did not come to an answer.
#[derive(Clone, Debug)]
pub struct Failure {
    /// One plain sentence: what failed, where, and what to do ("nothing listens on localhost:3000").
    pub message: String,
    /// How long it took to fail.
    pub after: Duration,
}

impl Answer {
    fn footprint(&self) -> usize {
        size_of::<Self>() - size_of::<Head>() + self.head.footprint() + self.body.len()
    }
}

impl Exchange {
    /// The status of the answer, if one came.
    pub fn status(&self) -> Option<u16> {
        match &self.outcome {
            Outcome::Answered(answer) => Some(answer.status),
            _ => None,
        }
    }

    /// How long it took, once it is over.
    pub fn duration(&self) -> Option<Duration> {
        match &self.outcome {
            Outcome::Answered(answer) => Some(answer.timing.total),
            Outcome::Failed(failure) => Some(failure.after),
            Outcome::Pending | Outcome::Cancelled => None,
        }
    }

    /// What went wrong, if something did: also of an answer that is not all there.
    pub fn error(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Failed(failure) => Some(&failure.message),
            Outcome::Cancelled => Some("cancelled"),
            Outcome::Answered(answer) => answer.ending.error(),
            Outcome::Pending => None,
        }
    }

    /// The memory it holds, in bytes.
    pub fn footprint(&self) -> usize {
        let outcome = match &self.outcome {
            Outcome::Answered(answer) => answer.footprint(),
            Outcome::Failed(failure) => failure.message.len(),
            Outcome::Pending | Outcome::Cancelled => 0,
        };
        size_of::<Self>() - size_of::<Head>() + self.target.len() + self.sent.footprint() + outcome
    }

    /// Gives up the end of the answer's body: that many bytes, or all that there are.
    pub fn give_up(&mut self, bytes: usize) {
        let Outcome::Answered(answer) = &mut self.outcome else { return };
        let size = answer.ending.announced().or(answer.ending.is_whole().then_some(answer.body.len() as u64));
        let kept = answer.body.len().saturating_sub(bytes);
        if kept < answer.body.len() {
            // A slice would go on holding the whole.
            answer.body = Bytes::copy_from_slice(&answer.body[..kept]);
            answer.ending = Ending::OverLimit { size };
        }
    }
}
