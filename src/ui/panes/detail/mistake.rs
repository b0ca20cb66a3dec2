//! Where a body stops being JSON: what is wrong, the line it is on, and a mark below the very place.

use super::line::{Line, Tone, piece};
use crate::json::ParseError;
use crate::text;

/// The mistake in words, its place, and a gap before the body itself.
pub(crate) fn lines(bytes: &[u8], error: &ParseError, width: usize) -> Vec<Line> {
    let at = error.offset.min(bytes.len());
    let number = format!("{:>4}  ", error.line);
    let room = width.saturating_sub(number.len()).max(12);
    let before = text::visible_bytes(&bytes[line_start(bytes, at, room)..at]).into_owned();
    let before = text::truncate_start(&before, room * 2 / 3).into_owned();
    let after = text::visible_bytes(&bytes[at..line_end(bytes, at, room)]).into_owned();
    let (mistake, rest) = after.split_at(after.chars().next().map_or(0, char::len_utf8));
    let under = " ".repeat(number.len() + text::width(&before));
    vec![
        vec![piece(Tone::Bad, "not JSON: "), piece(Tone::Plain, error.to_string())],
        Vec::new(),
        vec![
            piece(Tone::Dim, number),
            piece(Tone::Plain, before),
            piece(Tone::Mistake, if mistake.is_empty() { " " } else { mistake }),
            piece(Tone::Plain, rest),
        ],
        vec![piece(Tone::Bad, format!("{under}^"))],
        Vec::new(),
    ]
}

/// The beginning of the line that holds a place, or a place near enough before it that is no byte inside a character.
fn line_start(bytes: &[u8], at: usize, room: usize) -> usize {
    let near = at.saturating_sub(room * 4);
    let start = memchr::memrchr(b'\n', &bytes[near..at]).map_or(near, |found| near + found + 1);
    (start..at).find(|place| bytes[*place] & 0b1100_0000 != 0b1000_0000).unwrap_or(at)
}

fn line_end(bytes: &[u8], at: usize, room: usize) -> usize {
    let near = (at + room * 4).min(bytes.len());
    memchr::memchr(b'\n', &bytes[at..near]).map_or(near, |found| at + found)
}
