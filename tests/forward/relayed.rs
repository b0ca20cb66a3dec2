//! The handler gets what came, and the sender gets what the handler answers, or what was chosen for when it does not.

use hookglass::listen::Limits;
use hookglass::store::Heard;
use hookglass::wire::{Ending, ExchangeKind, Outcome};
use tokio::io::{AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::handler::{Handler, OK, nobody};
use crate::listener::{Listener, status};
use crate::{control, error, heard, listening, settled};

const POST: &str = "POST / HTTP/1.1\r\nhost: h\r\n\r\n";

/// The header lines of an answer and its body; the date is hyper's.
fn parts(answer: &str) -> (Vec<&str>, &str) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.lines().skip(1).filter(|line| !line.starts_with("date:")).collect(), body)
}

#[tokio::test]
async fn the_handler_gets_every_byte_as_it_came() {
    let mut handler = Handler::answering(OK).await;
    let listener = listening(&format!("forward = 'http://{}'", handler.address)).await;
    let head = "POST /a/../b//c?x=%zz HTTP/1.1\r\nX-Dup:1\r\nhOST: captured\r\nsig:\t2  \r\nx-dup: 3\r\nContent-Length: 4\r\n\r\n";
    listener.send([head.as_bytes(), b"\xff\0{}"].concat()).await;
    let expected = head.replace("captured", &handler.address.to_string());
    assert_eq!(handler.request().await, [expected.as_bytes(), b"\xff\0{}"].concat());
    let capture = settled(&listener, 1).await.remove(0);
    let exchange = &capture.exchanges[0];
    assert_eq!((exchange.kind, exchange.status()), (ExchangeKind::Forward, Some(200)));
    assert_eq!(exchange.sent.as_bytes(), expected.as_bytes());
}

#[tokio::test]
async fn the_sender_gets_the_answer_of_the_handler() {
    type Case<'a> = (&'a str, &'a str, u16, &'a [&'a str], &'a str);
    let cases: [Case<'_>; 7] = [
        (
            "POST",
            "422 No\r\nSet-Cookie: a\r\nX-B: 1\r\nset-cookie: b\r\nContent-Type: text/x\r\nContent-Length: 5\r\n\r\nn\0o\r\n",
            422,
            &["set-cookie: a", "set-cookie: b", "x-b: 1", "content-type: text/x", "content-length: 5"],
            "n\0o\r\n",
        ),
        (
            "POST",
            "200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: t\r\nContent-Encoding: x\r\n\r\n2\r\nok\r\n0\r\n\r\n",
            200,
            &["content-encoding: x", "content-length: 2"],
            "ok",
        ),
        (
            "GET",
            "200 OK\r\nConnection: x-hop, close\r\nX-Hop: 1\r\nKeep-Alive: 5\r\nUpgrade: h2c\r\nX: 1\r\n\r\nto the end",
            200,
            &["x: 1", "content-length: 10"],
            "to the end",
        ),
        ("HEAD", "200 OK\r\nContent-Length: 1234\r\nX: 1\r\n\r\n", 200, &["content-length: 1234", "x: 1"], ""),
        ("GET", "304 Not Modified\r\nETag: \"e\"\r\n\r\n", 304, &["etag: \"e\""], ""),
        ("POST", "204 No Content\r\nX: 1\r\n\r\n", 204, &["x: 1"], ""),
        (
            "POST",
            "307 Elsewhere\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n",
            307,
            &["location: /x", "content-length: 0"],
            "",
        ),
    ];
    for (method, raw, code, headers, body) in cases {
        let handler = Handler::answering(format!("HTTP/1.1 {raw}")).await;
        let listener = listening(&format!("forward = '{}'", handler.address)).await;
        let answer = listener.send(POST.replace("POST", method)).await;
        assert_eq!((status(&answer), parts(&answer)), (code, (headers.to_vec(), body)), "{raw}");
        assert_eq!(heard(&settled(&listener, 1).await[0]), Heard::Relayed(code));
    }
}

#[tokio::test]
async fn without_an_answer_the_sender_gets_what_was_chosen_for_that() {
    let cases = [("", "502"), ("forward-fallback = 503", "503"), ("forward-fallback = '429 body=later'", "429")];
    for (fallback, code) in cases {
        let handler = nobody().await;
        let listener = listening(&format!("forward = 'localhost:{}'\n{fallback}", handler.port())).await;
        let answer = listener.send(POST).await;
        assert_eq!(status(&answer).to_string(), code);
        assert_eq!(answer.ends_with("\r\n\r\nlater"), code == "429", "{answer}");
        let capture = settled(&listener, 1).await.remove(0);
        assert_eq!(heard(&capture), Heard::Status(code.parse().unwrap()));
        assert_eq!(error(&capture.exchanges[0]), format!("nothing listens on localhost:{}", handler.port()));
    }
}

#[tokio::test]
async fn an_answer_that_is_not_all_there_is_never_relayed_as_if_it_were() {
    let large = [b"HTTP/1.1 200 OK\r\n\r\n", vec![b'x'; 2 << 20].as_slice()].concat();
    let cases = [
        (large, Ending::OverLimit { size: None }),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort".to_vec(), Ending::BrokenOff { size: Some(9) }),
    ];
    for (raw, ending) in cases {
        let handler = Handler::answering(raw).await;
        let listener = listening(&format!("forward = '{}'", handler.address)).await;
        assert_eq!(status(&listener.send(POST).await), 502);
        let capture = settled(&listener, 1).await.remove(0);
        let Outcome::Answered(answer) = &capture.exchanges[0].outcome else { panic!("{:?}", capture.exchanges) };
        assert_eq!((heard(&capture), answer.ending), (Heard::Status(502), ending));
        assert_eq!(capture.exchanges[0].error(), ending.error());
    }
}

#[tokio::test]
async fn a_handler_that_takes_too_long_is_given_up() {
    let handler = Handler::stuck(OK).await;
    let listener = listening(&format!("forward = '{}'\nforward-timeout = '50ms'", handler.address)).await;
    assert_eq!(status(&listener.send(POST).await), 502);
    let capture = settled(&listener, 1).await.remove(0);
    assert_eq!(error(&capture.exchanges[0]), format!("{} did not answer within 50 ms", handler.address));
}

#[tokio::test]
async fn a_slow_handler_holds_up_nobody_but_its_own_sender() {
    let mut slow = Handler::stuck(OK).await;
    let config = format!("[[endpoint]]\npath = '/slow'\nforward = '{}'", slow.address);
    let listener = listening(&config).await;
    let mut waiting = listener.connect().await;
    waiting.write_all(b"POST /slow/x HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n").await.unwrap();
    slow.request().await;
    assert_eq!(status(&listener.send(POST).await), 200);
    let pending = listener.captures(2).await.remove(0);
    assert!(!pending.is_settled() && heard(&pending) == Heard::Due);
    assert!(matches!(pending.exchanges[0].outcome, Outcome::Pending), "it is seen before it is over");
    slow.let_go();
    assert_eq!(status(&crate::listener::read_to_end(&mut waiting).await), 200);
    assert_eq!(heard(&settled(&listener, 2).await[0]), Heard::Relayed(200));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stuck_handlers_cannot_use_up_the_listener() {
    let mut stuck = Handler::stuck(OK).await;
    let config = format!("[[endpoint]]\npath = '/stuck'\nforward = '{}'", stuck.address);
    let listener = listening(&config).await;
    let request = "POST /stuck HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n";
    let mut senders = JoinSet::new();
    for _ in 0..64 {
        let mut sender = listener.connect().await;
        senders.spawn(async move {
            sender.write_all(request.as_bytes()).await.unwrap();
            status(&crate::listener::read_to_end(&mut sender).await)
        });
    }
    for _ in 0..64 {
        stuck.request().await;
    }
    for _ in 0..6 {
        assert_eq!(status(&listener.send(request).await), 502);
    }
    assert_eq!(status(&listener.send(POST).await), 200);
    let late = listener.captures(71).await.remove(69);
    let why = "not forwarded: 64 forwards wait for an answer already, and more would hold up the listener";
    assert_eq!(error(&late.exchanges[0]), why);
    stuck.let_go();
    assert!(senders.join_all().await.iter().all(|status| *status == 200));
    assert_eq!(status(&listener.send(request).await), 200, "there is room again");
}

#[tokio::test]
async fn of_several_targets_the_first_is_relayed_and_all_are_sent_to() {
    let mut first = Handler::answering("HTTP/1.1 201 Made\r\ncontent-length: 0\r\n\r\n").await;
    let mut second = Handler::stuck("HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n").await;
    let listener = listening(&format!("forward = ['{}', '{}']", first.address, second.address)).await;
    assert_eq!(status(&listener.send(POST).await), 201, "the second is not waited for");
    assert!(first.request().await.starts_with(b"POST /") && second.request().await.starts_with(b"POST /"));
    assert!(!listener.captures(1).await[0].is_settled());
    second.let_go();
    let capture = settled(&listener, 1).await.remove(0);
    let statuses: Vec<_> = capture.exchanges.iter().map(|exchange| exchange.status()).collect();
    assert_eq!((heard(&capture), statuses), (Heard::Relayed(201), vec![Some(201), Some(500)]));
}

#[tokio::test]
async fn a_sender_need_not_wait_for_the_handler() {
    for config in ["forward-async = true", "reply = 202"] {
        let mut stuck = Handler::stuck("HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n").await;
        let listener = listening(&format!("forward = '{}'\n{config}", stuck.address)).await;
        let expected = if config == "reply = 202" { 202 } else { 200 };
        assert_eq!(status(&listener.send(POST).await), expected);
        stuck.request().await;
        stuck.let_go();
        let capture = settled(&listener, 1).await.remove(0);
        assert_eq!((heard(&capture), capture.exchanges[0].status()), (Heard::Status(expected), Some(500)));
    }
}

#[tokio::test]
async fn the_deepest_path_with_targets_of_its_own_counts() {
    let [mut all, mut there] = [Handler::answering(OK).await, Handler::answering(OK).await];
    let config = format!(
        "forward = '{}'\n[[endpoint]]\npath = '/a'\nforward = '{}'\n[[endpoint]]\npath = '/a/b'\nreply = 204",
        all.address, there.address
    );
    let listener = listening(&config).await;
    let ask = async |path: &str| status(&listener.send(POST.replace("/ ", &format!("{path} "))).await);
    assert_eq!(ask("/a/b/c").await, 204);
    assert!(there.request().await.starts_with(b"POST /a/b/c") && all.received_nothing());
    assert_eq!(ask("/x").await, 200);
    assert!(all.request().await.starts_with(b"POST /x") && there.received_nothing());
}

#[tokio::test]
async fn a_delivery_of_which_a_part_is_missing_goes_nowhere_and_that_is_said() {
    let mut handler = Handler::answering(OK).await;
    let limits = Limits { max_body: 4, ..Limits::default() };
    let listener = Listener::answering(limits, control(&format!("forward = '{}'", handler.address))).await;
    assert_eq!(status(&listener.send("POST / HTTP/1.1\r\ncontent-length: 5\r\n\r\nhello").await), 413);
    let capture = settled(&listener, 1).await.remove(0);
    let why = "not forwarded: only 4 B of 5 B was kept, and a part is never sent as if it were the whole";
    assert_eq!((error(&capture.exchanges[0]), handler.received_nothing()), (why, true));
}

#[tokio::test]
async fn what_was_begun_is_finished_without_its_sender() {
    let mut slow = Handler::stuck(OK).await;
    let listener = listening(&format!("forward = '{}'", slow.address)).await;
    let mut sender = listener.connect().await;
    sender.write_all(POST.as_bytes()).await.unwrap();
    slow.request().await;
    drop(sender);
    slow.let_go();
    assert_eq!(settled(&listener, 1).await[0].exchanges[0].status(), Some(200));
}

#[tokio::test]
async fn a_proxy_on_this_machine_that_leads_back_here_is_not_fed_without_end() {
    for config in ["forward-async = true", ""] {
        let proxy = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let listener = listening(&format!("forward = '{}'\n{config}", proxy.local_addr().unwrap())).await;
        let back = listener.addr;
        let proxying = tokio::spawn(async move {
            while let Ok((mut stream, _)) = proxy.accept().await {
                let mut back = TcpStream::connect(back).await.unwrap();
                tokio::spawn(async move { copy_bidirectional(&mut stream, &mut back).await });
            }
        });
        let expected = if config.is_empty() { 502 } else { 200 };
        assert_eq!(status(&listener.send(POST).await), expected);
        // It goes round eight times, once more with its mark, and no further.
        let captures = settled(&listener, 10).await;
        let why = "not forwarded: this delivery was forwarded from here and came back, so http://";
        assert!(error(&captures[9].exchanges[0]).starts_with(why), "{:?}", captures[9].exchanges);
        assert_eq!(captures.len(), 10);
        proxying.abort();
    }
}
