//! The secret in other forms: with blanks or quotes, decoded or not, with its prefix or without, or another provider's.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use super::{Cause, Change};
use crate::provider::ProviderId;
use crate::text;
use crate::verify::Secret;

/// A secret in another form.
pub(super) struct Key {
    pub(super) change: Change,
    pub(super) bytes: Zeroizing<Vec<u8>>,
}

/// One way in which two copies of a secret differ.
struct Variant {
    cause: Cause,
    name: &'static str,
    form: Form,
}

enum Form {
    /// Ours has too much: the bytes that stay.
    Less(fn(&[u8]) -> &[u8]),
    /// The sender's has these more, before and after.
    More(&'static [u8], &'static [u8]),
    /// One side uses what the other's stands for.
    Made(fn(&[u8]) -> Option<Vec<u8>>),
}
use Form::{Less, Made, More};

const fn blank(name: &'static str, form: Form) -> Variant {
    Variant { cause: Cause::SecretWhitespace, name, form }
}

const fn quoted(name: &'static str, form: Form) -> Variant {
    Variant { cause: Cause::SecretQuoted, name, form }
}

const fn encoded(name: &'static str, form: Form) -> Variant {
    Variant { cause: Cause::SecretEncoding, name, form }
}

const BOM: &[u8] = b"\xef\xbb\xbf";

/// The commonest slip first.
const VARIANTS: [Variant; 26] = [
    blank("the secret without the blanks around it", Less(<[u8]>::trim_ascii)),
    blank("the secret without the line break at its end", Less(without_line_break)),
    blank("the secret without the blanks at its end", Less(<[u8]>::trim_ascii_end)),
    blank("the secret with a line feed after it", More(b"", b"\n")),
    blank("the secret with CR LF after it", More(b"", b"\r\n")),
    blank("the secret with a space after it", More(b"", b" ")),
    blank("the secret with a space before it", More(b" ", b"")),
    blank("the secret without any blanks in it", Made(|secret| Some(without_blanks(secret)))),
    quoted("the secret without the quotes around it", Less(unquoted)),
    quoted("the secret in double quotes", More(b"\"", b"\"")),
    quoted("the secret in single quotes", More(b"'", b"'")),
    encoded("the secret decoded from hex", Made(|secret| hex::decode(secret.trim_ascii()).ok())),
    encoded("the secret decoded from base64", Made(from_base64)),
    encoded("the secret without its prefix, decoded from base64", Made(|secret| from_base64(without_prefix(secret)))),
    encoded("the secret without its prefix, decoded from hex", Made(|secret| hex::decode(without_prefix(secret)).ok())),
    encoded("the secret without its prefix", Less(without_prefix)),
    encoded("the secret with `whsec_` before it", More(b"whsec_", b"")),
    encoded("the secret written in hex", Made(|secret| Some(hex::encode(secret).into_bytes()))),
    encoded("the secret written in base64", Made(|secret| Some(STANDARD.encode(secret).into_bytes()))),
    encoded("the secret written in base64url", Made(|secret| Some(URL_SAFE_NO_PAD.encode(secret).into_bytes()))),
    encoded(
        "the secret without a byte order mark before it",
        Less(|secret| secret.strip_prefix(BOM).unwrap_or(secret)),
    ),
    encoded("the secret with a byte order mark before it", More(BOM, b"")),
    encoded("the secret in lower case", Made(|secret| Some(secret.to_ascii_lowercase()))),
    encoded("the secret in upper case", Made(|secret| Some(secret.to_ascii_uppercase()))),
    encoded("the secret without the `NAME=` before it", Made(assigned)),
    encoded("the secret in UTF-16", Made(in_utf16)),
];

/// Every form of these secrets that differs from all of them, and the secrets of other providers.
pub(super) fn keys(secrets: &[&Secret], others: &[(&ProviderId, &Secret)]) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    let mut add = |key: Key| {
        let is_known = secrets.iter().any(|secret| secret.expose() == &key.bytes[..]);
        if !key.bytes.is_empty() && !is_known && !keys.iter().any(|known| known.bytes == key.bytes) {
            keys.push(key);
        }
    };
    others.iter().for_each(|(provider, secret)| add(of_another(provider, secret)));
    for variant in &VARIANTS {
        secrets.iter().filter_map(|secret| variant.of(secret)).for_each(&mut add);
    }
    keys
}

/// What senders sign with whose secret is not set.
pub(super) fn unset() -> [Key; 4] {
    [
        ("an empty secret", ""),
        ("the word `undefined`", "undefined"),
        ("the word `null`", "null"),
        ("the word `None`", "None"),
    ]
    .map(|(name, secret)| {
        let fix = "Set the secret at the sender: where it should be, there is none.";
        let name = if secret.is_empty() { name.to_owned() } else { format!("{name} for a secret") };
        Key { change: Change::new(Cause::WrongSecret, name, fix), bytes: Zeroizing::new(secret.into()) }
    })
}

fn of_another(provider: &ProviderId, secret: &Secret) -> Key {
    let name = format!("the secret of {}", text::visible(provider.as_str()));
    let source = secret.source();
    let fix = format!("The secrets of two providers were mixed up: {source} belongs to this one as well, or instead.");
    Key { change: Change::new(Cause::OtherProviderSecret, name, fix), bytes: Zeroizing::new(secret.expose().to_vec()) }
}

impl Variant {
    /// The secret in that form, where there is one.
    fn of(&self, secret: &Secret) -> Option<Key> {
        let bytes = secret.expose();
        let made = match self.form {
            Less(kept) => kept(bytes).to_vec(),
            More(before, after) => [before, bytes, after].concat(),
            Made(make) => make(bytes)?,
        };
        let change = Change::new(self.cause, self.name, self.fix(secret.source()));
        Some(Key { change, bytes: Zeroizing::new(made) })
    }

    fn fix(&self, source: &str) -> String {
        match (self.cause, &self.form) {
            (Cause::SecretWhitespace, More(..)) => {
                format!("Set the secret at the sender again without them, or give them in {source} too.")
            }
            (Cause::SecretWhitespace, _) => format!("Take the blanks and line breaks out of {source}."),
            (Cause::SecretQuoted, Less(_)) => format!("Take the quotes out of {source}."),
            (Cause::SecretQuoted, _) => {
                format!("Set the secret at the sender again without quotes, or give them in {source} too.")
            }
            _ => {
                format!("Use the secret of {source} in the form that the sender uses: both sides need the same bytes.")
            }
        }
    }
}

fn without_line_break(secret: &[u8]) -> &[u8] {
    secret.strip_suffix(b"\n").map_or(secret, |line| line.strip_suffix(b"\r").unwrap_or(line))
}

fn without_blanks(secret: &[u8]) -> Vec<u8> {
    secret.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect()
}

/// Blanks outside of the quotes go with them.
fn unquoted(secret: &[u8]) -> &[u8] {
    let trimmed = secret.trim_ascii();
    match trimmed {
        [first @ (b'"' | b'\'' | b'`'), inner @ .., last] if first == last => inner,
        _ => secret,
    }
}

/// What follows `whsec_` and its like: a few small letters and `_`, once or twice.
fn without_prefix(secret: &[u8]) -> &[u8] {
    let secret = secret.trim_ascii();
    let is_of_prefix = |byte: &u8| byte.is_ascii_lowercase() || *byte == b'_';
    let end = secret.iter().take(16).take_while(|byte| is_of_prefix(byte)).collect::<Vec<_>>();
    let end = end.iter().rposition(|&&byte| byte == b'_').map_or(0, |at| at + 1);
    &secret[end..]
}

/// What a line of a shell script or an `.env` file gives a variable.
fn assigned(secret: &[u8]) -> Option<Vec<u8>> {
    let line = secret.trim_ascii();
    let line = line.strip_prefix(b"export ").unwrap_or(line).trim_ascii_start();
    let (name, value) = line.split_at(line.iter().position(|byte| *byte == b'=')?);
    let is_name = !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    is_name.then(|| unquoted(&value[1..]).to_vec())
}

fn from_base64(secret: &[u8]) -> Option<Vec<u8>> {
    let secret = secret.trim_ascii();
    [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD].iter().find_map(|base64| base64.decode(secret).ok())
}

fn in_utf16(secret: &[u8]) -> Option<Vec<u8>> {
    Some(str::from_utf8(secret).ok()?.encode_utf16().flat_map(u16::to_le_bytes).collect())
}
