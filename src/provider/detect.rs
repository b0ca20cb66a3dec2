//! Telling whose delivery it is: scored, explained, ties shown.

use std::sync::Arc;

use super::{Catalog, Provider};
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
    /// A header is there.
    Header(String),
    /// A header has that value.
    HeaderEquals(String, String),
    /// A header's value begins so.
    HeaderPrefix(String, String),
    /// The request's path contains that.
    PathContains(String),
    /// The body has a value at that path.
    Key(Path),
    /// The body has one of these values at that path.
    KeyIsOneOf(Path, Vec<String>),
    /// The method is that (used with the others for probes).
    Method(String),
}

/// A provider a delivery may come from, and why.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The provider.
    pub provider: Arc<Provider>,
    /// The sum of the weights that held.
    pub score: u32,
}

/// Whose delivery it may be.
#[derive(Clone, Debug, Default)]
pub struct Detection {
    /// Everyone it may be from, the best first.
    pub candidates: Vec<Candidate>,
}

impl Detection {
    /// Weighs a delivery against every provider. `document` is its body as JSON, where it is that.
    pub fn of(catalog: &Catalog, delivery: &Delivery, document: Option<&Document>) -> Self {
        let _ = (catalog, delivery, document);
        Self::default()
    }

    /// The user said whose it is.
    pub fn assumed(provider: Arc<Provider>) -> Self {
        Self { candidates: vec![Candidate { provider, score: 0 }] }
    }

    /// The candidates with the highest score: one, several in a tie, or none.
    pub fn best(&self) -> &[Candidate] {
        let top = self.candidates.first().map_or(0, |candidate| candidate.score);
        let ties = self.candidates.iter().take_while(|candidate| candidate.score == top).count();
        &self.candidates[..ties]
    }
}
