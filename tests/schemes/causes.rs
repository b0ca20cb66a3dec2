//! What is said where the sender signs by another scheme than the one that is due.

use bytes::Bytes;
use hookglass::provider::ProviderId;
use hookglass::verify::{Cause, Context, Draft, Secret, Secrets, Status, Verdict, check, sign};
use jiff::Timestamp;

use crate::stand::{Request, provider};

const KEY: &str = "whsec_c2VjcmV0IGtleQ==";
const BODY: &str = r#"{"id":"evt_1","at":1700000000}"#;

/// The request of a sender that signs by that scheme.
fn sent(verify: &str, secret: &str) -> Request {
    let draft = Draft {
        method: "POST",
        url: "https://hooks.example/in?x=1",
        headers: &[],
        body: Bytes::from_static(BODY.as_bytes()),
        now: Timestamp::from_second(1_700_000_000).unwrap(),
    };
    let signed = sign(&provider(verify).verify[0], &draft, &Secret::new(secret.into(), "env:S")).unwrap();
    let mut request = Request::new(&[("Host", "hooks.example")], str::from_utf8(&signed.body).unwrap());
    request.target = signed.asked(&request.target);
    request.headers.extend(signed.headers.into_iter().map(|(name, value)| (name, String::from_utf8(value).unwrap())));
    request
}

fn hmac(rest: &str) -> String {
    format!("scheme = \"hmac\"\nhash = \"sha256\"\nencoding = \"hex\"\nheader = \"S\"\n{rest}")
}

fn digest(content: &str) -> String {
    format!("scheme = \"digest\"\nhash = \"sha256\"\nencoding = \"hex\"\nheader = \"S\"\ncontent = \"{content}\"")
}

#[track_caller]
fn assert_failed(verdict: &Verdict, cause: Cause, words: &str) {
    assert_eq!(verdict.status, Status::Failed(cause), "{verdict:#?}");
    assert!(verdict.explanation.contains(words), "{}", verdict.explanation);
}

#[test]
fn what_was_signed_by_another_scheme_is_told_by_what_it_is() {
    let base64 = "content = \"{body}\"\nsecret = { prefix = \"whsec_\", encoding = \"base64\" }";
    let timed = |content: &str, unit: &str| {
        hmac(&format!("timestamp = {{ header = \"T\", unit = \"{unit}\" }}\ncontent = \"{content}\""))
    };
    let timed_and_compared = |content: &str| format!("{}\ntolerance = \"5m\"", timed(content, "rfc3339"));
    let fields = |rest: &str| {
        hmac(&format!("fields = {{ separator = \";\", signature = \"h1\" }}\ntimestamp = {{ field = \"ts\" }}\n{rest}"))
    };
    let cases = [
        (
            hmac(""),
            digest("{secret}{body}"),
            Cause::WrongAlgorithm,
            "is HMAC-SHA256 with the secret for a key, where SHA256",
        ),
        (
            digest("{body}{secret}"),
            hmac(""),
            Cause::WrongAlgorithm,
            "is a plain SHA256 of the body and the secret, where HMAC",
        ),
        (hmac(""), hmac(base64), Cause::SecretEncoding, "the text of the secret for a key, not decoded"),
        (timed("{timestamp}{body}", "rfc3339"), hmac(""), Cause::WrongSecret, "No common change"),
        (
            timed_and_compared("{body}"),
            timed("{timestamp}{body}", "rfc3339"),
            Cause::SignedContent,
            "is `{body}` alone",
        ),
        (
            timed("v0.{timestamp}.{body}", "s"),
            timed("v0:{timestamp}:{body}", "s"),
            Cause::SignedContent,
            "the content of the scheme with `.` between its parts",
        ),
        (
            timed("{timestamp}.{body}", "s"),
            timed("{timestamp}:{body}", "s"),
            Cause::SignedContent,
            "`{timestamp}.{body}`, the timestamp of the scheme",
        ),
        (
            fields("content = \"{timestamp}.{body}\""),
            fields("content = \"{timestamp}:{body}\""),
            Cause::SignedContent,
            "`{timestamp}.{body}`, the timestamp of the scheme",
        ),
    ];
    for (sender, due, cause, words) in cases {
        assert_failed(&sent(&sender, KEY).check(&provider(&due), &[KEY]), cause, words);
    }
}

#[test]
fn a_key_that_was_not_decoded_but_lost_its_prefix_is_named() {
    let due = hmac("secret = { prefix = \"whsec_\", encoding = \"base64\" }");
    let verdict = sent(&hmac(""), &KEY[6..]).check(&provider(&due), &[KEY]);
    assert_failed(&verdict, Cause::SecretEncoding, "the text of the secret without its prefix for a key, not decoded");
}

#[test]
fn a_hash_without_any_secret_is_not_taken_for_a_right_secret() {
    let mut request = sent(&hmac(""), KEY);
    // printf %s "$BODY" | sha256sum
    request.headers.last_mut().unwrap().1 =
        "486be6b6bc33fe032bd0ad701f431093b2e6a47b33b5807fa14c3792486a0a77".to_owned();
    let verdict = request.check(&provider(&digest("{secret}{body}")), &[KEY]);
    assert_failed(&verdict, Cause::WrongAlgorithm, "is a plain SHA256 without the secret");
}

#[test]
fn another_url_than_the_one_that_is_known_is_named() {
    for content in ["{url}{body}", "{method}{url}{sha256}"] {
        let verify = hmac(&format!("content = \"{content}\""));
        let request = Request { url: Some("https://elsewhere.example".to_owned()), ..sent(&verify, KEY) };
        let verdict = request.check(&provider(&verify), &[KEY]);
        let words = "with the URL https://hooks.example/in?x=1, where https://elsewhere.example/in?x=1 is due.";
        assert_failed(&verdict, Cause::SignedContent, words);
        assert!(verdict.fix.unwrap().contains("--public-url"));
    }
}

#[test]
fn urls_that_are_easily_mistaken_for_each_other_are_told_apart() {
    let verify = hmac("content = \"{method}{url}{body}\"");
    let provider = provider(&verify);
    let verdict = |signed: &str, public: Option<&str>| {
        let draft = Draft {
            method: "POST",
            url: signed,
            headers: &[],
            body: Bytes::from_static(BODY.as_bytes()),
            now: Timestamp::from_second(1_700_000_000).unwrap(),
        };
        let header = sign(&provider.verify[0], &draft, &Secret::new(KEY.into(), "env:S")).unwrap().headers.remove(0);
        let headers = [("Host", "127.0.0.1:4665"), ("S", str::from_utf8(&header.1).unwrap())];
        Request { url: public.map(str::to_owned), ..Request::new(&headers, BODY) }.check(&provider, &[KEY])
    };
    let public = Some("https://hooks.example");
    for signed in ["https://hooks.example/in?x=1", "https://hooks.example:443/in?x=1"] {
        assert_eq!(verdict(signed, public).status, Status::Verified, "{signed}");
    }
    let mistaken = [
        (public, "http://hooks.example/in?x=1"),
        (public, "https://hooks.example/in"),
        (public, "https://hooks.example/in/?x=1"),
        (public, "https://hooks.example"),
        (public, "http://127.0.0.1:4665/in?x=1"),
        (public, "http://localhost:4665/in?x=1"),
        (Some("https://hooks.example/prefix"), "https://hooks.example/in?x=1"),
        (None, "http://localhost:4665/in?x=1"),
        (None, "http://127.0.0.1:4665/in"),
    ];
    for (public, signed) in mistaken {
        let verdict = verdict(signed, public);
        assert_failed(&verdict, Cause::SignedContent, &format!("the content of the scheme with the URL {signed}"));
        assert!(verdict.fix.unwrap().contains("--public-url"), "{signed}");
    }
    for (public, words) in [(None, "another one than was heard"), (public, "is not https://hooks.example/in?x=1.")] {
        let verdict = verdict("https://unknown.example/", public);
        assert_failed(&verdict, Cause::WrongSecret, words);
        assert!(verdict.fix.unwrap().contains("--public-url"), "{public:?}");
    }
}

#[test]
fn parameters_that_were_signed_in_another_way_are_named() {
    let body = "b=2&a=1+x";
    let provider = provider(&hmac("content = \"{url}{form}\""));
    for (content, words) in [
        ("https://hooks.example/in?x=1b2a1 x", "in the order that they came in"),
        ("https://hooks.example/in?x=1b=2&a=1+x", "the raw body"),
    ] {
        let key = Secret::new(KEY.into(), "env:S");
        let draft = Draft { method: "POST", url: "", headers: &[], body: content.into(), now: Timestamp::UNIX_EPOCH };
        let header = sign(&of_the_body_alone().verify[0], &draft, &key).unwrap().headers.remove(0);
        let headers = [("Host", "hooks.example"), ("S", str::from_utf8(&header.1).unwrap())];
        assert_failed(&Request::new(&headers, body).check(&provider, &[KEY]), Cause::SignedContent, words);
    }
}

/// A provider that signs the body alone.
fn of_the_body_alone() -> std::sync::Arc<hookglass::provider::Provider> {
    provider(&hmac(""))
}

#[test]
fn of_two_signatures_the_right_one_says_what_is_wrong_with_the_other() {
    let sha1 = "scheme = \"hmac\"\nhash = \"sha1\"\nencoding = \"hex\"\nheader = \"Old\"";
    let both = provider(&format!("{}\n[[verify]]\n{sha1}", hmac("")));
    let mut request = sent(&hmac(""), "another");
    request.headers.extend(sent(sha1, KEY).headers.into_iter().filter(|(name, _)| name == "Old"));
    let verdict = request.check(&both, &[KEY]);
    assert_failed(&verdict, Cause::MalformedSignature, "The secret and the body are right: Old matches; S does not.");
    assert_failed(&request.check(&both, &["a third"]), Cause::WrongSecret, "most likely another one");
}

#[test]
fn schemes_that_share_a_header_are_told_apart_by_the_hash_that_one_of_them_needs() {
    let hashed = "content = \"{url}\"\nbody_hash = { query = \"bodySHA256\", hash = \"sha256\", encoding = \"hex\" }";
    let both = provider(&format!("{}\n[[verify]]\n{}", hmac("content = \"{url}{form}\""), hmac(hashed)));
    let json = sent(&hmac(hashed), KEY);
    assert_eq!(json.check(&both, &[KEY]).status, Status::Verified);
    let spoilt = Request { body: "{}".to_owned(), ..json.clone() };
    assert_failed(&spoilt.check(&both, &[KEY]), Cause::SignedContent, "bodySHA256 of the query is not the SHA256");
    // A form may have such a parameter in its URL as well.
    for target in ["/in?x=1", "/in?x=1&bodySHA256=00"] {
        let draft = Draft {
            method: "POST",
            url: &format!("https://hooks.example{target}"),
            headers: &[],
            body: Bytes::from_static(b"a=1"),
            now: Timestamp::UNIX_EPOCH,
        };
        let header = sign(&both.verify[0], &draft, &Secret::new(KEY.into(), "env:S")).unwrap().headers.remove(0);
        let headers = [("Host", "hooks.example"), ("S", str::from_utf8(&header.1).unwrap())];
        let request = Request { target: target.to_owned(), ..Request::new(&headers, "a=1") };
        assert_eq!(request.check(&both, &[KEY]).status, Status::Verified, "{target}");
    }
}

#[test]
fn what_is_visibly_wrong_with_a_body_is_said_beside_the_secret() {
    let verify = hmac("");
    let cases = [
        ("", "but the body that arrived is empty: "),
        ("{\"id\":\"evt_1\",\"at\":17", "but what arrived is JSON that breaks off at byte 21: "),
        ("{\"id\":\"evt_1\",\"at\":\"2026", "but what arrived is JSON that breaks off at byte 24: "),
        ("{\"id\":evt_1}", "but what arrived is no JSON from byte 6 on: "),
        ("{\"id\":2}", "explains it: they look untouched, "),
    ];
    for (body, words) in cases {
        let mut request = sent(&verify, KEY);
        request.headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        request.body = body.to_owned();
        assert_failed(&request.check(&provider(&verify), &[KEY]), Cause::WrongSecret, words);
        let length = if body.len() == 8 { "9" } else { "8" };
        request.headers.push(("Content-Length".to_owned(), length.to_owned()));
        let words = format!("but {} bytes arrived where Content-Length says {length}: ", body.len());
        assert_failed(&request.check(&provider(&verify), &[KEY]), Cause::WrongSecret, &words);
    }
}

#[test]
fn a_timestamp_that_was_signed_in_another_unit_than_it_was_sent_in_is_named() {
    let of = |unit: &str, content: &str| {
        hmac(&format!("timestamp = {{ header = \"T\", unit = \"{unit}\" }}\ncontent = \"{content}\""))
    };
    let mut request = sent(&of("ms", "{method}|{timestamp}|{body}"), KEY);
    request.headers.iter_mut().find(|header| header.0 == "T").unwrap().1 = "1700000000".to_owned();
    let verdict = request.check(&provider(&of("s", "{method}|{timestamp}|{body}")), &[KEY]);
    assert_failed(&verdict, Cause::SignedContent, "the content of the scheme with its timestamp in milliseconds");
}

#[test]
fn a_hash_of_another_body_is_told_from_a_wrong_signature() {
    let hashed = "content = \"{url}\"\nbody_hash = { query = \"bodySHA256\", hash = \"sha256\", encoding = \"hex\" }";
    let provider = provider(&hmac(hashed));
    let right = sent(&hmac(hashed), KEY);
    assert!(right.target.starts_with("/in?x=1&bodySHA256="), "{}", right.target);
    assert_eq!(right.check(&provider, &[KEY]).status, Status::Verified);
    let with_body = |body: &str| Request { body: body.to_owned(), ..right.clone() }.check(&provider, &[KEY]);
    let words = "The signature is right, but bodySHA256 of the query is not the SHA256 of the body that arrived";
    assert_failed(&with_body("{}"), Cause::SignedContent, words);
    assert_failed(&with_body(&format!("{BODY}\n")), Cause::BodyNewline, "without the line break at its end");
    assert_failed(&with_body(&BODY.replace(':', ": ")), Cause::BodyReserialized, "printed again");
    assert_failed(&right.check(&provider, &["another"]), Cause::WrongSecret, "No common change");
    let unreadable = right.target.replace("bodySHA256=", "bodySHA256=zz");
    let verdict = Request { target: unreadable, ..right.clone() }.check(&provider, &[KEY]);
    assert_failed(&verdict, Cause::WrongSecret, "No common change");
}

#[test]
fn a_signature_is_looked_for_among_so_many_only() {
    let verify = hmac("list = \" \"");
    let right = sent(&verify, KEY).headers.pop().unwrap().1;
    for (others, due) in [(15, Status::Verified), (16, Status::Failed(Cause::MalformedSignature))] {
        let value = format!("{}{right}", format!("{} ", "0".repeat(64)).repeat(others));
        assert_eq!(Request::new(&[("S", &value)], BODY).check(&provider(&verify), &[KEY]).status, due);
    }
}

#[test]
fn a_public_key_is_tried_in_other_forms_before_it_is_told_to_be_none() {
    let verify = "scheme = \"ed25519\"\nencoding = \"hex\"\nheader = \"S\"\nsecret = \"hex\"";
    // The first vector of RFC 8032 §7.1, over an empty message.
    let public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    let signature = "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";
    let request = Request::new(&[("S", signature)], "");
    let cases = [
        (format!("{public}\n"), Cause::SecretWhitespace, "line break"),
        (format!("\"{public}\""), Cause::SecretQuoted, "quotes"),
        // The seed of the same vector.
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60".to_owned(),
            Cause::SecretEncoding,
            "the public key that belongs to the private key",
        ),
        ("no key".to_owned(), Cause::WrongSecret, "cannot be a key of ed25519: it is not hex. Is it whole?"),
    ];
    assert_eq!(request.check(&provider(verify), &[public]).status, Status::Verified);
    for (given, cause, words) in cases {
        assert_failed(&request.check(&provider(verify), &[&given]), cause, words);
    }
}

#[test]
fn a_provider_that_sends_wrong_signatures_on_purpose_has_its_say() {
    let due = provider(&hmac("notes = { wrong = \"Acme tests with wrong ones.\" }"));
    let verdict = sent(&hmac(""), "another").check(&due, &[KEY]);
    assert_failed(&verdict, Cause::WrongSecret, "most likely another one. Acme tests with wrong ones.");
    let spaced = Request { body: format!("{BODY}\n"), ..sent(&hmac(""), KEY) }.check(&due, &[KEY]);
    assert!(!spaced.explanation.contains("Acme"), "{}", spaced.explanation);
}

#[test]
fn key_and_content_in_the_wrong_order_are_named() {
    let mut request = Request::new(&[("S", "")], "Hi There");
    // printf %s "$KEY" | openssl dgst -sha256 -hmac 'Hi There'
    request.headers[0].1 = "5606019cf3212b96ec0bd3072a1d9e57a694be8857877ea3a9d3a1a2adcff6f1".to_owned();
    assert_failed(
        &request.check(&provider(&hmac("")), &[KEY]),
        Cause::WrongAlgorithm,
        "The signature is HMAC-SHA256 with key and content swapped, where HMAC-SHA256 is due.",
    );
}

#[test]
fn signatures_with_something_else_between_them_are_found() {
    let verify = hmac("list = \" \"\nprefixes = [\"v1,\"]").replace("hex", "base64");
    let signed = |secret: &str| sent(&verify, secret).headers.pop().unwrap().1;
    let request = Request::new(&[("S", &format!("{},{}", signed("old"), signed(KEY)))], BODY);
    assert_failed(
        &request.check(&provider(&verify), &[KEY]),
        Cause::MalformedSignature,
        "the signature alone, without what",
    );
}

#[test]
fn a_secret_of_another_provider_may_be_a_key_as_it_is_written() {
    let due = provider(&hmac("secret = { prefix = \"whsec_\", encoding = \"base64\" }"));
    let request = sent(&hmac(""), "whsec_others");
    let mut secrets = Secrets::default();
    secrets.add(Some(due.id.clone()), Secret::new(KEY.into(), "env:S"));
    secrets.add(Some(ProviderId::new("other")), Secret::new("whsec_others".into(), "env:OTHER"));
    let delivery = request.delivery();
    let verdict = check(&due, &delivery, &secrets, &Context::of(&delivery));
    assert_failed(&verdict, Cause::OtherProviderSecret, "It matches with the secret of other.");
}

#[test]
fn a_signature_in_a_field_is_told_by_how_fields_are_written() {
    let base64 = hmac("fields = { signature = \"v1\" }").replace("hex", "base64");
    let verdict = sent(&base64, KEY).check(&provider(&hmac("fields = { signature = \"v1\" }")), &[KEY]);
    assert_failed(&verdict, Cause::WrongEncoding, "read as base64, where hex in lower case after `v1=` is due.");
}
