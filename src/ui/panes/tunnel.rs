//! The public URLs that are known, how each is known, and the overlay that shows and tests them.
//!
//! What was only read in a delivery anybody may have written: such a URL is never selected by itself, so that nothing is
//! sent to it before somebody has chosen it.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::send::Target;
use crate::store::Capture;
use crate::tunnel::{self, Asked, Found, Leads, Trial, Way};

/// How many URLs of deliveries alone are kept; those not seen for longest make room.
const MOST_SEEN: usize = 3;

/// How often agents are asked while nothing has been captured.
const PACE: Duration = Duration::from_secs(5);

/// How often the ages in the overlay are told anew.
pub(crate) const AGES: Duration = Duration::from_secs(60);

/// The public URLs that are known, the best known first.
#[derive(Debug)]
pub(crate) struct Tunnels {
    own: Option<SocketAddr>,
    known: Vec<Known>,
    last: Option<Last>,
    asking: Asking,
    /// The ports where somebody else than an agent answers.
    strangers: BTreeSet<u16>,
}

/// When agents are asked next, if nobody wants to know before.
#[derive(Clone, Copy, Debug)]
enum Asking {
    Never,
    AtOnce,
    At(Instant),
}

/// A public URL, and how it is known.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) url: Target,
    /// Whether the settings say so.
    pub(crate) is_set: bool,
    /// The agent that tells of it.
    pub(crate) agent: Option<Found>,
    /// When the last delivery came that names it.
    pub(crate) seen: Option<Instant>,
    /// Whether the last self-test of it came back, if there was one.
    pub(crate) tested: Option<bool>,
}

/// The last delivery of all.
#[derive(Debug)]
pub(crate) struct Last {
    pub(crate) at: Instant,
    /// How it came; `None` when it came straight here.
    pub(crate) way: Option<Way>,
}

impl Tunnels {
    /// What is known before anything has happened. `own` is our listener, if there is one.
    pub(crate) fn new(own: Option<SocketAddr>, set: Option<Target>) -> Self {
        let asking = if own.is_some() { Asking::AtOnce } else { Asking::Never };
        let known = set.map(|url| Known { is_set: true, ..Known::new(url) }).into_iter().collect();
        Self { own, known, last: None, asking, strangers: BTreeSet::new() }
    }

    /// The URLs, the best known first.
    pub(crate) fn known(&self) -> &[Known] {
        &self.known
    }

    /// The URL to give away: one that leads here by more than a delivery's word.
    pub(crate) fn public(&self) -> Option<&Known> {
        self.known.first().filter(|known| known.leads_here())
    }

    pub(crate) fn last(&self) -> Option<&Last> {
        self.last.as_ref()
    }

    /// Where we listen.
    pub(crate) fn own(&self) -> Option<SocketAddr> {
        self.own
    }

    /// Takes in deliveries, oldest first.
    pub(crate) fn take(&mut self, fresh: &[Arc<Capture>], now: Instant) {
        let Some(own) = self.own else { return };
        // An edit was made here.
        for capture in fresh.iter().filter(|capture| capture.parent.is_none()) {
            let way = tunnel::way(&capture.delivery.head, own);
            if let Some(way) = &way {
                self.see(&way.url, now);
            }
            self.last = Some(Last { at: now, way });
        }
    }

    fn see(&mut self, url: &Target, now: Instant) {
        match self.known.iter_mut().find(|known| is_same_place(&known.url, url)) {
            Some(known) => known.seen = Some(now),
            None => {
                self.known.push(Known { seen: Some(now), ..Known::new(url.clone()) });
                self.forget_oldest_seen();
                self.sort();
            }
        }
    }

    fn forget_oldest_seen(&mut self) {
        let seen = self.known.iter().enumerate().filter(|(_, known)| !known.is_told());
        if seen.clone().count() > MOST_SEEN
            && let Some((oldest, _)) = seen.min_by_key(|(_, known)| known.seen)
        {
            self.known.remove(oldest);
        }
    }

    /// Takes in what the agents say; whether anything is another way now.
    pub(crate) fn take_asked(&mut self, asked: Asked) -> bool {
        self.strangers.extend(asked.strangers);
        let before: Vec<Option<Found>> = self.known.iter().map(|known| known.agent.clone()).collect();
        for known in &mut self.known {
            known.agent = None;
        }
        for found in asked.found {
            match self.known.iter_mut().find(|known| is_same_place(&known.url, &found.url)) {
                Some(known) => known.agent = Some(found),
                None => self.known.push(Known { agent: Some(found.clone()), ..Known::new(found.url) }),
            }
        }
        self.known.retain(|known| known.is_set || known.agent.is_some() || known.seen.is_some());
        self.sort();
        self.known.iter().map(|known| known.agent.clone()).ne(before)
    }

    /// A self-test of a URL has come back, or has not.
    pub(crate) fn note_test(&mut self, url: &Target, works: bool) {
        if let Some(known) = self.known.iter_mut().find(|known| known.url == *url) {
            known.tested = Some(works);
            self.sort();
        }
    }

    fn sort(&mut self) {
        self.known.sort_by_key(Known::rank);
    }

    /// When to ask agents, if ever. By itself only until something has been captured, and not when the settings say the URL.
    pub(crate) fn asks_at(&self, has_captured: bool) -> Option<Instant> {
        match self.asking {
            Asking::At(moment) if !has_captured => Some(moment),
            _ => None,
        }
    }

    /// The ports that need not be asked at, if it is time to ask.
    pub(crate) fn wants_to_ask(&mut self, has_captured: bool, now: Instant) -> Option<BTreeSet<u16>> {
        let is_time = matches!(self.asking, Asking::AtOnce) || self.asks_at(has_captured).is_some_and(|at| at <= now);
        if !is_time {
            return None;
        }
        let is_set = self.known.iter().any(|known| known.is_set);
        self.asking = if is_set { Asking::Never } else { Asking::At(now + PACE) };
        Some(self.strangers.clone())
    }
}

impl Known {
    fn new(url: Target) -> Self {
        Self { url, is_set: false, agent: None, seen: None, tested: None }
    }

    /// Whether it is known by more than a delivery's word.
    pub(crate) fn is_told(&self) -> bool {
        self.is_set || self.agent.is_some() || self.tested == Some(true)
    }

    /// Whether it may well lead here, by more than a delivery's word.
    pub(crate) fn is_likely(&self) -> bool {
        self.rank() <= 3
    }

    fn leads_here(&self) -> bool {
        self.rank() <= 2
    }

    fn rank(&self) -> u8 {
        match self.agent.as_ref().map(|agent| &agent.leads) {
            _ if self.is_set => 0,
            _ if self.tested == Some(true) => 1,
            Some(Leads::Here) => 2,
            Some(Leads::Unsaid) => 3,
            None => 4,
            Some(Leads::Elsewhere(_)) => 5,
        }
    }
}

/// Whether two URLs mean one host and port. Behind a proxy that says nothing of TLS, a URL is seen with the other scheme.
fn is_same_place(one: &Target, other: &Target) -> bool {
    let port = |url: &Target| if url.port() == 80 { 443 } else { url.port() };
    port(one) == port(other) && one.host().eq_ignore_ascii_case(other.host())
}

/// The overlay: the list of URLs, or one of them under test.
#[derive(Debug)]
pub(crate) struct TunnelPane {
    pub(crate) selected: Option<Target>,
    /// The moment that ages are told of.
    pub(crate) as_of: Instant,
    pub(crate) trying: Option<Trying>,
}

/// A self-test that is shown.
#[derive(Debug)]
pub(crate) struct Trying {
    /// Tells it from those before it.
    pub(crate) id: u64,
    pub(crate) url: Target,
    pub(crate) trial: Trial,
}

impl TunnelPane {
    pub(crate) fn new(tunnels: &Tunnels, now: Instant) -> Self {
        let mut pane = Self { selected: None, as_of: now, trying: None };
        pane.renew(tunnels);
        pane
    }

    /// The list is another one: what is no longer in it is not selected; what is only seen, or leads elsewhere, is not by
    /// itself.
    pub(crate) fn renew(&mut self, tunnels: &Tunnels) {
        if self.index(tunnels).is_none() {
            self.selected = tunnels.known().first().filter(|known| known.is_likely()).map(|known| known.url.clone());
        }
    }

    /// The place of the selected URL in the list.
    pub(crate) fn index(&self, tunnels: &Tunnels) -> Option<usize> {
        let selected = self.selected.as_ref()?;
        tunnels.known().iter().position(|known| known.url == *selected)
    }

    pub(crate) fn select(&mut self, tunnels: &Tunnels, index: usize) {
        let last = tunnels.known().len().saturating_sub(1);
        self.selected = tunnels.known().get(index.min(last)).map(|known| known.url.clone());
    }

    pub(crate) fn step(&mut self, tunnels: &Tunnels, delta: isize) {
        let next = self.index(tunnels).map_or(0, |index| index.saturating_add_signed(delta));
        self.select(tunnels, next);
    }
}
