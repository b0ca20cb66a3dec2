//! The lines of a head, so that some can be changed while the others stay as they are, byte for byte.
//!
//! A line is taken with its line break and with the folded lines that belong to it.

use std::borrow::Cow;

use bytes::Bytes;

use super::Head;

/// A head as lines.
pub(crate) struct Lines<'a> {
    head: &'a Head,
    /// Empty lines that came before the request.
    lead: &'a [u8],
    request: Cow<'a, [u8]>,
    fields: Vec<Cow<'a, [u8]>>,
    /// The empty line at the end.
    tail: Cow<'a, [u8]>,
}

impl<'a> Lines<'a> {
    pub(crate) fn of(head: &'a Head) -> Self {
        let bytes: &[u8] = head.as_bytes();
        let start = blank_lines(bytes);
        let (request, rest) = bytes[start..].split_at(skip_line(bytes, start) - start);
        let fields: Vec<_> = field_lines(bytes).map(Cow::Borrowed).collect();
        let tail = &rest[fields.iter().map(|line| line.len()).sum()..];
        Self { head, lead: &bytes[..start], request: request.into(), fields, tail: tail.into() }
    }

    /// Empty lines that came before the request.
    pub(crate) fn lead(&self) -> &[u8] {
        self.lead
    }

    /// The request line and the fields after it.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        std::iter::once(&*self.request).chain(self.fields.iter().map(|line| &**line))
    }

    /// The empty line at the end; nothing where the head breaks off before it.
    pub(crate) fn tail(&self) -> &[u8] {
        &self.tail
    }

    /// The line break that the request line has.
    pub(crate) fn line_break(&self) -> &'static [u8] {
        if self.request.ends_with(b"\n") && !self.request.ends_with(b"\r\n") { b"\n" } else { b"\r\n" }
    }

    /// Asks for another target.
    pub(crate) fn set_target(&mut self, target: &[u8]) {
        let before = self.head.method().len() + 1;
        let after = before + self.head.target_bytes().len();
        if let (Some(method), Some(version)) = (self.request.get(..before), self.request.get(after..)) {
            self.request = [method, target, version].concat().into();
        }
    }

    /// Whether there is a field of that name; names compare without letter case.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|line| is_named(line, name))
    }

    /// Gives a field another value: at its own place and with its name as it is written; a second one of that name goes.
    /// What is not there yet comes last.
    pub(crate) fn set(&mut self, name: &str, value: &[u8]) {
        let mut is_set = false;
        self.fields.retain_mut(|line| {
            if !is_named(line, name) {
                return true;
            }
            *line = with_value(line, value).into();
            !std::mem::replace(&mut is_set, true)
        });
        if !is_set {
            self.fields.push([name.as_bytes(), b": ", value, self.line_break()].concat().into());
        }
    }

    /// The head that they are now.
    pub(crate) fn head(mut self) -> Head {
        let line_break = self.line_break();
        if self.tail.is_empty() {
            self.tail = line_break.into();
        }
        let mut bytes = self.lead.to_vec();
        for line in self.iter() {
            bytes.extend_from_slice(line);
            if !line.ends_with(b"\n") {
                bytes.extend_from_slice(line_break);
            }
        }
        bytes.extend_from_slice(&self.tail);
        Head::parse(Bytes::from(bytes))
    }
}

/// The lines of a head after its first.
pub(crate) fn field_lines(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = &head[skip_line(head, blank_lines(head))..];
    std::iter::from_fn(move || {
        let mut end = skip_line(rest, 0);
        if matches!(&rest[..end], b"" | b"\r\n" | b"\n") {
            return None;
        }
        while matches!(rest.get(end), Some(b' ' | b'\t')) {
            end = skip_line(rest, end);
        }
        let (line, after) = rest.split_at(end);
        rest = after;
        Some(line)
    })
}

/// HTTP lets empty lines come before a request.
pub(crate) fn blank_lines(head: &[u8]) -> usize {
    head.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count()
}

pub(crate) fn skip_line(bytes: &[u8], from: usize) -> usize {
    memchr::memchr(b'\n', &bytes[from..]).map_or(bytes.len(), |at| from + at + 1)
}

/// The name of a field, in lower case.
pub(crate) fn field_name(line: &[u8]) -> String {
    let end = memchr::memchr(b':', line).unwrap_or(0);
    String::from_utf8_lossy(&line[..end]).to_ascii_lowercase()
}

/// The line with another value; letter case, blanks and line break as they were.
pub(crate) fn with_value(line: &[u8], value: &[u8]) -> Vec<u8> {
    let colon = memchr::memchr(b':', line).map_or(line.len(), |at| at + 1);
    let lead = line[colon..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let end = line.trim_ascii_end().len().max(colon + lead);
    [&line[..colon + lead], value, &line[end..]].concat()
}

fn is_named(line: &[u8], name: &str) -> bool {
    memchr::memchr(b':', line).is_some_and(|end| line[..end].eq_ignore_ascii_case(name.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(head: &'static str, change: impl FnOnce(&mut Lines<'_>)) -> String {
        let head = Head::parse(Bytes::from_static(head.as_bytes()));
        let mut lines = Lines::of(&head);
        change(&mut lines);
        String::from_utf8(lines.head().as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn what_is_not_changed_stays_byte_for_byte() {
        let heads = [
            "POST /a HTTP/1.1\r\nX-Dup: 1\r\nhost:h \r\nx-dup:\t2\r\n folded\r\n\r\n",
            "\r\n\r\nGET / HTTP/1.0\nA:b\n\n",
            "GET / HTTP/1.1\r\n\r\n",
            "G\r\nno colon\r\n\r\n",
        ];
        for head in heads {
            assert_eq!(changed(head, |_| ()), head);
        }
    }

    #[test]
    fn a_value_changes_where_it_stands_and_once() {
        let head = "POST /a HTTP/1.1\r\nA: 1\r\nX-SIG:  old \r\nB: 2\r\nx-sig: older\r\n folded\r\n\r\n";
        let new = "POST /a HTTP/1.1\r\nA: 1\r\nX-SIG:  new \r\nB: 2\r\n\r\n";
        assert_eq!(changed(head, |lines| lines.set("X-Sig", b"new")), new);
        let cases = [
            ("GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nX-Sig: new\r\n\r\n"),
            ("GET / HTTP/1.1\nA: b\n\n", "GET / HTTP/1.1\nA: b\nX-Sig: new\n\n"),
            ("GET / HTTP/1.1\r\nA: b", "GET / HTTP/1.1\r\nA: b\r\nX-Sig: new\r\n\r\n"),
        ];
        for (head, new) in cases {
            assert_eq!(changed(head, |lines| lines.set("X-Sig", b"new")), new, "{head}");
        }
    }

    #[test]
    fn another_target_leaves_method_and_version() {
        let head = "POST /a?b=c HTTP/1.1\r\nA: 1\r\n\r\n";
        assert_eq!(changed(head, |lines| lines.set_target(b"/x")), "POST /x HTTP/1.1\r\nA: 1\r\n\r\n");
    }
}
