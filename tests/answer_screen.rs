//! What senders are answered and where deliveries go on to: the menu, the lines to type, and the header that tells.

mod stage;

use std::time::Duration;

use hookglass::listen::Standing;
use hookglass::store::{Heard, Reply, Seq};
use hookglass::ui::{Answering, Msg};
use hookglass::verify::{Cause, Status};
use hookglass::wire::{Exchange, ExchangeKind, Failure, Outcome};
use insta::assert_snapshot;
use stage::{Stage, event_of, every_kind, failed_resend, probe, unknown};

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (60, 16)];

/// That reply with so many left, and these targets.
fn answering(reply: Option<(&str, Option<u32>)>, forward: &[&str]) -> Answering {
    let reply = reply.map(|(reply, left)| Standing { reply: reply.parse().unwrap(), left });
    let forward: Vec<_> = forward.iter().map(|target| target.parse().unwrap()).collect();
    Answering { reply, relays: !forward.is_empty(), forward, paths: 0 }
}

/// A stage on which that holds.
fn told(width: u16, height: u16, answering: Answering) -> Stage {
    let mut stage = Stage::new(width, height, every_kind());
    stage.tell(Msg::Answering(answering));
    stage
}

#[test]
fn the_menu() {
    for (width, height) in SIZES {
        let mut stage = told(width, height, answering(Some(("503 next=3", Some(2))), &[]));
        stage.press("a");
        assert_snapshot!(format!("menu_{width}x{height}"), stage.screen());
    }
}

#[test]
fn typing_a_reply() {
    for (width, height) in SIZES {
        let mut stage = told(width, height, answering(None, &["localhost:3000"]));
        stage.press("a t");
        stage.type_text(" dellay=3s");
        stage.press("enter");
        assert_snapshot!(format!("typing_{width}x{height}"), stage.screen());
    }
}

#[test]
fn typing_where_deliveries_go_on_to() {
    for (width, height) in SIZES {
        let mut stage = told(width, height, answering(None, &["localhost:3000", "https://staging.example/hooks"]));
        stage.press("f");
        assert_snapshot!(format!("forward_{width}x{height}"), stage.screen());
    }
}

#[test]
fn the_header_tells_what_is_unusual_before_all_else() {
    let cases = [
        answering(None, &[]),
        answering(Some(("503 next=3", Some(2))), &[]),
        answering(None, &["localhost:3000/hooks"]),
        answering(Some(("200 delay=10s every=2", None)), &["localhost:3000/hooks", "https://example.com"]),
        answering(Some(("503 next=3", Some(2))), &["https://handler.staging.example.com/hooks"]),
    ];
    let mut headers = String::new();
    for (width, height) in SIZES {
        for case in &cases {
            let screen = told(width, height, case.clone()).screen();
            headers += &format!("{}\n", screen.lines().next().unwrap_or_default());
        }
    }
    assert_snapshot!("headers", headers);
}

#[test]
fn the_count_in_the_header_follows_what_is_told() {
    let mut stage = told(80, 24, answering(Some(("503 next=3", Some(3))), &[]));
    assert!(stage.screen().contains("reply 503 ×3 left"), "{}", stage.screen());
    stage.tell(Msg::Answering(answering(Some(("503 next=3", Some(1))), &[])));
    assert!(stage.screen().contains("reply 503 ×1 left"));
    stage.tell(Msg::Answering(answering(None, &[])));
    assert!(!stage.screen().contains("reply 503"), "the usual needs no word");
}

#[test]
fn keys_answer_at_once() {
    let set = |reply: &str| format!("SetReply({:?})", Some(reply.parse::<hookglass::config::Reply>().unwrap()));
    let cases = [
        ("a 1", "SetReply(None)".to_owned()),
        ("a 2", set("503 next=3")),
        ("a 3", set("500 every=2")),
        ("a 4", set("200 delay=10s")),
        ("a 5", set("hang")),
        ("a 6", set("drop")),
        ("a 7", set("500")),
        ("a 9", set("500 next=5")),
        ("a j enter", set("503 next=3")),
        ("a G k k enter", set("500 next=5")),
        ("a t enter", set("200")),
    ];
    for (keys, asked) in cases {
        let mut stage = Stage::new(120, 36, every_kind());
        stage.press(keys);
        assert_eq!(stage.take_asked(), [asked], "{keys}");
    }
    for keys in ["a esc", "a a", "a q", "a t esc esc", "a t ctrl-u enter", "f esc"] {
        let mut stage = Stage::new(120, 36, every_kind());
        stage.press(keys);
        assert_eq!(stage.take_asked(), Vec::<String>::new(), "{keys}");
    }
}

#[test]
fn presets_are_those_of_the_selected_sender_or_of_all_that_were_seen() {
    let all = ["Brightback", "Brighten", "Chargebee Retention", "eSputnik", "Raaft"];
    // Of #8 the sender is known, of #7 it is not.
    for (keys, expected) in [("k k a", &["Raaft"][..]), ("k k k a", &all[..]), ("D y a", &[])] {
        let mut stage = Stage::new(120, 36, every_kind());
        stage.press(keys);
        let screen = stage.screen();
        let is_heading = |name: &&str| screen.lines().any(|line| line.contains(&format!("│  {name}   ")));
        assert_eq!(all.into_iter().filter(is_heading).collect::<Vec<_>>(), expected, "{screen}");
        assert!(screen.contains("500 for every 2nd"), "{screen}");
    }
}

#[test]
fn the_usual_is_what_the_handler_answers_where_that_is_relayed() {
    for (relays, usual) in [(true, "what the handler answers, as usual"), (false, "200, as usual")] {
        let mut stage = told(80, 24, Answering { relays, ..answering(None, &["3000"]) });
        stage.press("a");
        assert!(stage.screen().contains(&format!("● 1  {usual}  ")), "{}", stage.screen());
    }
}

#[test]
fn a_typed_reply_keeps_its_line_until_it_holds() {
    let mut stage = Stage::new(80, 24, every_kind());
    stage.press("a t ctrl-u");
    stage.type_text("200 body=@/nowhere");
    stage.press("enter");
    assert_eq!(stage.take_asked().len(), 1);
    stage.tell(Msg::ReplySet(Err("cannot read /nowhere, the body of the reply: not found".to_owned())));
    let screen = stage.screen();
    assert!(screen.contains("200 body=@/nowhere") && screen.contains("cannot read /nowhere"), "{screen}");
    stage.tell(Msg::ReplySet(Ok(answering(Some(("200 body=@/here", None)), &[]))));
    let screen = stage.screen();
    assert!(
        !screen.contains("Answer every sender") && screen.contains("Senders are answered: 200 body=@/here"),
        "{screen}"
    );
}

#[test]
fn targets_are_parted_by_blanks_and_nothing_forwards_to_nobody() {
    let cases = [
        ("", "SetForward([])", None),
        ("3000", "http://localhost:3000", None),
        ("localhost:3000  https://example.com/x", "https://example.com/x", None),
        ("3000 ftp://x", "", Some("only http:// and https:// can")),
    ];
    for (typed, asked, problem) in cases {
        let mut stage = Stage::new(80, 24, every_kind());
        stage.press("f");
        stage.type_text(typed);
        stage.press("enter");
        let shown = stage.take_asked().join("\n");
        match problem {
            None if asked.starts_with("Set") => assert_eq!(shown, asked),
            None => {
                let target: hookglass::send::Target = asked.parse().unwrap();
                assert!(shown.contains(&format!("{target:?}")), "{typed}: {shown}");
            }
            Some(problem) => {
                let screen = stage.screen();
                assert!(shown.is_empty() && screen.contains(problem) && screen.contains(typed), "{screen}");
            }
        }
    }
}

#[test]
fn a_target_that_leads_back_to_us_is_refused_in_one_line() {
    let mut stage = Stage::new(80, 24, every_kind());
    stage.press("f");
    stage.type_text("4665");
    stage.press("enter");
    stage.tell(Msg::ForwardSet(Err("http://localhost:4665 is this hookglass itself".to_owned())));
    let screen = stage.screen();
    assert!(screen.contains("│ 4665 ") && screen.contains("is this hookglass itself"), "{screen}");
    stage.tell(Msg::ForwardSet(Ok(answering(None, &["3000"]))));
    let screen = stage.screen();
    assert!(!screen.contains("Forward every delivery to"), "{screen}");
    assert!(screen.contains("→ localhost:3000  "), "{screen}");
}

/// A forward to `localhost:3000` that came to that.
fn forward(id: u64, outcome: Outcome) -> Exchange {
    Exchange { kind: ExchangeKind::Forward, outcome, ..failed_resend(id) }
}

fn failed() -> Outcome {
    Outcome::Failed(Failure {
        message: "nothing listens on localhost:3000".to_owned(),
        after: Duration::from_millis(2),
    })
}

#[test]
fn what_a_sender_heard_is_told_where_it_is_not_the_usual() {
    let (pending, failed) = (|| Some(Outcome::Pending), Some(failed()));
    let target = "http://localhost:3000";
    let waits = format!("Its sender still waits: {target} has not answered.");
    let relayed = format!("Its sender was answered 500, relayed from {target}.");
    let fallback = "Its sender was answered 502: nothing listens on localhost:3000.";
    let cases = [
        (Heard::Status(200), 0, None, "", ""),
        (Heard::Relayed(204), 0, pending(), "→…", ""),
        (Heard::Status(503), 0, None, "←503", "Its sender was answered 503."),
        (Heard::Status(200), 10_000, None, "", "Its sender is answered 200, after 10 s."),
        (Heard::Hang, 0, None, "←hang", "Its sender was answered nothing: the connection was kept"),
        (Heard::Drop, 0, None, "←drop", "Its sender was answered nothing: the connection was closed."),
        (Heard::Due, 0, pending(), "→…", waits.as_str()),
        (Heard::Relayed(500), 0, pending(), "→…", relayed.as_str()),
        (Heard::Status(502), 0, failed, "←502 →✗", fallback),
        (Heard::Status(500), 0, pending(), "←500 →…", "Its sender was answered 500, not relayed."),
    ];
    for (heard, delay_ms, outcome, badge, sentence) in cases {
        let mut capture = event_of(1, "brighten", "recognition.created", Status::Verified);
        capture.reply = Some(Reply { heard, delay_ms });
        // So wide that no sentence breaks.
        let mut stage = Stage::new(200, 36, [capture]);
        if let Some(outcome) = outcome {
            stage.store.put_exchange(Seq(1), forward(1, outcome));
        }
        stage.read();
        let screen = stage.screen();
        let row = screen.lines().nth(2).unwrap_or_default();
        let badges: Vec<&str> = row.split_whitespace().filter(|word| word.starts_with(['←', '→'])).collect();
        assert_eq!(badges.join(" "), badge, "{heard:?}: {screen}");
        assert!(screen.contains(sentence), "{heard:?}: {screen}");
        assert_eq!(screen.contains("Its sender"), !sentence.is_empty(), "{heard:?}: {screen}");
    }
}

#[test]
fn what_was_answered_goes_before_all_but_why_a_signature_is_wrong() {
    let cases = [
        (probe(1, "chargebee-retention", "OPTIONS", "health check"), "Its sender was answered 503."),
        (unknown(1, "/x", "{}"), "Its sender was answered 503."),
        (event_of(1, "brighten", "user.created", Status::Failed(Cause::WrongSecret)), "The signature was made with"),
    ];
    for (mut capture, first) in cases {
        capture.reply = Some(Reply::of(503));
        let screen = Stage::new(90, 24, [capture]).screen();
        let below_verdict = screen.lines().skip_while(|line| !line.contains("Capture #1")).nth(2);
        assert!(below_verdict.is_some_and(|line| line.contains(first)), "{screen}");
    }
}

#[test]
fn of_several_forwards_the_row_tells_what_waits_or_went_wrong() {
    let cases = [
        (vec![forward(1, failed()), forward(2, Outcome::Pending)], "→…"),
        (vec![forward(1, failed()), forward(2, Outcome::Cancelled)], "→–"),
        (vec![forward(1, Outcome::Pending), failed_resend(2)], "→✗"),
        (vec![failed_resend(1), forward(2, Outcome::Pending)], "→…"),
    ];
    for (exchanges, badge) in cases {
        let mut stage = Stage::new(120, 36, every_kind());
        for exchange in exchanges {
            stage.store.put_exchange(Seq(10), exchange);
        }
        stage.read();
        let screen = stage.screen();
        assert!(screen.lines().any(|line| line.contains("reward.redeemed") && line.contains(badge)), "{screen}");
    }
}

#[test]
fn resending_begins_with_where_deliveries_go_on_to() {
    let mut stage = told(120, 36, answering(None, &["3000", "4000"]));
    stage.press("r");
    let asked = stage.take_asked();
    assert!(asked[0].starts_with("Resend { seq: Seq(10), target: Target") && asked[0].contains("3000"), "{asked:?}");
    assert!(!stage.screen().contains("resend →"), "the header says it once: {}", stage.screen());
    let mut stage = told(120, 36, answering(None, &["3000"]));
    stage.press("R");
    assert!(stage.screen().contains("│ http://localhost:3000 "), "{}", stage.screen());
}
