//! A delivery as the plain text that people write in an editor, and back: request line and headers, an empty line, the body.
//!
//! Lines end in LF alone here, for editors show a CR or take it away; what is read back has the line breaks of the delivery
//! that was written, and whatever line was not touched has its very bytes.

mod read;
#[cfg(test)]
mod tests;

use std::fmt;

use bytes::Bytes;

use crate::text;
use crate::wire::lines::Lines;
use crate::wire::{Delivery, Head};

/// A delivery that no text editor can be trusted with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotEditable {
    /// Only a part of its body is held.
    #[error("only a part of its body is held")]
    Truncated,
    /// Its body is compressed, or encoded in another way.
    #[error("its body is encoded ({0}), and an editor would spoil it")]
    Encoded(String),
    /// Its body is no text.
    #[error("its body is not UTF-8 text, and an editor would spoil it")]
    Body,
    /// Its headers are no text.
    #[error("its headers are not UTF-8 text, and an editor would spoil them")]
    Head,
}

/// A text that is no HTTP message: one line that says where and what.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// The first line is no request.
    #[error("line {line}: expected a request line such as POST /hooks HTTP/1.1")]
    Request {
        /// The number of the line, from 1.
        line: usize,
    },
    /// A header has no name and colon.
    #[error("line {line}: expected a header such as Content-Type: application/json, or an empty line before the body")]
    Header {
        /// The number of the line, from 1.
        line: usize,
    },
    /// A header has a character that ends the message or hides a part of it.
    #[error("line {line}: a header cannot have a control character in it")]
    Control {
        /// The number of the line, from 1.
        line: usize,
    },
}

/// A message as it was edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its head, the length in it right.
    pub head: Head,
    /// Its body.
    pub body: Bytes,
    /// What is another than before.
    pub changes: Changes,
}

/// What an edit changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Whether the request line is another.
    pub request: bool,
    /// How many headers are others; the length that follows the body is none.
    pub headers: usize,
    /// The sizes of the body before and now, in bytes, where it is another.
    pub body: Option<(usize, usize)>,
}

/// Writes a delivery as text. Editors keep only what [`editable`] lets through.
pub fn write(delivery: &Delivery) -> Vec<u8> {
    let lines = Lines::of(&delivery.head);
    let mut text = Vec::with_capacity(delivery.head.as_bytes().len() + delivery.body.len());
    for line in lines.iter() {
        for part in line.split_inclusive(|byte| *byte == b'\n') {
            text.extend_from_slice(unbroken(part));
            text.push(b'\n');
        }
    }
    text.push(b'\n');
    text.extend_from_slice(&delivery.body);
    text
}

/// Whether a text editor can show a delivery and save it without spoiling what nobody touched.
pub fn editable(delivery: &Delivery) -> Result<(), NotEditable> {
    let identity = |coding: &&[u8]| coding.is_empty() || coding.eq_ignore_ascii_case(b"identity");
    let coding = delivery.head.get_all("content-encoding").find(|coding| !identity(coding));
    let is_text = |bytes: &[u8]| simdutf8::basic::from_utf8(bytes).is_ok() && memchr::memchr(0, bytes).is_none();
    if delivery.is_truncated() {
        Err(NotEditable::Truncated)
    } else if let Some(coding) = coding {
        Err(NotEditable::Encoded(text::visible_bytes(coding).into_owned()))
    } else if !is_text(delivery.head.as_bytes()) {
        Err(NotEditable::Head)
    } else if !is_text(&delivery.body) {
        Err(NotEditable::Body)
    } else {
        Ok(())
    }
}

/// Reads a text that was written of a delivery and edited since. An editor's own line break at the end of a body that had
/// none is no part of it.
pub fn read(text: &Bytes, original: &Delivery) -> Result<Message, MessageError> {
    read::read(text, original)
}

impl Changes {
    /// Whether nothing is another.
    pub fn is_none(self) -> bool {
        self == Self::default()
    }
}

/// `request line, 2 headers, body +12 B`
impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let request = self.request.then(|| "request line".to_owned());
        let headers = (self.headers > 0).then(|| text::count(self.headers, "header", "headers"));
        let body = self.body.map(|(before, now)| match now.cmp(&before) {
            std::cmp::Ordering::Less => format!("body \u{2212}{}", text::size((before - now) as u64)),
            std::cmp::Ordering::Equal => "body, same size".to_owned(),
            std::cmp::Ordering::Greater => format!("body +{}", text::size((now - before) as u64)),
        });
        f.write_str(&[request, headers, body].into_iter().flatten().collect::<Vec<_>>().join(", "))
    }
}

/// A line without its line break.
fn unbroken(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}
