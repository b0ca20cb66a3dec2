//! Every provider of the catalogue that signs with a shared secret, against the mishaps of real set-ups: the right status, the
//! right cause, and no false accusation.

use std::sync::Arc;

use bytes::Bytes;
use hookglass::provider::{Catalog, Provider};
use hookglass::send::{Simulation, Subject, Target};
use hookglass::verify::{Cause, Context, Effort, Secret, Secrets, Status, examine};
use hookglass::wire::{Delivery, Extent, Head, Version};
use jiff::Timestamp;

/// A key in hex, base64 and text at once.
const SECRET: &str = "c0ffee00c0ffee00c0ffee00c0ffee00";
const OTHER: &str = "decaf000decaf000decaf000decaf000";

/// What goes wrong, and what has to be said of it.
struct Mishap {
    name: &'static str,
    spoil: fn(&mut Delivery, &Provider),
    known: &'static str,
    expected: fn(&Provider) -> Status,
}

const MISHAPS: &[Mishap] = &[
    Mishap { name: "nothing", spoil: |_, _| {}, known: SECRET, expected: |_| Status::Verified },
    Mishap {
        name: "another body",
        spoil: |delivery, _| delivery.body = [&delivery.body[..], b"&tampered=1"].concat().into(),
        known: SECRET,
        expected: |provider| of_the_body(provider, Cause::WrongSecret),
    },
    Mishap {
        name: "another secret",
        spoil: |_, _| {},
        known: OTHER,
        expected: |provider| {
            Status::Failed(match provider.verify[0].name() {
                "token" => Cause::TokenMismatch,
                "basic" => Cause::CredentialsMismatch,
                _ => Cause::WrongSecret,
            })
        },
    },
    Mishap {
        name: "a newline more",
        spoil: |delivery, _| delivery.body = [&delivery.body[..], b"\n"].concat().into(),
        known: SECRET,
        expected: |provider| of_the_body(provider, Cause::BodyNewline),
    },
    Mishap {
        name: "a secret with a line break",
        spoil: |_, _| {},
        known: "c0ffee00c0ffee00c0ffee00c0ffee00\n",
        expected: |_| Status::Failed(Cause::SecretWhitespace),
    },
    Mishap {
        name: "a secret in quotes",
        spoil: |_, _| {},
        known: "\"c0ffee00c0ffee00c0ffee00c0ffee00\"",
        expected: |_| Status::Failed(Cause::SecretQuoted),
    },
    Mishap {
        name: "no signature",
        spoil: |delivery, provider| {
            let names: Vec<&str> = provider.verify.iter().filter_map(|scheme| scheme.header()).collect();
            without(delivery, &names);
        },
        known: SECRET,
        expected: |provider| if provider.unsigned.is_some() { Status::NotSigned } else { Status::Unsigned },
    },
    Mishap {
        name: "a cut body",
        spoil: |delivery, _| delivery.extent = Extent::Cut { size: None },
        known: SECRET,
        expected: |provider| of_the_body(provider, Cause::Truncated),
    },
];

/// The body is not what was signed; a scheme that does not cover it cannot know.
fn of_the_body(provider: &Provider, cause: Cause) -> Status {
    if provider.verify[0].covers_body() { Status::Failed(cause) } else { Status::Verified }
}

fn without(delivery: &mut Delivery, names: &[&str]) {
    let head = &delivery.head;
    let mut rest = Head::build(head.method(), head.target(), Version::Http11);
    for header in head.headers().filter(|header| !names.iter().any(|name| name.eq_ignore_ascii_case(header.name))) {
        rest.push(header.name, header.value);
    }
    delivery.head = rest.finish();
}

/// The first event of a provider, signed; `None` where a shared secret cannot sign it.
fn signed(provider: &Arc<Provider>) -> Option<Delivery> {
    let target: Target = "http://localhost:4665/hooks".parse().unwrap();
    let secret = Secret::new(SECRET.into(), "env:S");
    let subject = Subject::named(provider, None).unwrap();
    let simulation = Simulation { provider, subject, edits: &[], secret: Some(&secret), tamper: None };
    let outgoing = simulation.outgoing(&target).ok()?;
    let received_at = Timestamp::now();
    Some(Delivery {
        received_at,
        peer: None,
        head: outgoing.head,
        body: Bytes::from(outgoing.body.to_vec()),
        extent: Extent::Whole,
    })
}

fn status(provider: &Provider, delivery: &Delivery, known: &str) -> Status {
    let mut secrets = Secrets::default();
    secrets.add(Some(provider.id.clone()), Secret::new(known.into(), "env:S"));
    examine(provider, delivery, &secrets, &Context::of(delivery), Effort::Thorough).status
}

#[test]
fn every_mishap_of_every_provider_is_called_by_its_name() {
    let mut wrong = Vec::new();
    let mut tried = 0;
    for provider in Catalog::builtin().iter() {
        let Some(whole) = signed(provider) else { continue };
        for mishap in MISHAPS {
            let mut delivery = whole.clone();
            (mishap.spoil)(&mut delivery, provider);
            let (found, expected) = (status(provider, &delivery, mishap.known), (mishap.expected)(provider));
            tried += 1;
            if found != expected {
                wrong.push(format!("{}, {}: {found:?} instead of {expected:?}", provider.id, mishap.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(tried > 150, "only {tried} cases");
}
