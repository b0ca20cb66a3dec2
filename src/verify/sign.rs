//! Signing as a provider does.

use std::fmt;

use bytes::Bytes;
use jiff::Timestamp;

use super::content::{Content, Lack, Lookup};
use super::{Secret, asymmetric, clock, hmac, key, tag, token};
use crate::json;
use crate::provider::{Algorithm, Carrier, Layout, Scheme, Signature, Source};

use crate::wire::{Delivery, Extent, Head, Version};

/// A request that is still to be signed.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    /// Its method.
    pub method: &'a str,
    /// Where it is sent: the whole URL.
    pub url: &'a str,
    /// Its headers so far.
    pub headers: &'a [(&'a str, &'a [u8])],
    /// Its body.
    pub body: Bytes,
    /// When it is signed.
    pub now: Timestamp,
}

/// What a request needs to be authentic. `Debug` tells names, not values: some are the secret itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Signed {
    /// The headers to be added.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The parameters to be added to the query; [`Signed::asked`] adds them.
    pub query: Vec<(String, String)>,
    /// Which of the headers carries the signature, token or credentials; `None` where none does.
    pub signature: Option<usize>,
    /// The body that was signed: some schemes have the time in it.
    pub body: Bytes,
}

impl fmt::Debug for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers = self.headers.iter().map(|(name, _)| name.as_str());
        let names: Vec<_> = headers.chain(self.query.iter().map(|(name, _)| name.as_str())).collect();
        f.debug_struct("Signed").field("adds", &names).field("body", &self.body.len()).finish()
    }
}

impl Signed {
    /// What is asked for, a URL or a request's target, with the parameters that signing adds to its query.
    pub fn asked(&self, target: &str) -> String {
        with_parameters(target, &self.query)
    }
}

fn with_parameters(target: &str, parameters: &[(String, String)]) -> String {
    if parameters.is_empty() {
        return target.to_owned();
    }
    let added = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    let between = if target.contains('?') { '&' } else { '?' };
    format!("{target}{between}{added}")
}

/// A secret that a scheme cannot sign with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// No header can carry it.
    #[error("the secret of {from} cannot be sent in {header}: {reason}")]
    Uncarried {
        /// Where the secret is from.
        from: Box<str>,
        /// Where it would be sent.
        header: Box<str>,
        /// Why not.
        reason: &'static str,
    },
    /// It is no key of the scheme.
    #[error("the secret of {from} cannot sign with {scheme}: {reason}")]
    NoKey {
        /// Where the secret is from.
        from: Box<str>,
        /// The scheme.
        scheme: &'static str,
        /// Why not.
        reason: &'static str,
    },
    /// The request lacks something that is signed, or its body has no place for it.
    #[error("it cannot be signed: there is no {0}")]
    Lack(String),
}

/// Signs a request as the provider does, with a fresh time and id.
pub fn sign(scheme: &Scheme, draft: &Draft<'_>, secret: &Secret) -> Result<Signed, SignError> {
    match scheme.signature() {
        Some(signature) => Pen { scheme, signature, draft, secret }.sign(),
        None => {
            let header = scheme.carrier.to_string();
            let value = token::write(&scheme.family, secret).map_err(|reason| SignError::Uncarried {
                from: secret.source().into(),
                header: header.as_str().into(),
                reason,
            })?;
            let headers = vec![(header, value)];
            Ok(Signed { headers, query: Vec::new(), signature: Some(0), body: draft.body.clone() })
        }
    }
}

/// One signature in the making.
struct Pen<'a> {
    scheme: &'a Scheme,
    signature: &'a Signature,
    draft: &'a Draft<'a>,
    secret: &'a Secret,
}

impl Pen<'_> {
    fn sign(&self) -> Result<Signed, SignError> {
        let key = key::of(self.signature, self.secret.expose()).map_err(|reason| self.no_key(reason))?;
        let body = self.draft.body.clone();
        let mut blank = Blank { headers: Vec::new(), query: Vec::new(), fields: Vec::new(), body };
        if let Some(clock) = &self.signature.timestamp {
            blank.put(&clock.at, &clock::write(clock.unit, self.draft.now))?;
        }
        if let Some(id) = &self.signature.id {
            blank.put(id, &format!("msg_{:x}", self.draft.now.as_nanosecond()))?;
        }
        if let Some(due) = &self.signature.body_hash {
            let digest = hmac::plain_digest(due.hash, [&blank.body[..]].into_iter());
            blank.carry(&due.at, &tag::encode(due.encoding, &digest))?;
        }
        let bytes = self.bytes(&key, &blank)?;
        let value = self.written(&bytes, &blank.fields);
        blank.carry(&self.scheme.carrier, &value)?;
        let is_carrier = |header: &(String, Vec<u8>)| self.scheme.header() == Some(header.0.as_str());
        let signature = blank.headers.iter().position(is_carrier);
        let Blank { headers, query, body, .. } = blank;
        Ok(Signed { headers, query, signature, body })
    }

    fn bytes(&self, key: &[u8], blank: &Blank) -> Result<Vec<u8>, SignError> {
        let delivery = blank.delivery(self.draft);
        let lookup = Lookup::of(&delivery);
        let content = Content::of(self.signature, &lookup, &blank.fields, &blank.url(self.draft));
        let content = content.map_err(|(Lack::Timestamp(place) | Lack::Other(place))| SignError::Lack(place))?;
        let parts = content.parts(key, &delivery.body);
        let bytes = || parts.iter().map(|part| &**part);
        match self.signature.algorithm {
            Algorithm::Hmac(hash) => Ok(hmac::digest(hash, key, bytes())),
            Algorithm::Digest(hash) => Ok(hmac::plain_digest(hash, bytes())),
            algorithm => {
                asymmetric::sign(algorithm, key, &parts.concat()).ok_or_else(|| self.no_key("it is no private key"))
            }
        }
    }

    /// The value that carries the signature.
    fn written(&self, bytes: &[u8], fields: &[(String, String)]) -> String {
        let prefix = self.signature.prefixes.first().map_or("", String::as_str);
        let own = format!("{prefix}{}", tag::encode(self.signature.encoding, bytes));
        match &self.signature.layout {
            Layout::One | Layout::List(_) => own,
            Layout::Fields { separator, signatures } => {
                let name = signatures.first().map_or("", String::as_str);
                let fields = fields.iter().map(|(name, value)| format!("{name}={value}"));
                let all: Vec<_> = fields.chain([format!("{name}={own}")]).collect();
                all.join(&separator.to_string())
            }
        }
    }

    fn no_key(&self, reason: &'static str) -> SignError {
        SignError::NoKey { from: self.secret.source().into(), scheme: self.scheme.name(), reason }
    }
}

/// What is added to a request while it is signed.
struct Blank {
    headers: Vec<(String, Vec<u8>)>,
    query: Vec<(String, String)>,
    fields: Vec<(String, String)>,
    body: Bytes,
}

impl Blank {
    fn put(&mut self, source: &Source, value: &str) -> Result<(), SignError> {
        match source {
            Source::Sent(carrier) => self.carry(carrier, value),
            Source::Field(name) => {
                self.fields.push((name.clone(), value.to_owned()));
                Ok(())
            }
        }
    }

    fn carry(&mut self, carrier: &Carrier, value: &str) -> Result<(), SignError> {
        match carrier {
            Carrier::Header(name) => self.headers.push((name.clone(), value.as_bytes().to_vec())),
            Carrier::Body(path) => {
                let set = json::set(&self.body, path, value).ok().flatten();
                self.body = set.ok_or_else(|| SignError::Lack(carrier.to_string()))?;
            }
            Carrier::Query(name) => self.query.push((name.clone(), value.to_owned())),
        }
        Ok(())
    }

    /// Where it is sent as far as it is made.
    fn url(&self, draft: &Draft<'_>) -> String {
        with_parameters(draft.url, &self.query)
    }

    /// The request as far as it is made.
    fn delivery(&self, draft: &Draft<'_>) -> Delivery {
        let url = self.url(draft);
        let after_scheme = url.find("://").map_or(0, |at| at + 3);
        let target = url[after_scheme..].find('/').map_or("/", |at| &url[after_scheme + at..]);
        let mut head = Head::build(draft.method, target, Version::Http11);
        draft.headers.iter().for_each(|(name, value)| head.push(name, value));
        self.headers.iter().for_each(|(name, value)| head.push(name, value));
        let body = self.body.clone();
        Delivery { received_at: draft.now, peer: None, head: head.finish(), body, extent: Extent::Whole }
    }
}
