//! Paths about which more is known than about others.

use std::sync::Arc;

use crate::provider::Provider;
use crate::verify::Secrets;
use crate::wire::PathRoot;

/// A path about which more is known than about others.
#[derive(Clone, Debug)]
pub struct Endpoint {
    path: PathRoot,
    /// The provider that deliveries there are taken to come from.
    pub(super) assumed: Option<Arc<Provider>>,
    own: Secrets,
    /// Its own and after them those of the whole run.
    pub(super) secrets: Secrets,
    pub(super) public_url: Option<Box<str>>,
}

impl Endpoint {
    /// A path with the provider that sends there, where that is known, and the secrets that are tried there first.
    pub fn new(path: PathRoot, assumed: Option<Arc<Provider>>, own: Secrets) -> Self {
        Self { path, assumed, secrets: own.clone(), own, public_url: None }
    }

    /// The same known to its senders by a URL of its own.
    pub fn known_by(self, public_url: Option<Box<str>>) -> Self {
        Self { public_url, ..self }
    }

    /// The path.
    pub fn path(&self) -> &PathRoot {
        &self.path
    }

    /// The secrets that are for it alone.
    pub fn own(&self) -> &Secrets {
        &self.own
    }

    /// Takes those of the whole run in.
    pub(super) fn share(&mut self, secrets: &Secrets) {
        self.secrets = self.own.clone().and(secrets);
    }
}
