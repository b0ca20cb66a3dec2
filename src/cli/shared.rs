//! What several commands need: settings from all layers, and knowledge from settings.

use std::ffi::OsString;
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;
use std::sync::Arc;

use super::{Failure, complain};
use crate::config::{self, ConfigError, Options, SecretText, Settings};
use crate::provider::{Catalog, Provider, ProviderId};
use crate::store::{Endpoint, Judging, Knowledge};
use crate::verify::{SecretError, Secrets, variable_of};
use crate::{text, ui};

/// The settings of a run: flags and environment over the file over the defaults.
pub(super) fn settings(options: &Options, config: Option<&PathBuf>) -> Result<Settings, Failure> {
    let file = config::read(config.map(PathBuf::as_path)).map_err(|error| match error {
        ConfigError::Unreadable { .. } => Failure::could_not_run(error),
        ConfigError::Mistake { .. } => Failure::usage(error),
    })?;
    // Keys that cannot be used are a mistake in the file, whether or not this run has a screen.
    ui::Keymap::layered(&file.keys).map_err(Failure::usage)?;
    Ok(options.clone().over(file).settle())
}

/// The built-in providers with the user's own over them.
pub(super) fn catalog() -> Result<Catalog, Failure> {
    Catalog::layered(&config::provider_folders()).map_err(Failure::usage)
}

/// The providers, their secrets, the provider the user named, and what is said of paths of their own.
pub(super) fn knowledge(settings: &Settings) -> Result<Knowledge, Failure> {
    let public_url = settings.public_url.as_ref().map(|url| url.as_str().into());
    knowledge_judging(settings, Judging { now: None, public_url, tolerance: settings.tolerance })
}

/// The same, with timestamps and signed URLs judged so.
pub(super) fn knowledge_judging(settings: &Settings, judging: Judging) -> Result<Knowledge, Failure> {
    let mut catalog = catalog()?;
    if let Some(line) = &settings.scheme {
        catalog = catalog.with(Provider::generic(line).map_err(|error| Failure::usage(format!("--scheme: {error}")))?);
    }
    let generic = settings.scheme.as_ref().map(|_| provider(&catalog, Provider::GENERIC)).transpose()?;
    // A scheme needs a secret, so what names nobody is meant for it.
    let whose = generic.as_ref().filter(|_| settings.provider.is_none()).map(|provider| &provider.id);
    let secrets = secrets(&catalog, &settings.secrets, whose)?;
    let endpoints =
        settings.endpoints.iter().map(|endpoint| self::endpoint(&catalog, endpoint)).collect::<Result<_, _>>()?;
    let assumed = settings.provider.as_ref().map(|name| provider(&catalog, name)).transpose()?;
    let knowledge = Knowledge::new(catalog, secrets).with_endpoints(endpoints);
    Ok(knowledge.assuming(assumed).otherwise(generic).judging(judging))
}

/// The secrets given as `[PROVIDER=]SOURCE`, and those of the environment; those that name nobody are `whose`, or for any.
pub(super) fn secrets(catalog: &Catalog, given: &[SecretText], whose: Option<&ProviderId>) -> Result<Secrets, Failure> {
    no_providers_secrets(catalog).for_each(|remark| complain(&format!("warning: {remark}")));
    Secrets::gather(catalog, given, whose, &variable).map_err(unusable)
}

/// What to say of the environment's variables that look like a provider's secret and are none's.
pub(super) fn no_providers_secrets(catalog: &Catalog) -> impl Iterator<Item = String> + use<'_> {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    names.filter_map(|name| no_providers(catalog, &name))
}

/// A secret that cannot be used, as the command's failure.
pub(super) fn unusable(error: SecretError) -> Failure {
    match error {
        SecretError::Unreadable { .. } => Failure::could_not_run(error),
        _ => Failure::usage(error),
    }
}

/// A typing error in a variable's name is else noticed only by a verdict that lacks a secret.
fn no_providers(catalog: &Catalog, variable: &str) -> Option<String> {
    let written = variable.strip_prefix("HOOKGLASS_SECRET_")?;
    let generic = ProviderId::new(Provider::GENERIC);
    if catalog.iter().map(|provider| &provider.id).chain([&generic]).any(|id| variable_of(id) == variable) {
        return None;
    }
    let hint = match catalog.nearest(&written.to_lowercase().replace('_', "-")) {
        Some(nearest) => format!("did you mean {}?", variable_of(&ProviderId::new(nearest))),
        None => "`hookglass providers` lists them".to_owned(),
    };
    Some(format!("{} is no provider's secret: {hint}", text::visible(variable)))
}

fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

fn endpoint(catalog: &Catalog, settings: &config::Endpoint) -> Result<Endpoint, Failure> {
    let there = |failure: Failure| {
        let message = format!("endpoint {}: {}", text::visible(&settings.path.to_string()), failure.message);
        Failure { message, ..failure }
    };
    let assumed = match &settings.provider {
        Some(name) => Some(provider(catalog, name).map_err(there)?),
        None => None,
    };
    let whose = assumed.as_ref().map(|provider| &provider.id);
    let own = Secrets::given(catalog, &settings.secrets, whose, &variable).map_err(|error| there(unusable(error)))?;
    let public_url = settings.public_url.as_ref().map(|url| url.as_str().into());
    Ok(Endpoint::new(settings.path.clone(), assumed, own).known_by(public_url))
}

/// The provider of that name, or a line that names the nearest one.
pub(super) fn provider(catalog: &Catalog, name: &str) -> Result<Arc<Provider>, Failure> {
    catalog.get(name).cloned().ok_or_else(|| {
        let name = text::visible(name);
        let hint = match catalog.nearest(&name) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => "`hookglass providers` lists them".to_owned(),
        };
        Failure::usage(format!("no provider is called `{name}`: {hint}"))
    })
}

/// Prints to stdout. A reader that has seen enough (`hookglass man | head`) is no error.
pub(super) fn print(text: impl AsRef<[u8]>) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    written(out.write_all(text.as_ref()).and_then(|()| out.flush()))
}

/// What became of something printed.
pub(super) fn written(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::could_not_run(format!("cannot write to stdout: {error}")))
        }
        _ => Ok(()),
    }
}

/// Whether colours are wanted: <https://no-color.org>.
pub(super) fn wants_colour() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
