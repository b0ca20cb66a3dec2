//! Secrets that are sent as they are: tokens, keys and the credentials of `Authorization`.
//!
//! They say who sends. They do not cover the body, so a changed body goes unnoticed; whoever words a verdict says so.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use subtle::ConstantTimeEq;

use super::Secret;
use crate::provider::Family;

/// Whether a header's value is of that family at all: `Basic` and `Bearer` share the `Authorization` header.
pub(super) fn speaks(family: &Family, value: &[u8]) -> bool {
    match word(family) {
        Some(word) => after(word, value).is_some(),
        None => true,
    }
}

/// What a header's value presents, to be compared with a secret. An error says in what way it presents nothing.
pub(super) fn presented<'a>(family: &Family, value: &'a [u8]) -> Result<Cow<'a, [u8]>, String> {
    if value.is_empty() {
        return Err("it is empty".to_owned());
    }
    let Some(word) = word(family) else { return Ok(Cow::Borrowed(value)) };
    let rest = after(word, value).ok_or_else(|| format!("it does not begin with `{word} `"))?;
    if *family != Family::Basic {
        return Ok(Cow::Borrowed(rest));
    }
    let decoded = STANDARD.decode(rest).map_err(|_| "what follows `Basic` is not base64".to_owned())?;
    if decoded.contains(&b':') {
        Ok(Cow::Owned(decoded))
    } else {
        Err("its credentials have no `:` in them".to_owned())
    }
}

/// Whether they are the same, in a time that tells nothing but their lengths.
pub(super) fn matches(presented: &[u8], secret: &[u8]) -> bool {
    presented.ct_eq(secret).into()
}

/// Writes a secret as the header's value. An error says why no header can carry it.
pub(super) fn write(family: &Family, secret: &Secret) -> Result<Vec<u8>, &'static str> {
    let bytes = secret.expose();
    match word(family) {
        Some(word) if *family == Family::Basic => {
            if !bytes.contains(&b':') {
                return Err("credentials of Basic are written user:password");
            }
            Ok(format!("{word} {}", STANDARD.encode(bytes)).into_bytes())
        }
        Some(word) => Ok([word.as_bytes(), b" ", carried(bytes)?].concat()),
        None => Ok(carried(bytes)?.to_vec()),
    }
}

/// A value that comes out of a header as it went in (RFC 9110 §5.5).
fn carried(bytes: &[u8]) -> Result<&[u8], &'static str> {
    if bytes.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t') {
        return Err("it has a line break or another control character in it");
    }
    if bytes.trim_ascii().len() != bytes.len() {
        return Err("it has blanks around it, which receivers leave out");
    }
    Ok(bytes)
}

/// The word that credentials of a family begin with (RFC 7617, RFC 6750).
fn word(family: &Family) -> Option<&'static str> {
    match family {
        Family::Basic => Some("Basic"),
        Family::Bearer => Some("Bearer"),
        Family::Signature(_) | Family::Token | Family::ApiKey => None,
    }
}

/// What follows that word; its letter case is free (RFC 9110 §11.1).
fn after<'a>(word: &str, value: &'a [u8]) -> Option<&'a [u8]> {
    let (first, rest) = value.split_at_checked(word.len())?;
    (first.eq_ignore_ascii_case(word.as_bytes()) && rest.first() == Some(&b' ')).then(|| rest.trim_ascii_start())
}
