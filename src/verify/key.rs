//! From the text of a secret to the key that signs.

use zeroize::Zeroizing;

use super::tag::loose_base64;
use crate::provider::{KeyCoding, Signature};

/// The key that a secret means. An error says in what way it cannot be one, without repeating it.
pub(super) fn of(signature: &Signature, secret: &[u8]) -> Result<Zeroizing<Vec<u8>>, &'static str> {
    // PEM says itself how it is to be read.
    if signature.algorithm.is_asymmetric() && secret.trim_ascii_start().starts_with(b"-----BEGIN ") {
        return Ok(Zeroizing::new(secret.to_vec()));
    }
    let form = &signature.key;
    let prefixed = form.prefixes.iter().find_map(|prefix| secret.strip_prefix(prefix.as_bytes()));
    let coding = if prefixed.is_some() { form.coding } else { form.bare.unwrap_or(form.coding) };
    let text = prefixed.unwrap_or(secret);
    match coding {
        KeyCoding::Text => Ok(text.to_vec()),
        KeyCoding::Hex => hex::decode(text).map_err(|_| "it is not hex"),
        KeyCoding::Base64 => strict_base64(text).ok_or("it is not base64"),
    }
    .map(Zeroizing::new)
}

/// The text of a secret without what may stand before it and is no part of the key.
pub(super) fn without_prefix<'s>(signature: &Signature, secret: &'s [u8]) -> &'s [u8] {
    signature.key.prefixes.iter().find_map(|prefix| secret.strip_prefix(prefix.as_bytes())).unwrap_or(secret)
}

/// Base64 of either alphabet, padded or not; but nothing that is not of it.
fn strict_base64(text: &[u8]) -> Option<Vec<u8>> {
    let digits = text.iter().position(|byte| *byte == b'=').unwrap_or(text.len());
    let is_padding = matches!(&text[digits..], b"" | b"=" | b"==");
    is_padding.then(|| loose_base64(text)).flatten()
}
