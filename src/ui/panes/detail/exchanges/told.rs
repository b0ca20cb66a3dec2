//! What is known of one exchange beside the body of its answer, in words.

use super::super::line::{Line, Tone, piece, rows_of, wrap_words};
use super::super::secrecy::public_lines;
use crate::provider::Provider;
use crate::text;
use crate::wire::{Answer, Delivery, Ending, Exchange, Failure, Head, Outcome, Success, Timing, Turn};

/// An exchange, and what it is told beside.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) exchange: &'a Exchange,
    pub(super) turn: Option<Turn>,
    pub(super) success: &'a Success,
    /// The last one of the same target.
    pub(super) previous: Option<&'a Exchange>,
    pub(super) delivery: &'a Delivery,
    /// SHA-256 of the captured body, once it has been read.
    pub(super) captured: Option<[u8; 32]>,
    pub(super) provider: Option<&'a Provider>,
    pub(super) width: usize,
}

pub(super) fn nothing_sent() -> Vec<Line> {
    vec![
        vec![piece(Tone::Dim, "Nothing has been sent because of this capture.")],
        vec![piece(Tone::Dim, "Resend it to a handler of yours; what it answers is shown here.")],
    ]
}

impl Told<'_> {
    /// What became of it, up to the body of the answer.
    pub(super) fn answer(&self) -> Vec<Line> {
        let mut lines: Vec<Line> = self.turned().into_iter().collect();
        match &self.exchange.outcome {
            Outcome::Pending => lines.push(vec![piece(Tone::Dim, "waiting for an answer …")]),
            Outcome::Cancelled => lines.push(vec![piece(Tone::Warn, "cancelled before an answer came")]),
            Outcome::Failed(failure) => lines.extend(self.failed(failure)),
            Outcome::Answered(answer) => lines.extend(self.answered(answer)),
        }
        lines
    }

    fn answered(&self, answer: &Answer) -> Vec<Line> {
        let mut lines = vec![phases(&answer.timing, self.exchange.target.starts_with("https:"))];
        lines.extend(self.redirect(answer));
        lines.extend(self.unsent(answer));
        // Only an answer shows that anything was sent at all.
        lines.extend(self.proof(answer));
        lines.push(Vec::new());
        lines.extend(self.head(&answer.head, tone_of(answer.status, self.success)));
        lines.push(Vec::new());
        lines.extend(ended(answer).map(|words| vec![piece(Tone::Warn, words)]));
        if answer.body.is_empty() && answer.ending.is_whole() {
            lines.push(vec![piece(Tone::Dim, "no body")]);
        }
        lines
    }

    /// The head that was sent, exactly; the body is the capture's.
    pub(super) fn sent(&self) -> Vec<Line> {
        let head = &self.exchange.sent;
        if head.as_bytes().is_empty() {
            return vec![vec![piece(Tone::Dim, "What was sent has not been kept.")]];
        }
        let mut lines = Vec::new();
        match &self.exchange.outcome {
            Outcome::Answered(answer) => lines.extend(self.unsent(answer)),
            _ => lines.push(vec![piece(Tone::Dim, "Without an answer nobody knows how much of it arrived.")]),
        }
        lines.extend(self.head(head, Tone::Strong));
        lines.push(Vec::new());
        lines.extend(self.sent_body());
        lines
    }

    fn sent_body(&self) -> Vec<Line> {
        let Some(captured) = self.captured else { return Vec::new() };
        let sum = |sum: &[u8; 32]| hex::encode(sum);
        if self.exchange.sent_sha256 != captured {
            let mut lines = self.wrapped(Tone::Warn, "≠ ", "The body is not the captured one.");
            lines.extend(self.wrapped(Tone::Dim, "  sent     sha256 ", &sum(&self.exchange.sent_sha256)));
            lines.extend(self.wrapped(Tone::Dim, "  captured sha256 ", &sum(&captured)));
            return lines;
        }
        let size = text::size(self.delivery.body.len() as u64);
        let said = match self.delivery.body.is_empty() {
            true => "no body, as captured".to_owned(),
            false => format!("the captured body, {size}: sent bytes are identical"),
        };
        let mut lines = self.wrapped(Tone::Good, "✓ ", &said);
        lines.extend(self.wrapped(Tone::Dim, "  sha256 ", &sum(&captured)));
        lines
    }

    fn turned(&self) -> Option<Line> {
        let (turn, previous) = self.turn.zip(self.previous)?;
        let last = match previous.status() {
            Some(status) => format!(": the last one answered {status}"),
            None => ": the last one failed".to_owned(),
        };
        let has_its_status = previous.status().is_some() && previous.status() == self.exchange.status();
        let said = match turn {
            Turn::Same => " as the last one".to_owned(),
            Turn::Changed if has_its_status => ": the last one had another body (= compares them)".to_owned(),
            Turn::Fixed | Turn::Regressed | Turn::Changed => last,
        };
        let lead = format!("{} {}", turn.mark(), turn.as_str());
        Some(vec![piece(tone_of_turn(turn), lead), piece(Tone::Dim, said)])
    }

    fn failed(&self, failure: &Failure) -> Vec<Line> {
        let rows = wrap_words(&text::visible(&failure.message), self.width.saturating_sub(2));
        let line = |(at, row)| vec![piece(Tone::Bad, if at == 0 { "✗ " } else { "  " }), piece(Tone::Plain, row)];
        rows.into_iter().enumerate().map(line).collect()
    }

    /// Where a redirect points. Providers do not follow one, so neither does this.
    fn redirect(&self, answer: &Answer) -> Vec<Line> {
        let place = answer.head.get("location").filter(|_| (300..400).contains(&answer.status));
        let said = place.map(|place| format!("redirects to {} (not followed)", text::visible_bytes(place)));
        said.map(|said| self.wrapped(Tone::Warn, "↷ ", &said)).unwrap_or_default()
    }

    /// What the target did not wait for.
    fn unsent(&self, answer: &Answer) -> Vec<Line> {
        if answer.unsent == 0 {
            return Vec::new();
        }
        let (unsent, size) = (text::size(answer.unsent as u64), text::size(self.delivery.body.len() as u64));
        let said = format!("It answered before it had read everything: {unsent} of the {size} were not sent.");
        self.wrapped(Tone::Warn, "≠ ", &said)
    }

    /// Whether what was sent is what was captured.
    fn proof(&self, answer: &Answer) -> Option<Line> {
        let captured = self.captured.filter(|_| answer.unsent == 0)?;
        let short = hex::encode(&self.exchange.sent_sha256[..6]);
        let (tone, mark, said) = match self.exchange.sent_sha256 == captured {
            true => (Tone::Good, "✓ ", "sent bytes are identical"),
            false => (Tone::Warn, "≠ ", "sent bytes are not the captured ones"),
        };
        Some(vec![piece(tone, mark), piece(Tone::Dim, format!("{said}  sha256 {short}…"))])
    }

    /// A head line by line as it was on the wire, credentials concealed; what is too long goes on in the next row.
    fn head(&self, head: &Head, first: Tone) -> Vec<Line> {
        let lines = public_lines(head, self.provider).into_iter().enumerate();
        let rows = lines.flat_map(|(at, (name, value))| {
            let tone = match (at, name.is_empty()) {
                (0, _) => first,
                (_, true) => Tone::Plain,
                (_, false) => Tone::Name,
            };
            self.wrapped(tone, &text::visible_bytes(name), &text::visible_bytes(&value))
        });
        rows.collect()
    }

    /// Text behind a lead, as many rows as it takes; the lead is in the tone, and rows after the first are indented.
    fn wrapped(&self, tone: Tone, lead: &str, said: &str) -> Vec<Line> {
        let rows = rows_of(said, self.width.saturating_sub(text::width(lead)), self.width.saturating_sub(2));
        let tone_of_rest = if lead.is_empty() || tone == Tone::Dim { tone } else { Tone::Plain };
        let line = |(at, row)| match at {
            0 => vec![piece(tone, lead), piece(tone_of_rest, row)],
            _ => vec![piece(Tone::Plain, "  "), piece(tone_of_rest, row)],
        };
        rows.into_iter().enumerate().map(line).collect()
    }
}

fn phases(timing: &Timing, has_tls: bool) -> Line {
    let Timing { connect, tls, first_byte, total } = *timing;
    let phases = [("connect", connect), ("tls", tls), ("first byte", first_byte), ("total", total)];
    let passed = phases.into_iter().filter(|(name, _)| *name != "tls" || has_tls);
    let words: Vec<_> = passed.map(|(name, span)| format!("{name} {}", text::duration(span))).collect();
    vec![piece(Tone::Dim, words.join(" · "))]
}

/// Why a body is not all there, and how much of it is.
fn ended(answer: &Answer) -> Option<String> {
    let kept = text::size(answer.body.len() as u64);
    let of = answer.ending.announced().map(|size| format!(" of {}", text::size(size)));
    Some(match answer.ending {
        Ending::Whole => return None,
        Ending::OverLimit { .. } => format!("… cut here: {kept}{}", of.unwrap_or_else(|| " of more".to_owned())),
        Ending::BrokenOff { .. } => format!("… broke off after {kept}{}", of.unwrap_or_default()),
        Ending::Garbled => format!("… broke off after {kept}: what follows is no chunk of HTTP"),
        Ending::TimedOut { .. } => {
            let span = text::duration(answer.timing.total);
            format!("… still going after {span}: {kept}{} came", of.unwrap_or_default())
        }
        Ending::NotKept => "… its body has not been kept".to_owned(),
    })
}

pub(super) fn tone_of(status: u16, success: &Success) -> Tone {
    match status {
        _ if success.includes(status) => Tone::Good,
        200..=399 => Tone::Warn,
        _ => Tone::Bad,
    }
}

pub(super) fn tone_of_turn(turn: Turn) -> Tone {
    match turn {
        Turn::Fixed => Tone::Good,
        Turn::Regressed => Tone::Bad,
        Turn::Same => Tone::Dim,
        Turn::Changed => Tone::Warn,
    }
}
