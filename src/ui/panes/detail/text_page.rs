//! Bytes to read as they are: as text, row after row, or in hex.

use bytes::Bytes;

use super::line::{Line, Tone, piece};
use super::search::{Seek, wanted};
use super::wrap::{Wrap, glyph};
use crate::body::hex::{Dump, Row};
use crate::ui::Action;

/// How much of the beginning tells text from anything else.
const SNIFFED: usize = 4096;

/// Bytes, and the place they are looked at.
#[derive(Clone, Debug, Default)]
pub(crate) struct TextPage {
    bytes: Bytes,
    /// A byte of the first row in sight.
    top: usize,
    is_hex: bool,
    /// Where the bytes stop being what they claim to be.
    mistake: Option<usize>,
    /// Where the current match of a search begins.
    found: Option<usize>,
}

impl TextPage {
    /// Begins at the top, in hex where it is no text.
    pub(crate) fn new(bytes: Bytes) -> Self {
        let is_hex = !is_text(&bytes);
        Self { bytes, is_hex, ..Self::default() }
    }

    /// The same for what is known to be text, whatever else is in it.
    pub(crate) fn of_text(bytes: Bytes) -> Self {
        Self { bytes, ..Self::default() }
    }

    pub(crate) fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    pub(crate) fn is_hex(&self) -> bool {
        self.is_hex
    }

    /// About how many rows are above the first one in sight, and how many there are: for a scroll bar.
    pub(crate) fn extent(&self, width: usize) -> (usize, usize) {
        let per_row = if self.is_hex { self.dump(width).start_of(1) } else { width.max(1) };
        (self.top / per_row, self.bytes.len().div_ceil(per_row))
    }

    pub(super) fn is_at_top(&self) -> bool {
        self.top == 0
    }

    /// Whether all of it is in sight on a page of that size.
    pub(super) fn fits(&self, width: usize, height: usize) -> bool {
        self.last_top(width, height) == 0
    }

    pub(crate) fn mark_mistake(&mut self, at: usize) {
        self.mistake = Some(at);
    }

    pub(crate) fn act(&mut self, action: Action, width: usize, height: usize) -> bool {
        let page = isize::try_from(height.saturating_sub(1)).unwrap_or(1).max(1);
        match action {
            Action::Up => self.scroll(-1, width, height),
            Action::Down => self.scroll(1, width, height),
            Action::PageUp => self.scroll(-page, width, height),
            Action::PageDown => self.scroll(page, width, height),
            Action::First => std::mem::replace(&mut self.top, 0) != 0,
            Action::Last => self.go(self.bytes.len(), width, height),
            Action::Toggle => {
                self.is_hex = !self.is_hex;
                true
            }
            _ => false,
        }
    }

    /// So many rows down, or up.
    pub(crate) fn scroll(&mut self, rows: isize, width: usize, height: usize) -> bool {
        if self.bytes.is_empty() {
            return false;
        }
        let start = if self.is_hex {
            let dump = self.dump(width);
            dump.start_of(dump.row_of(self.top).saturating_add_signed(rows))
        } else {
            let wrap = self.wrap(width);
            wrap.step(wrap.start_of(self.top), rows)
        };
        self.go(start, width, height)
    }

    /// Puts the row with a byte at the top, or as near to it as the end allows.
    pub(crate) fn go(&mut self, place: usize, width: usize, height: usize) -> bool {
        let top = place.min(self.last_top(width, height));
        std::mem::replace(&mut self.top, top) != top
    }

    fn last_top(&self, width: usize, height: usize) -> usize {
        if self.bytes.is_empty() {
            0
        } else if self.is_hex {
            let dump = self.dump(width);
            dump.start_of(dump.len().saturating_sub(height))
        } else {
            self.wrap(width).last_page(height)
        }
    }

    /// Goes to a match of a needle, if there is one.
    pub(crate) fn find(&mut self, needle: &str, seek: Seek, width: usize, height: usize) -> bool {
        let here = self.found.map_or(self.top..self.top, |found| found..found + 1);
        self.found = wanted(&self.bytes, needle, here, seek);
        let Some(place) = self.found else { return false };
        self.top = if self.is_hex { place } else { self.wrap(width).start_of(place) };
        // Some of what is before a match helps to understand it.
        self.scroll(-isize::try_from(height / 3).unwrap_or_default(), width, height);
        true
    }

    /// The rows in sight.
    pub(crate) fn lines(&self, width: usize, height: usize) -> Vec<Line> {
        if self.bytes.is_empty() || width == 0 {
            Vec::new()
        } else if self.is_hex {
            self.hex_lines(width, height)
        } else {
            self.text_lines(width, height)
        }
    }

    fn text_lines(&self, width: usize, height: usize) -> Vec<Line> {
        let wrap = self.wrap(width);
        let first = wrap.start_of(self.top);
        let starts = std::iter::successors(Some(first), |start| wrap.after(*start)).take(height);
        starts.map(|start| self.text_line(wrap.row(start))).collect()
    }

    fn text_line(&self, row: std::ops::Range<usize>) -> Line {
        let mut line: Line = Vec::new();
        let mut at = row.start;
        while at < row.end {
            let glyph = glyph(&self.bytes, at);
            let tone = match (self.is_mistake(at, glyph.len), glyph.is_mark) {
                (true, _) => Tone::Mistake,
                (false, true) => Tone::Warn,
                (false, false) => Tone::Plain,
            };
            match line.last_mut() {
                Some(last) if last.tone == tone => last.text.push_str(&glyph.text),
                _ => line.push(piece(tone, glyph.text)),
            }
            at += glyph.len;
        }
        if self.ends_with_line_break_at(row.end) {
            line.push(piece(if self.is_mistake(row.end, 1) { Tone::Mistake } else { Tone::Warn }, "␊"));
        }
        line
    }

    /// A line break at the very end is as good as invisible, and yet signed.
    fn ends_with_line_break_at(&self, place: usize) -> bool {
        place + 1 == self.bytes.len() && self.bytes[place] == b'\n'
    }

    fn is_mistake(&self, at: usize, len: usize) -> bool {
        self.mistake.is_some_and(|mistake| (at..at + len).contains(&mistake))
    }

    fn hex_lines(&self, width: usize, height: usize) -> Vec<Line> {
        let dump = self.dump(width);
        let first = dump.row_of(self.top.min(self.last_top(width, height)));
        dump.rows(first..first.saturating_add(height)).map(hex_line).collect()
    }

    fn dump(&self, width: usize) -> Dump<'_> {
        Dump::fitting(&self.bytes, width)
    }

    fn wrap(&self, width: usize) -> Wrap<'_> {
        Wrap { bytes: &self.bytes, width: width.max(1) }
    }
}

fn hex_line(row: Row) -> Line {
    vec![
        piece(Tone::Dim, format!("{}  ", row.offset)),
        piece(Tone::Plain, row.hex),
        piece(Tone::String, format!("  {}", row.text)),
    ]
}

/// Whether bytes can be read: UTF-8 without the control characters that only binary formats have.
fn is_text(bytes: &[u8]) -> bool {
    let sniffed = &bytes[..bytes.len().min(SNIFFED)];
    let valid = match std::str::from_utf8(sniffed) {
        Ok(_) => true,
        // A character that the cut went through is no mistake.
        Err(error) => error.error_len().is_none() && sniffed.len() < bytes.len(),
    };
    valid && !sniffed.iter().any(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31))
}
