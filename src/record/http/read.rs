//! From an edited text to the message that it is.

use std::collections::HashMap;

use bytes::Bytes;

use super::{Changes, Message, MessageError, unbroken, write};
use crate::wire::lines::{Lines, skip_line};
use crate::wire::{Delivery, Head, Version};

pub(super) fn read(text: &Bytes, original: &Delivery) -> Result<Message, MessageError> {
    if text.iter().all(u8::is_ascii_whitespace) {
        return Err(MessageError::Empty);
    }
    if *text == write(original) {
        let (head, body) = (original.head.clone(), original.body.clone());
        return Ok(Message { head, body, changes: Changes::default() });
    }
    let lines = Lines::of(&original.head);
    let mut known = Known::of(&lines);
    let mut written = Written { bytes: lines.lead().to_vec(), changes: Changes::default(), line: 0, fields: 0 };
    let mut rest = text.clone();
    while !rest.is_empty() {
        let line = rest.split_to(skip_line(&rest, 0));
        written.line += 1;
        match unbroken(&line) {
            b"" if written.has_request() => break,
            b"" => {}
            _ => written.take(&mut known, line.strip_suffix(b"\n").unwrap_or(&line))?,
        }
    }
    written.bytes.extend_from_slice(if lines.tail().is_empty() { known.line_break } else { lines.tail() });
    let body = without_added_break(rest, &original.body);
    let mut changes = Changes { headers: known.changed(written.fields), ..written.changes };
    changes.body = (body != original.body).then_some((original.body.len(), body.len()));
    let head = with_length(Head::parse(written.bytes.into()), original, body.len());
    Ok(Message { head, body, changes })
}

/// The lines of the original that no line of the text has been found to be yet.
struct Known<'a> {
    request: &'a [u8],
    /// By their text, the places and line breaks of those that read so.
    fields: HashMap<&'a [u8], Vec<(usize, &'a [u8])>>,
    count: usize,
    line_break: &'static [u8],
    /// The places of the fields that were found, in the order of the text.
    found: Vec<usize>,
}

impl<'a> Known<'a> {
    fn of(lines: &'a Lines<'_>) -> Self {
        let mut parts = lines.iter().flat_map(|line| line.split_inclusive(|byte| *byte == b'\n'));
        let request = parts.next().unwrap_or_default();
        let mut fields: HashMap<_, Vec<_>> = HashMap::new();
        let parts: Vec<_> = parts.collect();
        // Backwards, so that the first of several that read alike is found first.
        for (place, part) in parts.iter().enumerate().rev() {
            let text = unbroken(part);
            fields.entry(text).or_default().push((place, &part[text.len()..]));
        }
        Self { request, fields, count: parts.len(), line_break: lines.line_break(), found: Vec::new() }
    }

    /// The line break of an untouched field.
    fn find(&mut self, line: &[u8]) -> Option<&'a [u8]> {
        let (place, line_break) = self.fields.get_mut(line)?.pop()?;
        self.found.push(place);
        Some(line_break)
    }

    /// How many fields are others, where the text has that many: new, gone, or in another place.
    fn changed(&self, fields: usize) -> usize {
        let others = self.count.max(fields) - self.found.len();
        let in_order = self.found.windows(2).filter(|pair| pair[0] > pair[1]).count();
        others.max(in_order)
    }
}

/// The head as far as it is read.
struct Written {
    bytes: Vec<u8>,
    changes: Changes,
    /// The number of the line at hand.
    line: usize,
    fields: usize,
}

impl Written {
    fn has_request(&self) -> bool {
        self.bytes.iter().any(|byte| !matches!(byte, b'\r' | b'\n'))
    }

    fn take(&mut self, known: &mut Known<'_>, line: &[u8]) -> Result<(), MessageError> {
        if self.has_request() {
            return self.take_field(known, line);
        }
        let (request, was) = (unbroken(line), unbroken(known.request));
        self.changes.request = request != was;
        if self.changes.request {
            self.check_request(request)?;
        }
        self.push(request, &known.request[was.len()..], known.line_break);
        Ok(())
    }

    fn take_field(&mut self, known: &mut Known<'_>, line: &[u8]) -> Result<(), MessageError> {
        self.fields += 1;
        // An editor may have saved the whole file with CRLF; a CR that was there before stays.
        let bare = unbroken(line);
        self.check_name(bare)?;
        let found = known.find(line).map(|line_break| (line, line_break));
        match found.or_else(|| known.find(bare).map(|line_break| (bare, line_break))) {
            Some((line, line_break)) => self.push(line, line_break, known.line_break),
            None if bare.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t') => {
                return Err(MessageError::Control { line: self.line });
            }
            None => self.push(bare, known.line_break, known.line_break),
        }
        Ok(())
    }

    fn push(&mut self, line: &[u8], line_break: &[u8], usual: &[u8]) {
        self.bytes.extend_from_slice(line);
        self.bytes.extend_from_slice(if line_break.is_empty() { usual } else { line_break });
    }

    fn check_request(&self, line: &[u8]) -> Result<(), MessageError> {
        let head = Head::parse(Bytes::copy_from_slice(line));
        let target = head.target_bytes();
        let is_target = !target.is_empty() && target.iter().all(|byte| *byte > b' ' && *byte != 0x7f);
        let is_method = !head.method().is_empty() && head.method().bytes().all(is_token);
        if is_method && is_target && head.version() != Version::Unknown {
            Ok(())
        } else {
            Err(MessageError::Request { line: self.line })
        }
    }

    fn check_name(&self, line: &[u8]) -> Result<(), MessageError> {
        let is_folded = self.fields > 1 && matches!(line.first(), Some(b' ' | b'\t'));
        let name = memchr::memchr(b':', line).map_or(&[][..], |colon| &line[..colon]);
        let is_name = !name.is_empty() && name.iter().copied().all(is_token);
        if is_folded || is_name { Ok(()) } else { Err(MessageError::Header { line: self.line }) }
    }
}

/// What names are made of (RFC 9110, section 5.6.2).
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// The body without the line break that editors put at the end of every file.
fn without_added_break(body: Bytes, original: &Bytes) -> Bytes {
    if original.ends_with(b"\n") || !body.ends_with(b"\n") {
        return body;
    }
    let has_its_cr = original.ends_with(b"\r");
    body.slice(..if has_its_cr { body.len() - 1 } else { unbroken(&body).len() })
}

/// The head with the length of the body in it, where a length was told before.
fn with_length(head: Head, original: &Delivery, length: usize) -> Head {
    let (told, length) = (head.get("content-length"), length.to_string());
    if told.is_none() || told == Some(length.as_bytes()) || told != original.head.get("content-length") {
        return head;
    }
    let mut lines = Lines::of(&head);
    lines.set("content-length", length.as_bytes());
    lines.head()
}
