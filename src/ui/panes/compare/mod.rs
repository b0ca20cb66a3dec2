//! Two things beside each other: what differs between them, and how much does not. Pure state: no IO, no clock.

mod body;
mod heads;
pub(crate) mod job;
mod lines;
pub(crate) mod pair;
pub(crate) mod places;
mod rows;
mod side;

use bytes::Bytes;
use jiff::tz::TimeZone;

use super::detail::line::{Line, Tone, piece, top, words};
use crate::json::diff::Change;
use crate::text;
use crate::ui::Action;
use body::Body;
use heads::Field;
use pair::Choice;
use rows::Row;
use side::Side;

/// The rows of the screen that one without room for all of it gets.
pub(crate) const STRIP: usize = 3;

/// What became of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Added,
    Removed,
    Changed,
    Moved,
    Respelled,
}

/// What two things differ in, as rows that are put into words when they are looked at.
#[derive(Debug)]
pub(crate) struct Comparison {
    /// The older and the newer.
    pub(crate) sides: [Side; 2],
    rows: Vec<Row>,
    fields: Vec<Field>,
    body: Body,
    /// How many differences there are to go to.
    found: usize,
}

/// The comparison that lies over the right side.
#[derive(Debug)]
pub(crate) struct ComparePane {
    /// Tells the answer that it waits for from others.
    pub(crate) generation: u64,
    pub(crate) title: String,
    /// `None` while it is made.
    pub(crate) comparison: Option<Comparison>,
    /// All that can be compared here.
    pub(crate) choices: Vec<Choice>,
    pub(crate) cursor: usize,
    top: usize,
}

impl Mark {
    fn of(change: Change) -> Self {
        match change {
            Change::Added => Self::Added,
            Change::Removed => Self::Removed,
            Change::Changed | Change::Retyped => Self::Changed,
            Change::Moved | Change::Reordered => Self::Moved,
            Change::Respelled => Self::Respelled,
        }
    }

    fn as_char(self) -> char {
        match self {
            Self::Added => '+',
            Self::Removed => '−',
            Self::Changed => '~',
            Self::Moved => '↕',
            Self::Respelled => '≈',
        }
    }

    fn tone(self) -> Tone {
        match self {
            Self::Added => Tone::Good,
            Self::Removed => Tone::Bad,
            Self::Changed => Tone::Warn,
            Self::Moved => Tone::Number,
            Self::Respelled => Tone::Dim,
        }
    }

    /// Whether no value differs.
    fn is_quiet(self) -> bool {
        self == Self::Respelled
    }
}

impl Comparison {
    fn new(sides: [Side; 2], rows: Vec<Row>, fields: Vec<Field>, body: Body) -> Self {
        let mut comparison = Self { sides, rows, fields, body, found: 0 };
        comparison.found = (0..comparison.len()).filter(|row| comparison.begins(*row)).count();
        comparison
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// What the two are, the older first.
    pub(crate) fn about(&self, zone: &TimeZone) -> [Line; 2] {
        let [older, newer] = &self.sides;
        let about = |mark: Mark, side: &Side| {
            let mut line = vec![piece(mark.tone(), format!("{} ", mark.as_char()))];
            line.extend(side.about(zone));
            line
        };
        [about(Mark::Removed, older), about(Mark::Added, newer)]
    }

    /// All of it as text, nothing cut, safe to paste anywhere.
    pub(crate) fn as_text(&self, title: &str, zone: &TimeZone) -> Bytes {
        let rows = (0..self.len()).map(|row| self.line(row, usize::MAX));
        let lines = self.about(zone).into_iter().chain([Line::new()]).chain(rows);
        let mut text = format!("{}\n", text::visible(title));
        for line in lines {
            text.push_str(text::visible(&words(&line)).trim_end());
            text.push('\n');
        }
        text.into()
    }
}

impl ComparePane {
    pub(crate) fn new(generation: u64, title: String, choices: Vec<Choice>) -> Self {
        Self { generation, title, comparison: None, choices, cursor: 0, top: 0 }
    }

    /// Shows a comparison, at its first difference.
    pub(crate) fn take(&mut self, comparison: Comparison) {
        self.cursor = (0..comparison.len()).find(|row| comparison.begins(*row)).unwrap_or(0);
        self.comparison = Some(comparison);
    }

    /// Moves; true if something visible changed.
    pub(crate) fn act(&mut self, action: Action, height: usize) -> bool {
        let moved = match action {
            Action::NextMatch => self.seek(true),
            Action::PreviousMatch => self.seek(false),
            action => action.rows(height).is_some_and(|rows| self.step(rows)),
        };
        self.top = self.first_in_sight(height);
        moved
    }

    pub(crate) fn step(&mut self, rows: isize) -> bool {
        self.go(self.cursor.saturating_add_signed(rows))
    }

    pub(crate) fn go(&mut self, row: usize) -> bool {
        let row = row.min(self.len().saturating_sub(1));
        std::mem::replace(&mut self.cursor, row) != row
    }

    /// To the next difference or the one before; around the end to the first.
    fn seek(&mut self, forward: bool) -> bool {
        let Some(comparison) = &self.comparison else { return false };
        let (len, at) = (comparison.len(), self.cursor);
        let mut ahead = (at + 1..len).chain(0..at);
        let mut behind = (0..at).rev().chain((at + 1..len).rev());
        let begins = |row: &usize| comparison.begins(*row);
        let found = if forward { ahead.find(begins) } else { behind.find(begins) };
        found.is_some_and(|row| self.go(row))
    }

    pub(crate) fn first_in_sight(&self, height: usize) -> usize {
        top(self.top, self.cursor, height, self.len())
    }

    fn len(&self) -> usize {
        self.comparison.as_ref().map_or(0, Comparison::len)
    }

    /// The whole row under the cursor, where there is no room for it.
    pub(crate) fn cut_row(&self, width: usize) -> Option<Line> {
        let comparison = self.comparison.as_ref()?;
        let row = Some(self.cursor).filter(|row| *row < comparison.len())?;
        let (line, longer) = (comparison.line(row, width), comparison.line(row, width.saturating_mul(STRIP)));
        let is_cut = line != longer || text::width(&text::visible(&words(&line))) > width;
        is_cut.then_some(longer)
    }

    /// Which difference the cursor is on, of how many.
    pub(crate) fn footer(&self) -> Line {
        let Some(comparison) = &self.comparison else { return Vec::new() };
        let words = match comparison.found {
            0 => "no difference".to_owned(),
            found => {
                let before = 0..=self.cursor.min(comparison.len().saturating_sub(1));
                let at = before.filter(|row| comparison.begins(*row)).count().max(1);
                format!("difference {at} of {found}")
            }
        };
        vec![piece(Tone::Dim, words)]
    }
}
