//! Another hash of the same length of digest, or the right one without its key.

use super::claim::{Around, Claim, How, Way};
use super::{Cause, Change};
use crate::verify::hmac;

const PLAIN: [(&str, Around); 3] = [
    ("of the body alone", Around::Nowhere),
    ("of the secret and the body", Around::Before),
    ("of the body and the secret", Around::Behind),
];

/// The ways in which a digest of that length is made.
pub(super) fn ways<'a>(claim: &Claim<'_>) -> Vec<Way<'a>> {
    let Some(hash) = hmac::hash_of_size(claim.digest.len()) else { return Vec::new() };
    let due = hmac::name(claim.hmac.hash);
    let way = |name, how| {
        let fix = format!("Make the sender sign with HMAC-{due}, or check the scheme that it was set to.");
        Way { change: Change::new(Cause::WrongAlgorithm, name, fix), how }
    };
    let keyed = (!claim.fits()).then(|| way(format!("HMAC-{}", hmac::name(hash)), How::Hash(hash)));
    let plain = PLAIN
        .iter()
        .map(|(of_what, around)| way(format!("a plain {} {of_what}", hmac::name(hash)), How::Plain(hash, *around)));
    keyed.into_iter().chain(plain).collect()
}
