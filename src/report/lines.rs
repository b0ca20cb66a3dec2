//! One line a capture, for people: when, whether it is authentic, who, what, and by which request.

use std::borrow::Cow;
use std::io::{self, Write};

use jiff::tz::TimeZone;

use crate::provider::Event;
use crate::store::Capture;
use crate::text;
use crate::verify::{Cause, Status};
use crate::wire::Exchange;

/// Widths of the columns that are lined up; what is longer pushes the rest of its own line only.
const VERDICT: usize = 25;
const PROVIDER: usize = 19;
const WHAT: usize = 24;
const REQUEST: usize = 30;

/// No line says more than this of a single thing that a sender chose.
const LONGEST: usize = 80;

/// How lines are written.
#[derive(Clone, Debug)]
pub struct Lines {
    /// The zone whose clock is shown.
    pub zone: TimeZone,
    /// Whether marks and verdicts are coloured.
    pub colour: bool,
}

impl Lines {
    /// Writes a capture as one line.
    pub fn write(&self, out: &mut impl Write, capture: &Capture) -> io::Result<()> {
        let time = capture.delivery.received_at.to_zoned(self.zone.clone());
        let (colour, reset) = if self.colour { (colour(capture), "\x1b[0m") } else { ("", "") };
        let line = format!(
            "{} {colour}{} {}{reset} {} {} {} {:>8}  {}",
            time.strftime("%H:%M:%S"),
            mark(capture),
            column(&verdict(capture), VERDICT),
            column(capture.conclusion.provider.as_ref().map_or("–", |provider| provider.as_str()), PROVIDER),
            column(&what(capture), WHAT),
            column(&request(capture), REQUEST),
            size(capture),
            note(capture),
        );
        writeln!(out, "{}", line.trim_end())
    }
}

fn mark(capture: &Capture) -> char {
    capture.status().map_or('!', Status::mark)
}

fn colour(capture: &Capture) -> &'static str {
    match capture.status() {
        Some(Status::Verified) => "\x1b[32m",
        Some(Status::Failed(_)) | None => "\x1b[31m",
        Some(Status::Unsigned | Status::NoSecret) => "\x1b[33m",
        Some(Status::NotSigned | Status::Unknown) => "\x1b[2m",
    }
}

fn verdict(capture: &Capture) -> Cow<'static, str> {
    match (capture.status(), &capture.refused) {
        (Some(Status::Failed(_)), _) => {
            let cause = capture.conclusion.verdict.cause().map_or("not explained", Cause::as_str);
            format!("failed: {cause}").into()
        }
        (Some(Status::NoSecret), _) => "no secret".into(),
        (Some(Status::NotSigned), _) => "not signed".into(),
        (Some(status), _) => status.as_str().into(),
        (None, refused) => format!("refused {}", refused.as_ref().map_or(0, |refused| refused.status)).into(),
    }
}

/// The types of the events, or what the delivery is instead.
pub(super) fn what(capture: &Capture) -> String {
    let conclusion = &capture.conclusion;
    if let Some(probe) = &conclusion.probe {
        return safe(probe);
    }
    let mut kinds: Vec<&str> = conclusion.events.iter().filter_map(|event| event.kind.as_deref()).collect();
    kinds.dedup();
    match (kinds.is_empty(), conclusion.events.len()) {
        (true, _) => "–".to_owned(),
        (false, 1) => safe(kinds[0]),
        (false, count) => format!("{} ({count})", safe(&kinds.join(", "))),
    }
}

/// Method and path: a query may carry what should not be in a log.
pub(super) fn request(capture: &Capture) -> String {
    let head = &capture.delivery.head;
    safe(&format!("{} {}", head.method(), head.path()))
}

fn size(capture: &Capture) -> Cow<'static, str> {
    match capture.delivery.size() {
        Some(0) => "–".into(),
        Some(size) => text::size(size).into(),
        None => "?".into(),
    }
}

/// Why it was refused; else which event it is, the how-manieth time it comes, and what came of sending it on.
fn note(capture: &Capture) -> String {
    if let Some(refused) = &capture.refused {
        return text::visible(&refused.reason).into_owned();
    }
    let mut parts = Vec::new();
    if let Some(Event { id, attempt, .. }) = capture.conclusion.event() {
        parts.extend(id.as_deref().map(safe));
        parts.extend(attempt.filter(|attempt| *attempt > 1).map(|attempt| format!("attempt {attempt}")));
    }
    parts.extend(capture.exchanges.iter().map(|exchange| sent_on(exchange)));
    parts.join(" ")
}

/// What came of sending it on.
fn sent_on(exchange: &Exchange) -> String {
    match (exchange.status(), exchange.error()) {
        (Some(status), _) => format!("→{status}"),
        (None, Some(error)) => format!("→ {}", text::visible(error)),
        (None, None) => "→…".to_owned(),
    }
}

/// A sender's text: nothing in it can drive a terminal, and not too much of it.
pub(super) fn safe(text: &str) -> String {
    text::truncate(&text::visible(&text::truncate(text, LONGEST)), LONGEST).into_owned()
}

/// At least that many columns.
fn column(text: &str, columns: usize) -> Cow<'_, str> {
    if text::width(text) < columns { text::pad(text, columns).into() } else { text.into() }
}
