//! Every delivery goes on as it arrives, and the answer comes back.
//!
//! What is begun is finished, whether or not the sender waits for it. So that handlers that never answer cannot use up
//! all of the listener's connections, only so many forwards are under way at once; those beyond fail at once, and
//! nothing queues.
//!
//! A delivery that goes round would do so without end. Our own addresses and public URL are refused as targets; what
//! comes back another way, through a tunnel or a proxy that nobody told us of, is known by the `Via` field that forwards
//! to other machines carry (RFC 9110 §7.6.3), and goes no further. Forwards on this machine carry none, so that a handler
//! there gets exactly what came, unless the same goes there over and over: a proxy here may lead back to us, too.

use std::hash::{BuildHasher, RandomState};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use jiff::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::hold::{Given, Holds};
use super::reply::Rule;
use super::rounds::Rounds;
use crate::send::{self, Client, Outgoing, Ready, Target};
use crate::store::{Handle, Seq};
use crate::text;
use crate::wire::{Answer, Delivery, Exchange, ExchangeId, ExchangeKind, Failure, Head, Outcome};

/// How many forwards are under way at once: far fewer than the listener has connections.
pub(super) const MOST: usize = 64;

/// What forwards have in common.
#[derive(Debug)]
pub(super) struct Forwarding {
    client: Client,
    /// Whether senders hear the answer of the first target.
    relays: bool,
    /// What they hear when it does not answer.
    fallback: Rule,
    own: Vec<SocketAddr>,
    /// What `Via` says of this run.
    via: String,
    rounds: Rounds,
    room: Arc<Semaphore>,
}

/// A forward that has its place in a capture: on its way, or over before it began.
#[derive(Debug)]
pub(super) struct Errand {
    exchange: Exchange,
    ready: Option<(Ready, OwnedSemaphorePermit)>,
}

/// Whoever waits for what the first target answers.
pub(super) type Asker = oneshot::Sender<Given>;

impl Forwarding {
    pub(super) fn new(timeout: Duration, relays: bool, fallback: Rule, own: Vec<SocketAddr>) -> Self {
        let client = Client::waiting(timeout);
        let run = RandomState::new().hash_one(std::process::id());
        let via = format!("hookglass-{run:016x}");
        let (rounds, room) = (Rounds::new(Instant::now()), Arc::new(Semaphore::new(MOST)));
        Self { client, relays, fallback, own, via, rounds, room }
    }

    /// Whether senders hear the answer of the first target.
    pub(super) fn relays(&self) -> bool {
        self.relays
    }

    /// Makes a delivery ready to go to each target. Hashes its body, so that a large one takes its time.
    pub(super) fn begin(&self, delivery: &Delivery, targets: &[Target]) -> Vec<Errand> {
        targets.iter().map(|target| self.errand(delivery, target)).collect()
    }

    fn errand(&self, delivery: &Delivery, target: &Target) -> Errand {
        match self.prepare(delivery, target) {
            Ok((ready, room)) => Errand { exchange: ready.exchange().clone(), ready: Some((ready, room)) },
            Err(message) => Errand { exchange: not_sent(target, message), ready: None },
        }
    }

    fn prepare(&self, delivery: &Delivery, target: &Target) -> Result<(Ready, OwnedSemaphorePermit), String> {
        if self.has_come_back(&delivery.head) {
            return Err(format!(
                "not forwarded: this delivery was forwarded from here and came back, so {} leads to this hookglass",
                text::visible(&target.to_string())
            ));
        }
        let mut outgoing = Outgoing::of(delivery, target).map_err(|problem| format!("not forwarded: {problem}"))?;
        if !target.is_loopback() || self.rounds.is_suspect(&outgoing, target, Instant::now()) {
            outgoing = outgoing.with_field("Via", &format!("1.1 {}", self.via));
        }
        let room = self.room.clone().try_acquire_owned().map_err(|_| {
            format!("not forwarded: {MOST} forwards wait for an answer already, and more would hold up the listener")
        })?;
        Ok((Ready::new(ExchangeId::next(), ExchangeKind::Forward, target.clone(), outgoing), room))
    }

    fn has_come_back(&self, head: &Head) -> bool {
        head.get_all("via").any(|value| memchr::memmem::find(value, self.via.as_bytes()).is_some())
    }

    /// What a sender hears whose delivery came to that.
    fn given(&self, over: &Exchange, holds: &Holds) -> Given {
        let relayed = match &over.outcome {
            Outcome::Answered(answer) => relay(answer, over.sent.method()),
            _ => None,
        };
        match relayed {
            Some(response) => Given::relayed(response),
            None if self.fallback.takes() => self.fallback.give(holds),
            None => Given::status(StatusCode::BAD_GATEWAY),
        }
    }
}

impl Errand {
    /// The exchange as it stands now.
    pub(super) fn exchange(&self) -> &Exchange {
        &self.exchange
    }
}

impl Default for Forwarding {
    fn default() -> Self {
        let fallback = Rule::status(StatusCode::BAD_GATEWAY);
        Self::new(Duration::from_secs(30), true, fallback, Vec::new())
    }
}

/// Carries the forwards of a capture out, each in a task of its own, and keeps their exchanges current. Who asks is told
/// what the sender is to hear, and so is the capture.
pub(super) fn carry_out(
    forwarding: &Arc<Forwarding>,
    (store, holds): (&Handle, &Holds),
    seq: Seq,
    errands: Vec<Errand>,
    mut asker: Option<Asker>,
) {
    for errand in errands {
        let (forwarding, store, holds, asker) = (forwarding.clone(), store.clone(), holds.clone(), asker.take());
        tokio::spawn(async move {
            let over = match errand.ready {
                Some((ready, _room)) => ready.go(&forwarding.client, &forwarding.own).await,
                None => errand.exchange,
            };
            let given = asker.map(|asker| (asker, forwarding.given(&over, &holds)));
            store.put_exchange(seq, over);
            if let Some((asker, given)) = given {
                store.put_reply(seq, given.reply);
                // A sender that has gone hears nothing.
                let _ = asker.send(given);
            }
        });
    }
}

/// The answer of a target as an answer of ours, where all of it is there and HTTP lets it be one.
fn relay(answer: &Answer, method: &str) -> Option<Response> {
    if !answer.ending.is_whole() || !(200..600).contains(&answer.status) {
        return None;
    }
    let mut response = Response::new(Body::from(answer.body.clone()));
    *response.status_mut() = StatusCode::from_u16(answer.status).ok()?;
    // A length belongs to the body, which is framed anew; after HEAD it tells of one that was left out.
    let tells_of_another = method == "HEAD";
    for field in send::end_to_end(&answer.head) {
        let name = HeaderName::from_bytes(field.name.as_bytes()).ok()?;
        if name != header::CONTENT_LENGTH || tells_of_another {
            response.headers_mut().append(name, HeaderValue::from_bytes(field.value).ok()?);
        }
    }
    Some(response)
}

/// The exchange of a forward that was over before it began.
fn not_sent(target: &Target, message: String) -> Exchange {
    Exchange {
        id: ExchangeId::next(),
        kind: ExchangeKind::Forward,
        target: target.to_string(),
        started_at: Timestamp::now(),
        sent: Head::parse(bytes::Bytes::new()),
        sent_sha256: [0; 32],
        outcome: Outcome::Failed(Failure { message, after: Duration::ZERO }),
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::wire::Extent;

    fn delivery(head: &str) -> Delivery {
        let head = Head::parse(Bytes::copy_from_slice(head.as_bytes()));
        Delivery { received_at: Timestamp::UNIX_EPOCH, peer: None, head, body: Bytes::new(), extent: Extent::Whole }
    }

    #[test]
    fn what_leaves_this_machine_is_known_when_it_comes_back() {
        let forwarding = Forwarding::default();
        let targets = ["192.0.2.1", "example.com", "localhost:3000", "[::1]:3000"].map(|it| it.parse().unwrap());
        let errands = forwarding.begin(&delivery("POST / HTTP/1.1\r\nvia: 1.0 fred\r\n\r\n"), &targets);
        let via = |errand: &Errand| -> Vec<String> {
            let values = errand.exchange().sent.get_all("via").map(|value| String::from_utf8_lossy(value).into_owned());
            values.collect()
        };
        let ours = format!("1.1 {}", forwarding.via);
        let (away, here) = (vec!["1.0 fred".to_owned(), ours.clone()], vec!["1.0 fred".to_owned()]);
        assert_eq!(errands.iter().map(via).collect::<Vec<_>>(), [away.clone(), away, here.clone(), here]);

        for line in [format!("Via: {ours}"), format!("VIA: 1.1 a, {ours} (tunnel), 1.1 b")] {
            let again = forwarding.begin(&delivery(&format!("POST / HTTP/1.1\r\n{line}\r\n\r\n")), &targets[..1]);
            let expected = "not forwarded: this delivery was forwarded from here and came back, so http://192.0.2.1 leads to this hookglass";
            assert_eq!((again[0].exchange().error(), again[0].ready.is_none()), (Some(expected), true), "{line}");
        }
        let other_run =
            Forwarding::default().begin(&delivery(&format!("POST / HTTP/1.1\r\nVia: {ours}\r\n\r\n")), &targets[..1]);
        assert_eq!(other_run[0].exchange().error(), None, "another run of this program may forward to us");
    }

    #[test]
    fn what_finds_no_room_does_not_wait_for_it() {
        let forwarding = Forwarding::default();
        let targets = vec!["localhost:3000".parse().unwrap(); MOST + 1];
        let errands = forwarding.begin(&delivery("POST / HTTP/1.1\r\n\r\n"), &targets);
        let failed: Vec<_> = errands.iter().map(|errand| errand.exchange().error().is_some()).collect();
        assert_eq!(failed.iter().filter(|failed| **failed).count(), 1);
        drop(errands);
        let again = forwarding.begin(&delivery("POST / HTTP/1.1\r\n\r\n"), &targets[..1]);
        assert_eq!(again[0].exchange().error(), None);
    }
}
