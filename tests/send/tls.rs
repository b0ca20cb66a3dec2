//! Targets over TLS, with certificates of our own.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::TlsAcceptor;

use bytes::Bytes;
use hookglass::send::{Client, Target, Trust};
use hookglass::wire::Outcome;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::resending::{SIMPLE, failure, impatient, outcome};
use crate::targets::{OK, answer, held, serve_as, serve_at_once};

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
async fn a_certificate_out_of_its_time_is_told_in_plain_words() {
    let cases = [
        ((2001, 2002), "the certificate of localhost has expired"),
        ((2201, 2202), "the certificate of localhost is not valid yet: is this machine's clock right?"),
    ];
    for ((from, to), expected) in cases {
        let mut parameters = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
        parameters.not_before = rcgen::date_time_ymd(from, 1, 1);
        parameters.not_after = rcgen::date_time_ymd(to, 1, 1);
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = parameters.self_signed(&key).unwrap();
        let (target, _) = serve_certificate(certificate.der().to_vec(), key.serialize_der(), &[]).await;
        let root = Bytes::copy_from_slice(certificate.der());
        let client = Client { trust: Trust::Roots(Arc::new([root])), ..Client::default() };
        assert_eq!(failure(client, &target, SIMPLE).await, expected);
    }
}

#[tokio::test]
async fn a_certificate_for_signing_others_is_told_with_what_to_do() {
    let mut parameters = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
    // As `openssl req -x509` makes it unless it is told otherwise.
    parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = parameters.self_signed(&key).unwrap();
    let (target, _) = serve_certificate(certificate.der().to_vec(), key.serialize_der(), &[]).await;
    let root = Bytes::copy_from_slice(certificate.der());
    let client = Client { trust: Trust::Roots(Arc::new([root])), ..Client::default() };
    assert_eq!(
        failure(client, &target, SIMPLE).await,
        "the certificate of localhost is for signing others (CA:TRUE), not for a server: \
         `openssl req -x509` wants -addext basicConstraints=critical,CA:FALSE"
    );
}

#[tokio::test]
async fn a_target_that_speaks_http2_only_says_so() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let root = Bytes::copy_from_slice(made.cert.der());
    let (target, _) = serve_certificate(root.to_vec(), made.signing_key.serialize_der(), &[b"h2"]).await;
    let client = Client { trust: Trust::Roots(Arc::new([root])), ..Client::default() };
    let message = failure(client, &target, SIMPLE).await;
    assert_eq!(message, format!("{} speaks HTTP/2 only, and this sends HTTP/1.1", target.authority()));
}

#[tokio::test]
async fn a_target_that_breaks_off_the_handshake_says_so() {
    let closing = serve_as(|mut stream| async move {
        stream.read_exact(&mut [0; 5]).await.unwrap();
    })
    .await;
    let target: Target = closing.to_string().replace("http://", "https://").parse().unwrap();
    let message = failure(Client::default(), &target, SIMPLE).await;
    assert!(message.starts_with(&format!("{} ended the TLS handshake", target.authority())), "{message}");
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
    let (target, received) = serve_certificate(root.to_vec(), made.signing_key.serialize_der(), &[]).await;
    (target, received, root)
}

/// Answers one connection over TLS with that certificate and its key, in one of these protocols.
async fn serve_certificate(certificate: Vec<u8>, key: Vec<u8>, protocols: &[&[u8]]) -> (Target, JoinHandle<Vec<u8>>) {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key));
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![CertificateDer::from(certificate)], key)
        .unwrap();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = format!("https://localhost:{}", listener.local_addr().unwrap().port()).parse().unwrap();
    let received = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let Ok(mut stream) = TlsAcceptor::from(Arc::new(config)).accept(stream).await else { return Vec::new() };
        answer(&mut stream, OK).await
    });
    (target, received)
}
