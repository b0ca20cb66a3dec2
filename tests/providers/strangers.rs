//! What is said of deliveries that nobody is known to send so, or that carry the signature of somebody else.

use hookglass::provider::Catalog;
use hookglass::store::Knowledge;
use hookglass::verify::Secrets;

use crate::shared::{delivery, provider};

const ID: (&str, &str) = ("svix-id", "msg_1");
const TIME: (&str, &str) = ("svix-timestamp", "1795194000");
const SIGNED: (&str, &str) = ("svix-signature", "v1,AA==");

#[test]
fn headers_of_one_family_name_it_though_one_of_them_is_missing_or_wrong() {
    let webhook = |(name, value): (&'static str, &'static str)| (name.replace("svix", "webhook"), value);
    let cases = [
        (&[ID, TIME][..], "svix", "unsigned"),
        (&[ID, TIME, ("svix-signature", "AA==")], "svix", "malformed_signature"),
        (&[TIME, SIGNED], "svix", "malformed_signature"),
        (&[ID, SIGNED], "svix", "malformed_signature"),
        (&[("X-Slack-Request-Timestamp", "1795194000")], "slack", "unsigned"),
    ];
    let mut secrets = Secrets::default();
    secrets.add(None, hookglass::verify::Secret::new(b"c0ffee00".to_vec(), "literal:…"));
    let knowledge = Knowledge::new(Catalog::builtin(), secrets);
    for (headers, named, expected) in cases {
        let others: Vec<_> = headers.iter().map(|header| webhook(*header)).collect();
        let others: Vec<_> = others.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        for (headers, named) in
            [(headers, named), (&others, named.strip_prefix("svix").map_or(named, |_| "standard-webhooks"))]
        {
            let conclusion = knowledge.conclude(&delivery("POST", "/", headers, "a=b"));
            let status = conclusion.verdict.status;
            let found = status.cause().map_or(status.as_str(), |cause| cause.as_str());
            assert_eq!((conclusion.provider.unwrap().as_str(), found), (named, expected), "{headers:?}");
        }
    }
}

#[test]
fn too_little_to_name_anybody_is_told_with_whom_it_speaks_for() {
    let cases: [(&[(&str, &str)], &str); 6] = [
        (&[("x-hub-signature-256", "sha256=00")], "It has x-hub-signature-256, as github sends, but too little else"),
        (
            &[("X-Hub-Signature", "00")],
            "It has X-Hub-Signature, as brightback, chargebee-retention, github and intercom send, but",
        ),
        (
            &[("X-Hub-Signature", "sha1=00"), ("X-Hub-Signature-256", "sha256=00")],
            "It has X-Hub-Signature-256, as github sends",
        ),
        (&[ID], "It has svix-id, as resend and svix send"),
        (
            &[("User-Agent", "curl/8"), ("Authorization", "Bearer x")],
            "No known provider sends deliveries like this one.",
        ),
        (&[("X-Else", "1")], "No known provider sends deliveries like this one."),
    ];
    let knowledge = Knowledge::new(Catalog::builtin(), Secrets::default());
    for (headers, expected) in cases {
        let conclusion = knowledge.conclude(&delivery("POST", "/", headers, "{}"));
        assert_eq!((conclusion.provider, conclusion.verdict.status.as_str()), (None, "unknown"));
        assert!(conclusion.verdict.explanation.starts_with(expected), "{}", conclusion.verdict.explanation);
    }
}

#[test]
fn a_signature_in_a_header_of_somebody_else_is_told() {
    let github = [("X-GitHub-Event", "push"), ("X-Hub-Signature-256", "sha256=00")];
    let brightback = provider("brightback").event_type("cancel").unwrap().sample.body.clone();
    let cases = [
        (Some("stripe"), &github[..], "{}".into(), "Stripe-Signature", Some("X-Hub-Signature-256, as github sends")),
        (None, &github[1..], brightback.clone(), "X-Hub-Signature", Some("X-Hub-Signature-256, as github sends")),
        (
            Some("stripe"),
            &[ID, SIGNED],
            "{}".into(),
            "Stripe-Signature",
            Some("svix-signature, as resend and svix send"),
        ),
        (Some("stripe"), &[("Authorization", "Bearer x")], "{}".into(), "Stripe-Signature", None),
        (Some("stripe"), &[], "{}".into(), "Stripe-Signature", None),
        (None, &[], brightback, "X-Hub-Signature", None),
    ];
    for (assumed, headers, body, due, others) in cases {
        let knowledge = Knowledge::new(Catalog::builtin(), Secrets::default()).assuming(assumed.map(provider));
        let verdict = knowledge.conclude(&delivery("POST", "/", headers, body)).verdict;
        let absent = format!("A signature is due in {due}, but the header is absent.");
        let expected = others.map_or(absent.clone(), |others| format!("{absent} There is {others}: is it from there?"));
        assert_eq!((verdict.status.as_str(), &*verdict.explanation), ("unsigned", expected.as_str()), "{headers:?}");
        assert_eq!(verdict.fix.unwrap().contains("--provider"), others.is_some());
    }
}
