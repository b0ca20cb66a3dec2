//! Whose a delivery is taken to be, once secrets have been tried: what it looks like says less than a secret that fits.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::provider::{Catalog, Detection, Provider, ProviderId};
use crate::verify::{Cause, Context, Effort, Secrets, Status, Verdict, examine};
use crate::wire::Delivery;

/// What there is to settle it with.
pub(super) struct Bench<'a> {
    pub(super) catalog: &'a Catalog,
    /// The secrets that are tried on that path.
    pub(super) secrets: &'a Secrets,
    pub(super) context: Context<'a>,
    /// Whether the user has said whose it is, so that nobody else is asked.
    pub(super) is_named: bool,
}

/// Whose delivery it is taken to be.
pub(super) struct Settled<'a> {
    pub(super) provider: &'a Provider,
    pub(super) verdict: Verdict,
    /// Others of whom the same can be said.
    pub(super) ties: Box<[ProviderId]>,
}

impl<'a> Bench<'a> {
    /// Of those worth naming the one whose secret fits; else of all who sign in a header that is there the one whose own
    /// secret fits; else one that has a secret, for of that one most can be said. Only the failure of one is explained.
    pub(super) fn settle(&self, detection: &'a Detection, delivery: &Delivery, effort: Effort) -> Option<Settled<'a>> {
        let best: Vec<_> = detection.best().iter().map(|candidate| &candidate.provider).collect();
        let tried: Vec<_> = best.iter().map(|provider| self.tried(provider, delivery)).collect();
        let failed = tried.iter().find(|(_, verdict)| matches!(verdict.status, Status::Failed(_)));
        let failed = failed.map(|(provider, _)| *provider);
        let others = || self.others(detection, delivery).into_iter().map(|provider| self.tried(provider, delivery));
        let fitting = first_fitting(tried).or_else(|| if self.is_named { None } else { first_fitting(others()) });
        if fitting.is_some() {
            return fitting;
        }
        let provider = failed.or(best.first().copied())?;
        let ties = best.iter().filter(|other| other.id != provider.id).map(|other| other.id.clone()).collect();
        Some(Settled { provider, verdict: self.examine(provider, delivery, effort), ties })
    }

    /// Those not worth naming who sign in a header that is there and have a secret of their own, the likeliest first.
    fn others(&self, detection: &Detection, delivery: &Delivery) -> Vec<&'a Arc<Provider>> {
        let is_best =
            |provider: &Provider| detection.best().iter().any(|candidate| candidate.provider.id == provider.id);
        let is_signed = |provider: &Provider| delivery.head.headers().any(|header| provider.signs_in(header.name));
        let has_secret = |provider: &Provider| !self.secrets.own(Some(&provider.id)).is_empty();
        let others =
            self.catalog.iter().filter(|provider| has_secret(provider) && is_signed(provider) && !is_best(provider));
        let mut others: Vec<_> = others.collect();
        others.sort_by_key(|provider| Reverse(detection.score(&provider.id)));
        others
    }

    /// What the secrets say of it, without a word on why they do not fit.
    fn tried<'p>(&self, provider: &'p Arc<Provider>, delivery: &Delivery) -> (&'p Arc<Provider>, Verdict) {
        (provider, self.examine(provider, delivery, Effort::None))
    }

    fn examine(&self, provider: &Provider, delivery: &Delivery, effort: Effort) -> Verdict {
        examine(provider, delivery, self.secrets, &self.context, effort)
    }
}

/// Whether the secret is the right one, whatever else is wrong.
fn fits(verdict: &Verdict) -> bool {
    matches!(verdict.status, Status::Verified | Status::Failed(Cause::TimestampStale))
}

/// The first whose secret fits, and the others of whom that is so as ties.
fn first_fitting<'a>(tried: impl IntoIterator<Item = (&'a Arc<Provider>, Verdict)>) -> Option<Settled<'a>> {
    let mut fitting = tried.into_iter().filter(|(_, verdict)| fits(verdict));
    let (provider, verdict) = fitting.next()?;
    Some(Settled { provider, verdict, ties: fitting.map(|(other, _)| other.id.clone()).collect() })
}
