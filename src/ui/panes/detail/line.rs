//! Lines of words, each meant in a tone; what a tone looks like is the theme's.

use unicode_segmentation::UnicodeSegmentation;

use crate::text;

/// How a piece of a line is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    Dim,
    Strong,
    Good,
    Bad,
    Warn,
    Probe,
    Name,
    String,
    Number,
    Literal,
    /// The very place of a mistake.
    Mistake,
}

/// A piece of a line. Its text may be anything: it is made visible when it is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) tone: Tone,
    pub(crate) text: String,
}

/// A line of pieces; what does not fit is cut when it is drawn.
pub(crate) type Line = Vec<Piece>;

pub(crate) fn piece(tone: Tone, text: impl Into<String>) -> Piece {
    Piece { tone, text: text.into() }
}

/// The beginning of a text that is surely as wide as so many columns, so that a long one costs no more than a short one.
pub(crate) fn beginning(text: &str, columns: usize) -> &str {
    let mut end = columns.saturating_mul(4).saturating_add(16).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Where a list begins so that its cursor is in sight and no room is wasted.
pub(crate) fn top(top: usize, cursor: usize, height: usize, len: usize) -> usize {
    let lowest = (cursor + 1).saturating_sub(height);
    top.clamp(lowest.min(cursor), cursor).min(len.saturating_sub(height))
}

/// The text of a line.
pub(crate) fn words(line: &Line) -> String {
    line.iter().map(|piece| piece.text.as_str()).collect()
}

/// Rows that hold every character, also the blanks at which they break; a word wider than half a row is cut. The first row
/// may have another width.
pub(crate) fn rows_of(text: &str, first: usize, width: usize) -> Vec<String> {
    let mut rows = Vec::new();
    let (mut rest, mut room) = (text, first.max(1));
    loop {
        let end = fitting(rest, room);
        if end == rest.len() {
            rows.push(rest.to_owned());
            return rows;
        }
        let blank = rest[..end].rfind(' ').map(|at| at + 1).filter(|at| *at > end / 2);
        let (row, after) = rest.split_at(blank.unwrap_or(end));
        rows.push(row.to_owned());
        (rest, room) = (after, width.max(1));
    }
}

/// How much of the beginning of a text fits into so many columns; at least one character.
fn fitting(text: &str, columns: usize) -> usize {
    let mut used = 0;
    let is_over = |(at, grapheme): &(usize, &str)| {
        used += text::width(grapheme);
        *at > 0 && used > columns
    };
    text.grapheme_indices(true).find(is_over).map_or(text.len(), |(at, _)| at)
}

/// Rows of whole words; a word wider than a row is cut there.
pub(crate) fn wrap_words(text: &str, width: usize) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match rows.last_mut() {
            Some(row) if text::width(row) + 1 + text::width(word) <= width => {
                row.push(' ');
                row.push_str(word);
            }
            _ => rows.push(word.to_owned()),
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_break_at_blanks_where_that_wastes_little() {
        let cases: [(&str, usize, usize, &[&str]); 7] = [
            ("", 3, 5, &[""]),
            ("abc", 3, 5, &["abc"]),
            ("abc d e f", 3, 5, &["abc", " d e ", "f"]),
            ("one two three", 6, 9, &["one ", "two three"]),
            ("a b/c/d/e/f", 9, 9, &["a b/c/d/e", "/f"]),
            ("日本語", 3, 4, &["日", "本語"]),
            ("ab", 0, 0, &["a", "b"]),
        ];
        for (text, first, width, expected) in cases {
            assert_eq!(rows_of(text, first, width), expected, "{text} in {first}, {width}");
        }
    }
}
