//! What stands right of the inbox, for deliveries as the providers send them and for bodies that are nobody's.

mod stage;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hookglass::provider::Catalog;
use hookglass::store::{Capture, Knowledge, Reply, Seq};
use hookglass::verify::{Cause, Draft, Secret, Secrets, Status, sign};
use hookglass::wire::{
    Answer, Delivery, Ending, Exchange, ExchangeId, ExchangeKind, Extent, Failure, Head, HeadBuilder, Outcome, Timing,
    Version,
};
use insta::assert_snapshot;
use sha2::{Digest, Sha256};
use stage::{Stage, at, event_of, refused};

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (60, 16)];

/// A provider's sample of an event, signed with a secret, as somebody who knows another (or the same) one receives it.
fn sample(provider: &str, event: &str, signed_with: &str, known: &str) -> Capture {
    let catalog = Catalog::builtin();
    let provider = catalog.get(provider).unwrap().clone();
    let sample = &provider.event_type(event).unwrap().sample;
    let mut head = Head::build(&sample.method, "/hooks", Version::Http11).header("Host", "127.0.0.1:4665");
    head.push("Content-Type", sample.content_type.as_bytes());
    if let Some(scheme) = provider.verify.first().filter(|_| !signed_with.is_empty()) {
        let draft = Draft { method: "POST", url: "", headers: &[], body: sample.body.clone(), now: at(1) };
        let signed = sign(scheme, &draft, &Secret::new(signed_with.into(), "test")).unwrap();
        signed.headers.iter().for_each(|(name, value)| head.push(name, value));
    }
    let delivery = delivery(head, sample.body.clone());
    let mut secrets = Secrets::default();
    secrets.add(Some(provider.id.clone()), Secret::new(known.into(), "test"));
    let knowledge = Knowledge::new(catalog, secrets);
    let conclusion = knowledge.conclude(&delivery);
    Capture::new(delivery, conclusion, Reply::of(200))
}

fn delivery(head: HeadBuilder, body: Bytes) -> Delivery {
    let peer = Some("127.0.0.1:50000".parse().unwrap());
    Delivery { received_at: at(1), peer, head: head.finish(), body, extent: Extent::Whole }
}

/// A delivery of nobody known.
fn unknown(content_type: &str, body: impl Into<Bytes>) -> Capture {
    let head = Head::build("POST", "/in?a=1", Version::Http11).header("content-type", content_type);
    let knowledge = Knowledge::new(Catalog::builtin(), Secrets::default());
    let delivery = delivery(head, body.into());
    let conclusion = knowledge.conclude(&delivery);
    Capture::new(delivery, conclusion, Reply::of(200))
}

fn exchange(id: u64, capture: &Capture, outcome: Outcome) -> Exchange {
    Exchange {
        id: ExchangeId(id),
        kind: ExchangeKind::Resend,
        target: "http://localhost:3000/hooks".to_owned(),
        started_at: at(60 + id),
        sent: capture.delivery.head.clone(),
        sent_sha256: Sha256::digest(&capture.delivery.body).into(),
        outcome,
    }
}

fn answer(body: &str) -> Outcome {
    let head = "HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\nSet-Cookie: sid=s3cret\r\n\r\n";
    let timing = Timing {
        connect: Duration::from_micros(180),
        tls: Duration::ZERO,
        first_byte: Duration::from_millis(11),
        total: Duration::from_millis(12),
    };
    Outcome::Answered(Box::new(Answer {
        status: 500,
        head: Head::parse(Bytes::from_static(head.as_bytes())),
        body: Bytes::from(body.to_owned()),
        ending: Ending::Whole,
        unsent: 0,
        timing,
    }))
}

/// The right side alone, of a screen on which it fills the width, after the keys.
fn right_side(capture: Capture, keys: &str) -> String {
    let mut stage = Stage::new(80, 24, [capture]);
    stage.press("enter");
    if !keys.is_empty() {
        stage.press(keys);
    }
    let screen = stage.screen();
    let lines: Vec<_> = screen.lines().skip_while(|line| !line.contains("── Capture")).skip(1).collect();
    lines[..lines.len() - 1].join("\n")
}

fn at_every_size(name: &str, capture: &dyn Fn() -> Capture, keys: &str) {
    for (width, height) in SIZES {
        let mut stage = Stage::new(width, height, [capture()]);
        stage.press(keys);
        assert_snapshot!(format!("{name}_{width}x{height}"), stage.screen());
    }
}

#[test]
fn a_verified_event_shows_its_sections_first() {
    at_every_size("verified", &|| sample("brightback", "cancel", "s", "s"), "enter");
}

#[test]
fn what_is_odd_about_a_right_signature_is_told_and_a_token_covers_no_body() {
    let mut odd = sample("brightback", "cancel", "s", "s");
    odd.conclusion.verdict.explanation =
        "The signature was made with your secret. Its hex digits are in upper case.".into();
    let screen = right_side(odd, "");
    assert!(screen.contains("✓ verified") && screen.contains("  Its hex digits are in upper case."), "{screen}");
    let screen = right_side(sample("raaft", "canceled", "tok", "tok"), "");
    assert!(screen.contains("✓ authenticated · token · x-raaft-token · body not covered"), "{screen}");
}

#[test]
fn a_failed_verdict_says_why_and_what_to_do() {
    at_every_size("failed", &|| sample("brighten", "recognition.created", "other", "s"), "enter");
}

#[test]
fn an_exchange_shows_what_came_back() {
    let capture = || {
        let mut capture = sample("brighten", "recognition.created", "s", "s");
        let failure = Failure {
            message: "nothing listens on localhost:3000: is the handler running?".to_owned(),
            after: Duration::from_micros(900),
        };
        for (id, outcome) in [
            (1, Outcome::Failed(failure)),
            (2, Outcome::Cancelled),
            (3, answer(r#"{"error":{"code":"E7","at":["handler.rs",12]}}"#)),
            (4, Outcome::Pending),
        ] {
            capture.put_exchange(Arc::new(exchange(id, &capture, outcome)));
        }
        capture
    };
    at_every_size("exchange", &capture, "enter 4 j");
    assert!(right_side(capture(), "4").contains("waiting for an answer"));
    assert!(right_side(capture(), "4 j j").contains("cancelled before an answer came"));
    assert!(right_side(capture(), "4 j j j").contains("✗ nothing listens on localhost:3000: is the handler running?"));
}

#[test]
fn a_batch_shows_its_items() {
    assert_snapshot!(right_side(sample("esputnik", "READ", "", "s"), ""));
}

#[test]
fn keys_group_under_their_dots_or_stand_as_sent() {
    let capture = || sample("brightback", "cancel", "s", "s");
    let (grouped, as_sent) = (right_side(capture(), "z M j j space j space"), right_side(capture(), "z M j j space ."));
    assert!(grouped.contains("   ▾ standard.… 3 keys") && grouped.contains("       Owner Email: "), "{grouped}");
    assert!(as_sent.contains("\n     standard.Owner Email: ") && as_sent.contains("as sent"), "{as_sent}");
}

#[test]
fn headers_stand_as_sent_and_credentials_do_not() {
    let mut capture = sample("raaft", "saved", "t0ken-t0ken", "t0ken-t0ken");
    let head = Head::build("POST", "/hooks", Version::Http11)
        .header("X-Raaft-Token", "t0ken-t0ken")
        .header("AUTHORIZATION", "Bearer abcdef")
        .header("x-dup", "1")
        .header("X-Dup", "2\u{1b}[31m");
    let delivery = Delivery { head: head.finish(), ..(*capture.delivery).clone() };
    capture.delivery = Arc::new(delivery);
    let shown = right_side(capture, "2 j");
    assert!(!shown.contains("t0ken") && !shown.contains("abcdef"), "{shown}");
    assert_snapshot!(shown);
}

#[test]
fn a_body_that_is_not_json_shows_where_it_breaks() {
    let broken = unknown("application/json", "{\n  \"id\": 7,\n  \"name\": \"x\" \"oops\": 1\n}\n");
    assert_snapshot!(right_side(broken, ""));
}

#[test]
fn the_raw_tab_of_a_refused_request_has_all_that_came() {
    let screen = right_side(refused(17), "3");
    assert!(screen.contains("GET /x y HTTP/1.1␍"), "{screen}");
    assert!(!screen.contains("Truncated"), "{screen}");
}

#[test]
fn every_body_is_shown_as_what_it_is() {
    let form = || unknown("application/x-www-form-urlencoded", "name=Jane+Doe&note=a%1B%5B31m&note=");
    let xml = || unknown("application/xml", "<a><b k=\"1\">text</b><c/></a>");
    let part = "--x\r\ncontent-disposition: form-data; name=\"id\"\r\n\r\n7\r\n--x--\r\n";
    let multipart = || unknown("multipart/form-data; boundary=x", part);
    let cases: [(Capture, &str, &[&str]); 8] = [
        (form(), "", &["form, 3 fields", "name  Jane Doe", "note  a␛[31m"]),
        (multipart(), "", &["multipart, 1 part", "id  7"]),
        (xml(), "", &["<b k=\"1\">text</b>"]),
        (xml(), "3", &["<a><b k=\"1\">text</b><c/></a>"]),
        (unknown("text/plain", "one\r\ntwo\n"), "3", &["one␍\n two␊", "9 bytes  sha256 "]),
        (unknown("text/plain", "one\n"), "3 space", &["00000000  6f 6e 65 0a", "one·"]),
        (unknown("application/octet-stream", &b"\x7fELF\0"[..]), "", &["5 B that are no text", "7f 45 4c 46 00"]),
        (unknown("application/json", ""), "", &["no body"]),
    ];
    for (capture, keys, expected) in cases {
        let shown = right_side(capture, keys);
        for words in expected {
            assert!(shown.contains(words), "{words:?} is not in\n{shown}");
        }
    }
}

#[test]
fn the_banner_says_what_is_missing() {
    let mut cut = unknown("application/json", "{\"a\":1");
    let extent = Extent::Cut { size: Some(41 * 1024 * 1024) };
    cut.delivery = Arc::new(Delivery { extent, ..(*cut.delivery).clone() });
    let mut tied = sample("brightback", "cancel", "s", "s");
    tied.conclusion.ties = Box::new([hookglass::provider::ProviderId::new("chargebee-retention")]);
    let mut new = sample("brighten", "recognition.created", "s", "s");
    new.conclusion.events[0].kind = Some("recognition.sent".into());
    new.conclusion.events[0].attempt = Some(2);
    let cases = [
        (cut, "Truncated: only 6 B of 41 MiB are kept."),
        (tied, "Could as well be chargebee-retention"),
        (new, "recognition.sent  not in the catalogue  ↻2"),
        (refused(17), "✗ refused with 400"),
        (refused(17), "the request line has no HTTP version"),
        (sample("raaft", "saved", "s", "s"), "✓ authenticated · token · x-raaft-token · body not covered"),
        (sample("brighten", "user.created", "", "s"), "? unsigned"),
    ];
    for (capture, expected) in cases {
        let shown = right_side(capture, "");
        assert!(shown.contains(expected), "{expected:?} is not in\n{shown}");
    }
}

#[test]
fn the_same_capture_again_keeps_tab_cursor_and_folds() {
    let mut stage = Stage::new(80, 24, [sample("brightback", "cancel", "s", "s")]);
    stage.press("enter z M j j");
    let before = stage.screen();
    let capture = stage.store.all().remove(0);
    stage.store.put_exchange(capture.seq, exchange(1, &capture, Outcome::Pending));
    stage.read();
    let after = stage.screen();
    assert!(after.contains("Exchanges 1"), "{after}");
    let tree =
        |screen: &str| screen.lines().skip_while(|line| !line.contains("▸")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(tree(&before), tree(&after));
    assert!(after.contains(" data.fields "), "{after}");
}

#[test]
fn a_search_goes_from_match_to_match_and_opens_what_hides_them() {
    let mut stage = Stage::new(80, 24, [sample("brightback", "cancel", "s", "s")]);
    stage.press("enter z M /");
    stage.type_text("berlin");
    stage.press("enter");
    // In the order sent, whatever the order on the screen.
    let (first, second) = (r#" data.fields["cancel.context.timezone"] "#, " data.context.timezone ");
    assert!(stage.screen().contains(first), "{}", stage.screen());
    for (key, expected) in [("n", second), ("n", first), ("N", second)] {
        stage.press(key);
        assert!(stage.screen().contains(expected), "{expected} is not in\n{}", stage.screen());
    }
}

#[test]
fn hostile_bodies_cannot_drive_the_terminal() {
    let nasty = "{\"\u{202e}key\": \"\u{1b}]52;c;AAAA\u{7}\", \"zero\": \"a\u{200b}b\"}";
    // JSON forbids raw control characters in strings, so this one is read as broken text.
    let shown = right_side(unknown("application/json", nasty), "");
    assert!(!shown.contains(['\u{1b}', '\u{202e}', '\u{200b}', '\u{7}']), "{shown}");
    let escaped = right_side(unknown("application/json", "{\"\u{202e}k\": \"\\u001b[2J\"}"), "");
    assert!(escaped.contains(r#"‹U+202E›k: "\u001b[2J""#), "{escaped}");
}

#[test]
fn an_exact_edit_is_told_to_be_edited_not_to_lack_a_secret() {
    let failed = event_of(3, "brighten", "recognition.created", Status::Failed(Cause::WrongSecret));
    let edit = Capture { parent: Some(Seq(1)), ..failed.clone() };
    let shown = |capture| Stage::new(120, 36, [capture]).screen();
    assert!(shown(failed).contains("made with another secret"));
    let screen = shown(edit);
    assert!(screen.contains("It was edited after it was signed") && screen.contains("→ Press S to sign it afresh."));
    assert!(!screen.contains("secret of this webhook"), "{screen}");
}
