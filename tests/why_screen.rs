//! The tab that tells why: asked for once, answered off the loop, and never guessing.

mod stage;

use std::sync::Arc;

use bytes::Bytes;
use hookglass::provider::Catalog;
use hookglass::store::{Capture, Knowledge, Reply, Seq};
use hookglass::ui::{Msg, WhyJob, explain};
use hookglass::verify::{Cause, Draft, Secret, Secrets, Status, sign};
use hookglass::wire::{Delivery, Extent, Head, Version};
use insta::assert_snapshot;
use stage::{Stage, at, every_kind, refused, verdict};

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (60, 16)];

/// What is known to somebody who has this secret, if any.
fn knowing(provider: &str, secret: Option<&str>) -> Knowledge {
    let catalog = Catalog::builtin();
    let id = catalog.get(provider).unwrap().id.clone();
    let mut secrets = Secrets::default();
    if let Some(secret) = secret {
        secrets.add(Some(id), Secret::new(secret.into(), "env:WEBHOOK_SECRET"));
    }
    Knowledge::new(catalog, secrets)
}

/// A provider's sample of an event, signed with `s3cret`; `change` is what became of the body on its way.
fn sample(provider: &str, event: &str, change: impl Fn(&str) -> String) -> Delivery {
    let catalog = Catalog::builtin();
    let provider = catalog.get(provider).unwrap();
    let sample = &provider.event_type(event).unwrap().sample;
    let mut head = Head::build(&sample.method, "/hooks", Version::Http11).header("Host", "127.0.0.1:4665");
    let draft = Draft { method: "POST", url: "", headers: &[], body: sample.body.clone(), now: at(1) };
    let signed = sign(&provider.verify[0], &draft, &Secret::new("s3cret".into(), "test")).unwrap();
    signed.headers.iter().for_each(|(name, value)| head.push(name, value));
    let body = Bytes::from(change(std::str::from_utf8(&sample.body).unwrap()));
    Delivery { received_at: at(1), peer: None, head: head.finish(), body, extent: Extent::Whole }
}

fn spaced(body: &str) -> String {
    body.replace("\",\"", "\", \"")
}

/// A stage that shows why, with the answer there.
fn asking(width: u16, height: u16, delivery: Delivery, knowledge: Knowledge) -> Stage {
    let conclusion = knowledge.conclude(&delivery);
    let capture = Capture::new(delivery, conclusion, Reply::of(200));
    let mut stage = Stage::new(width, height, [capture]);
    stage.press("enter w");
    assert_eq!(stage.take_asked(), ["Explain(Seq(1))"]);
    answer(&mut stage, knowledge);
    stage
}

fn answer(stage: &mut Stage, knowledge: Knowledge) {
    let capture = stage.store.get(Seq(1)).unwrap();
    stage.tell(Msg::Explained(Box::new(explain(&WhyJob { capture, knowledge: Arc::new(knowledge) }))));
}

#[test]
fn a_wrong_secret_shows_all_that_was_tried() {
    for (width, height) in SIZES {
        let delivery = sample("brighten", "recognition.created", str::to_owned);
        let mut stage = asking(width, height, delivery, knowing("brighten", Some("other")));
        assert_snapshot!(format!("wrong_secret_{width}x{height}"), stage.screen());
    }
}

#[test]
fn a_body_printed_again_shows_how_to_have_the_raw_one() {
    for (width, height) in SIZES {
        let delivery = sample("brighten", "recognition.created", spaced);
        let mut stage = asking(width, height, delivery, knowing("brighten", Some("s3cret")));
        assert_snapshot!(format!("reserialized_{width}x{height}"), stage.screen());
    }
}

#[test]
fn arrows_choose_the_stack_and_the_copy_menu_has_its_code() {
    let delivery = sample("brighten", "recognition.created", spaced);
    let mut stage = asking(120, 36, delivery, knowing("brighten", Some("s3cret")));
    assert!(stage.screen().contains("express.raw"));
    stage.press("l l");
    assert!(stage.screen().contains("‹ Django REST framework") && !stage.screen().contains("express.raw({"));
    stage.press("h");
    assert!(stage.screen().contains("‹ Next.js"));
    stage.press("h h");
    assert!(stage.screen().contains("‹ Go (net/http)"), "around the end");
    stage.press("l y");
    assert!(stage.screen().contains("the code for Express"), "{}", stage.screen());
    stage.press("c");
    assert!(stage.take_asked()[0].contains("express.raw"));
}

#[test]
fn a_tie_is_told_and_what_settled_it() {
    let cancel = r#"{"url":"","delivery_attempts":1,"created_at":"2026-01-01T00:00:00Z","subscription_id":"1","first_sent_at":"2026-01-01T00:00:00Z","id":"a","type":"event","data":{"type":"cancel","session_id":"s","app_id":"1"}}"#;
    let mut delivery = sample("brightback", "cancel", |_| cancel.to_owned());
    delivery.head =
        Head::build("POST", "/", Version::Http11).header("X-Hub-Signature", "0".repeat(40).as_str()).finish();
    let mut stage = asking(120, 36, delivery.clone(), knowing("brightback", None));
    assert!(stage.screen().contains("Chargebee Retention has as many points: nothing"), "{}", stage.screen());
    assert!(stage.screen().contains("header X-Hub-Signature"));
    let assumed = Catalog::builtin().get("raaft").cloned();
    let mut stage = asking(120, 36, delivery, knowing("raaft", None).assuming(assumed));
    assert!(stage.screen().contains("Because you said so"), "{}", stage.screen());
}

#[test]
fn it_is_asked_once_and_again_when_the_verdict_changes() {
    let mut stage = Stage::new(120, 36, every_kind());
    stage.press("w");
    assert_eq!(stage.take_asked(), ["Explain(Seq(10))"]);
    stage.press("1 w j");
    assert!(stage.take_asked().is_empty());
    let mut conclusion = stage.store.get(Seq(10)).unwrap().conclusion.clone();
    conclusion.verdict = verdict(Status::Failed(Cause::WrongSecret));
    stage.store.conclude(Seq(10), conclusion);
    stage.read();
    assert_eq!(stage.take_asked(), ["Explain(Seq(10))"]);
    stage.press("k");
    assert_eq!(stage.take_asked(), ["Explain(Seq(9))"]);
}

#[test]
fn nothing_is_asked_of_a_refused_request() {
    let mut stage = Stage::new(120, 36, [refused(1)]);
    stage.press("w");
    assert!(stage.take_asked().is_empty());
    assert!(stage.screen().contains("HTTP itself refused this request"));
}

#[test]
fn it_scrolls_and_is_searched() {
    let delivery = sample("brighten", "recognition.created", str::to_owned);
    let mut stage = asking(60, 16, delivery, knowing("brighten", Some("other")));
    let first = stage.screen();
    stage.press("G");
    assert!(stage.screen().contains("points; 50 suffice"), "{}", stage.screen());
    stage.press("g");
    assert_eq!(stage.screen(), first);
    stage.press("/");
    stage.type_text("CR LF after");
    stage.press("enter");
    assert!(stage.screen().contains("the secret with CR LF after it"), "{}", stage.screen());
}
