//! Trying changes, one at a time and then two at once, within a budget of bytes hashed.

use std::borrow::Cow;
use std::ops::ControlFlow;

use super::bodies::{self, Taker};
use super::claim::{Claim, How, Way};
use super::variant::Key;
use super::{Cause, Change, Outcome, Trial};
use crate::verify::Secret;
use crate::wire::Delivery;

/// What one search works on.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) claim: Claim<'a>,
    pub(super) delivery: &'a Delivery,
    /// The secrets of the provider.
    pub(super) secrets: &'a [&'a Secret],
    /// These and others in other forms.
    pub(super) keys: &'a [Key],
    /// Other ways of making a digest of that length.
    pub(super) ways: &'a [Way<'a>],
}

/// What has been tried and what is left to spend. A hash of next to nothing still takes its time.
pub(super) struct Search {
    pub(super) left: usize,
    pub(super) trials: Vec<Trial>,
    /// Whether something could not be afforded.
    pub(super) is_cut_short: bool,
}

/// What one attempt costs, beside the bytes of its body.
pub(super) const EACH: usize = 256;

impl Search {
    pub(super) fn new(budget: usize) -> Self {
        Self { left: budget, trials: Vec::new(), is_cut_short: false }
    }

    /// The change that reproduces the digest, if a single one does.
    pub(super) fn single(&mut self, scope: &Scope<'_>) -> Option<Change> {
        let body = &scope.delivery.body;
        let is_due = scope.claim.fits();
        // A secret taken for a key as it is written would match in some other form as well, and be called by that.
        let is_of_secret = |way: &&Way<'_>| way.change.cause == Cause::SecretEncoding;
        if let Some(found) = self.first_way(scope, scope.ways.iter().filter(is_of_secret)) {
            return Some(found);
        }
        for key in scope.keys.iter().filter(|_| is_due) {
            // Their own scheme may have it as it is written.
            let is_others = key.change.cause == Cause::OtherProviderSecret;
            let hows = if is_others { &[How::Due, How::Undecoded][..] } else { &[How::Due] };
            if hows.iter().any(|how| self.attempt(&key.change, scope, how, &[&key.bytes], body)) {
                return Some(key.change.clone());
            }
        }
        if let Some(found) = self.first_way(scope, scope.ways.iter().filter(|way| !is_of_secret(way))) {
            return Some(found);
        }
        let mut taker = One { search: self, scope, found: None };
        let _ = if is_due { bodies::each(scope.delivery, &mut taker) } else { ControlFlow::Continue(()) };
        taker.found
    }

    fn first_way<'w>(&mut self, scope: &Scope<'_>, mut ways: impl Iterator<Item = &'w Way<'w>>) -> Option<Change> {
        let way = ways.find(|way| self.attempt(&way.change, scope, &way.how, &own(scope), &scope.delivery.body));
        way.map(|way| way.change.clone())
    }

    /// The two changes that reproduce the digest together.
    pub(super) fn pair(&mut self, scope: &Scope<'_>) -> Option<Vec<Change>> {
        self.is_cut_short = false;
        let mut taker = Two { search: self, scope, found: None };
        let _ = bodies::each(scope.delivery, &mut taker);
        let found = taker.found;
        found.or_else(|| self.way_and_key(scope))
    }

    fn way_and_key(&mut self, scope: &Scope<'_>) -> Option<Vec<Change>> {
        let body = &scope.delivery.body;
        for (way, key) in scope.ways.iter().flat_map(|way| scope.keys.iter().map(move |key| (way, key))) {
            if !self.spend(scope.claim.cost(body.len())) {
                break;
            }
            if scope.claim.holds(&way.how, &key.bytes, body) {
                return Some(self.paired(&key.change, &way.change));
            }
        }
        None
    }

    /// Recomputes under one change with each of these keys.
    pub(super) fn attempt(
        &mut self,
        change: &Change,
        scope: &Scope<'_>,
        how: &How<'_>,
        keys: &[&[u8]],
        body: &[u8],
    ) -> bool {
        if !self.spend(scope.claim.cost(body.len()) * keys.len()) {
            self.note(change.cause, change.name.clone(), Outcome::Skipped);
            return false;
        }
        let holds = keys.iter().any(|key| scope.claim.holds(how, key, body));
        self.note(change.cause, change.name.clone(), if holds { Outcome::Matched } else { Outcome::Differed });
        holds
    }

    /// Notes a trial; a form that several secrets have is told once.
    pub(super) fn note(&mut self, cause: Cause, name: Cow<'static, str>, outcome: Outcome) {
        match self.trials.last_mut() {
            Some(last) if last.name == name => last.outcome = outcome,
            _ => self.trials.push(Trial { cause, name, outcome }),
        }
    }

    pub(super) fn paired(&mut self, one: &Change, other: &Change) -> Vec<Change> {
        self.note(one.cause, format!("{} and {}", one.name, other.name).into(), Outcome::Matched);
        vec![one.clone(), other.clone()]
    }

    /// Spends so much; false where it is not left.
    pub(super) fn spend(&mut self, cost: usize) -> bool {
        let left = self.left.checked_sub(cost + EACH);
        match left {
            Some(left) => self.left = left,
            None => self.is_cut_short = true,
        }
        left.is_some()
    }
}

fn own<'a>(scope: &Scope<'a>) -> Vec<&'a [u8]> {
    scope.secrets.iter().map(|secret| secret.expose()).collect()
}

/// Tries each body with the provider's own secrets.
struct One<'s, 'a> {
    search: &'s mut Search,
    scope: &'s Scope<'a>,
    found: Option<Change>,
}

impl Taker for One<'_, '_> {
    fn left(&self) -> usize {
        self.search.left
    }

    fn afford(&mut self, cost: usize) -> bool {
        self.search.spend(cost)
    }

    fn skip(&mut self, cause: Cause, name: &'static str) {
        self.search.note(cause, name.into(), Outcome::Skipped);
    }

    fn take(&mut self, change: &Change, body: &[u8]) -> ControlFlow<()> {
        if !self.search.attempt(change, self.scope, &How::Due, &own(self.scope), body) {
            return ControlFlow::Continue(());
        }
        self.found = Some(change.clone());
        ControlFlow::Break(())
    }
}

/// Tries each body with each other key, and in each other way.
struct Two<'s, 'a> {
    search: &'s mut Search,
    scope: &'s Scope<'a>,
    found: Option<Vec<Change>>,
}

impl Two<'_, '_> {
    fn attempt(
        &mut self,
        body: &[u8],
        (changed, change): (&Change, &Change),
        how: &How<'_>,
        keys: &[&[u8]],
    ) -> ControlFlow<()> {
        if !self.search.spend(self.scope.claim.cost(body.len()) * keys.len()) {
            return ControlFlow::Break(());
        }
        if !keys.iter().any(|key| self.scope.claim.holds(how, key, body)) {
            return ControlFlow::Continue(());
        }
        self.found = Some(self.search.paired(change, changed));
        ControlFlow::Break(())
    }
}

impl Taker for Two<'_, '_> {
    fn left(&self) -> usize {
        self.search.left
    }

    fn afford(&mut self, cost: usize) -> bool {
        self.search.spend(cost)
    }

    fn skip(&mut self, _: Cause, _: &'static str) {}

    fn take(&mut self, changed: &Change, body: &[u8]) -> ControlFlow<()> {
        let scope = self.scope;
        for key in scope.keys.iter().filter(|_| scope.claim.fits()) {
            self.attempt(body, (changed, &key.change), &How::Due, &[&key.bytes])?;
        }
        scope.ways.iter().try_for_each(|way| self.attempt(body, (changed, &way.change), &way.how, &own(scope)))
    }
}
