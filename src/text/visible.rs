//! Untrusted text made visible: nothing in it can drive a terminal, reorder a line or hide.

use std::borrow::Cow;

/// The text with control characters (C0, C1, DEL), bidirectional overrides and zero-width characters replaced by visible
/// marks (`␛`, `␀`, `␍`, `‹U+202E›`), so that it can drive no terminal and hide nothing. Line breaks and tabs are marked
/// too: use it line by line.
pub fn visible(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() * 2);
    for character in text.chars() {
        if is_hidden(character) { push_mark(&mut shown, character) } else { shown.push(character) }
    }
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

fn push_mark(shown: &mut String, character: char) {
    let code = character as u32;
    match character {
        // Unicode has pictures of these, in the same order.
        '\0'..='\u{1f}' => shown.extend(char::from_u32(0x2400 + code)),
        '\u{7f}' => shown.push('␡'),
        _ => shown.push_str(&format!("‹U+{code:04X}›")),
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

    proptest! {
        #[test]
        fn nothing_hidden_is_left(text in any::<String>(), bytes in any::<Vec<u8>>()) {
            prop_assert!(!visible(&text).contains(is_hidden));
            prop_assert!(!visible_bytes(&bytes).contains(is_hidden));
            prop_assert!(!visible(&text).contains(char::is_control));
        }
    }
}
