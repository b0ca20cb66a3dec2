//! A signature as it was received, and what its scheme makes of a key and a body. Nothing else here computes one.

use super::Change;
use super::content::Layout;
use crate::provider::{Algorithm, Hash, Part, Signature};
use crate::verify::content::Content;
use crate::verify::contents::{self, Contents};
use crate::verify::{asymmetric, key, tag};

/// What checking with a public key costs, and printing content again for each byte of it, in bytes hashed.
const PUBLIC_KEY: usize = 128 * 1024;
const PRINTING: usize = 24;

/// A received digest under its scheme.
#[derive(Clone, Copy)]
pub(super) struct Claim<'a> {
    pub(super) signature: &'a Signature,
    pub(super) contents: &'a Contents<'a>,
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
    /// As the scheme says, but with the secret's text for a key.
    Undecoded,
    /// The same, but without the prefix that is no part of the key.
    Unprefixed,
    /// As the scheme says, but with the public key that belongs to the private one that is configured.
    OfPrivate,
    /// As the scheme says, but with another hash.
    Hash(Hash),
    /// A keyed hash of the key, with the content for a key.
    Swapped(Hash),
    /// A hash without a key, with the secret before the content, behind it, or nowhere.
    Plain(Hash, Around),
    /// Of other parts.
    Layout(Layout<'a>),
    /// Of the scheme's own parts, some with another value, by that algorithm.
    Content(Algorithm, Vec<Content<'a>>),
}

/// Where senders that know no HMAC put the secret.
#[derive(Clone, Copy)]
pub(super) enum Around {
    Nowhere,
    Before,
    Behind,
}

impl Claim<'_> {
    /// Whether that secret, or that key, and that body give the received digest.
    pub(super) fn holds(&self, how: &How<'_>, secret: &[u8], body: &[u8]) -> bool {
        self.is_made(how, secret, body) && self.contents.has_hash_of(body)
    }

    /// The same, whatever hash of the body came along.
    pub(super) fn is_made(&self, how: &How<'_>, secret: &[u8], body: &[u8]) -> bool {
        let (contents, due) = (self.contents, self.signature.algorithm);
        // What no longer is written as secrets are may be the key itself.
        let decoded = key::of(self.signature, secret);
        let key = decoded.as_ref().map_or(secret, |key| key);
        match how {
            How::Due => contents.match_by(due, key, body, self.digest),
            How::Undecoded => contents.match_by(due, secret, body, self.digest),
            How::Unprefixed => contents.match_by(due, key::without_prefix(self.signature, secret), body, self.digest),
            How::OfPrivate => {
                let public = asymmetric::ed25519_public(key);
                public.is_some_and(|public| contents.match_by(due, &public, body, self.digest))
            }
            How::Swapped(hash) => contents.match_swapped(*hash, key, body, self.digest),
            How::Hash(hash) => contents.match_by(Algorithm::Hmac(*hash), key, body, self.digest),
            How::Plain(hash, around) => {
                let around: (&[u8], &[u8]) = match around {
                    Around::Nowhere => (b"", b""),
                    Around::Before => (key, b""),
                    Around::Behind => (b"", key),
                };
                contents.match_within(Algorithm::Digest(*hash), around, key, body, self.digest)
            }
            How::Layout(layout) => contents::matches(due, key, &layout.parts(body), self.digest),
            How::Content(algorithm, contents) => contents
                .iter()
                .any(|content| contents::matches(*algorithm, key, &content.parts(key, body), self.digest)),
        }
    }

    /// What one attempt costs, in bytes hashed: some content is printed again each time, and public keys are slow.
    pub(super) fn cost(&self, size: usize) -> usize {
        let prints = |part: &Part| matches!(part, Part::Json | Part::SortedJson | Part::Form);
        let is_printed = self.signature.content.0.iter().any(prints);
        let compared = if self.signature.body_hash.is_some() { size } else { 0 };
        let each = match self.signature.algorithm {
            Algorithm::Hmac(Hash::Sha512) | Algorithm::Digest(Hash::Sha512) => 2 * size,
            Algorithm::Hmac(_) | Algorithm::Digest(_) => size,
            _ => size + PUBLIC_KEY,
        };
        compared + self.contents.count() * if is_printed { each + PRINTING * size } else { each }
    }

    /// Whether the digest is as long as the scheme's.
    pub(super) fn fits(&self) -> bool {
        tag::size(self.signature.algorithm).is_none_or(|size| self.digest.len() == size)
    }
}
