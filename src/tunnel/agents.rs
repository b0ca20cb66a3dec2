//! Asking the tunnel agents of this machine, at the ports where their APIs usually are.
//!
//! Whatever listens there may be something else: it gets one small request, and its answer is bounded in size and time.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;

use super::{Found, Leads, cloudflared, ngrok};
use crate::send::{Client, Limits, Outgoing, Target};
use crate::wire::{Ending, Head, Version};

/// The ports to ask at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agents {
    /// Where an ngrok agent may have its API.
    pub ngrok: Vec<u16>,
    /// Where a cloudflared may have its metrics.
    pub cloudflared: Vec<u16>,
}

/// What came of asking.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The public URLs there are.
    pub found: Vec<Found>,
    /// The ports where somebody else answers, who need not be asked again.
    pub strangers: BTreeSet<u16>,
}

/// Far longer than an answer from this machine takes.
const PATIENCE: Duration = Duration::from_millis(300);
/// Far larger than an answer with a hundred tunnels.
const MOST_ANSWER: usize = 128 * 1024;
/// More URLs than anybody picks from.
const MOST_FOUND: usize = 16;

impl Default for Agents {
    fn default() -> Self {
        Self { ngrok: ngrok::PORTS.collect(), cloudflared: cloudflared::PORTS.collect() }
    }
}

impl Agents {
    /// All but those at these ports.
    pub fn without(mut self, ports: &BTreeSet<u16>) -> Self {
        self.ngrok.retain(|port| !ports.contains(port));
        self.cloudflared.retain(|port| !ports.contains(port));
        self
    }

    /// Asks all of them at once; `own` is our listener, which is no agent. Takes two thirds of a second at most.
    pub async fn ask(self, own: SocketAddr) -> Asked {
        let Self { ngrok, cloudflared } = self.without(&BTreeSet::from([own.port()]));
        let (ngrok, cloudflared) = tokio::join!(
            join_all(ngrok.into_iter().map(|port| ask_ngrok(port, own))),
            join_all(cloudflared.into_iter().map(|port| ask_cloudflared(port, own))),
        );
        let mut asked = Asked::default();
        for heard in ngrok.into_iter().chain(cloudflared) {
            match heard {
                Heard::Nobody => {}
                Heard::Stranger(port) => asked.strangers.extend([port]),
                Heard::Agent(found) => asked.found.extend(found),
            }
        }
        asked.found.truncate(MOST_FOUND);
        asked
    }
}

/// Who answers at a port.
enum Heard {
    Nobody,
    Stranger(u16),
    Agent(Vec<Found>),
}

impl Heard {
    fn agent(agent: &'static str, api: u16, found: Vec<(Target, Leads)>) -> Self {
        Self::Agent(found.into_iter().map(|(url, leads)| Found { url, agent, api, leads }).collect())
    }
}

async fn ask_ngrok(port: u16, own: SocketAddr) -> Heard {
    let Some(answer) = get(port, ngrok::PATH).await else { return Heard::Nobody };
    match answer.and_then(|answer| ngrok::read(&answer, own)) {
        Some(found) => Heard::agent(ngrok::NAME, port, found),
        None => Heard::Stranger(port),
    }
}

async fn ask_cloudflared(port: u16, own: SocketAddr) -> Heard {
    let Some(answer) = get(port, cloudflared::QUICK).await else { return Heard::Nobody };
    let Some(quick) = answer.and_then(|answer| cloudflared::quick(&answer)) else { return Heard::Stranger(port) };
    let config = get(port, cloudflared::CONFIG).await.flatten();
    Heard::agent(cloudflared::NAME, port, cloudflared::read(&quick, config.as_deref(), own))
}

/// The body of a good answer, whole; `Some(None)` for any other answer, `None` for no answer.
async fn get(port: u16, path: &str) -> Option<Option<Bytes>> {
    let limits = Limits { connect: PATIENCE, total: PATIENCE, body: MOST_ANSWER };
    let client = Client { limits, ..Client::default() };
    let target: Target = format!("http://127.0.0.1:{port}").parse().ok()?;
    let head = Head::build("GET", path, Version::Http11)
        .header("Host", target.authority())
        .header("User-Agent", super::trial::USER_AGENT)
        .header("Accept", "application/json")
        .finish();
    let answer = client.send(&target, &Outgoing { head, body: Bytes::new() }, &[]).await.ok()?;
    let is_good = answer.status == 200 && answer.ending == Ending::Whole;
    Some(is_good.then_some(answer.body))
}
