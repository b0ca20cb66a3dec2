//! What senders are answered.
//!
//! A reply never tells the verdict: it would answer a forger's question whether this one is right.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;

use crate::wire::PathRoot;

const RECEIVED: &[u8] = b"{\"received\":true}\n";

/// What deliveries are answered: one status for all, but for paths with one of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyPlan {
    status: StatusCode,
    /// The deepest first.
    by_path: Arc<[(PathRoot, StatusCode)]>,
    body: Bytes,
}

/// A status that no delivery can be answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no status to answer with; choose one from 200 to 599")]
pub struct ReplyError(u16);

impl ReplyPlan {
    /// Answers with that status, 200 to 599, and a small JSON body.
    pub fn new(status: u16) -> Result<Self, ReplyError> {
        Ok(Self { status: answerable(status)?, ..Self::default() })
    }

    /// The same with another status on some paths; of several that cover a delivery the deepest counts.
    pub fn with_paths(self, paths: impl IntoIterator<Item = (PathRoot, u16)>) -> Result<Self, ReplyError> {
        let of_path = |(path, status)| Ok((path, answerable(status)?));
        let mut by_path: Vec<(PathRoot, StatusCode)> = paths.into_iter().map(of_path).collect::<Result<_, _>>()?;
        by_path.sort_by_key(|(path, _)| std::cmp::Reverse(path.depth()));
        Ok(Self { by_path: by_path.into(), ..self })
    }

    /// The answer to a delivery on a path.
    pub(super) fn response(&self, path: &str) -> Response {
        let status = self.status_at(path);
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        // These two have no body, whatever a plan says (RFC 9110 §6.4.1).
        if !matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
            *response.body_mut() = Body::from(self.body.clone());
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        response
    }

    fn status_at(&self, path: &str) -> StatusCode {
        self.by_path.iter().find(|(root, _)| root.covers(path)).map_or(self.status, |(_, status)| *status)
    }
}

fn answerable(status: u16) -> Result<StatusCode, ReplyError> {
    match StatusCode::from_u16(status) {
        Ok(code) if (200..600).contains(&status) => Ok(code),
        _ => Err(ReplyError(status)),
    }
}

impl Default for ReplyPlan {
    fn default() -> Self {
        Self { status: StatusCode::OK, by_path: Arc::default(), body: Bytes::from_static(RECEIVED) }
    }
}
