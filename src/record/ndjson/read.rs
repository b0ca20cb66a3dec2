//! From lines back to captures.

use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;

use super::schema::{EventRecord, ExchangeRecord, Record, ReplyRecord, SCHEMA, Text, VerdictRecord};
use crate::provider::{Event, ProviderId};
use crate::store::{Capture, Conclusion, Seq};
use crate::text;
use crate::verify::{Cause, Status, Verdict};
use crate::wire::{
    Answer, Delivery, Ending, Exchange, ExchangeId, ExchangeKind, Extent, Failure, Head, Outcome, Refusal, Timing,
    Version,
};

/// The longest line that is read; a body of 32 MiB of control characters, every one escaped, fits.
const MAX_LINE: u64 = 256 * 1024 * 1024;

/// The names of the schemes; one that is not among them is read as none.
pub(super) const SCHEMES: [&str; 14] = [
    "hmac-sha1",
    "hmac-sha256",
    "hmac-sha512",
    "sha1",
    "sha256",
    "sha512",
    "ed25519",
    "rsa-sha256",
    "rsa-sha512",
    "ecdsa-p256",
    "token",
    "basic",
    "bearer",
    "api_key",
];

/// A line that cannot be read as a capture.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The recording itself cannot be read.
    #[error("line {line}: {source}")]
    Io {
        /// The line, from 1.
        line: u64,
        /// Why.
        source: io::Error,
    },
    /// It holds something else.
    #[error("line {line}: {what}")]
    NotACapture {
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        what: String,
    },
}

/// Reads captures one by one, in the order of the lines; empty lines are passed over.
#[derive(Debug)]
pub struct Reader<R> {
    input: R,
    pub(super) longest: u64,
    line: u64,
    torn: Option<u64>,
}

impl<R: BufRead> Reader<R> {
    /// Reads from there.
    pub fn new(input: R) -> Self {
        Self { input, longest: MAX_LINE, line: 0, torn: None }
    }

    /// The last line, if its writer was stopped in the middle of it. Known once all has been read.
    pub fn torn(&self) -> Option<u64> {
        self.torn
    }

    fn next_line(&mut self) -> Result<Option<Vec<u8>>, ReadError> {
        let mut text = Vec::new();
        loop {
            self.line += 1;
            let read = (&mut self.input).take(self.longest).read_until(b'\n', &mut text);
            match read.map_err(|source| ReadError::Io { line: self.line, source })? {
                0 => return Ok(None),
                length if length as u64 == self.longest && !text.ends_with(b"\n") => return Err(self.too_long()),
                _ if text.trim_ascii().is_empty() => text.clear(),
                _ => return Ok(Some(text)),
            }
        }
    }
}

impl<R> Reader<R> {
    fn too_long(&self) -> ReadError {
        let what = format!("longer than {}, so it is no record", text::size(self.longest));
        ReadError::NotACapture { line: self.line, what }
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<Capture, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let text = match self.next_line() {
            Ok(text) => text?,
            Err(error) => return Some(Err(error)),
        };
        match parse(&text) {
            Ok(capture) => Some(Ok(capture)),
            Err(_) if !text.ends_with(b"\n") => {
                self.torn = Some(self.line);
                None
            }
            Err(what) => Some(Err(ReadError::NotACapture { line: self.line, what })),
        }
    }
}

fn parse(line: &[u8]) -> Result<Capture, String> {
    let record: Record<'_> = serde_json::from_slice(line).map_err(|error| not_a_record(line, &error))?;
    if record.schema != SCHEMA {
        return Err(format!("schema {} is not known; this version reads schema {SCHEMA}", record.schema));
    }
    capture(record)
}

/// What serde says of a line, with nothing of the line that could harm a terminal.
fn not_a_record(line: &[u8], error: &serde_json::Error) -> String {
    let said = error.to_string();
    // The line it counts is always the first: ours is told apart.
    let said = said.split(" at line ").next().unwrap_or_default();
    match line.trim_ascii_start().first() {
        Some(b'{') => format!("not a record of a capture: {} at column {}", text::visible(said), error.column()),
        _ => "not a record: a recording has one JSON object a line".into(),
    }
}

fn capture(record: Record<'_>) -> Result<Capture, String> {
    let conclusion = conclusion(&record)?;
    let received_at = record.received_at;
    let exchanges = record.exchanges.iter().filter_map(|exchange| self::exchange(exchange, received_at)).collect();
    let refused = record.refused.as_ref().map(|it| Refusal { status: it.status, reason: it.reason.to_string() });
    let reply = record.reply.as_ref().and_then(ReplyRecord::reply);
    let (seq, peer) = (Seq(record.seq), record.peer);
    let extent = if record.truncated { Extent::Cut { size: record.size } } else { Extent::Whole };
    let head = head(record.method.as_deref(), record.target, record.version.as_deref(), record.headers)?;
    let body = Bytes::from(record.body.into_bytes().map_err(|error| format!("`body` is not base64: {error}"))?);
    let delivery = Arc::new(Delivery { received_at, peer, head, body, extent });
    let parent = record.parent.map(Seq);
    let forgotten = record.exchanges_forgotten;
    Ok(Capture { seq, parent, delivery, refused, conclusion, is_provisional: false, reply, exchanges, forgotten })
}

/// The head in HTTP/1's layout. Parsing it has to give the parts again: a record must not be able to smuggle in a line.
fn head(
    method: Option<&str>,
    target: Option<Text<'_>>,
    version: Option<&str>,
    headers: Vec<(std::borrow::Cow<'_, str>, Text<'_>)>,
) -> Result<Head, String> {
    let bytes_of = |text: Text<'_>, what| text.into_bytes().map_err(|error| format!("{what} is not base64: {error}"));
    let method = method.unwrap_or_default();
    let target = target.map_or(Ok(Vec::new()), |target| bytes_of(target, "`target`"))?;
    let version = version.map_or(Version::Unknown, Version::from_name);
    let mut text = [method.as_bytes(), b" ", &target].concat();
    if version != Version::Unknown {
        text.push(b' ');
        text.extend_from_slice(version.as_str().as_bytes());
    }
    text.extend_from_slice(b"\r\n");
    let mut pairs = Vec::with_capacity(headers.len());
    for (name, value) in headers {
        let value = bytes_of(value, "a header's value")?;
        text.extend_from_slice(&[name.as_bytes(), b": ", &value, b"\r\n"].concat());
        pairs.push((name, value));
    }
    text.extend_from_slice(b"\r\n");
    let head = Head::parse(Bytes::from(text.into_boxed_slice()));
    let same = head.method() == method
        && head.target_bytes() == target
        && head.headers().len() == pairs.len()
        && head.headers().zip(&pairs).all(|(header, (name, value))| header.name == name && header.value == value);
    same.then_some(head).ok_or_else(|| "no request can have this method, target and headers".into())
}

fn conclusion(record: &Record<'_>) -> Result<Conclusion, String> {
    let first = if record.events.is_empty() { record.event.as_ref() } else { None };
    Ok(Conclusion {
        provider: record.provider.as_deref().map(provider).transpose()?,
        ties: Box::default(),
        probe: record.probe.then(|| "probe".into()),
        events: record.events.iter().chain(first).map(event).collect(),
        verdict: record.verdict.as_ref().map_or_else(|| Ok(Verdict::unknown()), verdict)?,
    })
}

fn provider(name: &str) -> Result<ProviderId, String> {
    match ProviderId::is_name(name) {
        true => Ok(ProviderId::new(name)),
        false => Err(format!("`{}` is no provider's name", text::visible(name))),
    }
}

fn event(record: &EventRecord<'_>) -> Event {
    Event {
        kind: record.kind.as_deref().map(Arc::from),
        id: record.id.as_deref().map(Box::from),
        attempt: record.attempt,
        at: record.at,
        flow: record.flow.as_deref().map(Box::from),
    }
}

fn verdict(record: &VerdictRecord<'_>) -> Result<Verdict, String> {
    let status = match (&*record.status, record.cause.as_deref()) {
        ("verified", None) => Status::Verified,
        ("unsigned", None) => Status::Unsigned,
        ("no_secret", None) => Status::NoSecret,
        ("not_signed", None) => Status::NotSigned,
        ("unknown", None) => Status::Unknown,
        ("failed", Some(cause)) => Status::Failed(
            Cause::from_name(cause).ok_or_else(|| format!("`{}` is no cause of a failure", text::visible(cause)))?,
        ),
        ("failed", None) => Status::Failed(Cause::WrongSecret),
        (status, _) => return Err(format!("`{}` is no verdict, or not with this cause", text::visible(status))),
    };
    let verdict = Verdict {
        status,
        scheme: record.scheme.as_deref().and_then(|name| SCHEMES.into_iter().find(|known| *known == name)),
        header: record.header.as_deref().map(Box::from),
        explanation: record.explanation.to_string().into(),
        fix: record.fix.as_deref().map(|fix| fix.to_owned().into()),
        trials: Box::default(),
    };
    // A failure without a cause is one that nobody had the time to explain.
    Ok(if status.cause().is_some() && record.cause.is_none() { verdict.untried() } else { verdict })
}

/// An exchange as far as a record tells; of one that was under way, nothing is known.
fn exchange(record: &ExchangeRecord<'_>, received_at: Timestamp) -> Option<Arc<Exchange>> {
    let after = Duration::from_millis(record.duration_ms.unwrap_or_default());
    let outcome = match (record.status, record.error.as_deref()) {
        (Some(status), _) => Outcome::Answered(Box::new(Answer {
            status,
            head: Head::parse(Bytes::new()),
            body: Bytes::new(),
            ending: Ending::NotKept,
            unsent: usize::try_from(record.unsent).unwrap_or(usize::MAX),
            timing: Timing { total: after, ..Timing::default() },
        })),
        (None, Some("cancelled")) => Outcome::Cancelled,
        (None, Some(message)) => Outcome::Failed(Failure { message: message.to_owned(), after }),
        (None, None) => return None,
    };
    let kind = if record.kind == ExchangeKind::Forward.as_str() { ExchangeKind::Forward } else { ExchangeKind::Resend };
    let target = record.target.to_string();
    Some(Arc::new(Exchange {
        id: ExchangeId::next(),
        kind,
        target,
        started_at: received_at,
        sent: Head::parse(Bytes::new()),
        sent_sha256: [0; 32],
        outcome,
    }))
}
