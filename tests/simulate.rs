//! Simulated deliveries: what a provider would send, and what each way of spoiling one shows.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;

use hookglass::listen::{self, Control, Nonces, State};
use hookglass::provider::{Carrier, Catalog, KeyCoding, Provider, Signature, Source};
use hookglass::send::{Client, Edit, Outgoing, Script, Simulation, Stage, Subject, Tamper, Target};
use hookglass::store::{Capture, Handle, Knowledge, Limits};
use hookglass::verify::{DemoKey, Secret, Secrets};
use hookglass::wire::{Delivery, Extent};
use tokio::sync::watch;
use tokio::time::timeout;

#[tokio::test]
async fn every_event_of_every_provider_arrives_as_what_it_is() {
    let stage = stage().await;
    for provider in stage.knowledge.catalog.iter() {
        for event in &provider.events {
            let capture = stage.simulate(provider, &event.name, None, &[]).await;
            let name = format!("{} {}", provider.id, event.name);
            assert_eq!(capture.conclusion.provider.as_ref(), Some(&provider.id), "{name}");
            assert_eq!(capture.conclusion.event().unwrap().kind.as_deref(), Some(&*event.name), "{name}");
            let signature = provider.verify[0].signature();
            if !signature.is_some_and(is_dated_in_body) {
                assert_eq!(capture.delivery.body, event.sample.body, "{name}");
            }
            let expected = match signature {
                _ if provider.unsigned.is_some() => "not_signed",
                Some(signature) if signature.algorithm.is_asymmetric() => "unsigned",
                _ => "verified",
            };
            assert_eq!(capture.conclusion.verdict.status.as_str(), expected, "{name}");
        }
    }
}

#[tokio::test]
async fn every_probe_arrives_as_a_probe() {
    let stage = stage().await;
    for (provider, title) in [("esputnik", "url-check"), ("chargebee-retention", "Health check")] {
        let provider = stage.knowledge.catalog.get(provider).unwrap().clone();
        let capture = stage.simulate(&provider, title, None, &[]).await;
        assert_eq!(capture.conclusion.provider.as_ref(), Some(&provider.id), "{title}");
        assert!(capture.conclusion.probe.is_some() && capture.conclusion.events.is_empty(), "{title}");
    }
}

#[tokio::test]
async fn each_tamper_shows_the_verdict_it_is_named_for() {
    let stage = stage().await;
    let cases = [
        ("brighten", None, "verified", None),
        ("brighten", Some(Tamper::Body), "failed", Some("wrong_secret")),
        ("brighten", Some(Tamper::Signature), "failed", Some("wrong_secret")),
        ("brighten", Some(Tamper::Secret), "failed", Some("wrong_secret")),
        ("brighten", Some(Tamper::Unsigned), "unsigned", None),
        ("brighten", Some(Tamper::Newline), "failed", Some("body_newline")),
        ("brighten", Some(Tamper::Reserialized), "failed", Some("body_reserialized")),
        ("brightback", Some(Tamper::Newline), "failed", Some("body_newline")),
        ("raaft", Some(Tamper::Secret), "failed", Some("token_mismatch")),
        ("raaft", Some(Tamper::Body), "verified", None),
    ];
    for (provider, tamper, status, cause) in cases {
        let provider = stage.knowledge.catalog.get(provider).unwrap().clone();
        let event = provider.events[0].name.clone();
        let capture = stage.simulate(&provider, &event, tamper, &[]).await;
        let found = capture.conclusion.verdict.status;
        assert_eq!((found.as_str(), found.cause().map(|cause| cause.as_str())), (status, cause), "{tamper:?}");
    }
}

#[test]
fn whatever_is_spoiled_verifies_no_longer_whatever_the_sample() {
    let catalog = Catalog::builtin();
    let target: Target = "http://127.0.0.1:4665/hooks".parse().unwrap();
    for provider in catalog.iter() {
        let Some((scheme, key)) = provider.verify.iter().find_map(|scheme| Some((scheme, DemoKey::of(scheme)?))) else {
            continue;
        };
        let mut secrets = Secrets::default();
        secrets.add(Some(provider.id.clone()), Secret::new(key.checks.into(), "the test"));
        let knowledge = Knowledge::new(catalog.clone(), secrets).assuming(Some(provider.clone()));
        for event in &provider.events {
            let subject = Subject::named(provider, Some(&event.name)).unwrap();
            let ways = [Tamper::Signature, Tamper::Secret, Tamper::Unsigned];
            let of_bytes = [Tamper::Body, Tamper::Newline, Tamper::Reserialized];
            let covered = of_bytes.into_iter().filter(|_| scheme.covers_body());
            for tamper in ways.into_iter().chain(covered) {
                let secret = Some(&key.signs);
                let simulation = Simulation { provider, subject, edits: &[], secret, tamper: Some(tamper) };
                let Ok(Outgoing { head, body }) = simulation.outgoing(&target) else { continue };
                let received_at = jiff::Timestamp::now();
                let delivery = Delivery { received_at, peer: None, head, body, extent: Extent::Whole };
                let verdict = knowledge.conclude(&delivery).verdict;
                assert_ne!(verdict.status.as_str(), "verified", "{} {} {tamper:?}", provider.id, event.name);
            }
        }
    }
}

#[tokio::test]
async fn edits_are_signed_and_change_nothing_else() {
    let stage = stage().await;
    let provider = stage.knowledge.catalog.get("brighten").unwrap().clone();
    let edits: Vec<Edit> = ["data.object.points=75", "data.object.note=hi"].map(|edit| edit.parse().unwrap()).into();
    let capture = stage.simulate(&provider, "recognition.created", None, &edits).await;
    assert_eq!(capture.conclusion.verdict.status.as_str(), "verified");
    let text = String::from_utf8(capture.delivery.body.to_vec()).unwrap();
    let sample = String::from_utf8(provider.event_type("recognition.created").unwrap().sample.body.to_vec()).unwrap();
    assert_eq!(text.replace(r#""points":75"#, r#""points":50"#).replace(r#","note":"hi""#, ""), sample);
}

#[tokio::test]
async fn the_demo_shows_each_provider_and_each_way_to_fail() {
    let script = Script::demo().unwrap();
    let stage = stage_with(Catalog::builtin(), script.secrets()).await;
    let (catalog, secrets) = (stage.knowledge.catalog.clone(), stage.knowledge.secrets().clone());
    script.play(&Stage { catalog, secrets, address: stage.address }, false).await.unwrap();
    let seen: Vec<String> = stage.explained().await.iter().map(|capture| summary(capture)).collect();
    assert_eq!(
        seen,
        [
            "brightback page_loaded verified",
            "brighten recognition.created verified",
            "esputnik URL check not_signed",
            "raaft saved verified",
            "brighten user.points.updated verified",
            "brighten recognition.created failed wrong_secret",
            "brightback offer verified",
            "esputnik DELIVERED not_signed",
            "brightback deflect verified",
            "brighten recognition.updated failed body_reserialized",
            "chargebee-retention health check not_signed",
            "chargebee-retention cancel verified",
            "esputnik READ not_signed",
            "brighten reward.redeemed verified",
            "brightback chat failed body_newline",
            "nobody known unknown",
            "raaft canceled verified",
            "raaft aborted failed token_mismatch",
            "brighten budget.low_balance verified",
            "brightback cancel verified",
            "brighten redemption.fulfilled unsigned",
            "esputnik workflow_json verified",
            "refused with 400",
            "chargebee-retention accepted_modal_offer verified",
            "esputnik CLICKED not_signed",
            "brighten budget.depleted verified",
            "raaft error verified",
        ]
    );
}

#[test]
fn the_demo_without_a_terminal_prints_its_flow_and_is_over() {
    let ended = run(&["demo"]);
    let lines = String::from_utf8(ended.stdout).unwrap();
    assert_eq!((ended.status.code(), lines.lines().count()), (Some(0), 27), "{lines}");
    for mark in ["✓ verified", "✗ failed: wrong_secret", "? unsigned", "– not signed", "· unknown", "! refused 400"]
    {
        assert!(lines.contains(mark), "{mark}");
    }
    assert_eq!(String::from_utf8(ended.stderr).unwrap().lines().count(), 1, "where it listens, and nothing else");
}

#[test]
fn a_dry_run_prints_the_request_and_no_token() {
    let shown = run(&["simulate", "brighten", "team.created", "--dry-run", "--secret", "literal:s3cret"]);
    let text = String::from_utf8(shown.stdout).unwrap();
    assert!(
        text.starts_with("POST /brighten HTTP/1.1\nHost: 127.0.0.1:4665\nUser-Agent: hookglass-simulate/"),
        "{text}"
    );
    assert!(text.contains("\nX-Brighten-Signature: ") && text.contains("\n\n{\"id\":\"evt_"), "{text}");
    let shown = run(&["simulate", "raaft", "--dry-run", "--secret", "literal:s3cret"]);
    let text = String::from_utf8([shown.stdout, shown.stderr].concat()).unwrap();
    assert!(text.contains("x-raaft-token: ‹the secret›") && !text.contains("s3cret"), "{text}");
}

#[test]
fn what_is_signed_for_show_says_what_checks_it() {
    for (provider, checks) in [("brighten", "c0ffee00c0ffee00"), ("discord", "f23f39aa5f533c6f")] {
        let shown = run(&["simulate", provider, "--dry-run"]);
        let said = String::from_utf8(shown.stderr).unwrap();
        assert!(said.contains(&format!("listen with --secret {provider}=literal:{checks}")), "{said}");
    }
}

#[test]
fn a_mistake_is_one_line_and_exit_2() {
    let cases: [(&[&str], &str); 10] = [
        (&["brigten"], "no provider is called `brigten`: did you mean `brighten`?"),
        (&["brighten", "teem.created"], "brighten has no event `teem.created`: did you mean `team.created`?"),
        (&["brighten", "zzz"], "brighten has no event `zzz`: `hookglass providers brighten` lists them"),
        (&["brighten", "--set", "data.nope.x=1"], "`data.nope.x` cannot be set: the sample has no such place"),
        (&["esputnik", "workflow_xml", "--set", "a=1"], "`a` cannot be set: the sample is not JSON"),
        (&["esputnik", "url-check", "--tamper", "body"], "the body has no letter and no digit that could be changed"),
        (
            &["esputnik", "READ", "--tamper", "signature"],
            "there is no signature to spoil: esputnik is simulated without a secret, or carries it in no header",
        ),
        (
            &["brighten", "--secret", "env:NO_SUCH_VARIABLE"],
            "the environment variable NO_SUCH_VARIABLE is not set: export it, or give the secret as file:PATH",
        ),
        (&["paypal"], "paypal signs with a private key: give one with --secret file:KEY.pem"),
        (&["brighten", "--to", "localhost:no"], "`no` is not a port: expected 1 to 65535"),
    ];
    for (args, expected) in cases {
        let ended = run(&[&["simulate"], args].concat());
        let error = String::from_utf8(ended.stderr).unwrap();
        assert!(error.contains(expected) && error.lines().count() == 1, "{error}");
        assert_eq!(ended.status.code(), Some(2), "{error}");
    }
}

#[test]
fn each_answer_is_one_line_and_other_than_2xx_is_exit_1() {
    for (status, code) in [("204 No Content", 0), ("301 Moved", 1), ("500 Oh", 1)] {
        let address = answering(status);
        let ended = run(&["simulate", "brighten", "--to", &format!("{address}/hooks"), "--times", "2"]);
        let lines = String::from_utf8(ended.stdout).unwrap();
        let expected = format!("{} in ", &status[..3]);
        assert_eq!(lines.lines().filter(|line| line.starts_with(&expected)).count(), 2, "{lines}");
        assert_eq!(ended.status.code(), Some(code), "{status}");
    }
}

#[test]
fn a_target_that_cannot_be_reached_is_one_line_and_exit_3() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let ended = run(&["simulate", "brighten", "--to", &gone.to_string(), "--secret", "literal:x"]);
    assert_eq!(String::from_utf8(ended.stderr).unwrap(), format!("hookglass: nothing listens on {gone}\n"));
    assert_eq!(ended.status.code(), Some(3));
}

/// What signs as that provider; nothing where that is a private key, which no listener has.
fn secret_of(provider: &Provider) -> Option<String> {
    let text = format!("me:{}", provider.id);
    let Some(signature) = provider.verify.first()?.signature() else { return Some(text) };
    match signature.key.coding {
        _ if signature.algorithm.is_asymmetric() => None,
        KeyCoding::Text => Some(text),
        KeyCoding::Hex => Some("6d653a736563726574".to_owned()),
        KeyCoding::Base64 => Some("whsec_bWU6c2VjcmV0".to_owned()),
    }
}

/// Whether signing writes the time into the body.
fn is_dated_in_body(signature: &Signature) -> bool {
    signature.timestamp.as_ref().is_some_and(|clock| matches!(clock.at, Source::Sent(Carrier::Body(_))))
}

/// A listener that knows the providers and a secret for each.
struct Listening {
    store: Handle,
    knowledge: Knowledge,
    address: SocketAddr,
    _knowledge: watch::Sender<Arc<Knowledge>>,
}

async fn stage() -> Listening {
    let catalog = Catalog::builtin();
    let mut secrets = Secrets::default();
    for provider in catalog.iter() {
        if let Some(text) = secret_of(provider) {
            secrets.add(Some(provider.id.clone()), Secret::new(text.into(), "the test"));
        }
    }
    stage_with(catalog, secrets).await
}

async fn stage_with(catalog: Catalog, secrets: Secrets) -> Listening {
    let knowledge = Knowledge::new(catalog, secrets);
    let (sender, receiver) = watch::channel(Arc::new(knowledge.clone()));
    let store = Handle::new(Limits { count: 1000, bytes: 1 << 30 });
    let state = State {
        store: store.clone(),
        knowledge: receiver,
        control: Control::default(),
        limits: listen::Limits::default(),
        nonces: Nonces::default(),
    };
    let bound = listen::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = bound.local_addr();
    tokio::spawn(bound.serve(state, std::future::pending()));
    Listening { store, knowledge, address, _knowledge: sender }
}

impl Listening {
    /// All captures, once no failure waits to be explained.
    async fn explained(&self) -> Vec<Arc<Capture>> {
        let mut changed = self.store.subscribe();
        let all = changed.wait_for(|_| self.store.all().iter().all(|capture| !capture.is_provisional));
        timeout(Duration::from_secs(60), all).await.expect("a failure was never explained").unwrap();
        self.store.all()
    }

    /// Simulates one delivery, signed where its provider always signs, and gives back its capture.
    async fn simulate(&self, provider: &Provider, name: &str, tamper: Option<Tamper>, edits: &[Edit]) -> Arc<Capture> {
        let subject = Subject::named(provider, Some(name)).unwrap();
        let secret = self.knowledge.secrets().of(&provider.id).next().filter(|_| provider.unsigned.is_none());
        let simulation = Simulation { provider, subject, edits, secret, tamper };
        let target: Target = format!("http://{}/hooks/{}", self.address, provider.id).parse().unwrap();
        let outgoing = simulation.outgoing(&target).unwrap();
        let answer = Client::default().send(&target, &outgoing, &[]).await.unwrap();
        assert_eq!(answer.status, 200);
        let capture = self.explained().await.pop().unwrap();
        assert_eq!(capture.delivery.head.as_bytes(), outgoing.head.as_bytes());
        capture
    }
}

fn summary(capture: &Capture) -> String {
    if let Some(refusal) = &capture.refused {
        return format!("refused with {}", refusal.status);
    }
    let conclusion = &capture.conclusion;
    let provider = conclusion.provider.as_ref().map_or("nobody known", |provider| provider.as_str());
    let event = conclusion.event().and_then(|event| event.kind.as_deref());
    let status = conclusion.verdict.status;
    let cause = status.cause().map(|cause| cause.as_str());
    let words = [Some(provider), conclusion.probe.as_deref().or(event), Some(status.as_str()), cause];
    words.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn run(args: &[&str]) -> Output {
    let empty = tempfile::tempdir().unwrap();
    Command::new(env!("CARGO_BIN_EXE_hookglass"))
        .args(args)
        .env_clear()
        .env("XDG_CONFIG_HOME", empty.path())
        .env("HOME", empty.path())
        .output()
        .unwrap()
}

/// Answers every connection with that status.
fn answering(status: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 64 * 1024];
            let mut size = 0;
            while !request[..size].ends_with(b"}") {
                size += stream.read(&mut request[size..]).unwrap();
            }
            write!(stream, "HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n").unwrap();
        }
    });
    address
}
