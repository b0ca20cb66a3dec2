//! Another hash of the same length of digest, the right one without its key, or the secret's text for a key.

use super::claim::{Around, Claim, How, Way};
use super::{Cause, Change};
use crate::provider::{KeyCoding, Signature};
use crate::verify::hmac;

const PLAIN: [(&str, Around); 3] = [
    ("of the body alone", Around::Nowhere),
    ("of the secret and the body", Around::Before),
    ("of the body and the secret", Around::Behind),
];

/// The ways in which a digest of that length is made.
pub(super) fn ways<'a>(claim: &Claim<'_>) -> Vec<Way<'a>> {
    let signature = claim.signature;
    let (Some(hash), false) = (hmac::hash_of_size(claim.digest.len()), signature.algorithm.is_asymmetric()) else {
        return Vec::new();
    };
    let due = signature.algorithm.name().to_uppercase();
    let way = |name, how| {
        let fix = format!("Make the sender sign with {due}, or check the scheme that it was set to.");
        Way { change: Change::new(Cause::WrongAlgorithm, name, fix), how }
    };
    let keyed = (!claim.fits()).then(|| way(format!("HMAC-{}", hmac::name(hash)), How::Hash(hash)));
    let plain = PLAIN
        .iter()
        .map(|(of_what, around)| way(format!("a plain {} {of_what}", hmac::name(hash)), How::Plain(hash, *around)));
    undecoded(signature).into_iter().chain(keyed).chain(plain).collect()
}

/// The sender took the secret for a key as it is written, where the scheme has it decoded.
fn undecoded<'a>(signature: &Signature) -> Option<Way<'a>> {
    let fix = "Decode the secret at the sender as the scheme says, before it signs.";
    let change = Change::new(Cause::SecretEncoding, "the text of the secret for a key, not decoded", fix);
    (signature.key.coding != KeyCoding::Text).then_some(Way { change, how: How::Undecoded })
}
