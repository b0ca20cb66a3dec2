//! Sending a capture again: an exchange appears in the store at once, and its outcome takes its place.

use std::net::SocketAddr;

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tokio::sync::oneshot;

use super::{Client, NotSendable, Outgoing, Target};
use crate::store::{Capture, Handle};
use crate::wire::{Exchange, ExchangeId, ExchangeKind, Outcome};

/// A request on its way. Dropping this lets it go on.
#[derive(Debug)]
pub struct Sending {
    /// The exchange in the store.
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

/// Sends a capture to a target from a task of its own; the exchange is in the store when this returns. `own` are the
/// addresses of our own listener. Needs a tokio runtime.
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
    if let Some(refusal) = &capture.refused {
        return Err(NotSendable::Refused { status: refusal.status });
    }
    if target.is_one_of(own) {
        return Err(NotSendable::Loop(target.to_string()));
    }
    let outgoing = Outgoing::of(&capture.delivery, target)?;
    let exchange = Exchange {
        id: ExchangeId::next(),
        kind,
        target: target.to_string(),
        started_at: Timestamp::now(),
        sent_sha256: Sha256::digest(&outgoing.body).into(),
        outcome: Outcome::Pending,
    };
    let (cancel, cancelled) = oneshot::channel();
    let sending = Sending { id: exchange.id, cancel };
    store.put_exchange(capture.seq, exchange.clone());
    let (store, seq, target, own) = (store.clone(), capture.seq, target.clone(), own.to_vec());
    tokio::spawn(async move {
        let outcome = tokio::select! {
            sent = client.send(&target, &outgoing, &own) => match sent {
                Ok(answer) => Outcome::Answered(Box::new(answer)),
                Err(failure) => Outcome::Failed(failure),
            },
            Ok(()) = cancelled => Outcome::Cancelled,
        };
        store.put_exchange(seq, Exchange { outcome, ..exchange });
    });
    Ok(sending)
}
