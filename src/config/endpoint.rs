//! Paths with settings of their own.

use super::{PublicUrl, Reply, SecretText, one_or_many};
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
    /// The URL that senders know the listener by there, where it is another than elsewhere.
    pub public_url: Option<PublicUrl>,
    /// What deliveries there are answered.
    pub reply: Option<Reply>,
    /// The URLs that deliveries there go on to, as written; empty for those of all deliveries.
    #[serde(default, deserialize_with = "one_or_many")]
    pub forward: Vec<String>,
}
