//! Targets over TLS, with certificates of our own.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::TlsAcceptor;

use bytes::Bytes;
use hookglass::send::{Client, Target, Trust};
use hookglass::wire::Outcome;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::resending::{SIMPLE, failure, impatient, outcome};
use crate::targets::{OK, answer, held, serve_at_once};

#[tokio::test]
async fn an_https_target_gets_the_same_bytes() {
    let (target, received, root) = serve_tls("localhost").await;
    let client = Client { trust: Trust::Roots(Arc::new([root])), ..Client::default() };
    let head = "POST /x HTTP/1.1\r\nX-Dup: 1\r\nHost: h\r\nx-dup: 2\r\ncontent-length: 2\r\n\r\n";
    let Outcome::Answered(answer) = outcome(client, &target, head.as_bytes(), b"{}").await else { panic!() };
    assert_eq!((answer.status, &answer.body[..]), (200, &b"ok"[..]));
    assert!(!answer.timing.tls.is_zero());
    let expected = head.replace("Host: h", &format!("Host: {}", target.authority()));
    assert_eq!(received.await.unwrap(), [expected.as_bytes(), b"{}"].concat());
}

#[tokio::test]
async fn a_certificate_that_cannot_be_trusted_is_told_in_plain_words() {
    let (stranger, _, _) = serve_tls("localhost").await;
    let message = failure(Client::default(), &stranger, SIMPLE).await;
    assert!(message.starts_with("the certificate of localhost is not trusted here"), "{message}");

    let (other, _, root) = serve_tls("elsewhere.example").await;
    let trusting = Client { trust: Trust::Roots(Arc::new([root])), ..Client::default() };
    let message = failure(trusting, &other, SIMPLE).await;
    let expected = format!("the certificate of {} is for another name than localhost", other.authority());
    assert_eq!(message, expected);
}

#[tokio::test]
async fn https_to_a_plain_port_says_so() {
    let (plain, _) = serve_at_once(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let target: Target = plain.to_string().replace("http://", "https://").parse().unwrap();
    let message = failure(Client::default(), &target, SIMPLE).await;
    assert_eq!(message, format!("{} does not speak TLS: use http://", target.authority()));
}

#[tokio::test]
async fn a_handshake_without_end_is_given_up() {
    let (silent, _held) = held(b"").await;
    let target: Target = silent.to_string().replace("http://", "https://").parse().unwrap();
    let message = failure(impatient(), &target, SIMPLE).await;
    assert_eq!(message, format!("{} did not finish the TLS handshake within 200 ms", target.authority()));
}

/// Answers one connection over TLS with a certificate for that name; it is its own root.
async fn serve_tls(name: &str) -> (Target, JoinHandle<Vec<u8>>, Bytes) {
    let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let root = Bytes::copy_from_slice(made.cert.der());
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![CertificateDer::from(root.to_vec())], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = format!("https://localhost:{}", listener.local_addr().unwrap().port()).parse().unwrap();
    let received = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let Ok(mut stream) = TlsAcceptor::from(Arc::new(config)).accept(stream).await else { return Vec::new() };
        answer(&mut stream, OK).await
    });
    (target, received, root)
}
