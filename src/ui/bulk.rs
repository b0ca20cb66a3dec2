//! Sending many captures again, in the background: what has come of it so far is told as it goes.

use std::future::pending;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use futures_util::{StreamExt, stream};
use tokio::sync::{mpsc, watch};
use tokio::task::spawn_blocking;

use super::Msg;
use super::done::Done;
use crate::send::{Client, Rate, Ready, Target, outgoing, paced};
use crate::store::{Handle, Seq};
use crate::wire::{Exchange, ExchangeId, ExchangeKind, Outcome};

/// What is sent, where, and how fast.
#[derive(Clone, Debug)]
pub struct BulkJob {
    /// The captures, in the order they are sent.
    pub seqs: Vec<Seq>,
    /// Where to.
    pub target: Target,
    /// How many are begun in what time; without one, each waits for the answer to the one before.
    pub rate: Option<Rate>,
}

/// How far it has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// How many there are to send.
    pub of: usize,
    /// Of these, answered with a 2xx.
    pub good: usize,
    /// Answered otherwise, or not at all.
    pub bad: usize,
    /// Not sent, for they are no longer held or are not whole.
    pub unsent: usize,
    /// Why the first of those was not sent.
    pub why_unsent: Option<String>,
    /// Whether nothing more will come of it.
    pub is_over: bool,
}

impl Progress {
    /// How many are done with.
    pub fn done(&self) -> usize {
        self.good + self.bad + self.unsent
    }

    fn count(&mut self, sent: Result<Exchange, String>) {
        match sent {
            Ok(Exchange { outcome: Outcome::Cancelled, .. }) => {}
            Ok(exchange) if exchange.status().is_some_and(|status| (200..300).contains(&status)) => self.good += 1,
            Ok(_) => self.bad += 1,
            Err(reason) => {
                self.unsent += 1;
                self.why_unsent.get_or_insert(reason);
            }
        }
    }
}

/// A bulk under way. Dropping this lets it go on.
pub(super) struct Bulk {
    stop: watch::Sender<bool>,
}

impl Bulk {
    /// Begins; `done` is told how far it has come, and at last that it is over. Needs a tokio runtime.
    pub(super) fn begin(job: BulkJob, store: Handle, own: Vec<SocketAddr>, done: mpsc::Sender<Done>) -> Self {
        let BulkJob { seqs, target, rate } = job;
        let stop = watch::Sender::new(false);
        let sender = Arc::new(Sender { store, target, own, stopped: stop.subscribe() });
        tokio::spawn(sender.send_all(seqs, rate, done));
        Self { stop }
    }

    /// Begins no more of it, and cancels those that wait for an answer.
    pub(super) fn stop(&self) {
        self.stop.send_replace(true);
    }
}

/// Sends captures one by one.
struct Sender {
    store: Handle,
    target: Target,
    own: Vec<SocketAddr>,
    stopped: watch::Receiver<bool>,
}

impl Sender {
    async fn send_all(self: Arc<Self>, seqs: Vec<Seq>, rate: Option<Rate>, done: mpsc::Sender<Done>) {
        let mut progress = Progress { of: seqs.len(), ..Progress::default() };
        let stopped = self.stopped();
        let jobs = stream::iter(seqs).map(move |seq| self.clone().send(seq));
        let mut sent = pin!(paced(jobs, rate, stopped));
        while let Some(sent) = sent.next().await {
            progress.count(sent);
            // Word of progress that finds no room is not worth waiting for.
            let _ = done.try_send(Done::Msg(Box::new(Msg::BulkProgress(progress.clone()))));
        }
        progress.is_over = true;
        // Nobody is left to be told once the screen is gone.
        let _ = done.send(Done::Msg(Box::new(Msg::BulkProgress(progress)))).await;
    }

    async fn send(self: Arc<Self>, seq: Seq) -> Result<Exchange, String> {
        let capture = self.store.get(seq).ok_or_else(|| format!("#{seq} is no longer held"))?;
        let outgoing = outgoing(&capture, &self.target, &self.own).map_err(|error| format!("#{seq}: {error}"))?;
        drop(capture);
        let target = self.target.clone();
        let made = spawn_blocking(move || Ready::new(ExchangeId::next(), ExchangeKind::Resend, target, outgoing)).await;
        let ready = made.map_err(|error| format!("#{seq}: {error}"))?;
        Ok(ready.go_in(&self.store, seq, &Client::default(), &self.own, self.stopped()).await)
    }

    /// Is over when the user stops it, and never if nobody can any more.
    fn stopped(&self) -> impl Future<Output = ()> + use<> {
        let mut stopped = self.stopped.clone();
        async move {
            if stopped.wait_for(|on| *on).await.is_err() {
                pending::<()>().await;
            }
        }
    }
}
