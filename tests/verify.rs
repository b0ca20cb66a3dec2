//! Verdicts: every scheme, every way it goes wrong, and the cause that is named.

mod fixture;

use bytes::Bytes;
use fixture::{NOW, Sent, api_key, basic, bearer, hmac, provider, token};
use hookglass::provider::{Encoding, Hash, Provider, ProviderId, Scheme};
use hookglass::verify::{Cause, Context, Draft, Effort, Outcome, Secret, Secrets, Status, check, sign};
use hookglass::wire::Extent;

const BODY: &str = "{\"id\":\"evt_1\",\"price\":1.10,\"name\":\"Zoë\"}";

fn schemes() -> Vec<(Scheme, &'static str)> {
    let keyed = "a shared secret";
    vec![
        (hmac(Hash::Sha1, Encoding::Hex, &["", "sha1="]), keyed),
        (hmac(Hash::Sha1, Encoding::Base64, &[""]), keyed),
        (hmac(Hash::Sha256, Encoding::Hex, &[""]), keyed),
        (hmac(Hash::Sha256, Encoding::Hex, &["sha256="]), keyed),
        (hmac(Hash::Sha256, Encoding::Base64, &[]), keyed),
        (hmac(Hash::Sha512, Encoding::Hex, &["v1="]), keyed),
        (hmac(Hash::Sha512, Encoding::Base64, &["v1,"]), keyed),
        (token(), keyed),
        (basic(), "user:pass:word"),
        (bearer(), "eyJ0.abc"),
        (api_key(), "key-1"),
    ]
}

fn name(scheme: &Scheme) -> String {
    format!("{scheme:?}")
}

#[test]
fn what_is_signed_is_verified() {
    for (scheme, secret) in schemes() {
        let sent = Sent::signed(&scheme, BODY, secret);
        let verdict = sent.check(&scheme, &[secret]);
        assert_eq!(verdict.status, Status::Verified, "{}: {verdict:?}", name(&scheme));
        assert_eq!(verdict.scheme, Some(scheme.name()));
        assert_eq!(verdict.header, scheme.header().map(|name| name.to_ascii_lowercase().into()));
        assert_eq!(verdict.fix, None);
        assert_eq!(verdict.explanation.contains("Authenticated"), !scheme.covers_body(), "{}", verdict.explanation);
        assert_eq!(verdict.explanation.contains("does not cover the body"), !scheme.covers_body());
    }
}

/// One way to spoil a delivery, and the status it must get: under a scheme that covers the body, and under one that
/// does not.
type Mutation = (&'static str, fn(&mut Sent, &Scheme), Status, Status);

const WRONG_SECRET: Status = Status::Failed(Cause::WrongSecret);
const MALFORMED: Status = Status::Failed(Cause::MalformedSignature);
const DUPLICATE: Status = Status::Failed(Cause::DuplicateSignature);
const NEWLINE: Status = Status::Failed(Cause::BodyNewline);
const TRUNCATED: Status = Status::Failed(Cause::Truncated);

const MUTATIONS: &[Mutation] = &[
    ("untouched", |_, _| {}, Status::Verified, Status::Verified),
    ("another body", |sent, _| sent.body = Bytes::from_static(b"{}"), WRONG_SECRET, Status::Verified),
    ("an empty body", |sent, _| sent.body = Bytes::new(), WRONG_SECRET, Status::Verified),
    ("a line feed more", |sent, _| sent.edit(|body| body.push(b'\n')), NEWLINE, Status::Verified),
    ("CR LF more", |sent, _| sent.edit(|body| body.extend(b"\r\n")), NEWLINE, Status::Verified),
    ("its beginning alone", |sent, _| sent.extent = Extent::Cut { size: None }, TRUNCATED, Status::Verified),
    ("no header", |sent, _| sent.values.clear(), Status::Unsigned, Status::Unsigned),
    ("an empty header", |sent, _| sent.values = vec![Vec::new()], MALFORMED, MALFORMED),
    ("the header twice", |sent, _| sent.values.push(sent.values[0].clone()), DUPLICATE, DUPLICATE),
    ("a header before it", |sent, _| sent.values.insert(0, b"x".to_vec()), DUPLICATE, DUPLICATE),
];

#[test]
fn every_scheme_under_every_mutation_gets_the_right_status_and_cause() {
    for (scheme, secret) in schemes() {
        for (what, spoil, covered, uncovered) in MUTATIONS {
            let mut sent = Sent::signed(&scheme, BODY, secret);
            spoil(&mut sent, &scheme);
            let verdict = sent.check(&scheme, &[secret]);
            let due = if scheme.covers_body() { covered } else { uncovered };
            assert_eq!(verdict.status, *due, "{what}, {}: {verdict:?}", name(&scheme));
            assert_eq!(verdict.fix.is_some(), *due != Status::Verified, "{what}");
        }
    }
}

#[test]
fn another_secret_is_named_by_the_family() {
    for (scheme, secret) in schemes() {
        let due = match scheme.name() {
            "token" => Cause::TokenMismatch,
            "basic" | "bearer" | "api_key" => Cause::CredentialsMismatch,
            _ => Cause::WrongSecret,
        };
        let other = format!("other:{secret}");
        let verdict = Sent::signed(&scheme, BODY, secret).check(&scheme, &[&other]);
        assert_eq!(verdict.status, Status::Failed(due), "{}", name(&scheme));
        assert_eq!(Sent::signed(&scheme, BODY, secret).check(&scheme, &[]).status, Status::NoSecret);
    }
}

#[test]
fn blanks_around_the_secret_are_named() {
    for (scheme, secret) in schemes() {
        for spoilt in ["{}\n", "{}\r\n", "{} ", " {}", "\t{} \n\n"] {
            let spoilt = spoilt.replace("{}", secret);
            let verdict = Sent::signed(&scheme, BODY, secret).check(&scheme, &[&spoilt]);
            assert_eq!(verdict.status, Status::Failed(Cause::SecretWhitespace), "{spoilt:?}, {}", name(&scheme));
        }
    }
}

#[test]
fn a_line_break_in_the_senders_secret_is_named() {
    for (scheme, secret) in schemes().into_iter().filter(|(scheme, _)| scheme.covers_body()) {
        for theirs in ["{}\n", "{}\r\n", "{} ", " {}"] {
            let theirs = theirs.replace("{}", secret);
            let verdict = Sent::signed(&scheme, BODY, &theirs).check(&scheme, &[secret]);
            assert_eq!(verdict.status, Status::Failed(Cause::SecretWhitespace), "{theirs:?}, {}", name(&scheme));
        }
    }
}

#[test]
fn another_hash_with_the_same_secret_is_named() {
    let hashes = [Hash::Sha1, Hash::Sha256, Hash::Sha512];
    for due in hashes {
        for used in hashes.into_iter().filter(|used| *used != due) {
            for encoding in [Encoding::Hex, Encoding::Base64] {
                let sent = Sent::signed(&hmac(used, encoding, &[""]), BODY, "s");
                let verdict = sent.check(&hmac(due, encoding, &[""]), &["s"]);
                assert_eq!(verdict.status, Status::Failed(Cause::WrongAlgorithm), "{used:?} for {due:?}");
                let verdict = sent.check(&hmac(due, encoding, &[""]), &["not s"]);
                assert_eq!(verdict.status, MALFORMED, "another hash is proved by recomputing alone");
            }
        }
    }
}

#[test]
fn the_label_of_another_hash_is_read_too() {
    let sent = Sent::signed(&hmac(Hash::Sha256, Encoding::Hex, &["sha256="]), BODY, "s");
    let verdict = sent.check(&hmac(Hash::Sha1, Encoding::Hex, &["", "sha1="]), &["s"]);
    assert_eq!(verdict.status, Status::Failed(Cause::WrongAlgorithm));
    assert_eq!(verdict.explanation, "The signature is HMAC-SHA256, where HMAC-SHA1 is due.");
}

#[test]
fn a_hash_without_a_key_is_named() {
    use sha2::{Digest, Sha256};
    for content in [BODY.to_owned(), format!("s{BODY}"), format!("{BODY}s")] {
        let scheme = hmac(Hash::Sha256, Encoding::Hex, &[""]);
        let sent = Sent::with_value(&scheme, BODY, hex::encode(Sha256::digest(&content)));
        assert_eq!(sent.check(&scheme, &["s"]).status, Status::Failed(Cause::WrongAlgorithm), "{content}");
    }
}

#[test]
fn a_value_that_cannot_be_a_signature_is_told_by_its_shape_alone() {
    let sha256 = || hmac(Hash::Sha256, Encoding::Hex, &["", "sha256="]);
    let labelled = || hmac(Hash::Sha256, Encoding::Hex, &["sha256="]);
    let base64 = || hmac(Hash::Sha256, Encoding::Base64, &[""]);
    let cases: [(Scheme, &str, &str); 11] = [
        (sha256(), "", "it is empty"),
        (sha256(), "sha256=", "nothing follows its prefix where 64 hex digits are due"),
        (sha256(), "abcd", "it has 4 hex digits where 64 are due"),
        (sha256(), &"0".repeat(63), "it has 63 hex digits where 64 are due"),
        (sha256(), &"z".repeat(64), "its 64 characters are not the 64 hex digits that are due"),
        (sha256(), &"0".repeat(40), "it has the length of SHA1 where SHA256 is due"),
        (labelled(), &"0".repeat(64), "it does not begin with `sha256=`"),
        (base64(), "AAAA", "it has 4 characters of base64 where 44 are due"),
        (base64(), &"0".repeat(64), "it has 64 characters of base64 where 44 are due"),
        (basic(), "Basic dXNlcg==", "its credentials have no `:` in them"),
        (bearer(), "Digest x", "it does not begin with `Bearer `"),
    ];
    for (scheme, value, how) in cases {
        let verdict = Sent::with_value(&scheme, BODY, value).check(&scheme, &["user:s"]);
        assert_eq!(verdict.status, MALFORMED, "{value}");
        assert!(verdict.explanation.ends_with(&format!(": {how}.")), "{value}: {}", verdict.explanation);
    }
}

#[test]
fn upper_case_hex_verifies_and_is_named() {
    let scheme = hmac(Hash::Sha256, Encoding::Hex, &["", "sha256="]);
    for label in ["", "sha256="] {
        let mut sent = Sent::signed(&scheme, BODY, "s");
        sent.values[0] = [label.as_bytes(), &sent.values[0].to_ascii_uppercase()].concat();
        let verdict = sent.check(&scheme, &["s"]);
        assert_eq!(verdict.status, Status::Verified);
        assert!(verdict.explanation.contains("upper case"), "{}", verdict.explanation);
    }
}

#[test]
fn a_shortened_signature_is_none() {
    let scheme = hmac(Hash::Sha256, Encoding::Hex, &[""]);
    let whole = Sent::signed(&scheme, BODY, "s").values.remove(0);
    for length in (0..whole.len()).step_by(8) {
        let sent = Sent::with_value(&scheme, BODY, &whole[..length]);
        assert_eq!(sent.check(&scheme, &["s"]).status, MALFORMED, "{length} digits");
    }
}

#[test]
fn of_several_secrets_the_one_that_matched_is_named() {
    for (scheme, secret) in schemes() {
        let provider = provider(vec![scheme.clone()]);
        let mut secrets = Secrets::default();
        secrets.add(Some(provider.id.clone()), Secret::new(b"new:secret".to_vec(), "env:NEW"));
        secrets.add(None, Secret::new(secret.into(), "file:old"));
        let delivery = Sent::signed(&scheme, BODY, secret).delivery();
        let verdict = check(&provider, &delivery, &secrets, &Context::of(&delivery));
        assert_eq!(verdict.status, Status::Verified);
        assert!(verdict.explanation.contains("file:old") && !verdict.explanation.contains("NEW"), "{verdict:?}");
    }
}

#[test]
fn the_first_scheme_whose_header_is_there_counts() {
    let provider = provider(vec![basic(), bearer(), api_key(), hmac(Hash::Sha1, Encoding::Hex, &[""])]);
    for (scheme, secret) in [(basic(), "a:b"), (bearer(), "a:b"), (api_key(), "a:b"), (provider.verify[3].clone(), "k")]
    {
        let verdict = Sent::signed(&scheme, BODY, secret).check_as(&provider, &[secret]);
        assert_eq!((verdict.status, verdict.scheme), (Status::Verified, Some(scheme.name())));
    }
    let digest = Sent::with_value(&basic(), BODY, "Digest x").check_as(&provider, &["a:b"]);
    assert_eq!((digest.status, digest.scheme), (MALFORMED, Some("basic")));
}

#[test]
fn a_provider_that_need_not_sign_says_what_it_offers() {
    let unsigned = |verify| Provider { unsigned: Some("It offers credentials.".to_owned()), ..provider(verify) };
    for provider in [unsigned(vec![]), unsigned(vec![basic()])] {
        let mut sent = Sent::signed(&basic(), BODY, "a:b");
        sent.values.clear();
        let verdict = sent.check_as(&provider, &["a:b"]);
        assert_eq!((verdict.status, &*verdict.explanation), (Status::NotSigned, "It offers credentials."));
    }
    let silent = provider(vec![]);
    assert_eq!(Sent::with_value(&basic(), BODY, "x").check_as(&silent, &["s"]).status, Status::NotSigned);
}

#[test]
fn a_missing_secret_is_told_with_both_ways_to_give_it() {
    let id = ProviderId::new("chargebee-retention");
    let provider = Provider { id, ..provider(vec![token()]) };
    let verdict = Sent::with_value(&token(), BODY, "x").check_as(&provider, &[]);
    assert_eq!(verdict.status, Status::NoSecret);
    let fix = verdict.fix.unwrap();
    assert!(fix.contains("--secret chargebee-retention=env:VAR"), "{fix}");
    assert!(fix.contains("HOOKGLASS_SECRET_CHARGEBEE_RETENTION"), "{fix}");
}

#[test]
fn no_text_of_a_verdict_holds_a_secret_or_a_signature() {
    for (scheme, _) in schemes() {
        let mine = "tell-no-one:at all";
        let expected = Sent::signed(&scheme, BODY, mine);
        let expected = String::from_utf8_lossy(&expected.values[0]).into_owned();
        for received in ["", "short", "Bearer other", "Basic b3RoZXI6b3RoZXI=", &expected, &"ab".repeat(32)] {
            let verdict = Sent::with_value(&scheme, "another body", received).check(&scheme, &[mine]);
            let texts = format!("{verdict:?}");
            assert!(!texts.contains(mine) && !texts.contains(&expected), "{texts}");
            assert!(received.len() < 9 || !texts.contains(received), "{texts}");
        }
    }
}

/// What the signer had, and what came of it on the way.
const REPRINTED: &[(&str, &str, &str)] = &[
    ("{\"a\":1,\"b\":[true,null]}", "{\n  \"a\": 1,\n  \"b\": [\n    true,\n    null\n  ]\n}\n", "JSON.stringify"),
    ("{\"a\": 1, \"b\": \"\\u00e9\"}", "{\"a\":1,\"b\":\"é\"}", "Python's json.dumps"),
    ("{\"b\":1,\"a\":\"\\u00e9\"}", "{ \"b\": 1, \"a\": \"é\" }", "Python's json.dumps with compact separators"),
    ("{\"a\":{\"x\":1.0,\"y\":2},\"b\":1}", "{\"b\":1,\"a\":{\"y\":2,\"x\":1.0}}", "sort_keys"),
    ("{\"url\":\"http:\\/\\/x\\/\\u00e9\"}", "{\"url\":\"http://x/é\"}", "PHP's json_encode"),
    ("{\"a\":1,\"b\":\"\\u003ca\\u003e\"}", "{\"b\":\"<a>\",\"a\":1}", "Go's json.Marshal of a map"),
    ("{\"n\":1.1,\"m\":1}", "{\"n\":1.10,\"m\":1.0}", "JSON.stringify"),
    ("{\n  \"a\": 1\n}", "{\"a\":1}", "JSON.stringify with 2 spaces"),
    ("{\n    \"a\": 1\n}", "{\"a\":1}", "JSON.stringify with 4 spaces"),
    ("{\"a\":3}", "{\"a\":1,\"a\":3}", "JSON.stringify"),
];

#[test]
fn a_body_printed_again_is_named_with_its_printer() {
    for scheme in schemes().into_iter().map(|it| it.0).filter(Scheme::covers_body) {
        for (signed, arrived, printer) in REPRINTED {
            let mut sent = Sent::signed(&scheme, signed, "s");
            sent.body = Bytes::from(*arrived);
            let verdict = sent.check(&scheme, &["s"]);
            assert_eq!(verdict.status, Status::Failed(Cause::BodyReserialized), "{arrived}");
            assert!(verdict.explanation.contains(printer), "{arrived}: {}", verdict.explanation);
            assert!(verdict.fix.unwrap().contains("raw body"));
        }
    }
}

#[test]
fn other_line_breaks_are_named() {
    let cases =
        [("a\nb\n", "a\r\nb\r\n"), ("a\r\nb", "a\nb"), ("a\r\nb\r\n", "a\nb"), ("a\nb", "a\r\nb\r\n"), ("a\n", "a")];
    let cases =
        cases.into_iter().chain([("a", "a\n"), ("a", "a\r\n"), ("a", "a\n\n\n"), ("a\r\n", "a"), ("a\n", "a\n\n")]);
    for (signed, arrived) in cases {
        let scheme = hmac(Hash::Sha256, Encoding::Hex, &[""]);
        let mut sent = Sent::signed(&scheme, signed, "s");
        sent.body = Bytes::from(arrived);
        assert_eq!(sent.check(&scheme, &["s"]).status, NEWLINE, "{signed:?} as {arrived:?}");
    }
}

#[test]
fn what_was_tried_is_told_up_to_what_matched() {
    let scheme = hmac(Hash::Sha256, Encoding::Hex, &[""]);
    let mut sent = Sent::signed(&scheme, "{\"a\":1}", "s");
    sent.body = Bytes::from("{\"a\": 1}");
    let trials = sent.examine(&scheme, &["s"], Effort::Thorough).trials;
    let (last, before) = trials.split_last().unwrap();
    assert_eq!((last.cause, last.outcome), (Cause::BodyReserialized, Outcome::Matched));
    assert!(before.iter().all(|trial| trial.outcome == Outcome::Differed));
    let names: Vec<&str> = trials.iter().map(|trial| &*trial.name).collect();
    assert!(names.contains(&"the secret with a line feed after it"), "{names:?}");
    assert!(names.contains(&"the body with CR LF at its end"), "{names:?}");
    assert!(names.contains(&"a plain SHA256 of the body alone"), "{names:?}");
}

#[test]
fn a_large_body_is_explained_fully_only_when_somebody_asks() {
    let scheme = hmac(Hash::Sha256, Encoding::Hex, &[""]);
    let items = (0..60_000).map(|n| format!("{{\"id\":{n}}}")).collect::<Vec<_>>();
    let mut sent = Sent::signed(&scheme, &format!("[{}]", items.join(",")), "s");
    sent.body = Bytes::from(format!("[{}]", items.join(", ")));
    let quick = sent.examine(&scheme, &["s"], Effort::Quick);
    assert_eq!(quick.status, WRONG_SECRET);
    assert!(quick.explanation.contains("not every explanation has been tried yet"), "{:?}", quick);
    assert!(quick.trials.iter().any(|trial| trial.outcome == Outcome::Skipped));
    let thorough = sent.examine(&scheme, &["s"], Effort::Thorough);
    assert_eq!(thorough.status, Status::Failed(Cause::BodyReserialized));
}

#[test]
fn a_secret_that_no_header_can_carry_is_told_without_it() {
    let cases = [
        (token(), "tell\nno one", "it has a line break or another control character in it"),
        (api_key(), "tell\0no one", "it has a line break or another control character in it"),
        (bearer(), "tell no one ", "it has blanks around it, which receivers leave out"),
        (basic(), "tell no one", "credentials of Basic are written user:password"),
    ];
    for (scheme, secret, reason) in cases {
        let draft = Draft { method: "POST", url: "", headers: &[], body: Bytes::new(), now: NOW.parse().unwrap() };
        let error = sign(&scheme, &draft, &Secret::new(secret.into(), "env:HELD")).unwrap_err().to_string();
        assert_eq!(error, format!("the secret of env:HELD cannot be sent in {}: {reason}", scheme.carrier));
    }
}

mod any {
    use super::*;
    use proptest::prelude::*;

    fn body() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            prop::collection::vec(any::<u8>(), 0..300),
            "[ \\r\\n]{0,3}\\{\"[a-zé/<\"]{0,3}\": *(1\\.[0-9]{1,3}|\\[\\]|null)\\}\\n{0,2}"
                .prop_map(String::into_bytes),
        ]
    }

    fn keyed() -> impl Strategy<Value = Scheme> {
        prop::sample::select(schemes().into_iter().map(|it| it.0).filter(Scheme::covers_body).collect::<Vec<_>>())
    }

    proptest! {
        #[test]
        fn what_is_signed_is_verified(body in body(), secret in prop::collection::vec(any::<u8>(), 1..100), scheme in keyed()) {
            let sent = Sent::signed_bytes(&scheme, &body, &secret);
            prop_assert_eq!(sent.examine(&scheme, &[&secret], Effort::Quick).status, Status::Verified);
        }

        #[test]
        fn a_wrong_secret_is_never_taken_for_anything_else(body in body(), one in "[a-z]{1,20}", other in "[A-Z]{1,20}", scheme in keyed()) {
            // The same in other letters is told as that.
            prop_assume!(!one.eq_ignore_ascii_case(&other));
            let sent = Sent::signed_bytes(&scheme, &body, one.as_bytes());
            prop_assert_eq!(sent.examine(&scheme, &[other.as_bytes()], Effort::Quick).status, WRONG_SECRET);
        }

        #[test]
        fn a_flipped_bit_never_verifies(body in body(), at in any::<prop::sample::Index>(), bit in 0..8_u8, scheme in keyed()) {
            let mut sent = Sent::signed_bytes(&scheme, &body, b"s");
            prop_assume!(!body.is_empty());
            sent.edit(|bytes| { let at = at.index(bytes.len()); bytes[at] ^= 1_u8 << bit; });
            prop_assert!(matches!(sent.examine(&scheme, &[b"s"], Effort::Quick).status, Status::Failed(_)));
        }

        #[test]
        fn any_header_and_any_body_get_a_verdict(value in prop::collection::vec(any::<u8>(), 0..200), body in body(), at in 0..11_usize) {
            let (scheme, secret) = schemes().swap_remove(at);
            let mut sent = Sent::with_value(&scheme, "", value);
            sent.body = body.into();
            prop_assert!(sent.check(&scheme, &[secret]).status != Status::Verified);
        }
    }
}
