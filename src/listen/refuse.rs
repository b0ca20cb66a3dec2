//! Why a request never became a delivery, in people's words.
//!
//! A silent 400 is what a user hunts for hours, so hyper's "invalid HTTP header parsed" is not enough: the bytes are
//! looked at again and the first thing wrong with them is named. Nothing here decides anything; hyper has.

use std::time::Duration;

use bytes::Bytes;

use super::Limits;
use super::tap::Unfinished;
use crate::text;
use crate::wire::{Head, Refusal, Version};

/// The longest target hyper takes.
const MAX_TARGET: usize = u16::MAX as usize - 1;

/// The longest body hyper counts; it keeps the two numbers above for itself.
const MAX_LENGTH: u64 = u64::MAX - 2;

/// How much of a wrong line is quoted.
const QUOTE: usize = 60;

/// A head that hyper could not read.
pub(super) fn malformed(head: &[u8]) -> Refusal {
    Refusal { status: 400, reason: what_is_wrong(head) }
}

/// A head that hyper would not read to its end, or that promises more than it can count.
pub(super) fn too_large(head: &Head, limits: &Limits) -> Refusal {
    if head.target_bytes().len() > MAX_TARGET {
        return Refusal { status: 414, reason: "The request's target is longer than 64 KiB.".into() };
    }
    if let Some(reason) = head.get("content-length").and_then(uncountable) {
        return Refusal { status: 431, reason };
    }
    let reason = if head.headers().len() > limits.max_headers {
        format!("The request has more than {} headers.", limits.max_headers)
    } else {
        format!("The request's head is larger than {}.", text::size(limits.max_head as u64))
    };
    Refusal { status: 431, reason }
}

/// A head whose end did not come.
pub(super) fn unfinished(why: Unfinished, limits: &Limits) -> Refusal {
    let reason = match why {
        Unfinished::TimedOut => format!("The head did not end within {}.", text::duration(limits.head)),
        Unfinished::CutOff => "The sender closed the connection before the empty line that ends the head.".into(),
    };
    Refusal { status: why.status(), reason }
}

/// A body over the limit, of that size where it is known.
pub(super) fn body_too_large(size: Option<u64>, limits: &Limits) -> Refusal {
    let limit = text::size(limits.max_body as u64);
    let reason = match size {
        Some(size) => format!("The body is {size} bytes, over the limit of {limit}; --max-body raises it."),
        None => format!("The body is over the limit of {limit}, and its end was not waited for; --max-body raises it."),
    };
    Refusal { status: 413, reason }
}

/// A body that stalled.
pub(super) fn body_timed_out(came: u64, size: Option<u64>, patience: Duration) -> Refusal {
    let reason = format!("The body stalled for {} after {}.", text::duration(patience), progress(came, size));
    Refusal { status: 408, reason }
}

/// A body that ended too early, or whose chunks cannot be read. `error` is hyper's, with its causes.
pub(super) fn body_broken(came: u64, size: Option<u64>, error: &(dyn std::error::Error + 'static)) -> Refusal {
    let cause = std::iter::successors(Some(error), |error| error.source()).find_map(|error| error.downcast_ref());
    let reason = match cause.map(std::io::Error::kind) {
        Some(std::io::ErrorKind::InvalidInput | std::io::ErrorKind::InvalidData) => {
            format!("The chunked coding of the body breaks off after {}.", progress(came, size))
        }
        _ => format!("The sender gave up after {} of the body.", progress(came, size)),
    };
    Refusal { status: 400, reason }
}

fn progress(came: u64, size: Option<u64>) -> String {
    match size {
        Some(size) => format!("{came} of {size} bytes"),
        None => format!("{came} bytes"),
    }
}

/// The first thing wrong with a head, in one sentence. hyper's rules for targets are the one thing not looked at here, so
/// what is left is the target.
fn what_is_wrong(head: &[u8]) -> String {
    if let [0x16, 0x03, ..] = head {
        let first: String = head.iter().take(3).map(|byte| format!("\\x{byte:02x}")).collect();
        return format!("Not HTTP: the first bytes are {first}, a TLS handshake; use http:// here, not https://.");
    }
    let mut lines = head.split(|&byte| byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let first = lines.next().unwrap_or_default();
    wrong_request_line(first)
        .or_else(|| lines.take_while(|line| !line.is_empty()).enumerate().find_map(|(at, line)| wrong_header(at, line)))
        .or_else(|| wrong_framing(&Head::parse(Bytes::copy_from_slice(head))))
        .unwrap_or_else(|| "The target has characters that must be percent-encoded.".into())
}

fn wrong_request_line(line: &[u8]) -> Option<String> {
    let parts: Vec<&[u8]> = line.split(|&byte| byte == b' ').collect();
    let method_is_one = parts[0].iter().all(|&byte| is_token(byte)) && !parts[0].is_empty();
    if line.contains(&b'\r') {
        return Some("A line of the head ends with CR alone; HTTP wants CR LF.".into());
    }
    match parts[..] {
        _ if !method_is_one => Some(format!("Not HTTP: it begins with {}.", quote(line))),
        [_, _, version] if !is_version(version) => {
            Some(format!("The request line ends with {} where HTTP/1.1 or HTTP/1.0 belongs.", quote(version)))
        }
        [_, _, _] => None,
        [_] | [_, _] => Some(format!("The first line is not `METHOD target HTTP/1.1` but {}.", quote(line))),
        _ => Some(format!("The request line has too many blanks: {}.", quote(line))),
    }
}

fn wrong_header(at: usize, line: &[u8]) -> Option<String> {
    let number = at + 1;
    let Some(colon) = memchr::memchr(b':', line) else {
        return Some(format!("Header line {number} has no colon: {}.", quote(line)));
    };
    let (name, value) = (&line[..colon], &line[colon + 1..]);
    if let [b' ' | b'\t', ..] = line {
        return Some(format!("Header line {number} begins with a blank; headers over several lines are obsolete."));
    }
    if name.is_empty() {
        return Some(format!("Header line {number} has no name before its colon."));
    }
    if let [.., b' ' | b'\t'] = name {
        return Some(format!("Header line {number} has a blank before its colon: {}.", quote(line)));
    }
    if !name.iter().all(|&byte| is_token(byte)) {
        return Some(format!(
            "The name of header line {number} has a character that names cannot have: {}.",
            quote(name)
        ));
    }
    let control = value.iter().any(|&byte| byte.is_ascii_control() && byte != b'\t');
    control.then(|| format!("The value of the header {} has a control character in it.", quote(name)))
}

/// What is wrong with a head that can be read, but does not say where its body ends.
fn wrong_framing(head: &Head) -> Option<String> {
    if head.get("transfer-encoding").is_some() {
        return Some(match head.version() {
            Version::Http10 => "HTTP/1.0 has no Transfer-Encoding.".into(),
            _ => "Transfer-Encoding does not end with `chunked`, so nothing says where the body ends.".into(),
        });
    }
    let mut lengths = head.get_all("content-length");
    let first = lengths.next()?;
    if !is_number(first) {
        return Some(format!("Content-Length is not a number: {}.", quote(first)));
    }
    uncountable(first).or_else(|| {
        let differ = lengths.any(|other| other != first);
        differ.then(|| "There are several Content-Length headers, and they differ.".into())
    })
}

/// What is wrong with a length in digits that are too many.
fn uncountable(length: &[u8]) -> Option<String> {
    let digits = std::str::from_utf8(length).ok().filter(|digits| is_number(digits.as_bytes()))?;
    let is_countable = digits.parse::<u64>().is_ok_and(|size| size <= MAX_LENGTH);
    (!is_countable).then(|| format!("Content-Length is larger than any body can be: {}.", quote(length)))
}

fn is_number(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

fn is_version(text: &[u8]) -> bool {
    matches!(text, b"HTTP/1.1" | b"HTTP/1.0")
}

/// The characters of methods and header names (RFC 9110 §5.6.2).
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Untrusted bytes, safe to show, in backquotes and not too long.
fn quote(bytes: &[u8]) -> String {
    let end = bytes.len().min(QUOTE);
    let mark = if end < bytes.len() { "…" } else { "" };
    format!("`{}{mark}`", text::visible_bytes(&bytes[..end]))
}
