//! How wide text is on a terminal, and cutting it without splitting what people read as one character.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

const CUT: &str = "…";

/// The columns a text takes on a terminal: the sum over its graphemes, which is how a screen draws it.
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.graphemes(true).map(UnicodeWidthStr::width).sum() }
}

/// At most `columns` columns of the text, its end replaced by `…` where it is longer; never splits a grapheme. Looks at no
/// more of the text than fits.
pub fn truncate(text: &str, columns: usize) -> Cow<'_, str> {
    let graphemes = text.grapheme_indices(true).map(|(at, grapheme)| (at + grapheme.len(), grapheme));
    match cut(graphemes, columns) {
        None => Cow::Borrowed(text),
        Some(_) if columns == 0 => Cow::Borrowed(""),
        Some(end) => Cow::Owned(format!("{}{CUT}", &text[..end.unwrap_or(0)])),
    }
}

/// At most `columns` columns of the text, its beginning replaced by `…` where it is longer: for paths and URLs, whose ends
/// tell them apart.
pub fn truncate_start(text: &str, columns: usize) -> Cow<'_, str> {
    match cut(text.grapheme_indices(true).rev(), columns) {
        None => Cow::Borrowed(text),
        Some(_) if columns == 0 => Cow::Borrowed(""),
        Some(start) => Cow::Owned(format!("{CUT}{}", &text[start.unwrap_or(text.len())..])),
    }
}

/// Where to cut so that the graphemes before it and a mark fit; `None` when all of them fit. Each grapheme comes with the
/// place a cut behind it would be at.
fn cut<'a>(graphemes: impl Iterator<Item = (usize, &'a str)>, columns: usize) -> Option<Option<usize>> {
    let mut used = 0;
    let mut place = None;
    for (at, grapheme) in graphemes {
        used += grapheme.width();
        if used > columns {
            return Some(place);
        }
        if used < columns {
            place = Some(at);
        }
    }
    None
}

/// The text in exactly `columns` columns: cut with `…`, or filled up with spaces.
pub fn pad(text: &str, columns: usize) -> String {
    let mut padded = truncate(text, columns).into_owned();
    let missing = columns.saturating_sub(width(&padded));
    padded.extend(std::iter::repeat_n(' ', missing));
    padded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FLAG: &str = "🇺🇦";

    #[test]
    fn the_end_is_cut_between_graphemes() {
        let flags = format!("{FLAG}{FLAG}{FLAG}");
        let cases = [
            ("", 0, ""),
            ("abc", 0, ""),
            ("abc", 1, "…"),
            ("abc", 2, "a…"),
            ("abc", 3, "abc"),
            ("日本語", 6, "日本語"),
            ("日本語", 5, "日本…"),
            ("日本語", 4, "日…"),
            ("e\u{301}te\u{301}", 2, "e\u{301}…"),
            (&flags, 5, &format!("{FLAG}{FLAG}…")),
            (&flags, 4, &format!("{FLAG}…")),
        ];
        for (text, columns, expected) in cases {
            assert_eq!(truncate(text, columns), expected, "{text} in {columns}");
        }
    }

    #[test]
    fn the_beginning_is_cut_where_the_end_matters() {
        let cases = [
            ("/hooks/a", 8, "/hooks/a"),
            ("/hooks/a", 4, "…s/a"),
            ("/hooks/a", 1, "…"),
            ("/hooks/a", 0, ""),
            ("日本語", 4, "…語"),
        ];
        for (text, columns, expected) in cases {
            assert_eq!(truncate_start(text, columns), expected, "{text} in {columns}");
        }
    }

    #[test]
    fn padding_fills_the_columns_exactly() {
        let cases = [("ab", 4, "ab  "), ("abcde", 4, "abc…"), ("日本語", 4, "日… "), ("", 2, "  "), ("a", 0, "")];
        for (text, columns, expected) in cases {
            assert_eq!(pad(text, columns), expected, "{text} in {columns}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_wider_than_asked(text in "\\PC{0,40}", columns in 0_usize..30) {
            prop_assert!(width(&truncate(&text, columns)) <= columns);
            prop_assert!(width(&truncate_start(&text, columns)) <= columns);
            prop_assert_eq!(width(&pad(&text, columns)), columns);
        }
    }
}
