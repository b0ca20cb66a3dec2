//! Secrets: where they come from, and nowhere they could leak.
//!
//! A secret is bytes. What an environment variable or `literal:` holds is taken as it is; of a file one line break at
//! the end is left out, since editors and `echo` add one that nobody means. No error repeats a secret, nor a text that
//! may be one because the shell or the user put it in the wrong place.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};

use zeroize::Zeroizing;

use crate::provider::{Catalog, ProviderId};
use crate::text;

/// No secret is longer; a larger file is another file.
const MAX_FILE: usize = 64 * 1024;

/// A secret's bytes, wiped when dropped, and the name of where it came from. `Debug` and `Display` show the latter alone.
#[derive(Clone)]
pub struct Secret {
    bytes: Zeroizing<Vec<u8>>,
    source: Box<str>,
}

/// What is told of the source of a secret that was given as it is.
const GIVEN: [&str; 2] = ["literal:…", "typed:…"];

/// Looks up an environment variable; tests bring their own environment.
pub type Variables<'a> = dyn Fn(&str) -> Option<OsString> + 'a;

/// A secret that could not be had: what, where and what to do, never the secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// It is written in none of the three forms.
    #[error(
        "a secret is written env:VAR, file:PATH or literal:TEXT, with PROVIDER= before it where it is for one alone"
    )]
    Form,
    /// It is for a provider that is not known.
    #[error("no provider is called `{name}`: {hint}")]
    UnknownProvider {
        /// The name, made visible.
        name: String,
        /// What to do.
        hint: String,
    },
    /// Its environment variable is not set.
    #[error("the environment variable {0} is not set: export it, or give the secret as file:PATH")]
    Unset(String),
    /// What follows `env:` does not look like a variable's name, so it may be the secret and is not repeated.
    #[error("what follows `env:` is not a variable that is set: write env:NAME, without `$`")]
    NoVariable,
    /// Its file cannot be read.
    #[error("cannot read the secret file {file}: {reason}")]
    Unreadable {
        /// The file, made visible.
        file: String,
        /// What the system said.
        reason: io::Error,
    },
    /// There is nothing in it.
    #[error("the secret of {0} is empty")]
    Empty(Box<str>),
}

impl Secret {
    /// A secret of that content; `source` is what people are told of it (`env:STRIPE_SECRET`).
    pub fn new(bytes: Vec<u8>, source: &str) -> Self {
        Self { bytes: Zeroizing::new(bytes), source: source.into() }
    }

    /// Reads the secret that `env:VAR`, `file:PATH` or `literal:TEXT` means.
    pub fn read(source: &str, variables: &Variables<'_>) -> Result<Self, SecretError> {
        let secret = match source.split_once(':') {
            Some(("env", name)) => from_variable(name, variables)?,
            Some(("file", path)) => Self { bytes: from_file(path)?, source: text::visible(source).into() },
            Some(("literal", content)) => Self::new(content.as_bytes().to_vec(), "literal:…"),
            _ => return Err(SecretError::Form),
        };
        if secret.bytes.is_empty() { Err(SecretError::Empty(secret.source)) } else { Ok(secret) }
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

fn from_variable(name: &str, variables: &Variables<'_>) -> Result<Secret, SecretError> {
    let source = format!("env:{}", if is_variable_name(name) { name } else { "…" });
    match variables(name) {
        Some(value) => Ok(Secret::new(value.into_encoded_bytes(), &source)),
        None if is_variable_name(name) => Err(SecretError::Unset(name.to_owned())),
        None => Err(SecretError::NoVariable),
    }
}

/// Whether that is written as variables are by custom. `env:$NAME` puts the secret itself here, which must not be shown.
fn is_variable_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_'))
}

fn from_file(path: &str) -> Result<Zeroizing<Vec<u8>>, SecretError> {
    // The room is made beforehand: a buffer that grows leaves unwiped copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_FILE + 1));
    File::open(path)
        .and_then(|file| file.take(MAX_FILE as u64 + 1).read_to_end(&mut bytes))
        .and_then(|size| if size > MAX_FILE { Err(io::Error::other("too large for a secret")) } else { Ok(()) })
        .map_err(|reason| SecretError::Unreadable { file: text::visible(path).into_owned(), reason })?;
    let kept = bytes.strip_suffix(b"\n").map_or(&bytes[..], |line| line.strip_suffix(b"\r").unwrap_or(line)).len();
    bytes.truncate(kept);
    Ok(bytes)
}

/// The secrets of one run: per provider, and those given for whichever provider signs.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    by_provider: BTreeMap<ProviderId, Vec<Secret>>,
    for_any: Vec<Secret>,
}

impl Secrets {
    /// Reads all secrets of a run: those given as `[PROVIDER=]SOURCE` (without a name they are `provider`'s, or for any),
    /// then `HOOKGLASS_SECRET_<PROVIDER>` of every provider of the catalog.
    pub fn gather(
        catalog: &Catalog,
        given: &[impl AsRef<str>],
        provider: Option<&ProviderId>,
        variables: &Variables<'_>,
    ) -> Result<Self, SecretError> {
        let mut secrets = Self::given(catalog, given, provider, variables)?;
        for provider in catalog.iter() {
            let name = variable_of(&provider.id);
            if variables(&name).is_some() {
                secrets.add(Some(provider.id.clone()), Secret::read(&format!("env:{name}"), variables)?);
            }
        }
        Ok(secrets)
    }

    /// Reads secrets given as `[PROVIDER=]SOURCE`; those that name none are `provider`'s, or for any.
    pub fn given(
        catalog: &Catalog,
        given: &[impl AsRef<str>],
        provider: Option<&ProviderId>,
        variables: &Variables<'_>,
    ) -> Result<Self, SecretError> {
        let mut secrets = Self::default();
        for written in given {
            let (named, source) = split(catalog, written.as_ref())?;
            secrets.add(named.or_else(|| provider.cloned()), Secret::read(source, variables)?);
        }
        Ok(secrets)
    }

    /// These, and after them the others.
    pub fn and(mut self, others: &Self) -> Self {
        for (provider, secrets) in &others.by_provider {
            self.by_provider.entry(provider.clone()).or_default().extend(secrets.iter().cloned());
        }
        self.for_any.extend(others.for_any.iter().cloned());
        self.by_provider.values_mut().chain([&mut self.for_any]).for_each(|secrets| number(secrets));
        self
    }

    /// The secrets of one provider alone, or those for any, in the order given.
    pub fn own(&self, provider: Option<&ProviderId>) -> &[Secret] {
        match provider {
            Some(provider) => self.by_provider.get(provider).map_or(&[], Vec::as_slice),
            None => &self.for_any,
        }
    }

    /// Every secret with whose it is (`None` is whichever signs) and its place among those.
    pub fn iter(&self) -> impl Iterator<Item = (Option<&ProviderId>, usize, &Secret)> {
        self.by_provider
            .iter()
            .map(|(id, secrets)| (Some(id), secrets))
            .chain([(None, &self.for_any)])
            .flat_map(|(whose, secrets)| secrets.iter().enumerate().map(move |(at, secret)| (whose, at, secret)))
    }

    /// Puts a secret in the place of an earlier one ([`Self::own`] counts them), or after all where there is none.
    pub fn put(&mut self, provider: Option<ProviderId>, at: usize, secret: Secret) {
        let secrets = self.own_mut(provider);
        match secrets.get_mut(at) {
            Some(known) => *known = secret,
            None => secrets.push(secret),
        }
        number(secrets);
    }

    /// Forgets a secret.
    pub fn remove(&mut self, provider: Option<ProviderId>, at: usize) {
        let secrets = self.own_mut(provider);
        if at < secrets.len() {
            secrets.remove(at);
            number(secrets);
        }
        self.by_provider.retain(|_, secrets| !secrets.is_empty());
    }

    fn own_mut(&mut self, provider: Option<ProviderId>) -> &mut Vec<Secret> {
        match provider {
            Some(provider) => self.by_provider.entry(provider).or_default(),
            None => &mut self.for_any,
        }
    }

    /// Adds a secret, for one provider or for any.
    pub fn add(&mut self, provider: Option<ProviderId>, secret: Secret) {
        let secrets = self.own_mut(provider);
        secrets.push(secret);
        number(secrets);
    }

    /// The secrets to try for a provider, its own first.
    pub fn of<'a>(&'a self, provider: &ProviderId) -> impl Iterator<Item = &'a Secret> {
        self.by_provider.get(provider).into_iter().flatten().chain(&self.for_any)
    }

    /// The secrets of other providers.
    pub fn of_others<'a>(&'a self, provider: &ProviderId) -> impl Iterator<Item = (&'a ProviderId, &'a Secret)> {
        let others = self.by_provider.iter().filter(move |(id, _)| *id != provider);
        others.flat_map(|(id, secrets)| secrets.iter().map(move |secret| (id, secret)))
    }

    /// Whether none was given.
    pub fn is_empty(&self) -> bool {
        self.by_provider.is_empty() && self.for_any.is_empty()
    }
}

/// Tells secrets apart whose source does not: of several, `literal:… no. 2`.
fn number(secrets: &mut [Secret]) {
    for given in GIVEN {
        let is_given = |secret: &&mut Secret| {
            secret.source.strip_prefix(given).is_some_and(|rest| rest.is_empty() || rest.starts_with(" no. "))
        };
        let mut same: Vec<_> = secrets.iter_mut().filter(is_given).collect();
        let is_alone = same.len() == 1;
        for (place, secret) in same.iter_mut().enumerate() {
            secret.source = if is_alone { given.into() } else { format!("{given} no. {}", place + 1).into() };
        }
    }
}

/// The environment variable that holds a provider's secret: `HOOKGLASS_SECRET_CHARGEBEE_RETENTION`.
pub(crate) fn variable_of(provider: &ProviderId) -> String {
    format!("HOOKGLASS_SECRET_{}", provider.as_str().replace('-', "_").to_ascii_uppercase())
}

/// Splits `[PROVIDER=]SOURCE`. Only what stands before a proper source is taken, and repeated, as a provider's name:
/// anything else may be a secret with a `=` in it.
fn split<'a>(catalog: &Catalog, written: &'a str) -> Result<(Option<ProviderId>, &'a str), SecretError> {
    if is_source(written) {
        return Ok((None, written));
    }
    match written.split_once('=') {
        Some((name, source)) if is_source(source) => match catalog.get(name) {
            Some(provider) => Ok((Some(provider.id.clone()), source)),
            None => Err(unknown(catalog, name)),
        },
        _ => Err(SecretError::Form),
    }
}

fn is_source(text: &str) -> bool {
    ["env:", "file:", "literal:"].iter().any(|form| text.starts_with(form))
}

fn unknown(catalog: &Catalog, name: &str) -> SecretError {
    let hint = match catalog.nearest(name) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "`hookglass providers` lists them".to_owned(),
    };
    SecretError::UnknownProvider { name: text::visible(name).into_owned(), hint }
}
