//! Providers that sign in the same header: the secret that fits says whose a delivery is.

use std::sync::Arc;

use bytes::Bytes;
use hookglass::provider::{Algorithm, Catalog, Family, Provider, Scheme};
use hookglass::store::{Conclusion, Knowledge};
use hookglass::verify::{Draft, Secret, Secrets, Status, sign};
use hookglass::wire::Delivery;

use crate::shared::{delivery, provider};

/// Text, hex and base64 at once, and so a key to every one of them.
const ITS: &str = "c0ffee00c0ffee00c0ffee00c0ffee00";
const ANOTHER: &str = "facade00facade00facade00facade00";

/// The pairs of providers that sign in the same header, with the way the first of them does.
fn pairs(catalog: &Catalog) -> Vec<(Arc<Provider>, Scheme, Arc<Provider>)> {
    let is_shared_key = |scheme: &&Scheme| {
        let signature = scheme.signature();
        scheme.header().is_some()
            && signature.is_some_and(|signature| matches!(signature.algorithm, Algorithm::Hmac(_)))
    };
    let signs_there = |provider: &&Arc<Provider>, scheme: &Scheme| {
        let is_it = |other: &Scheme| matches!(other.family, Family::Signature(_)) && same_header(other, scheme);
        provider.verify.iter().any(is_it)
    };
    let mut pairs = Vec::new();
    for one in catalog.iter() {
        for scheme in one.verify.iter().filter(is_shared_key) {
            let others = catalog.iter().filter(|other| other.id != one.id && signs_there(other, scheme));
            pairs.extend(others.map(|other| (one.clone(), scheme.clone(), other.clone())));
        }
    }
    pairs
}

fn same_header(one: &Scheme, other: &Scheme) -> bool {
    one.header().zip(other.header()).is_some_and(|(one, other)| one.eq_ignore_ascii_case(other))
}

/// A delivery with that body and those headers, signed that way; `None` where it lacks what has to be signed.
fn signed(scheme: &Scheme, headers: &[(String, String)], body: &Bytes) -> Option<Delivery> {
    let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    let now = "2026-11-20T17:00:00Z".parse().unwrap();
    let url = "http://localhost/hooks";
    let draft = Draft { method: "POST", url, headers: &headers, body: body.clone(), now };
    let signed = sign(scheme, &draft, &Secret::new(ITS.into(), "its")).ok()?;
    let text = |bytes: &[u8]| str::from_utf8(bytes).unwrap().to_owned();
    let sent = headers.iter().map(|(name, value)| ((*name).to_owned(), text(value)));
    let sent: Vec<_> = sent.chain(signed.headers.iter().map(|(name, value)| (name.clone(), text(value)))).collect();
    let sent: Vec<_> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Some(delivery("POST", "/hooks", &sent, signed.body))
}

fn concluded(catalog: &Catalog, delivery: &Delivery, secrets: &[(&Provider, &str)]) -> Conclusion {
    Knowledge::new(catalog.clone(), of(secrets)).conclude(delivery)
}

fn of(secrets: &[(&Provider, &str)]) -> Secrets {
    let mut known = Secrets::default();
    for (provider, secret) in secrets {
        known.add(Some(provider.id.clone()), Secret::new(secret.as_bytes().to_vec(), "literal:…"));
    }
    known
}

#[test]
fn whoever_s_secret_fits_has_sent_it() {
    let catalog = Catalog::builtin();
    let pairs = pairs(&catalog);
    let named = |one: &str, other: &str| pairs.iter().any(|(a, _, b)| a.id.as_str() == one && b.id.as_str() == other);
    for (one, other) in [("resend", "svix"), ("openai", "standard-webhooks"), ("github", "brightback")] {
        assert!(named(one, other) && named(other, one), "{one} and {other} share a header");
    }
    for (one, scheme, other) in &pairs {
        let sample = &one.events[0].sample;
        for (headers, body) in
            [(&sample.headers[..], sample.body.clone()), (&[], Bytes::from_static(b"{\"type\":\"a\"}"))]
        {
            let Some(delivery) = signed(scheme, headers, &body) else { continue };
            let name = format!("{} beside {}, {delivery:?}", one.id, other.id);
            for secrets in [&[(&**one, ITS), (&**other, ANOTHER)][..], &[(&**one, ITS)]] {
                let conclusion = concluded(&catalog, &delivery, secrets);
                assert_eq!(conclusion.verdict.status, Status::Verified, "{name}\n{conclusion:?}");
                assert_eq!(conclusion.provider.as_ref(), Some(&one.id), "{name}");
                assert_eq!(conclusion.ties.len(), 0, "{name}");
            }
            let conclusion = concluded(&catalog, &delivery, &[(&**other, ANOTHER)]);
            assert_ne!(conclusion.verdict.status, Status::Verified, "{name}");
        }
    }
}

#[test]
fn one_secret_of_two_that_nothing_else_tells_apart_settles_nothing() {
    let scheme = &provider("brightback").verify[0];
    let delivery = signed(scheme, &[], &provider("brightback").events[0].sample.body).unwrap();
    let (one, other) = (provider("brightback"), provider("chargebee-retention"));
    let conclusion = concluded(&Catalog::builtin(), &delivery, &[(&one, ITS), (&other, ITS)]);
    assert_eq!((conclusion.verdict.status, conclusion.ties.len()), (Status::Verified, 1));
}

#[test]
fn a_secret_that_fits_settles_it_though_the_clock_does_not() {
    let (svix, resend) = (provider("svix"), provider("resend"));
    let mut late = signed(&resend.verify[0], &[], &Bytes::from_static(b"{}")).unwrap();
    late.received_at = "2026-11-20T18:00:00Z".parse().unwrap();
    let conclusion = concluded(&Catalog::builtin(), &late, &[(&svix, ANOTHER), (&resend, ITS)]);
    assert_eq!(conclusion.provider, Some(resend.id.clone()));
    assert_eq!(conclusion.verdict.status.cause().unwrap().as_str(), "timestamp_stale");
}

#[test]
fn whoever_the_user_names_is_asked_alone() {
    let (svix, resend) = (provider("svix"), provider("resend"));
    let delivery = signed(&resend.verify[0], &[], &Bytes::from_static(b"{}")).unwrap();
    let knowledge = Knowledge::new(Catalog::builtin(), of(&[(&resend, ITS)])).assuming(Some(svix.clone()));
    let conclusion = knowledge.conclude(&delivery);
    assert_eq!((conclusion.provider, conclusion.verdict.status), (Some(svix.id.clone()), Status::NoSecret));
}

#[test]
fn a_scheme_of_the_user_s_own_is_for_what_no_known_provider_sends() {
    let (github, stripe) = (provider("github"), provider("stripe"));
    let generic = Arc::new(Provider::generic("hmac-sha256:hex:X-Signature").unwrap());
    let knowledge =
        Knowledge::new(Catalog::builtin().with((*generic).clone()), of(&[(&github, ITS), (&generic, ANOTHER)]))
            .otherwise(Some(generic.clone()));
    let body = Bytes::from_static(b"{}");
    let genuine = signed(&github.verify[0], &github.events[0].sample.headers, &body).unwrap();
    let bare = signed(&github.verify[0], &[], &body).unwrap();
    let theirs = signed(&stripe.verify[0], &[], &body).unwrap();
    // `printf %s '{}' | openssl dgst -sha256 -hmac facade00facade00facade00facade00`
    let digest = ("X-Signature", "c5dbe45fded75507c82e80ca146adb4128c6a8203732586da03f9efa91f1ad0e");
    let own = delivery("POST", "/", &[digest], "{}");
    let both = delivery("POST", "/", &[digest, ("Stripe-Signature", "t=1,v1=00")], "{}");
    let cases = [
        (&genuine, "github", "verified"),
        (&bare, "github", "verified"),
        (&theirs, "stripe", "no_secret"),
        (&own, "generic", "verified"),
        (&both, "generic", "verified"),
        (&delivery("POST", "/", &[("X-Signature", "00")], "{}"), "generic", "failed"),
        (&delivery("POST", "/", &[], "hello"), "generic", "unsigned"),
    ];
    for (delivery, provider, status) in cases {
        let conclusion = knowledge.conclude(delivery);
        let found = (conclusion.provider.as_ref().unwrap().as_str(), conclusion.verdict.status.as_str());
        assert_eq!(found, (provider, status), "{delivery:?}\n{conclusion:?}");
    }
}
