//! What was found.

use std::borrow::Cow;

/// Whether a delivery is authentic, how that is known, and what to do if not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The finding.
    pub status: Status,
    /// The scheme it was checked by, as named in records (`hmac-sha256`, `token`, …).
    pub scheme: Option<&'static str>,
    /// The header that carries (or should carry) the signature, in lower case.
    pub header: Option<Box<str>>,
    /// One plain sentence.
    pub explanation: Cow<'static, str>,
    /// What to change, and where.
    pub fix: Option<Cow<'static, str>>,
}

/// The finding of a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The signature, token or credentials are right.
    Verified,
    /// They are not.
    Failed(Cause),
    /// The scheme signs, but the header is absent.
    Unsigned,
    /// It is signed, but no secret is configured.
    NoSecret,
    /// This provider does not sign.
    NotSigned,
    /// No provider matched.
    Unknown,
}

/// Why a verdict failed: a closed list. A cause is named only when recomputing under it reproduces the received value;
/// [`Cause::WrongSecret`] is what remains when nothing does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// Nothing else explains it.
    WrongSecret,
    /// It matches with blanks or a line break around the secret, or without them.
    SecretWhitespace,
    /// It matches under another hash.
    WrongAlgorithm,
    /// The header cannot be a signature of this scheme.
    MalformedSignature,
    /// It matches the body parsed and printed again.
    BodyReserialized,
    /// It matches with a trailing newline added or removed, or with CRLF for LF or the reverse.
    BodyNewline,
    /// The token is another one.
    TokenMismatch,
    /// User, password or key are others.
    CredentialsMismatch,
    /// The whole body is not held, so no signature over it can be checked.
    Truncated,
}

impl Status {
    /// The name in records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Failed(_) => "failed",
            Self::Unsigned => "unsigned",
            Self::NoSecret => "no_secret",
            Self::NotSigned => "not_signed",
            Self::Unknown => "unknown",
        }
    }

    /// The mark on screen and in lines; it carries the meaning where there is no colour.
    pub fn mark(self) -> char {
        match self {
            Self::Verified => '✓',
            Self::Failed(_) => '✗',
            Self::Unsigned | Self::NoSecret => '?',
            Self::NotSigned => '–',
            Self::Unknown => '·',
        }
    }

    /// The cause, if it failed.
    pub fn cause(self) -> Option<Cause> {
        match self {
            Self::Failed(cause) => Some(cause),
            _ => None,
        }
    }
}

impl Cause {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::WrongSecret,
        Self::SecretWhitespace,
        Self::WrongAlgorithm,
        Self::MalformedSignature,
        Self::BodyReserialized,
        Self::BodyNewline,
        Self::TokenMismatch,
        Self::CredentialsMismatch,
        Self::Truncated,
    ];

    /// The cause of that name in records.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.as_str() == name)
    }

    /// The name in records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WrongSecret => "wrong_secret",
            Self::SecretWhitespace => "secret_whitespace",
            Self::WrongAlgorithm => "wrong_algorithm",
            Self::MalformedSignature => "malformed_signature",
            Self::BodyReserialized => "body_reserialized",
            Self::BodyNewline => "body_newline",
            Self::TokenMismatch => "token_mismatch",
            Self::CredentialsMismatch => "credentials_mismatch",
            Self::Truncated => "truncated",
        }
    }
}

impl Verdict {
    /// The verdict of a probe that carries no signature.
    pub fn of_probe() -> Self {
        Self {
            status: Status::NotSigned,
            scheme: None,
            header: None,
            explanation: Cow::Borrowed("A probe carries no event, and is not signed."),
            fix: None,
        }
    }

    /// The verdict of a delivery that no known provider sent.
    pub fn unknown() -> Self {
        Self {
            status: Status::Unknown,
            scheme: None,
            header: None,
            explanation: Cow::Borrowed("No known provider sends deliveries like this one."),
            fix: Some(Cow::Borrowed("Name the provider with --provider; `hookglass providers` lists them.")),
        }
    }
}
