//! Secrets: where they come from, and nowhere they could leak.

use std::collections::HashMap;
use std::fmt;

use zeroize::Zeroizing;

use crate::provider::ProviderId;

/// A secret's bytes, wiped when dropped, and the name of where it came from. `Debug` and `Display` show the latter alone.
#[derive(Clone)]
pub struct Secret {
    bytes: Zeroizing<Vec<u8>>,
    source: Box<str>,
}

impl Secret {
    /// A secret of that content; `source` is what people are told of it (`env:STRIPE_SECRET`).
    pub fn new(bytes: Vec<u8>, source: &str) -> Self {
        Self { bytes: Zeroizing::new(bytes), source: source.into() }
    }

    /// The bytes.
    pub fn expose(&self) -> &[u8] {
        &self.bytes
    }

    /// Where it came from.
    pub fn source(&self) -> &str {
        &self.source
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({})", self.source)
    }
}

/// The secrets of one run: per provider, and those given for whichever provider signs.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    by_provider: HashMap<ProviderId, Vec<Secret>>,
    for_any: Vec<Secret>,
}

/// A secret that could not be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SecretError(pub String);

impl Secrets {
    /// Adds a secret, for one provider or for any.
    pub fn add(&mut self, provider: Option<ProviderId>, secret: Secret) {
        match provider {
            Some(provider) => self.by_provider.entry(provider).or_default().push(secret),
            None => self.for_any.push(secret),
        }
    }

    /// The secrets to try for a provider, its own first.
    pub fn of<'a>(&'a self, provider: &ProviderId) -> impl Iterator<Item = &'a Secret> {
        self.by_provider.get(provider).into_iter().flatten().chain(&self.for_any)
    }

    /// Whether none was given.
    pub fn is_empty(&self) -> bool {
        self.by_provider.is_empty() && self.for_any.is_empty()
    }
}
