//! One line a capture that was sent again, for people: which, what came of it, and what it was.

use std::io::{self, Write};

use super::lines::{request, safe, what};
use crate::provider::ProviderId;
use crate::store::Capture;
use crate::text;
use crate::wire::{Exchange, Outcome};

/// The column that is lined up.
const OUTCOME: usize = 14;

/// Writes what came of sending a capture, or why it was not sent.
pub fn write_resent(out: &mut impl Write, capture: &Capture, sent: Result<&Exchange, &str>) -> io::Result<()> {
    let (mark, outcome) = match sent {
        Ok(exchange) => outcome(exchange),
        Err(reason) => ('✗', format!("not sent: {}", text::visible(reason))),
    };
    let provider = capture.conclusion.provider.as_ref();
    let what = provider.map_or_else(|| request(capture), |provider| event(provider, capture));
    let seq = format!("#{}", capture.seq);
    writeln!(out, "{seq:<5} {mark} {}  {}", text::pad(&outcome, text::width(&outcome).max(OUTCOME)), what)
}

/// What happened by whom, where somebody known sent it.
fn event(provider: &ProviderId, capture: &Capture) -> String {
    let id = capture.conclusion.event().and_then(|event| event.id.as_deref()).map(safe).unwrap_or_default();
    format!("{provider} {} {id}", what(capture)).trim_end().to_owned()
}

fn outcome(exchange: &Exchange) -> (char, String) {
    match &exchange.outcome {
        Outcome::Answered(answer) => {
            let mark = if (200..300).contains(&answer.status) { '✓' } else { '✗' };
            (mark, format!("{} in {}", answer.status, text::duration(answer.timing.total)))
        }
        Outcome::Failed(failure) => ('✗', format!("failed: {}", text::visible(&failure.message))),
        Outcome::Cancelled => ('✗', "cancelled".to_owned()),
        Outcome::Pending => ('·', "no answer yet".to_owned()),
    }
}
