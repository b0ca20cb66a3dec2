//! Another hash of the same length of digest, the right one without its key, or the secret's text for a key.

use super::claim::{Around, Claim, How, Way};
use super::{Cause, Change};
use crate::provider::{Algorithm, Hash, KeyCoding, Part, Signature, Template};
use crate::verify::hmac;

/// The ways in which a digest of that length is made.
pub(super) fn ways<'a>(claim: &Claim<'a>) -> Vec<Way<'a>> {
    let signature = claim.signature;
    if signature.algorithm == Algorithm::Ed25519 {
        let fix =
            "Configure the public key: whoever checks needs no private one, and nobody but the sender should have it.";
        let name = "the public key that belongs to the private key which is configured";
        return vec![Way { change: Change::new(Cause::SecretEncoding, name, fix), how: How::OfPrivate }];
    }
    let Some(hash) = hmac::hash_of_size(claim.digest.len()).filter(|_| !signature.algorithm.is_asymmetric()) else {
        return Vec::new();
    };
    let mut ways = undecoded(signature);
    match signature.algorithm {
        Algorithm::Digest(_) => ways.extend(keyless(claim, hash)),
        _ => ways.extend(plain(claim, hash)),
    }
    ways
}

/// Where a keyed hash is due: another, or one without a key.
fn plain<'a>(claim: &Claim<'a>, hash: Hash) -> impl Iterator<Item = Way<'a>> {
    let (signature, name) = (claim.signature, hmac::name(hash));
    let keyed = (!claim.fits()).then(|| way(signature, format!("HMAC-{name}"), How::Hash(hash)));
    let what = if signature.content == Template::body() { "the body" } else { "the signed content" };
    let plain = [
        (format!("{what} alone"), Around::Nowhere),
        (format!("the secret and {what}"), Around::Before),
        (format!("{what} and the secret"), Around::Behind),
    ];
    let plain = plain.map(|(of, around)| way(signature, format!("a plain {name} of {of}"), How::Plain(hash, around)));
    let swapped = way(signature, format!("HMAC-{name} with key and content swapped"), How::Swapped(hash));
    keyed.into_iter().chain(plain).chain([swapped])
}

/// Where a hash over the secret and the rest is due: a keyed one over the rest, or one without any secret.
fn keyless<'a>(claim: &Claim<'a>, hash: Hash) -> [Way<'a>; 2] {
    let (signature, name) = (claim.signature, hmac::name(hash));
    let rest = |algorithm| How::Content(algorithm, claim.contents.with(&Part::Secret, b""));
    [
        way(signature, format!("HMAC-{name} with the secret for a key"), rest(Algorithm::Hmac(hash))),
        way(signature, format!("a plain {name} without the secret"), rest(Algorithm::Digest(hash))),
    ]
}

fn way<'a>(signature: &Signature, name: String, how: How<'a>) -> Way<'a> {
    let due = signature.algorithm.name().to_uppercase();
    let fix = format!("Make the sender sign with {due}, or check the scheme that it was set to.");
    Way { change: Change::new(Cause::WrongAlgorithm, name, fix), how }
}

/// The sender took the secret for a key as it is written, where the scheme has it decoded.
fn undecoded<'a>(signature: &Signature) -> Vec<Way<'a>> {
    let way = |name, how| {
        let fix = "Decode the secret at the sender as the scheme says, before it signs; one that cannot be decoded is not \
                   whole, or not from there.";
        Way { change: Change::new(Cause::SecretEncoding, name, fix), how }
    };
    if signature.key.coding == KeyCoding::Text {
        return Vec::new();
    }
    let whole = way("the text of the secret for a key, not decoded", How::Undecoded);
    let rest = || way("the text of the secret without its prefix for a key, not decoded", How::Unprefixed);
    std::iter::once(whole).chain((!signature.key.prefixes.is_empty()).then(rest)).collect()
}
