//! The ends of JSON's tokens. Each function takes the place a token begins at and gives the place behind it.

use super::error::Mistake;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Where the JSON begins: behind a UTF-8 byte order mark, if there is one.
pub(super) fn byte_order_mark(bytes: &[u8]) -> usize {
    if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 }
}

/// Behind the blanks.
#[inline]
pub(super) fn blanks(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(at) {
        at += 1;
    }
    at
}

/// Behind the string whose opening quote is at `start`.
#[inline]
pub(super) fn string(bytes: &[u8], start: usize) -> Result<usize, Mistake> {
    let mut at = start + 1;
    loop {
        at = run(bytes, at);
        match bytes.get(at) {
            Some(b'"') => return Ok(at + 1),
            Some(b'\\') => at = escape(bytes, at)?,
            Some(..0x20) => return Err(Mistake { what: "an unescaped control character in a string", offset: at }),
            Some(_) => at += 1,
            None => return Err(Mistake { what: "a string that does not end", offset: start }),
        }
    }
}

/// Behind the string whose opening quote is at `start`, in text that is known to be right.
pub(super) fn checked_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(hit) = memchr::memchr2(b'"', b'\\', &bytes[at..]) {
        at += hit;
        if bytes[at] == b'"' {
            return at + 1;
        }
        at += 2;
    }
    bytes.len()
}

/// Skips bytes that need no look, eight at a time: it stops at a quote, a backslash or a control character, or less than
/// eight bytes before the end.
#[inline]
fn run(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);
    // The lowest byte with its high bit set tells the first byte that is zero (or, with `ONES * 0x20` taken away, below
    // 0x20); those above it may be wrong, since the subtraction borrows.
    let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word;
    while let Some(chunk) = bytes[at..].first_chunk::<8>() {
        let word = u64::from_le_bytes(*chunk);
        let quote = below(word ^ (ONES * u64::from(b'"')), 1);
        let backslash = below(word ^ (ONES * u64::from(b'\\')), 1);
        let hit = (quote | backslash | below(word, 0x20)) & HIGHS;
        if hit != 0 {
            return at + hit.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    at
}

/// Behind the escape whose backslash is at `at`.
fn escape(bytes: &[u8], at: usize) -> Result<usize, Mistake> {
    match bytes.get(at + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
        Some(b'u') => match bytes.get(at + 2..at + 6) {
            Some(digits) if digits.iter().all(u8::is_ascii_hexdigit) => Ok(at + 6),
            _ => Err(Mistake { what: "a `\\u` without its four hexadecimal digits", offset: at }),
        },
        _ => Err(Mistake { what: "a backslash that escapes nothing", offset: at }),
    }
}

/// Behind the number at `start`.
#[inline]
pub(super) fn number(bytes: &[u8], start: usize) -> Result<usize, Mistake> {
    let mut at = start + usize::from(bytes.get(start) == Some(&b'-'));
    at = match bytes.get(at) {
        Some(b'0') if bytes.get(at + 1).is_some_and(u8::is_ascii_digit) => {
            return Err(Mistake { what: "a number that begins with 0", offset: at });
        }
        _ => digits(bytes, at)?,
    };
    if bytes.get(at) == Some(&b'.') {
        at = digits(bytes, at + 1)?;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        at = digits(bytes, at + 1 + sign)?;
    }
    Ok(at)
}

/// Behind the digits at `start`, of which there is at least one.
#[inline]
fn digits(bytes: &[u8], start: usize) -> Result<usize, Mistake> {
    let mut at = start;
    while let Some(b'0'..=b'9') = bytes.get(at) {
        at += 1;
    }
    if at > start { Ok(at) } else { Err(Mistake { what: "a digit is missing in a number", offset: start }) }
}
