//! Text in any character set, as UTF-8.

use std::borrow::Cow;

use bytes::Bytes;
use encoding_rs::{Encoding, UTF_8};

use super::media::Media;
use crate::text;

/// The text as UTF-8: from the character set its bytes are marked with, else the declared one. Bytes that are to be UTF-8
/// stay as they are, right or not, so that nothing in them is hidden.
pub(super) fn to_utf8(media: &Media, bytes: &Bytes, notes: &mut Vec<String>) -> Bytes {
    let declared = media.parameter("charset");
    let known = declared.and_then(|label| Encoding::for_label(label.as_bytes()));
    if let (Some(label), None) = (declared, known) {
        notes.push(format!("Its character set {} is not known here: it is shown as UTF-8.", text::visible(label)));
    }
    let encoding = Encoding::for_bom(bytes).map_or(known.unwrap_or(UTF_8), |(marked, _)| marked);
    if encoding == UTF_8 {
        return bytes.clone();
    }
    notes.push(format!("Its text is {}, shown as UTF-8.", encoding.name()));
    let (decoded, _, had_errors) = encoding.decode(bytes);
    if had_errors {
        notes.push(format!(
            "Some of its bytes are not {0}: they show as {1}.",
            encoding.name(),
            char::REPLACEMENT_CHARACTER
        ));
    }
    match decoded {
        Cow::Borrowed(same) => bytes.slice_ref(same.as_bytes()),
        Cow::Owned(decoded) => Bytes::from(decoded),
    }
}

/// Whether a byte order mark tells the character set.
pub(super) fn is_marked(bytes: &[u8]) -> bool {
    Encoding::for_bom(bytes).is_some()
}

/// Whether bytes of which nothing is declared are text: UTF-8, perhaps cut within its last character, without NUL.
pub(super) fn looks_like_text(bytes: &[u8]) -> bool {
    let is_utf8 = match simdutf8::compat::from_utf8(bytes) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    };
    is_utf8 && memchr::memchr(0, bytes).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A content type, what was sent, what is shown, and what is said about it.
    type Case = (&'static str, &'static [u8], &'static [u8], &'static [&'static str]);

    #[test]
    fn declared_and_marked_character_sets_become_utf_8() {
        let cases: [Case; 7] = [
            ("text/plain", "é".as_bytes(), "é".as_bytes(), &[]),
            ("text/plain", b"caf\xe9", b"caf\xe9", &[]),
            ("text/plain; charset=UTF8", b"caf\xe9", b"caf\xe9", &[]),
            ("a/b; charset=windows-1251", b"\xcf\xf0", "Пр".as_bytes(), &["Its text is windows-1251, shown as UTF-8."]),
            ("text/plain", b"\xff\xfeh\0i\0", b"hi", &["Its text is UTF-16LE, shown as UTF-8."]),
            (
                "text/plain; charset=utf-16be",
                b"\0h\xd8\0",
                "h\u{fffd}".as_bytes(),
                &[
                    "Its text is UTF-16BE, shown as UTF-8.",
                    "Some of its bytes are not UTF-16BE: they show as \u{fffd}.",
                ],
            ),
            (
                "text/plain; charset=\u{1b}",
                b"x",
                b"x",
                &["Its character set ␛ is not known here: it is shown as UTF-8."],
            ),
        ];
        for (media, bytes, expected, said) in cases {
            let mut notes = Vec::new();
            let text = to_utf8(&Media::read(media), &Bytes::from_static(bytes), &mut notes);
            assert_eq!(text, expected, "{media}");
            assert_eq!(notes, said, "{media}");
        }
    }

    #[test]
    fn text_is_told_from_other_bytes() {
        let cases: [(&[u8], bool); 6] = [
            (b"plain", true),
            ("日".as_bytes(), true),
            (b"cut \xe6\x97", true),
            (b"caf\xe9 au", false),
            (b"a\0b", false),
            (b"\x89PNG", false),
        ];
        for (bytes, expected) in cases {
            assert_eq!(looks_like_text(bytes), expected, "{}", bytes.escape_ascii());
        }
    }
}
