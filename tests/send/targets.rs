//! Targets that behave well, badly, or not at all.

use bytes::Bytes;
use hookglass::send::Target;
use hookglass::wire::Head;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

pub(crate) const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

pub(crate) fn target_of(listener: &TcpListener) -> Target {
    format!("http://{}", listener.local_addr().unwrap()).parse().unwrap()
}

/// An address that nothing listens on any more.
pub(crate) async fn nobody() -> Target {
    target_of(&TcpListener::bind("127.0.0.1:0").await.unwrap())
}

/// Reads one request, answers it with these bytes and closes; gives back what it received.
pub(crate) async fn serve(raw: &'static [u8]) -> (Target, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = target_of(&listener);
    let received = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        answer(&mut stream, raw).await
    });
    (target, received)
}

/// Answers without having read a request.
#[cfg(feature = "tls")]
pub(crate) async fn serve_at_once(raw: &'static [u8]) -> (Target, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = target_of(&listener);
    let done = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(raw).await.unwrap();
        let _ = stream.read_to_end(&mut Vec::new()).await;
    });
    (target, done)
}

pub(crate) async fn answer(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), raw: &[u8]) -> Vec<u8> {
    let received = read_request(stream).await;
    stream.write_all(raw).await.unwrap();
    stream.shutdown().await.unwrap();
    received
}

/// Answers with these bytes and then holds the connection open, which it hands out.
pub(crate) async fn held(raw: &'static [u8]) -> (Target, tokio::sync::mpsc::Receiver<TcpStream>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = target_of(&listener);
    let (hand_out, connections) = tokio::sync::mpsc::channel(4);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.write_all(raw).await.unwrap();
            hand_out.send(stream).await.unwrap();
        }
    });
    (target, connections)
}

/// Answers with `begin` and then `again` for as long as it is listened to.
pub(crate) async fn endless(begin: &'static [u8], again: &'static [u8]) -> Target {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = target_of(&listener);
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(begin).await.unwrap();
        while stream.write_all(again).await.is_ok() {}
    });
    target
}

/// Does with its first connection what it is told.
pub(crate) async fn serve_as<Serving: Future<Output = ()> + Send + 'static>(
    serve: impl FnOnce(TcpStream) -> Serving + Send + 'static,
) -> Target {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = target_of(&listener);
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        serve(stream).await;
    });
    target
}

/// Answers with `begin` and then `again`, a little at a time, for as long as it is listened to.
pub(crate) async fn trickle(begin: &'static [u8], again: &'static [u8]) -> Target {
    serve_as(move |mut stream| async move {
        read_request(&mut stream).await;
        stream.write_all(begin).await.unwrap();
        let mut pace = tokio::time::interval(std::time::Duration::from_millis(5));
        while stream.write_all(again).await.is_ok() {
            pace.tick().await;
        }
    })
    .await
}

/// The bytes of one request, of which `content-length` tells the end.
pub(crate) async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> Vec<u8> {
    let mut received = Vec::new();
    loop {
        let end = memchr::memmem::find(&received, b"\r\n\r\n").map(|at| at + 4);
        let length = end.map(|end| {
            let head = Head::parse(Bytes::copy_from_slice(&received[..end]));
            end + head.get_str("content-length").map_or(0, |length| length.parse().unwrap())
        });
        if length.is_some_and(|length| received.len() >= length) || stream.read_buf(&mut received).await.unwrap() == 0 {
            return received;
        }
    }
}
