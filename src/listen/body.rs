//! Reading one body, within bounds of size and time.

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use http_body_util::BodyExt;
use tokio::time::timeout;

use super::{Limits, refuse};
use crate::wire::{Extent, Refusal};

/// Memory taken for a body before its bytes have come; a sender's word for its length is only a hint.
const MAX_RESERVE: u64 = 64 * 1024;

/// What was read of a body.
pub(super) struct Received {
    /// The bytes kept, in memory of exactly their size: hyper's read buffer must not live as long as a capture does.
    pub(super) bytes: Bytes,
    pub(super) extent: Extent,
    /// Why it is not whole.
    pub(super) refused: Option<Refusal>,
}

/// Why reading ended.
enum End {
    Whole,
    TooLarge,
    Stalled,
    Broken(axum::Error),
}

struct Reader<'a> {
    body: Body,
    limits: &'a Limits,
    declared: Option<u64>,
    kept: Vec<u8>,
    came: u64,
}

/// Reads a body to its end, or to its limits. A sender that `asks` before it sends (`Expect: 100-continue`) too much is
/// not made to send it.
pub(super) async fn read(body: Body, asks: bool, limits: &Limits) -> Received {
    let declared = body.size_hint().exact();
    let mut reader = Reader { body, limits, declared, kept: Vec::new(), came: 0 };
    let too_large = declared.is_some_and(|size| size > limits.max_body as u64);
    let end = if asks && too_large { End::TooLarge } else { reader.run().await };
    reader.finish(end)
}

impl Reader<'_> {
    async fn run(&mut self) -> End {
        let bound = (self.limits.max_body as u64).saturating_add(self.limits.max_drain);
        while !self.body.is_end_stream() {
            match timeout(self.limits.body, self.body.frame()).await {
                Ok(Some(Ok(frame))) => self.take(frame.data_ref()),
                Ok(Some(Err(error))) => return End::Broken(error),
                Ok(None) => break,
                Err(_) => return End::Stalled,
            }
            if self.came > bound {
                return End::TooLarge;
            }
        }
        End::Whole
    }

    /// Keeps what there is room for, counts the rest.
    fn take(&mut self, data: Option<&Bytes>) {
        let Some(data) = data else { return };
        if self.kept.capacity() == 0 {
            let hint = self.declared.unwrap_or(data.len() as u64).min(self.limits.max_body as u64).min(MAX_RESERVE);
            self.kept.reserve_exact(usize::try_from(hint).unwrap_or_default());
        }
        let room = self.limits.max_body - self.kept.len();
        self.kept.extend_from_slice(&data[..data.len().min(room)]);
        self.came += data.len() as u64;
    }

    fn finish(self, end: End) -> Received {
        let Self { limits, declared, came, .. } = self;
        let bytes = Bytes::from(self.kept.into_boxed_slice());
        let whole = matches!(end, End::Whole);
        let size = if whole { Some(came) } else { declared };
        let over = came > limits.max_body as u64;
        let refused = match end {
            _ if over => refuse::body_too_large(size, limits),
            End::Whole => return Received { bytes, extent: Extent::Whole, refused: None },
            End::TooLarge => refuse::body_too_large(size, limits),
            End::Stalled => refuse::body_timed_out(came, size, limits.body),
            End::Broken(error) => refuse::body_broken(came, size, &error),
        };
        Received { bytes, extent: Extent::Cut { size }, refused: Some(refused) }
    }
}
