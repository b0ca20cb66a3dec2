//! What reaches the port is captured, byte for byte.

use hookglass::config::Reply;
use hookglass::listen::{Control, Limits};
use hookglass::wire::{Extent, Version};
use tokio::io::AsyncWriteExt;

use crate::listener::{Listener, read_answer, read_to_end, status};

#[tokio::test]
async fn a_head_is_kept_with_its_letter_case_order_duplicates_and_blanks() {
    let listener = Listener::start(Limits::default()).await;
    let head = "POST /a/../b//c?x=%zz&{y} HTTP/1.1\r\nX-Dup:1\r\nhOST: h\r\nsig:\t2  \r\nx-dup: 3\r\nContent-Length: 3\r\n\r\n";
    assert_eq!(status(&listener.send(format!("{head}a\0b")).await), 200);
    let capture = listener.capture().await;
    assert_eq!(capture.delivery.head.as_bytes(), head.as_bytes());
    assert_eq!((&capture.delivery.body[..], capture.delivery.extent), (&b"a\0b"[..], Extent::Whole));
    assert!(capture.delivery.peer.is_some_and(|peer| peer.ip().is_loopback()));
}

#[tokio::test]
async fn every_method_and_kind_of_target_is_a_delivery() {
    let listener = Listener::start(Limits::default()).await;
    let lines = [
        "GET /hooks?x=1 HTTP/1.1",
        "DELETE / HTTP/1.0",
        "OPTIONS * HTTP/1.1",
        "FROB /x HTTP/1.1",
        "TRACE /t HTTP/1.1",
        "POST http://elsewhere/p?q HTTP/1.1",
        "PUT /{a}|b\"c HTTP/1.1",
    ];
    for (line, count) in lines.iter().zip(1..) {
        let answer = listener.send(format!("{line}\r\nhost: h\r\n\r\n")).await;
        assert_eq!(status(&answer), 200, "{line}");
        let capture = listener.captures(count).await.pop().unwrap();
        let head = &capture.delivery.head;
        assert_eq!(format!("{} {} {}", head.method(), head.target(), head.version()), *line);
    }
}

#[tokio::test]
async fn pipelined_requests_of_every_framing_keep_their_own_heads_and_bodies() {
    let listener = Listener::start(Limits::default()).await;
    let requests = [
        ("POST /1 HTTP/1.1\r\nContent-Length: 5\r\n\r\n", "hello", "hello"),
        (
            "POST /2 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "3;x=y\r\nabc\r\n0002\r\nde\r\n0\r\nT: r\r\n\r\n",
            "abcde",
        ),
        ("GET /3 HTTP/1.1\r\n\r\n", "", ""),
        ("POST /4 HTTP/1.1\r\nTransfer-Encoding: gzip, CHUNKED\r\n\r\n", "0\r\n\r\n", ""),
        ("POST /5 HTTP/1.1\r\nConnection: close\r\nContent-Length: 2\r\n\r\n", "ok", "ok"),
        ("GET /never HTTP/1.1\r\n\r\n", "", ""),
    ];
    let stream: String = requests.iter().map(|(head, framed, _)| format!("{head}{framed}")).collect();
    let answers = listener.send(stream).await;
    assert_eq!(answers.matches("HTTP/1.1 200").count(), 5, "{answers}");
    let captures = listener.captures(5).await;
    for (capture, (head, _, body)) in captures.iter().zip(requests) {
        assert_eq!(capture.delivery.head.as_bytes(), head.as_bytes());
        assert_eq!(capture.delivery.body, body);
    }
}

#[tokio::test]
async fn a_connection_is_kept_alive_however_its_bytes_are_cut() {
    let listener = Listener::start(Limits::default()).await;
    let mut stream = listener.connect().await;
    stream.set_nodelay(true).unwrap();
    let request = "POST /x HTTP/1.1\r\nA: b\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwxyz\r\n0\r\n\r\n";
    for cut in 1..request.len() {
        for piece in [&request[..cut], &request[cut..]] {
            stream.write_all(piece.as_bytes()).await.unwrap();
            tokio::task::yield_now().await;
        }
        assert_eq!(status(&read_answer(&mut stream).await), 200, "cut at {cut}");
    }
    for capture in listener.captures(request.len() as u64 - 1).await {
        assert!(request.as_bytes().starts_with(capture.delivery.head.as_bytes()));
        assert_eq!((capture.delivery.head.headers().len(), &capture.delivery.body[..]), (2, &b"wxyz"[..]));
    }
}

#[tokio::test]
async fn a_sender_that_asks_first_is_told_to_go_on() {
    let listener = Listener::start(Limits::default()).await;
    let mut stream = listener.connect().await;
    stream.write_all(b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n").await.unwrap();
    let mut interim = [0; 25];
    tokio::io::AsyncReadExt::read_exact(&mut stream, &mut interim).await.unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"ok").await.unwrap();
    assert_eq!(status(&read_answer(&mut stream).await), 200);
    assert_eq!(listener.capture().await.delivery.body, "ok");
}

#[tokio::test]
async fn the_reply_is_the_one_chosen_and_says_received_only_where_that_is_so() {
    let cases =
        [("GET", 200, true), ("POST", 418, false), ("HEAD", 200, false), ("POST", 204, false), ("GET", 304, false)];
    for (method, reply, has_body) in cases {
        let control = Control::default();
        control.set_reply(Reply::status(reply).ok()).unwrap();
        let listener = Listener::answering(Limits::default(), control).await;
        let answer = listener.send(format!("{method} / HTTP/1.1\r\n\r\n")).await;
        assert_eq!((status(&answer), answer.ends_with("\r\n\r\n{\"received\":true}\n")), (reply, has_body), "{answer}");
        assert_eq!(listener.capture().await.reply.unwrap().status(), Some(reply));
    }
    for status in [0, 100, 199, 600, 65535] {
        assert!(Reply::status(status).is_err(), "{status}");
    }
}

#[tokio::test]
async fn a_request_that_asks_for_another_protocol_is_the_last_of_its_connection() {
    let upgrade = "GET /ws HTTP/1.1\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n";
    let connect = "CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n";
    for (request, expected) in [(upgrade, 200), (connect, 405)] {
        let listener = Listener::start(Limits::default()).await;
        let mut stream = listener.connect().await;
        stream.write_all(format!("{request}GET /not-http-any-more HTTP/1.1\r\n\r\n").as_bytes()).await.unwrap();
        let answer = read_to_end(&mut stream).await;
        assert_eq!((status(&answer), answer.matches("HTTP/1.1").count()), (expected, 1), "{answer}");
        let capture = listener.capture().await;
        assert_eq!(capture.delivery.head.as_bytes(), request.as_bytes());
        assert_eq!((capture.reply.unwrap().status(), capture.refused.is_none()), (Some(expected), true));
    }
}

#[tokio::test]
async fn a_captured_kilobyte_costs_less_than_two() {
    let listener = Listener::start(Limits::default()).await;
    let body = "x".repeat(1024);
    let head = "POST /hooks HTTP/1.1\r\nHost: 127.0.0.1:4665\r\nUser-Agent: Provider/1.0\r\nContent-Type: application/json\r\n\
                X-Hub-Signature: 0123456789012345678901234567890123456789\r\nAccept: */*\r\nContent-Length: 1024\r\n\r\n";
    listener.send(format!("{head}{body}")).await;
    let capture = listener.capture().await;
    assert!(capture.footprint() <= 2048, "{} bytes", capture.footprint());
    // Nothing else holds these bytes: neither hyper's read buffer nor room for growth.
    assert!(capture.delivery.body.is_unique());
    assert!(capture.delivery.head.as_bytes().is_unique());
}

#[tokio::test]
async fn http2_with_prior_knowledge_is_captured_with_lower_case_names() {
    let listener = Listener::start(Limits::default()).await;
    let stream = listener.connect().await;
    let executor = hyper_util::rt::TokioExecutor::new();
    let io = hyper_util::rt::TokioIo::new(stream);
    let (mut sender, connection) = hyper::client::conn::http2::handshake(executor, io).await.unwrap();
    tokio::spawn(connection);
    let request = hyper::Request::post("http://example.test:81/p?q=1")
        .header("X-Dup", "1")
        .header("sig", "s")
        .header("x-dup", "2")
        .body(http_body_util::Full::new(bytes::Bytes::from_static(b"hi")))
        .unwrap();
    assert_eq!(sender.send_request(request).await.unwrap().status(), 200);
    let capture = listener.capture().await;
    let head = &capture.delivery.head;
    assert_eq!((head.method(), head.target(), head.version()), ("POST", "/p?q=1", Version::Http2));
    let names: Vec<_> = head.headers().map(|header| (header.name, header.value)).collect();
    let expected: [(&str, &[u8]); 5] =
        [("host", b"example.test:81"), ("x-dup", b"1"), ("x-dup", b"2"), ("sig", b"s"), ("content-length", b"2")];
    assert_eq!(names, expected);
    assert_eq!(capture.delivery.body, "hi");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_deliveries_over_many_connections_are_all_there() {
    let listener = Listener::start(Limits::default()).await;
    let mut senders = tokio::task::JoinSet::new();
    for connection in 0..20 {
        let mut stream = listener.connect().await;
        senders.spawn(async move {
            for number in 0..500 {
                let body = format!("{connection}-{number}");
                let request = format!("POST /{body} HTTP/1.1\r\nContent-Length: {}\r\n\r\n{body}", body.len());
                stream.write_all(request.as_bytes()).await.unwrap();
                assert_eq!(status(&read_answer(&mut stream).await), 200);
            }
        });
    }
    while let Some(sent) = senders.join_next().await {
        sent.unwrap();
    }
    let captures = listener.captures(10_000).await;
    assert!(captures.iter().all(|capture| capture.delivery.head.target().as_bytes()[1..] == capture.delivery.body));
}
