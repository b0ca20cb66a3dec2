//! What several commands need: settings from all layers, and knowledge from settings.

use std::path::PathBuf;

use super::Failure;
use crate::config::{self, ConfigError, Options, Settings};
use crate::provider::Catalog;
use crate::store::Knowledge;
use crate::verify::{SecretError, Secrets};

/// The settings of a run: flags and environment over the file over the defaults.
pub(super) fn settings(options: &Options, config: Option<&PathBuf>) -> Result<Settings, Failure> {
    let file = config::read(config.map(PathBuf::as_path)).map_err(|error| match error {
        ConfigError::Unreadable { .. } => Failure::could_not_run(error),
        ConfigError::Mistake { .. } => Failure::usage(error),
    })?;
    Ok(options.clone().over(file).settle())
}

/// The built-in providers with the user's own over them.
pub(super) fn catalog() -> Result<Catalog, Failure> {
    Catalog::layered(&config::provider_folders()).map_err(Failure::usage)
}

/// The providers, their secrets, and the provider the user named.
pub(super) fn knowledge(settings: &Settings) -> Result<Knowledge, Failure> {
    let catalog = catalog()?;
    let secrets = secrets(&catalog, &settings.secrets)?;
    let assumed = match &settings.provider {
        Some(name) => Some(provider(&catalog, name)?),
        None => None,
    };
    Ok(Knowledge { catalog, secrets, assumed })
}

/// The secrets given as `[PROVIDER=]SOURCE`, and those of the environment.
pub(super) fn secrets(catalog: &Catalog, given: &[String]) -> Result<Secrets, Failure> {
    Secrets::gather(catalog, given, &|name| std::env::var_os(name)).map_err(|error| match error {
        SecretError::Unreadable { .. } => Failure::could_not_run(error),
        _ => Failure::usage(error),
    })
}

/// The provider of that name, or a line that names the nearest one.
pub(super) fn provider(catalog: &Catalog, name: &str) -> Result<std::sync::Arc<crate::provider::Provider>, Failure> {
    catalog.get(name).cloned().ok_or_else(|| {
        let name = crate::text::visible(name);
        let hint = match catalog.nearest(&name) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => "`hookglass providers` lists them".to_owned(),
        };
        Failure::usage(format!("no provider is called `{name}`: {hint}"))
    })
}

/// Whether colours are wanted: <https://no-color.org>.
pub(super) fn wants_colour() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
