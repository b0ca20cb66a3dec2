//! One exchange as a row of the list.

use jiff::tz::TimeZone;

use super::super::line::{Line, Piece, Tone, piece, words};
use super::told::{tone_of, tone_of_turn};
use crate::text;
use crate::wire::{Answer, Exchange, Outcome, Success, Turn};

/// The columns of the time and the blank behind it.
const TIME: usize = 9;
/// The columns of how long it took and how much came.
const MEASURES: usize = 16;
/// A target narrower than this says nothing.
const TARGET: usize = 14;

/// The row: time, kind, target, what became of it, the turn, how long it took and how much came. Where there is little
/// room, first the turn loses its word, then the rest its kind.
pub(super) fn line(exchange: &Exchange, turn: Option<Turn>, success: &Success, width: usize, zone: &TimeZone) -> Line {
    let at = exchange.started_at.to_zoned(zone.clone()).strftime("%H:%M:%S").to_string();
    let kind = format!("{:<8}", exchange.kind.as_str());
    let fits = |lead: usize, tail: &Line| lead + text::width(&words(tail)) + TARGET <= width;
    let mut tail = tail(exchange, turn, success, true);
    if !fits(TIME + kind.len(), &tail) {
        tail = self::tail(exchange, turn, success, false);
    }
    let kind = if fits(TIME + kind.len(), &tail) { kind } else { String::new() };
    let room = width.saturating_sub(TIME + kind.len() + text::width(&words(&tail)));
    let target = exchange.target.strip_prefix("http://").unwrap_or(&exchange.target);
    let mut line =
        vec![piece(Tone::Dim, format!("{at} {kind}")), piece(Tone::Plain, text::pad(&text::visible(target), room))];
    line.extend(tail);
    line
}

/// What became of it, as wide for one exchange as for another.
fn tail(exchange: &Exchange, turn: Option<Turn>, success: &Success, in_words: bool) -> Line {
    let turn_width = if in_words { 12 } else { 2 };
    let (tone, outcome) = match &exchange.outcome {
        Outcome::Answered(answer) => (tone_of(answer.status, success), answer.status.to_string()),
        Outcome::Failed(_) => (Tone::Bad, "err".to_owned()),
        Outcome::Pending => return vec![unfinished(Tone::Dim, "waiting…", turn_width)],
        Outcome::Cancelled => return vec![unfinished(Tone::Warn, "cancelled", turn_width)],
    };
    let turned = match turn {
        Some(turn) if in_words => format!(" {} {}", turn.mark(), turn.as_str()),
        Some(turn) => format!(" {}", turn.mark()),
        None => String::new(),
    };
    vec![
        piece(tone, format!(" {outcome:>3}")),
        piece(turn.map_or(Tone::Dim, tone_of_turn), text::pad(&turned, turn_width)),
        piece(Tone::Dim, measures(exchange)),
    ]
}

fn unfinished(tone: Tone, words: &str, turn_width: usize) -> Piece {
    piece(tone, text::pad(&format!(" {words}"), 4 + turn_width + MEASURES))
}

/// How long it took, and how much came.
fn measures(exchange: &Exchange) -> String {
    let took = exchange.duration().map(text::duration).unwrap_or_default();
    let came = match &exchange.outcome {
        Outcome::Answered(answer) => came(answer),
        _ => String::new(),
    };
    format!(" {took:>6} {came:>8}")
}

fn came(answer: &Answer) -> String {
    let cut = if answer.ending.is_whole() { "" } else { "…" };
    format!("{}{cut}", text::size(answer.body.len() as u64))
}
