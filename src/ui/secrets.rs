//! What may be told of the secrets that are configured, and how another is had.

use crate::config::SecretText;
use crate::provider::ProviderId;
use crate::store::Knowledge;
use crate::verify::{Secret, SecretError, Secrets};

/// A secret that is configured: all that may be told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownSecret {
    /// Which one it is.
    pub slot: Slot,
    /// Where it came from.
    pub source: Box<str>,
    /// The path that it is for alone; such a one is changed in the configuration.
    pub path: Option<Box<str>>,
}

/// The place of a secret: whose it is, and the how many-eth of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The provider; `None` is whichever signs.
    pub whose: Option<ProviderId>,
    /// Its place among those, from 0.
    pub at: usize,
}

/// Every secret that is configured.
pub(super) fn known(knowledge: &Knowledge) -> Vec<KnownSecret> {
    let everywhere = told(knowledge.secrets(), None);
    let on_paths = knowledge.endpoints().iter().flat_map(|endpoint| {
        let path = endpoint.path().to_string();
        told(endpoint.own(), Some(path))
    });
    everywhere.chain(on_paths).collect()
}

fn told(secrets: &Secrets, path: Option<String>) -> impl Iterator<Item = KnownSecret> {
    secrets.iter().map(move |(whose, at, secret)| KnownSecret {
        slot: Slot { whose: whose.cloned(), at },
        source: secret.source().into(),
        path: path.as_deref().map(Into::into),
    })
}

/// The secret that somebody typed, or the one that is where they say. May wait for a file.
pub(super) fn read(text: &SecretText) -> Result<Secret, SecretError> {
    let text = text.expose();
    if is_source(text) || text.starts_with("literal:") {
        Secret::read(text, &|name| std::env::var_os(name))
    } else {
        Ok(Secret::new(text.as_bytes().to_vec(), "typed:…"))
    }
}

/// Whether a text says where a secret is, and so is none itself.
pub(super) fn is_source(text: &str) -> bool {
    text.starts_with("env:") || text.starts_with("file:")
}
