//! The same text in other bytes: with a byte order mark or without, in another character set, composed or decomposed.

use std::ops::ControlFlow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use unicode_normalization::UnicodeNormalization;

use super::bodies::Taker;
use super::{Cause, Change};
use crate::wire::Head;

/// What it costs to make a text anew, beside hashing it.
const MAKING: usize = 4;

/// How many of the last of [`TEXTS`] change any text.
const OF_ANY_TEXT: usize = 2;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// With a byte order mark, or without.
pub(super) fn marks(body: &[u8], taker: &mut dyn Taker) -> ControlFlow<()> {
    match body.strip_prefix(BOM) {
        Some(bare) => attempt("the body without its byte order mark", body, taker, || Some(bare.to_vec())),
        None => attempt("the body with a byte order mark before it", body, taker, || Some([BOM, body].concat())),
    }
}

/// In other character sets and forms.
pub(super) fn texts(head: &Head, body: &[u8], taker: &mut dyn Taker) -> ControlFlow<()> {
    let Ok(text) = str::from_utf8(body) else { return not_utf8(head, body, taker) };
    let (beyond_ascii, any) = TEXTS.split_at(TEXTS.len() - OF_ANY_TEXT);
    let beyond_ascii = if text.is_ascii() { &[] } else { beyond_ascii };
    beyond_ascii.iter().chain(any).try_for_each(|(name, make)| attempt(name, body, taker, || make(text)))
}

fn not_utf8(head: &Head, body: &[u8], taker: &mut dyn Taker) -> ControlFlow<()> {
    let declared = declared(head).unwrap_or(WINDOWS_1252);
    attempt("the body as UTF-8, out of its character set", body, taker, || {
        Some(declared.decode_without_bom_handling(body).0.into_owned().into_bytes())
    })?;
    attempt("the body with U+FFFD for what is not UTF-8", body, taker, || {
        Some(String::from_utf8_lossy(body).into_owned().into_bytes())
    })
}

fn attempt(
    name: &'static str,
    body: &[u8],
    taker: &mut dyn Taker,
    make: impl FnOnce() -> Option<Vec<u8>>,
) -> ControlFlow<()> {
    if !taker.afford(MAKING * body.len()) {
        taker.skip(Cause::BodyEncoding, name);
        return ControlFlow::Continue(());
    }
    let fix = "Sign the bytes that are sent: encode the text once, as UTF-8, and hash what came of it.";
    match make() {
        Some(made) if made != body => taker.take(&Change::new(Cause::BodyEncoding, name, fix), &made),
        _ => ControlFlow::Continue(()),
    }
}

/// What a text may have been in other bytes. All but the last leave ASCII as it is.
type Make = (&'static str, fn(&str) -> Option<Vec<u8>>);

const TEXTS: [Make; 8] = [
    ("the body in ISO 8859-1", |text| text.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect()),
    ("the body in windows-1252", |text| {
        let (bytes, _, has_unmappable) = WINDOWS_1252.encode(text);
        (!has_unmappable).then(|| bytes.into_owned())
    }),
    ("the body with each of its UTF-8 bytes taken for a character", |text| {
        Some(text.bytes().map(char::from).collect::<String>().into_bytes())
    }),
    ("the body with `?` for what is not ASCII", |text| {
        Some(text.chars().map(|character| if character.is_ascii() { character as u8 } else { b'?' }).collect())
    }),
    ("the body composed (NFC)", |text| Some(text.nfc().collect::<String>().into_bytes())),
    ("the body decomposed (NFD)", |text| Some(text.nfd().collect::<String>().into_bytes())),
    ("the body in UTF-16LE", |text| Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect())),
    ("the body in UTF-16BE", |text| Some(text.encode_utf16().flat_map(u16::to_be_bytes).collect())),
];

fn declared(head: &Head) -> Option<&'static Encoding> {
    let media = head.get_str("content-type")?.to_ascii_lowercase();
    let label = media.split(';').find_map(|parameter| parameter.trim().strip_prefix("charset="))?;
    Encoding::for_label(label.trim_matches('"').as_bytes()).filter(|encoding| *encoding != UTF_8)
}
