//! The public URL: what the agents' local APIs tell, and where a self-test stops, over real sockets.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hookglass::listen::{self, Control, Nonces, State};
use hookglass::provider::Catalog;
use hookglass::send::{Client, Limits, Target};
use hookglass::store::{self, Handle, Knowledge};
use hookglass::tunnel::{Agents, Asked, End, Leg, Trial, test};
use hookglass::verify::Secrets;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

const NOT_FOUND: &str = "HTTP/1.1 404 Not Found\r\ncontent-length: 4\r\n\r\nnope";

/// A listener of ours, and the nonces that it knows.
struct Ours {
    address: SocketAddr,
    store: Handle,
    nonces: Nonces,
}

async fn ours() -> Ours {
    let (store, nonces) = (Handle::new(store::Limits { count: 100, bytes: 1 << 20 }), Nonces::default());
    let knowledge = watch::Sender::new(Arc::new(Knowledge::new(Catalog::builtin(), Secrets::default()))).subscribe();
    let limits = listen::Limits::default();
    let state = State { store: store.clone(), knowledge, control: Control::default(), limits, nonces: nonces.clone() };
    let bound = listen::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = bound.local_addr();
    tokio::spawn(bound.serve(state, std::future::pending()));
    Ours { address, store, nonces }
}

/// A server on a free port that gives each connection to `serve`.
async fn serving<F: Future<Output = ()> + Send + 'static>(
    serve: impl Fn(TcpStream) -> F + Send + 'static,
) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    address
}

/// Reads a request without a body; its request line.
async fn read_request(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap().lines().next().unwrap().to_owned()
}

/// A server that answers by path, and everything else with 404.
async fn answering(answers: &'static [(&'static str, &'static str)]) -> SocketAddr {
    serving(move |mut stream| async move {
        let line = read_request(&mut stream).await;
        let path = line.split(' ').nth(1).unwrap();
        let body = answers.iter().find(|(at, _)| *at == path).map(|(_, body)| body);
        let answer = body.map_or(NOT_FOUND.to_owned(), |body| {
            format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len())
        });
        stream.write_all(answer.as_bytes()).await.unwrap();
    })
    .await
}

async fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

const OWN: &str = "127.0.0.1:4665";

async fn asked(ngrok: &[SocketAddr], cloudflared: &[SocketAddr]) -> Asked {
    let ports = |addresses: &[SocketAddr]| addresses.iter().map(SocketAddr::port).collect();
    Agents { ngrok: ports(ngrok), cloudflared: ports(cloudflared) }.ask(OWN.parse().unwrap()).await
}

#[tokio::test]
async fn agents_tell_their_urls_and_strangers_are_known_as_such() {
    let ngrok = answering(&[(
        "/api/tunnels",
        r#"{"tunnels":[{"public_url":"https://abc.ngrok.app","config":{"addr":"http://localhost:4665"}}]}"#,
    )])
    .await;
    let cloudflared = answering(&[
        ("/quicktunnel", r#"{"hostname":"a-b.trycloudflare.com"}"#),
        (
            "/config",
            r#"{"version":0,"config":{"ingress":[{"hostname":"","path":null,"service":"http://localhost:9"}]}}"#,
        ),
    ])
    .await;
    let old_cloudflared = answering(&[("/quicktunnel", r#"{"hostname":"c-d.trycloudflare.com"}"#)]).await;
    let stranger = answering(&[]).await;
    let Asked { found, strangers } =
        asked(&[nobody().await, stranger, ngrok], &[cloudflared, old_cloudflared, nobody().await]).await;
    let told: Vec<_> = found.iter().map(|one| format!("{} by {}: {:?}", one.url, one.agent, one.leads)).collect();
    let expected = [
        "https://abc.ngrok.app by ngrok: Here",
        "https://a-b.trycloudflare.com by cloudflared: Elsewhere(\"http://localhost:9\")",
        "https://c-d.trycloudflare.com by cloudflared: Unsaid",
    ];
    assert_eq!(told, expected);
    assert_eq!((found[0].api, strangers), (ngrok.port(), BTreeSet::from([stranger.port()])));
}

#[tokio::test]
async fn an_agent_that_never_ends_or_never_answers_is_not_waited_for() {
    let silent = serving(|stream| async move {
        let _held = stream;
        std::future::pending::<()>().await;
    })
    .await;
    let endless = serving(|mut stream| async move {
        read_request(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n{\"tunnels\":[").await;
        while stream.write_all(&[b' '; 4096]).await.is_ok() {}
    })
    .await;
    let Asked { found, strangers } = asked(&[silent, endless], &[silent, endless]).await;
    assert!(found.is_empty());
    assert_eq!(strangers, BTreeSet::from([endless.port()]));
}

#[tokio::test]
async fn our_own_listener_is_not_asked() {
    let ours = ours().await;
    let port = ours.address.port();
    let asked = Agents { ngrok: vec![port], cloudflared: vec![port] }.ask(ours.address).await;
    assert_eq!((asked, ours.store.counts().captured), (Asked::default(), 0));
}

/// A client that gives up soon.
fn client() -> Client {
    let limits = Limits { connect: Duration::from_millis(500), total: Duration::from_millis(1500), body: 1024 };
    Client { limits, ..Client::default() }
}

/// Tests a URL; the legs that were told on the way, and the end.
async fn tried(url: &str, ours: &Ours, client: &Client) -> (Vec<Leg>, Trial) {
    let told = Mutex::new(Vec::new());
    let url: Target = url.parse().unwrap();
    let trial = test(&url, ours.address, client, &ours.nonces, |trial| {
        *told.lock().unwrap() = trial.passed.iter().map(|(leg, _)| *leg).collect();
    })
    .await;
    (told.into_inner().unwrap(), trial)
}

/// Where it stopped, and the words for it.
async fn stopped(url: &str, ours: &Ours) -> (Leg, String) {
    match tried(url, ours, &client()).await.1.end {
        Some(End::Stopped { leg, what, advice }) => (leg, format!("{what} / {advice}")),
        end => panic!("{end:?}"),
    }
}

fn legs(trial: &Trial) -> Vec<Leg> {
    trial.passed.iter().map(|(leg, _)| *leg).collect()
}

/// A tunnel that passes bytes to an address.
async fn tunnel_to(address: SocketAddr) -> SocketAddr {
    serving(move |mut stream| async move {
        if let Ok(mut onward) = TcpStream::connect(address).await {
            let _ = copy_bidirectional(&mut stream, &mut onward).await;
        }
    })
    .await
}

#[tokio::test]
async fn a_tunnel_that_works_is_passed_leg_by_leg_and_nothing_is_captured() {
    let ours = ours().await;
    let tunnel = tunnel_to(ours.address).await;
    let (told, trial) = tried(&format!("http://{tunnel}/in"), &ours, &Client::default()).await;
    assert_eq!(trial.end, Some(End::Works), "{trial:?}");
    assert_eq!(legs(&trial), [Leg::Lookup, Leg::Connect, Leg::There, Leg::Back]);
    assert!(told.starts_with(&[Leg::Lookup, Leg::Connect]), "{told:?}");
    assert_eq!(ours.store.counts().captured, 0);
}

#[tokio::test]
async fn where_a_test_stops_is_said_with_what_to_do() {
    let ours = ours().await;
    let own = ours.address;
    let (leg, words) = stopped("http://no-such-name.invalid", &ours).await;
    assert!(leg == Leg::Lookup && words.contains("no-such-name.invalid"), "{leg:?} {words}");

    let gone = nobody().await;
    let (leg, words) = stopped(&format!("http://{gone}"), &ours).await;
    assert_eq!(leg, Leg::Connect);
    assert!(words.starts_with(&format!("nothing listens on {gone} / Is the tunnel still up")), "{words}");

    let (leg, words) = stopped(&format!("http://{}", tunnel_to(nobody().await).await), &ours).await;
    assert_eq!(leg, Leg::There);
    assert!(words.contains("closed the connection") && words.contains(&format!("forward to {own}?")), "{words}");

    let (leg, words) = stopped(&format!("http://{}", answering(&[]).await), &ours).await;
    assert_eq!(leg, Leg::There);
    assert!(words.starts_with("somebody else answered 404 / "), "{words}");
}

#[tokio::test]
async fn an_answer_that_is_lost_or_replaced_is_told_from_a_request_that_is() {
    let ours = ours().await;
    let own = ours.address;
    let replacing = |answer: Option<&'static str>| {
        serving(move |mut stream| async move {
            let mut onward = TcpStream::connect(own).await.unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                request.push(stream.read_u8().await.unwrap());
            }
            onward.write_all(&request).await.unwrap();
            onward.read_u8().await.unwrap();
            match answer {
                Some(answer) => stream.write_all(answer.as_bytes()).await.unwrap(),
                None => std::future::pending().await,
            }
        })
    };
    let (leg, words) = stopped(&format!("http://{}", replacing(Some(NOT_FOUND)).await), &ours).await;
    assert_eq!(leg, Leg::Back);
    assert!(words.starts_with("it arrived here, but what came back is 404"), "{words}");
    let (leg, words) = stopped(&format!("http://{}", replacing(None).await), &ours).await;
    assert_eq!(leg, Leg::Back);
    assert!(words.contains("did not answer within 1.5 s / The request arrived, our answer did not"), "{words}");
}

#[cfg(feature = "tls")]
mod over_tls {
    use bytes::Bytes;
    use hookglass::send::Trust;
    use rustls::ServerConfig;
    use rustls::crypto::ring;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
    use tokio_rustls::TlsAcceptor;

    use super::*;

    /// A proxy that ends TLS for localhost and passes the rest on; its certificate is its own root.
    async fn proxy_to(address: SocketAddr) -> (String, Bytes) {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let root = Bytes::copy_from_slice(made.cert.der());
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![CertificateDer::from(root.to_vec())], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let proxy = serving(move |stream| {
            let acceptor = acceptor.clone();
            async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let mut onward = TcpStream::connect(address).await.unwrap();
                let _ = copy_bidirectional(&mut stream, &mut onward).await;
            }
        })
        .await;
        (format!("https://localhost:{}", proxy.port()), root)
    }

    #[tokio::test]
    async fn tls_is_a_leg_of_its_own() {
        let ours = ours().await;
        let (url, root) = proxy_to(ours.address).await;
        let trusting = Client { trust: Trust::Roots(Arc::new([root])), ..Client::default() };
        let (_, trial) = tried(&url, &ours, &trusting).await;
        assert_eq!(trial.end, Some(End::Works), "{trial:?}");
        assert_eq!(legs(&trial), [Leg::Lookup, Leg::Connect, Leg::Tls, Leg::There, Leg::Back]);

        let (leg, words) = stopped(&url, &ours).await;
        assert_eq!(leg, Leg::Tls);
        assert!(words.starts_with("the certificate of localhost is not trusted here"), "{words}");
    }
}
