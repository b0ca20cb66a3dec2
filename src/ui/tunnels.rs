//! The tunnel's side of the world: the agents are asked and self-tests are made off the loop.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use super::Msg;
use super::done::Done;
use crate::listen::Nonces;
use crate::send::{Client, Target};
use crate::tunnel::{self, Agents};

/// Asks agents, and makes one self-test at a time.
pub(super) struct Tunnelling {
    own: Option<SocketAddr>,
    nonces: Nonces,
    done: mpsc::Sender<Done>,
    trying: Option<AbortHandle>,
}

impl Tunnelling {
    /// `own` is our listener, which knows `nonces`.
    pub(super) fn new(own: Option<SocketAddr>, nonces: Nonces, done: mpsc::Sender<Done>) -> Self {
        Self { own, nonces, done, trying: None }
    }

    /// Asks the agents of this machine, but at those ports.
    pub(super) fn ask(&self, but: &BTreeSet<u16>) {
        let Some(own) = self.own else { return };
        let (agents, done) = (Agents::default().without(but), self.done.clone());
        tokio::spawn(async move {
            let asked = agents.ask(own).await;
            // Nobody is left to be told once the screen is gone.
            let _ = done.send(Done::Msg(Box::new(Msg::Agents(asked)))).await;
        });
    }

    /// Tests a URL, in the place of a test under way.
    pub(super) fn try_url(&mut self, id: u64, url: Target) {
        self.stop();
        let Some(own) = self.own else { return };
        let (nonces, done) = (self.nonces.clone(), self.done.clone());
        let trying = tokio::spawn(async move {
            let client = Client { limits: tunnel::patience(), ..Client::default() };
            let msg = |trial| Done::Msg(Box::new(Msg::Tried(id, trial)));
            // Word of progress that finds no room is not worth waiting for.
            let tell = |trial: &tunnel::Trial| drop(done.try_send(msg(trial.clone())));
            let trial = tunnel::test(&url, own, &client, &nonces, tell).await;
            let _ = done.send(msg(trial)).await;
        });
        self.trying = Some(trying.abort_handle());
    }

    /// Stops the test that is under way.
    pub(super) fn stop(&mut self) {
        if let Some(trying) = self.trying.take() {
            trying.abort();
        }
    }
}
