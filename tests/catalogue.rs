//! Every provider of the catalogue that signs, against the mishaps of real set-ups: the right status, the right cause, and
//! no false accusation.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hookglass::provider::{
    Algorithm, Carrier, Catalog, Encoding, Family, Hash, KeyCoding, KeyForm, Layout, Part, Provider, Scheme, Signature,
    Source, Template, Unit,
};
use hookglass::send::Subject;
use hookglass::verify::{Cause, Context, DemoKey, Draft, Effort, Secret, Secrets, Status, examine, sign};
use hookglass::wire::{Delivery, Extent, Head, Version};
use jiff::Timestamp;

const NOW: &str = "2026-02-06T14:00:00Z";

/// What a sender did, and what came of it on the way.
struct Story {
    provider: Arc<Provider>,
    /// By which it signs.
    scheme: Scheme,
    /// What it signs with.
    theirs: String,
    /// What is configured.
    ours: String,
    /// What it signs instead of the body.
    signs: fn(&[u8]) -> Vec<u8>,
    /// What becomes of the body on its way.
    arrives: fn(&[u8]) -> Vec<u8>,
    /// What becomes of the headers; the names are those of the scheme.
    headers: Vec<(String, Vec<u8>)>,
    extent: Extent,
    /// When it arrives, in seconds after it was signed.
    late: i64,
}

impl Story {
    /// One in which everything goes well; `None` where the provider's keys are no text.
    fn of(provider: &Arc<Provider>) -> Option<Self> {
        let scheme = provider.verify.first()?.clone();
        let DemoKey { signs, checks } = DemoKey::of(&scheme)?;
        Some(Self {
            provider: provider.clone(),
            scheme,
            theirs: String::from_utf8(signs.expose().to_vec()).unwrap(),
            ours: checks,
            signs: <[u8]>::to_vec,
            arrives: <[u8]>::to_vec,
            headers: Vec::new(),
            extent: Extent::Whole,
            late: 0,
        })
    }

    fn signature(&mut self) -> Option<&mut Signature> {
        match &mut self.scheme.family {
            Family::Signature(signature) => Some(signature),
            _ => None,
        }
    }

    /// Signs by the scheme as it is by now; `None` where that cannot be signed so. A second signing is of what has the
    /// time in it already, where the body has it.
    fn sign(&mut self) -> Option<Bytes> {
        let Subject::Event(event) = Subject::named(&self.provider, None).unwrap() else { return None };
        let sample = &event.sample;
        let url = match &*sample.query {
            "" => "http://localhost:4665/hooks".to_owned(),
            query => format!("http://localhost:4665/hooks?{query}"),
        };
        let own: Vec<_> = sample.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        let secret = Secret::new(self.theirs.clone().into(), "env:THEIRS");
        let signed = |body: Bytes| {
            let draft = Draft { method: &sample.method, url: &url, headers: &own, body, now: NOW.parse().unwrap() };
            sign(&self.scheme, &draft, &secret).ok()
        };
        let body = signed(sample.body.clone())?.body;
        let signed = signed((self.signs)(&body).into())?;
        let sample = sample.headers.iter().map(|(name, value)| (name.clone(), value.as_bytes().to_vec()));
        let host = [("Host".to_owned(), b"localhost:4665".to_vec())];
        let media = [("Content-Type".to_owned(), event.sample.content_type.as_bytes().to_vec())];
        self.headers = host.into_iter().chain(media).chain(sample).chain(signed.headers).collect();
        Some((self.arrives)(&body).into())
    }

    fn delivery(&self, body: Bytes) -> Delivery {
        let Subject::Event(event) = Subject::named(&self.provider, None).unwrap() else { unreachable!() };
        let target = if event.sample.query.is_empty() { "/hooks" } else { &format!("/hooks?{}", event.sample.query) };
        let mut head = Head::build(&event.sample.method, target, Version::Http11);
        self.headers.iter().for_each(|(name, value)| head.push(name, value));
        let signed: Timestamp = NOW.parse().unwrap();
        let received_at = signed + jiff::SignedDuration::from_secs(self.late);
        Delivery { received_at, peer: None, head: head.finish(), body, extent: self.extent }
    }

    fn status(&self, body: Bytes, effort: Effort) -> Status {
        let mut secrets = Secrets::default();
        secrets.add(Some(self.provider.id.clone()), Secret::new(self.ours.clone().into(), "env:OURS"));
        let delivery = self.delivery(body);
        examine(&self.provider, &delivery, &secrets, &Context::of(&delivery), effort).status
    }

    /// The values of the header that carries the signature, token or credentials.
    fn carried(&mut self) -> Option<&mut Vec<u8>> {
        let due = self.scheme.header()?.to_owned();
        self.headers.iter_mut().find(|(name, _)| *name == due).map(|(_, value)| value)
    }

    fn covers_body(&self) -> bool {
        self.provider.verify[0].covers_body()
    }

    /// The clock, where it is told apart and looked at.
    fn clock(&self) -> Option<(&Carrier, Unit)> {
        let clock = self.provider.verify[0].signature()?.timestamp.as_ref()?;
        match &clock.at {
            Source::Sent(carrier @ Carrier::Header(_)) if clock.tolerance.is_some() => Some((carrier, clock.unit)),
            _ => None,
        }
    }
}

/// What goes wrong before it is signed or in the settings, what goes wrong after that, and what has to be said of it;
/// `None` where it cannot happen to that provider.
struct Mishap {
    name: &'static str,
    before: fn(&mut Story),
    after: fn(&mut Story),
    due: fn(&Story) -> Option<Status>,
}

const NONE: Mishap = Mishap { name: "nothing", before: |_| {}, after: |_| {}, due: |_| Some(Status::Verified) };

const fn ours(name: &'static str, before: fn(&mut Story), due: fn(&Story) -> Option<Status>) -> Mishap {
    Mishap { name, before, due, ..NONE }
}

const SECRETS: &[Mishap] = &[
    ours("another secret", |it| it.ours = another(&it.ours), |it| failed(unknown_secret(it))),
    ours("a line break after ours", |it| it.ours.push('\n'), |_| failed(Cause::SecretWhitespace)),
    ours("blanks around ours", |it| it.ours = format!(" {}\t", it.ours), |_| failed(Cause::SecretWhitespace)),
    ours("quotes around ours", |it| it.ours = format!("\"{}\"", it.ours), |_| failed(Cause::SecretQuoted)),
    ours(
        "a byte order mark before ours",
        |it| it.ours = format!("\u{feff}{}", it.ours),
        |_| failed(Cause::SecretEncoding),
    ),
    ours("ours in hex", |it| it.ours = hex::encode(&it.ours), |_| failed(Cause::SecretEncoding)),
    ours("ours in base64", |it| it.ours = STANDARD.encode(&it.ours), |_| failed(Cause::SecretEncoding)),
    ours(
        "a line break after theirs",
        |it| it.theirs.push('\n'),
        |it| failed(Cause::SecretWhitespace).filter(|_| is_text_key(it)),
    ),
    ours(
        "quotes around theirs",
        |it| it.theirs = format!("'{}'", it.theirs),
        |it| failed(Cause::SecretQuoted).filter(|_| is_text_key(it)),
    ),
    ours(
        "theirs decoded",
        |it| in_signature(it, |signature| signature.key = KeyForm { coding: KeyCoding::Hex, ..KeyForm::default() }),
        |it| failed(Cause::SecretEncoding).filter(|_| is_text_key(it)),
    ),
    ours(
        "theirs not decoded",
        |it| in_signature(it, |signature| signature.key = KeyForm::default()),
        |it| {
            let bare = it.provider.verify[0].signature()?.key.bare;
            failed(Cause::SecretEncoding).filter(|_| is_shared(it) && !is_text_key(it) && bare != Some(KeyCoding::Text))
        },
    ),
];

const BODIES: &[Mishap] = &[
    ours(
        "another body",
        |it| it.arrives = |body| [body, b"&tampered=1"].concat(),
        |it| of_the_body(it, unknown_secret(it)),
    ),
    ours("a line feed more", |it| it.arrives = |body| [body, b"\n"].concat(), |it| of_the_body(it, Cause::BodyNewline)),
    ours("a line feed signed", |it| it.signs = |body| [body, b"\n"].concat(), |it| of_the_body(it, Cause::BodyNewline)),
    ours(
        "a byte order mark more",
        |it| it.arrives = |body| [b"\xef\xbb\xbf", body].concat(),
        |it| of_the_body(it, Cause::BodyEncoding),
    ),
    ours("signed empty", |it| it.signs = |_| Vec::new(), |it| of_the_body(it, Cause::BodyEmpty)),
    ours(
        "signed as UTF-16",
        |it| it.signs = |body| str::from_utf8(body).unwrap().encode_utf16().flat_map(u16::to_le_bytes).collect(),
        |it| of_the_body(it, Cause::BodyEncoding),
    ),
    ours(
        "signed with its keys sorted",
        |it| it.signs = sorted,
        |it| of_the_body(it, Cause::BodyReserialized).filter(|_| is_json(it) && has_unsorted_keys(it)),
    ),
    ours(
        "signed as a string",
        |it| it.signs = in_a_string,
        |it| of_the_body(it, Cause::BodyReserialized).filter(|_| is_json(it)),
    ),
    Mishap {
        name: "cut",
        after: |it| it.extent = Extent::Cut { size: None },
        due: |it| of_the_body(it, Cause::Truncated),
        ..NONE
    },
];

const SCHEMES: &[Mishap] = &[
    ours(
        "the body alone signed",
        |it| in_signature(it, |signature| signature.content = Template::body()),
        |it| {
            let template = &it.provider.verify[0].signature()?.content;
            failed(Cause::SignedContent)
                .filter(|_| *template != Template::body() && !template.0.contains(&Part::Secret))
        },
    ),
    ours(
        "hashed without a key",
        |it| in_signature(it, |signature| signature.algorithm = Algorithm::Digest(hash(signature))),
        |it| failed(Cause::WrongAlgorithm).filter(|_| is_keyed(it)),
    ),
    ours(
        "another hash",
        |it| {
            in_signature(it, |signature| {
                let other = if hash(signature) == Hash::Sha512 { Hash::Sha1 } else { Hash::Sha512 };
                signature.algorithm = Algorithm::Hmac(other);
            });
        },
        |it| failed(Cause::WrongAlgorithm).filter(|_| is_keyed(it)),
    ),
    ours(
        "a keyed hash where none is due",
        |it| {
            in_signature(it, |signature| {
                signature.algorithm = Algorithm::Hmac(hash(signature));
                signature.content.0.retain(|part| *part != Part::Secret);
            });
        },
        |it| failed(Cause::WrongAlgorithm).filter(|_| is_shared(it) && !is_keyed(it)),
    ),
    ours(
        "another encoding",
        |it| {
            in_signature(it, |signature| {
                let is_hex = signature.encoding == Encoding::Hex;
                signature.encoding = if is_hex { Encoding::Base64 } else { Encoding::Hex };
            });
        },
        |it| failed(Cause::WrongEncoding).filter(|_| it.provider.verify[0].signature().is_some()),
    ),
    ours(
        "another prefix",
        |it| in_signature(it, |signature| signature.prefixes = vec!["hash=".to_owned()]),
        |it| {
            let signature = it.provider.verify[0].signature()?;
            failed(Cause::MalformedSignature).filter(|_| matches!(signature.layout, Layout::One))
        },
    ),
];

const HEADERS: &[Mishap] = &[
    Mishap {
        name: "no signature",
        after: |it| {
            let due: Vec<_> = it.provider.verify.iter().filter_map(Scheme::header).map(str::to_owned).collect();
            it.headers.retain(|(name, _)| !due.contains(name));
        },
        due: |it| Some(if it.provider.unsigned.is_some() { Status::NotSigned } else { Status::Unsigned }),
        ..NONE
    },
    Mishap {
        name: "under another name",
        after: |it| {
            let due = it.scheme.header().unwrap().to_owned();
            it.headers.iter_mut().filter(|(name, _)| *name == due).for_each(|(name, _)| *name = "X-Old-Sig".to_owned());
        },
        due: |it| failed(Cause::MalformedSignature).filter(|_| it.provider.verify[0].signature().is_some()),
        ..NONE
    },
    Mishap {
        name: "twice",
        after: |it| {
            let value = it.carried().unwrap().clone();
            it.headers.push((it.scheme.header().unwrap().to_owned(), value));
        },
        due: |_| failed(Cause::DuplicateSignature),
        ..NONE
    },
    Mishap {
        name: "in quotes",
        after: |it| {
            let value = it.carried().unwrap();
            *value = [b"\"", &value[..], b"\""].concat();
        },
        due: |it| {
            let signature = it.provider.verify[0].signature()?;
            failed(Cause::MalformedSignature).filter(|_| matches!(signature.layout, Layout::One))
        },
        ..NONE
    },
    Mishap {
        name: "cut off",
        after: |it| {
            let value = it.carried().unwrap();
            value.truncate(value.len() - 9);
        },
        due: |it| failed(Cause::MalformedSignature).filter(|_| it.provider.verify[0].signature().is_some()),
        ..NONE
    },
];

const CLOCKS: &[Mishap] = &[
    Mishap {
        name: "an hour late",
        after: |it| it.late = 3600,
        due: |it| {
            let clock = it.provider.verify[0].signature()?.timestamp.as_ref()?;
            failed(Cause::TimestampStale).filter(|_| clock.tolerance.is_some())
        },
        ..NONE
    },
    Mishap {
        name: "in seconds for milliseconds, or the reverse",
        after: |it| {
            let (Carrier::Header(due), unit) = it.clock().map(|(at, unit)| (at.clone(), unit)).unwrap() else { return };
            let (_, time) = it.headers.iter_mut().find(|(name, _)| *name == due).unwrap();
            match unit {
                Unit::Seconds => time.extend(b"000"),
                _ => time.truncate(10),
            }
        },
        // What is no number of seconds cannot be compared with anything; one that is too small for milliseconds can.
        due: |it| match it.clock()?.1 {
            Unit::Seconds => failed(Cause::TimestampMalformed),
            _ => failed(Cause::SignedContent),
        },
        ..NONE
    },
    Mishap {
        name: "without its time",
        after: |it| {
            let Some((Carrier::Header(due), _)) = it.clock().map(|(at, unit)| (at.clone(), unit)) else { return };
            it.headers.retain(|(name, _)| *name != due);
        },
        due: |it| it.clock().map(|_| Status::Failed(Cause::TimestampMissing)),
        ..NONE
    },
];

#[expect(clippy::unnecessary_wraps, reason = "it is what a mishap has to give")]
fn failed(cause: Cause) -> Option<Status> {
    Some(Status::Failed(cause))
}

/// The body is not what was signed; a scheme that does not cover it cannot know.
#[expect(clippy::unnecessary_wraps, reason = "it is what a mishap has to give")]
fn of_the_body(story: &Story, cause: Cause) -> Option<Status> {
    Some(if story.covers_body() { Status::Failed(cause) } else { Status::Verified })
}

/// What is said of a secret that nobody has.
fn unknown_secret(story: &Story) -> Cause {
    match story.provider.verify[0].name() {
        "token" => Cause::TokenMismatch,
        "basic" => Cause::CredentialsMismatch,
        _ => Cause::WrongSecret,
    }
}

/// A secret of the same form.
fn another(secret: &str) -> String {
    secret.chars().rev().map(|digit| if digit == 'f' { '0' } else { digit }).collect::<String>().replace("_kphw", "")
}

fn in_signature(story: &mut Story, change: impl FnOnce(&mut Signature)) {
    story.signature().map(change);
}

fn hash(signature: &Signature) -> Hash {
    match signature.algorithm {
        Algorithm::Hmac(hash) | Algorithm::Digest(hash) => hash,
        _ => Hash::Sha256,
    }
}

fn is_shared(story: &Story) -> bool {
    story.provider.verify[0].signature().is_some_and(|signature| !signature.algorithm.is_asymmetric())
}

fn is_keyed(story: &Story) -> bool {
    story.provider.verify[0].signature().is_some_and(|signature| matches!(signature.algorithm, Algorithm::Hmac(_)))
}

fn is_text_key(story: &Story) -> bool {
    is_shared(story)
        && story.provider.verify[0].signature().is_some_and(|signature| signature.key == KeyForm::default())
}

fn is_json(story: &Story) -> bool {
    story.provider.events[0].sample.content_type.contains("json")
}

fn has_unsorted_keys(story: &Story) -> bool {
    let body = &story.provider.events[0].sample.body;
    sorted(body) != *body
}

fn sorted(body: &[u8]) -> Vec<u8> {
    serde_json::from_slice::<serde_json::Value>(body).map_or_else(|_| body.to_vec(), |value| value.to_string().into())
}

fn in_a_string(body: &[u8]) -> Vec<u8> {
    serde_json::to_vec(str::from_utf8(body).unwrap()).unwrap()
}

fn mishaps() -> impl Iterator<Item = &'static Mishap> {
    [&NONE].into_iter().chain(SECRETS).chain(BODIES).chain(SCHEMES).chain(HEADERS).chain(CLOCKS)
}

/// Every story that can happen, with the body that arrives and what is due.
fn stories() -> impl Iterator<Item = (Story, Bytes, &'static str, Status)> {
    let catalog = Catalog::builtin();
    let providers: Vec<_> = catalog.iter().cloned().collect();
    providers.into_iter().flat_map(|provider| {
        mishaps().filter_map(move |mishap| {
            let mut story = Story::of(&provider)?;
            let due = (mishap.due)(&story)?;
            (mishap.before)(&mut story);
            let body = story.sign()?;
            (mishap.after)(&mut story);
            Some((story, body, mishap.name, due))
        })
    })
}

#[test]
fn every_mishap_of_every_provider_is_called_by_its_name() {
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for (story, body, name, due) in stories() {
        let found = story.status(body, Effort::Thorough);
        tried += 1;
        if found != due {
            wrong.push(format!("{}, {name}: {found:?} instead of {due:?}", story.provider.id));
        }
    }
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(tried > 800, "only {tried} cases");
}

#[test]
fn with_a_secret_that_nobody_has_nothing_is_said_but_what_can_be_seen_without_it() {
    use Cause::{DuplicateSignature, MalformedSignature, TimestampMalformed, TimestampMissing, Truncated};
    let seen = [DuplicateSignature, MalformedSignature, TimestampMalformed, TimestampMissing, Truncated];
    for (mut story, body, name, due) in stories() {
        story.ours = "f00dfeed-nobody-has-it".to_owned();
        let fits = match story.status(body, Effort::Quick) {
            // What anybody could have made proves itself.
            Status::Failed(Cause::WrongAlgorithm) => name == "hashed without a key",
            Status::Failed(cause) => cause == unknown_secret(&story) || seen.contains(&cause),
            found => found == due && found != Status::Verified || found == Status::Unsigned,
        };
        assert!(fits, "{}, {name}", story.provider.id);
    }
}
