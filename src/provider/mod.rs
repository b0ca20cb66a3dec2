//! What is known of each provider, as data.
//!
//! `assets/providers/<name>/` holds all of it: `provider.toml`, `samples/`, `vectors.toml`. No provider's name appears in
//! code. A user's own files have the same form and power as the built-in ones.

mod catalog;
mod detect;
mod event;
mod folder;
mod generic;
mod index;
mod layer;
mod mistake;
mod scheme;
mod template;
mod vocabulary;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::config::Reply;
use crate::json::Path;
use crate::json::diff::Scope;
use crate::json::tree::Shape;
use crate::wire::Success;

pub use catalog::Catalog;
pub use detect::{Candidate, Detection, Expect, Rule, Test};
pub use event::{Event, EventPlaces, Expected, Place, Reading, When};
pub use generic::GenericError;
pub use mistake::LayerError;
pub use scheme::{
    Algorithm, BodyHash, Carrier, Clock, Encoding, Family, Hash, KeyCoding, KeyForm, Layout, Note, Oddity, Scheme,
    Signature, Source, Tolerance, Unit,
};
pub use template::{Part, Template, TemplateError};

/// A provider's name, as on the command line: `chargebee-retention`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProviderId(Arc<str>);

impl ProviderId {
    /// The provider of that name.
    pub fn new(name: &str) -> Self {
        Self(Arc::from(name))
    }

    /// Whether that can be a provider's name: names go into flags, the names of environment variables, and on screens as
    /// they are.
    pub fn is_name(name: &str) -> bool {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// All that is known of one provider.
#[derive(Clone, Debug)]
pub struct Provider {
    /// Its name on the command line.
    pub id: ProviderId,
    /// Its name for people.
    pub title: String,
    /// Where its own documentation is.
    pub docs: Option<String>,
    /// How its deliveries are told from others'.
    pub detect: Vec<Rule>,
    /// How it signs. Several where it can sign in several ways; the first whose header is present counts.
    pub verify: Vec<Scheme>,
    /// What it offers instead of a signature, for the verdict of a delivery that carries none; `None` where one is always due.
    pub unsigned: Option<String>,
    /// Where type, id, time, attempt and flow of an event are.
    pub event: EventPlaces,
    /// The catalogue of its events.
    pub events: Vec<EventType>,
    /// Its requests that carry no event.
    pub probes: Vec<Probe>,
    /// What it wants to hear.
    pub reply: ReplyWish,
    /// When and how often it tries again.
    pub retry: Retry,
    /// How its payload is laid out in the tree.
    pub shape: Shape,
    /// Where its payload has a thing before and after it changed.
    pub before_after: Option<BeforeAfter>,
}

/// The two parts of a payload that show what an event has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BeforeAfter {
    /// The thing as it was.
    pub before: Path,
    /// The thing as it is now.
    pub after: Path,
    /// How much of it the part before holds.
    pub scope: Scope,
}

/// One entry of the catalogue of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventType {
    /// The machine name, as in the payload.
    pub name: Arc<str>,
    /// The name for people.
    pub title: String,
    /// What it means that it happened.
    pub meaning: String,
    /// False where the provider names the event in prose only and the machine name is ours.
    pub documented: bool,
    /// How its requests look, where they do not name it.
    pub when: Option<When>,
    /// A realistic delivery of it.
    pub sample: Sample,
}

/// A stored payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The method the provider uses.
    pub method: String,
    /// What follows the target's path (`?email=…`); empty for most.
    pub query: String,
    /// The content type; empty for none.
    pub content_type: String,
    /// The provider's other headers, without those that the signature brings.
    pub headers: Vec<(String, String)>,
    /// The exact bytes.
    pub body: Bytes,
}

/// What a request that carries no event looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// What it is called on screen: `health check`.
    pub title: String,
    /// Whether a query in the URL shows that it is something else.
    pub without_query: bool,
    /// The headers that show that it is something else.
    pub without: Vec<String>,
    /// What its JSON body has in it; nothing for one without a body.
    pub body: Vec<Expected>,
    /// A realistic one; its method is that of all of them.
    pub sample: Sample,
    /// What it means and what to answer.
    pub meaning: String,
}

/// What a provider wants to hear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyWish {
    /// The status it takes for success.
    pub status: u16,
    /// What else matters, in one sentence.
    pub note: Option<String>,
    /// Answers worth trying on it, and what they bring about; only what its documentation says.
    pub presets: Vec<Preset>,
}

/// An answer worth trying on a provider.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// What it brings about: `what makes it retry`.
    pub title: String,
    /// The answer.
    pub reply: Reply,
}

/// When and how often a provider tries again; only what its documentation says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retry {
    /// The documented delays before each further attempt; empty where the document gives no numbers.
    pub delays: Vec<Duration>,
    /// How long it waits for an answer.
    pub timeout: Option<Duration>,
    /// What counts as success, where the document says.
    pub success: Option<Success>,
    /// What each status class means to it, in the document's order.
    pub on: Vec<StatusRule>,
    /// What ends the retries.
    pub stops: Option<String>,
    /// The policy in one sentence.
    pub summary: String,
}

/// What a status means to a provider.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusRule {
    /// A status or a class: `410`, `3xx`, `timeout`.
    pub status: String,
    /// What it does then.
    pub then: String,
}

impl Provider {
    /// Which statuses it takes for success: what its documentation says, else what HTTP does.
    pub fn success(&self) -> Success {
        self.retry.success.clone().unwrap_or_default()
    }

    /// The catalogue's entry for an event type.
    pub fn event_type(&self, name: &str) -> Option<&EventType> {
        self.events.iter().find(|event| &*event.name == name)
    }

    /// Whether any of its schemes can be checked at all.
    pub fn signs(&self) -> bool {
        !self.verify.is_empty()
    }

    /// Whether it may carry its signature, token or credentials in that header.
    pub fn signs_in(&self, header: &str) -> bool {
        self.verify.iter().any(|scheme| scheme.header().is_some_and(|name| name.eq_ignore_ascii_case(header)))
    }
}
