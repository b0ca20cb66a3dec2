//! Failures that take time to explain are captured at once and explained soon after, and never hold up who sends.

use std::sync::Arc;
use std::time::Duration;

use hookglass::listen::{Control, Limits};
use hookglass::provider::Catalog;
use hookglass::report::{Ended, Follow, Format, follow};
use hookglass::store::{Capture, Knowledge};
use hookglass::verify::{Cause, Secret, Secrets, Status};
use tokio::time::timeout;

use crate::listener::{Listener, status};

const PATIENCE: Duration = Duration::from_secs(60);

/// `printf '{"a":1}' | openssl dgst -sha256 -hmac secret`
const SIGNATURE: &str = "aa9e2e3575f5d7098b6caccd790888c36d5fdb63342a73bada2d6a51747a8494";

async fn listener() -> Listener {
    let catalog = Catalog::builtin();
    let brighten = catalog.get("brighten").unwrap().clone();
    let mut secrets = Secrets::default();
    secrets.add(Some(brighten.id.clone()), Secret::new(b"\"secret\"".to_vec(), "env:OWN"));
    let knowledge = Knowledge::new(catalog, secrets).assuming(Some(brighten));
    Listener::knowing(knowledge, Limits::default(), Control::default()).await
}

/// A delivery of a body that was printed again, checked with a secret in quotes.
fn request(signature: &str) -> String {
    let body = "{\"a\": 1}";
    let length = body.len();
    format!("POST / HTTP/1.1\r\nX-Brighten-Signature: {signature}\r\nContent-Length: {length}\r\n\r\n{body}")
}

async fn settled(listener: &Listener) -> Vec<Arc<Capture>> {
    let mut changed = listener.store.subscribe();
    let all = changed.wait_for(|_| listener.store.all().iter().all(|capture| !capture.is_provisional));
    timeout(PATIENCE, all).await.expect("a failure was never explained").unwrap();
    listener.store.all()
}

#[tokio::test]
async fn what_takes_time_to_explain_is_explained_after_the_answer() {
    let listener = listener().await;
    assert_eq!(status(&listener.send(request(SIGNATURE)).await), 200);
    let capture = settled(&listener).await.remove(0);
    assert_eq!(capture.status(), Some(Status::Failed(Cause::SecretQuoted)));
    assert!(capture.conclusion.verdict.explanation.contains("JSON.stringify"), "{:?}", capture.conclusion.verdict);
}

#[tokio::test]
async fn what_is_written_is_the_last_word() {
    let listener = listener().await;
    listener.send(request(SIGNATURE)).await;
    let wish = Follow {
        format: Format::Ndjson,
        only: None,
        until: None,
        count: Some(1),
        timeout: Some(Duration::from_secs(60)),
        patience: Follow::PATIENCE,
    };
    let mut out = Vec::new();
    let ended = follow(&listener.store, &wish, &mut out, |_| {}, std::future::pending()).await.unwrap();
    let record: serde_json::Value = serde_json::from_slice(&out).unwrap();
    assert_eq!((ended, &record["verdict"]["cause"]), (Ended::Counted, &"secret_quoted".into()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_failures_is_captured_whole_and_settled() {
    let listener = listener().await;
    let wrong = "0".repeat(64);
    for _ in 0..100 {
        assert_eq!(status(&listener.send(request(&wrong)).await), 200);
    }
    let captures = settled(&listener).await;
    assert_eq!(captures.len(), 100);
    let wrong = Some(Status::Failed(Cause::WrongSecret));
    assert!(captures.iter().all(|capture| capture.status() == wrong));
    let last = &captures[99].conclusion.verdict;
    assert!(!last.wants_more(), "the newest is explained whatever came before");
}
