//! Signing a delivery afresh, as its provider would have signed it now.
//!
//! Whatever the scheme carries (signature, time, id, a hash of the body) is renewed where it stands in the head, with its
//! name as it is written there; nothing else changes but the length.

use std::sync::Arc;

use jiff::Timestamp;

use super::Target;
use crate::provider::{Carrier, Part, Provider, ProviderId, Scheme, Signature, Source};
use crate::store::{Conclusion, Knowledge};
use crate::verify::{self, Cause, Context, Draft, Effort, Secret, Secrets, SignError, Signed, Status, examine};
use crate::wire::lines::Lines;
use crate::wire::{Delivery, Extent, Header};

/// A delivery that cannot be signed: one line that says why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResignError {
    /// Nobody known sends such deliveries.
    #[error("nobody known sends this, so how it would be signed is not known either")]
    Unknown,
    /// Its provider has no scheme.
    #[error("{0} does not sign")]
    NotSigned(String),
    /// A probe carries no signature.
    #[error("this is a probe, and {0} signs none")]
    Probe(String),
    /// No secret is configured for it.
    #[error("no secret of {0} is configured")]
    NoSecret(ProviderId),
    /// Whoever checks has a public key, and that signs nothing.
    #[error("only the public key of {0} is configured, and a signature takes the private one")]
    PublicKey(ProviderId),
    /// Only a part of its body is held.
    #[error("only a part of its body is held")]
    Truncated,
    /// The scheme cannot sign this with that secret.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// How deliveries like one that was captured are signed.
#[derive(Clone, Debug)]
pub struct Signer {
    provider: Arc<Provider>,
    /// Its place among the provider's schemes.
    scheme: usize,
    secret: Secret,
    public_url: Option<Box<str>>,
}

/// Signs a captured delivery afresh; see [`Signer`].
pub fn resign(
    knowledge: &Knowledge,
    delivery: &Delivery,
    target: Option<&Target>,
    now: Timestamp,
) -> Result<Delivery, ResignError> {
    Signer::of(knowledge, delivery)?.sign(delivery, target, now)
}

impl Signer {
    /// How a captured delivery was signed: by its provider, with the scheme that it uses, and the secret that it was signed
    /// with. Where that cannot be told, with the first scheme and secret that can sign it.
    pub fn of(knowledge: &Knowledge, delivery: &Delivery) -> Result<Self, ResignError> {
        let conclusion = knowledge.conclude(delivery);
        let provider = conclusion.provider.as_ref().and_then(|id| knowledge.catalog.get(id.as_str()));
        let provider = provider.ok_or(ResignError::Unknown)?;
        if !provider.signs() {
            return Err(ResignError::NotSigned(provider.title.clone()));
        }
        if conclusion.probe.is_some() && delivery.body.is_empty() {
            return Err(ResignError::Probe(provider.title.clone()));
        }
        let secrets = secrets_of(knowledge, provider, delivery);
        if secrets.is_empty() {
            return Err(ResignError::NoSecret(provider.id.clone()));
        }
        let signer = |scheme, secret: &Secret| Self {
            provider: provider.clone(),
            scheme,
            secret: secret.clone(),
            public_url: knowledge.public_url_at(delivery.head.path()).map(Into::into),
        };
        let schemes = schemes_of(provider, &conclusion);
        let pairs = schemes.iter().flat_map(|scheme| secrets.iter().map(move |secret| (*scheme, secret)));
        let mut refused = None;
        for signer in pairs.map(|(scheme, secret)| signer(scheme, secret)) {
            match signer.sign(delivery, None, delivery.received_at) {
                Ok(_) => return Ok(signer),
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        Err(refused.unwrap_or(ResignError::NoSecret(provider.id.clone())))
    }

    /// The name of the scheme.
    pub fn scheme(&self) -> &'static str {
        self.verify().name()
    }

    /// Signs a delivery that is sent to a target; without one, where it was sent before.
    pub fn sign(&self, delivery: &Delivery, target: Option<&Target>, now: Timestamp) -> Result<Delivery, ResignError> {
        if delivery.is_truncated() {
            return Err(ResignError::Truncated);
        }
        let mut lines = Lines::of(&delivery.head);
        let url = self.address(delivery, target, &mut lines);
        let is_renewed = |header: &Header<'_>| self.renews(header.name);
        let headers: Vec<_> = delivery.head.headers().filter(|header| !is_renewed(header)).collect();
        let headers: Vec<_> = headers.iter().map(|header| (header.name, header.value)).collect();
        let method = delivery.head.method();
        let draft = Draft { method, url: &url, headers: &headers, body: delivery.body.clone(), now };
        let Signed { headers, body, .. } = self.signed(&draft)?;
        headers.iter().for_each(|(name, value)| lines.set(name, value));
        if lines.has("content-length") {
            lines.set("content-length", body.len().to_string().as_bytes());
        }
        Ok(Delivery { received_at: now, peer: None, head: lines.head(), body, extent: Extent::Whole })
    }

    fn signed(&self, draft: &Draft<'_>) -> Result<Signed, ResignError> {
        let is_asymmetric = || self.signature().is_some_and(|signature| signature.algorithm.is_asymmetric());
        verify::sign(self.verify(), draft, &self.secret).map_err(|error| match error {
            SignError::NoKey { .. } if is_asymmetric() => ResignError::PublicKey(self.provider.id.clone()),
            error => error.into(),
        })
    }

    fn verify(&self) -> &Scheme {
        &self.provider.verify[self.scheme]
    }

    fn signature(&self) -> Option<&Signature> {
        self.verify().signature()
    }

    /// The URL that is signed: the public one where the user named it, else that of the target. Then the head says so too,
    /// since whoever checks takes it from there.
    fn address(&self, delivery: &Delivery, target: Option<&Target>, lines: &mut Lines<'_>) -> String {
        let parts = self.signature().map_or(&[][..], |signature| &signature.content.0);
        let signs_url = parts.contains(&Part::Url);
        match (target, &self.public_url) {
            (None, public) => verify::urls(&delivery.head, public.as_deref()).swap_remove(0),
            (Some(_), Some(public)) if signs_url => verify::urls(&delivery.head, Some(public)).swap_remove(0),
            (Some(target), _) => {
                let asked = target.request_target(delivery.head.target_bytes());
                if signs_url || parts.iter().any(|part| matches!(part, Part::Target | Part::Path | Part::Query(_))) {
                    lines.set_target(&asked);
                }
                if signs_url {
                    redirect(lines, target);
                }
                let scheme = if target.is_https() { "https" } else { "http" };
                format!("{scheme}://{}{}", target.authority(), String::from_utf8_lossy(&asked))
            }
        }
    }

    /// Whether signing gives a header another value.
    fn renews(&self, header: &str) -> bool {
        let carries = |carrier: &Carrier| match carrier {
            Carrier::Header(name) => name.eq_ignore_ascii_case(header),
            Carrier::Query(_) | Carrier::Body(_) => false,
        };
        let sends = |source: Option<&Source>| matches!(source, Some(Source::Sent(carrier)) if carries(carrier));
        carries(&self.verify().carrier)
            || self.signature().is_some_and(|signature| {
                sends(signature.timestamp.as_ref().map(|clock| &clock.at))
                    || sends(signature.id.as_ref())
                    || signature.body_hash.as_ref().is_some_and(|hash| carries(&hash.at))
            })
    }
}

/// Says of where it is sent to what the target is.
fn redirect(lines: &mut Lines<'_>, target: &Target) {
    let authority = target.authority();
    lines.set("Host", authority.as_bytes());
    let scheme = if target.is_https() { "https" } else { "http" };
    for (name, value) in [("x-forwarded-host", &*authority), ("x-forwarded-proto", scheme)] {
        if lines.has(name) {
            lines.set(name, value.as_bytes());
        }
    }
}

/// The provider's schemes by their places, the one that the delivery uses first.
fn schemes_of(provider: &Provider, conclusion: &Conclusion) -> Vec<usize> {
    let verdict = &conclusion.verdict;
    let is_used = |scheme: &Scheme| {
        verdict.scheme == Some(scheme.name())
            && verdict.header.as_deref().is_none_or(|header| scheme.carrier.to_string().eq_ignore_ascii_case(header))
    };
    let mut places: Vec<usize> = (0..provider.verify.len()).collect();
    places.sort_by_key(|place| !is_used(&provider.verify[*place]));
    places
}

/// The secrets to sign with, the one that the delivery was signed with first.
fn secrets_of<'a>(knowledge: &'a Knowledge, provider: &Provider, delivery: &Delivery) -> Vec<&'a Secret> {
    let mut secrets: Vec<&Secret> = knowledge.secrets_at(delivery.head.path()).of(&provider.id).collect();
    if secrets.len() > 1 {
        let public_url = knowledge.public_url_at(delivery.head.path());
        let context = Context { public_url, ..Context::of(delivery) };
        secrets.sort_by_cached_key(|secret| !is_signed_with(secret, provider, delivery, &context));
    }
    secrets
}

fn is_signed_with(secret: &Secret, provider: &Provider, delivery: &Delivery, context: &Context<'_>) -> bool {
    let mut alone = Secrets::default();
    alone.add(Some(provider.id.clone()), secret.clone());
    let status = examine(provider, delivery, &alone, context, Effort::None).status;
    matches!(status, Status::Verified | Status::Failed(Cause::TimestampStale))
}
