//! What was sent because of the capture, newest first, and below that the answer to the selected one, or what was sent.

mod list;
mod sheet;
mod told;

use std::ops::Range;
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::Subject;
use super::line::{Line, Tone, piece, top};
use super::parse::{Content, Of, ParseJob};
use super::search::Seek;
use super::tree_page::TreePage;
use crate::json::tree::Shape;
use crate::ui::Action;
use crate::wire::{Exchange, ExchangeId, Outcome, Success, Turn, previous, turn};
use sheet::{Room, Sheet};
use told::Told;

/// Below this height of the page the list takes one row only while somebody reads the answer.
const SCANT: usize = 14;

/// What is shown of an exchange.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Side {
    #[default]
    Answer,
    Sent,
}

impl Side {
    pub(crate) const ALL: [Self; 2] = [Self::Sent, Self::Answer];

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Sent => "sent",
        }
    }
}

/// What the page is shown in, and what it is shown beside.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// SHA-256 of the captured body, once it has been read.
    pub(crate) captured: Option<[u8; 32]>,
}

/// The exchanges of a capture, what is selected of them and where somebody is in it.
#[derive(Debug)]
pub(crate) struct ExchangesPage {
    subject: Subject,
    success: Success,
    /// How each turned out beside the one before; in the capture's order, oldest first.
    turns: Vec<Option<Turn>>,
    selected: Option<ExchangeId>,
    side: Side,
    /// Whether the keys move below the list.
    is_inside: bool,
    answer: Sheet,
    sent: Sheet,
}

impl ExchangesPage {
    pub(crate) fn new(subject: &Subject) -> Self {
        let exchanges = &subject.capture.exchanges;
        let success = subject.provider.as_ref().map(|provider| provider.success()).unwrap_or_default();
        Self {
            subject: subject.clone(),
            turns: exchanges.iter().map(|exchange| turn(exchanges, exchange.id, &success)).collect(),
            success,
            selected: None,
            side: Side::default(),
            is_inside: false,
            answer: exchanges.last().map(|newest| Sheet::of(newest)).unwrap_or_default(),
            sent: Sheet::default(),
        }
    }

    /// Takes the place of the page of the same capture: what somebody chose stays chosen, until something newer is sent.
    pub(crate) fn keep_place_of(&mut self, earlier: Self) {
        (self.side, self.is_inside) = (earlier.side, earlier.is_inside);
        let newest = |page: &Self| page.exchanges().last().map(|exchange| exchange.id);
        if newest(self) != newest(&earlier) {
            return;
        }
        let was_over = earlier.is_over();
        (self.selected, self.sent) = (earlier.selected, earlier.sent);
        match self.is_over() == was_over {
            true => self.answer = earlier.answer,
            false => self.answer = self.selected().map(|exchange| Sheet::of(exchange)).unwrap_or_default(),
        }
    }

    /// Of the capture, oldest first.
    fn exchanges(&self) -> &[Arc<Exchange>] {
        &self.subject.capture.exchanges
    }

    pub(crate) fn len(&self) -> usize {
        self.exchanges().len()
    }

    /// The row of the selected one; the newest is the first.
    pub(crate) fn cursor(&self) -> usize {
        let chosen = |id| self.exchanges().iter().rev().position(|exchange| exchange.id == id);
        self.selected.and_then(chosen).unwrap_or(0)
    }

    pub(crate) fn selected(&self) -> Option<&Arc<Exchange>> {
        self.exchanges().iter().rev().nth(self.cursor())
    }

    pub(crate) fn side(&self) -> Side {
        self.side
    }

    pub(crate) fn is_inside(&self) -> bool {
        self.is_inside
    }

    /// How many exchanges made room for these.
    pub(crate) fn forgotten(&self) -> u32 {
        self.subject.capture.forgotten
    }

    /// The body that the keys move in.
    pub(crate) fn inside(&self) -> Option<&TreePage> {
        self.sheet().body.as_ref().filter(|_| self.is_inside)
    }

    /// Where somebody is, and what leads further.
    pub(crate) fn footer(&self) -> (Line, Line) {
        let Some(exchange) = self.selected() else { return Default::default() };
        let hint = |words: &str| vec![piece(Tone::Dim, words)];
        match self.inside() {
            Some(body) if body.cursor().is_some() => (vec![piece(Tone::Dim, body.breadcrumb())], body.aside()),
            Some(body) if body.text().is_some() => (hint(&exchange.target), hint("space: as text or in hex")),
            _ if self.is_inside => (hint(&exchange.target), Vec::new()),
            _ => (hint(&exchange.target), hint("←→: sent or answer, enter: into it")),
        }
    }

    /// The rows of the list, of a page of that height; the rest is for what is below it.
    pub(crate) fn list_height(&self, height: usize) -> usize {
        let most = if self.is_inside && height < SCANT { 1 } else { (height / 3).max(1) };
        self.len().min(most)
    }

    pub(crate) fn first_in_sight(&self, height: usize) -> usize {
        top(0, self.cursor(), self.list_height(height), self.len())
    }

    /// One exchange in the list.
    pub(crate) fn line(&self, row: usize, width: usize, zone: &TimeZone) -> Line {
        let at = self.len() - 1 - row;
        list::line(&self.exchanges()[at], self.turns[at], &self.success, width, zone)
    }

    /// The rows in sight below the list, and which of them has the cursor.
    pub(crate) fn rows(&self, frame: &Frame) -> (Vec<Line>, Option<usize>) {
        let above = self.above(frame);
        let room = self.room(&above, frame);
        (self.sheet().rows(&room), self.sheet().cursor(&room).filter(|_| self.is_inside))
    }

    /// How many rows below the list are above those in sight, and how many there are.
    pub(crate) fn extent(&self, frame: &Frame) -> (usize, usize) {
        let above = self.above(frame);
        self.sheet().extent(&self.room(&above, frame))
    }

    /// Up and down choose an exchange, left and right what is shown of it; who goes into that moves there.
    pub(crate) fn act(&mut self, action: Action, frame: &Frame) -> bool {
        match action {
            _ if self.is_inside => self.change(frame, |sheet, room| sheet.act(action, room)),
            Action::Up => self.choose(self.cursor().saturating_sub(1)),
            Action::Down => self.choose(self.cursor() + 1),
            Action::First => self.choose(0),
            Action::Last => self.choose(self.len().saturating_sub(1)),
            Action::Fold => self.turn_to(Side::Sent),
            Action::Unfold if self.side == Side::Sent => self.turn_to(Side::Answer),
            Action::Unfold | Action::Toggle => self.enter(frame),
            Action::PageUp => self.scroll(-page_of(frame), frame),
            Action::PageDown => self.scroll(page_of(frame), frame),
            _ => false,
        }
    }

    /// From the list into what is below it.
    pub(crate) fn enter(&mut self, frame: &Frame) -> bool {
        if self.len() == 0 || self.is_inside {
            return false;
        }
        self.is_inside = true;
        self.change(frame, Sheet::enter);
        true
    }

    /// Back to the list; false for who is there.
    pub(crate) fn leave(&mut self) -> bool {
        std::mem::take(&mut self.is_inside)
    }

    /// Scrolls what is below the list.
    pub(crate) fn scroll(&mut self, rows: isize, frame: &Frame) -> bool {
        self.change(frame, |sheet, room| sheet.scroll(rows, room))
    }

    /// Chooses from the list, or goes to what is below it.
    pub(crate) fn click(&mut self, row: usize, column: usize, frame: &Frame) -> bool {
        let list = self.list_height(frame.height);
        if row < list {
            let row = self.first_in_sight(frame.height) + row;
            return self.leave() | self.choose(row);
        }
        if row == list {
            let side = titles().into_iter().find(|(_, columns)| columns.contains(&column));
            return side.is_some_and(|(side, _)| self.turn_to(side));
        }
        self.change(frame, |sheet, room| sheet.click(row - list - 1, room));
        self.is_inside = self.len() > 0;
        true
    }

    pub(crate) fn choose(&mut self, row: usize) -> bool {
        let Some(exchange) = self.exchanges().iter().rev().nth(row) else { return false };
        if self.selected().is_some_and(|selected| selected.id == exchange.id) {
            return false;
        }
        (self.selected, self.answer, self.sent) = (Some(exchange.id), Sheet::of(exchange), Sheet::default());
        true
    }

    pub(crate) fn turn_to(&mut self, side: Side) -> bool {
        std::mem::replace(&mut self.side, side) != side
    }

    /// Goes to a match of a needle below the list, if there is one.
    pub(crate) fn find(&mut self, needle: &str, seek: Seek, frame: &Frame) -> bool {
        self.change(frame, |sheet, room| sheet.find(needle, seek, room))
    }

    /// The answer that has to be read to be shown; says so once.
    pub(crate) fn wants_reading(&mut self) -> Option<ParseJob> {
        let exchange = self.selected()?.clone();
        let Outcome::Answered(answer) = &exchange.outcome else { return None };
        let (of, shape) = (Of::Answer(exchange.id), Shape::default());
        let job = ParseJob { of, head: answer.head.clone(), body: answer.body.clone(), shape };
        self.answer.wants_reading().then_some(job)
    }

    /// Takes an answer as it was read; one that is no longer selected is ignored.
    pub(crate) fn take(&mut self, id: ExchangeId, content: Content, notes: Vec<String>) {
        if self.selected().is_some_and(|exchange| exchange.id == id) {
            self.answer.take(content, notes);
        }
    }

    fn is_over(&self) -> bool {
        self.selected().is_some_and(|exchange| !matches!(exchange.outcome, Outcome::Pending))
    }

    fn sheet(&self) -> &Sheet {
        match self.side {
            Side::Answer => &self.answer,
            Side::Sent => &self.sent,
        }
    }

    fn change(&mut self, frame: &Frame, change: impl FnOnce(&mut Sheet, &Room<'_>) -> bool) -> bool {
        let above = self.above(frame);
        let room = self.room(&above, frame);
        match self.side {
            Side::Answer => change(&mut self.answer, &room),
            Side::Sent => change(&mut self.sent, &room),
        }
    }

    fn room<'a>(&self, above: &'a [Line], frame: &Frame) -> Room<'a> {
        let list_and_rule = self.list_height(frame.height) + 1;
        Room { above, width: frame.width, height: frame.height.saturating_sub(list_and_rule) }
    }

    /// All that is said above the body.
    fn above(&self, frame: &Frame) -> Vec<Line> {
        let Some(exchange) = self.selected() else { return told::nothing_sent() };
        let told = Told {
            exchange,
            turn: self.turns[self.len() - 1 - self.cursor()],
            success: &self.success,
            previous: previous(self.exchanges(), exchange.id),
            delivery: &self.subject.capture.delivery,
            captured: frame.captured,
            provider: self.subject.provider.as_deref(),
            width: frame.width,
        };
        match self.side {
            Side::Sent => told.sent(),
            Side::Answer => {
                let notice = self.answer.body.as_ref().map(|body| body.notice(frame.width));
                told.answer().into_iter().chain(notice.unwrap_or_default()).collect()
            }
        }
    }
}

/// Where the titles of the sides are in the rule below the list.
pub(crate) fn titles() -> [(Side, Range<usize>); 2] {
    let mut at = 2;
    Side::ALL.map(|side| {
        let columns = at..at + side.title().len() + 2;
        at = columns.end + 1;
        (side, columns)
    })
}

/// What a page key scrolls below the list.
fn page_of(frame: &Frame) -> isize {
    isize::try_from(frame.height * 2 / 3).unwrap_or(1).max(2) - 1
}
