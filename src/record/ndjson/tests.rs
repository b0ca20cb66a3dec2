use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use proptest::prelude::*;

use super::read::SCHEMES;
use super::{ReadError, Reader, write};
use crate::provider::{Catalog, Event, ProviderId};
use crate::store::{Capture, Conclusion, Heard, Reply, Seq};
use crate::verify::{self, Cause, Status, Trial, Verdict};
use crate::wire::{Delivery, Exchange, ExchangeId, ExchangeKind, Extent, Failure, Head, Outcome, Refusal};

const FIRST: &str = r#"{"schema":1,"seq":7,"received_at":"2026-11-20T17:00:00.123456Z","peer":"127.0.0.1:50000","#;

fn delivery(head: &'static [u8], body: &'static [u8]) -> Delivery {
    Delivery {
        received_at: "2026-11-20T17:00:00.123456789Z".parse().unwrap(),
        peer: Some("127.0.0.1:50000".parse().unwrap()),
        head: Head::parse(Bytes::from_static(head)),
        body: Bytes::from_static(body),
        extent: Extent::Whole,
    }
}

fn unknown(head: &'static [u8], body: &'static [u8]) -> Capture {
    Capture::new(delivery(head, body), Conclusion::unknown(), Reply::of(200))
}

fn event(kind: &str) -> Event {
    let at = Some("2026-02-06T14:00:00Z".parse().unwrap());
    Event { kind: Some(kind.into()), id: Some("evt_abc".into()), attempt: Some(1), at, flow: None }
}

fn line(capture: &Capture) -> String {
    let mut out = Vec::new();
    write(&mut out, capture).unwrap();
    String::from_utf8(out).unwrap()
}

fn read_all(text: impl AsRef<[u8]>) -> Result<Vec<Capture>, String> {
    Reader::new(text.as_ref()).collect::<Result<_, _>>().map_err(|error: ReadError| error.to_string())
}

#[test]
fn a_delivery_is_written_key_by_key_as_documented() {
    let verdict = Verdict {
        status: Status::Failed(Cause::BodyNewline),
        scheme: Some("hmac-sha256"),
        header: Some("x-sig".into()),
        explanation: "It matches without the last newline.".into(),
        fix: None,
        trials: Box::default(),
    };
    let provider = Some(ProviderId::new("acme"));
    let events = [event("made")].into();
    let conclusion = Conclusion { provider, ties: Box::default(), probe: None, events, verdict };
    let head = b"POST /hooks?x=1 HTTP/1.1\r\nHost:127.0.0.1\r\nX-Odd: \xff\r\nx-odd: 2\r\n\r\n";
    let mut capture = Capture::new(delivery(head, b"{\"id\":1}"), conclusion, Reply::of(200));
    capture.seq = Seq(7);
    capture.put_exchange(Arc::new(Exchange {
        id: ExchangeId(1),
        kind: ExchangeKind::Resend,
        target: "http://localhost:3000/".into(),
        started_at: Timestamp::UNIX_EPOCH,
        sent: Head::parse(Bytes::new()),
        sent_sha256: [0; 32],
        outcome: Outcome::Failed(Failure { message: "nothing listens there".into(), after: Duration::from_millis(12) }),
    }));
    let expected = [
        FIRST,
        r#""method":"POST","target":"/hooks?x=1","version":"HTTP/1.1","#,
        r#""headers":[["Host","127.0.0.1"],["X-Odd",{"base64":"/w=="}],["x-odd","2"]],"#,
        r#""body":{"text":"{\"id\":1}"},"size":8,"#,
        r#""sha256":"037c9214eef74cc3887f3a4f085b4e17d76280dafd273b0ee160c09c4ba1cfd4","truncated":false,"#,
        r#""provider":"acme","probe":false,"#,
        r#""event":{"type":"made","id":"evt_abc","attempt":1,"at":"2026-02-06T14:00:00Z","flow":null},"#,
        r#""verdict":{"status":"failed","scheme":"hmac-sha256","header":"x-sig","cause":"body_newline","#,
        r#""explanation":"It matches without the last newline.","fix":null},"#,
        r#""reply":{"status":200,"delay_ms":0},"#,
        r#""exchanges":[{"kind":"resend","target":"http://localhost:3000/","status":null,"duration_ms":12,"#,
        r#""error":"nothing listens there"}]}"#,
        "\n",
    ];
    assert_eq!(line(&capture), expected.concat());
}

#[test]
fn a_failure_that_nobody_has_explained_claims_no_cause() {
    let mut conclusion = Conclusion::unknown();
    conclusion.verdict.status = Status::Failed(Cause::WrongSecret);
    conclusion.verdict.trials =
        [Trial { cause: Cause::WrongSecret, name: "every explanation".into(), outcome: verify::Outcome::Skipped }]
            .into();
    let text = line(&Capture::new(delivery(b"POST / HTTP/1.1\r\n\r\n", b""), conclusion, None));
    assert!(text.contains(r#""status":"failed","scheme":null,"header":null,"cause":null,"#), "{text}");
    let again = read_all(&text).unwrap().remove(0);
    assert_eq!((again.is_failed(), again.conclusion.verdict.cause()), (true, None));
    assert_eq!(line(&again), text.replace("123456789Z", "123456Z"));
}

#[test]
fn a_refused_request_has_its_reason_and_no_verdict() {
    let refusal = Refusal { status: 400, reason: "Not HTTP.".into() };
    let mut garbage = delivery(b"\x16\x03\x01\xff", b"");
    garbage.extent = Extent::Cut { size: None };
    let capture = Capture { seq: Seq(7), ..Capture::refused(garbage, refusal) };
    let expected = [
        FIRST,
        r#""method":null,"target":null,"version":null,"headers":[],"body":{"text":""},"size":null,"#,
        r#""sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","truncated":true,"#,
        r#""provider":null,"probe":false,"event":null,"verdict":null,"reply":{"status":400,"delay_ms":0},"#,
        r#""refused":{"status":400,"reason":"Not HTTP."},"exchanges":[]}"#,
        "\n",
    ];
    assert_eq!(line(&capture), expected.concat());
}

#[test]
fn a_batch_has_all_its_events_and_a_probe_none() {
    let mut conclusion = Conclusion::unknown();
    conclusion.events = [event("a"), event("b")].into();
    let reply = Reply::of(200);
    let batch = line(&Capture::new(delivery(b"POST / HTTP/1.1\r\n\r\n", b"[]"), conclusion, reply));
    assert!(batch.contains(r#""event":{"type":"a","#) && batch.contains(r#","events":[{"type":"a","#), "{batch}");
    assert_eq!(read_all(&batch).unwrap()[0].conclusion.events.len(), 2);
    let conclusion = Conclusion { probe: Some("health check".into()), ..Conclusion::unknown() };
    let probe = line(&Capture::new(delivery(b"OPTIONS / HTTP/1.1\r\n\r\n", b""), conclusion, reply));
    assert!(probe.contains(r#""probe":true,"event":null,"verdict""#), "{probe}");
    assert!(read_all(&probe).unwrap()[0].conclusion.probe.is_some());
}

#[test]
fn a_reply_that_nobody_knows_is_null() {
    let capture = Capture::new(delivery(b"GET / HTTP/1.1\r\n\r\n", b""), Conclusion::unknown(), None);
    let text = line(&capture);
    assert!(text.contains(r#","reply":null,"#), "{text}");
    assert_eq!(line(&read_all(&text).unwrap()[0]), text.replace("123456789Z", "123456Z"));
}

#[test]
fn a_reply_says_who_gave_it_only_where_that_was_not_us() {
    let cases = [
        (Heard::Status(503), r#"{"status":503,"delay_ms":9}"#),
        (Heard::Relayed(201), r#"{"status":201,"delay_ms":9,"by":"forward"}"#),
        (Heard::Hang, r#"{"status":null,"delay_ms":9,"by":"hang"}"#),
        (Heard::Drop, r#"{"status":null,"delay_ms":9,"by":"drop"}"#),
    ];
    for (heard, expected) in cases {
        let reply = Reply { heard, delay_ms: 9 };
        let capture = Capture::new(delivery(b"GET / HTTP/1.1\r\n\r\n", b""), Conclusion::unknown(), reply);
        let text = line(&capture);
        assert!(text.contains(&format!(r#","reply":{expected},"#)), "{text}");
        assert_eq!(read_all(&text).unwrap()[0].reply, Some(reply), "{text}");
    }
    let text = line(&Capture::new(delivery(b"GET / HTTP/1.1\r\n\r\n", b""), Conclusion::unknown(), Reply::DUE));
    assert!(text.contains(r#","reply":null,"#), "{text}");
    let later = r#""reply":{"status":200,"delay_ms":0,"by":"magic","how":1}"#;
    assert_eq!(read_all(text.replace(r#""reply":null"#, later)).unwrap()[0].reply, Some(Reply::of(200)));
}

#[test]
fn unknown_keys_and_empty_lines_are_passed_over() {
    let known = line(&unknown(b"GET / HTTP/1.1\r\n\r\n", b""));
    let more = known.replacen('{', r#"{"news":{"of":[1]},"#, 1);
    assert_eq!(read_all(format!("\n{more}\r\n\n{known}")).unwrap().len(), 2);
}

#[test]
fn a_torn_last_line_is_told_and_costs_nothing_else() {
    let whole = line(&unknown(b"GET / HTTP/1.1\r\n\r\n", b""));
    for cut in 1..whole.len() - 1 {
        let text = format!("{whole}{}", &whole[..cut]);
        let mut reader = Reader::new(text.as_bytes());
        assert_eq!((reader.by_ref().filter(Result::is_ok).count(), reader.torn()), (1, Some(2)), "cut at {cut}");
    }
    let unended = format!("{whole}{}", whole.trim_end());
    let mut reader = Reader::new(unended.as_bytes());
    assert_eq!((reader.by_ref().filter(Result::is_ok).count(), reader.torn()), (2, None));
}

#[test]
fn a_line_that_is_no_capture_is_an_error_with_its_number() {
    let good = line(&unknown(b"GET /x HTTP/1.1\r\nA: b\r\n\r\n", b"\xff"));
    let cases = [
        ("hello".to_owned(), "line 2: not a record: a recording has one JSON object a line"),
        ("{}".to_owned(), "line 2: not a record of a capture: missing field `schema` at column 2"),
        (good.replace("\"schema\":1", "\"schema\":2"), "line 2: schema 2 is not known; this version reads schema 1"),
        (good.replace("/w==", "/w="), "line 2: `body` is not base64: Invalid padding"),
        (good.replace("\"b\"", r#""b\r\nC: d""#), "line 2: no request can have this method, target and headers"),
        (
            good.replace("\"/x\"", r#""/x HTTP/1.1\r\nC: d""#),
            "line 2: no request can have this method, target and headers",
        ),
        (good.replace("\"provider\":null", r#""provider":"\u001b[31m""#), "line 2: `␛[31m` is no provider's name"),
        (good.replace("\"GET\"", "\"G T\""), "line 2: no request can have this method, target and headers"),
        (good.replace("\"unknown\"", r#""x\u001b""#), "line 2: `x␛` is no verdict, or not with this cause"),
    ];
    for (bad, expected) in cases {
        let error = read_all(format!("{good}{}\n{good}", bad.trim_end())).unwrap_err();
        assert_eq!(error, expected);
    }
}

#[test]
fn a_line_that_never_ends_is_an_error_and_no_torn_end() {
    let mut reader = Reader::new(std::io::BufReader::new(std::io::repeat(b'x')));
    reader.longest = 1024;
    let error = reader.next().and_then(Result::err).expect("it is no capture").to_string();
    assert_eq!((error.as_str(), reader.torn()), ("line 1: longer than 1 KiB, so it is no record", None));
}

#[test]
fn exchanges_that_are_read_are_none_of_this_run() {
    let exchange = r#"{"kind":"resend","target":"http://x","status":200,"duration_ms":1,"error":null}"#;
    let text = line(&unknown(b"GET / HTTP/1.1\r\n\r\n", b""))
        .replace("\"exchanges\":[", &format!("\"exchanges\":[{exchange}"));
    let own = ExchangeId::next();
    let ids: Vec<_> = (0..2).map(|_| read_all(&text).unwrap()[0].exchanges[0].id).collect();
    assert!(ids[0] > own && ids[1] > ids[0], "{ids:?} after {own:?}");
}

#[test]
fn what_is_missing_of_exchanges_is_told_only_where_something_is() {
    let exchange = r#"{"kind":"resend","target":"http://x","status":413,"duration_ms":1,"error":null}"#;
    let plain = line(&unknown(b"GET / HTTP/1.1\r\n\r\n", b"")).replace("123456789Z", "123456Z");
    let plain = plain.replace("\"exchanges\":[", &format!("\"exchanges\":[{exchange}"));
    let missing = plain.replace(r#""error":null}]"#, r#""error":null,"unsent":9000}],"exchanges_forgotten":3"#);
    for text in [plain, missing] {
        assert_eq!(line(&read_all(&text).unwrap()[0]), text);
    }
}

#[test]
fn every_scheme_has_a_name_that_can_be_read() {
    for provider in Catalog::builtin().iter() {
        for scheme in &provider.verify {
            assert!(SCHEMES.contains(&scheme.name()), "{}", scheme.name());
        }
    }
}

prop_compose! {
    fn captures()(
        method in "[A-Z]{1,7}",
        target in "/[!-~]{0,20}",
        headers in proptest::collection::vec(("[!-9;-~]{1,8}", proptest::collection::vec(1u8..=255, 0..12)), 0..6),
        body in proptest::collection::vec(any::<u8>(), 0..64),
        seq in 1u64..1_000_000,
        micros in 0i64..4_000_000_000_000_000,
        size in proptest::option::of(0u64..1_000_000),
        cut in any::<bool>(),
        cause in 0..Cause::ALL.len(),
        kind in proptest::option::of("\\PC{0,8}"),
        reason in proptest::option::of("\\PC{0,20}"),
    ) -> Capture {
        let mut text = format!("{method} {target} HTTP/1.1\r\n").into_bytes();
        for (name, value) in headers {
            let value: Vec<u8> = value.into_iter().filter(|byte| !matches!(byte, b'\n' | b'\r')).collect();
            text.extend_from_slice(&[name.as_bytes(), b":", &value, b"\r\n"].concat());
        }
        text.extend_from_slice(b"\r\n");
        let delivery = Delivery {
            received_at: Timestamp::from_microsecond(micros).unwrap(),
            peer: None,
            head: Head::parse(Bytes::from(text)),
            body: Bytes::from(body),
            extent: if cut { Extent::Cut { size } } else { Extent::Whole },
        };
        let status = Status::Failed(Cause::ALL[cause]);
        let verdict = Verdict { status, scheme: Some(SCHEMES[0]), ..Verdict::unknown() };
        let events = kind.iter().map(|kind| event(kind)).collect();
        let conclusion = Conclusion { verdict, events, ..Conclusion::unknown() };
        let refused = reason.map(|reason| Refusal { status: 413, reason });
        Capture { seq: Seq(seq), refused, ..Capture::new(delivery, conclusion, Reply { heard: Heard::Relayed(200), delay_ms: 5 }) }
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(capture in captures()) {
        let text = line(&capture);
        let again = read_all(&text).unwrap().remove(0);
        prop_assert_eq!(&line(&again), &text);
        prop_assert_eq!(&again.delivery.body, &capture.delivery.body);
        prop_assert_eq!(again.delivery.extent, capture.delivery.extent);
        let pairs = |capture: &Capture| -> Vec<(String, Vec<u8>)> {
            capture.delivery.head.headers().map(|header| (header.name.to_owned(), header.value.to_vec())).collect()
        };
        prop_assert_eq!(pairs(&again), pairs(&capture));
        prop_assert_eq!(again.delivery.head.target(), capture.delivery.head.target());
    }

    #[test]
    fn no_line_is_too_odd(line in "\\PC{0,80}") {
        let _ = read_all(&line);
    }
}
