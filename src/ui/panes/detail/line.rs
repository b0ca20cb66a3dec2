//! Lines of words, each meant in a tone; what a tone looks like is the theme's.

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
