//! From a delivery to what can be said of it.

use std::sync::Arc;

use super::Conclusion;
use crate::json::Document;
use crate::provider::{Catalog, Detection, Provider, Reading};
use crate::verify::{Effort, Secrets, Status, Verdict, examine};
use crate::wire::Delivery;

/// What conclusions are drawn from.
#[derive(Clone, Debug)]
pub struct Knowledge {
    /// The providers known to this run.
    pub catalog: Catalog,
    /// Their secrets.
    pub secrets: Secrets,
    /// The provider that every delivery is taken to come from, where the user said so.
    pub assumed: Option<Arc<Provider>>,
}

impl Knowledge {
    /// Says who sent a delivery, what happened, and whether it is authentic.
    pub fn conclude(&self, delivery: &Delivery) -> Conclusion {
        self.conclude_with(delivery, Effort::Quick)
    }

    /// The same, with more or less spent on explaining a failure.
    pub fn conclude_with(&self, delivery: &Delivery, effort: Effort) -> Conclusion {
        let document = looks_like_json(&delivery.body).then(|| Document::parse(delivery.body.clone()).ok()).flatten();
        let detection = match &self.assumed {
            Some(provider) => Detection::assumed(provider.clone()),
            None => Detection::of(&self.catalog, delivery, document.as_ref()),
        };
        let Some((provider, verdict, ties)) = self.settle(&detection, delivery, effort) else {
            return Conclusion::unknown();
        };
        let (probe, events) = match Reading::of(provider, delivery, document.as_ref()) {
            Reading::Probe(title) => (Some(title.into()), Box::default()),
            Reading::Events(events) => (None, events.into()),
        };
        Conclusion { provider: Some(provider.id.clone()), ties, probe, events, verdict }
    }

    /// Of several equally likely providers the one whose secret verifies; else the first, and the others as ties.
    fn settle<'a>(
        &self,
        detection: &'a Detection,
        delivery: &Delivery,
        effort: Effort,
    ) -> Option<(&'a Arc<Provider>, Verdict, Box<[crate::provider::ProviderId]>)> {
        let best = detection.best();
        let mut first = None;
        for candidate in best {
            let verdict = examine(&candidate.provider, delivery, &self.secrets, effort).verdict;
            if verdict.status == Status::Verified {
                return Some((&candidate.provider, verdict, Box::default()));
            }
            first.get_or_insert((&candidate.provider, verdict));
        }
        let (provider, verdict) = first?;
        let ties = best.iter().skip(1).map(|candidate| candidate.provider.id.clone()).collect();
        Some((provider, verdict, ties))
    }
}

/// Whether parsing is worth a try: no other text that providers send begins like an object or an array.
fn looks_like_json(body: &[u8]) -> bool {
    matches!(body.iter().find(|byte| !byte.is_ascii_whitespace()), Some(b'{' | b'['))
}
