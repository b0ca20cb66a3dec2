//! The work of reading a body, off the loop.

use std::sync::Arc;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::fields::Fields;
use super::text_page::TextPage;
use crate::json::tree::{Shape, Tree};
use crate::json::{Document, ParseError};
use crate::store::Seq;
use crate::wire::Delivery;

/// Up to this many bytes reading takes less time than a frame has, and is done at once.
const AT_ONCE: usize = 32 * 1024;

/// A body to be read.
#[derive(Clone, Debug)]
pub struct ParseJob {
    pub(crate) seq: Seq,
    pub(crate) delivery: Arc<Delivery>,
    pub(crate) shape: Shape,
}

/// A body as it was read.
#[derive(Debug)]
pub struct Parsed {
    pub(crate) seq: Seq,
    pub(crate) content: Content,
    /// SHA-256 of the bytes as sent.
    pub(crate) sha256: [u8; 32],
}

/// What a body turned out to be.
#[derive(Debug)]
pub(crate) enum Content {
    Empty,
    Json(Tree),
    /// Meant to be JSON, but it is not.
    Broken {
        error: ParseError,
    },
    Fields(Fields),
    Text(TextPage),
    Binary,
}

impl ParseJob {
    /// Whether it is done before anybody would notice.
    pub(super) fn is_small(&self) -> bool {
        self.delivery.body.len() <= AT_ONCE && self.delivery.head.get("content-encoding").is_none()
    }
}

/// Reads a body. May take long: it runs on the worker.
pub fn run(job: ParseJob) -> Parsed {
    let body = &job.delivery.body;
    let sha256 = Sha256::digest(body).into();
    let content = read(body.clone(), &job.delivery.media_type(), &job.shape);
    Parsed { seq: job.seq, content, sha256 }
}

/// Reads bytes by what they look like; the content type decides only where they look like nothing.
fn read(body: Bytes, media_type: &str, shape: &Shape) -> Content {
    if body.is_empty() {
        return Content::Empty;
    }
    match Document::parse(body.clone()) {
        Ok(document) => Content::Json(Tree::new(Arc::new(document), shape)),
        Err(error) if is_meant_as_json(&body, media_type) => Content::Broken { error },
        Err(_) => read_other(body, media_type),
    }
}

fn is_meant_as_json(body: &[u8], media_type: &str) -> bool {
    let begins_so = matches!(body.iter().find(|byte| !byte.is_ascii_whitespace()), Some(b'{' | b'['));
    begins_so || media_type.ends_with("/json") || media_type.ends_with("+json")
}

fn read_other(body: Bytes, media_type: &str) -> Content {
    if media_type == "application/x-www-form-urlencoded" {
        let rows: Vec<_> = form_urlencoded::parse(&body)
            .map(|(name, value)| (name.into_owned(), Bytes::from(value.into_owned())))
            .collect();
        return Content::Fields(Fields::new(
            format!("form, {}", crate::text::count(rows.len(), "field", "fields")),
            rows,
        ));
    }
    let text = TextPage::new(body);
    if text.is_hex() { Content::Binary } else { Content::Text(text) }
}
