//! Bytes as rows of a given width, found from any place in them: a body of 20 MB on one line costs no more to show than
//! a short one, and nothing has to be kept per row.

use std::borrow::Cow;
use std::ops::Range;

use crate::text;

/// A row begins at every multiple of this many bytes, so that the beginning of a row is never farther away than that.
const STRETCH: usize = 64 * 1024;

/// One character as it is shown.
pub(crate) struct Glyph<'a> {
    pub(crate) text: Cow<'a, str>,
    /// Whether it stands for something that cannot be shown.
    pub(crate) is_mark: bool,
    /// How many bytes it is.
    pub(crate) len: usize,
}

/// The character at a place, which must be within the bytes. A line break is a mark too.
pub(crate) fn glyph(bytes: &[u8], at: usize) -> Glyph<'_> {
    let byte = bytes[at];
    if matches!(byte, b' '..=b'~') {
        return Glyph {
            text: Cow::Borrowed(std::str::from_utf8(&bytes[at..=at]).unwrap_or("?")),
            is_mark: false,
            len: 1,
        };
    }
    let next = &bytes[at..bytes.len().min(at + 4)];
    let valid = next.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    let Some(character) = valid.chars().next() else {
        return Glyph { text: format!("\\x{byte:02X}").into(), is_mark: true, len: 1 };
    };
    let sent = &valid[..character.len_utf8()];
    let shown = text::visible(sent);
    Glyph { is_mark: shown != sent, text: shown, len: sent.len() }
}

/// Bytes and the width their rows have.
#[derive(Clone, Copy)]
pub(crate) struct Wrap<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) width: usize,
}

impl Wrap<'_> {
    /// The row that begins at a place; its line break, if it ends in one, is not in it.
    pub(crate) fn row(&self, start: usize) -> Range<usize> {
        let limit = self.whole((start / STRETCH + 1) * STRETCH);
        let (mut at, mut columns) = (start, 0);
        while at < limit && self.bytes[at] != b'\n' {
            let glyph = glyph(self.bytes, at);
            columns += text::width(&glyph.text);
            if columns > self.width && at > start {
                break;
            }
            at += glyph.len;
        }
        start..at.min(self.bytes.len())
    }

    /// Where the row after the one that begins at `start` begins.
    pub(crate) fn after(&self, start: usize) -> Option<usize> {
        let end = self.row(start).end;
        let next = if self.bytes.get(end) == Some(&b'\n') { end + 1 } else { end };
        (next < self.bytes.len()).then_some(next)
    }

    /// Where the row that holds the byte at `place` begins.
    pub(crate) fn start_of(&self, place: usize) -> usize {
        let place = place.min(self.bytes.len().saturating_sub(1));
        let mut start = self.anchor(place);
        while let Some(next) = self.after(start).filter(|next| *next <= place) {
            start = next;
        }
        start
    }

    /// So many rows up or down from the row that begins at `start`, as far as there are any.
    pub(crate) fn step(&self, start: usize, rows: isize) -> usize {
        if rows < 0 {
            return self.back(start, rows.unsigned_abs());
        }
        std::iter::successors(Some(start), |start| self.after(*start))
            .take(rows.unsigned_abs() + 1)
            .last()
            .unwrap_or(start)
    }

    /// Up, one anchor after the other: from each the rows are found once, not anew for every row.
    fn back(&self, mut start: usize, mut rows: usize) -> usize {
        while rows > 0 && start > 0 {
            let from = Some(self.anchor(start - 1));
            let starts: Vec<_> =
                std::iter::successors(from, |at| self.after(*at)).take_while(|at| *at < start).collect();
            let Some(above) = starts.get(starts.len().saturating_sub(rows)) else { break };
            start = *above;
            rows = rows.saturating_sub(starts.len());
        }
        start
    }

    /// Where the last so many rows begin.
    pub(crate) fn last_page(&self, rows: usize) -> usize {
        let last = self.start_of(self.bytes.len());
        self.step(last, 1_isize.saturating_sub_unsigned(rows.max(1)))
    }

    /// The nearest place up to `place` that a row surely begins at.
    fn anchor(&self, place: usize) -> usize {
        let stretch = place / STRETCH * STRETCH;
        // The place may be within the character that reaches over the beginning of its stretch.
        let start = Some(self.whole(stretch)).filter(|start| *start <= place);
        let start = start.unwrap_or_else(|| self.whole(stretch.saturating_sub(STRETCH)));
        memchr::memrchr(b'\n', &self.bytes[start..place]).map_or(start, |at| start + at + 1)
    }

    /// The first place from `at` on that is not within a character.
    fn whole(&self, at: usize) -> usize {
        let is_inside = |at: &usize| self.bytes.get(*at).is_some_and(|byte| byte & 0b1100_0000 == 0b1000_0000);
        (at..at + 3).find(|at| !is_inside(at)).unwrap_or(at).min(self.bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(bytes: &[u8], width: usize) -> Vec<&[u8]> {
        let wrap = Wrap { bytes, width };
        let starts = std::iter::successors((!bytes.is_empty()).then_some(0), |start| wrap.after(*start));
        starts.map(|start| &bytes[wrap.row(start)]).collect()
    }

    #[test]
    fn rows_are_filled_by_columns_and_end_with_lines() {
        let cases: [(&[u8], &[&[u8]]); 8] = [
            (b"", &[]),
            (b"ab", &[b"ab"]),
            (b"abcdefgh", &[b"abcd", b"efgh"]),
            (b"ab\n\ncd\n", &[b"ab", b"", b"cd"]),
            ("日本語".as_bytes(), &["日本".as_bytes(), "語".as_bytes()]),
            (b"ab\x1bcd", &[b"ab\x1bc", b"d"]),
            (b"a\xff\xfeb", &[b"a", b"\xff", b"\xfe", b"b"]),
            ("\u{202e}x".as_bytes(), &["\u{202e}".as_bytes(), b"x"]),
        ];
        for (bytes, expected) in cases {
            assert_eq!(rows(bytes, 4), expected, "{:?}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn a_body_on_one_line_is_entered_anywhere() {
        let bytes = vec![b'x'; 20 * 1024 * 1024];
        let wrap = Wrap { bytes: &bytes, width: 100 };
        let last = wrap.last_page(30);
        assert_eq!(wrap.step(last, 29), wrap.start_of(bytes.len()));
        assert_eq!(wrap.after(wrap.step(last, 29)), None);
        assert_eq!(wrap.step(wrap.step(last, -2000), 2000), last);
        assert!(wrap.start_of(10_000_000) <= 10_000_000 && wrap.start_of(10_000_000) > 10_000_000 - 100);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn rows_cover_every_byte_and_are_found_from_each(
            pieces in proptest::collection::vec(
                prop_oneof![Just("\n".to_owned()), "\\PC{0,9}", (0..70_000_usize).prop_map(|len| "aя\u{1b}".repeat(len / 4))],
                0..4,
            ),
            width in 20..120_usize,
        ) {
            let bytes = pieces.concat().into_bytes();
            let wrap = Wrap { bytes: &bytes, width };
            let starts: Vec<_> = std::iter::successors((!bytes.is_empty()).then_some(0), |start| wrap.after(*start)).collect();
            for pair in starts.windows(2) {
                let row = wrap.row(pair[0]);
                prop_assert!(bytes[row.end..pair[1]].is_empty() || &bytes[row.end..pair[1]] == b"\n");
            }
            // Going back is looked at here and there: each time costs the way from the last anchor.
            for pair in starts.windows(2).step_by(starts.len() / 16 + 1) {
                prop_assert_eq!(wrap.step(pair[1], -1), pair[0]);
                prop_assert_eq!(wrap.start_of(pair[0]), pair[0]);
            }
        }
    }
}
