//! Untrusted text made visible: nothing in it can drive a terminal, reorder a line or hide.

use std::borrow::Cow;

/// A piece of untrusted text, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    /// What to show.
    pub text: Cow<'a, str>,
    /// Whether it is a mark that stands for a character, not text that was sent; a screen colours marks apart.
    pub is_mark: bool,
}

/// The text with control characters (C0, C1, DEL), bidirectional overrides and zero-width characters replaced by visible
/// marks (`␛`, `␀`, `␍`, `‹U+202E›`), so that it can drive no terminal and hide nothing. Line breaks and tabs are marked
/// too: use it line by line.
pub fn visible(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() * 2);
    visible_parts(text).for_each(|part| shown.push_str(&part.text));
    Cow::Owned(shown)
}

/// The same for bytes; those that are not UTF-8 show as `\xNN`.
pub fn visible_bytes(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return visible(text);
    }
    let mut shown = String::with_capacity(bytes.len() * 2);
    for chunk in bytes.utf8_chunks() {
        shown.push_str(&visible(chunk.valid()));
        shown.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02X}")));
    }
    Cow::Owned(shown)
}

/// What [`visible`] shows, in pieces: runs of the text as sent, and each mark by itself.
pub fn visible_parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let (part, tail) = if is_hidden(first) {
            (Part { text: mark(first), is_mark: true }, &rest[first.len_utf8()..])
        } else {
            let (run, tail) = rest.split_at(rest.find(is_hidden).unwrap_or(rest.len()));
            (Part { text: Cow::Borrowed(run), is_mark: false }, tail)
        };
        rest = tail;
        Some(part)
    })
}

/// Whether nothing needs a mark. Most text is ASCII, which a look at its bytes settles.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~')) || !text.contains(is_hidden)
}

/// Characters that act on a terminal, reorder text or show as nothing. From Unicode's `Cc`, `Cf`, `Zl`, `Zp` and
/// `Default_Ignorable_Code_Point`, without the variation selectors that choose how an emoji looks.
fn is_hidden(character: char) -> bool {
    matches!(character,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}' | '\u{8e2}'
        | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

fn mark(character: char) -> Cow<'static, str> {
    match character {
        '\0'..='\u{1f}' => {
            char::from_u32(0x2400 + character as u32).map_or(Cow::Borrowed("␦"), |mark| mark.to_string().into())
        }
        '\u{7f}' => Cow::Borrowed("␡"),
        _ => format!("‹U+{:04X}›", character as u32).into(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_could_act_or_hide_is_marked() {
        let cases = [
            ("", ""),
            ("plain ASCII ~", "plain ASCII ~"),
            ("naïve 日本語 👍🏽 ❤\u{fe0f}", "naïve 日本語 👍🏽 ❤\u{fe0f}"),
            ("\u{1b}[2J", "␛[2J"),
            ("a\0b\r\n\tc\u{7f}", "a␀b␍␊␉c␡"),
            ("\u{9b}31m\u{85}", "‹U+009B›31m‹U+0085›"),
            ("user\u{202e}txt.exe", "user‹U+202E›txt.exe"),
            ("\u{2066}x\u{2069}\u{200e}\u{61c}", "‹U+2066›x‹U+2069›‹U+200E›‹U+061C›"),
            ("a\u{200b}b\u{200d}c\u{2060}\u{feff}\u{ad}", "a‹U+200B›b‹U+200D›c‹U+2060›‹U+FEFF›‹U+00AD›"),
            ("1\u{2028}2\u{2029}", "1‹U+2028›2‹U+2029›"),
            ("\u{e0041}\u{e007f}\u{e0100}", "‹U+E0041›‹U+E007F›‹U+E0100›"),
            ("\u{3164}\u{115f}", "‹U+3164›‹U+115F›"),
        ];
        for (text, expected) in cases {
            assert_eq!(visible(text), expected, "{text:?}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_told_in_hex() {
        let cases: [(&[u8], &str); 4] =
            [(b"ok", "ok"), (b"caf\xe9!", "caf\\xE9!"), (b"\xff\x00\xfe", "\\xFF␀\\xFE"), (b"\xe2\x82", "\\xE2\\x82")];
        for (bytes, expected) in cases {
            assert_eq!(visible_bytes(bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn text_without_marks_is_not_copied() {
        assert!(matches!(visible("plain"), Cow::Borrowed(_)));
        assert!(matches!(visible("naïve"), Cow::Borrowed(_)));
        assert!(matches!(visible_bytes(b"plain"), Cow::Borrowed(_)));
    }

    #[test]
    fn marks_stand_apart_from_the_text_around_them() {
        let parts: Vec<_> =
            visible_parts("a b\u{1b}\u{202e}c").map(|part| (part.text.into_owned(), part.is_mark)).collect();
        let expected = [("a b", false), ("␛", true), ("‹U+202E›", true), ("c", false)];
        assert_eq!(parts, expected.map(|(text, is_mark)| (text.to_owned(), is_mark)));
    }

    proptest! {
        #[test]
        fn nothing_hidden_is_left(text in any::<String>(), bytes in any::<Vec<u8>>()) {
            prop_assert!(!visible(&text).contains(is_hidden));
            prop_assert!(!visible_bytes(&bytes).contains(is_hidden));
            prop_assert!(!visible(&text).contains(char::is_control));
        }
    }
}
