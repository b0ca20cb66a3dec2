//! What never became a delivery is kept too, with the reason, and costs nothing but itself.

use std::time::Duration;

use hookglass::listen::Limits;
use hookglass::store::{Capture, Reply};
use hookglass::wire::Extent;
use tokio::io::AsyncWriteExt;

use crate::listener::{Listener, read_answer, read_to_end, status};

/// Short enough not to be waited for, long enough not to hit what is in time.
const SOON: Duration = Duration::from_millis(60);

fn refusal(capture: &Capture) -> (u16, &str) {
    let refused = capture.refused.as_ref().expect("it was not refused");
    assert_eq!(capture.reply.and_then(Reply::status), Some(refused.status));
    (refused.status, &refused.reason)
}

#[tokio::test]
async fn a_request_that_http_refuses_is_kept_with_the_first_thing_wrong_with_it() {
    let listener = Listener::start(Limits::default()).await;
    let cases: [(&[u8], u16, &str); 16] = [
        (
            b"\x16\x03\x01\x02\x00\x01\x00",
            400,
            "Not HTTP: the first bytes are \\x16\\x03\\x01, a TLS handshake; use http:// here, not https://.",
        ),
        (b"{\"id\":1}\r\n\r\n", 400, "Not HTTP: it begins with `{\"id\":1}`."),
        (b"GET\r\n\r\n", 400, "The first line is not `METHOD target HTTP/1.1` but `GET`."),
        (b"GET  /x HTTP/1.1\r\n\r\n", 400, "The request line has too many blanks: `GET  /x HTTP/1.1`."),
        (b"GET / HTTP/3\r\n\r\n", 400, "The request line ends with `HTTP/3` where HTTP/1.1 or HTTP/1.0 belongs."),
        (b"GET / HTTP/1.1\r\nA: b\r\nbroken\r\n\r\n", 400, "Header line 2 has no colon: `broken`."),
        (b"GET / HTTP/1.1\r\nA : b\r\n\r\n", 400, "Header line 1 has a blank before its colon: `A : b`."),
        (b"GET / HTTP/1.1\r\n: b\r\n\r\n", 400, "Header line 1 has no name before its colon."),
        (
            b"GET / HTTP/1.1\r\nA: b\r\n c: d\r\n\r\n",
            400,
            "Header line 2 begins with a blank; headers over several lines are obsolete.",
        ),
        (b"GET / HTTP/1.1\r\nA: b\0\r\n\r\n", 400, "The value of the header `A` has a control character in it."),
        (b"POST / HTTP/1.1\r\nContent-Length: 1x\r\n\r\n", 400, "Content-Length is not a number: `1x`."),
        (
            b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            400,
            "There are several Content-Length headers, and they differ.",
        ),
        (
            b"POST / HTTP/1.1\r\nContent-Length: 18446744073709551616\r\n\r\n",
            400,
            "Content-Length is larger than any body can be: `18446744073709551616`.",
        ),
        (
            b"POST / HTTP/1.1\r\nContent-Length: 18446744073709551615\r\n\r\n",
            431,
            "Content-Length is larger than any body can be: `18446744073709551615`.",
        ),
        (
            b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
            400,
            "Transfer-Encoding does not end with `chunked`, so nothing says where the body ends.",
        ),
        (
            b"GET / HTTP/1.1\r\nA: b\r\n",
            400,
            "The sender closed the connection before the empty line that ends the head.",
        ),
    ];
    for ((request, code, reason), count) in cases.into_iter().zip(1..) {
        let answer = listener.send(request).await;
        let capture = listener.captures(count).await.pop().unwrap();
        assert_eq!(refusal(&capture), (code, reason));
        assert_eq!(status(&answer), code, "{reason}");
        assert_eq!(capture.delivery.head.as_bytes(), request, "{reason}");
        assert!(capture.status().is_none(), "{reason}");
    }
    assert_eq!(listener.store.counts().refused, cases.len());
}

#[tokio::test]
async fn heads_over_the_limits_are_431_and_targets_over_them_414() {
    let limits = Limits { max_head: 128 * 1024, max_headers: 20, ..Limits::default() };
    let listener = Listener::start(limits).await;
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(21));
    let large = format!("GET / HTTP/1.1\r\na: {}\r\n\r\n", "x".repeat(200_000));
    let long = format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(70_000));
    let cases = [(many, 431, "more than 20 headers"), (large, 431, "larger than"), (long, 414, "longer than")];
    for ((request, code, reason), count) in cases.into_iter().zip(1..) {
        let mut stream = listener.connect().await;
        // The listener may close before it has read all of it.
        let _ = stream.write_all(request.as_bytes()).await;
        let capture = listener.captures(count).await.pop().unwrap();
        assert_eq!(refusal(&capture).0, code);
        assert!(refusal(&capture).1.contains(reason), "{:?}", refusal(&capture));
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_413_with_its_beginning_and_its_true_size() {
    let limits = Limits { max_body: 10, max_drain: 1000, ..Limits::default() };
    let declared = "POST / HTTP/1.1\r\nContent-Length: 14\r\n\r\n0123456789abcd";
    let chunked = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n01234567\r\n6\r\n89abcd\r\n0\r\n\r\n";
    for request in [declared, chunked] {
        let listener = Listener::start(limits.clone()).await;
        let answer = listener.send(request).await;
        assert_eq!(status(&answer), 413, "{answer}");
        assert!(answer.contains("connection: close"), "{answer}");
        let capture = listener.capture().await;
        let reason = "The body is 14 bytes, over the limit of 10 B; --max-body raises it.";
        assert_eq!((refusal(&capture), &capture.delivery.body[..]), ((413, reason), &b"0123456789"[..]));
        assert_eq!(capture.delivery.extent, Extent::Cut { size: Some(14) });
    }
}

#[tokio::test]
async fn a_body_far_over_the_limit_is_not_read_to_its_end() {
    let limits = Limits { max_body: 10, max_drain: 1000, ..Limits::default() };
    let chunk = format!("1000\r\n{}\r\n", "x".repeat(0x1000));
    let endless = format!("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}");
    let declared = format!("POST / HTTP/1.1\r\nContent-Length: 9000000000\r\n\r\n{chunk}");
    let asking = "POST / HTTP/1.1\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n".to_owned();
    for (request, size, kept) in [(endless, None, 10), (declared, Some(9_000_000_000), 10), (asking, Some(11), 0)] {
        let listener = Listener::start(limits.clone()).await;
        let mut stream = listener.connect().await;
        stream.write_all(request.as_bytes()).await.unwrap();
        let answer = read_to_end(&mut stream).await;
        assert!(answer.is_empty() || status(&answer) == 413, "{answer}");
        let capture = listener.capture().await;
        assert_eq!((refusal(&capture).0, capture.delivery.body.len()), (413, kept));
        assert_eq!(capture.delivery.extent, Extent::Cut { size });
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_kept_as_far_as_it_came() {
    let listener = Listener::start(Limits::default()).await;
    let cases = [
        (
            "POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf",
            "The sender gave up after 4 of 10 bytes of the body.",
            Some(10),
        ),
        (
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nxyz",
            "The chunked coding of the body breaks off after 4 bytes.",
            None,
        ),
    ];
    for ((request, reason, size), count) in cases.into_iter().zip(1..) {
        assert_eq!(status(&listener.send(request).await), 400);
        let capture = listener.captures(count).await.pop().unwrap();
        assert_eq!(refusal(&capture), (400, reason));
        assert_eq!((&capture.delivery.body[..], capture.delivery.extent), (&b"half"[..], Extent::Cut { size }));
    }
}

#[tokio::test]
async fn a_sender_that_is_gone_in_the_middle_of_a_body_is_still_kept() {
    let listener = Listener::start(Limits::default()).await;
    let mut stream = listener.connect().await;
    stream.write_all(b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf").await.unwrap();
    // Closing at once, with nothing said, is what a crash looks like from here.
    stream.set_zero_linger().unwrap();
    drop(stream);
    let capture = listener.capture().await;
    assert_eq!(refusal(&capture).0, 400);
}

#[tokio::test]
async fn a_body_that_stalls_is_408() {
    let listener = Listener::start(Limits { body: SOON, ..Limits::default() }).await;
    let mut stream = listener.connect().await;
    stream.write_all(b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf").await.unwrap();
    assert_eq!(status(&read_to_end(&mut stream).await), 408);
    let capture = listener.capture().await;
    assert_eq!((refusal(&capture).0, &capture.delivery.body[..]), (408, &b"half"[..]));
}

#[tokio::test]
async fn a_head_that_does_not_end_in_time_is_408_even_if_bytes_trickle_in() {
    let listener = Listener::start(Limits { head: SOON, ..Limits::default() }).await;
    let mut stream = listener.connect().await;
    stream.write_all(b"GET /slow HTTP/1.1\r\nA: ").await.unwrap();
    let (mut reading, mut writing) = stream.into_split();
    let trickle = tokio::spawn(async move {
        let mut pause = tokio::time::interval(SOON / 6);
        loop {
            pause.tick().await;
            if writing.write_all(b"x").await.is_err() {
                break;
            }
        }
    });
    let mut answer = String::new();
    let _ = tokio::io::AsyncReadExt::read_to_string(&mut reading, &mut answer).await;
    assert_eq!(status(&answer), 408);
    let capture = listener.capture().await;
    assert_eq!((refusal(&capture).0, capture.delivery.head.target()), (408, "/slow"));
    trickle.abort();
}

#[tokio::test]
async fn silent_connections_are_closed_and_are_no_captures() {
    let limits = Limits { first_byte: SOON, keep_alive: SOON, ..Limits::default() };
    let listener = Listener::start(limits).await;
    let mut silent = listener.connect().await;
    assert_eq!(read_to_end(&mut silent).await, "");
    let mut idle = listener.connect().await;
    idle.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    assert_eq!(status(&read_answer(&mut idle).await), 200);
    assert_eq!(read_to_end(&mut idle).await, "");
    assert!(listener.capture().await.refused.is_none());
}

#[tokio::test]
async fn connections_over_the_bound_wait_until_there_is_room() {
    let limits = Limits { connections: 2, first_byte: SOON, ..Limits::default() };
    let listener = Listener::start(limits).await;
    let _silent = [listener.connect().await, listener.connect().await];
    assert_eq!(status(&listener.send("GET / HTTP/1.1\r\n\r\n").await), 200);
    listener.capture().await;
}

#[tokio::test]
async fn stopping_ends_idle_connections_at_once_and_cuts_off_stuck_ones() {
    let listener = Listener::start(Limits { farewell: SOON, ..Limits::default() }).await;
    let mut idle = listener.connect().await;
    idle.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    read_answer(&mut idle).await;
    let mut stuck = listener.connect().await;
    stuck.write_all(b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n").await.unwrap();
    listener.stop().await;
    assert_eq!(read_to_end(&mut idle).await, "");
    assert_eq!(read_to_end(&mut stuck).await, "");
}
