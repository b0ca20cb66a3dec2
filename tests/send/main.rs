//! Sending captures again, over real sockets to targets that behave well, badly, or not at all.

mod hostile;
mod resending;
mod targets;
#[cfg(feature = "tls")]
mod tls;

use std::net::SocketAddr;

use futures_util::FutureExt;
use hookglass::send::{Client, Limits, NotSendable, Outgoing, Target, Trust};
use hookglass::store::Capture;
use hookglass::wire::{Delivery, Ending, Extent, Outcome, Refusal};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::resending::{SIMPLE, answered, capture, failure, finished, impatient, outcome, resend_to, sha256, stored};
use crate::targets::{OK, endless, held, nobody, read_request, serve, target_of};

#[tokio::test]
async fn head_and_body_arrive_byte_for_byte() {
    let head = "POST /a/../b//%7E?q=a%20b&q HTTP/1.1\r\nX-Dup: 1\r\nhOST: captured.example\r\n\
                X-Hub-Signature:\tabc \r\nx-dup: 2\r\nUser-agent: Provider/1\r\nContent-length: 6\r\n\r\n";
    let (target, received) = serve(OK).await;
    let (_, answer) = answered(&target, head.as_bytes(), b"\x00\xff\r\n{}").await;
    let expected = head.replace("captured.example", &target.authority()).into_bytes();
    assert_eq!(received.await.unwrap(), [&expected[..], b"\x00\xff\r\n{}"].concat());
    assert_eq!((answer.status, &answer.body[..], answer.ending), (200, &b"ok"[..], Ending::Whole));
}

#[tokio::test]
async fn a_chunked_delivery_arrives_with_its_length_instead() {
    let head = b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nA: b\r\n\r\n";
    let (target, received) = serve(OK).await;
    answered(&target, head, b"{}").await;
    let expected = format!("POST / HTTP/1.1\r\nHost: {}\r\ncontent-length: 2\r\nA: b\r\n\r\n{{}}", target.authority());
    assert_eq!(received.await.unwrap(), expected.into_bytes());
}

#[tokio::test]
async fn every_method_can_carry_a_body() {
    for method in ["GET", "DELETE", "OPTIONS", "FROB", "HEAD"] {
        let (target, received) = serve(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
        let head = format!("{method} /x HTTP/1.1\r\nhost: h\r\ncontent-length: 3\r\n\r\n");
        let (_, answer) = answered(&target, head.as_bytes(), b"abc").await;
        let received = received.await.unwrap();
        assert!(received.starts_with(method.as_bytes()) && received.ends_with(b"\r\n\r\nabc"), "{method}");
        assert_eq!(answer.status, 200, "{method}");
    }
}

#[tokio::test]
async fn a_large_body_arrives_whole_and_its_hash_says_so() {
    let body: Vec<u8> =
        (0..8 * 1024 * 1024_u32).map(|number| number.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    let head = format!("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: {}\r\n\r\n", body.len());
    let (target, received) = serve(OK).await;
    let (exchange, _) = answered(&target, head.as_bytes(), &body).await;
    let received = received.await.unwrap();
    assert!(received.ends_with(&body));
    assert_eq!(exchange.sent_sha256, sha256(&received[received.len() - body.len()..]));
}

#[tokio::test]
async fn the_answer_is_kept_exactly_as_received() {
    let raw = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 422 Not  Today\r\nX-b: 2\r\nX-A: 1\r\nx-B:3 \r\n\
                Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n\x1f\x8b!\r\n0\r\n\r\n";
    let (target, _) = serve(raw).await;
    let (_, answer) = answered(&target, b"POST / HTTP/1.1\r\nhost: h\r\n\r\n", b"").await;
    assert_eq!(
        answer.head.as_bytes(),
        &b"HTTP/1.1 422 Not  Today\r\nX-b: 2\r\nX-A: 1\r\nx-B:3 \r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"[..]
    );
    assert_eq!((answer.status, &answer.body[..]), (422, &b"\x1f\x8b!"[..]));
    assert!(answer.timing.total >= answer.timing.connect + answer.timing.first_byte);
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = target_of(&listener);
    let redirect = format!("HTTP/1.1 302 Found\r\nlocation: {target}/elsewhere\r\ncontent-length: 0\r\n\r\n");
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(redirect.as_bytes()).await.unwrap();
        listener
    });
    let (_, answer) = answered(&target, b"POST / HTTP/1.1\r\nhost: h\r\n\r\n", b"").await;
    assert_eq!((answer.status, answer.head.get_str("location").is_some()), (302, true));
    assert!(serving.await.unwrap().accept().now_or_never().is_none(), "somebody connected a second time");
}

#[tokio::test]
async fn an_answer_that_is_too_long_or_breaks_off_is_kept_in_part() {
    let client = Client { limits: Limits { body: 4, ..Limits::default() }, trust: Trust::Platform };
    let cases: [(&[u8], &[u8], Ending); 7] = [
        (b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nabcd", b"abcd", Ending::Whole),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nabcd", b"ab", Ending::Whole),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabcdefghi", b"abcd", Ending::OverLimit { size: Some(9) }),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab", b"ab", Ending::BrokenOff { size: Some(9) }),
        (b"HTTP/1.1 200 OK\r\n\r\nabcdefghi", b"abcd", Ending::OverLimit { size: None }),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n", b"ab", Ending::BrokenOff { size: None }),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n{}\r\n", b"ab", Ending::Garbled),
    ];
    for (raw, body, ending) in cases {
        let (target, _) = serve(raw).await;
        let Outcome::Answered(answer) = outcome(client.clone(), &target, SIMPLE, b"").await else {
            panic!("no answer")
        };
        assert_eq!((&answer.body[..], answer.ending), (body, ending), "{}", String::from_utf8_lossy(raw));
    }
}

#[tokio::test]
async fn an_answer_without_end_is_cut_by_size_or_by_time() {
    let flood = endless(b"HTTP/1.1 200 OK\r\n\r\n", &[b'x'; 65_536]).await;
    let Outcome::Answered(answer) = outcome(Client::default(), &flood, SIMPLE, b"").await else { panic!("no answer") };
    assert_eq!((answer.body.len(), answer.ending), (1024 * 1024, Ending::OverLimit { size: None }));

    let (silent, _held) = held(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab").await;
    let Outcome::Answered(answer) = outcome(impatient(), &silent, SIMPLE, b"").await else { panic!("no answer") };
    assert_eq!((&answer.body[..], answer.ending), (&b"ab"[..], Ending::TimedOut { size: Some(9) }));
}

#[tokio::test]
async fn a_target_that_gives_no_answer_is_told_in_plain_words() {
    let (not_http, _) = serve(b"220 mail.example ESMTP ready\r\n").await;
    let (closing, _) = serve(b"").await;
    let (half, _) = serve(b"HTTP/1.1 200 OK\r\ncontent-").await;
    let (tls_alert, _) = serve(&[0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46]).await;
    let bomb = endless(b"HTTP/1.1 200 OK\r\n", b"x-more: and more\r\n").await;
    let name: Target = "http://nothing.invalid:1".parse().unwrap();
    let cases = [
        (nobody().await, "nothing listens on {}"),
        (closing, "{} closed the connection before it answered"),
        (half, "{} closed the connection within the head of its answer"),
        (not_http, "what {} answered is not HTTP/1"),
        (tls_alert, "{} speaks TLS: use https://"),
        (bomb, "the head of the answer of {} is over 64 KiB"),
        (name, "the name nothing.invalid was not found"),
    ];
    for (target, expected) in cases {
        let message = failure(Client::default(), &target, SIMPLE).await;
        let expected = expected.replace("{}", &target.authority());
        assert!(message.starts_with(&expected), "{message}");
    }
}

#[tokio::test]
async fn a_target_that_never_answers_is_given_up() {
    let (silent, _held) = held(b"").await;
    let message = failure(impatient(), &silent, SIMPLE).await;
    assert_eq!(message, format!("{} did not answer within 200 ms", silent.authority()));
}

#[tokio::test]
async fn cancelling_closes_the_connection_and_is_recorded() {
    let (target, mut connections) = held(b"").await;
    let (store, seq) = stored(capture(SIMPLE, b""));
    let sending = resend_to(&store, seq, Client::default(), &target, &[]).unwrap();
    let id = sending.id;
    let mut stream = connections.recv().await.unwrap();
    assert!(matches!(store.get(seq).unwrap().exchanges[0].outcome, Outcome::Pending));
    sending.cancel();
    assert_eq!(finished(&store, seq, id).await.error(), Some("cancelled"));
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();
}

#[tokio::test]
async fn several_exchanges_of_one_capture_stay_apart() {
    let (store, seq) = stored(capture(SIMPLE, b""));
    let (first, _) = serve(OK).await;
    let gone = nobody().await;
    for target in [&first, &gone] {
        let sending = resend_to(&store, seq, Client::default(), target, &[]).unwrap();
        finished(&store, seq, sending.id).await;
    }
    let exchanges = &store.get(seq).unwrap().exchanges;
    assert_eq!(exchanges.iter().map(|exchange| exchange.status()).collect::<Vec<_>>(), [Some(200), None]);
    assert_ne!(exchanges[0].id, exchanges[1].id);
}

#[tokio::test]
async fn nothing_is_sent_into_our_own_listener() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let own = listener.local_addr().unwrap();
    let (store, seq) = stored(capture(SIMPLE, b""));
    for host in ["127.0.0.1", "localhost", "[::1]", "0.0.0.0"] {
        let target = format!("http://{host}:{}/x", own.port()).parse().unwrap();
        let refused = resend_to(&store, seq, Client::default(), &target, &[own]);
        assert!(matches!(refused, Err(NotSendable::Loop(_))), "{host}");
    }
    // An address that only turns out to be ours once the connection stands.
    let target = format!("http://127.0.0.1:{}", own.port()).parse().unwrap();
    let outgoing = Outgoing::of(&capture(SIMPLE, b"").delivery, &target).unwrap();
    let everywhere = SocketAddr::new([0, 0, 0, 0].into(), own.port());
    let failure = Client::default().send(&target, &outgoing, &[everywhere]).await.unwrap_err();
    assert!(failure.message.contains("this hookglass itself"), "{}", failure.message);
    assert!(store.get(seq).unwrap().exchanges.is_empty());
}

#[tokio::test]
async fn what_is_not_whole_is_not_sent() {
    let target: Target = "3000".parse().unwrap();
    let mut cut = capture(SIMPLE, b"{}");
    std::sync::Arc::make_mut(&mut cut.delivery).extent = Extent::Cut { size: Some(3 * 1024 * 1024) };
    let (store, seq) = stored(cut);
    let refused = resend_to(&store, seq, Client::default(), &target, &[]).unwrap_err();
    assert_eq!(refused.to_string(), "only 2 B of 3 MiB was kept, and a part is never sent as if it were the whole");
    let whole = capture(SIMPLE, b"");
    let delivery = Delivery::clone(&whole.delivery);
    let (store, seq) = stored(Capture::refused(delivery, Refusal { status: 400, reason: "no".to_owned() }));
    let refused = resend_to(&store, seq, Client::default(), &target, &[]).unwrap_err();
    assert_eq!(refused, NotSendable::Refused { status: 400 });
    assert!(store.get(seq).unwrap().exchanges.is_empty());
}
