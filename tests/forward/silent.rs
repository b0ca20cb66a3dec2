//! Senders that are not answered, on purpose: over HTTP/1 and HTTP/2, and at no cost to others.

use bytes::Bytes;
use hookglass::listen::Limits;
use hookglass::store::Heard;
use http_body_util::Empty;
use hyper::Request;
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::listener::{Listener, read_to_end, status};
use crate::{PATIENCE, control, heard, listening};

const POST: &str = "POST / HTTP/1.1\r\nhost: h\r\n\r\n";

#[tokio::test]
async fn a_dropped_sender_hears_nothing_and_nothing_was_refused() {
    for reply in ["drop next=1", "drop delay=1ms next=1"] {
        let listener = listening(&format!("reply = '{reply}'")).await;
        assert_eq!(listener.send(POST).await, "");
        assert_eq!(status(&listener.send(POST).await), 200);
        let captures = listener.captures(2).await;
        assert_eq!((heard(&captures[0]), heard(&captures[1])), (Heard::Drop, Heard::Status(200)));
        assert!(captures.iter().all(|capture| capture.refused.is_none()));
    }
}

#[tokio::test]
async fn a_sender_that_is_kept_waiting_takes_no_place_of_another() {
    let limits = Limits { connections: 1, ..Limits::default() };
    let listener = Listener::answering(limits, control("reply = 'hang next=2'")).await;
    let mut kept = [listener.connect().await, listener.connect().await];
    for sender in &mut kept {
        sender.write_all(POST.as_bytes()).await.unwrap();
    }
    assert_eq!(status(&listener.send(POST).await), 200);
    let captures = listener.captures(3).await;
    assert_eq!((heard(&captures[0]), heard(&captures[1])), (Heard::Hang, Heard::Hang));
    assert!(kept.iter().all(is_open), "both still wait");
    listener.stop().await;
    for mut sender in kept {
        assert_eq!(read_to_end(&mut sender).await, "", "no end of the program waits for them");
    }
}

fn is_open(sender: &TcpStream) -> bool {
    matches!(sender.try_read(&mut [0]), Err(error) if error.kind() == std::io::ErrorKind::WouldBlock)
}

#[tokio::test]
async fn a_sender_that_gives_up_waiting_is_let_go() {
    let listener = listening("reply = 'hang'").await;
    let mut sender = listener.connect().await;
    sender.write_all(POST.as_bytes()).await.unwrap();
    listener.capture().await;
    sender.shutdown().await.unwrap();
    assert_eq!(timeout(PATIENCE, sender.read(&mut [0])).await.unwrap().unwrap(), 0);
}

#[tokio::test]
async fn beyond_so_many_nobody_is_kept_waiting() {
    let listener = listening("reply = 'hang'").await;
    let mut kept = Vec::new();
    for _ in 0..256 {
        let mut sender = listener.connect().await;
        sender.write_all(POST.as_bytes()).await.unwrap();
        kept.push(sender);
    }
    listener.captures(256).await;
    let mut sender = listener.connect().await;
    sender.write_all(POST.as_bytes()).await.unwrap();
    assert_eq!(read_to_end(&mut sender).await, "");
    let captures = listener.captures(257).await;
    assert_eq!((heard(&captures[255]), heard(&captures[256])), (Heard::Hang, Heard::Drop));
}

type Sender = SendRequest<Empty<Bytes>>;

async fn http2(listener: &Listener) -> Sender {
    let io = TokioIo::new(listener.connect().await);
    let (sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await.unwrap();
    tokio::spawn(connection);
    sender
}

async fn post(sender: &mut Sender) -> Result<u16, hyper::Error> {
    let request = Request::post("http://h/x").body(Empty::new()).unwrap();
    timeout(PATIENCE, sender.send_request(request)).await.unwrap().map(|response| response.status().as_u16())
}

#[tokio::test]
async fn over_http2_only_the_stream_is_reset() {
    let listener = listening("reply = 'drop next=1'").await;
    let mut sender = http2(&listener).await;
    let error = post(&mut sender).await.unwrap_err();
    assert!(format!("{error:?}").contains("INTERNAL_ERROR"), "{error:?}");
    assert_eq!(post(&mut sender).await.unwrap(), 200);
    let captures = listener.captures(2).await;
    assert_eq!((heard(&captures[0]), heard(&captures[1])), (Heard::Drop, Heard::Status(200)));
}

#[tokio::test]
async fn over_http2_a_stream_that_waits_holds_up_no_other() {
    let listener = listening("reply = 'hang next=1'").await;
    let mut sender = http2(&listener).await;
    let mut waits = sender.clone();
    let waiting = tokio::spawn(async move { post(&mut waits).await.is_err() });
    listener.capture().await;
    assert_eq!(post(&mut sender).await.unwrap(), 200);
    assert_eq!(heard(&listener.captures(2).await[0]), Heard::Hang);
    listener.stop().await;
    assert!(timeout(PATIENCE, waiting).await.unwrap().unwrap(), "it got an answer");
}
