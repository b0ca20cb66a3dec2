//! What was sent because of the capture, newest first, and the answer to the selected one.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::line::{Line, Tone, piece, words, wrap_words};
use super::row_words;
use super::secrecy::{concealed, is_secret};
use super::text_page::TextPage;
use crate::json::Document;
use crate::json::tree::{Shape, Tree};
use crate::store::Capture;
use crate::text;
use crate::ui::Action;
use crate::wire::{Answer, Exchange, ExchangeId, Failure, Outcome, Timing};

/// Of an answer's body this much is shown: it is somebody's own handler that answered, seldom with more.
const SHOWN: usize = 64 * 1024;

/// The exchanges and what is selected of them.
#[derive(Debug, Default)]
pub(crate) struct ExchangesPage {
    /// Newest first.
    exchanges: Vec<Arc<Exchange>>,
    selected: Option<ExchangeId>,
    /// The selected answer's body, where it is JSON.
    tree: Option<(ExchangeId, Tree)>,
    /// The first row of the answer in sight.
    top: usize,
}

impl ExchangesPage {
    pub(crate) fn new(capture: &Capture) -> Self {
        let mut page = Self { exchanges: capture.exchanges.iter().rev().cloned().collect(), ..Self::default() };
        page.read_answer();
        page
    }

    /// Takes the place of the page of the same capture: what somebody chose stays chosen, else the newest is.
    pub(crate) fn keep_place_of(&mut self, earlier: &Self) {
        let newest = |page: &Self| page.exchanges.first().map(|exchange| exchange.id);
        if newest(self) == newest(earlier) {
            (self.selected, self.top) = (earlier.selected, earlier.top);
            self.read_answer();
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.exchanges.len()
    }

    pub(crate) fn cursor(&self) -> usize {
        let chosen = |id| self.exchanges.iter().position(|exchange| exchange.id == id);
        self.selected.and_then(chosen).unwrap_or(0)
    }

    pub(crate) fn selected(&self) -> Option<&Exchange> {
        self.exchanges.get(self.cursor()).map(|exchange| &**exchange)
    }

    /// The rows of the list, of a page of that height; the rest is the answer's.
    pub(crate) fn list_height(&self, height: usize) -> usize {
        self.exchanges.len().min((height / 3).max(1))
    }

    pub(crate) fn first_in_sight(&self, height: usize) -> usize {
        super::line::top(0, self.cursor(), self.list_height(height), self.exchanges.len())
    }

    /// Up and down choose an exchange; pages scroll its answer.
    pub(crate) fn act(&mut self, action: Action, width: usize, height: usize, sent: Option<&[u8; 32]>) -> bool {
        let room = self.answer_height(height);
        let last = self.answer(width, sent).len().saturating_sub(room);
        let top = match action {
            Action::Up => return self.choose(self.cursor().saturating_sub(1)),
            Action::Down => return self.choose(self.cursor() + 1),
            Action::PageUp => self.top.saturating_sub(room.max(2) - 1),
            Action::PageDown => self.top + room.max(2) - 1,
            Action::First => 0,
            Action::Last => usize::MAX,
            _ => return false,
        };
        std::mem::replace(&mut self.top, top.min(last)) != top.min(last)
    }

    pub(crate) fn scroll(&mut self, rows: isize, last: usize) -> bool {
        let top = self.top.saturating_add_signed(rows).min(last);
        std::mem::replace(&mut self.top, top) != top
    }

    pub(crate) fn answer_height(&self, height: usize) -> usize {
        height.saturating_sub(self.list_height(height) + 1)
    }

    pub(crate) fn top(&self) -> usize {
        self.top
    }

    pub(crate) fn choose(&mut self, row: usize) -> bool {
        let Some(exchange) = self.exchanges.get(row) else { return false };
        self.selected = Some(exchange.id);
        self.top = 0;
        self.read_answer();
        true
    }

    /// One exchange in the list.
    pub(crate) fn line(&self, row: usize, width: usize, zone: &TimeZone) -> Line {
        let exchange = &self.exchanges[row];
        let at = exchange.started_at.to_zoned(zone.clone()).strftime("%H:%M:%S").to_string();
        let outcome = outcome(exchange);
        let lead = format!("{at}  {:<8}", exchange.kind.as_str());
        let room = width.saturating_sub(text::width(&lead) + text::width(&words(&outcome)) + 2);
        let mut line =
            vec![piece(Tone::Dim, lead), piece(Tone::Plain, text::pad(&text::visible(&exchange.target), room))];
        line.push(piece(Tone::Plain, "  "));
        line.extend(outcome);
        line
    }

    /// All that is known of the selected exchange.
    pub(crate) fn answer(&self, width: usize, sent: Option<&[u8; 32]>) -> Vec<Line> {
        let Some(exchange) = self.selected() else { return nothing_sent() };
        let mut lines = match &exchange.outcome {
            Outcome::Pending => vec![vec![piece(Tone::Dim, "waiting for an answer …")]],
            Outcome::Cancelled => vec![vec![piece(Tone::Warn, "cancelled before an answer came")]],
            Outcome::Failed(failure) => failed(failure, width),
            Outcome::Answered(answer) => vec![phases(&answer.timing, exchange.target.starts_with("https:"))],
        };
        // Only an answer shows that anything was sent at all.
        let was_sent = matches!(exchange.outcome, Outcome::Answered(_));
        lines.extend(sent.filter(|_| was_sent).map(|captured| sent_line(exchange, captured)));
        if let Outcome::Answered(answer) = &exchange.outcome {
            lines.extend(self.answered(answer, width));
        }
        lines
    }

    fn answered(&self, answer: &Answer, width: usize) -> Vec<Line> {
        let mut lines = vec![Vec::new()];
        let status = answer.head.as_bytes().split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_end();
        lines.push(vec![piece(tone_of(answer.status), text::visible_bytes(status))]);
        lines.extend(answer.head.headers().map(|header| {
            let value = if is_secret(header.name) {
                concealed(header.value)
            } else {
                text::visible_bytes(header.value).into_owned()
            };
            vec![piece(Tone::Name, header.name), piece(Tone::Dim, ": "), piece(Tone::Plain, value)]
        }));
        lines.push(Vec::new());
        lines.extend(self.body(answer, width));
        lines
    }

    fn body(&self, answer: &Answer, width: usize) -> Vec<Line> {
        if answer.body.is_empty() {
            return vec![vec![piece(Tone::Dim, "no body")]];
        }
        let mut lines: Vec<Line> = match &self.tree {
            Some((_, tree)) => tree.rows(0..tree.len()).map(|row| row_words::line(&row, width)).collect(),
            None => TextPage::new(answer.body.slice(..answer.body.len().min(SHOWN))).lines(width, usize::MAX),
        };
        if self.tree.is_none() && answer.body.len() > SHOWN {
            lines.push(vec![piece(
                Tone::Warn,
                format!("… the first 64 KiB of {}", text::size(answer.body.len() as u64)),
            )]);
        }
        if !answer.ending.is_whole() {
            let kept = text::size(answer.body.len() as u64);
            let of = answer.ending.announced().map_or_else(|| "more".to_owned(), text::size);
            lines.push(vec![piece(Tone::Warn, format!("… cut here: {kept} of {of}"))]);
        }
        lines
    }

    fn read_answer(&mut self) {
        let Some(exchange) = self.exchanges.get(self.cursor()) else { return };
        if self.tree.as_ref().is_some_and(|(id, _)| *id == exchange.id) {
            return;
        }
        let id = exchange.id;
        let tree = match &exchange.outcome {
            Outcome::Answered(answer) if answer.body.len() <= SHOWN => Document::parse(answer.body.clone()).ok(),
            _ => None,
        };
        self.tree = tree.map(|document| {
            let mut tree = Tree::new(Arc::new(document), &Shape::default());
            tree.unfold_all();
            (id, tree)
        });
    }
}

fn nothing_sent() -> Vec<Line> {
    vec![
        vec![piece(Tone::Dim, "Nothing has been sent because of this capture.")],
        vec![piece(Tone::Dim, "Resend it to a handler of yours; what it answers is shown here.")],
    ]
}

fn failed(failure: &Failure, width: usize) -> Vec<Line> {
    let rows = wrap_words(&text::visible(&failure.message), width.saturating_sub(2));
    let line = |(at, row)| vec![piece(Tone::Bad, if at == 0 { "✗ " } else { "  " }), piece(Tone::Plain, row)];
    rows.into_iter().enumerate().map(line).collect()
}

fn sent_line(exchange: &Exchange, captured: &[u8; 32]) -> Line {
    let short = hex::encode(&exchange.sent_sha256[..6]);
    if exchange.sent_sha256 == *captured {
        vec![piece(Tone::Good, "✓ "), piece(Tone::Dim, format!("sent bytes are identical  sha256 {short}…"))]
    } else {
        vec![
            piece(Tone::Warn, "≠ "),
            piece(Tone::Dim, format!("sent bytes are not the captured ones  sha256 {short}…")),
        ]
    }
}

fn phases(timing: &Timing, has_tls: bool) -> Line {
    let Timing { connect, tls, first_byte, total } = *timing;
    let phases = [("connect", connect), ("tls", tls), ("first byte", first_byte), ("total", total)];
    let passed = phases.into_iter().filter(|(name, _)| *name != "tls" || has_tls);
    let words: Vec<_> = passed.map(|(name, span)| format!("{name} {}", text::duration(span))).collect();
    vec![piece(Tone::Dim, words.join(" · "))]
}

fn outcome(exchange: &Exchange) -> Line {
    match &exchange.outcome {
        Outcome::Pending => vec![piece(Tone::Dim, "waiting…")],
        Outcome::Cancelled => vec![piece(Tone::Warn, "cancelled")],
        Outcome::Failed(failure) => {
            vec![piece(Tone::Bad, "✗ failed "), piece(Tone::Dim, format!("{:>6}", text::duration(failure.after)))]
        }
        Outcome::Answered(answer) => vec![
            piece(tone_of(answer.status), answer.status.to_string()),
            piece(
                Tone::Dim,
                format!(" {:>6} {:>8}", text::duration(answer.timing.total), text::size(answer.body.len() as u64)),
            ),
        ],
    }
}

fn tone_of(status: u16) -> Tone {
    match status {
        200..=299 => Tone::Good,
        300..=399 => Tone::Warn,
        _ => Tone::Bad,
    }
}
