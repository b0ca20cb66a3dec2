//! The tab of exchanges: what was sent because of a capture, and what came back.

mod stage;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hookglass::store::Capture;
use hookglass::ui::{Effect, Msg, parse};
use hookglass::verify::Status;
use hookglass::wire::{Answer, Ending, Exchange, ExchangeId, ExchangeKind, Failure, Head, Outcome, Timing};
use insta::assert_snapshot;
use sha2::{Digest, Sha256};
use stage::{Stage, at, event_of};

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (60, 16)];
const ERROR: &str = r#"{"error":{"code":"E7","message":"KeyError: 'points'","at":["handler.py",12]},"retry":false}"#;

fn exchange(id: u64, capture: &Capture, outcome: Outcome) -> Exchange {
    let sent = "POST /hooks HTTP/1.1\r\nHOST: localhost:3000\r\nX-Brighten-Signature: 8f1d0c52\r\n\
                authorization: Bearer t0ken\r\nContent-Length: 9\r\n\r\n";
    Exchange {
        id: ExchangeId(id),
        kind: if id == 1 { ExchangeKind::Forward } else { ExchangeKind::Resend },
        target: "http://localhost:3000/hooks".to_owned(),
        started_at: at(60 + id),
        sent: Head::parse(Bytes::from_static(sent.as_bytes())),
        sent_sha256: Sha256::digest(&capture.delivery.body).into(),
        outcome,
    }
}

fn answer(status_line: &str, fields: &str, body: impl Into<Bytes>) -> Answer {
    let head = format!("HTTP/1.1 {status_line}\r\n{fields}\r\n");
    Answer {
        status: status_line[..3].parse().unwrap(),
        head: Head::parse(Bytes::from(head)),
        body: body.into(),
        ending: Ending::Whole,
        unsent: 0,
        timing: Timing {
            connect: Duration::from_micros(180),
            tls: Duration::ZERO,
            first_byte: Duration::from_millis(11),
            total: Duration::from_millis(12),
        },
    }
}

fn answered(answer: Answer) -> Outcome {
    Outcome::Answered(Box::new(answer))
}

fn json(status_line: &str, body: &str) -> Outcome {
    let fields = "Content-Type: application/json\r\nX-Dup: 1\r\nx-dup:  2\r\nSet-Cookie: sid=s3cret\r\n";
    answered(answer(status_line, fields, body.to_owned()))
}

fn refused() -> Outcome {
    let message = "nothing listens on localhost:3000".to_owned();
    Outcome::Failed(Failure { message, after: Duration::from_micros(900) })
}

/// A capture with these exchanges, the first of them a forward.
fn with(outcomes: impl IntoIterator<Item = Outcome>) -> Capture {
    let mut capture = event_of(1, "brighten", "recognition.created", Status::Verified);
    for (id, outcome) in (1..).zip(outcomes) {
        capture.put_exchange(Arc::new(exchange(id, &capture, outcome)));
    }
    capture
}

/// A handler on its way: down, wrong, wrong in the same way, right, right in another way.
fn on_its_way() -> Capture {
    with([
        refused(),
        json("500 Internal Server Error", ERROR),
        json("500 Internal Server Error", ERROR),
        json("200 OK", r#"{"ok":true}"#),
        json("200 OK", r#"{"ok":true,"seen":2}"#),
    ])
}

/// What the tab shows after the keys, on a screen that the right side fills.
fn shown(capture: Capture, keys: &str) -> String {
    let mut stage = Stage::new(80, 40, [capture]);
    stage.press("enter 4");
    if !keys.is_empty() {
        stage.press(keys);
    }
    let screen = stage.screen();
    screen.lines().skip_while(|line| !line.contains("Exchanges")).skip(2).collect::<Vec<_>>().join("\n")
}

#[test]
fn each_answer_is_told_beside_the_one_before() {
    for (width, height) in SIZES {
        let mut stage = Stage::new(width, height, [on_its_way()]);
        stage.press("enter 4");
        assert_snapshot!(format!("list_{width}x{height}"), stage.screen());
        stage.press("j j enter j");
        assert_snapshot!(format!("inside_{width}x{height}"), stage.screen());
        stage.press("esc h");
        assert_snapshot!(format!("sent_{width}x{height}"), stage.screen());
    }
}

#[test]
fn the_selected_one_says_how_it_turned_out() {
    let cases = [
        ("", "~ changed: the last one had another body"),
        ("j", "✓ fixed: the last one answered 500"),
        ("j j", "= same as the last one"),
        ("j j j", "~ changed: the last one failed"),
        ("j j j j", "✗ nothing listens on localhost:3000"),
    ];
    for (keys, expected) in cases {
        let screen = shown(on_its_way(), keys);
        assert!(screen.contains(expected), "{keys}: {expected} is not in\n{screen}");
    }
    let regressed = with([json("200 OK", "{}"), refused()]);
    assert!(shown(regressed, "").contains("✗ regressed: the last one answered 200"));
}

#[test]
fn what_a_provider_takes_for_success_decides() {
    let mut capture = with([json("200 OK", "{}"), json("204 No Content", "")]);
    capture.conclusion.provider = Some(hookglass::provider::ProviderId::new("esputnik"));
    let mut stage = Stage::new(160, 36, [capture]);
    stage.press("4");
    let screen = stage.screen();
    assert!(screen.contains("→204 regressed"), "{screen}");
}

#[test]
fn a_body_that_is_not_all_there_says_why() {
    let cases = [
        (Ending::OverLimit { size: Some(100 << 20) }, "… cut here: 4 B of 100 MiB"),
        (Ending::OverLimit { size: None }, "… cut here: 4 B of more"),
        (Ending::BrokenOff { size: Some(9) }, "… broke off after 4 B of 9 B"),
        (Ending::BrokenOff { size: None }, "… broke off after 4 B"),
        (Ending::Garbled, "… broke off after 4 B: what follows is no chunk of HTTP"),
        (Ending::TimedOut { size: None }, "… still going after 12 ms: 4 B came"),
        (Ending::TimedOut { size: Some(9) }, "… still going after 12 ms: 4 B of 9 B came"),
        (Ending::NotKept, "… its body has not been kept"),
    ];
    for (ending, expected) in cases {
        let screen = shown(with([answered(Answer { ending, ..answer("200 OK", "", "four") })]), "");
        assert!(screen.contains(expected), "{expected} is not in\n{screen}");
        assert!(screen.contains(" 4 B…"), "the list says so, too\n{screen}");
    }
}

#[test]
fn a_redirect_says_where_it_points() {
    let screen = shown(with([answered(answer("302 Found", "Location: https://a.example/\u{1b}[2J\r\n", ""))]), "");
    assert!(screen.contains("↷ redirects to https://a.example/␛[2J (not followed)"), "{screen}");
}

#[test]
fn who_answered_before_reading_everything_was_not_sent_everything() {
    let early = with([answered(Answer { unsent: 100, ..answer("413 Too Large", "", "") })]);
    let screen = shown(early, "");
    assert!(screen.contains("≠ It answered before it had read everything: 100 B of the"), "{screen}");
    assert!(!screen.contains("identical"), "{screen}");
}

#[test]
fn bodies_are_read_like_any_other() {
    let cases: [(&str, &[u8], &str); 5] = [
        ("Content-Type: text/plain; charset=windows-1251\r\n", b"\xcf\xf0", "Пр"),
        ("Content-Type: application/x-www-form-urlencoded\r\n", b"a=1&b=%20x", "form, 2 fields"),
        ("Content-Type: application/json\r\n", b"{\"a\":}", "not JSON"),
        ("Content-Encoding: br\r\n", b"\x8b\x03\x80{\"id\":1}\x03", "  id: 1"),
        ("", b"\x00\x01\x02", "3 B that are no text"),
    ];
    for (fields, body, expected) in cases {
        let screen = shown(with([answered(answer("200 OK", fields, body.to_vec()))]), "");
        assert!(screen.to_lowercase().contains(&expected.to_lowercase()), "{expected} is not in\n{screen}");
    }
}

#[test]
fn keys_go_into_the_answer_and_back_step_by_step() {
    let mut stage = Stage::new(120, 36, [on_its_way()]);
    stage.press("enter 4 j j");
    // In: the keys move in the tree, and fold there.
    for way_in in ["enter", "l", "space", "tab"] {
        stage.press(way_in);
        stage.press("j");
        assert!(stage.screen().contains("error.code"), "{way_in}\n{}", stage.screen());
        stage.press("h h");
        assert!(stage.screen().contains("▸ error: { code"), "{way_in}\n{}", stage.screen());
        stage.press("l k esc");
        assert!(stage.screen().contains("←→: sent or answer"), "{way_in}\n{}", stage.screen());
    }
    stage.press("esc");
    assert!(stage.screen().contains("enter open"), "back in the inbox\n{}", stage.screen());
}

#[test]
fn tab_goes_on_from_the_answer_to_the_inbox() {
    let mut stage = Stage::new(120, 36, [on_its_way()]);
    stage.press("tab 4 tab tab j");
    let screen = stage.screen();
    assert!(screen.contains("enter open"), "the inbox has the keys\n{screen}");
    stage.press("tab");
    assert!(stage.screen().contains("←→: sent or answer"), "and it begins at the list again\n{}", stage.screen());
}

#[test]
fn a_search_goes_through_the_body_and_what_is_above_it() {
    let mut stage = Stage::new(80, 24, [on_its_way()]);
    stage.press("enter 4 j j enter z M /");
    stage.type_text("handler.py");
    stage.press("enter");
    assert!(stage.screen().contains("error.at[0]"), "{}", stage.screen());
    stage.press("esc /");
    stage.type_text("x-dup:  2");
    stage.press("enter");
    assert!(stage.screen().contains("x-dup:  2"), "{}", stage.screen());
}

#[test]
fn the_copy_menu_offers_what_there_is_without_credentials() {
    let mut stage = Stage::new(120, 36, [on_its_way()]);
    let mut copied = |keys: &str| {
        stage.press(keys);
        let asked = stage.take_asked();
        asked.last().unwrap().clone()
    };
    assert!(copied("enter 4 y a").contains(r#"b"{\"ok\":true,\"seen\":2}""#));
    let head = copied("y r");
    assert!(head.contains("HTTP/1.1 200 OK\\n") && head.contains("x-dup:  2\\n") && !head.contains("s3cret"), "{head}");
    let sent = copied("y s");
    assert!(sent.contains("HOST: localhost:3000\\n") && !sent.contains("t0ken"), "{sent}");
    assert!(copied("l y v").contains(r#"b"true""#));
}

#[test]
fn long_lists_scroll_and_say_where_they_are() {
    let mut stage = Stage::new(80, 24, [with((0..80).map(|_| json("200 OK", "{}")))]);
    stage.press("enter 4 G k");
    let screen = stage.screen();
    assert!(screen.contains("63 of 64, 16 older made room"), "{screen}");
    stage.press("g");
    assert!(stage.screen().contains("1 of 64"), "{}", stage.screen());
}

#[test]
fn what_is_newly_sent_is_shown_and_what_somebody_reads_stays_while_it_is_the_newest() {
    let mut stage = Stage::new(120, 36, [on_its_way()]);
    stage.press("enter 4 j enter j R");
    stage.type_text("3000");
    stage.press("enter");
    let capture = stage.store.all().remove(0);
    stage.store.put_exchange(capture.seq, exchange(6, &capture, Outcome::Pending));
    stage.read();
    assert!(stage.screen().contains("waiting for an answer"), "{}", stage.screen());
    assert!(stage.screen().contains("^x stop"), "{}", stage.screen());
    stage.store.put_exchange(capture.seq, exchange(6, &capture, json("500 Oh", ERROR)));
    stage.read();
    assert!(stage.screen().contains("✗ regressed: the last one answered 200"), "{}", stage.screen());
    assert!(stage.screen().contains("#1 → 500 in 12 ms: regressed"), "{}", stage.screen());
    assert!(!stage.screen().contains("^x stop"), "{}", stage.screen());
    stage.press("j");
    assert!(stage.screen().contains("error.code"), "{}", stage.screen());
    stage.store.settle(capture.seq);
    stage.read();
    assert!(stage.screen().contains("error.code"), "another verdict changes nothing here\n{}", stage.screen());
}

#[test]
fn a_large_answer_is_read_off_the_loop_and_a_stale_one_is_dropped() {
    let large = format!("[{}0]", "10,".repeat(300_000));
    let capture = with([json("200 OK", &large), json("200 OK", r#"{"small":1}"#)]);
    let mut stage = Stage::new(120, 36, [capture]);
    stage.parses = false;
    stage.press("4 enter j");
    let Some(Effect::Parse(job)) = stage.asked.pop() else { panic!("nobody was asked to read it") };
    assert!(stage.screen().contains("reading 878 KiB …"), "{}", stage.screen());
    stage.press("k");
    stage.tell(Msg::Parsed(Box::new(parse(job.clone()))));
    assert!(stage.screen().contains("small: 1"), "{}", stage.screen());
    stage.press("j");
    stage.tell(Msg::Parsed(Box::new(parse(job))));
    assert!(stage.screen().contains("[0] 10"), "{}", stage.screen());
}

#[test]
fn a_long_text_scrolls_to_its_end_and_back_to_the_lines_above_it() {
    let text: String = (1..=500).map(|n| format!("line {n}\n")).collect();
    let mut stage = Stage::new(80, 24, [with([answered(answer("200 OK", "Content-Type: text/plain\r\n", text))])]);
    stage.press("enter 4 enter");
    for (keys, expected) in [("G", " line 500"), ("k", " line 499"), ("g", " HTTP/1.1 200 OK"), ("G", " line 500")] {
        stage.press(keys);
        let screen = stage.screen();
        assert!(screen.contains(expected), "{keys}: {expected} is not in\n{screen}");
        let last = screen.lines().nth(21).unwrap();
        assert!(last.trim_matches([' ', '▐']).starts_with("line "), "{keys}: room is wasted\n{screen}");
    }
    stage.press("g");
    stage.press(&["j"; 600].join(" "));
    assert!(stage.screen().contains(" line 500"), "{}", stage.screen());
    stage.press(&["k"; 600].join(" "));
    assert!(stage.screen().contains(" HTTP/1.1 200 OK"), "{}", stage.screen());
}

#[test]
fn hostile_answers_cannot_drive_the_terminal() {
    let hostile = answer("500 \u{1b}]52;c;AAAA\u{7}", "X-\u{202e}: a\u{200b}\u{1b}[2J\r\n", "\u{1b}[2J");
    let screen = shown(with([answered(hostile)]), "enter");
    assert!(!screen.contains(['\u{1b}', '\u{202e}', '\u{200b}', '\u{7}']), "{screen}");
}
