//! What can go wrong between a provider and a handler, done on purpose.

use bytes::Bytes;

use crate::json::{Document, Kind, Value};

/// What is spoiled in a delivery after it was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tamper {
    /// One byte of the body is changed; JSON stays JSON
    Body,
    /// One digit of the signature is changed
    Signature,
    /// Another secret signs
    Secret,
    /// The signature is left out
    Unsigned,
    /// A line break is added to the body
    Newline,
    /// The JSON is printed again, with other blanks
    Reserialized,
}

/// A body that cannot be spoiled in that way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TamperError {
    /// There is nothing in it that could be changed.
    #[error("the body has no letter and no digit that could be changed")]
    NothingToChange,
    /// It is not JSON.
    #[error("only JSON can be printed again, and this body is none")]
    NotJson,
}

impl Tamper {
    /// The body as it arrives.
    pub(super) fn spoil(self, body: &Bytes) -> Result<Bytes, TamperError> {
        match self {
            Self::Signature | Self::Secret | Self::Unsigned => Ok(body.clone()),
            Self::Newline => Ok([body, &b"\n"[..]].concat().into()),
            Self::Body => one_byte_changed(body),
            Self::Reserialized => printed_again(body),
        }
    }
}

/// The header's value with its last digit changed.
pub(super) fn another_digit(signature: &[u8]) -> Vec<u8> {
    let mut changed = signature.to_vec();
    if let Some(digit) = changed.iter_mut().rev().find(|byte| byte.is_ascii_alphanumeric()) {
        *digit = if *digit == b'0' { b'1' } else { b'0' };
    }
    changed
}

fn one_byte_changed(body: &Bytes) -> Result<Bytes, TamperError> {
    let place = match Document::parse(body.clone()) {
        Ok(document) => in_last_value(&document),
        Err(_) => outside_tags(body),
    };
    let place = place.ok_or(TamperError::NothingToChange)?;
    let mut changed = body.to_vec();
    changed[place] = neighbour(changed[place]);
    Ok(changed.into())
}

/// The last letter or digit of the last string or number; in none with escapes, which another letter would break.
fn in_last_value(document: &Document) -> Option<usize> {
    let values = (0..u32::try_from(document.len()).ok()?).rev().filter_map(|index| document.value(index));
    let place = |value: Value<'_>| {
        let raw = value.raw();
        let plain = matches!(value.kind(), Kind::String | Kind::Number) && !raw.contains(&b'\\');
        let at = raw.iter().rposition(u8::is_ascii_alphanumeric).filter(|_| plain)?;
        Some(value.range().start + at)
    };
    values.into_iter().find_map(place)
}

/// The last letter or digit of a text; of XML, one that is not in a tag.
fn outside_tags(body: &[u8]) -> Option<usize> {
    let mut in_tag = false;
    let mut last = None;
    for (at, byte) in body.iter().enumerate() {
        match byte {
            b'<' => in_tag = true,
            b'>' => in_tag = false,
            byte if byte.is_ascii_alphanumeric() && !in_tag => last = Some(at),
            _ => {}
        }
    }
    last
}

fn neighbour(byte: u8) -> u8 {
    if matches!(byte, b'9' | b'z' | b'Z') { byte - 1 } else { byte + 1 }
}

/// With a blank behind every comma and colon, as Python prints, and many a framework between provider and handler.
fn printed_again(body: &Bytes) -> Result<Bytes, TamperError> {
    Document::parse(body.clone()).map_err(|_| TamperError::NotJson)?;
    let mut printed = Vec::with_capacity(body.len() + body.len() / 8);
    let mut in_string = false;
    let mut escaped = false;
    for (at, &byte) in body.iter().enumerate() {
        printed.push(byte);
        in_string ^= byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        let next_is_blank = body.get(at + 1).is_some_and(u8::is_ascii_whitespace);
        if matches!(byte, b',' | b':') && !in_string && !next_is_blank {
            printed.push(b' ');
        }
    }
    Ok(printed.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoiled(tamper: Tamper, body: &'static str) -> String {
        let body = tamper.spoil(&Bytes::from_static(body.as_bytes())).unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    }

    #[test]
    fn one_byte_changes_and_json_stays_json() {
        let cases = [
            (r#"{"a":"b"}"#, r#"{"a":"c"}"#),
            (r#"{"a":19}"#, r#"{"a":18}"#),
            (r#"{"a":1,"b":"\n","c":null,"d":true}"#, r#"{"a":2,"b":"\n","c":null,"d":true}"#),
            (r#"[0,"é–"]"#, r#"[1,"é–"]"#),
            ("<a><b>x9!</b></a>", "<a><b>x8!</b></a>"),
            ("plain text", "plain texu"),
        ];
        for (body, expected) in cases {
            assert_eq!(spoiled(Tamper::Body, body), expected);
        }
        assert_eq!(Tamper::Body.spoil(&Bytes::from_static(b"{}")), Err(TamperError::NothingToChange));
    }

    #[test]
    fn json_printed_again_means_the_same() {
        let body = r#"{"a":[1,2], "b":"x,y:\"z,\\","c":89.00}"#;
        assert_eq!(spoiled(Tamper::Reserialized, body), r#"{"a": [1, 2], "b": "x,y:\"z,\\", "c": 89.00}"#);
        assert_eq!(Tamper::Reserialized.spoil(&Bytes::from_static(b"a,b")), Err(TamperError::NotJson));
    }

    #[test]
    fn a_changed_signature_is_still_written_like_one() {
        assert_eq!(another_digit(b"sha1=00ff"), b"sha1=00f0");
        assert_eq!(another_digit(b"Zm9v=="), b"Zm90==");
        assert_eq!(another_digit(b"a0"), b"a1");
    }
}
