//! Keyed hashes over exact bytes: computing them, and comparing them in constant time.
//!
//! The signed content is fed part by part, so a body is never copied. Nothing here decides what a mismatch means.

use hmac::{KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use subtle::ConstantTimeEq;

use crate::provider::Hash;

/// The labels that many senders put before a digest.
pub(super) const LABELS: [&str; 3] = ["sha1=", "sha256=", "sha512="];

const HASHES: [Hash; 3] = [Hash::Sha1, Hash::Sha256, Hash::Sha512];

/// The HMAC of these parts.
pub(super) fn digest<'a>(hash: Hash, key: &[u8], parts: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    match hash {
        Hash::Sha1 => keyed::<hmac::Hmac<Sha1>>(key, parts).finalize().into_bytes().to_vec(),
        Hash::Sha256 => keyed::<hmac::Hmac<Sha256>>(key, parts).finalize().into_bytes().to_vec(),
        Hash::Sha512 => keyed::<hmac::Hmac<Sha512>>(key, parts).finalize().into_bytes().to_vec(),
    }
}

/// The hash of these parts, without a key.
pub(super) fn plain_digest<'a>(hash: Hash, parts: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    match hash {
        Hash::Sha1 => plain::<Sha1>(parts),
        Hash::Sha256 => plain::<Sha256>(parts),
        Hash::Sha512 => plain::<Sha512>(parts),
    }
}

/// Whether a received digest is that one, all of it; in constant time.
pub(super) fn are_same(digest: &[u8], received: &[u8]) -> bool {
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

/// The hash whose digests are that long.
pub(super) fn hash_of_size(bytes: usize) -> Option<Hash> {
    HASHES.into_iter().find(|hash| hash.size() == bytes)
}

/// The name of a hash for people.
pub(super) fn name(hash: Hash) -> &'static str {
    match hash {
        Hash::Sha1 => "SHA1",
        Hash::Sha256 => "SHA256",
        Hash::Sha512 => "SHA512",
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
    fn published_digests_are_computed() {
        for (hash, key, data, expected) in vectors() {
            let of = |key| hex::encode(digest(hash, key, [&data[..]].into_iter()));
            assert_eq!(of(&key), expected);
            assert_ne!(of(&key[1..]), expected);
        }
    }

    #[test]
    fn a_part_of_a_digest_is_not_the_same() {
        for (.., expected) in vectors() {
            let digest = hex::decode(expected).unwrap();
            assert!(are_same(&digest, &digest));
            for length in 0..digest.len() {
                assert!(!are_same(&digest, &digest[..length]), "{length} bytes of {expected}");
            }
        }
    }
}
