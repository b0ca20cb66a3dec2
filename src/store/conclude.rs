//! From a delivery to what can be said of it.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::settle::{Bench, Settled};
use super::{Conclusion, Endpoint};
use crate::json::Document;
use crate::provider::{Catalog, Detection, Provider, Reading};
use crate::verify::{Context, Effort, Secrets, Status, Verdict};
use crate::wire::Delivery;

/// What conclusions are drawn from.
#[derive(Clone, Debug)]
pub struct Knowledge {
    /// The providers known to this run.
    pub catalog: Catalog,
    /// The provider that every delivery is taken to come from, where the user said so.
    assumed: Option<Arc<Provider>>,
    /// The provider of deliveries that nobody else is known to send, where the user said so.
    otherwise: Option<Arc<Provider>>,
    secrets: Secrets,
    endpoints: Vec<Endpoint>,
    judging: Judging,
}

/// What the user said of how timestamps and signed URLs are judged.
#[derive(Clone, Debug, Default)]
pub struct Judging {
    /// The time that timestamps are compared with; that of receipt where it is not given.
    pub now: Option<Timestamp>,
    /// Where providers send to, as far as they are concerned: an origin, the URL before the path, or a whole URL.
    pub public_url: Option<Box<str>>,
    /// How far a timestamp may be off either way, instead of what the provider says.
    pub tolerance: Option<Duration>,
}

impl Knowledge {
    /// The providers known to this run, and their secrets.
    pub fn new(catalog: Catalog, secrets: Secrets) -> Self {
        Self { catalog, assumed: None, otherwise: None, secrets, endpoints: Vec::new(), judging: Judging::default() }
    }

    /// The same with more known about some paths; of several that cover a delivery the deepest counts.
    pub fn with_endpoints(mut self, mut endpoints: Vec<Endpoint>) -> Self {
        endpoints.sort_by_key(|endpoint| std::cmp::Reverse(endpoint.path().depth()));
        self.endpoints = endpoints;
        self.change_secrets(|_| ());
        self
    }

    /// The same with every delivery taken to come from one provider, but on paths that have one of their own.
    pub fn assuming(self, provider: Option<Arc<Provider>>) -> Self {
        Self { assumed: provider, ..self }
    }

    /// The same with deliveries that nobody else is known to send taken to come from one provider.
    pub fn otherwise(self, provider: Option<Arc<Provider>>) -> Self {
        Self { otherwise: provider, ..self }
    }

    /// The same with timestamps and signed URLs judged so.
    pub fn judging(self, judging: Judging) -> Self {
        Self { judging, ..self }
    }

    fn context(&self, delivery: &Delivery) -> Context<'_> {
        let Judging { now, tolerance, .. } = self.judging;
        let public_url = self.public_url_at(delivery.head.path());
        Context { now: now.unwrap_or(delivery.received_at), public_url, tolerance }
    }

    /// Where providers send to that send to a path, as far as they are concerned and the user said so.
    pub fn public_url_at(&self, path: &str) -> Option<&str> {
        let there = self.endpoint_at(path).and_then(|endpoint| endpoint.public_url.as_ref());
        there.or(self.judging.public_url.as_ref()).map(AsRef::as_ref)
    }

    /// The secrets that are tried everywhere.
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Paths about which more is known, the deepest first.
    pub fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    /// Changes the secrets that are tried everywhere.
    pub fn change_secrets(&mut self, change: impl FnOnce(&mut Secrets)) {
        change(&mut self.secrets);
        self.endpoints.iter_mut().for_each(|endpoint| endpoint.share(&self.secrets));
    }

    /// The secrets that are tried on a path, in their order.
    pub fn secrets_at(&self, path: &str) -> &Secrets {
        self.endpoint_at(path).map_or(&self.secrets, |endpoint| &endpoint.secrets)
    }

    /// Whose a delivery may be, and why.
    pub fn detect(&self, delivery: &Delivery) -> Detection {
        self.detect_in(delivery, document(delivery).as_ref())
    }

    fn detect_in(&self, delivery: &Delivery, document: Option<&Document>) -> Detection {
        let detected = || Detection::of(&self.catalog, delivery, document);
        match (self.assumed_at(delivery.head.path()), &self.otherwise) {
            (Some(provider), _) => Detection::assumed(provider.clone()),
            (None, Some(provider)) => detected().or(provider.clone()),
            (None, None) => detected(),
        }
    }

    /// Whom the user names for every delivery to a path.
    fn assumed_at(&self, path: &str) -> Option<&Arc<Provider>> {
        self.endpoint_at(path).and_then(|endpoint| endpoint.assumed.as_ref()).or(self.assumed.as_ref())
    }

    fn endpoint_at(&self, path: &str) -> Option<&Endpoint> {
        self.endpoints.iter().find(|endpoint| endpoint.path().covers(path))
    }

    /// Says who sent a delivery, what happened, and whether it is authentic.
    pub fn conclude(&self, delivery: &Delivery) -> Conclusion {
        self.conclude_with(delivery, Effort::Quick)
    }

    /// The same, with more or less spent on explaining a failure.
    pub fn conclude_with(&self, delivery: &Delivery, effort: Effort) -> Conclusion {
        let document = document(delivery);
        let detection = self.detect_in(delivery, document.as_ref());
        let path = delivery.head.path();
        let bench = Bench {
            catalog: &self.catalog,
            secrets: self.secrets_at(path),
            context: self.context(delivery),
            is_named: self.assumed_at(path).is_some(),
        };
        let Some(Settled { provider, verdict, ties }) = bench.settle(&detection, delivery, effort) else {
            return Conclusion { verdict: Verdict::strange(&self.catalog, &delivery.head), ..Conclusion::unknown() };
        };
        let (probe, events) = match Reading::of(provider, delivery, document.as_ref()) {
            Reading::Probe(title) => (Some(title.into()), Box::default()),
            Reading::Events(events) => (None, events.into()),
        };
        // Nothing is missing where nothing was to be signed.
        let verdict = match verdict.status {
            Status::Unsigned if probe.is_some() => Verdict::of_probe(),
            Status::Unsigned => verdict.beside_others(provider, &self.catalog, &delivery.head),
            _ => verdict,
        };
        Conclusion { provider: Some(provider.id.clone()), ties, probe, events, verdict }
    }
}

/// The body as JSON, where it is that.
fn document(delivery: &Delivery) -> Option<Document> {
    looks_like_json(&delivery.body).then(|| Document::parse(delivery.body.clone()).ok()).flatten()
}

/// Whether parsing is worth a try: no other text that providers send begins like an object or an array. A byte order mark
/// may stand before it.
fn looks_like_json(body: &[u8]) -> bool {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    matches!(body.iter().find(|byte| !byte.is_ascii_whitespace()), Some(b'{' | b'['))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use jiff::Timestamp;

    use super::*;
    use crate::verify::Secret;
    use crate::wire::{Extent, Head, Version};

    fn delivery(method: &str, headers: &[(&str, &str)], body: &'static str) -> Delivery {
        let head = Head::build(method, "/hooks", Version::Http11);
        let head = headers.iter().fold(head, |head, (name, value)| head.header(name, value)).finish();
        let body = Bytes::from_static(body.as_bytes());
        Delivery { received_at: Timestamp::UNIX_EPOCH, peer: None, head, body, extent: Extent::Whole }
    }

    fn knowledge(assumed: Option<&str>, secrets: &[(&str, &str)]) -> Knowledge {
        let catalog = Catalog::builtin();
        let assumed = assumed.map(|name| catalog.get(name).unwrap().clone());
        let mut known = Secrets::default();
        for (provider, secret) in secrets {
            let provider = catalog.get(provider).unwrap().id.clone();
            known.add(Some(provider), Secret::new(secret.as_bytes().to_vec(), "literal:…"));
        }
        Knowledge::new(catalog, known).assuming(assumed)
    }

    /// A `cancel` without its survey: nothing in it tells Brightback from its later name.
    const CANCEL: &str = r#"{"url":"","delivery_attempts":1,"created_at":"2026-01-01T00:00:00Z","subscription_id":"1","first_sent_at":"2026-01-01T00:00:00Z","id":"a","type":"event","data":{"type":"cancel","session_id":"s","app_id":"1"}}"#;
    /// `printf %s "$CANCEL" | openssl dgst -sha1 -hmac old`
    const SIGNED_OLD: &str = "5c709cb0af6fdc60d198cd6f1d6be4a08accd157";

    #[test]
    fn of_two_equally_likely_providers_the_one_whose_secret_verifies_wins() {
        let signed = delivery("POST", &[("X-Hub-Signature", SIGNED_OLD)], CANCEL);
        for winner in ["brightback", "chargebee-retention"] {
            let other = if winner == "brightback" { "chargebee-retention" } else { "brightback" };
            let conclusion = knowledge(None, &[(winner, "old"), (other, "else")]).conclude(&signed);
            assert_eq!(conclusion.provider.unwrap().as_str(), winner);
            assert_eq!((conclusion.verdict.status, conclusion.ties.len()), (Status::Verified, 0));
        }
    }

    #[test]
    fn a_tie_that_no_secret_settles_is_told() {
        let signed = delivery("POST", &[("X-Hub-Signature", SIGNED_OLD)], CANCEL);
        let conclusion = knowledge(None, &[]).conclude(&signed);
        assert_eq!(conclusion.verdict.status, Status::NoSecret);
        assert_eq!(conclusion.ties.len(), 1);
    }

    #[test]
    fn on_a_path_of_its_own_a_delivery_is_whose_the_user_says() {
        let of = |name: &str| Catalog::builtin().get(name).unwrap().clone();
        let mut own = Secrets::default();
        own.add(Some(of("brightback").id.clone()), Secret::new(b"old".to_vec(), "literal:…"));
        let endpoint = |path: &str, name, own| Endpoint::new(path.parse().unwrap(), Some(of(name)), own);
        let mut knowledge = knowledge(None, &[]).with_endpoints(vec![
            endpoint("/", "chargebee-retention", Secrets::default()),
            endpoint("/hooks", "brightback", own),
        ]);
        let signed = delivery("POST", &[("X-Hub-Signature", SIGNED_OLD)], CANCEL);
        let conclusion = knowledge.conclude(&signed);
        assert_eq!(conclusion.provider.unwrap().as_str(), "brightback");
        assert_eq!(conclusion.verdict.status, Status::Verified);
        let chargebee = of("chargebee-retention").id.clone();
        let secret = Secret::new(b"other".to_vec(), "typed");
        knowledge.change_secrets(|secrets| secrets.add(Some(chargebee.clone()), secret));
        assert_eq!(knowledge.secrets_at("/hooks/x").of(&chargebee).count(), 1, "those of the run are tried there, too");
        assert_eq!(knowledge.secrets_at("/else").of(&of("brightback").id).count(), 0, "its own are its own");
    }

    #[test]
    fn in_a_tie_the_one_with_a_secret_says_what_failed() {
        let signed = delivery("POST", &[("X-Hub-Signature", SIGNED_OLD)], CANCEL);
        let conclusion = knowledge(None, &[("chargebee-retention", "else")]).conclude(&signed);
        assert_eq!(conclusion.provider.unwrap().as_str(), "chargebee-retention");
        assert_eq!(conclusion.ties.iter().map(|id| id.as_str()).collect::<Vec<_>>(), ["brightback"]);
        assert!(matches!(conclusion.verdict.status, Status::Failed(_)));
    }

    #[test]
    fn a_probe_misses_no_signature() {
        let conclusion = knowledge(Some("chargebee-retention"), &[]).conclude(&delivery("OPTIONS", &[], ""));
        assert!(conclusion.probe.is_some() && conclusion.events.is_empty());
        assert_eq!(conclusion.verdict.status, Status::NotSigned);
    }

    #[test]
    fn what_nobody_known_sends_is_unknown() {
        for body in ["", "{", "{}", "hello", "\u{feff}[]"] {
            let conclusion = knowledge(None, &[]).conclude(&delivery("POST", &[], body));
            assert!(conclusion.provider.is_none(), "{body}");
            assert_eq!(conclusion.verdict.status, Status::Unknown, "{body}");
        }
    }
}
