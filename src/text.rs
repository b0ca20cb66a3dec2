//! Text for people: sizes, durations, widths, and untrusted text made visible.
//!
//! Everything from the network is hostile: whatever is shown, printed or put into an error passes [`visible`] first.

use std::borrow::Cow;
use std::time::Duration;

/// A size in bytes for people: `812 B`, `1.2 KiB`, `32 MiB`.
pub fn size(bytes: u64) -> String {
    let _ = bytes;
    todo!()
}

/// A duration for people, at most five columns: `850 µs`, `12 ms`, `1.4 s`, `3 min`, `2 h`.
pub fn duration(span: Duration) -> String {
    let _ = span;
    todo!()
}

/// Reads `10000`, `512KiB`, `32MiB`, `1GiB` (also `32MB`, `32M`, `32m`: always powers of 1024).
pub fn parse_size(text: &str) -> Result<u64, String> {
    let _ = text;
    todo!()
}

/// Reads `500ms`, `30s`, `5m`, `2h`, `1d`; a bare number is seconds.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let _ = text;
    todo!()
}

/// The text with control characters (C0, C1, DEL), bidirectional overrides and zero-width characters replaced by visible
/// marks (`␛`, `␀`, `␍`, `‹U+202E›`), so that it can drive no terminal and hide nothing. Line breaks are marked too: use it line
/// by line.
pub fn visible(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(text)
}

/// The same for bytes; those that are not UTF-8 show as `\xNN`.
pub fn visible_bytes(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// The columns a text takes on a terminal.
pub fn width(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}

/// At most `columns` columns of the text, its end replaced by `…` where it is longer; never splits a grapheme.
pub fn truncate(text: &str, columns: usize) -> Cow<'_, str> {
    let _ = columns;
    Cow::Borrowed(text)
}

/// The candidate most like `word`, if one is near enough to be what was meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let _ = word;
    candidates.into_iter().next()
}
