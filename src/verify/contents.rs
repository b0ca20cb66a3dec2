//! All that a delivery's signature may cover, and whether some bytes are a signature over it.

use std::borrow::Cow;

use super::content::{Content, Lack, Lookup};
use super::{Context, asymmetric, hmac, key, tag, url};
use crate::provider::{Algorithm, Hash, Part, Signature};

/// The signed content of a delivery: one for each URL that it may have been sent to.
pub(super) struct Contents<'a> {
    signature: &'a Signature,
    each: Vec<Content<'a>>,
    /// The hash of the body that the delivery carries, where one is due: the bytes, as far as they can be read.
    body_hash: Option<Vec<u8>>,
}

impl<'a> Contents<'a> {
    /// `fields` are those of the value that carries the signature.
    pub(super) fn of(
        signature: &'a Signature,
        lookup: &Lookup<'a>,
        fields: &[(String, String)],
        context: &Context<'_>,
    ) -> Result<Self, Lack> {
        let urls = match signature.content.0.contains(&Part::Url) {
            true => url::candidates(lookup.head(), context.public_url),
            false => vec![String::new()],
        };
        let each = urls.iter().map(|url| Content::of(signature, lookup, fields, url)).collect::<Result<_, _>>()?;
        let body_hash = match &signature.body_hash {
            Some(due) => {
                let sent = lookup.first(&due.at).ok_or_else(|| Lack::Other(due.at.to_string()))?;
                Some(tag::decode(due.encoding, &sent).map_or_else(Vec::new, |(bytes, _)| bytes))
            }
            None => None,
        };
        Ok(Self { signature, each, body_hash })
    }

    /// What the delivery says for one part of the template.
    pub(super) fn value(&self, part: &Part) -> Option<&[u8]> {
        self.each.first()?.value(&self.signature.content, part)
    }

    /// How many contents may have been signed.
    pub(super) fn count(&self) -> usize {
        self.each.len()
    }

    /// Which of the received is the signature that the scheme makes with a secret over a body.
    pub(super) fn signed_by(&self, secret: &[u8], body: &[u8], received: &[&[u8]]) -> Option<usize> {
        let key = key::of(self.signature, secret).ok()?;
        let place =
            |content: &Content<'_>| position(self.signature.algorithm, &key, &content.parts(&key, body), received);
        self.each.iter().find_map(place).filter(|_| self.has_hash_of(body))
    }

    /// Whether that is what an algorithm makes with a key over a body.
    pub(super) fn match_by(&self, algorithm: Algorithm, key: &[u8], body: &[u8], received: &[u8]) -> bool {
        self.each.iter().any(|content| matches(algorithm, key, &content.parts(key, body), received))
    }

    /// The same for a keyed hash to which key and content were given in the wrong order.
    pub(super) fn match_swapped(&self, hash: Hash, key: &[u8], body: &[u8], received: &[u8]) -> bool {
        self.each.iter().any(|content| {
            let digest = hmac::digest(hash, &content.parts(key, body).concat(), [key].into_iter());
            hmac::are_same(&digest, received)
        })
    }

    /// The contents with something else between their parts; none where nothing stands there, or the same.
    pub(super) fn separated_by(&self, separator: &str) -> Vec<Content<'a>> {
        let template = &self.signature.content;
        self.each.iter().filter_map(|content| content.separated_by(template, separator)).collect()
    }

    /// The contents with something else for one part of the template; none where it has no such part.
    pub(super) fn with(&self, part: &Part, bytes: &[u8]) -> Vec<Content<'a>> {
        let template = &self.signature.content;
        let has_part = template.0.contains(part);
        self.each.iter().filter(|_| has_part).map(|content| content.with(template, part, bytes)).collect()
    }

    /// The same as [`Self::match_by`], with something before and behind the content.
    pub(super) fn match_within(
        &self,
        algorithm: Algorithm,
        (before, behind): (&[u8], &[u8]),
        key: &[u8],
        body: &[u8],
        received: &[u8],
    ) -> bool {
        self.each.iter().any(|content| {
            let mut parts = content.parts(key, body);
            parts.insert(0, Cow::Borrowed(before));
            parts.push(Cow::Borrowed(behind));
            matches(algorithm, key, &parts, received)
        })
    }

    /// Whether a body is the one whose hash the delivery carries; true where none is due.
    pub(super) fn has_hash_of(&self, body: &[u8]) -> bool {
        match (&self.signature.body_hash, &self.body_hash) {
            (Some(due), Some(sent)) => hmac::are_same(&hmac::plain_digest(due.hash, [body].into_iter()), sent),
            _ => true,
        }
    }
}

/// Whether that is the signature of these parts.
pub(super) fn matches(algorithm: Algorithm, key: &[u8], parts: &[Cow<'_, [u8]>], received: &[u8]) -> bool {
    position(algorithm, key, parts, &[received]).is_some()
}

/// Which of the received is the signature of these parts. A digest is made once, however many are to be compared with it,
/// and compared in constant time.
fn position(algorithm: Algorithm, key: &[u8], parts: &[Cow<'_, [u8]>], received: &[&[u8]]) -> Option<usize> {
    let bytes = || parts.iter().map(|part| &**part);
    let digest = match algorithm {
        Algorithm::Hmac(hash) => hmac::digest(hash, key, bytes()),
        Algorithm::Digest(hash) => hmac::plain_digest(hash, bytes()),
        Algorithm::Ed25519 | Algorithm::Rsa(_) | Algorithm::Ecdsa => {
            let message = parts.concat();
            return received.iter().position(|received| asymmetric::matches(algorithm, key, &message, received));
        }
    };
    received.iter().position(|received| hmac::are_same(&digest, received))
}
