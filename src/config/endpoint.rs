//! Paths with settings of their own.

use super::SecretText;
use crate::wire::PathRoot;

/// A path with settings of its own, so that one listener serves many senders: `[[endpoint]]` in the file.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Endpoint {
    /// The path; everything below it is meant, too. Of several that cover a delivery the longest counts.
    pub path: PathRoot,
    /// The provider that deliveries there are taken to come from.
    pub provider: Option<String>,
    /// Secrets that are tried there before all others: `[PROVIDER=]SOURCE`; without a name they are the provider's above.
    #[serde(default, rename = "secret", deserialize_with = "one_or_many")]
    pub secrets: Vec<SecretText>,
    /// The status that deliveries there are answered with.
    #[serde(default, deserialize_with = "status")]
    pub reply: Option<u16>,
}

/// A list may be written as its only item.
#[derive(serde::Deserialize)]
#[serde(untagged, expecting = "a secret's source, or a list of them")]
enum OneOrMany {
    One(SecretText),
    Many(Vec<SecretText>),
}

fn one_or_many<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<SecretText>, D::Error> {
    Ok(match serde::Deserialize::deserialize(deserializer)? {
        OneOrMany::One(secret) => vec![secret],
        OneOrMany::Many(secrets) => secrets,
    })
}

fn status<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<u16>, D::Error> {
    match serde::Deserialize::deserialize(deserializer)? {
        status @ 200..=599 => Ok(Some(status)),
        other => Err(serde::de::Error::custom(format_args!(
            "{other} is no status to answer with; choose one from 200 to 599"
        ))),
    }
}
