//! Why a signature does not match: by recomputing, never by guessing.
//!
//! Each hypothesis changes one thing (the algorithm, the secret, the body), recomputes, and compares with what was
//! received. The first that reproduces it is the cause. When none does, the secret is another one, and that is all that
//! is said. The work is counted in bytes hashed, so that its bound holds on every machine and depends on no clock.

mod algorithm;
mod newline;
mod reserialize;
mod whitespace;

use std::borrow::Cow;

use super::hmac::{self, Tag};
use super::{Cause, Secret, Verdict, explain, token};
use crate::provider::{Hmac, Scheme};

/// How much may be spent on explaining one failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// While a sender waits: a few milliseconds. Bodies up to some 48 KiB are explained fully.
    Quick,
    /// When somebody asks: every hypothesis for bodies up to 1 MiB, within 250 ms.
    Thorough,
}

impl Effort {
    /// The bytes that may be hashed.
    fn budget(self) -> usize {
        match self {
            Self::Quick => 2 << 20,
            Self::Thorough => 64 << 20,
        }
    }
}

/// A hypothesis and what recomputing under it gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// The cause it would have been.
    pub cause: Cause,
    /// What was changed, as a phrase: "the secret without the blanks around it".
    pub name: Cow<'static, str>,
    /// What it gave.
    pub outcome: Outcome,
}

/// What recomputing gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The received value: this is the cause.
    Matched,
    /// Another value.
    Differed,
    /// Nothing: the budget was spent.
    Skipped,
}

/// Explains a signature that does not match.
pub(super) fn signature(
    scheme: &Scheme,
    hmac: &Hmac,
    tag: &Tag,
    body: &bytes::Bytes,
    secrets: &[&Secret],
    effort: Effort,
) -> Verdict {
    let mut attempts = Attempts { hmac, tag, secrets, left: effort.budget(), trials: Vec::new() };
    let reason = attempts.run(body);
    let skipped = attempts.trials.iter().any(|trial| trial.outcome == Outcome::Skipped);
    let verdict = match reason {
        Some(reason) => explain::failed(scheme, reason.cause, reason.explanation, reason.fix),
        None if !tag.fits => explain::malformed(scheme, &hmac::unfit(hmac, tag)),
        None if skipped => explain::unexplained(scheme),
        None => explain::wrong_secret(scheme, secrets.len()),
    };
    Verdict { trials: attempts.trials.into(), ..verdict }
}

/// Explains a token or credentials that do not match.
pub(super) fn credentials(scheme: &Scheme, presented: &[u8], secrets: &[&Secret]) -> Verdict {
    let mut trials = Vec::new();
    for variant in &whitespace::VARIANTS {
        let differs = |key: &[u8]| variant.of(key).is_some_and(|changed| token::matches(presented, &changed));
        let found = secrets.iter().find(|secret| differs(secret.expose()));
        trials.push(Trial::of(Cause::SecretWhitespace, variant.name.into(), found.is_some()));
        if let Some(secret) = found {
            let reason = variant.reason(secret);
            let verdict = explain::failed(scheme, reason.cause, reason.explanation, reason.fix);
            return Verdict { trials: trials.into(), ..verdict };
        }
    }
    Verdict { trials: trials.into(), ..explain::another(scheme) }
}

/// A cause that was proved, in words.
struct Reason {
    cause: Cause,
    explanation: String,
    fix: String,
}

/// One signature, and what has been tried on it.
struct Attempts<'a> {
    hmac: &'a Hmac,
    tag: &'a Tag,
    secrets: &'a [&'a Secret],
    left: usize,
    trials: Vec<Trial>,
}

impl<'a> Attempts<'a> {
    /// Everything, the most common and the cheapest first.
    fn run(&mut self, body: &bytes::Bytes) -> Option<Reason> {
        if !self.tag.fits {
            return self.algorithm(body);
        }
        self.whitespace(body)
            .or_else(|| self.newline(body))
            .or_else(|| self.algorithm(body))
            .or_else(|| self.reserialize(body))
    }

    /// Recomputes under one hypothesis with every secret; the secret that reproduces the signature.
    fn attempt(
        &mut self,
        cause: Cause,
        name: impl Into<Cow<'static, str>>,
        size: usize,
        reproduces: impl Fn(&[u8]) -> bool,
    ) -> Option<&'a Secret> {
        if !self.affords(size) {
            self.skip(cause, name);
            return None;
        }
        self.left -= self.cost(size);
        let found = self.secrets.iter().find(|secret| reproduces(secret.expose())).copied();
        self.trials.push(Trial::of(cause, name.into(), found.is_some()));
        found
    }

    /// Recomputes the scheme's own hash over another body.
    fn attempt_body(&mut self, cause: Cause, name: impl Into<Cow<'static, str>>, body: &[u8]) -> Option<&'a Secret> {
        let (hmac, tag) = (self.hmac, self.tag);
        let content = hmac::content(&hmac.content, body);
        self.attempt(cause, name, body.len(), |key| hmac::matches(hmac.hash, key, content.clone(), &tag.bytes))
    }

    fn skip(&mut self, cause: Cause, name: impl Into<Cow<'static, str>>) {
        self.trials.push(Trial { cause, name: name.into(), outcome: Outcome::Skipped });
    }

    fn affords(&self, size: usize) -> bool {
        self.cost(size) <= self.left
    }

    /// A hash of next to nothing still takes its time.
    fn cost(&self, size: usize) -> usize {
        (size + 256) * self.secrets.len()
    }
}

impl Trial {
    /// The memory it holds, in bytes.
    pub(crate) fn footprint(&self) -> usize {
        let owned = if let Cow::Owned(name) = &self.name { name.capacity() } else { 0 };
        size_of::<Self>() + owned
    }

    fn of(cause: Cause, name: Cow<'static, str>, matched: bool) -> Self {
        Self { cause, name, outcome: if matched { Outcome::Matched } else { Outcome::Differed } }
    }
}
