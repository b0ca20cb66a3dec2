//! Keyed hashes over exact bytes: computing them, comparing them in constant time, and reading them from a header.
//!
//! The signed content is fed part by part, so a body is never copied. Nothing here decides what a mismatch means.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use subtle::ConstantTimeEq;

use crate::provider::{Encoding, Hash, Hmac, Part, Template};

/// The hashes, and the labels that many senders put before a digest.
const HASHES: [(Hash, &str); 3] = [(Hash::Sha1, "sha1="), (Hash::Sha256, "sha256="), (Hash::Sha512, "sha512=")];

/// The signed content of a body.
pub(super) fn content<'a>(template: &'a Template, body: &'a [u8]) -> impl Iterator<Item = &'a [u8]> + Clone {
    template.0.iter().map(move |part| match part {
        Part::Text(text) => text.as_bytes(),
        Part::Body => body,
    })
}

/// The HMAC of these parts.
pub(super) fn digest<'a>(hash: Hash, key: &[u8], parts: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    match hash {
        Hash::Sha1 => keyed::<hmac::Hmac<Sha1>>(key, parts).finalize().into_bytes().to_vec(),
        Hash::Sha256 => keyed::<hmac::Hmac<Sha256>>(key, parts).finalize().into_bytes().to_vec(),
        Hash::Sha512 => keyed::<hmac::Hmac<Sha512>>(key, parts).finalize().into_bytes().to_vec(),
    }
}

/// Whether that is the HMAC of these parts, all of it; in constant time.
pub(super) fn matches<'a>(hash: Hash, key: &[u8], parts: impl Iterator<Item = &'a [u8]>, received: &[u8]) -> bool {
    match hash {
        Hash::Sha1 => keyed::<hmac::Hmac<Sha1>>(key, parts).verify_slice(received).is_ok(),
        Hash::Sha256 => keyed::<hmac::Hmac<Sha256>>(key, parts).verify_slice(received).is_ok(),
        Hash::Sha512 => keyed::<hmac::Hmac<Sha512>>(key, parts).verify_slice(received).is_ok(),
    }
}

/// Whether that is the hash of these parts, without a key; in constant time.
pub(super) fn plain_matches<'a>(hash: Hash, parts: impl Iterator<Item = &'a [u8]>, received: &[u8]) -> bool {
    let digest = match hash {
        Hash::Sha1 => plain::<Sha1>(parts),
        Hash::Sha256 => plain::<Sha256>(parts),
        Hash::Sha512 => plain::<Sha512>(parts),
    };
    digest.ct_eq(received).into()
}

fn plain<'a, D: Digest>(parts: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut hash = D::new();
    parts.for_each(|part| hash.update(part));
    hash.finalize().to_vec()
}

fn keyed<'a, M: Mac + KeyInit>(key: &[u8], parts: impl Iterator<Item = &'a [u8]>) -> M {
    let mut mac = <M as KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length (RFC 2104)");
    parts.for_each(|part| mac.update(part));
    mac
}

/// The size of a hash's digest in bytes.
pub(super) fn size(hash: Hash) -> usize {
    match hash {
        Hash::Sha1 => 20,
        Hash::Sha256 => 32,
        Hash::Sha512 => 64,
    }
}

/// The hash whose digests are that long.
pub(super) fn hash_of_size(bytes: usize) -> Option<Hash> {
    HASHES.iter().map(|known| known.0).find(|&hash| size(hash) == bytes)
}

/// The name of a hash for people.
pub(super) fn name(hash: Hash) -> &'static str {
    match hash {
        Hash::Sha1 => "SHA1",
        Hash::Sha256 => "SHA256",
        Hash::Sha512 => "SHA512",
    }
}

/// Writes a digest as the provider does.
pub(super) fn write(hmac: &Hmac, digest: &[u8]) -> String {
    let prefix = hmac.prefixes.first().map_or("", String::as_str);
    match hmac.encoding {
        Encoding::Hex => format!("{prefix}{}", hex::encode(digest)),
        Encoding::Base64 => format!("{prefix}{}", STANDARD.encode(digest)),
    }
}

/// A signature as a header carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    /// The digest.
    pub(super) bytes: Vec<u8>,
    /// Whether its prefix and its length are those of the scheme.
    pub(super) fits: bool,
    /// Whether it is hex with digits in upper case.
    pub(super) upper_case: bool,
}

/// Reads a signature. An error says in what way the value cannot be one, without repeating it.
pub(super) fn read(hmac: &Hmac, value: &[u8]) -> Result<Tag, String> {
    if value.is_empty() {
        return Err("it is empty".to_owned());
    }
    let (digits, own_prefix) = split(hmac, value).ok_or_else(|| missing_prefix(hmac))?;
    let bytes = match hmac.encoding {
        Encoding::Hex => hex::decode(digits).ok(),
        Encoding::Base64 => STANDARD.decode(digits).ok(),
    };
    let bytes = bytes.filter(|bytes| hash_of_size(bytes.len()).is_some()).ok_or_else(|| misfit(hmac, digits))?;
    let fits = own_prefix && bytes.len() == size(hmac.hash);
    let upper_case = hmac.encoding == Encoding::Hex && digits.iter().any(u8::is_ascii_uppercase);
    Ok(Tag { bytes, fits, upper_case })
}

/// The digits, and whether what stands before them is the scheme's. The label of another hash is left out too:
/// `sha256=` under a scheme of SHA1 is worth recomputing.
fn split<'a>(hmac: &Hmac, value: &'a [u8]) -> Option<(&'a [u8], bool)> {
    let own = hmac.prefixes.iter().filter(|prefix| !prefix.is_empty());
    let bare = hmac.prefixes.is_empty() || hmac.prefixes.iter().any(String::is_empty);
    let after = |prefix: &str| value.strip_prefix(prefix.as_bytes());
    let own = own.filter_map(|prefix| after(prefix)).min_by_key(|digits| digits.len());
    let label = || HASHES.iter().find_map(|known| after(known.1));
    own.map(|digits| (digits, true)).or_else(|| Some((label()?, false))).or_else(|| bare.then_some((value, true)))
}

fn missing_prefix(hmac: &Hmac) -> String {
    format!("it does not begin with `{}`", hmac.prefixes.first().map_or("", String::as_str))
}

/// In what way a tag that is the digest of some hash cannot be one of the scheme.
pub(super) fn unfit(hmac: &Hmac, tag: &Tag) -> String {
    match hash_of_size(tag.bytes.len()) {
        Some(hash) if hash != hmac.hash => {
            format!("it has the length of {} where {} is due", name(hash), name(hmac.hash))
        }
        _ => missing_prefix(hmac),
    }
}

/// In what way digits cannot be a digest of the scheme.
fn misfit(hmac: &Hmac, digits: &[u8]) -> String {
    let due = size(hmac.hash);
    let (unit, due, are_digits) = match hmac.encoding {
        Encoding::Hex => ("hex digits", due * 2, digits.iter().all(u8::is_ascii_hexdigit)),
        Encoding::Base64 => ("characters of base64", due.div_ceil(3) * 4, STANDARD.decode(digits).is_ok()),
    };
    match digits.len() {
        0 => format!("nothing follows its prefix where {due} {unit} are due"),
        found if are_digits => format!("it has {found} {unit} where {due} are due"),
        found => format!("its {found} characters are not the {due} {unit} that are due"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hash, key, data, digest: RFC 2202 §3 for SHA1, RFC 4231 §4 for the others.
    fn vectors() -> Vec<(Hash, Vec<u8>, Vec<u8>, &'static str)> {
        use Hash::{Sha1, Sha256, Sha512};
        let counted: Vec<u8> = (1..=25).collect();
        let jefe = || (b"Jefe".to_vec(), b"what do ya want for nothing?".to_vec());
        let larger = b"Test Using Larger Than Block-Size Key - Hash Key First".to_vec();
        let of = |hash, (key, data), digest| (hash, key, data, digest);
        let repeated = |byte, count| vec![byte; count];
        vec![
            of(Sha1, (repeated(0x0b, 20), b"Hi There".to_vec()), "b617318655057264e28bc0b6fb378c8ef146be00"),
            of(Sha1, jefe(), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
            of(Sha1, (repeated(0xaa, 20), repeated(0xdd, 50)), "125d7342b9ac11cd91a39af48aa17b4f63f175d3"),
            of(Sha1, (counted.clone(), repeated(0xcd, 50)), "4c9007f4026250c6bc8414f9bf50c86c2d7235da"),
            of(
                Sha1,
                (repeated(0xaa, 80), b"Test Using Larger Than Block-Size Key - Hash Key First".to_vec()),
                "aa4ae5e15272d00e95705637ce8a3b55ed402112",
            ),
            of(
                Sha256,
                (repeated(0x0b, 20), b"Hi There".to_vec()),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            of(Sha256, jefe(), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
            of(
                Sha256,
                (repeated(0xaa, 20), repeated(0xdd, 50)),
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
            ),
            of(
                Sha256,
                (counted, repeated(0xcd, 50)),
                "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
            ),
            of(
                Sha256,
                (repeated(0xaa, 131), larger),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
            of(
                Sha512,
                jefe(),
                "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
            ),
        ]
    }

    #[test]
    fn published_digests_are_computed_and_match() {
        for (hash, key, data, expected) in vectors() {
            let parts = || [&data[..]].into_iter();
            assert_eq!(hex::encode(digest(hash, &key, parts())), expected);
            let received = hex::decode(expected).unwrap();
            assert!(matches(hash, &key, parts(), &received));
            assert!(!matches(hash, &key[1..], parts(), &received));
        }
    }

    #[test]
    fn a_part_of_a_digest_never_matches() {
        for (hash, key, data, expected) in vectors() {
            let received = hex::decode(expected).unwrap();
            for length in 0..received.len() {
                assert!(!matches(hash, &key, [&data[..]].into_iter(), &received[..length]), "{hash:?}, {length} bytes");
            }
        }
    }

    #[test]
    fn content_is_fed_in_its_parts() {
        let template = Template(vec![Part::Text("v0:".to_owned()), Part::Body, Part::Text("!".to_owned())]);
        let in_parts = digest(Hash::Sha256, b"k", content(&template, b"body"));
        assert_eq!(in_parts, digest(Hash::Sha256, b"k", [&b"v0:body!"[..]].into_iter()));
    }
}
