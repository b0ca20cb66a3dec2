//! What stands above the tabs: whether the delivery is authentic, why not and what to do, and what happened.
//!
//! Where there is little room the remarks go first; the verdict and the event always stay.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::Subject;
use super::heard;
use super::line::{Line, Piece, Tone, piece, words, wrap_words};
use crate::provider::{Event, Provider};
use crate::store::Capture;
use crate::text;
use crate::verify::{Cause, Status, Verdict};
use crate::wire::{Extent, Header};

/// What stands before what to do.
const FIX: &str = "→ ";

/// So few lines are for the verdict, what to do and the event; the rest of a small screen is the payload's.
const SCANT: usize = 3;

/// The banner of a capture.
#[derive(Debug)]
pub(crate) struct Banner {
    verdict: Line,
    /// What else has to be said of the verdict, the most needed first; each is wrapped.
    remarks: Vec<Remark>,
    event: Line,
    /// Id, time and flow of the event.
    facts: Line,
}

/// A sentence below the verdict.
#[derive(Debug)]
struct Remark {
    tone: Tone,
    /// What stands before it: an arrow before what to do.
    lead: &'static str,
    text: String,
}

impl Banner {
    pub(crate) fn of(subject: &Subject, zone: &TimeZone) -> Self {
        let capture = &*subject.capture;
        Self {
            verdict: verdict_line(subject),
            remarks: remarks(subject),
            event: event_line(subject),
            facts: facts_line(capture, zone),
        }
    }

    /// The lines for a width, at most so many: the verdict, what must be said of it, and the event. What is known of the
    /// event has a line of its own where it needs one and there is one to spare.
    pub(crate) fn lines(&self, width: usize, at_most: usize) -> Vec<Line> {
        let mut lines = vec![self.verdict.clone()];
        lines.extend(self.remark_lines(width, at_most.saturating_sub(2)));
        let facts = self.facts.iter().map(|fact| Piece { text: format!("  {}", fact.text), ..fact.clone() }).collect();
        let together = [self.event.clone(), facts].concat();
        if text::width(&text::visible(&words(&together))) <= width || lines.len() + 2 > at_most || at_most <= SCANT {
            lines.push(together);
        } else {
            lines.extend([self.event.clone(), together[self.event.len()..].to_vec()]);
        }
        lines.truncate(at_most);
        lines
    }

    /// What to do goes before why where there is no room for both.
    fn remark_lines(&self, width: usize, at_most: usize) -> Vec<Line> {
        let is_fix = |remark: &&Remark| remark.lead == FIX;
        let fixes: usize = self.remarks.iter().filter(is_fix).map(|fix| fix.wrap(width, at_most).len()).sum();
        let mut lines: Vec<Line> = Vec::new();
        for remark in &self.remarks {
            let reserved = if is_fix(&remark) { 0 } else { fixes };
            lines.extend(remark.wrap(width, at_most.saturating_sub(lines.len() + reserved)));
        }
        lines
    }
}

impl Remark {
    fn wrap(&self, width: usize, at_most: usize) -> Vec<Line> {
        let indent = 2 + text::width(self.lead);
        let mut rows = wrap_words(&text::visible(&self.text), width.saturating_sub(indent));
        if rows.len() > at_most {
            rows.truncate(at_most);
            if let Some(last) = rows.last_mut() {
                *last = text::truncate(&format!("{last} …"), width.saturating_sub(indent)).into_owned();
            }
        }
        let line = |(at, row): (usize, String)| {
            let lead = if at == 0 { self.lead.to_owned() } else { " ".repeat(text::width(self.lead)) };
            vec![piece(Tone::Dim, format!("  {lead}")), piece(self.tone, row)]
        };
        rows.into_iter().enumerate().map(line).collect()
    }
}

fn verdict_line(subject: &Subject) -> Line {
    let capture = &*subject.capture;
    if let Some(refusal) = &capture.refused {
        return vec![piece(Tone::Bad, format!("✗ refused with {}", refusal.status))];
    }
    if let Some(probe) = &capture.conclusion.probe {
        return vec![piece(Tone::Probe, format!("○ probe: {probe}"))];
    }
    let verdict = &capture.conclusion.verdict;
    let is_authenticated_only = authenticated_only(subject);
    let (tone, words) = status_words(verdict, is_authenticated_only);
    let mut line = vec![piece(tone, format!("{} {words}", verdict.status.mark()))];
    let header = verdict.header.as_deref().map(|name| name_as_sent(capture, name));
    let details = verdict.scheme.map(str::to_owned).into_iter().chain(header);
    line.extend(details.map(|detail| piece(Tone::Dim, format!(" · {detail}"))));
    if is_authenticated_only {
        line.push(piece(Tone::Warn, " · body not covered"));
    }
    line
}

fn status_words(verdict: &Verdict, is_authenticated_only: bool) -> (Tone, String) {
    match verdict.status {
        Status::Verified if is_authenticated_only => (Tone::Good, "authenticated".to_owned()),
        Status::Verified => (Tone::Good, "verified".to_owned()),
        Status::Failed(_) => {
            let cause = verdict.cause().map_or("not explained", Cause::as_str);
            (Tone::Bad, format!("failed: {}", cause.replace('_', " ")))
        }
        Status::Unsigned => (Tone::Warn, "unsigned".to_owned()),
        Status::NoSecret => (Tone::Warn, "signed, but no secret to check it".to_owned()),
        Status::NotSigned => (Tone::Dim, "not signed".to_owned()),
        Status::Unknown => (Tone::Dim, "unknown sender".to_owned()),
    }
}

/// Whether it is right by a scheme that says nothing of the body.
fn authenticated_only(subject: &Subject) -> bool {
    let verdict = &subject.capture.conclusion.verdict;
    let schemes = subject.provider.as_ref().map(|provider| &*provider.verify).unwrap_or_default();
    let in_use = schemes.iter().find(|scheme| verdict.scheme == Some(scheme.name()));
    verdict.status == Status::Verified && in_use.is_some_and(|scheme| !scheme.covers_body())
}

/// What is odd about a delivery that is authentic all the same: it follows the first sentence, which says no more than
/// the verdict's line.
fn oddities(verdict: &Verdict) -> Option<&str> {
    verdict.explanation.split_once(". ").map(|(_, oddities)| oddities)
}

/// A header's name in the letter case it came in.
fn name_as_sent(capture: &Capture, name: &str) -> String {
    let sent = |header: &Header<'_>| header.name.eq_ignore_ascii_case(name);
    capture.delivery.head.headers().find(sent).map_or(name, |header| header.name).to_owned()
}

fn remarks(subject: &Subject) -> Vec<Remark> {
    let capture = &*subject.capture;
    let remark = |tone, text: String| Remark { tone, lead: "", text };
    let mut remarks = Vec::new();
    let edit_of = |parent| remark(Tone::Strong, format!("✎ An edit of #{parent}, made here."));
    remarks.extend(capture.parent.map(edit_of));
    remarks.extend(capture.refused.as_ref().map(|refusal| remark(Tone::Plain, refusal.reason.clone())));
    remarks.extend(truncation(capture).map(|words| remark(Tone::Warn, words)));
    if capture.refused.is_some() {
        return remarks;
    }
    let heard = heard::sentence(capture).map(|words| remark(Tone::Warn, words));
    // Why a signature is wrong is wanted first; of the rest the verdict's own line says enough.
    let (first, last) = if capture.is_failed() { (None, heard) } else { (heard, None) };
    remarks.extend(first);
    match probe_meaning(subject) {
        Some(meaning) => remarks.push(remark(Tone::Plain, meaning)),
        None if was_signed_before_editing(capture) => remarks.extend(edited_remarks()),
        None => remarks.extend(verdict_remarks(&capture.conclusion.verdict)),
    }
    remarks.extend(last);
    if !capture.conclusion.ties.is_empty() {
        let names: Vec<_> = capture.conclusion.ties.iter().map(|id| id.as_str()).collect();
        let words = format!("Could as well be {}: nothing in it tells them apart.", names.join(" or "));
        remarks.push(remark(Tone::Warn, words));
    }
    remarks
}

/// An edit whose signature fits nothing: whoever edited it knows why, and needs no advice about secrets.
fn was_signed_before_editing(capture: &Capture) -> bool {
    capture.parent.is_some() && capture.status() == Some(Status::Failed(Cause::WrongSecret))
}

fn edited_remarks() -> [Remark; 2] {
    let words = "It was edited after it was signed, so its signature cannot fit.";
    let fix = "Press S to sign it afresh.";
    [
        Remark { tone: Tone::Plain, lead: "", text: words.to_owned() },
        Remark { tone: Tone::Strong, lead: FIX, text: fix.to_owned() },
    ]
}

/// Why the verdict is what it is, and what to do.
fn verdict_remarks(verdict: &Verdict) -> Vec<Remark> {
    let plain = |tone, text: &str| Remark { tone, lead: "", text: text.to_owned() };
    if verdict.status == Status::Verified {
        return oddities(verdict).map(|oddities| plain(Tone::Warn, oddities)).into_iter().collect();
    }
    let fix = verdict.fix.as_ref().map(|fix| Remark { tone: Tone::Strong, lead: FIX, text: fix.to_string() });
    std::iter::once(plain(Tone::Plain, &verdict.explanation)).chain(fix).collect()
}

fn truncation(capture: &Capture) -> Option<String> {
    let Extent::Cut { size } = capture.delivery.extent else { return None };
    if capture.refused.is_some() && capture.delivery.body.is_empty() {
        // Nothing of a body came to be cut.
        return None;
    }
    let kept = text::size(capture.delivery.body.len() as u64);
    Some(match size {
        Some(size) => format!("Truncated: only {kept} of {} are kept.", text::size(size)),
        None => format!("Truncated: only {kept} are kept; how long it was is not known."),
    })
}

fn probe_meaning(subject: &Subject) -> Option<String> {
    let title = subject.capture.conclusion.probe.as_deref()?;
    let probes = subject.provider.as_ref().map(|provider| &*provider.probes).unwrap_or_default();
    Some(probes.iter().find(|probe| probe.title == title).map_or_else(String::new, |probe| probe.meaning.clone()))
}

fn event_line(subject: &Subject) -> Line {
    let capture = &*subject.capture;
    let mut line = match (&subject.provider, &capture.conclusion.provider) {
        (Some(provider), _) => vec![piece(Tone::Strong, format!("{}  ", provider.title))],
        (None, Some(id)) => vec![piece(Tone::Strong, format!("{id}  "))],
        (None, None) => return request_line(capture),
    };
    match &*capture.conclusion.events {
        [] => line.extend(request_line(capture)),
        [event] => line.extend(kind_of(event, subject.provider.as_deref())),
        events => line.extend(many_events(events, subject.provider.as_deref())),
    }
    line
}

fn request_line(capture: &Capture) -> Line {
    let head = &capture.delivery.head;
    if !head.method().bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        // Whatever this is, it is no request; the raw tab has it.
        return Vec::new();
    }
    vec![piece(Tone::Plain, format!("{} {}", head.method(), String::from_utf8_lossy(head.target_bytes())))]
}

/// What is known of the first event beside its type.
fn facts_line(capture: &Capture, zone: &TimeZone) -> Line {
    let Some(event) = capture.conclusion.event() else { return Vec::new() };
    let at = event.at.map(|at| moment(at, capture.delivery.received_at, zone));
    let id = event.id.as_deref().map(str::to_owned);
    let flow = event.flow.as_deref().map(|flow| format!("flow {flow}"));
    let facts: Vec<_> = [at, id, flow].into_iter().flatten().collect();
    if facts.is_empty() { Vec::new() } else { vec![piece(Tone::Dim, facts.join(" · "))] }
}

fn kind_of(event: &Event, provider: Option<&Provider>) -> Line {
    let Some(kind) = event.kind.as_deref() else { return vec![piece(Tone::Dim, "no event type")] };
    let mut line = match provider.and_then(|provider| provider.event_type(kind)) {
        // Saying `Saved  saved` helps nobody.
        Some(known) if known.title.eq_ignore_ascii_case(kind) => vec![piece(Tone::Plain, known.title.as_str())],
        Some(known) => vec![piece(Tone::Plain, known.title.as_str()), piece(Tone::Dim, format!("  {kind}"))],
        None => vec![piece(Tone::Plain, kind), piece(Tone::Warn, "  not in the catalogue")],
    };
    let again = event.attempt.filter(|attempt| *attempt > 1);
    line.extend(again.map(|attempt| piece(Tone::Warn, format!("  ↻{attempt}"))));
    line
}

fn many_events(events: &[Event], provider: Option<&Provider>) -> Line {
    let titled = |event: &Event| -> String {
        let kind = event.kind.as_deref().unwrap_or("no type");
        provider.and_then(|provider| provider.event_type(kind)).map_or(kind, |known| &known.title).to_owned()
    };
    let titles: Vec<_> = events.iter().take(12).map(titled).collect();
    vec![piece(Tone::Plain, format!("{} events", events.len())), piece(Tone::Dim, format!("  {}", titles.join(", ")))]
}

/// A moment, with its day unless that is the day of `beside`.
fn moment(at: Timestamp, beside: Timestamp, zone: &TimeZone) -> String {
    let (at, beside): (Zoned, Zoned) = (at.to_zoned(zone.clone()), beside.to_zoned(zone.clone()));
    let form = if at.date() == beside.date() { "%H:%M:%S" } else { "%Y-%m-%d %H:%M:%S" };
    at.strftime(form).to_string()
}
