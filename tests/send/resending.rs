//! Captures, and what becomes of sending them.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use hookglass::send::{Client, Limits, NotSendable, Sending, Target, Trust, resend_with};
use hookglass::store::{self, Capture, Conclusion, Handle, Reply, Seq};
use hookglass::wire::{Answer, Delivery, Exchange, ExchangeId, ExchangeKind, Extent, Head, Outcome};
use jiff::Timestamp;

pub(crate) const SIMPLE: &[u8] = b"POST /hooks HTTP/1.1\r\nhost: h\r\n\r\n";

/// For targets that never answer: patience short enough to wait out.
pub(crate) fn impatient() -> Client {
    Client { limits: Limits { total: Duration::from_millis(200), ..Limits::default() }, trust: Trust::Platform }
}

pub(crate) fn capture(head: &[u8], body: &[u8]) -> Capture {
    let delivery = Delivery {
        received_at: Timestamp::UNIX_EPOCH,
        peer: None,
        head: Head::parse(Bytes::copy_from_slice(head)),
        body: Bytes::copy_from_slice(body),
        extent: Extent::Whole,
    };
    Capture::new(delivery, Conclusion::unknown(), Reply::of(200))
}

pub(crate) fn stored(capture: Capture) -> (Handle, Seq) {
    let store = Handle::new(store::Limits { count: 10, bytes: 1 << 30 });
    let seq = store.push(capture);
    (store, seq)
}

pub(crate) fn resend_to(
    store: &Handle,
    seq: Seq,
    client: Client,
    target: &Target,
    own: &[SocketAddr],
) -> Result<Sending, NotSendable> {
    resend_with(client, store, &store.get(seq).unwrap(), target, ExchangeKind::Resend, own)
}

/// An exchange once it is over.
pub(crate) async fn finished(store: &Handle, seq: Seq, id: ExchangeId) -> Exchange {
    let mut changes = store.subscribe();
    loop {
        let capture = store.get(seq).unwrap();
        let exchange = capture.exchanges.iter().find(|exchange| exchange.id == id);
        if let Some(exchange) = exchange.filter(|exchange| !matches!(exchange.outcome, Outcome::Pending)) {
            return Exchange::clone(exchange);
        }
        changes.changed().await.unwrap();
    }
}

pub(crate) async fn outcome(client: Client, target: &Target, head: &[u8], body: &[u8]) -> Outcome {
    let (store, seq) = stored(capture(head, body));
    let sending = resend_to(&store, seq, client, target, &[]).unwrap();
    finished(&store, seq, sending.id).await.outcome
}

pub(crate) async fn answered(target: &Target, head: &[u8], body: &[u8]) -> (Exchange, Answer) {
    let (store, seq) = stored(capture(head, body));
    let sending = resend_to(&store, seq, Client::default(), target, &[]).unwrap();
    let exchange = finished(&store, seq, sending.id).await;
    match &exchange.outcome {
        Outcome::Answered(answer) => (exchange.clone(), Answer::clone(answer)),
        other => panic!("no answer: {other:?}"),
    }
}

pub(crate) async fn failure(client: Client, target: &Target, head: &[u8]) -> String {
    match outcome(client, target, head, b"").await {
        Outcome::Failed(failure) => failure.message,
        other => panic!("no failure: {other:?}"),
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).into()
}
