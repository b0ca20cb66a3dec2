//! Where each request head begins and ends in the bytes of one connection.
//!
//! hyper keeps neither the letter case nor the order of headers, so the heads are taken from the bytes before hyper sees
//! them. That needs HTTP/1's framing (RFC 9112 §6 and §7), and it has to go the way hyper goes: one head more or less,
//! and every later request would be shown with another's head. Where hyper refuses a request it closes the connection,
//! so it is enough to agree on what it accepts. Pure: bytes in, heads out; no socket, no clock.

use std::collections::VecDeque;
use std::mem;

use bytes::Bytes;
use jiff::Timestamp;

use crate::wire::{Head, Version};

/// How long a line of the chunked coding may be (hyper allows the same); trailers count line by line.
const MAX_LINE: usize = 16 * 1024;

/// A head that was complete, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Arrived {
    pub(super) head: Head,
    pub(super) at: Timestamp,
    /// Whether it asks for another protocol on this connection (`CONNECT`, `Upgrade`). We speak none, and cannot tell
    /// what a sender that goes on in it means, so such a request is the last of its connection.
    pub(super) leaves: bool,
}

/// What the connection waits for; it changes with every step that a sender must make in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    /// The first byte of all.
    First,
    /// The rest of the head after so many others.
    Head(u64),
    /// A further request after so many.
    Next(u64),
    /// HTTP/2 frames after so many bytes of them.
    Frames(u64),
    /// Nothing of the framing's concern: bodies have their own clock.
    Nothing,
}

/// Follows the bytes of one connection.
#[derive(Debug)]
pub(super) struct Framing {
    place: Place,
    /// Whether the connection ends with the message that is being read.
    last: bool,
    /// The beginning of a head, or of a line of the chunked coding.
    partial: Vec<u8>,
    heads: VecDeque<Arrived>,
    seen: u64,
    frames: u64,
    max_head: usize,
}

/// What the next byte belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Head,
    /// A body, or a chunk, with so many bytes to come.
    Body(u64),
    Chunk(u64),
    ChunkSize,
    ChunkEnd,
    Trailers,
    Http2,
    /// Whatever comes is no request any more.
    Over,
}

impl Framing {
    pub(super) fn new(max_head: usize) -> Self {
        let (partial, heads) = (Vec::new(), VecDeque::new());
        Self { place: Place::Head, last: false, partial, heads, seen: 0, frames: 0, max_head }
    }

    /// Takes in bytes as they come, in pieces of any size.
    pub(super) fn feed(&mut self, mut bytes: &[u8], at: Timestamp) {
        while !bytes.is_empty() {
            bytes = match self.place {
                Place::Head => self.head(bytes, at),
                Place::Body(left) => self.body(bytes, left),
                Place::Chunk(left) => self.chunk(bytes, left),
                Place::ChunkSize | Place::ChunkEnd | Place::Trailers => self.line(bytes),
                Place::Http2 => return self.frames += bytes.len() as u64,
                Place::Over => return,
            };
        }
    }

    /// The oldest head that nobody has taken.
    pub(super) fn take(&mut self) -> Option<Arrived> {
        self.heads.pop_front()
    }

    /// What has come of a head that is not complete.
    pub(super) fn take_partial(&mut self) -> Vec<u8> {
        mem::take(&mut self.partial)
    }

    /// Whether a head has begun and not ended.
    pub(super) fn is_mid_head(&self) -> bool {
        self.place == Place::Head && !self.partial.is_empty()
    }

    pub(super) fn wait(&self) -> Wait {
        match self.place {
            Place::Head if !self.partial.is_empty() => Wait::Head(self.seen),
            Place::Head if self.seen == 0 => Wait::First,
            Place::Head => Wait::Next(self.seen),
            Place::Http2 => Wait::Frames(self.frames),
            _ => Wait::Nothing,
        }
    }

    fn head<'a>(&mut self, bytes: &'a [u8], at: Timestamp) -> &'a [u8] {
        let had = self.partial.len();
        if had == 0 {
            // Empty lines before a request line are none of its bytes (RFC 9112 §2.2).
            let bytes = without_line_breaks(bytes);
            if let Some(end) = head_end(bytes) {
                self.complete(Bytes::copy_from_slice(&bytes[..end]), at);
                return &bytes[end..];
            }
            self.partial.extend_from_slice(bytes);
        } else {
            self.partial.extend_from_slice(bytes);
            let from = had.saturating_sub(2);
            if let Some(end) = head_end(&self.partial[from..]).map(|end| from + end) {
                self.partial.truncate(end);
                let head = Bytes::from(mem::take(&mut self.partial).into_boxed_slice());
                self.complete(head, at);
                return &bytes[end - had..];
            }
        }
        if self.partial.len() > self.max_head {
            self.place = Place::Over;
        }
        &[]
    }

    fn complete(&mut self, bytes: Bytes, at: Timestamp) {
        let head = Head::parse(bytes);
        let Follow { place, last, leaves } = if self.seen == 0 && head.as_bytes().starts_with(b"PRI * HTTP/2.0\r\n") {
            Follow { place: Place::Http2, last: true, leaves: false }
        } else {
            follow(&head)
        };
        self.seen += 1;
        self.last = last;
        self.heads.push_back(Arrived { head, at, leaves });
        match place {
            Place::Body(0) => self.end_message(),
            place => self.place = place,
        }
    }

    fn end_message(&mut self) {
        self.place = if self.last { Place::Over } else { Place::Head };
    }

    fn body<'a>(&mut self, bytes: &'a [u8], left: u64) -> &'a [u8] {
        let (left, rest) = skip(bytes, left);
        match left {
            0 => self.end_message(),
            _ => self.place = Place::Body(left),
        }
        rest
    }

    fn chunk<'a>(&mut self, bytes: &'a [u8], left: u64) -> &'a [u8] {
        let (left, rest) = skip(bytes, left);
        self.place = if left == 0 { Place::ChunkEnd } else { Place::Chunk(left) };
        rest
    }

    /// One byte of a line of the chunked coding. A line ends with CR LF; hyper takes neither of them alone.
    fn line<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let byte = bytes[0];
        match (self.partial.last(), byte) {
            (Some(b'\r'), b'\n') => {
                self.partial.pop();
                let line = mem::take(&mut self.partial);
                self.end_line(&line);
            }
            (Some(b'\r'), _) => self.place = Place::Over,
            _ if self.partial.len() == MAX_LINE => self.place = Place::Over,
            _ => self.partial.push(byte),
        }
        &bytes[1..]
    }

    fn end_line(&mut self, line: &[u8]) {
        match (self.place, line) {
            (Place::ChunkEnd, []) => self.place = Place::ChunkSize,
            (Place::Trailers, []) => self.end_message(),
            (Place::Trailers, _) => {}
            (Place::ChunkSize, line) => {
                self.place = match chunk_size(line) {
                    Some(0) => Place::Trailers,
                    Some(size) => Place::Chunk(size),
                    None => Place::Over,
                }
            }
            _ => self.place = Place::Over,
        }
    }
}

/// What comes after a head.
struct Follow {
    place: Place,
    last: bool,
    leaves: bool,
}

/// Decides as hyper does (`Server::parse` in its `proto/h1/role.rs`); where hyper refuses, `Over`.
fn follow(head: &Head) -> Follow {
    let mut length = None;
    let mut chunked = None;
    let (mut close, mut keep, mut upgrade, mut asks_upgrade) = (false, false, false, false);
    let over = Follow { place: Place::Over, last: true, leaves: false };
    for header in head.headers() {
        let is = |name: &str| header.name.eq_ignore_ascii_case(name);
        if is("transfer-encoding") {
            chunked = Some(last_token_is(header.value, b"chunked"));
        } else if is("content-length") && chunked.is_none() {
            let Some(size) = decimal(header.value) else { return over };
            if length.is_some_and(|known| known != size) {
                return over;
            }
            length = Some(size);
        } else if is("connection") {
            close |= has_token(header.value, b"close");
            keep |= has_token(header.value, b"keep-alive");
            asks_upgrade |= has_token(header.value, b"upgrade");
        } else if is("upgrade") {
            upgrade = true;
        }
    }
    let place = match (head.version(), chunked) {
        (Version::Http11, Some(true)) => Place::ChunkSize,
        (Version::Http11 | Version::Http10, None) => Place::Body(length.unwrap_or(0)),
        _ => return over,
    };
    let leaves = head.method() == "CONNECT" || (upgrade && asks_upgrade);
    let one_only = head.version() == Version::Http10 && !keep;
    // Both framings in one message are how requests are smuggled: hyper reads it as chunked and closes after it.
    let ambiguous = chunked.is_some() && head.get("content-length").is_some();
    Follow { place, last: close || one_only || leaves || ambiguous, leaves }
}

fn without_line_breaks(bytes: &[u8]) -> &[u8] {
    let breaks = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    &bytes[breaks..]
}

/// Where a head ends: after its first empty line. Lines end with LF, a CR before it is part of the break.
fn head_end(bytes: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'\n', bytes).find_map(|at| match bytes[at + 1..] {
        [b'\n', ..] => Some(at + 2),
        [b'\r', b'\n', ..] => Some(at + 3),
        _ => None,
    })
}

/// The bytes after `left` of them, and how many of those are still to come.
fn skip(bytes: &[u8], left: u64) -> (u64, &[u8]) {
    let here = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
    (left - here as u64, &bytes[here..])
}

/// Reads `1f4;extension`.
fn chunk_size(line: &[u8]) -> Option<u64> {
    let digits = line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    if !matches!(line.get(digits), None | Some(b';' | b' ' | b'\t')) {
        return None;
    }
    u64::from_str_radix(std::str::from_utf8(&line[..digits]).ok()?, 16).ok()
}

fn decimal(value: &[u8]) -> Option<u64> {
    let digits = value.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(value).ok().filter(|_| digits)?.parse().ok()
}

/// The tokens of a list; a value with anything but visible ASCII has none, as in hyper.
fn tokens(value: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    let readable = value.iter().all(|&byte| byte == b'\t' || (b' '..=b'~').contains(&byte));
    let value = if readable { value } else { &[] };
    value.split(|&byte| byte == b',').map(<[u8]>::trim_ascii)
}

fn has_token(value: &[u8], token: &[u8]) -> bool {
    tokens(value).any(|known| known.eq_ignore_ascii_case(token))
}

fn last_token_is(value: &[u8], token: &[u8]) -> bool {
    tokens(value).next_back().is_some_and(|last| last.eq_ignore_ascii_case(token))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The targets of all heads found, and whether a further head would be taken.
    fn follow_in_pieces(bytes: &[u8], size: usize) -> (Vec<String>, bool) {
        let mut framing = Framing::new(1024);
        for piece in bytes.chunks(size) {
            framing.feed(piece, Timestamp::UNIX_EPOCH);
        }
        let open = framing.place == Place::Head;
        let heads = std::iter::from_fn(|| framing.take());
        (heads.map(|arrived| arrived.head.target().to_owned()).collect(), open)
    }

    #[test]
    fn finds_the_heads_that_hyper_finds_however_the_bytes_are_cut() {
        let cases: [(&str, &[&str], bool); 27] = [
            ("GET /1 HTTP/1.1\r\n\r\n", &["/1"], true),
            ("\r\n\nGET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\n\n", &["/1", "/2"], true),
            ("GET /1 HTTP/1.1\r\nA: b\n\r\nGET /2 HTTP/1.1\r\n\n", &["/1", "/2"], true),
            ("GET /1 HTTP/1.1\r\nA: b", &[], true),
            (
                "POST /1 HTTP/1.1\r\nContent-Length: 18\r\n\r\nGET /2 HTTP/1.1\r\n\rGET /3 HTTP/1.1\r\n\r\n",
                &["/1", "/3"],
                true,
            ),
            ("POST /1 HTTP/1.1\r\nContent-Length: 0\r\n\r\nGET /2 HTTP/1.1\r\n\r\n", &["/1", "/2"], true),
            (
                "POST /1 HTTP/1.1\r\ncontent-LENGTH: 2\r\ncontent-length:2\r\n\r\nxxGET /2 HTTP/1.1\r\n\r\n",
                &["/1", "/2"],
                true,
            ),
            ("POST /1 HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", &["/1"], false),
            ("POST /1 HTTP/1.1\r\nContent-Length: +1\r\n\r\n", &["/1"], false),
            ("POST /1 HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", &["/1"], false),
            (
                "POST /1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /2 HTTP/1.1\r\n\r\n",
                &["/1", "/2"],
                true,
            ),
            (
                "POST /1 HTTP/1.1\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n1;a=\"b\"\r\n\n\r\n00A \r\n0123456789\r\n0\r\nT: r\r\nU:\nv\r\n\r\nGET /2 HTTP/1.1\r\n\r\n",
                &["/1", "/2"],
                true,
            ),
            ("POST /1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n0\r\n\r\n", &["/1"], false),
            (
                "POST /1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\nab\n0\n\nGET /2 HTTP/1.1\r\n\r\n",
                &["/1"],
                false,
            ),
            ("POST /1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", &["/1"], false),
            ("POST /1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000000\r\n", &["/1"], false),
            ("POST /1 HTTP/1.1\r\nTransfer-Encoding: chunked, gzip\r\n\r\n", &["/1"], false),
            ("POST /1 HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", &["/1"], false),
            // Both framings: read as chunked, and nothing after it counts.
            (
                "POST /1 HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /2 HTTP/1.1\r\n\r\n",
                &["/1"],
                false,
            ),
            ("GET /1 HTTP/1.1\r\nConnection: a, CLOSE\r\n\r\nGET /2 HTTP/1.1\r\n\r\n", &["/1"], false),
            ("GET /1 HTTP/1.0\r\n\r\nGET /2 HTTP/1.0\r\n\r\n", &["/1"], false),
            ("GET /1 HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\nGET /2 HTTP/1.0\r\n\r\n", &["/1", "/2"], false),
            ("CONNECT /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n", &["/1"], false),
            ("GET /1 HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\nGET /2 HTTP/1.1\r\n\r\n", &["/1"], false),
            ("GET /1 HTTP/1.1\r\nUpgrade: h2c\r\n\r\nGET /2 HTTP/1.1\r\n\r\n", &["/1", "/2"], true),
            ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nGET /2 HTTP/1.1\r\n\r\n", &["*"], false),
            ("GET /1 HTTP/9.9\r\n\r\nGET /2 HTTP/1.1\r\n\r\n", &["/1 HTTP/9.9"], false),
        ];
        for (bytes, targets, open) in cases {
            for size in 1..=bytes.len() {
                let (found, still_open) = follow_in_pieces(bytes.as_bytes(), size);
                assert_eq!(
                    (found, still_open),
                    (targets.iter().map(ToString::to_string).collect(), open),
                    "{bytes:?} by {size}"
                );
            }
        }
    }

    #[test]
    fn says_what_the_sender_is_awaited_for() {
        let mut framing = Framing::new(1024);
        let steps = [
            ("", Wait::First),
            ("\r\n", Wait::First),
            ("POST / HT", Wait::Head(0)),
            ("TP/1.1\r\nContent-Length: 2\r\n\r\n", Wait::Nothing),
            ("x", Wait::Nothing),
            ("x", Wait::Next(1)),
            ("GET", Wait::Head(1)),
            (" / HTTP/1.1\r\nConnection: close\r\n\r\n", Wait::Nothing),
        ];
        for (bytes, wait) in steps {
            framing.feed(bytes.as_bytes(), Timestamp::UNIX_EPOCH);
            assert_eq!(framing.wait(), wait, "after {bytes:?}");
        }
    }

    #[test]
    fn a_head_without_end_is_not_kept_without_end() {
        let mut framing = Framing::new(1024);
        for _ in 0..1000 {
            framing.feed(&[b'x'; 100], Timestamp::UNIX_EPOCH);
        }
        assert!(framing.take_partial().len() < 1200);
    }

    proptest! {
        #[test]
        fn heads_are_exact_and_no_input_is_too_odd(
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
            head in "(GET|POST) /[a-z]{0,4} HTTP/1.1\r\n(A|b): [ -~]{0,8}\r\n\r\n",
        ) {
            let mut framing = Framing::new(1024);
            framing.feed(head.as_bytes(), Timestamp::UNIX_EPOCH);
            let arrived = framing.take().unwrap();
            prop_assert_eq!(arrived.head.as_bytes(), head.as_bytes());
            framing.feed(&bytes, Timestamp::UNIX_EPOCH);
        }
    }
}
