//! Giving a secret while the screen is up: what is asked of the world, what is shown, and that nothing tells the secret.

mod stage;

use hookglass::provider::ProviderId;
use hookglass::store::Seq;
use hookglass::ui::{KnownSecret, Msg, Slot};
use hookglass::verify::{Cause, Secret, Status};
use insta::assert_snapshot;
use stage::{Stage, event_of, every_kind, verdict};

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (60, 16)];

fn slot(provider: &str, at: usize) -> Slot {
    Slot { whose: Some(ProviderId::new(provider)), at }
}

fn known(provider: &str, at: usize, source: &str, path: Option<&str>) -> KnownSecret {
    KnownSecret { slot: slot(provider, at), source: source.into(), path: path.map(Into::into) }
}

fn some() -> Vec<KnownSecret> {
    vec![
        known("brighten", 0, "env:BRIGHTEN_SECRET", None),
        known("brighten", 1, "typed:…", None),
        known("raaft", 0, "file:/run/secrets/raaft", Some("/raaft")),
    ]
}

/// A stage with the overlay open on the provider of the newest capture.
fn open(width: u16, height: u16) -> Stage {
    let mut stage = Stage::new(width, height, every_kind());
    stage.press("s");
    assert_eq!(stage.take_asked(), ["ListSecrets"]);
    stage.tell(Msg::Secrets(some()));
    stage
}

#[test]
fn the_secrets_there_are() {
    for (width, height) in SIZES {
        assert_snapshot!(format!("list_{width}x{height}"), open(width, height).screen());
    }
}

#[test]
fn what_became_of_a_secret_is_said_over_the_list() {
    for (width, height) in SIZES {
        let mut stage = open(width, height);
        stage.tell(Msg::Concluded { captures: 10, changed: 2 });
        assert!(stage.screen().contains("Verified again: 10 captures, 2 changed"), "{}", stage.screen());
    }
}

#[test]
fn typing_one() {
    for (width, height) in SIZES {
        let mut stage = open(width, height);
        stage.press("a");
        stage.type_text("hunter2");
        assert_snapshot!(format!("typing_{width}x{height}"), stage.screen());
    }
}

#[test]
fn a_typed_secret_is_read_then_used_and_told_by_nothing() {
    let mut stage = open(120, 36);
    stage.press("a");
    stage.type_text("qhunter1");
    stage.press("backspace");
    stage.tell(Msg::Pasted("2\n".to_owned().into()));
    assert!(stage.screen().contains("••••••••") && !stage.screen().contains("hunter"), "{}", stage.screen());
    stage.press("enter");
    let asked = stage.take_asked();
    assert_eq!(asked, ["ReadSecret(Slot { whose: Some(brighten), at: 2 }, SecretText(…))"]);
    assert!(!format!("{:?}", stage.app).contains("hunter"));
    let msg = Msg::SecretRead(slot("brighten", 2), Ok(Secret::new(b"hunter2".to_vec(), "typed:…")));
    assert!(!format!("{msg:?}").contains("hunter"));
    stage.tell(msg);
    assert_eq!(stage.take_asked(), ["PutSecret(Slot { whose: Some(brighten), at: 2 }, Secret(typed:…))"]);
    assert!(!stage.screen().contains("Secret of"), "the line has done its work");
}

#[test]
fn a_secret_that_cannot_be_had_leaves_its_line_open() {
    let mut stage = open(120, 36);
    stage.press("enter");
    stage.type_text("env:NOPE");
    stage.press("enter");
    stage.tell(Msg::SecretRead(slot("brighten", 0), Err("the environment variable NOPE is not set".to_owned())));
    let screen = stage.screen();
    assert!(screen.contains("env:NOPE") && screen.contains("NOPE is not set"), "{screen}");
    stage.press("ctrl-u enter");
    assert!(!stage.screen().contains("Secret of"), "nothing typed is nothing given");
}

#[test]
fn keys_give_add_and_forget() {
    let slot = |at: usize| format!("Slot {{ whose: Some(brighten), at: {at} }}");
    let cases = [
        ("enter x enter", vec![format!("ReadSecret({}, SecretText(…))", slot(0))]),
        ("j enter x enter", vec![format!("ReadSecret({}, SecretText(…))", slot(1))]),
        ("a x enter", vec![format!("ReadSecret({}, SecretText(…))", slot(2))]),
        ("j d", vec![format!("DropSecret({})", slot(1))]),
        ("a x esc", Vec::new()),
        ("a q enter esc esc q", vec![format!("ReadSecret({}, SecretText(…))", slot(2)), "Quit".to_owned()]),
        ("esc", Vec::new()),
    ];
    for (keys, asked) in cases {
        let mut stage = open(120, 36);
        stage.press(keys);
        assert_eq!(stage.take_asked(), asked, "{keys}");
    }
}

#[test]
fn the_secret_of_a_path_is_changed_in_the_configuration() {
    let mut stage = open(120, 36);
    stage.press("G");
    while !stage.screen().lines().any(|line| line.contains("at /raaft")) {
        stage.press("k");
    }
    stage.press("d");
    assert!(stage.take_asked().is_empty());
}

#[test]
fn nobody_lacks_a_secret_that_has_been_given() {
    let mut stage = Stage::new(120, 36, every_kind());
    assert!(stage.screen().contains("no secret: chargebee-retention"));
    stage.tell(Msg::Secrets(vec![known("chargebee-retention", 0, "typed:…", None)]));
    assert!(!stage.screen().contains("no secret:"));
    stage.push(event_of(99, "chargebee-retention", "cancel", Status::NoSecret));
    assert!(!stage.screen().contains("no secret:"), "it was concluded before");
    stage.tell(Msg::Secrets(Vec::new()));
    stage.push(event_of(99, "chargebee-retention", "cancel", Status::NoSecret));
    assert!(stage.screen().contains("no secret: chargebee-retention"));
}

#[test]
fn a_newcomer_is_offered_a_provider_whose_deliveries_can_be_verified() {
    let mut stage = Stage::new(120, 36, []);
    assert!(stage.screen().contains("$ hookglass simulate brighten --to"), "{}", stage.screen());
    stage.tell(Msg::Secrets(vec![known("raaft", 0, "env:RAAFT", None), known("stripe", 0, "env:S", Some("/stripe"))]));
    assert!(stage.screen().contains("$ hookglass simulate raaft --to"), "{}", stage.screen());
}

#[test]
fn what_a_new_verdict_changes_is_seen_at_once() {
    let mut stage = Stage::new(120, 36, every_kind());
    stage.press("/");
    stage.type_text("body_reserialized");
    stage.answer_filter();
    stage.press("enter");
    assert!(stage.screen().contains("1 of 10"), "{}", stage.screen());
    let conclude = |stage: &mut Stage, seq, status| {
        let mut conclusion = stage.store.get(Seq(seq)).unwrap().conclusion.clone();
        conclusion.verdict = verdict(status);
        stage.store.conclude(Seq(seq), conclusion);
        stage.read();
    };
    conclude(&mut stage, 4, Status::Failed(Cause::BodyReserialized));
    assert!(stage.screen().contains("2 of 10"), "{}", stage.screen());
    conclude(&mut stage, 10, Status::Verified);
    let screen = stage.screen();
    assert!(screen.contains("1 of 10") && screen.contains("Capture #4"), "{screen}");
    assert!(screen.contains("failed: body reserialized"), "{screen}");
}

#[test]
fn a_change_while_the_filter_is_awaited_counts() {
    let mut stage = Stage::new(120, 36, every_kind());
    stage.press("/");
    stage.type_text("unsigned");
    let mut conclusion = stage.store.get(Seq(4)).unwrap().conclusion.clone();
    conclusion.verdict = verdict(Status::Unsigned);
    stage.store.conclude(Seq(4), conclusion);
    stage.read();
    // The answer is of before the change.
    let asked = stage.take_asked().len() as u64;
    stage.tell(Msg::Filtered { generation: asked, seqs: Vec::new() });
    assert!(stage.screen().contains("1 of 10"), "{}", stage.screen());
}

#[test]
fn progress_and_end_are_told() {
    let mut stage = Stage::new(120, 36, every_kind());
    stage.tell(Msg::Concluding { done: 512, of: 10_000 });
    assert!(stage.screen().contains("Verifying again: 512 of 10000"));
    stage.tell(Msg::Concluded { captures: 120, changed: 3 });
    assert!(stage.screen().contains("Verified again: 120 captures, 3 changed"));
}
