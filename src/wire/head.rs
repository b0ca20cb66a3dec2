//! The head of a request or an answer as one buffer, with the places of its parts.
//!
//! Signatures cover exact bytes and people hunt for a wrong letter case, so nothing here is normalised: the letter case,
//! the order and the duplicates of the headers stay as they were. One buffer and a few offsets per header also cost a
//! third of what a map of strings would.

use std::fmt;
use std::ops::Range;

use bytes::Bytes;

/// The protocol version a head arrived with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// `HTTP/1.0`
    Http10,
    /// `HTTP/1.1`
    Http11,
    /// `HTTP/2.0`; its heads have no wire text of their own, so names are lower case and the layout is ours.
    Http2,
    /// The bytes did not say, or said something else.
    Unknown,
}

impl Version {
    /// The name used on the wire and in records; empty when it is not known.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http10 => "HTTP/1.0",
            Self::Http11 => "HTTP/1.1",
            Self::Http2 => "HTTP/2.0",
            Self::Unknown => "",
        }
    }

    /// The version with that name, or [`Version::Unknown`].
    pub fn from_name(name: &str) -> Self {
        match name {
            "HTTP/1.0" => Self::Http10,
            "HTTP/1.1" => Self::Http11,
            "HTTP/2.0" | "HTTP/2" => Self::Http2,
            _ => Self::Unknown,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One header as it was sent: the name in its own letter case, the value without the blanks around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header<'a> {
    /// The name; bytes that are not UTF-8 cannot be part of a name, so a line that has them is no header.
    pub name: &'a str,
    /// The value; any bytes.
    pub value: &'a [u8],
}

/// A request head (or, for answers, a status line and headers).
///
/// [`Head::parse`] never fails: a head that HTTP refuses is what a user most wants to see, so whatever can be told from
/// it is told and the bytes stay as they are.
#[derive(Clone, PartialEq, Eq)]
pub struct Head {
    bytes: Bytes,
    method: (u32, u32),
    target: (u32, u32),
    version: Version,
    headers: Box<[Span]>,
}

/// Offsets into the buffer; a head is far smaller than 4 GiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    name: (u32, u32),
    value: (u32, u32),
}

impl Head {
    /// Finds the parts of a head in its exact bytes. What cannot be told is empty.
    pub fn parse(bytes: Bytes) -> Self {
        let start = bytes.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let (line, mut rest) = line_at(&bytes, start);
        let (method, target, version) = request_line(&bytes, line);
        let mut headers = Vec::with_capacity(12);
        while rest < bytes.len() {
            let (line, next) = line_at(&bytes, rest);
            rest = next;
            if line.is_empty() {
                break;
            }
            headers.extend(header_line(&bytes, line));
        }
        Self { method, target, version, headers: headers.into_boxed_slice(), bytes }
    }

    /// Starts a head that is not on any wire yet: of a delivery to be sent, or one that arrived over HTTP/2.
    pub fn build(method: &str, target: &str, version: Version) -> HeadBuilder {
        let mut text = Vec::with_capacity(256);
        text.extend_from_slice(format!("{method} {target} {version}\r\n").as_bytes());
        HeadBuilder { text }
    }

    /// The whole head. Over HTTP/1 these are the bytes of the wire, the empty line at the end included.
    pub fn as_bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The method, empty when the bytes do not say.
    pub fn method(&self) -> &str {
        self.str_at(self.method)
    }

    /// The request target exactly as sent (`/hooks?x=1`, `*`, `http://host/path`); bytes that are not UTF-8 make it
    /// empty here, and [`Head::target_bytes`] has them.
    pub fn target(&self) -> &str {
        self.str_at(self.target)
    }

    /// The request target as bytes.
    pub fn target_bytes(&self) -> &[u8] {
        &self.bytes[range(self.target)]
    }

    /// The path of the target, without its query.
    pub fn path(&self) -> &str {
        self.target().split(['?', '#']).next().unwrap_or_default()
    }

    /// The query of the target, without its `?`.
    pub fn query(&self) -> Option<&str> {
        self.target().split_once('?').map(|(_, query)| query)
    }

    /// The protocol version.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Every header in the order received, duplicates included.
    pub fn headers(&self) -> impl ExactSizeIterator<Item = Header<'_>> + DoubleEndedIterator {
        self.headers.iter().map(|span| Header { name: self.str_at(span.name), value: &self.bytes[range(span.value)] })
    }

    /// The value of the first header of that name; names compare without letter case.
    pub fn get<'a>(&'a self, name: &'a str) -> Option<&'a [u8]> {
        self.get_all(name).next()
    }

    /// The value of the first header of that name, when it is UTF-8.
    pub fn get_str<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.get(name).and_then(|value| std::str::from_utf8(value).ok())
    }

    /// The values of all headers of that name, in the order received.
    pub fn get_all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.headers().filter(move |header| header.name.eq_ignore_ascii_case(name)).map(|header| header.value)
    }

    /// The memory this head holds, in bytes.
    pub fn footprint(&self) -> usize {
        size_of::<Self>() + self.bytes.len() + self.headers.len() * size_of::<Span>()
    }

    fn str_at(&self, span: (u32, u32)) -> &str {
        std::str::from_utf8(&self.bytes[range(span)]).unwrap_or_default()
    }
}

impl fmt::Debug for Head {
    // Headers carry credentials; a debug print of a head must not.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Head({} {} {}, {} headers)", self.method(), self.path(), self.version, self.headers.len())
    }
}

/// Writes a head in the layout of HTTP/1.
pub struct HeadBuilder {
    text: Vec<u8>,
}

impl HeadBuilder {
    /// Adds a header as given. Line breaks would begin another header, so they are left out of the value.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.push(name, value.as_ref());
        self
    }

    /// Adds a header in place.
    pub fn push(&mut self, name: &str, value: &[u8]) {
        self.text.extend_from_slice(name.as_bytes());
        self.text.extend_from_slice(b": ");
        self.text.extend(value.iter().filter(|byte| !matches!(byte, b'\r' | b'\n')));
        self.text.extend_from_slice(b"\r\n");
    }

    /// Ends the head with its empty line.
    pub fn finish(mut self) -> Head {
        self.text.extend_from_slice(b"\r\n");
        self.text.shrink_to_fit();
        Head::parse(Bytes::from(self.text))
    }
}

fn range(span: (u32, u32)) -> Range<usize> {
    span.0 as usize..span.1 as usize
}

#[expect(clippy::cast_possible_truncation, reason = "heads are capped far below 4 GiB while they are read")]
fn span(range: Range<usize>) -> (u32, u32) {
    (range.start as u32, range.end as u32)
}

/// The line that begins at `start`, without its line break, and where the next one begins.
fn line_at(bytes: &[u8], start: usize) -> (Range<usize>, usize) {
    let (end, next) = match memchr::memchr(b'\n', &bytes[start..]) {
        Some(at) => (start + at, start + at + 1),
        None => (bytes.len(), bytes.len()),
    };
    let end = if end > start && bytes[end - 1] == b'\r' { end - 1 } else { end };
    (start..end, next)
}

fn request_line(bytes: &[u8], line: Range<usize>) -> ((u32, u32), (u32, u32), Version) {
    let text = &bytes[line.clone()];
    let method_end = memchr::memchr(b' ', text).unwrap_or(text.len());
    let tail = memchr::memrchr(b' ', text).filter(|&at| at > method_end);
    let version = tail
        .map_or(Version::Unknown, |at| Version::from_name(std::str::from_utf8(&text[at + 1..]).unwrap_or_default()));
    let target_end = match (tail, version) {
        (Some(at), known) if known != Version::Unknown => at,
        _ => text.len(),
    };
    let target_start = (method_end + 1).min(target_end);
    let place = |from: usize, to: usize| span(line.start + from..line.start + to);
    (place(0, method_end), place(target_start, target_end), version)
}

fn header_line(bytes: &[u8], line: Range<usize>) -> Option<Span> {
    let text = &bytes[line.clone()];
    let colon = memchr::memchr(b':', text)?;
    if colon == 0 || !text[..colon].iter().all(u8::is_ascii_graphic) {
        return None;
    }
    let blank = |byte: &&u8| matches!(byte, b' ' | b'\t');
    let lead = text[colon + 1..].iter().take_while(blank).count();
    let trail = text[colon + 1 + lead..].iter().rev().take_while(blank).count();
    let value = line.start + colon + 1 + lead..line.end - trail;
    Some(Span { name: span(line.start..line.start + colon), value: span(value) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &'static [u8]) -> Head {
        Head::parse(Bytes::from_static(text))
    }

    fn pairs(head: &Head) -> Vec<(&str, &[u8])> {
        head.headers().map(|header| (header.name, header.value)).collect()
    }

    #[test]
    fn keeps_letter_case_order_and_duplicates() {
        let head = parse(b"POST /a?b=c HTTP/1.1\r\nX-Dup: 1\r\nhost:h\r\nx-dup:\t2 \r\n\r\n");
        assert_eq!((head.method(), head.target(), head.version()), ("POST", "/a?b=c", Version::Http11));
        assert_eq!((head.path(), head.query()), ("/a", Some("b=c")));
        assert_eq!(pairs(&head), [("X-Dup", &b"1"[..]), ("host", b"h"), ("x-dup", b"2")]);
        assert_eq!(head.get_all("X-DUP").collect::<Vec<_>>(), [b"1", b"2"]);
    }

    #[test]
    fn a_broken_head_tells_what_it_can() {
        let cases: [(&[u8], &str, &str, Version, usize); 6] = [
            (b"", "", "", Version::Unknown, 0),
            (b"GET", "GET", "", Version::Unknown, 0),
            (b"GET /x y HTTP/1.1\nA: b", "GET", "/x y", Version::Http11, 1),
            (b"GET  HTTP/1.1\r\n\r\n", "GET", "", Version::Http11, 0),
            (b"GET / HTTP/9\r\nno colon\r\n: empty\r\nbad name: x\r\nok:\r\n", "GET", "/ HTTP/9", Version::Unknown, 1),
            (b"\x16\x03\x01\x02\x00", "", "", Version::Unknown, 0),
        ];
        for (bytes, method, target, version, headers) in cases {
            let head = parse(bytes);
            let name = String::from_utf8_lossy(bytes).into_owned();
            assert_eq!(head.as_bytes(), bytes, "{name}");
            assert_eq!((head.version(), head.headers().len()), (version, headers), "{name}");
            if std::str::from_utf8(bytes).is_ok() && !method.is_empty() {
                assert_eq!((head.method(), head.target()), (method, target), "{name}");
            }
        }
    }

    #[test]
    fn a_built_head_cannot_be_broken_out_of() {
        let head = Head::build("POST", "/x", Version::Http11).header("A", b"1\r\nB: 2").finish();
        assert_eq!(pairs(&head), [("A", &b"1B: 2"[..])]);
        assert_eq!(head.as_bytes(), &b"POST /x HTTP/1.1\r\nA: 1B: 2\r\n\r\n"[..]);
    }
}
