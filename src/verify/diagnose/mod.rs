//! Why a signature does not match: by recomputing, never by guessing.
//!
//! Each hypothesis changes one thing (how the header is read, the secret, the algorithm, the content, the body) or two of
//! them, recomputes, and compares with what was received. The first that reproduces it is the cause. When none does, the
//! secret is another one, and that is all that is said. The work is counted in bytes hashed, so that its bound holds on
//! every machine and depends on no clock.

mod algorithm;
mod blemish;
mod bodies;
mod change;
mod claim;
mod content;
mod encoding;
mod form;
mod newline;
mod reading;
mod reserialize;
mod search;
mod variant;

use std::borrow::Cow;

pub(super) use reserialize::printed;

use super::content::Lookup;
use super::contents::Contents;
use super::explain::SignedUrl;
use super::tag::{self, Tag};
use super::{Cause, Context, Secret, Verdict, asymmetric, explain, key, token};
use crate::provider::{Algorithm, Oddity, Part, ProviderId, Scheme, Signature};
use crate::text;
use crate::wire::Delivery;
use change::Change;
use claim::{Claim, How};
use reading::{Reading, readings};
use search::{Scope, Search};

/// How much may be spent on explaining one failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Nothing: whether it verifies is all that is asked.
    None,
    /// While a sender waits: a few milliseconds. One change at a time, in bodies up to 64 KiB.
    Quick,
    /// When somebody asks: every hypothesis for bodies up to 1 MiB, and two at once as far as that goes, within 250 ms.
    Thorough,
}

impl Effort {
    /// The bytes that may be hashed, at about a gigabyte a second; other work is counted as what takes as long.
    fn budget(self) -> usize {
        match self {
            Self::None => 0,
            Self::Quick => 4 << 20,
            Self::Thorough => 192 << 20,
        }
    }
}

/// Larger bodies are not explained while a sender waits.
const QUICK_BODY: usize = 64 * 1024;

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

/// What is not told one by one.
pub(super) const EVERYTHING: &str = "every explanation";
const PAIRS: &str = "two of these at once";

/// A failure that is to be explained.
#[derive(Clone, Copy)]
pub(super) struct Case<'a> {
    pub(super) scheme: &'a Scheme,
    pub(super) delivery: &'a Delivery,
    pub(super) lookup: &'a Lookup<'a>,
    pub(super) context: &'a Context<'a>,
    /// The secrets of its provider; at least one.
    pub(super) secrets: &'a [&'a Secret],
    /// The secrets of other providers.
    pub(super) others: &'a [(&'a ProviderId, &'a Secret)],
    pub(super) effort: Effort,
}

/// Explains a signature that is written as it should be and does not match.
pub(super) fn signature(
    case: &Case<'_>,
    signature: &Signature,
    contents: &Contents<'_>,
    tag: &Tag,
    value: &[u8],
) -> Verdict {
    let mut readings = vec![Reading { digest: tag.bytes.clone(), change: None }];
    if tag.loose {
        // Where it is written oddly, other signatures may hide behind what was read.
        readings.extend(self::readings(signature, value).into_iter().filter(|reading| reading.digest != tag.bytes));
    }
    explained(case, signature, contents, &readings, |is_whole| {
        let url = contents.value(&Part::Url).map(|url| match case.context.public_url {
            Some(_) => SignedUrl::Given(text::visible_bytes(url).into_owned()),
            None => SignedUrl::Guessed,
        });
        let otherwise = || match is_whole {
            true => explain::wrong_secret(case.scheme, case.secrets.len(), blemish::of(case.delivery), url),
            false => explain::unexplained(case.scheme, case.effort, url.is_some()),
        };
        let claim = Claim { signature, contents, digest: &tag.bytes };
        let told = of_another_body(case, &claim).or_else(|| unusable_secret(case, signature));
        told.unwrap_or_else(|| explain::noted(otherwise(), signature.note(Oddity::Wrong)))
    })
}

/// The signature is right, but the hash that came along is of another body.
fn of_another_body(case: &Case<'_>, claim: &Claim<'_>) -> Option<Verdict> {
    let due = claim.signature.body_hash.as_ref()?;
    let is_made = |secret: &&Secret| claim.is_made(&How::Due, secret.expose(), &case.delivery.body);
    case.secrets.iter().any(is_made).then(|| explain::other_body(case.scheme, due))
}

/// The only secret there is can be no key of the scheme, nor do its other forms explain anything.
fn unusable_secret(case: &Case<'_>, signature: &Signature) -> Option<Verdict> {
    let [secret] = case.secrets else { return None };
    let how = match key::of(signature, secret.expose()) {
        Ok(key) if signature.algorithm.is_asymmetric() => asymmetric::unfit(signature.algorithm, &key),
        Ok(_) => None,
        Err(how) => Some(how),
    };
    how.map(|how| explain::unusable(case.scheme, secret, how))
}

/// Explains a header that is not written as it should be; `how` says in what way, should nothing better be found.
pub(super) fn malformed(
    case: &Case<'_>,
    signature: &Signature,
    contents: &Contents<'_>,
    value: &[u8],
    how: &str,
) -> Verdict {
    explained(case, signature, contents, &readings(signature, value), |_| explain::malformed(case.scheme, how))
}

/// The signature that is due in a header that is absent, found in another one.
pub(super) fn elsewhere(case: &Case<'_>, signature: &Signature) -> Option<Verdict> {
    let Case { scheme, delivery, secrets, effort, .. } = *case;
    let mut left = effort.budget();
    for header in delivery.head.headers() {
        let fields = tag::fields(signature, header.value);
        let Ok(contents) = Contents::of(signature, case.lookup, &fields, case.context) else { continue };
        for Reading { digest, .. } in readings(signature, header.value) {
            let claim = Claim { signature, contents: &contents, digest: &digest };
            left = left.checked_sub((claim.cost(delivery.body.len()) + search::EACH) * secrets.len())?;
            if claim.fits() && secrets.iter().any(|secret| claim.holds(&How::Due, secret.expose(), &delivery.body)) {
                return Some(explain::misplaced(scheme, &text::visible(header.name)));
            }
        }
    }
    None
}

/// Searches every reading for what reproduces it: one change first, then two. `otherwise` words a failure that nothing
/// explains; it is told whether every single change was tried.
fn explained(
    case: &Case<'_>,
    signature: &Signature,
    contents: &Contents<'_>,
    readings: &[Reading],
    otherwise: impl FnOnce(bool) -> Verdict,
) -> Verdict {
    let Case { scheme, delivery, secrets, effort, .. } = *case;
    let is_left_for_later = effort == Effort::Quick && delivery.body.len() > QUICK_BODY && !readings.is_empty();
    if effort == Effort::None || is_left_for_later {
        return otherwise(false).untried();
    }
    let mut keys = variant::keys(secrets, case.others);
    if matches!(signature.algorithm, Algorithm::Hmac(_)) {
        keys.extend(variant::unset());
    }
    let mut search = Search::new(effort.budget());
    let mut found = None;
    for reading in readings {
        let claim = Claim { signature, contents, digest: &reading.digest };
        let mut ways = algorithm::ways(&claim);
        if claim.fits() {
            ways.extend(content::ways(&claim, delivery, case.context));
        }
        let scope = Scope { claim, delivery, secrets, keys: &keys, ways: &ways };
        found = look(&mut search, &scope, reading.change.as_ref(), effort);
        if found.is_some() {
            break;
        }
    }
    let is_whole = !search.trials.iter().any(Trial::leaves_open);
    let verdict = match found {
        Some(changes) => change::verdict(scheme, signature, changes, || {
            reserialize::arrived(&delivery.body, |cost| search.spend(cost))
        }),
        None => otherwise(is_whole),
    };
    Verdict { trials: search.trials.into(), ..verdict }
}

/// What reproduces one reading of the header; the reading itself counts as a change where it is not the scheme's.
fn look(search: &mut Search, scope: &Scope<'_>, read: Option<&Change>, effort: Effort) -> Option<Vec<Change>> {
    let Some(read) = read else {
        return search.single(scope).map(|change| vec![change]).or_else(|| {
            let is_thorough = effort == Effort::Thorough;
            let found = if is_thorough { search.pair(scope) } else { None };
            let outcome = if is_thorough && !search.is_cut_short { Outcome::Differed } else { Outcome::Skipped };
            if found.is_none() {
                search.trials.push(Trial::of_the_rest(PAIRS, outcome));
            }
            found
        });
    };
    let own: Vec<&[u8]> = scope.secrets.iter().map(|secret| secret.expose()).collect();
    if scope.claim.fits() && search.attempt(read, scope, &How::Due, &own, &scope.delivery.body) {
        return Some(vec![read.clone()]);
    }
    search.single(scope).map(|change| search.paired(read, &change))
}

/// Explains a token or credentials that do not match.
pub(super) fn credentials(case: &Case<'_>, presented: &[u8]) -> Verdict {
    let mut trials: Vec<Trial> = Vec::new();
    for key in variant::keys(case.secrets, case.others) {
        let found = token::matches(presented, &key.bytes);
        trials.push(Trial::of(key.change.cause, key.change.name.clone(), found));
        if found {
            return Verdict { trials: trials.into(), ..change::matched(case.scheme, &key.change) };
        }
    }
    Verdict { trials: trials.into(), ..explain::another(case.scheme) }
}

impl Trial {
    /// A trial of what is not told one by one.
    pub(super) fn of_the_rest(name: &'static str, outcome: Outcome) -> Self {
        Self { cause: Cause::WrongSecret, name: name.into(), outcome }
    }

    /// Whether a single change may explain the failure that nobody has tried.
    pub(super) fn leaves_open(&self) -> bool {
        self.outcome == Outcome::Skipped && self.name != PAIRS
    }

    /// The memory it holds, in bytes.
    pub(crate) fn footprint(&self) -> usize {
        let owned = if let Cow::Owned(name) = &self.name { name.capacity() } else { 0 };
        size_of::<Self>() + owned
    }

    fn of(cause: Cause, name: Cow<'static, str>, matched: bool) -> Self {
        Self { cause, name, outcome: if matched { Outcome::Matched } else { Outcome::Differed } }
    }
}
