//! The escapes of a string, resolved. The text is known to be right: parsing has checked it.

/// What a lone surrogate becomes: it stands for no character.
const NO_CHARACTER: char = char::REPLACEMENT_CHARACTER;

/// A string's text in pieces: a run as it was sent, then what the escape behind it stands for, if one follows.
pub(super) struct Pieces<'a> {
    rest: &'a str,
}

impl<'a> Pieces<'a> {
    /// Of the text between a string's quotes.
    pub(super) fn of(inner: &'a str) -> Self {
        Self { rest: inner }
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = (&'a str, Option<char>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let Some((run, escape)) = self.rest.split_once('\\') else {
            return Some((std::mem::take(&mut self.rest), None));
        };
        let (character, length) = resolve(escape);
        self.rest = escape.get(length..).unwrap_or_default();
        Some((run, Some(character)))
    }
}

/// The text with its escapes resolved.
pub(super) fn resolved(inner: &str) -> String {
    let mut text = String::with_capacity(inner.len());
    for (run, character) in Pieces::of(inner) {
        text.push_str(run);
        text.extend(character);
    }
    text
}

/// Whether the text is `plain` once its escapes are resolved. Allocates nothing.
pub(super) fn equals(inner: &str, plain: &str) -> bool {
    let mut rest = plain;
    for (run, character) in Pieces::of(inner) {
        let Some(tail) = rest.strip_prefix(run) else { return false };
        let Some(tail) = character.map_or(Some(tail), |character| tail.strip_prefix(character)) else { return false };
        rest = tail;
    }
    rest.is_empty()
}

/// What an escape stands for, and how long it is without its backslash.
fn resolve(escape: &str) -> (char, usize) {
    match escape.as_bytes().first() {
        Some(b'b') => ('\u{8}', 1),
        Some(b'f') => ('\u{c}', 1),
        Some(b'n') => ('\n', 1),
        Some(b'r') => ('\r', 1),
        Some(b't') => ('\t', 1),
        Some(b'u') => resolve_unit(&escape[1..]),
        Some(&other) => (char::from(other), 1),
        None => (NO_CHARACTER, 0),
    }
}

/// The character of a `\u` escape, given what follows its `u`; two of them where they are a surrogate pair.
fn resolve_unit(digits: &str) -> (char, usize) {
    let Some(unit) = unit(digits) else { return (NO_CHARACTER, 1) };
    if let Some(character) = char::from_u32(unit) {
        return (character, 5);
    }
    let low = digits[4..].strip_prefix("\\u").and_then(self::unit);
    match low.and_then(|low| char::decode_utf16([unit as u16, low as u16]).next()) {
        Some(Ok(character)) => (character, 11),
        _ => (NO_CHARACTER, 5),
    }
}

fn unit(digits: &str) -> Option<u32> {
    u32::from_str_radix(digits.get(..4)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_resolved() {
        let cases = [
            ("", ""),
            ("plain é", "plain é"),
            (r#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t"),
            (r"a\u00e9b\u0000", "aéb\0"),
            (r"\ud83d\ude00!", "😀!"),
            (r"\uD83D", "\u{fffd}"),
            (r"\ude00x", "\u{fffd}x"),
            (r"\ud83dx\ude00", "\u{fffd}x\u{fffd}"),
            (r"\ud83d\ud83d\ude00", "\u{fffd}😀"),
            (r"\ud83d\n", "\u{fffd}\n"),
        ];
        for (inner, expected) in cases {
            assert_eq!(resolved(inner), expected, "{inner}");
            assert!(equals(inner, expected), "{inner}");
            assert!(!equals(inner, &format!("{expected}x")), "{inner}");
        }
        assert!(!equals(r"ab\n", "ab"));
    }
}
