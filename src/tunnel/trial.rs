//! The self-test: a nonce goes out to the public URL, and the listener says when it comes in.
//!
//! Each leg of the way is timed on its own, so that a way that ends somewhere says where.

use std::net::SocketAddr;
use std::pin::pin;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::FutureExt;
use tokio::sync::mpsc;

use super::judge;
use crate::listen::Nonces;
use crate::send::{Client, Limits, Outgoing, Phase, Target};
use crate::wire::{Answer, Failure, Head, Version};

/// Not a browser's: ngrok shows those a page of its own.
pub(super) const USER_AGENT: &str = concat!("hookglass/", env!("CARGO_PKG_VERSION"));

/// How long a nonce is known: one that arrives after the test's patience is no delivery all the same.
const LIFE: Duration = Duration::from_secs(60);

/// How far a self-test has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// The legs that are behind it, and how long each took.
    pub passed: Vec<(Leg, Duration)>,
    /// How it ended, once it has.
    pub end: Option<End>,
}

/// A leg of the way from us to the public URL, through the tunnel, to our listener and back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leg {
    /// Finding the name's address.
    Lookup,
    /// Connecting to it.
    Connect,
    /// The TLS handshake; there is none over plain HTTP.
    Tls,
    /// From there to our listener.
    There,
    /// Our answer's way back.
    Back,
}

/// How a self-test ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// What is sent to the URL arrives here, and our answer arrives there.
    Works,
    /// It got no further than this leg.
    Stopped {
        /// The leg that was not passed.
        leg: Leg,
        /// What happened there: one plain sentence, safe to show.
        what: String,
        /// What to do: one plain sentence.
        advice: String,
    },
}

impl Leg {
    /// The legs of a URL, in order.
    pub fn all(url: &Target) -> impl Iterator<Item = Self> {
        let is_https = url.is_https();
        let legs = [Self::Lookup, Self::Connect, Self::Tls, Self::There, Self::Back];
        legs.into_iter().filter(move |leg| is_https || *leg != Self::Tls)
    }
}

impl Trial {
    /// One that has only begun.
    pub fn begun() -> Self {
        Self { passed: Vec::new(), end: None }
    }

    /// How long the legs took together.
    pub fn total(&self) -> Duration {
        self.passed.iter().map(|(_, took)| *took).sum()
    }

    fn has_passed(&self, leg: Leg) -> bool {
        self.passed.iter().any(|(passed, _)| *passed == leg)
    }
}

/// How long a self-test of a real URL waits.
pub fn patience() -> Limits {
    Limits { connect: Duration::from_secs(10), total: Duration::from_secs(15), body: 16 * 1024 }
}

/// Sends a nonce to a URL and follows it. `own` is our listener, which tells `nonces` what it sees; `tell` hears of each
/// leg that is passed. Dropping the future ends the test.
pub async fn test(url: &Target, own: SocketAddr, client: &Client, nonces: &Nonces, tell: impl Fn(&Trial)) -> Trial {
    let mut run = Run { trial: Trial::begun(), since: Instant::now() };
    let mut awaited = match nonces.expect(LIFE) {
        Ok(awaited) => awaited,
        Err(problem) => return run.stopped(Leg::Lookup, (problem.to_string(), String::new())),
    };
    let outgoing = request(url, awaited.nonce());
    let (told, mut phases) = mpsc::channel(Leg::all(url).count());
    let watch = |phase| {
        // There is room for every phase, once.
        let _ = told.try_send((phase, Instant::now()));
    };
    let mut sending = pin!(client.send_watched(url, &outgoing, &[], &watch));
    let answer = loop {
        let has_arrived = run.trial.has_passed(Leg::There);
        tokio::select! {
            biased;
            Some((phase, at)) = phases.recv() => run.pass(leg(phase), at),
            at = awaited.arrival(), if !has_arrived => run.pass(Leg::There, at),
            answer = &mut sending => break answer,
        }
        tell(&run.trial);
    };
    while let Ok((phase, at)) = phases.try_recv() {
        run.pass(leg(phase), at);
    }
    if !run.trial.has_passed(Leg::There)
        && let Some(at) = awaited.arrival().now_or_never()
    {
        run.pass(Leg::There, at);
    }
    run.end(url, own, answer)
}

/// A test under way.
struct Run {
    trial: Trial,
    /// When the last leg was passed.
    since: Instant,
}

impl Run {
    fn pass(&mut self, leg: Leg, at: Instant) {
        self.trial.passed.push((leg, at.saturating_duration_since(self.since)));
        self.since = at;
    }

    fn end(mut self, url: &Target, own: SocketAddr, answer: Result<Answer, Failure>) -> Trial {
        let next = Leg::all(url).find(|leg| !self.trial.has_passed(*leg)).unwrap_or(Leg::Back);
        match answer {
            // The listener answers nothing else to a nonce.
            Ok(answer) if next == Leg::Back && answer.status == 204 => {
                self.pass(Leg::Back, Instant::now());
                self.trial.end = Some(End::Works);
                self.trial
            }
            Ok(answer) if next == Leg::Back => self.stopped(Leg::Back, judge::not_our_answer(&answer)),
            Ok(answer) => self.stopped(Leg::There, judge::answer_without_us(&answer, own)),
            Err(failure) => self.stopped(next, judge::no_answer(next, failure, own)),
        }
    }

    fn stopped(mut self, leg: Leg, (what, advice): (String, String)) -> Trial {
        self.trial.end = Some(End::Stopped { leg, what, advice });
        self.trial
    }
}

fn leg(phase: Phase) -> Leg {
    match phase {
        Phase::Lookup => Leg::Lookup,
        Phase::Connect => Leg::Connect,
        Phase::Tls => Leg::Tls,
    }
}

/// A small delivery as a provider would send it.
fn request(url: &Target, nonce: &str) -> Outgoing {
    let target = url.request_target(b"/");
    let head = Head::build("POST", &String::from_utf8_lossy(&target), Version::Http11)
        .header("Host", url.authority())
        .header("User-Agent", USER_AGENT)
        .header(Nonces::HEADER, nonce)
        .header("Content-Length", "0")
        .finish();
    Outgoing { head, body: Bytes::new() }
}
