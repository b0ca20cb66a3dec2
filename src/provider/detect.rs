//! Telling whose delivery it is: scored, explained, ties shown.

use std::fmt;
use std::sync::Arc;

use super::{Catalog, Provider, ProviderId};
use crate::json::{Document, Path};
use crate::wire::Delivery;

/// Something that speaks for a provider when it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What is looked at.
    pub test: Test,
    /// How much it says, 1 to 100.
    pub weight: u32,
}

/// What a rule looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// A header and its value.
    Header(String, Expect),
    /// A place in the body and its value.
    Body(Path, Expect),
    /// The request's path contains that, in whatever letter case.
    PathContains(String),
    /// The type of the event is in the provider's catalogue.
    KnownEvent,
    /// It is the provider's probe of that title.
    Probe(String),
}

/// What a value is expected to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// There, whatever it is.
    Anything,
    /// One of these.
    OneOf(Vec<Arc<str>>),
    /// Something that begins so.
    StartsWith(String),
}

/// A provider a delivery may come from, and why.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The provider.
    pub provider: Arc<Provider>,
    /// The sum of the weights that held.
    pub score: u32,
    held: Held,
}

/// Which of a provider's rules held, a bit for each.
pub(super) type Held = u64;

/// Whose delivery it may be.
#[derive(Clone, Debug, Default)]
pub struct Detection {
    /// Everyone for whom anything speaks, the best first.
    pub candidates: Vec<Candidate>,
    /// How many of them are worth naming, for nothing tells them apart.
    best: usize,
}

impl Rule {
    /// How many rules of a provider are weighed.
    pub(super) const MAX: usize = Held::BITS as usize;
}

impl Detection {
    /// The score from which a provider is worth naming. One common header or one common key does not reach it.
    pub const ENOUGH: u32 = 50;

    /// Weighs a delivery against every provider. `document` is its body as JSON, where it is that.
    pub fn of(catalog: &Catalog, delivery: &Delivery, document: Option<&Document>) -> Self {
        let mut candidates = Vec::new();
        for (place, held) in catalog.index().held(catalog, delivery, document).into_iter().enumerate() {
            let provider = catalog.at(place);
            if held != 0 {
                let score = holding(provider, held).map(|rule| rule.weight).sum();
                candidates.push(Candidate { provider: provider.clone(), score, held });
            }
        }
        candidates.sort_by_key(|candidate| std::cmp::Reverse(candidate.score));
        let top = candidates.first().map(|candidate| candidate.score).filter(|score| *score >= Self::ENOUGH);
        let best = candidates.iter().take_while(|candidate| Some(candidate.score) == top).count();
        Self { candidates, best }
    }

    /// The user said whose it is.
    pub fn assumed(provider: Arc<Provider>) -> Self {
        Self::default().or(provider)
    }

    /// The same, where nobody is worth naming with the one whom the user says it is of then.
    pub fn or(mut self, provider: Arc<Provider>) -> Self {
        if self.best == 0 {
            self.candidates.retain(|candidate| candidate.provider.id != provider.id);
            self.candidates.insert(0, Candidate { provider, score: 0, held: 0 });
            self.best = 1;
        }
        self
    }

    /// Those worth naming: one, several in a tie, or none.
    pub fn best(&self) -> &[Candidate] {
        &self.candidates[..self.best]
    }

    /// How much speaks for a provider.
    pub fn score(&self, provider: &ProviderId) -> u32 {
        self.candidates.iter().find(|candidate| candidate.provider.id == *provider).map_or(0, |found| found.score)
    }
}

impl Candidate {
    /// The rules that held: why it is a candidate. None where the user said whose it is.
    pub fn reasons(&self) -> impl Iterator<Item = &Rule> {
        holding(&self.provider, self.held)
    }
}

fn holding(provider: &Provider, held: Held) -> impl Iterator<Item = &Rule> {
    provider.detect.iter().enumerate().filter(move |(place, _)| held & (1 << place) != 0).map(|(_, rule)| rule)
}

impl Expect {
    /// Whether a value is as expected; `None` is one that has no text of its own (an object, a list, null).
    pub(crate) fn holds(&self, value: Option<&str>) -> bool {
        match self {
            Self::Anything => true,
            Self::OneOf(values) => value.is_some_and(|value| values.iter().any(|expected| **expected == *value)),
            Self::StartsWith(start) => value.is_some_and(|value| value.starts_with(start.as_str())),
        }
    }
}

/// The rule in words, for a list of what speaks for a provider.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.test {
            Test::Header(name, expect) => write!(f, "header {name}{expect}"),
            Test::Body(path, expect) => write!(f, "body key {path}{expect}"),
            Test::PathContains(text) => write!(f, "path with “{text}”"),
            Test::KnownEvent => f.write_str("event type of its catalogue"),
            Test::Probe(title) => write!(f, "request like its {title}"),
        }
    }
}

impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anything => Ok(()),
            Self::OneOf(values) => write!(f, " is {}", values.join(" or ")),
            Self::StartsWith(start) => write!(f, " begins with {start}"),
        }
    }
}
