//! Targets that are broken or mean: each comes to one clear end, in bounded time and memory.

use std::time::{Duration, Instant};

use hookglass::send::{Client, Limits, Target, Trust};
use hookglass::wire::{Ending, Outcome};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::resending::{SIMPLE, capture, failure, finished, impatient, outcome, resend_to, stored};
use crate::targets::{endless, serve_as, trickle};

/// One field more than are read.
fn many_fields() -> &'static [u8] {
    let fields: String = (0..1001).map(|n| format!("a{n}: b\r\n")).collect();
    format!("HTTP/1.1 200 OK\r\n{fields}\r\n").leak().as_bytes()
}

/// One field of 100 KiB.
fn long_field() -> &'static [u8] {
    format!("HTTP/1.1 200 OK\r\na: {}\r\n\r\n", "b".repeat(100 * 1024)).leak().as_bytes()
}

#[tokio::test]
async fn what_is_no_answer_is_told_by_what_it_is() {
    let cases: [(&'static [u8], &str); 8] = [
        (many_fields(), "the answer of {} has more than 1000 header fields"),
        (long_field(), "the head of the answer of {} is over 64 KiB"),
        (b"<html>HTTP/0.9</html>\n", "what {} answered is not HTTP/1"),
        (
            b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64",
            "{} speaks HTTP/2 only, and this sends HTTP/1.1",
        ),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab", "what {} answered is not HTTP/1"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n", "what {} answered is not HTTP/1"),
        (b"HTTP/1.1 103 Early\r\n\r\n", "{} closed the connection before it answered"),
        (b"HTTP/1.1 200 OK\r\na", "{} closed the connection within the head of its answer"),
    ];
    for (raw, expected) in cases {
        let target = serve_as(move |mut stream| async move {
            crate::targets::answer(&mut stream, raw).await;
        })
        .await;
        let message = failure(Client::default(), &target, SIMPLE).await;
        assert_eq!(message, expected.replace("{}", &target.authority()), "{}", raw[..raw.len().min(80)].escape_ascii());
    }
}

#[tokio::test]
async fn answers_at_the_edge_of_http_are_answers() {
    let cases: [(&'static [u8], u16, &[u8], Ending); 6] = [
        (b"HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\nabcde", 204, b"", Ending::Whole),
        (b"HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n", 304, b"", Ending::Whole),
        (b"HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n", 101, b"", Ending::Whole),
        (b"HTTP/1.0 200 OK\r\n\r\nto the end", 200, b"to the end", Ending::Whole),
        (b"HTTP/1.1 999 What\r\ncontent-length: 0\r\n\r\n", 999, b"", Ending::Whole),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\nab", 200, b"", Ending::Garbled),
    ];
    for (raw, status, body, ending) in cases {
        let target = serve_as(move |mut stream| async move {
            crate::targets::answer(&mut stream, raw).await;
        })
        .await;
        let Outcome::Answered(answer) = outcome(Client::default(), &target, SIMPLE, b"").await else {
            panic!("no answer to {}", String::from_utf8_lossy(raw))
        };
        assert_eq!((answer.status, &answer.body[..], answer.ending), (status, body, ending));
    }
}

#[tokio::test]
async fn a_target_that_never_comes_to_an_end_is_given_up_and_what_it_did_is_told() {
    let began = Instant::now();
    let flood = endless(b"", b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n").await;
    let message = failure(impatient(), &flood, SIMPLE).await;
    assert!(message.contains(" interim answers, but no final one within 200 ms"), "{message}");

    let slow_head = trickle(b"HTTP/1.1 200 OK\r\n", b"a").await;
    let message = failure(impatient(), &slow_head, SIMPLE).await;
    let expected = "{} began to answer, but the head of its answer did not end within 200 ms";
    assert_eq!(message, expected.replace("{}", &slow_head.authority()));

    let slow_body = trickle(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n", b"a").await;
    let Outcome::Answered(answer) = outcome(impatient(), &slow_body, SIMPLE, b"").await else { panic!("no answer") };
    assert_eq!(answer.ending, Ending::TimedOut { size: Some(1_000_000) });
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

#[tokio::test]
async fn whatever_a_target_does_it_can_be_cancelled_at_once() {
    let targets = [
        endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n").await,
        trickle(b"HTTP/1.1 200 OK\r\n\r\n", b"a").await,
        trickle(b"HTTP/1.1 200 OK\r\na: ", b"b").await,
    ];
    for target in targets {
        let (store, seq) = stored(capture(SIMPLE, b""));
        let mut changes = store.subscribe();
        let sending = resend_to(&store, seq, Client::default(), &target, &[]).unwrap();
        let id = sending.id;
        changes.changed().await.unwrap();
        let asked = Instant::now();
        sending.cancel();
        assert_eq!(finished(&store, seq, id).await.error(), Some("cancelled"));
        assert!(asked.elapsed() < Duration::from_secs(1), "{:?}", asked.elapsed());
    }
}

#[tokio::test]
async fn a_hundred_megabytes_are_cut_and_the_rest_is_not_read() {
    let target = endless(b"HTTP/1.1 200 OK\r\ncontent-length: 104857600\r\n\r\n", &[b'x'; 65_536]).await;
    let Outcome::Answered(answer) = outcome(Client::default(), &target, SIMPLE, b"").await else { panic!("no answer") };
    assert_eq!((answer.body.len(), answer.ending), (1 << 20, Ending::OverLimit { size: Some(100 << 20) }));
}

#[tokio::test]
async fn an_answer_that_does_not_wait_for_a_large_request_is_had_all_the_same() {
    const REFUSED: &[u8] = b"HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno";
    let body = vec![b'x'; 16 << 20];
    let head = format!("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: {}\r\n\r\n", body.len());
    let keeps = serve_as(move |mut stream| async move {
        stream.write_all(REFUSED).await.unwrap();
        // Held open until the other side has gone; nothing of the request is read before.
        stream.writable().await.unwrap();
        std::future::pending::<()>().await;
    })
    .await;
    let closes = serve_as(move |mut stream| async move {
        let mut beginning = [0; 1024];
        stream.read_exact(&mut beginning).await.unwrap();
        stream.write_all(REFUSED).await.unwrap();
        stream.shutdown().await.unwrap();
    })
    .await;
    for target in [keeps, closes] {
        let outcome = outcome(patient(), &target, head.as_bytes(), &body).await;
        let Outcome::Answered(answer) = outcome else { panic!("{outcome:?}") };
        assert_eq!((answer.status, &answer.body[..]), (413, &b"no"[..]));
        assert!(answer.unsent > 1 << 20, "{} bytes were not sent", answer.unsent);
    }
}

#[tokio::test]
async fn a_request_that_nobody_takes_in_is_given_up() {
    let deaf = serve_as(|stream| async move {
        let _open = stream;
        std::future::pending::<()>().await;
    })
    .await;
    let head = format!("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: {}\r\n\r\n", 16 << 20);
    let Outcome::Failed(failure) = outcome(impatient(), &deaf, head.as_bytes(), &vec![b'x'; 16 << 20]).await else {
        panic!("an answer")
    };
    assert_eq!(failure.message, format!("{} did not take in the whole request within 200 ms", deaf.authority()));
}

/// For what takes a while on a busy machine, but ends.
fn patient() -> Client {
    Client { limits: Limits { total: Duration::from_secs(20), ..Limits::default() }, trust: Trust::Platform }
}

#[tokio::test]
async fn a_target_that_answers_nobody_else_meanwhile_keeps_nobody_waiting() {
    let silent = trickle(b"", b"").await;
    let (store, seq) = stored(capture(SIMPLE, b""));
    let waiting = resend_to(&store, seq, Client::default(), &silent, &[]).unwrap();
    let (quick, _) = crate::targets::serve(crate::targets::OK).await;
    let target: &Target = &quick;
    let sending = resend_to(&store, seq, Client::default(), target, &[]).unwrap();
    assert_eq!(finished(&store, seq, sending.id).await.status(), Some(200));
    waiting.cancel();
}
