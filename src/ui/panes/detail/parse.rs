//! The work of reading a body, off the loop.

use std::sync::Arc;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::fields::Fields;
use super::text_page::TextPage;
use crate::body::{self, Field, Part, Readable};
use crate::json::ParseError;
use crate::json::tree::{Shape, Tree};
use crate::store::Seq;
use crate::text;
use crate::wire::{ExchangeId, Head};

/// Up to this many bytes reading takes less time than a frame has, and is done at once.
const AT_ONCE: usize = 32 * 1024;
/// At most this many bytes come out of a compressed body: a small one can hide gigabytes.
const DECODED: usize = 64 * 1024 * 1024;

/// Whose body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    Delivery(Seq),
    Answer(ExchangeId),
}

/// A body to be read.
#[derive(Clone, Debug)]
pub struct ParseJob {
    pub(crate) of: Of,
    pub(crate) head: Head,
    pub(crate) body: Bytes,
    pub(crate) shape: Shape,
}

/// A body as it was read.
#[derive(Debug)]
pub struct Parsed {
    pub(crate) of: Of,
    pub(crate) content: Content,
    /// What has to be said about how it was read.
    pub(crate) notes: Vec<String>,
    /// Whether what was read are the bytes as sent; else a coding was taken off.
    pub(crate) is_as_sent: bool,
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
        text: TextPage,
    },
    Fields(Fields),
    Text(TextPage),
    Binary(TextPage),
}

impl ParseJob {
    /// Whether it is an answer's, which waits for no delivery's and keeps none waiting.
    pub(crate) fn is_of_answer(&self) -> bool {
        matches!(self.of, Of::Answer(_))
    }

    /// Whether it is done before anybody would notice.
    pub(super) fn is_small(&self) -> bool {
        self.body.len() <= AT_ONCE && self.head.get("content-encoding").is_none()
    }
}

/// Reads a body. May take long: it runs on the worker.
pub fn run(job: ParseJob) -> Parsed {
    let body = &job.body;
    let sha256 = Sha256::digest(body).into();
    let Readable { bytes, content, notes } = body::read(&job.head, body, DECODED);
    let is_as_sent = bytes == body;
    let content = match content {
        body::Content::Empty => Content::Empty,
        body::Content::Json(document) => Content::Json(Tree::new(Arc::new(document), &job.shape)),
        body::Content::BrokenJson(error) => broken(bytes, error),
        body::Content::Form(fields) => Content::Fields(form(fields)),
        body::Content::Multipart(parts) => Content::Fields(multipart(&bytes, parts)),
        body::Content::Xml(text) | body::Content::Text(text) => Content::Text(TextPage::of_text(text)),
        body::Content::Binary => Content::Binary(TextPage::new(bytes)),
    };
    Parsed { of: job.of, content, notes, is_as_sent, sha256 }
}

fn broken(bytes: Bytes, error: ParseError) -> Content {
    let mut text = TextPage::new(bytes);
    text.mark_mistake(error.offset);
    Content::Broken { error, text }
}

fn form(fields: Vec<Field>) -> Fields {
    let rows: Vec<_> = fields.into_iter().map(|field| (field.name, Bytes::from(field.value))).collect();
    Fields::new(format!("form, {}", text::count(rows.len(), "field", "fields")), rows)
}

fn multipart(bytes: &Bytes, parts: Vec<Part>) -> Fields {
    let named = |(at, part): (usize, Part)| {
        let name = part.name.or(part.filename).unwrap_or_else(|| format!("part {}", at + 1));
        (name, bytes.slice(part.range))
    };
    let rows: Vec<_> = parts.into_iter().enumerate().map(named).collect();
    Fields::new(format!("multipart, {}", text::count(rows.len(), "part", "parts")), rows)
}
