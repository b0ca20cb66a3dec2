//! What senders are answered.
//!
//! A reply never tells the verdict: it would answer a forger's question whether this one is right.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;

const RECEIVED: &[u8] = b"{\"received\":true}\n";

/// What every delivery is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyPlan {
    status: StatusCode,
    body: Bytes,
}

/// A status that no delivery can be answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no status to answer with; choose one from 200 to 599")]
pub struct ReplyError(u16);

impl ReplyPlan {
    /// Answers with that status, 200 to 599, and a small JSON body.
    pub fn new(status: u16) -> Result<Self, ReplyError> {
        match StatusCode::from_u16(status) {
            Ok(status) if (200..600).contains(&status.as_u16()) => Ok(Self { status, ..Self::default() }),
            _ => Err(ReplyError(status)),
        }
    }

    /// The status.
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// The answer to a delivery.
    pub(super) fn response(&self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status;
        // These two have no body, whatever a plan says (RFC 9110 §6.4.1).
        if !matches!(self.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
            *response.body_mut() = Body::from(self.body.clone());
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        response
    }
}

impl Default for ReplyPlan {
    fn default() -> Self {
        Self { status: StatusCode::OK, body: Bytes::from_static(RECEIVED) }
    }
}
