//! A flow of deliveries as data: who sends what, how spoiled, after which pause. `assets/demo.toml` is one.
//!
//! It knows no provider and no listener: who plays it brings the catalogue, the secrets and the address.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::{Client, Edit, Outgoing, Simulation, Subject, Tamper};
use crate::provider::{Catalog, ProviderId};
use crate::verify::{Secret, Secrets};

/// A flow of deliveries.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    providers: BTreeMap<String, Habits>,
    #[serde(rename = "step")]
    steps: Vec<Step>,
}

/// What all deliveries of a provider have in common.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Habits {
    path: String,
    #[serde(default)]
    set: Vec<String>,
}

#[derive(Clone, Debug, serde::Deserialize)]
#[serde(untagged)]
enum Step {
    Simulated(Simulated),
    Raw(Raw),
}

/// A delivery as a provider would make it.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Simulated {
    #[serde(default)]
    pause: u64,
    provider: String,
    event: String,
    #[serde(default)]
    set: Vec<String>,
    tamper: Option<Tamper>,
    /// Whether it carries credentials although its provider need not.
    #[serde(default)]
    signed: bool,
}

/// Exact text.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(default)]
    pause: u64,
    raw: String,
}

/// Where a script is played.
#[derive(Clone, Debug)]
pub struct Stage {
    /// The providers that appear in it.
    pub catalog: Catalog,
    /// What they sign with.
    pub secrets: Secrets,
    /// Where everything is sent.
    pub address: SocketAddr,
}

/// A script that cannot be read or played.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the script {0}")]
pub struct ScriptError(String);

/// A request ready to be sent.
enum Ready {
    Exact(Bytes),
    Made(Box<(super::Target, Outgoing)>),
}

/// How long a request may take: the stage is this machine.
const PATIENCE: Duration = Duration::from_secs(5);

const FIVE_MINUTES: Duration = Duration::from_secs(5 * 60);

impl Script {
    /// The built-in demo.
    pub fn demo() -> Result<Self, ScriptError> {
        Self::parse(include_str!("../../assets/demo.toml"))
    }

    /// Reads a script.
    pub fn parse(text: &str) -> Result<Self, ScriptError> {
        toml::from_str(text).map_err(|error| ScriptError(format!("cannot be read: {}", error.message())))
    }

    /// A secret for everybody who appears, another in each run; with a colon, since Basic credentials need one.
    pub fn secrets(&self) -> Secrets {
        let mut secrets = Secrets::default();
        for provider in self.providers.keys() {
            let content = format!("demo:{:016x}", random());
            secrets.add(Some(ProviderId::new(provider)), Secret::new(content.into_bytes(), "made for this run"));
        }
        secrets
    }

    /// Sends everything in order, each request once the one before is answered; `paced` with the pauses between. A
    /// stage that has been taken down ends it.
    pub async fn play(&self, stage: &Stage, paced: bool) -> Result<(), ScriptError> {
        for step in &self.steps {
            if paced {
                sleep(step.pause()).await;
            }
            let sent = match self.ready(step, stage)? {
                Ready::Exact(text) => send_exactly(stage.address, &text).await,
                Ready::Made(made) => Client::default().send(&made.0, &made.1, &[]).await.is_ok(),
            };
            if !sent {
                break;
            }
        }
        Ok(())
    }

    fn ready(&self, step: &Step, stage: &Stage) -> Result<Ready, ScriptError> {
        match step {
            Step::Raw(raw) => Ok(Ready::Exact(fill(&raw.raw, stage.address).into())),
            Step::Simulated(step) => self.simulated(step, stage),
        }
    }

    fn simulated(&self, step: &Simulated, stage: &Stage) -> Result<Ready, ScriptError> {
        let wrong =
            |what: String| ScriptError(format!("has a step {} {} that fails: {what}", step.provider, step.event));
        let missing = || wrong("nothing is known of that provider".to_owned());
        let provider = stage.catalog.get(&step.provider).ok_or_else(missing)?;
        let habits = self.providers.get(&step.provider).ok_or_else(missing)?;
        let subject = Subject::named(provider, Some(&step.event)).map_err(|error| wrong(error.to_string()))?;
        let usual = habits.set.iter().filter(|_| matches!(subject, Subject::Event(_)));
        let edits: Result<Vec<Edit>, _> =
            usual.chain(&step.set).map(|edit| fill(edit, stage.address).parse()).collect();
        let edits = edits.map_err(|error| wrong(error.to_string()))?;
        let signs = step.signed || provider.unsigned.is_none();
        let secret = stage.secrets.of(&provider.id).next().filter(|_| signs);
        let simulation = Simulation { provider, subject, edits: &edits, secret, tamper: step.tamper };
        let target = format!("http://{}{}", stage.address, habits.path).parse();
        let target = target.map_err(|error: super::TargetError| wrong(error.to_string()))?;
        let outgoing = simulation.outgoing(&target).map_err(|error| wrong(error.to_string()))?;
        Ok(Ready::Made(Box::new((target, outgoing))))
    }
}

impl Step {
    fn pause(&self) -> Duration {
        Duration::from_millis(match self {
            Self::Simulated(step) => step.pause,
            Self::Raw(step) => step.pause,
        })
    }
}

/// Sends a text as it stands and waits for the end of the answer; whether that worked.
async fn send_exactly(address: SocketAddr, text: &[u8]) -> bool {
    let talk = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(text).await?;
        let mut answer = Vec::new();
        (&mut stream).take(64 * 1024).read_to_end(&mut answer).await
    };
    matches!(timeout(PATIENCE, talk).await, Ok(Ok(_)))
}

/// A step's text with its placeholders filled in.
fn fill(text: &str, address: SocketAddr) -> String {
    let now = Timestamp::now();
    let time = |format: &str| now.strftime(format).to_string();
    let earlier = (now - FIVE_MINUTES).strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    text.replace("{now}", &time("%Y-%m-%dT%H:%M:%SZ"))
        .replace("{earlier}", &earlier)
        .replace("{now.millis}", &time("%Y-%m-%dT%H:%M:%S.%3fZ"))
        .replace("{now.plain}", &time("%Y-%m-%dT%H:%M:%S"))
        .replace("{uuid}", &uuid())
        .replace("{id}", &format!("{:012x}", random() >> 16))
        .replace("{host}", &address.to_string())
}

/// In the form of a random UUID (RFC 9562, version 4).
fn uuid() -> String {
    let (high, low) = (random(), random());
    format!(
        "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        low >> 52,
        low & 0xffff_ffff_ffff
    )
}

/// Another number each time. The standard library seeds its hash maps from the system, and names that look new need no more.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}
