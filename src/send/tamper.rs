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
    /// There is no blank in it, and no place for one.
    #[error("printing this body again changes nothing: it has no place for blanks")]
    NoBlanks,
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

/// The header's value with its last digit but one changed: in the last one of base64 some bits may mean nothing.
pub(super) fn another_digit(signature: &[u8]) -> Vec<u8> {
    let mut changed = signature.to_vec();
    let mut digits = changed.iter_mut().rev().filter(|byte| byte.is_ascii_alphanumeric());
    let last = digits.next();
    if let Some(digit) = digits.next().or(last) {
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

/// With a blank behind every comma and colon, as Python prints; where it came so, without any, as JavaScript does.
fn printed_again(body: &Bytes) -> Result<Bytes, TamperError> {
    Document::parse(body.clone()).map_err(|_| TamperError::NotJson)?;
    let forms = [printed(body, b" "), printed(body, b"")];
    forms.into_iter().find(|form| form != body).map(Bytes::from).ok_or(TamperError::NoBlanks)
}

/// With that behind every comma and colon, and no other blanks.
fn printed(json: &[u8], gap: &[u8]) -> Vec<u8> {
    let mut printed = Vec::with_capacity(json.len() + json.len() / 8);
    let mut in_string = false;
    let mut escaped = false;
    for &byte in json {
        if !in_string && byte.is_ascii_whitespace() {
            continue;
        }
        printed.push(byte);
        in_string ^= byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        if matches!(byte, b',' | b':') && !in_string {
            printed.extend_from_slice(gap);
        }
    }
    printed
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
        assert_eq!(spoiled(Tamper::Reserialized, "{\n  \"a\": [ 1 ]\n}\n"), r#"{"a": [1]}"#);
        assert_eq!(spoiled(Tamper::Reserialized, r#"{"a": "b c", "d": 1}"#), r#"{"a":"b c","d":1}"#);
        let cases = [("a,b", TamperError::NotJson), ("", TamperError::NotJson), ("{}", TamperError::NoBlanks)];
        for (body, error) in cases {
            assert_eq!(Tamper::Reserialized.spoil(&Bytes::from_static(body.as_bytes())), Err(error), "{body}");
        }
    }

    #[test]
    fn what_is_spoiled_differs_in_every_sample() {
        for provider in crate::provider::Catalog::builtin().iter() {
            for event in &provider.events {
                let body = &event.sample.body;
                for tamper in [Tamper::Body, Tamper::Newline, Tamper::Reserialized] {
                    if let Ok(spoiled) = tamper.spoil(body) {
                        assert_ne!(spoiled, body, "{} {} {tamper:?}", provider.id, event.name);
                    }
                }
                let is_json = Document::parse(body.clone()).is_ok();
                assert_eq!(Tamper::Reserialized.spoil(body).is_ok(), is_json, "{} {}", provider.id, event.name);
            }
        }
    }

    #[test]
    fn a_changed_signature_is_still_written_like_one() {
        let cases = [("sha1=00ff", "sha1=000f"), ("Zm9v==", "Zm0v=="), ("00", "10"), ("a", "0"), ("-", "-"), ("", "")];
        for (signature, changed) in cases {
            assert_eq!(another_digit(signature.as_bytes()), changed.as_bytes());
        }
    }
}
