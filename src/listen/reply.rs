//! What senders are answered.
//!
//! A reply never tells the verdict: it would answer a forger's question whether this one is right.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;

use super::hold::{Given, Holds, Silence};
use crate::config::{Act, Reply, ReplyBody, When};
use crate::text;

const RECEIVED: &[u8] = b"{\"received\":true}\n";

/// The largest file that is answered with.
const MAX_FILE: u64 = 32 * 1024 * 1024;

/// A reply that cannot be given: what is wrong with the file its body is in.
#[derive(Debug, thiserror::Error)]
pub enum UnusableReply {
    /// It cannot be read.
    #[error("cannot read {file}, the body of the reply: {reason}")]
    Unreadable {
        /// The file, safe to print.
        file: String,
        /// What the system said.
        reason: io::Error,
    },
    /// It is a folder, a pipe or a device.
    #[error("{0}, the body of the reply, is no file")]
    NoFile(String),
    /// It is too large.
    #[error("{0}, the body of the reply, is over {size}", size = text::size(MAX_FILE))]
    TooLarge(String),
}

/// A reply ready to be given, and how often it was.
#[derive(Debug)]
pub(super) struct Rule {
    written: Reply,
    /// What is answered, if anything is.
    answer: Answer,
    asked: AtomicU32,
}

/// An answer, ready to be given as often as it is wanted.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Rule {
    /// Reads the file that the body is in, if it is in one.
    pub(super) fn new(written: Reply) -> Result<Self, UnusableReply> {
        let answer = match &written.act {
            Act::Answer { status, headers, body } => Answer::new(*status, headers, body.as_ref())?,
            Act::Hang | Act::Drop => Answer::default(),
        };
        Ok(Self { written, answer, asked: AtomicU32::new(0) })
    }

    /// A status for every delivery; a success with a small JSON body.
    pub(super) fn status(status: StatusCode) -> Self {
        let act = Act::Answer { status: status.as_u16(), headers: Vec::new(), body: None };
        let written = Reply { act, delay: Duration::ZERO, when: When::Always };
        let answer = if tells_of_receipt(status) { Answer::default() } else { Answer::empty() };
        Self { written, answer: Answer { status, ..answer }, asked: AtomicU32::new(0) }
    }

    pub(super) fn written(&self) -> &Reply {
        &self.written
    }

    /// Whether it is for this delivery, which is counted: of any number that arrive at once, exactly as many are taken as
    /// were meant.
    pub(super) fn takes(&self) -> bool {
        match self.written.when {
            When::Always => true,
            When::Next(count) => {
                let one_more = |asked: u32| (asked < count.get()).then(|| asked + 1);
                self.asked.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more).is_ok()
            }
            When::Every(count) => {
                let one_more = |asked: u32| Some((asked + 1) % count);
                let before = self.asked.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more);
                before.is_ok_and(|asked| asked + 1 == count.get())
            }
        }
    }

    /// How many more deliveries it is for, where they are counted.
    pub(super) fn left(&self) -> Option<u32> {
        match self.written.when {
            When::Next(count) => Some(count.get() - self.asked.load(Ordering::Relaxed)),
            When::Always | When::Every(_) => None,
        }
    }

    /// What a sender is given that it is for.
    pub(super) fn give(&self, holds: &Holds) -> Given {
        let given = match &self.written.act {
            Act::Answer { .. } => Given::answer(&self.answer),
            Act::Hang => holds.hang(),
            Act::Drop => Given::silence(Silence::Drop),
        };
        holds.delayed(given, self.written.delay)
    }
}

impl Answer {
    fn new(status: u16, written: &[(Box<str>, Box<str>)], body: Option<&ReplyBody>) -> Result<Self, UnusableReply> {
        let mut headers = HeaderMap::new();
        for (name, value) in written {
            // Whoever wrote the reply was told already if HTTP does not allow them.
            if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
                headers.append(name, value);
            }
        }
        let status = StatusCode::from_u16(status).unwrap_or_default();
        let body = match body {
            Some(ReplyBody::Text(text)) => Bytes::copy_from_slice(text.as_bytes()),
            Some(ReplyBody::File(file)) => read(file)?,
            None if !tells_of_receipt(status) => Bytes::new(),
            None => {
                headers.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
                Bytes::from_static(RECEIVED)
            }
        };
        Ok(Self { status, headers, body })
    }

    fn empty() -> Self {
        Self { status: StatusCode::OK, headers: HeaderMap::new(), body: Bytes::new() }
    }

    /// What a delivery is answered where nobody has said anything.
    pub(super) fn usual() -> &'static Self {
        static USUAL: LazyLock<Answer> = LazyLock::new(Answer::default);
        &USUAL
    }

    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    pub(super) fn response(&self) -> Response {
        let mut response = Response::new(Body::from(self.body.clone()));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers.clone();
        response
    }
}

impl Default for Answer {
    fn default() -> Self {
        let json = (header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Self { status: StatusCode::OK, headers: HeaderMap::from_iter([json]), body: Bytes::from_static(RECEIVED) }
    }
}

/// Whether an answer says that the delivery was received. A failure that did would puzzle whoever reads the provider's
/// log, and 204 has no body (RFC 9110 §6.4.1).
fn tells_of_receipt(status: StatusCode) -> bool {
    status.is_success() && status != StatusCode::NO_CONTENT
}

/// Nothing is opened that may never end or never begin.
fn read(path: &Path) -> Result<Bytes, UnusableReply> {
    let name = || text::visible(&path.display().to_string()).into_owned();
    let unreadable = |reason| UnusableReply::Unreadable { file: name(), reason };
    if !path.metadata().map_err(unreadable)?.is_file() {
        return Err(UnusableReply::NoFile(name()));
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(MAX_FILE + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(UnusableReply::TooLarge(name()));
    }
    Ok(Bytes::from(bytes.into_boxed_slice()))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    fn rule(written: &str) -> Rule {
        Rule::new(written.parse().unwrap()).unwrap()
    }

    #[test]
    fn a_counted_reply_takes_as_many_as_were_meant() {
        let cases = [("503", "yyyyyy"), ("503 next=2", "yynnnn"), ("503 every=3", "nnynny"), ("503 every=1", "yyyyyy")];
        for (written, expected) in cases {
            let rule = rule(written);
            let taken: String = expected.chars().map(|_| if rule.takes() { 'y' } else { 'n' }).collect();
            assert_eq!(taken, expected, "{written}");
        }
    }

    #[test]
    fn deliveries_at_once_are_counted_one_by_one() {
        for (written, expected) in [("503 next=77", 77), ("503 every=4", 250)] {
            let (rule, taken) = (rule(written), AtomicUsize::new(0));
            let ask = || taken.fetch_add((0..100).filter(|_| rule.takes()).count(), Ordering::Relaxed);
            std::thread::scope(|scope| (0..10).for_each(|_| drop(scope.spawn(ask))));
            assert_eq!(taken.into_inner(), expected, "{written}");
        }
        let rule = rule("503 next=2");
        assert_eq!(
            (rule.left(), rule.takes(), rule.left(), rule.takes(), rule.left()),
            (Some(2), true, Some(1), true, Some(0))
        );
    }

    #[test]
    fn a_body_is_read_from_a_file_and_from_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a body");
        std::fs::write(&file, b"\xff\0").unwrap();
        assert_eq!(rule(&format!("200 body=@{}", file.display())).answer.body, b"\xff\0"[..]);
        let error = |path: &Path| read(path).unwrap_err().to_string();
        assert!(error(folder.path()).ends_with("the body of the reply, is no file"), "{}", error(folder.path()));
        assert!(error(Path::new("/dev/zero")).ends_with("is no file"));
        assert!(error(&folder.path().join("none")).starts_with("cannot read "));
        File::create(&file).unwrap().set_len(MAX_FILE + 1).unwrap();
        assert!(error(&file).ends_with("the body of the reply, is over 32 MiB"), "{}", error(&file));
    }
}
