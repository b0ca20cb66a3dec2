//! Signing a delivery afresh, as its provider would have signed it now.
//!
//! Whatever the scheme carries (signature, time, id, a hash of the body) is renewed where it stands in the head, with its
//! name as it is written there; nothing else changes but the length.

use std::sync::Arc;

use jiff::Timestamp;

use super::Target;
use crate::provider::{Carrier, Part, Provider, ProviderId, Scheme, Signature, Source};
use crate::store::Knowledge;
use crate::verify::{
    self, Cause, Context, Draft, Effort, Secret, Secrets, SignError, Signed, Status, examine, scheme_in_use,
};
use crate::wire::lines::Lines;
use crate::wire::{Delivery, Extent, Head, Header};

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
        let schemes = schemes_of(provider, delivery);
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

    /// Whether what it signs says when.
    pub fn writes_time(&self) -> bool {
        self.signature().is_some_and(|signature| signature.timestamp.is_some())
    }

    /// Whether what it signs has an id of its own.
    pub fn writes_id(&self) -> bool {
        self.signature().is_some_and(|signature| signature.id.is_some())
    }

    /// Signs a delivery that is sent to a target; without one, where it was sent before.
    pub fn sign(&self, delivery: &Delivery, target: Option<&Target>, now: Timestamp) -> Result<Delivery, ResignError> {
        if delivery.is_truncated() {
            return Err(ResignError::Truncated);
        }
        let address = self.address(delivery, target);
        let is_renewed = |header: &Header<'_>| self.renews(|carrier| is_header(carrier, header.name));
        let headers: Vec<_> = delivery.head.headers().filter(|header| !is_renewed(header)).collect();
        let headers: Vec<_> = headers.iter().map(|header| (header.name, header.value)).collect();
        let method = delivery.head.method();
        let draft = Draft { method, url: &address.url, headers: &headers, body: delivery.body.clone(), now };
        let signed = self.signed(&draft)?;
        let head = self.head(delivery, &address, &signed);
        Ok(Delivery { received_at: now, peer: None, head, body: signed.body, extent: Extent::Whole })
    }

    /// The head with what was signed.
    fn head(&self, delivery: &Delivery, address: &Address<'_>, signed: &Signed) -> Head {
        let mut lines = Lines::of(&delivery.head);
        if self.signs_target() || !signed.query.is_empty() {
            lines.set_target(signed.asked(&address.asked).as_bytes());
        }
        if let Some(target) = address.told {
            redirect(&mut lines, target);
        }
        signed.headers.iter().for_each(|(name, value)| lines.set(name, value));
        if lines.has("content-length") {
            lines.set("content-length", signed.body.len().to_string().as_bytes());
        }
        lines.head()
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

    /// Where the delivery goes, as far as that is signed: the public URL where the user named it, else that of the target.
    fn address<'t>(&self, delivery: &Delivery, target: Option<&'t Target>) -> Address<'t> {
        let head = &delivery.head;
        let public = self.public_url.as_deref().filter(|_| self.signs_url());
        let (url, asked, told) = match target {
            Some(target) if public.is_none() => {
                let asked = String::from_utf8_lossy(&target.request_target(head.target_bytes())).into_owned();
                let url = format!("{}://{}{asked}", scheme_of(target), target.authority());
                (url, asked, self.signs_url().then_some(target))
            }
            _ => (verify::urls(head, public).swap_remove(0), head.target().to_owned(), None),
        };
        let is_renewed = |name: &str| self.renews(|carrier| matches!(carrier, Carrier::Query(known) if known == name));
        Address { url: without_parameters(&url, is_renewed), asked: without_parameters(&asked, is_renewed), told }
    }

    fn signs_url(&self) -> bool {
        self.parts().contains(&Part::Url)
    }

    /// Whether the request line is covered.
    fn signs_target(&self) -> bool {
        self.parts().iter().any(|part| matches!(part, Part::Url | Part::Target | Part::Path | Part::Query(_)))
    }

    fn parts(&self) -> &[Part] {
        self.signature().map_or(&[], |signature| &signature.content.0)
    }

    /// Whether signing gives something that is carried another value.
    fn renews(&self, is_it: impl Fn(&Carrier) -> bool) -> bool {
        let sent = |source: Option<&Source>| matches!(source, Some(Source::Sent(carrier)) if is_it(carrier));
        is_it(&self.verify().carrier)
            || self.signature().is_some_and(|signature| {
                sent(signature.timestamp.as_ref().map(|clock| &clock.at))
                    || sent(signature.id.as_ref())
                    || signature.body_hash.as_ref().is_some_and(|hash| is_it(&hash.at))
            })
    }
}

/// Where a delivery goes.
struct Address<'a> {
    /// The whole URL, without the parameters that signing adds.
    url: String,
    /// What the request line asks for, without them.
    asked: String,
    /// The target whose URL is signed: then the head says so too, since whoever checks takes it from there.
    told: Option<&'a Target>,
}

fn is_header(carrier: &Carrier, name: &str) -> bool {
    matches!(carrier, Carrier::Header(known) if known.eq_ignore_ascii_case(name))
}

/// A URL or a request's target without some parameters of its query; the others stay as they are written.
fn without_parameters(url: &str, is_one: impl Fn(&str) -> bool) -> String {
    let Some((path, query)) = url.split_once('?') else { return url.to_owned() };
    let name = |pair: &str| form_urlencoded::parse(pair.as_bytes()).next().map(|(name, _)| name.into_owned());
    let kept: Vec<_> = query.split('&').filter(|pair| !name(pair).is_some_and(|name| is_one(&name))).collect();
    if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }
}

fn scheme_of(target: &Target) -> &'static str {
    if target.is_https() { "https" } else { "http" }
}

/// Says of where it is sent to what the target is.
fn redirect(lines: &mut Lines<'_>, target: &Target) {
    let authority = target.authority();
    lines.set("Host", authority.as_bytes());
    for (name, value) in [("x-forwarded-host", &*authority), ("x-forwarded-proto", scheme_of(target))] {
        if lines.has(name) {
            lines.set(name, value.as_bytes());
        }
    }
}

/// The provider's schemes by their places, the one that the delivery uses first.
fn schemes_of(provider: &Provider, delivery: &Delivery) -> Vec<usize> {
    let used = scheme_in_use(provider, delivery);
    let mut places: Vec<usize> = (0..provider.verify.len()).collect();
    places.sort_by_key(|place| used != Some(*place));
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
