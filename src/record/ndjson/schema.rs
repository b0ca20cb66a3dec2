//! The record as it stands on a line, `"schema": 1`. The order of the fields is the order of the keys.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::provider::Event;
use crate::store::{Capture, Heard, Reply};
use crate::verify::Verdict;
use crate::wire::{Exchange, Outcome, Refusal};

/// The version that is written, and the only one that is read.
pub(super) const SCHEMA: u32 = 1;

/// Absent things are `null`, never missing, but for the keys that only some records have.
#[derive(Serialize, Deserialize)]
pub(super) struct Record<'a> {
    pub(super) schema: u32,
    pub(super) seq: u64,
    /// Only of captures that somebody made by editing another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) parent: Option<u64>,
    #[serde(serialize_with = "microseconds")]
    pub(super) received_at: Timestamp,
    pub(super) peer: Option<std::net::SocketAddr>,
    pub(super) method: Option<Cow<'a, str>>,
    pub(super) target: Option<Text<'a>>,
    pub(super) version: Option<Cow<'a, str>>,
    pub(super) headers: Vec<(Cow<'a, str>, Text<'a>)>,
    pub(super) body: Body<'a>,
    pub(super) size: Option<u64>,
    pub(super) sha256: Option<Cow<'a, str>>,
    pub(super) truncated: bool,
    pub(super) provider: Option<Cow<'a, str>>,
    pub(super) probe: bool,
    pub(super) event: Option<EventRecord<'a>>,
    /// All events of a batch, the first of which is `event`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) events: Vec<EventRecord<'a>>,
    pub(super) verdict: Option<VerdictRecord<'a>>,
    pub(super) reply: Option<ReplyRecord<'a>>,
    /// Only of requests that never became a delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) refused: Option<RefusedRecord<'a>>,
    #[serde(default)]
    pub(super) exchanges: Vec<ExchangeRecord<'a>>,
    /// How many older exchanges made room for these; only where some did.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) exchanges_forgotten: u32,
}

/// Text of the wire, which need not be UTF-8.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Text<'a> {
    Plain(Cow<'a, str>),
    Encoded { base64: String },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Body<'a> {
    Text(Cow<'a, str>),
    Base64(String),
}

#[derive(Serialize, Deserialize)]
pub(super) struct EventRecord<'a> {
    #[serde(rename = "type")]
    pub(super) kind: Option<Cow<'a, str>>,
    pub(super) id: Option<Cow<'a, str>>,
    pub(super) attempt: Option<u32>,
    pub(super) at: Option<Timestamp>,
    pub(super) flow: Option<Cow<'a, str>>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct VerdictRecord<'a> {
    pub(super) status: Cow<'a, str>,
    pub(super) scheme: Option<Cow<'a, str>>,
    pub(super) header: Option<Cow<'a, str>>,
    pub(super) cause: Option<Cow<'a, str>>,
    pub(super) explanation: Cow<'a, str>,
    pub(super) fix: Option<Cow<'a, str>>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct ReplyRecord<'a> {
    pub(super) status: Option<u16>,
    pub(super) delay_ms: u32,
    /// Only where it was not an answer of our own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) by: Option<Cow<'a, str>>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct RefusedRecord<'a> {
    pub(super) status: u16,
    pub(super) reason: Cow<'a, str>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct ExchangeRecord<'a> {
    pub(super) kind: Cow<'a, str>,
    pub(super) target: Cow<'a, str>,
    pub(super) status: Option<u16>,
    pub(super) duration_ms: Option<u64>,
    pub(super) error: Option<Cow<'a, str>>,
    /// How many bytes of the body the target did not wait for; only where it answered before it had them all.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) unsent: u64,
}

impl<'a> Record<'a> {
    pub(super) fn of(capture: &'a Capture) -> Self {
        let (delivery, conclusion) = (&*capture.delivery, &capture.conclusion);
        let head = &delivery.head;
        let events = || conclusion.events.iter().map(EventRecord::of);
        Self {
            schema: SCHEMA,
            seq: capture.seq.0,
            parent: capture.parent.map(|parent| parent.0),
            received_at: delivery.received_at,
            peer: delivery.peer,
            method: non_empty(head.method()),
            target: Some(head.target_bytes()).filter(|target| !target.is_empty()).map(Text::of),
            version: non_empty(head.version().as_str()),
            headers: head.headers().map(|header| (header.name.into(), Text::of(header.value))).collect(),
            body: Body::of(&delivery.body),
            size: delivery.size(),
            sha256: Some(hex::encode(Sha256::digest(&delivery.body)).into()),
            truncated: delivery.is_truncated(),
            provider: conclusion.provider.as_ref().map(|provider| provider.as_str().into()),
            probe: conclusion.probe.is_some(),
            event: events().next(),
            events: if conclusion.events.len() > 1 { events().collect() } else { Vec::new() },
            verdict: capture.refused.is_none().then(|| VerdictRecord::of(&conclusion.verdict)),
            reply: capture.reply.and_then(ReplyRecord::of),
            refused: capture.refused.as_ref().map(RefusedRecord::of),
            exchanges: capture.exchanges.iter().map(|exchange| ExchangeRecord::of(exchange)).collect(),
            exchanges_forgotten: capture.forgotten,
        }
    }
}

impl<'a> Text<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Plain(text.into()),
            Err(_) => Self::Encoded { base64: STANDARD.encode(bytes) },
        }
    }

    pub(super) fn into_bytes(self) -> Result<Vec<u8>, base64::DecodeError> {
        match self {
            Self::Plain(text) => Ok(text.into_owned().into_bytes()),
            Self::Encoded { base64 } => STANDARD.decode(base64),
        }
    }
}

impl<'a> Body<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        match simdutf8::basic::from_utf8(bytes) {
            Ok(text) => Self::Text(text.into()),
            Err(_) => Self::Base64(STANDARD.encode(bytes)),
        }
    }

    pub(super) fn into_bytes(self) -> Result<Vec<u8>, base64::DecodeError> {
        match self {
            Self::Text(text) => Ok(text.into_owned().into_bytes()),
            Self::Base64(text) => STANDARD.decode(text),
        }
    }
}

impl<'a> EventRecord<'a> {
    fn of(event: &'a Event) -> Self {
        Self {
            kind: event.kind.as_deref().map(Cow::from),
            id: event.id.as_deref().map(Cow::from),
            attempt: event.attempt,
            at: event.at,
            flow: event.flow.as_deref().map(Cow::from),
        }
    }
}

impl<'a> VerdictRecord<'a> {
    fn of(verdict: &'a Verdict) -> Self {
        Self {
            status: verdict.status.as_str().into(),
            scheme: verdict.scheme.map(Cow::from),
            header: verdict.header.as_deref().map(Cow::from),
            cause: verdict.cause().map(|cause| cause.as_str().into()),
            explanation: (&*verdict.explanation).into(),
            fix: verdict.fix.as_deref().map(Cow::from),
        }
    }
}

impl ReplyRecord<'_> {
    /// Nothing is said of one that is still to come.
    fn of(reply: Reply) -> Option<Self> {
        let by = match reply.heard {
            Heard::Due => return None,
            Heard::Status(_) => None,
            Heard::Relayed(_) => Some("forward"),
            Heard::Hang => Some("hang"),
            Heard::Drop => Some("drop"),
        };
        Some(Self { status: reply.status(), delay_ms: reply.delay_ms, by: by.map(Cow::from) })
    }

    /// Whatever else a later version may know of, a status is what was answered.
    pub(super) fn reply(&self) -> Option<Reply> {
        let heard = match (self.by.as_deref(), self.status) {
            (Some("forward"), Some(status)) => Heard::Relayed(status),
            (Some("hang"), None) => Heard::Hang,
            (Some("drop"), None) => Heard::Drop,
            (_, status) => Heard::Status(status?),
        };
        Some(Reply { heard, delay_ms: self.delay_ms })
    }
}

impl<'a> RefusedRecord<'a> {
    fn of(refusal: &'a Refusal) -> Self {
        Self { status: refusal.status, reason: refusal.reason.as_str().into() }
    }
}

impl<'a> ExchangeRecord<'a> {
    fn of(exchange: &'a Exchange) -> Self {
        Self {
            kind: exchange.kind.as_str().into(),
            target: exchange.target.as_str().into(),
            status: exchange.status(),
            duration_ms: exchange.duration().map(|span| u64::try_from(span.as_millis()).unwrap_or(u64::MAX)),
            error: exchange.error().map(Cow::from),
            unsent: match &exchange.outcome {
                Outcome::Answered(answer) => answer.unsent as u64,
                _ => 0,
            },
        }
    }
}

fn is_zero<N: Default + PartialEq>(count: &N) -> bool {
    *count == N::default()
}

fn non_empty(text: &str) -> Option<Cow<'_, str>> {
    Some(Cow::from(text)).filter(|text| !text.is_empty())
}

fn microseconds<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{at:.6}"))
}
