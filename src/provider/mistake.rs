//! A mistake in a provider file, told so that its author can mend it: where it stands, and what was meant.

use std::ops::Range;
use std::path::Path;

use crate::text;

/// A provider file with a mistake in it: which file, where, what.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}{}: {what}", .place.map_or_else(String::new, |(line, column)| format!(":{line}:{column}")))]
pub struct LayerError {
    /// The file, fit to be shown.
    pub file: String,
    /// Line and column in characters, both from 1; `None` where the file could not be read at all.
    pub place: Option<(usize, usize)>,
    /// What is wrong and what was expected, fit to be shown.
    pub what: String,
}

impl LayerError {
    /// A file or folder that cannot be read, or should not be there.
    pub(super) fn unreadable(path: &Path, why: &str) -> Self {
        let file = text::visible(&path.to_string_lossy()).into_owned();
        Self { file, place: None, what: text::visible(why).into_owned() }
    }

    /// Something wrong at a byte of the file.
    pub(super) fn at(path: &Path, source: &[u8], offset: usize, what: &str) -> Self {
        Self { place: Some(place(source, offset)), ..Self::unreadable(path, what) }
    }

    /// What the TOML reader says of the file.
    pub(super) fn toml(path: &Path, source: &str, error: &toml::de::Error) -> Self {
        let span = error.span().unwrap_or_default();
        let what = error.message().lines().collect::<Vec<_>>().join("; ");
        let offset = narrowed(source, span, &what);
        Self::at(path, source.as_bytes(), offset, &with_nearest(&what))
    }
}

/// Line and column of a byte, from 1, the column in characters.
fn place(source: &[u8], offset: usize) -> (usize, usize) {
    let before = &source[..offset.min(source.len())];
    let line_start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    let line = memchr::memchr_iter(b'\n', before).count() + 1;
    (line, String::from_utf8_lossy(&before[line_start..]).chars().count() + 1)
}

/// Where within a span the word is that the message is about. A table that is read by its `scheme` is blamed as a whole.
fn narrowed(source: &str, span: Range<usize>, message: &str) -> usize {
    let within = source.get(span.clone()).unwrap_or_default();
    let word = quoted(message).next().filter(|_| message.starts_with("unknown "));
    span.start + word.and_then(|word| within.find(word)).unwrap_or(0)
}

/// A message that lists what would have been right, with the likeliest of it at its end.
fn with_nearest(message: &str) -> String {
    let mut words = quoted(message);
    let nearest = match words.next() {
        Some(word) if message.starts_with("unknown ") => text::nearest(word, words),
        _ => None,
    };
    match nearest {
        Some(nearest) => format!("{message}; did you mean `{nearest}`?"),
        None => message.to_owned(),
    }
}

/// The words between backticks.
fn quoted(message: &str) -> impl Iterator<Item = &str> {
    message.split('`').skip(1).step_by(2)
}
