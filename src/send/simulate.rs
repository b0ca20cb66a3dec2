//! Making a delivery as a provider would: its sample, edited where asked, signed as it signs, and spoiled where asked.

use std::str::FromStr;

use bytes::Bytes;
use jiff::Timestamp;

use super::tamper::{Tamper, TamperError, another_digit};
use super::{Outgoing, Target};
use crate::json::{self, PathError};
use crate::provider::{EventType, Probe, Provider, Sample};
use crate::text;
use crate::verify::{Draft, Secret, SignError, Signed, sign};
use crate::wire::{Head, HeadBuilder, Version};

/// What a provider sends: an event, or a probe.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// An event of its catalogue.
    Event(&'a EventType),
    /// A validation or health-check request.
    Probe(&'a Probe),
}

/// A delivery to be made.
#[derive(Clone, Debug)]
pub struct Simulation<'a> {
    /// Who sends it.
    pub provider: &'a Provider,
    /// What is sent.
    pub subject: Subject<'a>,
    /// What is changed in the sample before it is signed.
    pub edits: &'a [Edit],
    /// What it is signed with; nothing is signed without.
    pub secret: Option<&'a Secret>,
    /// What is spoiled.
    pub tamper: Option<Tamper>,
}

/// A change of a sample, written `path=value`; see [`json::set`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    path: json::Path,
    value: String,
}

/// An edit that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// There is no `=`.
    #[error("expected PATH=VALUE, such as data.object.points=50")]
    Form,
    /// What stands before the `=` is not a path.
    #[error(transparent)]
    Path(#[from] PathError),
}

/// A delivery that cannot be made: one line that says why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SimulateError {
    /// The provider has no such event or probe.
    #[error("{provider} has no event `{name}`: {hint}")]
    UnknownEvent {
        /// The provider's name.
        provider: String,
        /// The event's name, made visible.
        name: String,
        /// What to do.
        hint: String,
    },
    /// The provider's catalogue is empty.
    #[error("nothing is known of what {0} sends: give its provider file some [[events]]")]
    NoEvents(String),
    /// The sample has no such place.
    #[error("`{0}` cannot be set: the sample has no such place")]
    NoPlace(String),
    /// The sample is not JSON.
    #[error("`{0}` cannot be set: the sample is not JSON")]
    NotJson(String),
    /// The secret does not fit the scheme.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// There is no signature that could be spoiled.
    #[error("there is no signature to spoil: {0} is simulated without a secret, or carries it in no header")]
    NothingSigned(String),
    /// The body cannot be spoiled that way.
    #[error(transparent)]
    Tamper(#[from] TamperError),
}

impl<'a> Subject<'a> {
    /// The event or probe of that name, or the first event of the catalogue. Probes are named by their title, with `-`
    /// for blanks: `health-check`.
    pub fn named(provider: &'a Provider, name: Option<&str>) -> Result<Self, SimulateError> {
        let Some(name) = name else {
            let first = provider.events.first().map(Subject::Event);
            return first.ok_or_else(|| SimulateError::NoEvents(provider.id.to_string()));
        };
        let event = provider.event_type(name).map(Subject::Event);
        let probe = || provider.probes.iter().find(|probe| dashed(&probe.title) == dashed(name)).map(Subject::Probe);
        event.or_else(probe).ok_or_else(|| unknown(provider, name))
    }

    /// A probe without a body has nothing to sign.
    fn is_signed(self) -> bool {
        matches!(self, Self::Event(_)) || !self.sample().body.is_empty()
    }

    fn sample(self) -> &'a Sample {
        match self {
            Self::Event(event) => &event.sample,
            Self::Probe(probe) => &probe.sample,
        }
    }
}

fn dashed(title: &str) -> String {
    title.to_lowercase().replace(' ', "-")
}

fn unknown(provider: &Provider, name: &str) -> SimulateError {
    let probes: Vec<String> = provider.probes.iter().map(|probe| dashed(&probe.title)).collect();
    let known = provider.events.iter().map(|event| &*event.name).chain(probes.iter().map(String::as_str));
    let hint = match text::nearest(name, known) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("`hookglass providers {}` lists them", provider.id),
    };
    SimulateError::UnknownEvent { provider: provider.id.to_string(), name: text::visible(name).into_owned(), hint }
}

impl Simulation<'_> {
    /// The request that the provider would send to a target.
    pub fn outgoing(&self, target: &Target) -> Result<Outgoing, SimulateError> {
        let signed = self.signed(target, self.edited()?)?;
        let body = match self.tamper {
            Some(tamper) => tamper.spoil(&signed.body)?,
            None => signed.body.clone(),
        };
        let mut head = self.unsigned_head(target, &signed, &body);
        signed.headers.iter().for_each(|(name, value)| head.push(name, value));
        Ok(Outgoing { head: head.finish(), body })
    }

    fn edited(&self) -> Result<Bytes, SimulateError> {
        self.edits.iter().try_fold(self.subject.sample().body.clone(), |body, edit| {
            let set = json::set(&body, &edit.path, &edit.value);
            let set = set.map_err(|_| SimulateError::NotJson(edit.path.to_string()))?;
            set.ok_or_else(|| SimulateError::NoPlace(edit.path.to_string()))
        })
    }

    fn request_target(&self, target: &Target) -> String {
        let query = match self.subject.sample().query.trim_start_matches('?') {
            "" => "/".to_owned(),
            query => format!("/?{query}"),
        };
        String::from_utf8_lossy(&target.request_target(query.as_bytes())).into_owned()
    }

    /// The head without the headers that signing adds.
    fn unsigned_head(&self, target: &Target, signed: &Signed, body: &Bytes) -> HeadBuilder {
        let sample = self.subject.sample();
        let asked = signed.asked(&self.request_target(target));
        let mut head = Head::build(&sample.method, &asked, Version::Http11)
            .header("Host", target.authority())
            .header("User-Agent", concat!("hookglass-simulate/", env!("CARGO_PKG_VERSION")));
        if !sample.content_type.is_empty() {
            head.push("Content-Type", sample.content_type.as_bytes());
        }
        for (name, value) in &sample.headers {
            head.push(name, value.as_bytes());
        }
        if !body.is_empty() {
            head.push("Content-Length", body.len().to_string().as_bytes());
        }
        head
    }

    /// The body as it is signed, and what this adds to the request.
    fn signed(&self, target: &Target, body: Bytes) -> Result<Signed, SimulateError> {
        let spoils_signature = matches!(self.tamper, Some(Tamper::Signature | Tamper::Secret));
        let secret = match self.secret {
            Some(secret) if self.subject.is_signed() && self.provider.signs() => secret,
            _ if spoils_signature => return Err(SimulateError::NothingSigned(self.provider.id.to_string())),
            _ => return Ok(unsigned(body)),
        };
        match self.tamper {
            Some(Tamper::Unsigned) => Ok(unsigned(body)),
            Some(Tamper::Secret) => self.signed_with(target, body, &another(secret)),
            Some(Tamper::Signature) => {
                let mut signed = self.signed_with(target, body, secret)?;
                let value = signed.signature.and_then(|at| signed.headers.get_mut(at));
                let (_, value) = value.ok_or_else(|| SimulateError::NothingSigned(self.provider.id.to_string()))?;
                *value = another_digit(value);
                Ok(signed)
            }
            _ => self.signed_with(target, body, secret),
        }
    }

    /// Signed by the first scheme that can sign with that secret.
    fn signed_with(&self, target: &Target, body: Bytes, secret: &Secret) -> Result<Signed, SimulateError> {
        let scheme = if target.is_https() { "https" } else { "http" };
        let url = format!("{scheme}://{}{}", target.authority(), self.request_target(target));
        let sample = self.subject.sample();
        let headers = sample.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        let headers: Vec<_> = headers.chain([("Content-Type", sample.content_type.as_bytes())]).collect();
        let draft = Draft { method: &sample.method, url: &url, headers: &headers, body, now: Timestamp::now() };
        let mut refused = None;
        for scheme in &self.provider.verify {
            match sign(scheme, &draft, secret) {
                Ok(signed) => return Ok(signed),
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        Err(refused.map_or_else(|| SimulateError::NothingSigned(self.provider.id.to_string()), SimulateError::Sign))
    }
}

fn unsigned(body: Bytes) -> Signed {
    Signed { headers: Vec::new(), query: Vec::new(), signature: None, body }
}

/// A secret like that one, but not it. What is changed is in the middle: a prefix stays, and the last digit of base64 may
/// stand for nothing.
fn another(secret: &Secret) -> Secret {
    let mut bytes = secret.expose().to_vec();
    let middle = bytes.len() / 2;
    match bytes[middle..].iter_mut().find(|byte| byte.is_ascii_alphanumeric()) {
        Some(digit) => *digit = if *digit == b'0' { b'1' } else { b'0' },
        None => bytes.extend(b"-other"),
    }
    Secret::new(bytes, secret.source())
}

impl FromStr for Edit {
    type Err = EditError;

    fn from_str(text: &str) -> Result<Self, EditError> {
        // A key may have a `=` in it: `fields["a=b"]=1`. So the path is the shortest beginning that is one.
        let mut wrong = EditError::Form;
        for (at, _) in text.match_indices('=') {
            match text[..at].parse() {
                Ok(path) => return Ok(Self { path, value: text[at + 1..].to_owned() }),
                Err(error) if wrong == EditError::Form => wrong = EditError::Path(error),
                Err(_) => {}
            }
        }
        Err(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_is_a_path_and_a_value() {
        let cases = [
            ("data.points=50", "data.points", "50"),
            ("a=b=c", "a", "b=c"),
            ("fields[\"a=b\"]=1", "fields[\"a=b\"]", "1"),
            ("[0].x=", "[0].x", ""),
        ];
        for (text, path, value) in cases {
            assert_eq!(text.parse(), Ok(Edit { path: path.parse().unwrap(), value: value.to_owned() }), "{text}");
        }
        assert_eq!("points".parse::<Edit>(), Err(EditError::Form));
        assert!(matches!("a..b=1".parse::<Edit>(), Err(EditError::Path(_))));
    }
}
