//! How a provider signs: the words in which every scheme is said.
//!
//! A signature is made of the same few parts everywhere (what is signed, with which algorithm and key, how it is written
//! and where it is carried), so a scheme is a value of those parts and never code of its own.

use std::fmt;
use std::time::Duration;

use super::{Part, Template};
use crate::json::Path;

/// One way of signing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheme {
    /// The family and its parameters.
    pub family: Family,
    /// Where the signature, token or credentials are.
    pub carrier: Carrier,
}

/// The families of schemes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Family {
    /// A signature over what the delivery carries.
    Signature(Box<Signature>),
    /// A secret sent as it is.
    Token,
    /// `Authorization: Basic`; the secret is `user:password`.
    Basic,
    /// `Authorization: Bearer`.
    Bearer,
    /// A key in a header of the user's choice.
    ApiKey,
}

/// A part of a request that carries a value of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// A header.
    Header(String),
    /// A parameter of the query.
    Query(String),
    /// A value in a JSON body.
    Body(Path),
}

/// Where a value is that a signature needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// In the request.
    Sent(Carrier),
    /// In a field of the signature's own value: `t` of `t=1700000000,v1=…`.
    Field(String),
}

/// The parameters of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// What it is computed by.
    pub algorithm: Algorithm,
    /// How its bytes are written.
    pub encoding: Encoding,
    /// What may stand before the digits (`sha1=`, or nothing); the first is what the provider itself sends.
    pub prefixes: Vec<String>,
    /// How the value that carries it is laid out.
    pub layout: Layout,
    /// What is signed.
    pub content: Template,
    /// How a secret becomes a key.
    pub key: KeyForm,
    /// When it was signed, where it says.
    pub timestamp: Option<Clock>,
    /// Where the id is that the signed content has in it.
    pub id: Option<Source>,
    /// A hash of the body that the request carries, where the signature covers that hash and not the body.
    pub body_hash: Option<BodyHash>,
    /// What the provider's own library makes of a signature that is right but odd.
    pub notes: Vec<Note>,
}

/// What signatures are computed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// A keyed hash (RFC 2104).
    Hmac(Hash),
    /// A hash without a key; the secret is part of the content.
    Digest(Hash),
    /// Ed25519 (RFC 8032).
    Ed25519,
    /// RSA with PKCS #1 v1.5 padding (RFC 8017 §8.2); with SHA-256 or SHA-512.
    Rsa(Hash),
    /// ECDSA on P-256 with SHA-256.
    Ecdsa,
}

/// Hash functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hash {
    /// SHA-1 (RFC 2202 vectors)
    Sha1,
    /// SHA-256 (RFC 4231 vectors)
    Sha256,
    /// SHA-512
    Sha512,
}

/// How bytes are written as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// Lower-case hex.
    Hex,
    /// Standard base64 with padding.
    Base64,
    /// URL-safe base64 without padding (RFC 4648 §5).
    Base64url,
}

/// How a value that carries signatures is laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layout {
    /// It is one signature.
    One,
    /// It is several signatures with that between them; those without a known prefix are of other schemes.
    List(String),
    /// It is named fields: `t=1700000000,v1=…,v1=…`.
    Fields {
        /// What stands between two fields.
        separator: char,
        /// The names whose values are signatures of this scheme; the first is what the provider sends.
        signatures: Vec<String>,
    },
}

/// How the text of a secret becomes a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyForm {
    /// How what is left without the prefix is decoded.
    pub coding: KeyCoding,
    /// What may stand before it and is no part of the key; the first is that of the key that checks.
    pub prefixes: Vec<String>,
    /// How a secret without any of them is decoded, where that differs.
    pub bare: Option<KeyCoding>,
}

/// How the text of a secret is decoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyCoding {
    /// Its bytes are the key.
    #[default]
    Text,
    /// It is hex.
    Hex,
    /// It is base64 of either alphabet.
    Base64,
}

/// When a delivery was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Where it is told.
    pub at: Source,
    /// How it is written.
    pub unit: Unit,
    /// How far it may be off; `None` where the provider states nothing.
    pub tolerance: Option<Tolerance>,
}

/// How a time is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize)]
pub enum Unit {
    /// Seconds since 1970.
    #[default]
    #[serde(rename = "s")]
    Seconds,
    /// Milliseconds since 1970.
    #[serde(rename = "ms")]
    Milliseconds,
    /// RFC 3339.
    #[serde(rename = "rfc3339")]
    Rfc3339,
}

/// How far a timestamp may be off; a timestamp that is off by exactly that is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tolerance {
    /// Into the past.
    pub past: Duration,
    /// Into the future; `None` where the future is not looked at.
    pub future: Option<Duration>,
}

/// A hash of the body that a request carries beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyHash {
    /// Where it is.
    pub at: Carrier,
    /// The hash.
    pub hash: Hash,
    /// How it is written.
    pub encoding: Encoding,
}

/// What the provider's own library makes of something odd.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// When it is to be said.
    pub oddity: Oddity,
    /// A sentence; empty where nothing is to be said.
    pub text: String,
}

/// What can be odd about a signature that is right, and that it is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Oddity {
    /// Its hex has digits in upper case.
    UpperCase,
    /// Its base64 lacks padding, has too much of it, or is of the other alphabet.
    LooseBase64,
    /// There are blanks between the fields or signatures.
    Blanks,
    /// Another signature of the scheme stands before it.
    NotFirst,
    /// Another signature of the scheme stands after it.
    NotLast,
    /// Its timestamp is further in the future than it may be in the past.
    Future,
    /// The body is empty.
    EmptyBody,
    /// The body begins with a byte order mark.
    ByteOrderMark,
    /// The body is not UTF-8.
    NotUtf8,
    /// The signature is wrong, and nothing explains it.
    Wrong,
}

impl Scheme {
    /// The scheme's name in records: `hmac-sha256`, `sha256`, `ed25519`, `token`, `basic`, `bearer`, `api_key`, ….
    pub fn name(&self) -> &'static str {
        match &self.family {
            Family::Signature(signature) => signature.algorithm.name(),
            Family::Token => "token",
            Family::Basic => "basic",
            Family::Bearer => "bearer",
            Family::ApiKey => "api_key",
        }
    }

    /// The signature's parameters, where it is one.
    pub fn signature(&self) -> Option<&Signature> {
        match &self.family {
            Family::Signature(signature) => Some(signature),
            _ => None,
        }
    }

    /// The header that carries it, where one does.
    pub fn header(&self) -> Option<&str> {
        match &self.carrier {
            Carrier::Header(name) => Some(name),
            _ => None,
        }
    }

    /// Whether the secret itself is sent in that header.
    pub fn sends_secret_in(&self, header: &str) -> bool {
        self.signature().is_none() && self.header().is_some_and(|name| name.eq_ignore_ascii_case(header))
    }

    /// Whether the body is covered: a changed body changes the verdict.
    pub fn covers_body(&self) -> bool {
        self.signature().is_some_and(|signature| signature.content.covers_body() || signature.body_hash.is_some())
    }
}

impl Signature {
    /// The plainest signature by an algorithm: of the raw body, as the whole value, with the secret as it is.
    pub fn new(algorithm: Algorithm, encoding: Encoding) -> Self {
        Self {
            algorithm,
            encoding,
            prefixes: vec![String::new()],
            layout: Layout::One,
            content: Template::body(),
            key: KeyForm::default(),
            timestamp: None,
            id: None,
            body_hash: None,
            notes: Vec::new(),
        }
    }

    /// What the content has in it has to be somewhere, and what nobody else can know has to be in it. An error begins with
    /// the word of a provider file that is wrong.
    pub(super) fn placed(&self) -> Result<(), &'static str> {
        let parts = &self.content.0;
        let clock = self.timestamp.as_ref().map(|clock| &clock.at);
        let is_field = |source: Option<&Source>| matches!(source, Some(Source::Field(_)));
        let needs_fields =
            is_field(clock) || is_field(self.id.as_ref()) || parts.iter().any(|part| matches!(part, Part::Field(_)));
        if parts.contains(&Part::Timestamp) && clock.is_none() {
            Err("`content` has the {timestamp} in it, and no `timestamp` says where that is")
        } else if parts.contains(&Part::Id) && self.id.is_none() {
            Err("`content` has the {id} in it, and no `id` says where that is")
        } else if needs_fields && !matches!(self.layout, Layout::Fields { .. }) {
            Err("`field` is of a value that is laid out as `fields`, and this one is not")
        } else if self.id.is_some() && !parts.contains(&Part::Id) {
            Err("`id` is of no use: `content` has no {id} in it")
        } else if self.timestamp.as_ref().is_some_and(|clock| !self.needs(clock)) {
            Err("`timestamp` is of no use: `content` has no {timestamp} in it, and no `tolerance` compares it")
        } else if matches!(self.algorithm, Algorithm::Digest(_)) && !parts.contains(&Part::Secret) {
            Err("`content` of a digest has no {secret} in it, so that anybody could make it")
        } else {
            Ok(())
        }
    }

    /// Whether anything looks at the time: it is compared, or signed.
    fn needs(&self, clock: &Clock) -> bool {
        let is_signed = |part: &Part| match (part, &clock.at) {
            (Part::Timestamp, _) | (_, Source::Sent(Carrier::Body(_) | Carrier::Query(_))) => true,
            (Part::Header(name), Source::Sent(Carrier::Header(at))) => name.eq_ignore_ascii_case(at),
            (Part::Field(name), Source::Field(at)) => name == at,
            _ => false,
        };
        clock.tolerance.is_some() || self.content.0.iter().any(is_signed)
    }

    /// What is to be said of an oddity; `None` where the provider's file says nothing of it.
    pub fn note(&self, oddity: Oddity) -> Option<&str> {
        self.notes.iter().find(|note| note.oddity == oddity).map(|note| note.text.as_str())
    }
}

impl Algorithm {
    /// Its name in records.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hmac(Hash::Sha1) => "hmac-sha1",
            Self::Hmac(Hash::Sha256) => "hmac-sha256",
            Self::Hmac(Hash::Sha512) => "hmac-sha512",
            Self::Digest(hash) => hash.name(),
            Self::Ed25519 => "ed25519",
            Self::Rsa(Hash::Sha1) => "rsa-sha1",
            Self::Rsa(Hash::Sha256) => "rsa-sha256",
            Self::Rsa(Hash::Sha512) => "rsa-sha512",
            Self::Ecdsa => "ecdsa-p256",
        }
    }

    /// Whether signing needs another key than checking.
    pub fn is_asymmetric(self) -> bool {
        matches!(self, Self::Ed25519 | Self::Rsa(_) | Self::Ecdsa)
    }
}

impl Hash {
    /// Its name in records.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
        }
    }

    /// The size of its digests in bytes.
    pub fn size(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }
}

/// The carrier in words: `X-Signature`, `sign of the query`, `data.signature of the body`.
impl fmt::Display for Carrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => f.write_str(name),
            Self::Query(name) => write!(f, "{name} of the query"),
            Self::Body(path) => write!(f, "{path} of the body"),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sent(carrier) => carrier.fmt(f),
            Self::Field(name) => write!(f, "the field {name}"),
        }
    }
}
