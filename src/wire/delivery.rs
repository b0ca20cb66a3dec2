//! One HTTP request, exactly as received.

use std::net::SocketAddr;

use bytes::Bytes;
use jiff::Timestamp;

use super::Head;

/// One HTTP request, exactly as received: the head's bytes and the body's bytes after HTTP's own framing (chunks) is
/// taken off. It never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// When its head was complete.
    pub received_at: Timestamp,
    /// Who sent it; recordings of others may not say.
    pub peer: Option<SocketAddr>,
    /// Method, target and headers.
    pub head: Head,
    /// The bytes that were kept of the body.
    pub body: Bytes,
    /// Whether that is all of it.
    pub extent: Extent,
}

/// How much of a body was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    Whole,
    /// Its beginning: the rest was over the limit or never came.
    Cut {
        /// The size of the whole body in bytes, where it is known.
        size: Option<u64>,
    },
}

/// Why a request never became a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The status its sender was answered: 400, 408, 413, 414 or 431.
    pub status: u16,
    /// One plain sentence.
    pub reason: String,
}

impl Delivery {
    /// The size of the whole body in bytes, where it is known.
    pub fn size(&self) -> Option<u64> {
        match self.extent {
            Extent::Whole => Some(self.body.len() as u64),
            Extent::Cut { size } => size,
        }
    }

    /// Whether only the beginning of the body was kept.
    pub fn is_truncated(&self) -> bool {
        self.extent != Extent::Whole
    }

    /// The content type without its parameters, in lower case; empty when there is none.
    pub fn media_type(&self) -> String {
        let value = self.head.get_str("content-type").unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The memory it holds, in bytes.
    pub fn footprint(&self) -> usize {
        size_of::<Self>() - size_of::<Head>() + self.head.footprint() + self.body.len()
    }
}
