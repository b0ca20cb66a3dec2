//! Editing and signing afresh: what is asked of the world, and what the menu after the editor says.

mod stage;

use std::sync::Arc;

use bytes::Bytes;
use hookglass::record::http::Changes;
use hookglass::store::{Capture, Seq};
use hookglass::ui::{Draft, Edited, Found, Message, Msg};
use hookglass::verify::Status;
use insta::assert_snapshot;
use stage::{Stage, event_of, every_kind};

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (60, 16)];

fn original() -> Arc<Capture> {
    Arc::new(Capture { seq: Seq(3), ..event_of(1, "brighten", "recognition.created", Status::Verified) })
}

fn edited(found: Found) -> Msg {
    let draft = Draft { original: original(), text: Bytes::from_static(b"POST / HTTP/1.1\n\n{}") };
    Msg::Edited(Box::new(Edited { draft, found }))
}

fn message(fits: Option<bool>, signed: Result<&str, &str>) -> Found {
    let changes = Changes { request: false, headers: 1, body: Some((20, 32)) };
    let exact = match fits {
        Some(true) => "as edited; its signature still fits",
        Some(false) => "as edited; its signature no longer fits",
        None => "as edited; no secret tells whether its signature fits",
    };
    let signed = signed.map(str::to_owned).map_err(str::to_owned);
    Found::Message(Message { delivery: original().delivery.clone(), changes, fits, exact: exact.to_owned(), signed })
}

fn signable() -> Found {
    message(Some(false), Ok("hmac-sha256, with a fresh time"))
}

fn unsignable() -> Found {
    message(None, Err("no secret of brighten is configured: s gives one"))
}

/// A stage where something has been sent to that target.
fn with_target(captures: Vec<Capture>) -> Stage {
    let mut stage = Stage::new(80, 24, captures);
    stage.press("R");
    stage.type_text("3000");
    stage.press("enter");
    stage.take_asked();
    stage
}

#[test]
fn the_menu_says_what_was_changed_and_what_can_be_done() {
    for (width, height) in SIZES {
        let mut stage = Stage::new(width, height, every_kind());
        stage.tell(edited(signable()));
        assert_snapshot!(format!("signable_{width}x{height}"), stage.screen());
        stage.tell(edited(unsignable()));
        assert_snapshot!(format!("unsignable_{width}x{height}"), stage.screen());
        stage.tell(edited(Found::Broken(
            "line 3: expected a header such as Content-Type: application/json, or an empty line before the body"
                .to_owned(),
        )));
        assert_snapshot!(format!("broken_{width}x{height}"), stage.screen());
    }
}

#[test]
fn keys_ask_for_the_editor_and_for_a_signature() {
    let cases: [(&str, &[&str]); 3] = [
        ("e", &["Edit(Seq(10))"]),
        ("k e", &["Edit(Seq(9))"]),
        (
            "S",
            &[
                "Resign { seq: Seq(10), target: Target { scheme: Http, host: \"localhost\", port: Some(3000), path: None, query: None } }",
            ],
        ),
    ];
    for (keys, asked) in cases {
        let mut stage = with_target(every_kind());
        stage.press(keys);
        assert_eq!(stage.take_asked(), asked, "{keys}");
    }
    let mut stage = Stage::new(80, 24, every_kind());
    stage.press("S");
    assert!(stage.screen().contains("Sign #10 afresh and send it to"));
    stage.type_text("3000");
    stage.press("enter");
    assert!(stage.take_asked()[0].starts_with("Resign { seq: Seq(10)"));
}

#[test]
fn what_is_chosen_is_kept_as_a_child() {
    let cases = [
        (signable(), "x", "Exact"),
        (signable(), "S", "Signed"),
        (signable(), "enter", "Signed"),
        (signable(), "k enter", "Exact"),
        (message(Some(true), Ok("hmac-sha256")), "enter", "Exact"),
        (unsignable(), "enter", "Exact"),
    ];
    for (found, keys, way) in cases {
        let mut stage = with_target(every_kind());
        stage.tell(edited(found));
        stage.press(keys);
        let body = original().delivery.body.len();
        assert_eq!(
            stage.take_asked(),
            [format!("Keep(Child(#3, {way}, body of {body} B, http://localhost:3000))")],
            "{keys}"
        );
        assert!(!stage.screen().contains("An edit of #3"), "{keys}: the menu is closed");
    }
}

#[test]
fn nothing_is_kept_of_what_is_given_up_or_cannot_be() {
    let broken = || Found::Broken("line 1: no".to_owned());
    let cases: [(Found, &str, &str, bool); 9] = [
        (signable(), "esc", "esc once more gives the edit up", true),
        (signable(), "esc k esc", "esc once more", true),
        (signable(), "esc esc", "", false),
        (broken(), "esc esc", "", false),
        (broken(), "enter", "line 1: no", true),
        (broken(), "x", "line 1: no", true),
        (unsignable(), "S", "It cannot be signed: no secret of brighten is configured", true),
        (Found::Unchanged, "ctrl-y", "#3 was not changed: nothing was sent", false),
        (Found::Empty, "ctrl-y", "The file came back empty: nothing was sent", false),
    ];
    for (found, keys, said, is_open) in cases {
        let mut stage = with_target(every_kind());
        let name = format!("{found:?}");
        stage.tell(edited(found));
        stage.press(keys);
        assert_eq!(stage.take_asked(), Vec::<String>::new(), "{name}");
        let screen = stage.screen();
        assert!(screen.contains(said), "{name}:\n{screen}");
        assert_eq!(screen.contains("An edit of #3"), is_open, "{name}:\n{screen}");
    }
}

#[test]
fn a_text_that_is_opened_again_is_kept_until_another_comes_back() {
    let mut stage = with_target(every_kind());
    stage.tell(edited(signable()));
    stage.press("e");
    assert_eq!(stage.take_asked(), ["EditAgain(Draft(#3, 19 B))"]);
    for came in [Msg::Failed("The editor ended with exit code 1: nothing was sent".to_owned()), edited(Found::Empty)] {
        stage.tell(came);
        assert!(stage.screen().contains("An edit of #3"), "the text from before is still there");
    }
    stage.tell(edited(Found::Unchanged));
    assert!(!stage.screen().contains("An edit of #3"), "all was taken back");
}

#[test]
fn word_of_a_text_that_was_edited_again_comes_too_late() {
    let mut stage = with_target(every_kind());
    stage.tell(edited(signable()));
    let draft = Draft { original: original(), text: Bytes::from_static(b"POST /before HTTP/1.1\n\n{}") };
    stage.tell(Msg::Judged(Box::new(Edited { draft, found: Found::Broken("line 1: no".to_owned()) })));
    assert!(!stage.screen().contains("line 1: no"), "{}", stage.screen());
}

#[test]
fn an_edit_waits_below_what_is_opened_over_it() {
    let mut stage = Stage::new(80, 24, every_kind());
    stage.tell(edited(unsignable()));
    stage.press("s");
    assert_eq!(stage.take_asked(), ["ListSecrets"]);
    stage.press("esc");
    assert_eq!(stage.take_asked(), ["Judge(Draft(#3, 19 B))"], "a secret may have been given");
    let Msg::Edited(judged) = edited(signable()) else { unreachable!() };
    stage.tell(Msg::Judged(judged));
    assert!(stage.screen().contains("hmac-sha256"));
    stage.press("x");
    stage.type_text("not a target");
    stage.press("enter");
    assert!(stage.screen().contains("is not a host name"));
    stage.press("esc");
    assert!(stage.screen().contains("An edit of #3"), "back to the edit");
    stage.take_asked();
    stage.press("t");
    stage.type_text("3000");
    stage.press("enter");
    assert!(stage.screen().contains("http://localhost:3000"), "only the target is another");
    stage.press("esc esc");
    let Msg::Edited(judged) = edited(signable()) else { unreachable!() };
    stage.tell(Msg::Judged(judged));
    assert!(!stage.screen().contains("An edit of #3"), "what was given up does not come back");
}

#[test]
fn a_child_is_selected_marked_and_sent_as_soon_as_it_is_there() {
    for (width, height) in SIZES {
        let mut stage = Stage::new(width, height, every_kind());
        stage.press("g");
        let child = Capture {
            parent: Some(Seq(3)),
            reply: None,
            ..event_of(99, "brighten", "recognition.created", Status::Failed(hookglass::verify::Cause::WrongSecret))
        };
        let seq = stage.store.push(child);
        stage.tell(Msg::Kept { seq, target: "3000".parse().unwrap() });
        assert_eq!(stage.selected(), Some(1), "its row is not there yet");
        stage.read();
        assert_eq!(stage.selected(), Some(11));
        assert!(stage.take_asked().iter().any(|asked| asked.starts_with("Resend { seq: Seq(11)")));
        assert_snapshot!(format!("child_{width}x{height}"), stage.screen());
    }
}
