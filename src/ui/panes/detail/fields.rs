//! Names and values: what a form or the parts of a multipart body come to.

use bytes::Bytes;

use super::line::{Line, Tone, piece};
use super::search::{Seek, rows_from, says};
use crate::text;

/// The widest column of names.
const NAMES: usize = 24;

/// Names and values in the order sent, and the cursor on one of them.
#[derive(Clone, Debug)]
pub(crate) struct Fields {
    /// What they are: `form, 3 fields`.
    pub(crate) title: String,
    pub(crate) rows: Vec<(String, Bytes)>,
    pub(crate) cursor: usize,
}

impl Fields {
    pub(crate) fn new(title: String, rows: Vec<(String, Bytes)>) -> Self {
        Self { title, rows, cursor: 0 }
    }

    pub(crate) fn lines(&self, first: usize, width: usize, height: usize) -> Vec<Line> {
        let rows = self.rows.iter().skip(first).take(height);
        rows.map(|(name, value)| {
            let beginning = &value[..value.len().min(width * 4 + 16)];
            vec![piece(Tone::Name, self.padded(name)), piece(Tone::Plain, text::visible_bytes(beginning))]
        })
        .collect()
    }

    /// Goes to a field that says the needle, if there is one.
    pub(crate) fn find(&mut self, needle: &str, seek: Seek) -> bool {
        let is_match = |row: &usize| {
            let (name, value) = &self.rows[*row];
            says(name.as_bytes(), needle) || says(value, needle)
        };
        let found = rows_from(self.cursor, self.rows.len(), seek).find(is_match);
        self.cursor = found.unwrap_or(self.cursor);
        found.is_some()
    }

    /// A name with the gap to its value.
    pub(crate) fn padded(&self, name: &str) -> String {
        let widest = self.rows.iter().map(|(name, _)| text::width(&text::visible(name))).max().unwrap_or(0).min(NAMES);
        let name = text::visible(name);
        format!("{name}{}", " ".repeat(widest.saturating_sub(text::width(&name)) + 2))
    }
}
