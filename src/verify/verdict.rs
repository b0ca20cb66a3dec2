//! What was found.

use std::borrow::Cow;

use super::diagnose::EVERYTHING;
use super::{Outcome, Trial};

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
    /// What was tried to explain a failure, in that order; the last one is the cause where it matched. Not in records.
    pub trials: Box<[Trial]>,
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
    /// Nothing else explains it, or the sender has none.
    WrongSecret,
    /// It matches with the secret of another provider.
    OtherProviderSecret,
    /// It matches with blanks or a line break around the secret, or without them.
    SecretWhitespace,
    /// It matches with quotes around the secret, or without them.
    SecretQuoted,
    /// It matches with the secret in another form: decoded or not, with or without its prefix or a byte order mark, or with
    /// the public key of the private one.
    SecretEncoding,
    /// It matches under another hash.
    WrongAlgorithm,
    /// It matches when the header is read as hex, base64 or base64url, whichever is not due.
    WrongEncoding,
    /// The header cannot be a signature of this scheme, or is under another name or prefix, or one beside it is right.
    MalformedSignature,
    /// The header is there more than once.
    DuplicateSignature,
    /// It matches the body parsed and printed again.
    BodyReserialized,
    /// It matches with a trailing newline added or removed, or with CRLF for LF or the reverse.
    BodyNewline,
    /// It matches the body in another character set or form, or with or without a byte order mark.
    BodyEncoding,
    /// It matches the body without its compression, or with it.
    BodyCompressed,
    /// It matches an empty body where one arrived, or the reverse.
    BodyEmpty,
    /// The timestamp that is signed along is absent.
    TimestampMissing,
    /// The timestamp that is signed along is none.
    TimestampMalformed,
    /// The signature is right, but too old or of the future.
    TimestampStale,
    /// It matches with other parts signed: without the timestamp, or with the URL.
    SignedContent,
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
    pub const ALL: [Self; 21] = [
        Self::WrongSecret,
        Self::OtherProviderSecret,
        Self::SecretWhitespace,
        Self::SecretQuoted,
        Self::SecretEncoding,
        Self::WrongAlgorithm,
        Self::WrongEncoding,
        Self::MalformedSignature,
        Self::DuplicateSignature,
        Self::BodyReserialized,
        Self::BodyNewline,
        Self::BodyEncoding,
        Self::BodyCompressed,
        Self::BodyEmpty,
        Self::TimestampMissing,
        Self::TimestampMalformed,
        Self::TimestampStale,
        Self::SignedContent,
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
            Self::OtherProviderSecret => "other_provider_secret",
            Self::SecretWhitespace => "secret_whitespace",
            Self::SecretQuoted => "secret_quoted",
            Self::SecretEncoding => "secret_encoding",
            Self::WrongAlgorithm => "wrong_algorithm",
            Self::WrongEncoding => "wrong_encoding",
            Self::MalformedSignature => "malformed_signature",
            Self::DuplicateSignature => "duplicate_signature",
            Self::BodyReserialized => "body_reserialized",
            Self::BodyNewline => "body_newline",
            Self::BodyEncoding => "body_encoding",
            Self::BodyCompressed => "body_compressed",
            Self::BodyEmpty => "body_empty",
            Self::TimestampMissing => "timestamp_missing",
            Self::TimestampMalformed => "timestamp_malformed",
            Self::TimestampStale => "timestamp_stale",
            Self::SignedContent => "signed_content",
            Self::TokenMismatch => "token_mismatch",
            Self::CredentialsMismatch => "credentials_mismatch",
            Self::Truncated => "truncated",
        }
    }
}

impl Verdict {
    /// The cause of a failure, where recomputing has shown one: that nothing else explains it than another secret is known
    /// only once everything else was tried.
    pub fn cause(&self) -> Option<Cause> {
        let is_shown = |cause: &Cause| *cause != Cause::WrongSecret || !self.trials.iter().any(Trial::leaves_open);
        self.status.cause().filter(is_shown)
    }

    /// The same of a failure that nobody has tried to explain.
    pub(crate) fn untried(self) -> Self {
        Self { trials: [Trial::of_the_rest(EVERYTHING, Outcome::Skipped)].into(), ..self }
    }

    /// Whether it is a failure of which not everything was tried, for lack of time.
    pub fn wants_more(&self) -> bool {
        self.trials.iter().any(|trial| trial.outcome == Outcome::Skipped)
    }

    /// The verdict of a probe that carries no signature.
    pub fn of_probe() -> Self {
        Self {
            status: Status::NotSigned,
            scheme: None,
            header: None,
            explanation: Cow::Borrowed("A probe carries no event, and is not signed."),
            fix: None,
            trials: Box::default(),
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
            trials: Box::default(),
        }
    }
}
