//! Marking captures and comparing them.

mod stage;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hookglass::provider::Catalog;
use hookglass::store::{Capture, Cursor, Knowledge, Reply, Seq};
use hookglass::ui::{Effect, Msg};
use hookglass::verify::{Secrets, Status};
use hookglass::wire::{
    Answer, Delivery, Ending, Exchange, ExchangeId, ExchangeKind, Extent, Head, Outcome, Timing, Version,
};
use insta::assert_snapshot;
use stage::{Stage, at, event_of, refused, unknown};

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (60, 16)];

fn events(count: u64) -> impl Iterator<Item = Capture> {
    (1..=count).map(|n| event_of(n, "brighten", "recognition.created", Status::Verified))
}

/// The lines of the inbox that show a mark, by the second their capture came at.
fn marked(stage: &mut Stage) -> Vec<String> {
    let screen = stage.screen();
    let lines = screen.lines().filter(|line| line.split('│').next().is_some_and(|row| row.contains('●')));
    lines
        .filter_map(|line| line.split_whitespace().find_map(|word| word.strip_prefix("14:00:")))
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_mark_stays_with_its_capture_until_it_is_taken_away_or_the_capture_goes() {
    let cases: [(&str, &[&str]); 6] = [
        ("g m", &["01"]),
        ("g m m", &[]),
        ("g m j m j", &["01", "02"]),
        ("g m j m k m", &["02"]),
        ("g m j m d", &["01"]),
        ("g m j m D y", &[]),
    ];
    for (keys, expected) in cases {
        let mut stage = Stage::new(120, 36, events(5));
        stage.press(keys);
        assert_eq!(marked(&mut stage), expected, "{keys}");
    }
}

#[test]
fn marks_are_counted_and_survive_a_filter() {
    let mut stage = Stage::new(120, 36, events(3));
    stage.press("g m j m");
    assert!(stage.screen().contains("Inbox · 3 · 2 marked"), "{}", stage.screen());
    assert!(stage.screen().contains("#2 is marked, one of 2"));
    stage.press("/");
    stage.type_text("failed");
    stage.answer_filter();
    stage.press("enter");
    assert_eq!(marked(&mut stage), [""; 0]);
    stage.press("esc");
    assert_eq!(marked(&mut stage), ["01", "02"]);
}

#[test]
fn the_mark_of_an_evicted_capture_is_gone() {
    let mut stage = Stage::new(120, 36, events(3));
    stage.press("g m j m");
    stage.store.remove(Seq(1));
    let mut cursor = Cursor::default();
    let mut delta = stage.store.since(&mut cursor, 0);
    delta.floor = Seq(2);
    stage.tell(Msg::Store(delta));
    assert_eq!(marked(&mut stage), ["02"]);
}

/// A delivery with headers and a body of its own.
fn sent(seconds: u64, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Capture {
    let mut head = Head::build("POST", "/hooks", Version::Http11).header("Host", "127.0.0.1:4665");
    headers.iter().for_each(|(name, value)| head.push(name, value.as_bytes()));
    let peer = Some("127.0.0.1:50000".parse().unwrap());
    let (received_at, body) = (at(seconds), body.into());
    let delivery = Delivery { received_at, peer, head: head.finish(), body, extent: Extent::Whole };
    let conclusion = Knowledge::new(Catalog::builtin(), Secrets::default()).conclude(&delivery);
    Capture::new(delivery, conclusion, Reply::of(200))
}

fn json(seconds: u64, body: &str) -> Capture {
    sent(seconds, &[("Content-Type", "application/json")], body.to_owned())
}

/// A provider's sample of an event.
fn sample(seconds: u64, provider: &str, event: &str) -> Capture {
    let catalog = Catalog::builtin();
    let body = catalog.get(provider).unwrap().event_type(event).unwrap().sample.body.clone();
    sent(seconds, &[("Content-Type", "application/json"), ("X-Brighten-Signature", "8f1d0c52")], body)
}

/// Two attempts of one event, between which a proxy and a person have been at work.
fn two_attempts() -> Vec<Capture> {
    let first = r#"{"id":"evt_1","type":"recognition.created","created_at":"2026-02-06T14:00:00Z","data":{"object":{"id":"rec_42","message":"Thank you for the late release, and for staying until the pager was quiet","points":25,"rate":1.0,"tags":["late","release","pager"],"recipients":[{"id":"usr_9","name":"Grace"},{"id":"usr_11","name":"Alan"}],"visibility":"public","note":null}},"metadata":{"organization_id":"org_1","triggered_by":"usr_7"}}"#;
    let second = r#"{"id":"evt_1","type":"recognition.created","created_at":"2026-02-06T14:05:00Z","data":{"object":{"id":"rec_42","message":"Thank you for the early release, and for staying until the pager was quiet","points":50,"rate":1.00,"tags":["pager","late","release"],"recipients":[{"id":"usr_11","name":"Alan T."},{"id":"usr_12","name":"Ada"}],"note":"nice"}},"metadata":{"triggered_by":"usr_7","organization_id":"org_1"}}"#;
    let headers = [
        ("User-Agent", "Brighten-Webhooks/1.0"),
        ("X-Brighten-Signature", "8f1d0c52"),
        ("Authorization", "Bearer a-very-secret-token"),
        ("X-Old", "gone\u{1b}[31m"),
        ("Content-Type", "application/json"),
    ];
    let later = [
        ("user-agent", "Brighten-Webhooks/1.0"),
        ("X-Brighten-Signature", "11d0c528"),
        ("Authorization", "Bearer another-secret-token"),
        ("X-Forwarded-For", "203.0.113.7"),
        ("Content-Type", "application/json"),
    ];
    vec![sent(1, &headers, first), json(2, "{}"), sent(301, &later, second)]
}

fn answered(id: u64, status: u16, body: &str) -> Exchange {
    let text = if status < 300 { "OK" } else { "Internal Server Error" };
    let head = format!("HTTP/1.1 {status} {text}\r\ncontent-type: application/json\r\n\r\n");
    let answer = Answer {
        status,
        head: Head::parse(head.into()),
        body: Bytes::copy_from_slice(body.as_bytes()),
        ending: Ending::Whole,
        unsent: 0,
        timing: Timing { total: Duration::from_millis(12), ..Timing::default() },
    };
    Exchange {
        id: ExchangeId(id),
        kind: ExchangeKind::Resend,
        target: "http://localhost:3000/hooks".to_owned(),
        started_at: at(60 + id),
        sent: Head::parse(Bytes::from_static(b"POST /hooks HTTP/1.1\r\nhost: localhost:3000\r\n\r\n")),
        sent_sha256: [0; 32],
        outcome: Outcome::Answered(Box::new(answer)),
    }
}

/// A capture that was sent three times, once somewhere else.
fn resent() -> Capture {
    let mut capture = json(1, r#"{"id":1}"#);
    let elsewhere = Exchange { target: "http://localhost:9".to_owned(), ..answered(2, 200, "elsewhere") };
    let exchanges =
        [answered(1, 500, r#"{"ok":false,"error":"no such user"}"#), elsewhere, answered(3, 200, r#"{"ok":true}"#)];
    capture.exchanges = exchanges.into_iter().map(Arc::new).collect();
    capture
}

/// What is compared, or what is said instead.
fn shown(stage: &mut Stage) -> String {
    let screen = stage.screen();
    let titles = ["Compare #", "Compare two", "Compare it with", "m marks it", "is the marked one", "no longer held"];
    let Some(line) = screen.lines().find(|line| titles.iter().any(|title| line.contains(title))) else {
        return "nothing".to_owned();
    };
    let part = line.split(['┬', '│', '╭', '╮']).find(|part| titles.iter().any(|title| part.contains(title)));
    part.unwrap_or_default().trim_matches(['─', ' ']).to_owned()
}

#[test]
fn what_is_compared_is_what_was_pointed_at() {
    let edited = || {
        let mut edit = json(9, r#"{"id":2}"#);
        edit.parent = Some(Seq(1));
        vec![json(1, r#"{"id":1}"#), unknown(5, "/between", "{}"), edit]
    };
    let alone = || vec![unknown(1, "/a", "{}"), unknown(2, "/b", "{}"), refused(3)];
    let update = || vec![sample(1, "brighten", "user.points.updated"), sample(2, "brighten", "user.points.updated")];
    type Case<'a> = (&'a str, &'a dyn Fn() -> Vec<Capture>, &'a str, &'a str);
    let cases: [Case<'_>; 14] = [
        ("a mark, then a newer one", &alone, "g m j =", "Compare #1 ↔ #2"),
        ("a mark, then an older one", &alone, "j m g =", "Compare #1 ↔ #3"),
        ("the last of several marks", &alone, "g m j m j =", "Compare #2 ↔ #3"),
        ("the marked one itself", &alone, "g m =", "#1 is the marked one: = on another compares the two"),
        ("no mark", &alone, "g =", "Nothing to compare it with: m marks it, = on another compares the two"),
        ("an edit with what it was", &edited, "G =", "Compare #1 ↔ #3"),
        ("an attempt with the one before", &two_attempts, "G =", "Compare #1 ↔ #3"),
        (
            "the first attempt",
            &two_attempts,
            "g =",
            "Nothing to compare it with: m marks it, = on another compares the two",
        ),
        ("one update by itself", &update, "g =", "Compare #1: data.previous ↔ data.object"),
        ("an update that is an attempt too", &update, "G =", "Compare it with"),
        ("the second of the menu", &update, "G = j enter", "Compare #2: data.previous ↔ data.object"),
        ("one of the menu by its key", &update, "G = e", "Compare #1 ↔ #2"),
        ("otherwise", &update, "G = e =", "Compare it with"),
        ("out of the menu", &update, "G = esc", "nothing"),
    ];
    for (name, captures, keys, expected) in cases {
        let mut stage = Stage::new(120, 36, captures());
        stage.press(keys);
        assert_eq!(shown(&mut stage), expected, "{name}");
    }
}

#[test]
fn an_answer_is_compared_with_the_one_before_it_from_the_same_target() {
    let cases = [
        ("4 =", "Compare two answers to #1"),
        ("1 =", "Nothing to compare it with: m marks it, = on another compares the two"),
    ];
    for (keys, expected) in cases {
        let mut stage = Stage::new(120, 36, [resent()]);
        stage.press("enter 4");
        stage.press(keys);
        assert_eq!(shown(&mut stage), expected, "{keys}");
    }
}

#[test]
fn the_comparison_says_what_differs() {
    for (width, height) in SIZES {
        let mut stage = Stage::new(width, height, two_attempts());
        stage.press("G =");
        assert_snapshot!(format!("two_attempts_{width}x{height}"), stage.screen());
        stage.press("G");
        assert_snapshot!(format!("two_attempts_end_{width}x{height}"), stage.screen());
    }
}

#[test]
fn the_choice_between_several() {
    for (width, height) in SIZES {
        let mut stage = Stage::new(width, height, [1, 2].map(|at| sample(at, "brighten", "user.points.updated")));
        stage.press("G =");
        assert_snapshot!(format!("choice_{width}x{height}"), stage.screen());
        stage.press("b");
        assert_snapshot!(format!("before_after_{width}x{height}"), stage.screen());
    }
}

#[test]
fn answers_differ() {
    let mut stage = Stage::new(120, 36, [resent()]);
    stage.press("enter 4 =");
    assert_snapshot!(stage.screen());
}

#[test]
fn each_kind_of_body_is_compared_in_its_own_way() {
    let text = |seconds, body: &str| sent(seconds, &[("Content-Type", "text/plain")], body.to_owned());
    let form =
        |seconds, body: &str| sent(seconds, &[("Content-Type", "application/x-www-form-urlencoded")], body.to_owned());
    let bytes = |seconds, last: u8| {
        sent(seconds, &[("Content-Type", "image/png")], [vec![0x89, 0, 1, 2], vec![7; 40], vec![last]].concat())
    };
    let cases: [(&str, [Capture; 2], &[&str]); 8] = [
        ("equal", [json(1, "[1]"), json(2, "[1]")], &["Body  the same 3 bytes"]),
        ("none", [json(1, ""), json(2, "")], &["Body  none in either"]),
        (
            "blanks",
            [json(1, "[1]"), json(2, "[ 1 ]")],
            &["Body  no difference, 1 value is the same", "The same JSON, laid out otherwise"],
        ),
        (
            "spelling",
            [json(1, "[1.0]"), json(2, "[1.00]")],
            &[
                "Body  1 difference",
                "written otherwise: a signature differs",
                "≈ [0]  1.0 → 1.00  equal, written otherwise",
            ],
        ),
        (
            "text",
            [text(1, "a\nb\nc\n"), text(2, "a\nx\nc\n")],
            &["Body  1 line removed, 1 line added, 2 are the same", "− b", "+ x"],
        ),
        ("a form", [form(1, "a=1&b=2"), form(2, "a=1&b=3")], &["− b = 2", "+ b = 3", "1 is the same"]),
        ("JSON and text", [json(1, "{}"), text(2, "gone")], &["− {}", "+ gone"]),
        (
            "bytes",
            [bytes(1, 7), bytes(2, 8)],
            &["Body  45 bytes and 45 bytes", "The first difference is at byte 44 (0x2c).", "− 00000020", "+ 00000020"],
        ),
    ];
    for (name, captures, expected) in cases {
        let mut stage = Stage::new(120, 36, captures);
        stage.press("g m j =");
        let screen = stage.screen();
        for words in expected {
            assert!(screen.contains(words), "{name}: {words}\n{screen}");
        }
    }
}

#[test]
fn n_goes_around_the_differences_and_keys_move() {
    let mut stage = Stage::new(120, 36, [json(1, r#"{"a":1,"b":1,"c":1}"#), json(2, r#"{"a":2,"b":1,"c":2}"#)]);
    stage.press("g m j =");
    let cases =
        [("", 1), ("n", 2), ("n", 1), ("N", 2), ("N", 1), ("g", 1), ("G", 2), ("k", 1), ("pgdn", 2), ("pgup", 1)];
    for (keys, expected) in cases {
        if !keys.is_empty() {
            stage.press(keys);
        }
        let screen = stage.screen();
        assert!(screen.contains(&format!("difference {expected} of 2")), "{keys}\n{screen}");
    }
    stage.press("esc");
    assert_eq!(shown(&mut stage), "nothing");
}

#[test]
fn secrets_are_concealed_and_copies_are_safe() {
    let mut stage = Stage::new(120, 36, two_attempts());
    stage.press("G =");
    assert!(!stage.screen().contains("secret-token"), "{}", stage.screen());
    stage.press("y");
    let Some(Effect::Copy { label, bytes }) = stage.asked.pop() else { panic!("nothing was copied") };
    assert_eq!(label, "the comparison");
    assert_snapshot!(std::str::from_utf8(&bytes).unwrap());
}

#[test]
fn a_capture_that_is_gone_is_said_to_be() {
    let mut stage = Stage::new(120, 36, two_attempts());
    stage.press("g m G");
    stage.store.remove(Seq(1));
    stage.press("=");
    assert_eq!(shown(&mut stage), "#1 is no longer held");
}
