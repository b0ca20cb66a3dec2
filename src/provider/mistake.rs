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

    /// Bytes that are no text.
    pub(super) fn not_utf8(path: &Path, source: &[u8], error: std::str::Utf8Error) -> Self {
        let place = Some(place(source, error.valid_up_to()));
        Self { place, ..Self::unreadable(path, "from here on it is not UTF-8") }
    }

    /// Something wrong in a part of the file. `what` begins with the word that is wrong, between backticks, where it is one.
    pub(super) fn within(path: &Path, source: &str, part: Range<usize>, what: &str) -> Self {
        let what = what.lines().collect::<Vec<_>>().join("; ");
        let place = Some(place(source.as_bytes(), narrowed(source, part, &what)));
        Self { place, ..Self::unreadable(path, &with_nearest(&what)) }
    }
}

/// Line and column of a byte, from 1, the column in characters.
fn place(source: &[u8], offset: usize) -> (usize, usize) {
    let before = &source[..offset.min(source.len())];
    let line_start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    let line = memchr::memchr_iter(b'\n', before).count() + 1;
    (line, String::from_utf8_lossy(&before[line_start..]).chars().count() + 1)
}

/// Where the word is that the message begins with. A list, or a table that is read by its `scheme`, is blamed as a whole,
/// and of a table only its header.
fn narrowed(source: &str, span: Range<usize>, message: &str) -> usize {
    let blamed = source.get(span.clone()).unwrap_or_default();
    let rest = source.get(span.start..).unwrap_or_default();
    let within = match rest[blamed.len()..].find("\n[") {
        Some(table) if blamed.starts_with('[') => &rest[..blamed.len() + table],
        None if blamed.starts_with('[') => rest,
        _ => blamed,
    };
    let word = quoted(message).next().filter(|_| message.starts_with("unknown ") || message.starts_with('`'));
    let at = word.and_then(|word| key(within, word).or_else(|| within.find(word))).unwrap_or(0);
    span.start + if within[..at].ends_with('"') { at - 1 } else { at }
}

/// Where a word is a key: other keys and values may have it in them.
fn key(source: &str, word: &str) -> Option<usize> {
    let is_key = |at: &usize| {
        let before = source[..*at].trim_end_matches([' ', '\t']);
        let after = source[at + word.len()..].trim_start_matches([' ', '\t']);
        (before.is_empty() || before.ends_with(['\n', '{', ','])) && after.starts_with('=')
    };
    source.match_indices(word).map(|(at, _)| at).find(is_key)
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
