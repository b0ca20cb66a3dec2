//! Diagnosis: what is wrong with a delivery is named only where recomputing proves it, one thing or two at once.

#[expect(dead_code, reason = "other tests use the rest of it")]
mod fixture;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use fixture::{hmac, provider, signed};
use hookglass::provider::{Encoding, Hash, ProviderId, Scheme};
use hookglass::verify::{Cause, Context, Effort, Outcome, Secret, Secrets, Status, Verdict, examine};
use hookglass::wire::{Delivery, Extent, Head, Version};

const SECRET: &str = "whsec_c2VjcmV0IGtleQ==";
const OTHERS: &str = "the other provider's";
const BODY: &str = "{\"id\":\"evt_1\",\"price\":1.10,\"name\":\"Zoë\"}";

fn schemes() -> Vec<Scheme> {
    vec![
        hmac(Hash::Sha1, Encoding::Hex, &["", "sha1="]),
        hmac(Hash::Sha1, Encoding::Base64, &[""]),
        hmac(Hash::Sha256, Encoding::Hex, &["sha256="]),
        hmac(Hash::Sha256, Encoding::Base64, &[]),
        hmac(Hash::Sha512, Encoding::Hex, &["v1="]),
        hmac(Hash::Sha512, Encoding::Base64, &["v1,"]),
    ]
}

/// What a sender did, and what came of it on the way.
struct Story {
    scheme: Scheme,
    secret: Vec<u8>,
    signed: Vec<u8>,
    arrived: Vec<u8>,
    headers: Vec<(String, Vec<u8>)>,
    configured: Vec<u8>,
    /// Rewrites the header that carries the signature.
    rewrite: fn(&str) -> String,
    header: String,
}

impl Story {
    fn of(scheme: &Scheme) -> Self {
        Self {
            scheme: scheme.clone(),
            secret: SECRET.into(),
            signed: BODY.into(),
            arrived: BODY.into(),
            headers: Vec::new(),
            configured: SECRET.into(),
            rewrite: str::to_owned,
            header: scheme.header().unwrap().to_owned(),
        }
    }

    fn delivery(&self) -> Delivery {
        let signed = signed(&self.scheme, &self.signed, &Secret::new(self.secret.clone(), "literal:…"));
        let value = (self.rewrite)(str::from_utf8(&signed.headers[0].1).unwrap());
        let mut head = Head::build("POST", "/hooks?x=1", Version::Http11).header("Host", "hooks.example");
        self.headers.iter().for_each(|(name, value)| head.push(name, value));
        head.push(&self.header, value.as_bytes());
        Delivery {
            received_at: "2026-02-06T14:00:00Z".parse().unwrap(),
            peer: None,
            head: head.finish(),
            body: Bytes::from(self.arrived.clone()),
            extent: Extent::Whole,
        }
    }

    fn examine(&self, effort: Effort) -> Verdict {
        let provider = provider(vec![self.scheme.clone()]);
        let mut secrets = Secrets::default();
        secrets.add(Some(provider.id.clone()), Secret::new(self.configured.clone(), "env:OWN"));
        secrets.add(Some(ProviderId::new("other")), Secret::new(OTHERS.into(), "env:OTHER"));
        let delivery = self.delivery();
        examine(&provider, &delivery, &secrets, &Context::of(&delivery), effort)
    }
}

/// What went wrong, and the cause that is due.
type Mishap = (&'static str, fn(&mut Story), Cause);

const SECRETS: &[Mishap] = &[
    ("blanks around ours", |it| it.configured = format!(" {SECRET}\t\n").into(), Cause::SecretWhitespace),
    ("a line feed in theirs", |it| it.secret = format!("{SECRET}\n").into(), Cause::SecretWhitespace),
    ("a line break within ours", |it| it.configured = SECRET.replace('_', "_\n").into(), Cause::SecretWhitespace),
    ("double quotes around ours", |it| it.configured = format!("\"{SECRET}\"").into(), Cause::SecretQuoted),
    ("quotes and a line feed", |it| it.configured = format!("'{SECRET}'\n").into(), Cause::SecretQuoted),
    ("quotes around theirs", |it| it.secret = format!("\"{SECRET}\"").into(), Cause::SecretQuoted),
    ("theirs without its prefix", |it| it.secret = SECRET[6..].into(), Cause::SecretEncoding),
    ("theirs decoded", |it| it.secret = b"secret key".to_vec(), Cause::SecretEncoding),
    ("ours without its prefix", |it| it.configured = SECRET[6..].into(), Cause::SecretEncoding),
    ("ours in hex", |it| it.configured = hex::encode(SECRET).into(), Cause::SecretEncoding),
    ("theirs in hex", |it| it.secret = hex::encode(SECRET).into(), Cause::SecretEncoding),
    ("ours in base64url", |it| it.configured = URL_SAFE_NO_PAD.encode(SECRET).into(), Cause::SecretEncoding),
    ("a byte order mark", |it| it.configured = format!("\u{feff}{SECRET}").into(), Cause::SecretEncoding),
    (
        "ours as a line of a script",
        |it| it.configured = format!("export KEY=\"{SECRET}\"").into(),
        Cause::SecretEncoding,
    ),
    ("ours as a line of settings", |it| it.configured = format!("KEY={SECRET}").into(), Cause::SecretEncoding),
    ("another provider's", |it| it.secret = OTHERS.into(), Cause::OtherProviderSecret),
];

const BODIES: &[Mishap] = &[
    ("printed with blanks", |it| it.arrived = BODY.replace(':', ": ").into(), Cause::BodyReserialized),
    ("printed twice", |it| it.signed = serde_json::to_vec(BODY).unwrap(), Cause::BodyReserialized),
    ("a line feed more", |it| it.arrived = format!("{BODY}\n").into(), Cause::BodyNewline),
    ("a byte order mark more", |it| it.arrived = format!("\u{feff}{BODY}").into(), Cause::BodyEncoding),
    ("a byte order mark less", |it| it.signed = format!("\u{feff}{BODY}").into(), Cause::BodyEncoding),
    ("signed as ISO 8859-1", |it| it.signed = BODY.chars().map(|c| c as u8).collect(), Cause::BodyEncoding),
    ("arrived as ISO 8859-1", |it| it.arrived = BODY.chars().map(|c| c as u8).collect(), Cause::BodyEncoding),
    (
        "signed as UTF-16",
        |it| it.signed = BODY.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Cause::BodyEncoding,
    ),
    ("decomposed", |it| it.signed = BODY.replace('ë', "e\u{308}").into(), Cause::BodyEncoding),
    ("composed", |it| it.arrived = BODY.replace('ë', "e\u{308}").into(), Cause::BodyEncoding),
    ("signed empty", |it| it.signed = Vec::new(), Cause::BodyEmpty),
    ("signed `{}`, arrived empty", |it| (it.signed, it.arrived) = (b"{}".to_vec(), Vec::new()), Cause::BodyEmpty),
    (
        "a form in another order",
        |it| {
            it.headers.push(("Content-Type".into(), b"application/x-www-form-urlencoded".to_vec()));
            (it.signed, it.arrived) = (b"a=1&b=x+y".to_vec(), b"b=x+y&a=1".to_vec());
        },
        Cause::BodyReserialized,
    ),
    (
        "a form of which the JSON in it was signed",
        |it| {
            it.headers.push(("Content-Type".into(), b"application/x-www-form-urlencoded".to_vec()));
            (it.signed, it.arrived) = (b"{\"a\":1}".to_vec(), b"payload=%7B%22a%22%3A1%7D".to_vec());
        },
        Cause::BodyReserialized,
    ),
    ("another body", |it| it.arrived = b"{\"id\":2}".to_vec(), Cause::WrongSecret),
];

const CONTENTS: &[Mishap] = &[
    (
        "a timestamp before it",
        |it| {
            it.headers.push(("X-Timestamp".into(), b"1770386400".to_vec()));
            it.signed = format!("1770386400.{BODY}").into();
        },
        Cause::SignedContent,
    ),
    (
        "a timestamp in milliseconds",
        |it| {
            it.headers.push(("X-Timestamp".into(), b"1770386400".to_vec()));
            it.signed = format!("1770386400000.{BODY}").into();
        },
        Cause::SignedContent,
    ),
    (
        "an id and a timestamp before it",
        |it| {
            it.headers.push(("Webhook-Id".into(), b"msg_1".to_vec()));
            it.headers.push(("Webhook-Timestamp".into(), b"1770386400".to_vec()));
            it.signed = format!("msg_1.1770386400.{BODY}").into();
        },
        Cause::SignedContent,
    ),
    (
        "a timestamp and an id before it",
        |it| {
            it.headers.push(("Webhook-Id".into(), b"msg_1".to_vec()));
            it.headers.push(("Webhook-Timestamp".into(), b"1770386400".to_vec()));
            it.signed = format!("1770386400.msg_1.{BODY}").into();
        },
        Cause::SignedContent,
    ),
    (
        "the URL before it",
        |it| it.signed = format!("https://hooks.example/hooks?x=1{BODY}").into(),
        Cause::SignedContent,
    ),
    (
        "the public URL before it",
        |it| {
            it.headers.push(("X-Forwarded-Host".into(), b"public.example".to_vec()));
            it.signed = format!("https://public.example/hooks?x=1{BODY}").into();
        },
        Cause::SignedContent,
    ),
];

/// Headers are written in another way; the schemes' own way is left out by comparing.
const HEADERS: &[Mishap] = &[
    ("under another name", |it| it.header = "X-Old-Signature".to_owned(), Cause::MalformedSignature),
    ("behind another prefix", |it| it.rewrite = |value| format!("hash={}", bare(value)), Cause::MalformedSignature),
    ("in quotes", |it| it.rewrite = |value| format!("\"{}\"", bare(value)), Cause::MalformedSignature),
];

fn bare(value: &str) -> &str {
    ["sha256=", "v1=", "v1,"].iter().find_map(|prefix| value.strip_prefix(prefix)).unwrap_or(value)
}

fn mishaps() -> impl Iterator<Item = &'static Mishap> {
    SECRETS.iter().chain(BODIES).chain(CONTENTS).chain(HEADERS)
}

#[test]
fn every_scheme_under_every_mishap_gets_its_cause() {
    for scheme in schemes() {
        for (what, spoil, cause) in mishaps() {
            let mut story = Story::of(&scheme);
            spoil(&mut story);
            for effort in [Effort::Quick, Effort::Thorough] {
                let verdict = story.examine(effort);
                assert_eq!(verdict.status, Status::Failed(*cause), "{what}, {scheme:?}: {verdict:#?}");
                assert!(verdict.fix.is_some(), "{what}");
            }
        }
    }
}

#[test]
fn the_same_digest_in_another_encoding_is_named() {
    for hash in [Hash::Sha1, Hash::Sha256, Hash::Sha512] {
        for prefix in ["", "v1="] {
            let written = |encoding| hmac(hash, encoding, &[prefix]);
            let cases: [(Encoding, fn(&str) -> String); 4] = [
                (Encoding::Base64, |value| re(value, hex::encode)),
                (Encoding::Hex, |value| re(value, |bytes| STANDARD.encode(bytes))),
                (Encoding::Hex, |value| re(value, |bytes| URL_SAFE_NO_PAD.encode(bytes))),
                (Encoding::Hex, |value| re(value, |bytes| STANDARD.encode(hex::encode(bytes)))),
            ];
            for (due, rewrite) in cases {
                let story = Story { rewrite, ..Story::of(&written(due)) };
                let verdict = story.examine(Effort::Quick);
                assert_eq!(verdict.status, Status::Failed(Cause::WrongEncoding), "{verdict:#?}");
            }
        }
    }
}

/// A header's value with its digest written in another way.
fn re(value: &str, write: fn(Vec<u8>) -> String) -> String {
    let (label, digits) = if value.starts_with("v1=") { value.split_at(3) } else { ("", value) };
    format!("{label}{}", write(hex::decode(digits).or_else(|_| STANDARD.decode(digits)).unwrap()))
}

#[test]
fn two_mishaps_at_once_are_both_named_and_the_secret_comes_first() {
    let scheme = hmac(Hash::Sha256, Encoding::Hex, &["sha256="]);
    for (one, spoil_secret, cause) in SECRETS {
        for (other, spoil_body, named) in BODIES.iter().filter(|mishap| mishap.2 != Cause::WrongSecret) {
            let mut story = Story::of(&scheme);
            spoil_secret(&mut story);
            spoil_body(&mut story);
            let quick = story.examine(Effort::Quick);
            assert_eq!(quick.status, Status::Failed(Cause::WrongSecret), "{one}, {other}");
            assert!(quick.wants_more(), "{one}, {other}");
            let verdict = story.examine(Effort::Thorough);
            assert_eq!(verdict.status, Status::Failed(*cause), "{one}, {other}: {verdict:#?}");
            assert!(verdict.explanation.starts_with("Two things are wrong: "), "{named:?}: {}", verdict.explanation);
            assert!(!verdict.wants_more());
        }
    }
}

#[test]
fn both_of_two_things_are_told_in_words() {
    let mut story = Story::of(&hmac(Hash::Sha256, Encoding::Hex, &["sha256="]));
    story.secret = OTHERS.into();
    story.arrived = b"{\"a\": 1}".to_vec();
    story.signed = b"{\"a\":1}".to_vec();
    let verdict = story.examine(Effort::Thorough);
    assert_eq!(
        verdict.explanation,
        "Two things are wrong: it matches with the secret of other and the body printed again compactly \
         (as JSON.stringify, Python's json.dumps with compact separators and others do)."
    );
    assert_eq!(verdict.trials.last().unwrap().outcome, Outcome::Matched);
}

#[test]
fn a_secret_that_is_not_set_at_the_sender_is_named() {
    for (unset, name) in [("", "an empty secret"), ("undefined", "the word `undefined` for a secret")] {
        let story = Story { secret: unset.into(), ..Story::of(&hmac(Hash::Sha256, Encoding::Hex, &["sha256="])) };
        let verdict = story.examine(Effort::Quick);
        assert_eq!(verdict.status, Status::Failed(Cause::WrongSecret));
        assert_eq!(verdict.explanation, format!("It matches with {name}."));
        assert!(verdict.fix.unwrap().contains("at the sender"), "{name}");
    }
}

#[test]
fn a_body_that_came_as_one_stack_prints_it_and_was_signed_as_another_does_may_be_changed_at_either_end() {
    let scheme = hmac(Hash::Sha256, Encoding::Hex, &["sha256="]);
    let cases = [
        (
            "{\"a\": \"é\"}",
            "{\"a\":\"é\"}",
            "The signature is of the body printed again compactly (as JSON.stringify, Jackson and others do); what arrived is \
             printed with spaces behind `,` and `:` (as Python's json.dumps with ensure_ascii=False and Python's json.dumps \
             with sort_keys and ensure_ascii=False do). Either the sender signed another print than it sent, or something on \
             the way printed it anew.",
        ),
        (
            "{\"b\": 1.0,\"a\": \"é\"}",
            "{\"b\": 1.0, \"a\": \"\\u00e9\"}",
            "The signature is of the body printed again by Python's json.dumps, not of the bytes that arrived.",
        ),
        (
            "{\"b\":1,\"a\":2}",
            "{\"a\":2,\"b\":1}",
            "The signature is of the body printed again compactly and with its keys sorted (as Go's json.Marshal of a map, \
             Python's json.dumps with sort_keys and compact separators and others do); what arrived is printed compactly (as",
        ),
    ];
    for (arrived, signed, words) in cases {
        let story = Story { arrived: arrived.into(), signed: signed.into(), ..Story::of(&scheme) };
        let verdict = story.examine(Effort::Quick);
        assert_eq!(verdict.status, Status::Failed(Cause::BodyReserialized), "{verdict:#?}");
        assert!(verdict.explanation.starts_with(words), "{}", verdict.explanation);
        assert!(verdict.fix.unwrap().contains("proxy"));
    }
}

#[test]
fn a_form_is_not_advised_as_json_is() {
    let mut story = Story::of(&hmac(Hash::Sha256, Encoding::Hex, &["sha256="]));
    story.headers.push(("Content-Type".into(), b"application/x-www-form-urlencoded".to_vec()));
    (story.signed, story.arrived) = (b"a=x+y".to_vec(), b"a=x%20y".to_vec());
    let verdict = story.examine(Effort::Quick);
    assert_eq!(verdict.explanation, "The signature is of the form with spaces as `+`, not of the bytes that arrived.");
    assert!(!verdict.fix.unwrap().contains("JSON"));
}

#[test]
fn a_signature_in_another_header_must_be_right_to_be_named() {
    let mut story = Story::of(&hmac(Hash::Sha256, Encoding::Hex, &["sha256="]));
    story.header = "X-Old-Signature".to_owned();
    assert!(story.examine(Effort::Quick).explanation.contains("it came in X-Old-Signature where X-Signature is due"));
    story.secret = b"unknown".to_vec();
    assert_eq!(story.examine(Effort::Thorough).status, Status::Unsigned);
}

#[test]
#[cfg(feature = "decode")]
fn a_body_signed_before_its_compression_is_named() {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(BODY.as_bytes()).unwrap();
    let compressed = encoder.finish().unwrap();
    for coding in [None, Some("gzip")] {
        let mut story = Story::of(&hmac(Hash::Sha256, Encoding::Hex, &[""]));
        story.headers.extend(coding.map(|coding| ("Content-Encoding".to_owned(), coding.as_bytes().to_vec())));
        story.arrived.clone_from(&compressed);
        assert_eq!(story.examine(Effort::Quick).status, Status::Failed(Cause::BodyCompressed));
    }
}

#[test]
#[cfg(feature = "decode")]
fn a_small_body_that_decodes_to_a_large_one_is_left_for_later() {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&vec![b' '; 2 << 20]).unwrap();
    let mut story = Story::of(&hmac(Hash::Sha256, Encoding::Hex, &[""]));
    story.arrived = encoder.finish().unwrap();
    assert!(story.arrived.len() < 4096);
    let of_compression = |effort| {
        let verdict = story.examine(effort);
        verdict.trials.iter().find(|trial| trial.cause == Cause::BodyCompressed).map(|trial| trial.outcome)
    };
    assert_eq!(of_compression(Effort::Quick), Some(Outcome::Skipped));
    assert_eq!(of_compression(Effort::Thorough), Some(Outcome::Differed));
}

#[test]
fn no_text_of_a_diagnosis_holds_a_secret_or_a_signature() {
    for scheme in schemes() {
        for (_, spoil, _) in mishaps() {
            let mut story = Story::of(&scheme);
            spoil(&mut story);
            let said = format!("{:?}", story.examine(Effort::Thorough));
            let delivery = story.delivery();
            let received = delivery.head.get_str(&story.header).unwrap();
            for held in [SECRET, "c2VjcmV0", "secret key", OTHERS, &hex::encode(SECRET), bare(received)] {
                assert!(!said.contains(held), "{held}: {said}");
            }
        }
    }
}

mod any {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_secret_that_nobody_has_is_never_taken_for_anything_else(
            signed in prop::collection::vec(any::<u8>(), 0..80),
            arrived in prop_oneof!["\\{\"[a-zé]{1,3}\": ?[0-9]{1,4}\\}", "[a-z]=[ -~]{0,9}&[a-z]=1", "\\PC{0,40}"],
            secret in "[a-z]{20,30}",
            time in "1[0-9]{9}",
            at in 0..6_usize,
        ) {
            let mut story = Story::of(&schemes()[at]);
            story.secret = secret.into();
            story.signed = signed;
            story.arrived = arrived.into();
            story.headers.push(("X-Timestamp".to_owned(), time.into()));
            prop_assert_eq!(story.examine(Effort::Thorough).status, Status::Failed(Cause::WrongSecret));
        }

        #[test]
        fn any_value_gets_a_verdict(value in "\\PC{0,90}|(sha256=|v1=)?[0-9a-f]{64}|[A-Za-z0-9+/]{27}=", at in 0..6_usize) {
            let scheme = &schemes()[at];
            let provider = provider(vec![scheme.clone()]);
            let mut delivery = Story::of(scheme).delivery();
            delivery.head = Head::build("POST", "/", Version::Http11).header(scheme.header().unwrap(), value).finish();
            let mut secrets = Secrets::default();
            secrets.add(None, Secret::new(SECRET.into(), "env:OWN"));
            let status = examine(&provider, &delivery, &secrets, &Context::of(&delivery), Effort::Thorough).status;
            let allowed = [Cause::WrongSecret, Cause::MalformedSignature].map(Status::Failed);
            prop_assert!(allowed.contains(&status), "{:?}", status);
        }
    }
}
