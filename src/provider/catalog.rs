//! The providers this run knows.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::folder::Folder;
use super::index::Index;
use super::layer::{self, Layer};
use super::{LayerError, Provider, ProviderId};

/// The providers this run knows: the built-in ones, with the user's layers over them.
#[derive(Clone, Debug)]
pub struct Catalog {
    providers: Vec<Arc<Provider>>,
    index: Arc<Index>,
}

impl Catalog {
    /// The built-in providers alone.
    pub fn builtin() -> Self {
        Self::layered(&[]).expect("the built-in files have no mistake: a test reads them all")
    }

    /// The built-in providers with the folders' files over them, lowest layer first. Each folder holds
    /// `<name>/provider.toml` like the built-in ones; one that does not exist is empty.
    pub fn layered(folders: &[PathBuf]) -> Result<Self, LayerError> {
        let mut layers = BTreeMap::new();
        let user = folders.iter().map(|path| Folder::OnDisk(path.clone()));
        for folder in std::iter::once(Folder::built_in()).chain(user) {
            lay(&mut layers, &folder)?;
        }
        Ok(Self::of(layers.into_iter().map(|(name, layer)| layer.provider(ProviderId::new(&name)))))
    }

    /// The provider that one file describes: over the built-in one of its name, which is that of the folder it is in.
    pub fn check(file: &Path) -> Result<Arc<Provider>, LayerError> {
        let (name, folder) = provider_folder(file)?;
        let bytes = std::fs::read(file).map_err(|error| LayerError::unreadable(file, &error.to_string()))?;
        let mut layer = Layer::parse(&folder, file, &bytes)?;
        if layer::says_nothing(&bytes) {
            return Err(LayerError::within(
                file,
                "",
                0..0,
                "there is nothing in it: begin with `title` and a [[verify]]",
            ));
        }
        for (_, built_in) in folders_in(&Folder::built_in())?.into_iter().filter(|(known, _)| *known == name) {
            layer = layer.over(Layer::read(&built_in)?);
        }
        Ok(Arc::new(layer.provider(ProviderId::new(&name))))
    }

    /// A catalogue of these providers, in order of name.
    fn of(providers: impl Iterator<Item = Provider>) -> Self {
        let providers: Vec<_> = providers.map(Arc::new).collect();
        let index = Arc::new(Index::of(&providers));
        Self { providers, index }
    }

    /// This catalogue and one provider more, in place of one of its name.
    pub fn with(&self, provider: Provider) -> Self {
        let mut providers: Vec<_> = self.providers.iter().map(|known| Provider::clone(known)).collect();
        providers.retain(|known| known.id != provider.id);
        providers.push(provider);
        providers.sort_by(|one, other| one.id.cmp(&other.id));
        Self::of(providers.into_iter())
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

    pub(super) fn index(&self) -> &Index {
        &self.index
    }

    pub(super) fn at(&self, place: usize) -> &Arc<Provider> {
        &self.providers[place]
    }
}

/// Lays every provider of a folder over what is known of it so far.
fn lay(layers: &mut BTreeMap<String, Layer>, folder: &Folder) -> Result<(), LayerError> {
    for (name, folder) in folders_in(folder)? {
        let layer = Layer::read(&folder)?;
        let layer = match layers.remove(&name) {
            Some(below) => layer.over(below),
            None => layer,
        };
        layers.insert(name, layer);
    }
    Ok(())
}

fn folders_in(folder: &Folder) -> Result<Vec<(String, Folder)>, LayerError> {
    let folders = folder.folders().map_err(|error| LayerError::unreadable(&folder.path_of(""), &error.to_string()))?;
    match folders.iter().find(|(name, _)| !ProviderId::is_name(name)) {
        Some((_, wrong)) => Err(LayerError::unreadable(&wrong.path_of(""), NAME)),
        None => Ok(folders),
    }
}

const NAME: &str = "a provider is named after its folder, in lower-case letters, digits and `-`";

fn provider_folder(file: &Path) -> Result<(String, Folder), LayerError> {
    let unreadable = |error: std::io::Error| LayerError::unreadable(file, &error.to_string());
    let file = std::path::absolute(file).map_err(unreadable)?;
    let folder = file.parent().unwrap_or(Path::new("")).to_owned();
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if ProviderId::is_name(&name) {
        Ok((name, Folder::OnDisk(folder)))
    } else {
        Err(LayerError::unreadable(&file, NAME))
    }
}
