//! Another hash of the same length of digest, or the right one without its key.

use super::{Attempts, Cause, Reason};
use crate::provider::Hash;
use crate::verify::hmac;

/// Where senders that know no HMAC put the secret: before and after the content.
type Around = for<'k> fn(&'k [u8]) -> (&'k [u8], &'k [u8]);

const PLAIN: [(&str, Around); 3] = [
    ("of the body alone", |_| (b"", b"")),
    ("of the secret and the body", |key| (key, b"")),
    ("of the body and the secret", |key| (b"", key)),
];

impl Attempts<'_> {
    pub(super) fn algorithm(&mut self, body: &[u8]) -> Option<Reason> {
        let hash = hmac::hash_of_size(self.tag.bytes.len())?;
        self.other_hash(hash, body).or_else(|| self.plain_hash(hash, body))
    }

    fn other_hash(&mut self, hash: Hash, body: &[u8]) -> Option<Reason> {
        let (hmac, tag) = (self.hmac, self.tag);
        if hash == hmac.hash {
            return None;
        }
        let name = format!("HMAC-{}", hmac::name(hash));
        let reproduces = |key: &[u8]| hmac::matches(hash, key, hmac::content(&hmac.content, body), &tag.bytes);
        self.attempt(Cause::WrongAlgorithm, name.clone(), body.len(), reproduces)?;
        Some(reason(hmac.hash, &name))
    }

    fn plain_hash(&mut self, hash: Hash, body: &[u8]) -> Option<Reason> {
        let (hmac, tag) = (self.hmac, self.tag);
        PLAIN.iter().find_map(|(of_what, around)| {
            let name = format!("a plain {} {of_what}", hmac::name(hash));
            let reproduces = |key: &[u8]| {
                let (before, after) = around(key);
                let content = hmac::content(&hmac.content, body);
                hmac::plain_matches(hash, [before].into_iter().chain(content).chain([after]), &tag.bytes)
            };
            self.attempt(Cause::WrongAlgorithm, name.clone(), body.len(), reproduces)?;
            Some(reason(hmac.hash, &name))
        })
    }
}

fn reason(due: Hash, found: &str) -> Reason {
    let due = hmac::name(due);
    Reason {
        cause: Cause::WrongAlgorithm,
        explanation: format!("The signature is {found}, where HMAC-{due} is due."),
        fix: format!("Make the sender sign with HMAC-{due}, or check the scheme that it was set to."),
    }
}
