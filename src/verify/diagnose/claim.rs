//! A signature as it was received, and what its scheme makes of a key and a body. Nothing else here computes one.

use super::Change;
use super::content::Layout;
use crate::provider::{Hash, Hmac};
use crate::verify::hmac;

/// A received digest under its scheme.
#[derive(Clone, Copy)]
pub(super) struct Claim<'a> {
    pub(super) hmac: &'a Hmac,
    pub(super) digest: &'a [u8],
}

/// Another way of making a digest.
pub(super) struct Way<'a> {
    pub(super) change: Change,
    pub(super) how: How<'a>,
}

/// How a digest is made of a key and a body.
pub(super) enum How<'a> {
    /// As the scheme says.
    Due,
    /// As the scheme says, but with another hash.
    Hash(Hash),
    /// A hash without a key, with the secret before the content, behind it, or nowhere.
    Plain(Hash, Around),
    /// Of other parts.
    Content(Layout<'a>),
}

/// Where senders that know no HMAC put the secret.
#[derive(Clone, Copy)]
pub(super) enum Around {
    Nowhere,
    Before,
    Behind,
}

impl Claim<'_> {
    /// Whether that key and that body give the received digest.
    pub(super) fn holds(&self, how: &How<'_>, key: &[u8], body: &[u8]) -> bool {
        let content = hmac::content(&self.hmac.content, body);
        match how {
            How::Due => hmac::matches(self.hmac.hash, key, content, self.digest),
            How::Hash(hash) => hmac::matches(*hash, key, content, self.digest),
            How::Plain(hash, around) => {
                let (before, behind): (&[u8], &[u8]) = match around {
                    Around::Nowhere => (b"", b""),
                    Around::Before => (key, b""),
                    Around::Behind => (b"", key),
                };
                hmac::plain_matches(*hash, [before].into_iter().chain(content).chain([behind]), self.digest)
            }
            How::Content(layout) => hmac::matches(self.hmac.hash, key, layout.parts(body), self.digest),
        }
    }

    /// Whether the digest is as long as the scheme's.
    pub(super) fn fits(&self) -> bool {
        self.digest.len() == hmac::size(self.hmac.hash)
    }
}
