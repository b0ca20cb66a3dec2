//! A request of a self-test is no delivery; whatever only looks like one is.

use std::time::Duration;

use hookglass::listen::Limits;

use crate::listener::{Listener, status};

const PATIENCE: Duration = Duration::from_secs(20);

fn request(nonce: &str) -> String {
    format!("POST / HTTP/1.1\r\nhost: h\r\nx-hookglass-NONCE: {nonce}\r\ncontent-length: 0\r\n\r\n")
}

#[tokio::test]
async fn an_awaited_nonce_is_answered_and_not_captured() {
    let listener = Listener::start(Limits::default()).await;
    let mut awaited = listener.nonces.expect(PATIENCE).unwrap();
    assert_eq!(status(&listener.send(request(awaited.nonce())).await), 204);
    tokio::time::timeout(PATIENCE, awaited.arrival()).await.expect("nobody was told");
    assert_eq!(listener.store.counts().captured, 0);
}

#[tokio::test]
async fn a_nonce_that_nobody_awaits_is_a_delivery_like_any_other() {
    let listener = Listener::start(Limits::default()).await;
    let awaited = listener.nonces.expect(PATIENCE).unwrap();
    assert_eq!(status(&listener.send(request("0123456789abcdef0123456789abcdef")).await), 200);
    assert_eq!(listener.capture().await.delivery.head.get("x-hookglass-nonce").map(<[u8]>::len), Some(32));
    assert_eq!(status(&listener.send(request(awaited.nonce())).await), 204);
    assert_eq!(status(&listener.send(request(awaited.nonce())).await), 200, "it counts once");
    listener.captures(2).await;
}
