//! Sending a capture again: a pending exchange appears in the store, and its outcome takes its place.

use std::future::pending;
use std::net::SocketAddr;

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

use super::{Client, NotSendable, Outgoing, Target};
use crate::store::{Capture, Handle, Seq};
use crate::wire::{Exchange, ExchangeId, ExchangeKind, Outcome};

/// A request on its way. Dropping this lets it go on.
#[derive(Debug)]
pub struct Sending {
    /// The exchange that the store has or soon will have.
    pub id: ExchangeId,
    cancel: oneshot::Sender<()>,
}

impl Sending {
    /// Closes its connection and records it as cancelled, unless it is over already.
    pub fn cancel(self) {
        // Nobody listens when it is over.
        let _ = self.cancel.send(());
    }
}

/// Sends a capture to a target from a task of its own, which puts the exchange into the store and keeps it current.
/// `own` are the addresses of our own listener. Never blocks; needs a tokio runtime.
pub fn resend(
    store: &Handle,
    capture: &Capture,
    target: &Target,
    kind: ExchangeKind,
    own: &[SocketAddr],
) -> Result<Sending, NotSendable> {
    resend_with(Client::default(), store, capture, target, kind, own)
}

/// The same with a client's own limits and trust.
pub fn resend_with(
    client: Client,
    store: &Handle,
    capture: &Capture,
    target: &Target,
    kind: ExchangeKind,
    own: &[SocketAddr],
) -> Result<Sending, NotSendable> {
    let outgoing = outgoing(capture, target, own)?;
    let (cancel, cancelled) = oneshot::channel();
    let sending = Sending { id: ExchangeId::next(), cancel };
    let (store, seq, target, own) = (store.clone(), capture.seq, target.clone(), own.to_vec());
    let id = sending.id;
    tokio::spawn(async move {
        // The hash of a large body takes longer than a frame may, so whoever asked does not wait for it.
        let made = spawn_blocking(move || Ready::new(id, kind, target, outgoing)).await;
        // It cannot be had only when the program ends.
        let Ok(ready) = made else { return };
        let cancelled = async {
            if cancelled.await.is_err() {
                pending().await
            }
        };
        ready.go_in(&store, seq, &client, &own, cancelled).await;
    });
    Ok(sending)
}

/// A capture as it is sent to a target that is not our own listener.
pub(crate) fn outgoing(capture: &Capture, target: &Target, own: &[SocketAddr]) -> Result<Outgoing, NotSendable> {
    if let Some(refusal) = &capture.refused {
        return Err(NotSendable::Refused { status: refusal.status });
    }
    if target.is_one_of(own) {
        return Err(NotSendable::Loop(target.to_string()));
    }
    Outgoing::of(&capture.delivery, target)
}

/// A request that is ready to go, and its exchange as it stands until it is over.
#[derive(Debug)]
pub(crate) struct Ready {
    target: Target,
    outgoing: Outgoing,
    exchange: Exchange,
}

impl Ready {
    /// Hashes the body; that of a large one takes its time.
    pub(crate) fn new(id: ExchangeId, kind: ExchangeKind, target: Target, outgoing: Outgoing) -> Self {
        let exchange = Exchange {
            id,
            kind,
            target: target.to_string(),
            started_at: Timestamp::now(),
            sent: outgoing.head.clone(),
            sent_sha256: Sha256::digest(&outgoing.body).into(),
            outcome: Outcome::Pending,
        };
        Self { target, outgoing, exchange }
    }

    /// The exchange, pending.
    pub(crate) fn exchange(&self) -> &Exchange {
        &self.exchange
    }

    /// Sends it and waits until that is over; the exchange as it stands then.
    pub(crate) async fn go(self, client: &Client, own: &[SocketAddr]) -> Exchange {
        let Self { target, outgoing, exchange } = self;
        let outcome = match client.send(&target, &outgoing, own).await {
            Ok(answer) => Outcome::Answered(Box::new(answer)),
            Err(failure) => Outcome::Failed(failure),
        };
        Exchange { outcome, ..exchange }
    }

    /// The same with the exchange kept current in the store. Cancelled, its connection is closed.
    pub(crate) async fn go_in(
        self,
        store: &Handle,
        seq: Seq,
        client: &Client,
        own: &[SocketAddr],
        cancelled: impl Future<Output = ()>,
    ) -> Exchange {
        store.put_exchange(seq, self.exchange.clone());
        let stopped = Exchange { outcome: Outcome::Cancelled, ..self.exchange.clone() };
        let over = tokio::select! {
            over = self.go(client, own) => over,
            () = cancelled => stopped,
        };
        store.put_exchange(seq, over.clone());
        over
    }
}
