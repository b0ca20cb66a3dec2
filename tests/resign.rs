//! Signing afresh: whatever is changed in a delivery, what comes of it verifies as its provider's.

use bytes::Bytes;
use hookglass::provider::{Catalog, Provider};
use hookglass::send::{ResignError, Signer, Simulation, Subject, Target, resign};
use hookglass::store::{Endpoint, Judging, Knowledge};
use hookglass::verify::{Secret, Secrets, Status};
use hookglass::wire::{Delivery, Extent, Head};
use jiff::{Timestamp, ToSpan};

/// A key in hex, base64 and text at once, and credentials.
const SECRET: &str = "c0ffee00c0ffee00c0ffee00c0ffee00";
const CREDENTIALS: &str = "user:password";

fn now() -> Timestamp {
    Timestamp::from_second(1_770_000_000).unwrap()
}

fn handler() -> Target {
    "http://localhost:3000".parse().unwrap()
}

/// What is known where those secrets are configured for a provider.
fn knowledge(provider: &str, secrets: &[&str]) -> Knowledge {
    let catalog = Catalog::builtin();
    let provider = catalog.get(provider).unwrap().clone();
    let mut known = Secrets::default();
    for secret in secrets {
        known.add(Some(provider.id.clone()), Secret::new(secret.as_bytes().to_vec(), "env:S"));
    }
    Knowledge::new(catalog, known).assuming(Some(provider))
}

/// The first event of a provider, signed a day before.
fn captured(provider: &Provider, secret: &str) -> Option<Delivery> {
    let secret = Secret::new(secret.into(), "env:S");
    let subject = Subject::named(provider, None).unwrap();
    let simulation = Simulation { provider, subject, edits: &[], secret: Some(&secret), tamper: None };
    let outgoing = simulation.outgoing(&"http://localhost:4665/hooks".parse().unwrap()).ok()?;
    let received_at = now() - 24.hours();
    Some(Delivery { received_at, peer: None, head: outgoing.head, body: outgoing.body, extent: Extent::Whole })
}

fn delivery(head: &'static str, body: &'static str) -> Delivery {
    let head = Head::parse(Bytes::from_static(head.as_bytes()));
    Delivery { received_at: now(), peer: None, head, body: Bytes::from_static(body.as_bytes()), extent: Extent::Whole }
}

fn text(head: &Head) -> String {
    String::from_utf8(head.as_bytes().to_vec()).unwrap()
}

/// Another body of the same kind.
fn edited(body: &Bytes) -> Bytes {
    match body.strip_prefix(b"{") {
        Some(rest) => [b"{\"edited\":true,", rest].concat().into(),
        None => [&body[..], b"&edited=1"].concat().into(),
    }
}

#[test]
fn an_edited_sample_of_every_provider_that_signs_with_a_shared_secret_verifies_again() {
    let mut tried = 0;
    for provider in Catalog::builtin().iter().filter(|provider| provider.signs()) {
        let secret = if provider.verify[0].name() == "basic" { CREDENTIALS } else { SECRET };
        let Some(original) = captured(provider, secret) else { continue };
        let knowledge = knowledge(provider.id.as_str(), &[secret]);
        let signer = Signer::of(&knowledge, &original).unwrap();
        let edited = Delivery { body: edited(&original.body), ..original };
        let signed = signer.sign(&edited, Some(&handler()), now()).unwrap();
        let verdict = knowledge.conclude(&signed).verdict;
        assert_eq!(verdict.status, Status::Verified, "{}: {verdict:?}\n{}", provider.id, text(&signed.head));
        assert_eq!((signed.received_at, signed.peer), (now(), None), "{}", provider.id);
        let length = signed.body.len().to_string();
        assert_eq!(signed.head.get("content-length"), Some(length.as_bytes()), "{}", provider.id);
        assert_eq!(signed.head.headers().len(), edited.head.headers().len(), "{}: nothing added", provider.id);
        tried += 1;
    }
    assert!(tried > 25, "only {tried} providers");
}

#[test]
fn only_what_the_scheme_carries_changes_and_stays_where_it_is() {
    let knowledge = knowledge("standard-webhooks", &["whsec_c2VjcmV0"]);
    let head = "POST /hooks?x=1 HTTP/1.1\r\nHOST: a.example\r\nwebhook-ID: msg_old\r\nX-A:  1 \r\nWEBHOOK-SIGNATURE: v1,old\r\n\
                webhook-timestamp: 1\r\nwebhook-id: msg_older\r\nContent-Length: 99\r\n\r\n";
    let signed = resign(&knowledge, &delivery(head, "{\"type\":\"a\"}"), Some(&handler()), now()).unwrap();
    let id = format!("msg_{:x}", now().as_nanosecond());
    let signature = signed.head.get_str("webhook-signature").unwrap();
    assert!(signature.starts_with("v1,") && signature != "v1,old", "{signature}");
    let expected = format!(
        "POST /hooks?x=1 HTTP/1.1\r\nHOST: a.example\r\nwebhook-ID: {id}\r\nX-A:  1 \r\nWEBHOOK-SIGNATURE: {signature}\r\n\
         webhook-timestamp: 1770000000\r\nContent-Length: 12\r\n\r\n"
    );
    assert_eq!(text(&signed.head), expected);
    assert_eq!(knowledge.conclude(&signed).verdict.status, Status::Verified);
}

#[test]
fn the_secret_that_it_was_signed_with_signs_it_again() {
    for right in [0, 1] {
        let mut secrets = ["another", "another still"];
        secrets[right] = SECRET;
        let knowledge = knowledge("brighten", &secrets);
        let original = captured(knowledge.catalog.get("brighten").unwrap(), SECRET).unwrap();
        let signed = resign(&knowledge, &original, Some(&handler()), now()).unwrap();
        assert_eq!(signed.head.get("x-brighten-signature"), original.head.get("x-brighten-signature"));
    }
}

#[test]
fn a_signed_url_is_the_public_one_or_that_of_the_target() {
    let form = "POST /sms?a=1 HTTP/1.1\r\nHost: abc.tunnel.example\r\nX-Forwarded-Host: abc.tunnel.example\r\n\
                X-Forwarded-Proto: https\r\nX-Twilio-Signature: old\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n";
    let original = delivery(form, "Body=hi");
    let target: Target = "http://localhost:3000/in".parse().unwrap();
    let here = knowledge("twilio", &[SECRET]);
    let signed = resign(&here, &original, Some(&target), now()).unwrap();
    assert_eq!((signed.head.target(), signed.head.get_str("host")), ("/in?a=1", Some("localhost:3000")));
    assert_eq!(signed.head.get_str("x-forwarded-proto"), Some("http"));
    assert_eq!(here.conclude(&signed).verdict.status, Status::Verified);
    let public_url = Some("https://hooks.example".into());
    let public = here.clone().judging(Judging { public_url, ..Judging::default() });
    let signed = resign(&public, &original, Some(&target), now()).unwrap();
    assert_eq!((signed.head.target(), signed.head.get_str("host")), ("/sms?a=1", Some("abc.tunnel.example")));
    assert_eq!(public.conclude(&signed).verdict.status, Status::Verified);
    let endpoint = |path: &str, url: &str| {
        Endpoint::new(path.parse().unwrap(), None, Secrets::default()).known_by(Some(url.into()))
    };
    let endpoints = vec![endpoint("/", "https://other.example"), endpoint("/sms", "https://hooks.example")];
    let there = here.with_endpoints(endpoints);
    assert_eq!(there.conclude(&signed).verdict.status, Status::Verified, "the path has a URL of its own");
    assert_eq!(there.public_url_at("/else"), Some("https://other.example"));
}

#[test]
fn what_the_query_carries_is_renewed_there() {
    let verify = "[[verify]]\nscheme = \"hmac\"\nhash = \"sha256\"\nencoding = \"hex\"\nquery = \"sign\"\n\
                  timestamp = { query = \"at\" }\ncontent = \"{timestamp}.{body}\"\n";
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("acme")).unwrap();
    let file = folder.path().join("acme/provider.toml");
    std::fs::write(&file, verify).unwrap();
    let provider = Catalog::check(&file).unwrap();
    let mut secrets = Secrets::default();
    secrets.add(Some(provider.id.clone()), Secret::new(b"s".to_vec(), "env:S"));
    let knowledge =
        Knowledge::new(Catalog::builtin().with(Provider::clone(&provider)), secrets).assuming(Some(provider));
    let original = delivery("POST /in?sign=old&a=%7E&at=1 HTTP/1.1\r\nHost: h\r\n\r\n", "{}");
    let signed = resign(&knowledge, &original, Some(&handler()), now()).unwrap();
    assert!(signed.head.target().starts_with("/in?a=%7E&at=1770000000&sign="), "{}", signed.head.target());
    assert_eq!(knowledge.conclude(&signed).verdict.status, Status::Verified);
}

#[test]
fn a_hash_in_the_query_is_of_the_body_that_is_sent() {
    let json = "POST /sms?bodySHA256=0ld&a=1 HTTP/1.1\r\nHost: localhost:3000\r\nX-Twilio-Signature: old\r\n\r\n";
    let knowledge = knowledge("twilio", &[SECRET]);
    for target in [None, Some(handler())] {
        let signed = resign(&knowledge, &delivery(json, "{\"a\":1}"), target.as_ref(), now()).unwrap();
        // printf %s '{"a":1}' | sha256sum
        let hash = "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862";
        assert_eq!(signed.head.target(), format!("/sms?a=1&bodySHA256={hash}"));
        let verdict = knowledge.conclude(&signed).verdict;
        assert_eq!(verdict.status, Status::Verified, "{verdict:?}");
    }
}

#[test]
fn what_cannot_be_signed_says_why() {
    let head = "POST /hooks HTTP/1.1\r\nHost: h\r\n\r\n";
    let public = "302a300506032b6570032100c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00";
    let cases: [(&str, &[&str], &str, &str); 5] = [
        ("brighten", &[], head, "no secret of brighten is configured"),
        (
            "standard-webhooks",
            &["whsec_no base64"],
            head,
            "the secret of env:S cannot sign with hmac-sha256: it is not base64",
        ),
        (
            "discord",
            &[public],
            head,
            "only the public key of discord is configured, and a signature takes the private one",
        ),
        (
            "gitlab",
            &["a\nb"],
            head,
            "the secret of env:S cannot be sent in X-Gitlab-Token: it has a line break or another control character in it",
        ),
        (
            "chargebee-retention",
            &[SECRET],
            "OPTIONS /hooks HTTP/1.1\r\nHost: h\r\n\r\n",
            "this is a probe, and Chargebee Retention signs none",
        ),
    ];
    for (provider, secrets, head, message) in cases {
        let body = if head.starts_with("POST") { "{}" } else { "" };
        let refused = resign(&knowledge(provider, secrets), &delivery(head, body), None, now());
        assert_eq!(refused.unwrap_err().to_string(), message, "{provider}");
    }
    let unknown = Knowledge::new(Catalog::builtin(), Secrets::default());
    assert_eq!(resign(&unknown, &delivery(head, "{}"), None, now()), Err(ResignError::Unknown));
    let mut part = delivery(head, "{}");
    part.extent = Extent::Cut { size: None };
    assert_eq!(resign(&knowledge("brighten", &[SECRET]), &part, None, now()), Err(ResignError::Truncated));
}
