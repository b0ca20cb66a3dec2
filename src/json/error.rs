//! Where and why bytes are not JSON.

/// Where and why the bytes are not JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} at line {line}, column {column}")]
pub struct ParseError {
    /// What was wrong.
    pub what: &'static str,
    /// The byte it was found at.
    pub offset: usize,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// The same without line and column, which are counted only once parsing has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    pub(super) what: &'static str,
    pub(super) offset: usize,
}

impl Mistake {
    /// Finds the line and the column. A byte order mark is no character of the first line: editors show none.
    pub(super) fn place(self, bytes: &[u8], start: usize) -> ParseError {
        let Self { what, offset } = self;
        let before = &bytes[start.min(offset)..offset];
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        let line = 1 + memchr::memchr_iter(b'\n', before).count();
        let column = 1 + before[line_start..].iter().filter(|byte| !is_continuation(**byte)).count();
        ParseError { what, offset, line, column }
    }
}

/// Whether a byte of UTF-8 continues a character that began before it.
fn is_continuation(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}
