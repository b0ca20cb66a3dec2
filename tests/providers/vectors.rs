//! Known-good requests verify.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use hookglass::provider::{Catalog, ProviderId};
use hookglass::verify::{Context, Secret, Secrets, Status, check};
use jiff::Timestamp;
use serde::Deserialize;

use crate::shared::{assets, delivery};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vectors {
    vector: Vec<Vector>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    name: String,
    secret: String,
    sample: Option<String>,
    body: Option<String>,
    method: Option<String>,
    /// The path and query it came to.
    target: Option<String>,
    /// When it arrives; timestamps are compared with that.
    now: Option<Timestamp>,
    /// Where the provider sent it, for schemes that sign it.
    url: Option<String>,
    scheme: String,
    headers: BTreeMap<String, String>,
}

#[test]
fn every_known_good_request_verifies_and_no_other_secret_does() {
    for provider in Catalog::builtin().iter() {
        let folder = assets().join(provider.id.as_str());
        let vectors: Vectors = toml::from_str(&fs::read_to_string(folder.join("vectors.toml")).unwrap()).unwrap();
        let schemes: BTreeSet<_> = vectors.vector.iter().map(|vector| &*vector.scheme).collect();
        assert_eq!(schemes, provider.verify.iter().map(|scheme| scheme.name()).collect(), "{}", provider.id);
        for vector in vectors.vector {
            let body = match (&vector.sample, &vector.body) {
                (Some(file), None) => fs::read(folder.join("samples").join(file)).unwrap(),
                (None, Some(text)) => text.clone().into_bytes(),
                _ => panic!("{}: one of sample and body", vector.name),
            };
            let headers: Vec<_> = vector.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let target = vector.target.as_deref().unwrap_or("/");
            let delivery = delivery(vector.method.as_deref().unwrap_or("POST"), target, &headers, body);
            let now = vector.now.unwrap_or(delivery.received_at);
            let context = Context { now, public_url: vector.url.as_deref(), tolerance: None };
            let verdict = |secret: &str| check(provider, &delivery, &secrets(&provider.id, secret), &context);
            let right = verdict(&vector.secret);
            assert_eq!(right.status, Status::Verified, "{}: {}: {right:?}", provider.id, vector.name);
            assert_eq!(right.scheme, Some(vector.scheme.as_str()), "{}: {}", provider.id, vector.name);
            let wrong = verdict("another secret").status;
            assert!(matches!(wrong, Status::Failed(_)), "{}: {}: {wrong:?}", provider.id, vector.name);
        }
    }
}

fn secrets(provider: &ProviderId, secret: &str) -> Secrets {
    let mut secrets = Secrets::default();
    secrets.add(Some(provider.clone()), Secret::new(secret.as_bytes().to_vec(), "literal"));
    secrets
}
