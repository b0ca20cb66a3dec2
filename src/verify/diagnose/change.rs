//! One thing that may be otherwise than the scheme says, and the words for it once it is proved.

use std::borrow::Cow;

use super::{Cause, explain, reading};
use crate::provider::{Scheme, Signature};
use crate::text;
use crate::verify::Verdict;

/// One thing that may be otherwise than the scheme says.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub(super) cause: Cause,
    /// A phrase that follows "it matches with": "the secret without the blanks around it".
    pub(super) name: Cow<'static, str>,
    /// What to change, and where.
    pub(super) fix: Cow<'static, str>,
}

impl Change {
    pub(super) fn new(cause: Cause, name: impl Into<Cow<'static, str>>, fix: impl Into<Cow<'static, str>>) -> Self {
        Self { cause, name: name.into(), fix: fix.into() }
    }

    /// In a sentence, where it does not depend on the scheme.
    fn plain_sentence(&self) -> String {
        let name = &self.name;
        match self.cause {
            Cause::SecretWhitespace => {
                format!("It matches with {name}: the two copies differ in blanks or a line break.")
            }
            Cause::SignedContent => format!("The secret is right, but what was signed is {name}."),
            cause if concerns_body(cause) => {
                format!("The signature is of {name}, not of the bytes that arrived.")
            }
            _ => format!("It matches with {name}."),
        }
    }

    fn sentence(&self, signature: &Signature) -> String {
        let name = &self.name;
        match self.cause {
            Cause::WrongAlgorithm => {
                format!("The signature is {name}, where {} is due.", signature.algorithm.name().to_uppercase())
            }
            Cause::WrongEncoding | Cause::MalformedSignature => {
                format!("It matches with {name}, where {} is due.", due(signature))
            }
            _ => self.plain_sentence(),
        }
    }
}

/// What was proved of a token or credentials, as a verdict.
pub(super) fn matched(scheme: &Scheme, change: &Change) -> Verdict {
    explain::failed(scheme, change.cause, change.plain_sentence(), change.fix.clone())
}

/// What was proved, as a verdict: one change, or two at once, of which the first in the order of repair is the cause.
/// `arrived` tells how the body that came is printed, where that is known.
pub(super) fn verdict(
    scheme: &Scheme,
    signature: &Signature,
    mut changes: Vec<Change>,
    arrived: impl FnOnce() -> Option<String>,
) -> Verdict {
    changes.sort_by_key(|change| rank(change.cause));
    match &changes[..] {
        [one] if one.cause == Cause::BodyReserialized => {
            let explanation = match arrived() {
                Some(arrived) => format!(
                    "The signature is of {}; what arrived is printed {arrived}. Either the sender signed another print than \
                     it sent, or something on the way printed it anew.",
                    one.name
                ),
                None => one.sentence(signature),
            };
            explain::failed(scheme, one.cause, explanation, one.fix.clone())
        }
        [one] => explain::failed(scheme, one.cause, one.sentence(signature), one.fix.clone()),
        [one, other, ..] => {
            let explanation = format!("Two things are wrong: it matches with {} and {}.", one.name, other.name);
            explain::failed(scheme, one.cause, explanation, format!("{} {}", one.fix, other.fix))
        }
        [] => explain::wrong_secret(scheme, 1, None, None),
    }
}

/// What to repair first: without the right secret nothing else can be seen to be right.
fn rank(cause: Cause) -> usize {
    match cause {
        cause if concerns_body(cause) => 2,
        Cause::WrongAlgorithm | Cause::WrongEncoding | Cause::MalformedSignature | Cause::SignedContent => 1,
        _ => 0,
    }
}

fn concerns_body(cause: Cause) -> bool {
    matches!(
        cause,
        Cause::BodyReserialized | Cause::BodyNewline | Cause::BodyEncoding | Cause::BodyCompressed | Cause::BodyEmpty
    )
}

/// How the header is to be written.
fn due(signature: &Signature) -> String {
    let digits = explain::digits(signature.encoding);
    match reading::labels(signature).into_iter().next().filter(|label| !label.is_empty()) {
        Some(label) => format!("{digits} after `{}`", text::visible(&label)),
        None => format!("bare {digits}"),
    }
}
