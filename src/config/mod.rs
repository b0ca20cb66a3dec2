//! Settings: defaults < file < environment < flags.
//!
//! File, environment and flags all fill the same [`Options`], in which everything may be absent; [`Settings`] is what
//! results, with nothing absent.

mod address;
mod count;
mod endpoint;
mod file;
mod public_url;
mod reply;
mod secret;
mod size;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::text;

pub use address::Address;
pub use count::Count;
pub use endpoint::Endpoint;
pub use file::{ConfigError, config_folder, read};
pub use public_url::{NoUrl, PublicUrl};
pub use reply::{Act, Reply, ReplyBody, When};
pub use secret::SecretText;
pub use size::Size;

/// What may be set; absent is "as the layer below says".
#[derive(Clone, Debug, Default, PartialEq, clap::Args, serde::Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// Where to listen; port 0 picks a free one and says which [default: 127.0.0.1:4665]
    #[arg(long, value_name = "ADDR:PORT", env = "HOOKGLASS_LISTEN")]
    pub listen: Option<Address>,
    /// Listen on an address that other machines can reach
    #[arg(long, num_args = 0, default_missing_value = "true")]
    pub allow_public: Option<bool>,
    /// Take every delivery to come from this provider, without detection
    #[arg(long, value_name = "NAME", env = "HOOKGLASS_PROVIDER")]
    pub provider: Option<String>,
    /// A provider's secret: [PROVIDER=]env:VAR, file:PATH or literal:TEXT; repeat it for several
    #[arg(long = "secret", value_name = "[PROVIDER=]SOURCE")]
    #[serde(rename = "secret", deserialize_with = "one_or_many")]
    pub secrets: Vec<SecretText>,
    /// A scheme for deliveries that no known provider sends, such as hmac-sha256:hex:X-Signature
    #[arg(long, value_name = "SCHEME", env = "HOOKGLASS_SCHEME", conflicts_with = "provider")]
    pub scheme: Option<String>,
    /// The URL that senders know this listener by, where a tunnel or a proxy is between; some sign it
    #[arg(long, value_name = "URL", env = "HOOKGLASS_PUBLIC_URL")]
    pub public_url: Option<PublicUrl>,
    /// How far a signed timestamp may be from now [default: what the provider says]
    #[arg(long, value_name = "DURATION", env = "HOOKGLASS_TOLERANCE", value_parser = text::parse_duration)]
    #[serde(deserialize_with = "duration")]
    pub tolerance: Option<Duration>,
    /// What senders are answered, such as 503, "503 next=3", "200 delay=10s body=TEXT", hang or drop; what the configuration
    /// says for a path comes first [default: 200]
    #[arg(long, value_name = "REPLY", env = "HOOKGLASS_REPLY")]
    pub reply: Option<Reply>,
    /// Send every delivery on to this URL as it arrives, and answer what it answers (up to 1 MiB); repeat it for several
    #[arg(long, value_name = "URL", env = "HOOKGLASS_FORWARD")]
    #[serde(deserialize_with = "one_or_many")]
    pub forward: Vec<String>,
    /// Answer at once, without waiting for whom deliveries are forwarded to
    #[arg(long, num_args = 0, default_missing_value = "true")]
    pub forward_async: Option<bool>,
    /// How long the one that is forwarded to may take to answer [default: 30s]
    #[arg(long, value_name = "DURATION", env = "HOOKGLASS_FORWARD_TIMEOUT", value_parser = text::parse_duration)]
    #[serde(deserialize_with = "duration")]
    pub forward_timeout: Option<Duration>,
    /// What senders are answered when the one that is forwarded to does not answer [default: 502]
    #[arg(long, value_name = "REPLY", env = "HOOKGLASS_FORWARD_FALLBACK")]
    pub forward_fallback: Option<Reply>,
    /// How many captures are kept; the oldest make room [default: 10000]
    #[arg(long, value_name = "N", env = "HOOKGLASS_CAPACITY")]
    pub capacity: Option<Count>,
    /// How much memory the captures may take together [default: 256MiB]
    #[arg(long, value_name = "SIZE", env = "HOOKGLASS_MEMORY")]
    pub memory: Option<Size>,
    /// The largest body that is kept whole; over it the sender gets 413 [default: 32MiB]
    #[arg(long, value_name = "SIZE", env = "HOOKGLASS_MAX_BODY")]
    pub max_body: Option<Size>,
    /// Paths with settings of their own
    #[arg(skip)]
    #[serde(rename = "endpoint")]
    pub endpoints: Vec<Endpoint>,
    /// Keys of your own: an action's name to the keys that do it
    #[arg(skip)]
    pub keys: toml::Table,
}

/// What holds in the end.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Whether other machines may reach it.
    pub allow_public: bool,
    /// The provider that every delivery is taken to come from.
    pub provider: Option<String>,
    /// Where the secrets come from, as written.
    pub secrets: Vec<SecretText>,
    /// The scheme of deliveries that no known provider sends, as written.
    pub scheme: Option<String>,
    /// The URL that senders know the listener by.
    pub public_url: Option<PublicUrl>,
    /// How far a signed timestamp may be from now; `None` is what the provider says.
    pub tolerance: Option<Duration>,
    /// Paths with settings of their own.
    pub endpoints: Vec<Endpoint>,
    /// What senders are answered, where somebody said so.
    pub reply: Option<Reply>,
    /// The URLs that every delivery goes on to, as written.
    pub forward: Vec<String>,
    /// Whether senders are answered without waiting for those.
    pub forward_async: bool,
    /// How long they may take to answer.
    pub forward_timeout: Duration,
    /// What senders are answered when they do not.
    pub forward_fallback: Option<Reply>,
    /// How many captures are kept.
    pub capacity: usize,
    /// How many bytes they may hold together.
    pub memory: usize,
    /// The largest body that is kept whole, in bytes.
    pub max_body: usize,
    /// Keys of the user's own.
    pub keys: toml::Table,
}

/// The port is the letters HOOK on a phone.
const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 4665);
const DEFAULT_FORWARD_TIMEOUT: Duration = Duration::from_secs(30);
const MIB: usize = 1024 * 1024;

impl Options {
    /// These over those of the layer below. Secrets, endpoints and keys add up: a secret in the file stays when a flag adds
    /// another.
    pub fn over(self, below: Self) -> Self {
        let mut keys = below.keys;
        keys.extend(self.keys);
        Self {
            listen: self.listen.or(below.listen),
            allow_public: self.allow_public.or(below.allow_public),
            provider: self.provider.or(below.provider),
            secrets: self.secrets.into_iter().chain(below.secrets).collect(),
            scheme: self.scheme.or(below.scheme),
            public_url: self.public_url.or(below.public_url),
            tolerance: self.tolerance.or(below.tolerance),
            endpoints: self.endpoints.into_iter().chain(below.endpoints).collect(),
            reply: self.reply.or(below.reply),
            forward: if self.forward.is_empty() { below.forward } else { self.forward },
            forward_async: self.forward_async.or(below.forward_async),
            forward_timeout: self.forward_timeout.or(below.forward_timeout),
            forward_fallback: self.forward_fallback.or(below.forward_fallback),
            capacity: self.capacity.or(below.capacity),
            memory: self.memory.or(below.memory),
            max_body: self.max_body.or(below.max_body),
            keys,
        }
    }

    /// What holds in the end: the defaults where nothing was said.
    pub fn settle(self) -> Settings {
        Settings {
            listen: self.listen.map_or(DEFAULT_LISTEN, Address::get),
            allow_public: self.allow_public.unwrap_or(false),
            provider: self.provider,
            secrets: self.secrets,
            scheme: self.scheme,
            public_url: self.public_url,
            tolerance: self.tolerance,
            endpoints: self.endpoints,
            reply: self.reply,
            forward: self.forward,
            forward_async: self.forward_async.unwrap_or(false),
            forward_timeout: self.forward_timeout.unwrap_or(DEFAULT_FORWARD_TIMEOUT),
            forward_fallback: self.forward_fallback,
            capacity: self.capacity.map_or(10_000, Count::get),
            memory: self.memory.map_or(256 * MIB, Size::bytes),
            max_body: self.max_body.map_or(32 * MIB, Size::bytes),
            keys: self.keys,
        }
    }
}

/// The folders that provider files of the user's own are in, lowest layer first.
pub fn provider_folders() -> Vec<PathBuf> {
    config_folder().map(|folder| folder.join("providers")).into_iter().collect()
}

/// A list may be written as its only item.
#[derive(serde::Deserialize)]
#[serde(untagged, expecting = "a text, or a list of them")]
enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

fn one_or_many<'de, T: serde::Deserialize<'de>, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    Ok(match serde::Deserialize::deserialize(deserializer)? {
        OneOrMany::One(item) => vec![item],
        OneOrMany::Many(items) => items,
    })
}

fn duration<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let written: String = serde::Deserialize::deserialize(deserializer)?;
    text::parse_duration(&written).map(Some).map_err(serde::de::Error::custom)
}
