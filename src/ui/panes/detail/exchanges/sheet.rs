//! What is below the list of exchanges: lines, and then the body of an answer, scrolled as one.
//!
//! A body that has a cursor is rows like any other; one that is text has no rows to count, so it scrolls by itself once
//! the lines above it are out of sight.

use super::super::line::{Line, top, words};
use super::super::parse::Content;
use super::super::search::{Seek, rows_from, says};
use super::super::text_page::TextPage;
use super::super::tree_page::TreePage;
use crate::ui::Action;
use crate::wire::{Exchange, Outcome};

/// What a sheet is shown in: the lines above the body, and the room for all of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room<'a> {
    pub(super) above: &'a [Line],
    pub(super) width: usize,
    pub(super) height: usize,
}

/// A body, if there is one, and the place where it and what is above it is looked at.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub(super) body: Option<TreePage>,
    /// Whether the body has yet to be read, and nobody has been asked.
    is_unread: bool,
    /// The first row in sight; of a text, of the lines above it.
    top: usize,
}

impl Sheet {
    /// The sheet of an answer.
    pub(super) fn of(exchange: &Exchange) -> Self {
        let body = match &exchange.outcome {
            Outcome::Answered(answer) if !answer.body.is_empty() => Some(&answer.body),
            _ => None,
        };
        let body = body.map(|body| TreePage::new(TextPage::new(body.clone())));
        Self { is_unread: body.is_some(), body, top: 0 }
    }

    /// Says once that its body has to be read.
    pub(super) fn wants_reading(&mut self) -> bool {
        std::mem::take(&mut self.is_unread)
    }

    pub(super) fn take(&mut self, content: Content, notes: Vec<String>) {
        if let Some(body) = &mut self.body {
            body.take(content, notes);
        }
    }

    /// The rows in sight.
    pub(super) fn rows(&self, room: &Room<'_>) -> Vec<Line> {
        let first = self.first_in_sight(room);
        let mut rows: Vec<Line> = room.above.iter().skip(first).take(room.height).cloned().collect();
        let (left, below) = (room.height - rows.len(), first.saturating_sub(room.above.len()));
        match (&self.body, self.text()) {
            (_, Some(text)) => rows.extend(text.lines(room.width, left)),
            (Some(body), None) => rows.extend(body.rows_at(below, room.width, left)),
            (None, None) => {}
        }
        rows
    }

    /// Which row in sight has the cursor.
    pub(super) fn cursor(&self, room: &Room<'_>) -> Option<usize> {
        let row = room.above.len() + self.body.as_ref()?.cursor()?;
        row.checked_sub(self.first_in_sight(room)).filter(|row| *row < room.height)
    }

    /// How many rows are above the first in sight, and how many there are.
    pub(super) fn extent(&self, room: &Room<'_>) -> (usize, usize) {
        let (first, rows) = (self.first_in_sight(room), self.len(room));
        match self.text() {
            Some(text) if !fits(text, room, first) => {
                let (above, rows) = text.extent(room.width);
                (first + above, room.above.len() + rows)
            }
            Some(_) => (0, 0),
            None => (first, rows),
        }
    }

    pub(super) fn act(&mut self, action: Action, room: &Room<'_>) -> bool {
        let page = isize::try_from(room.height).unwrap_or(isize::MAX).max(2) - 1;
        match action {
            Action::Up => self.step(-1, room),
            Action::Down => self.step(1, room),
            Action::PageUp => self.step(-page, room),
            Action::PageDown => self.step(page, room),
            Action::First => self.go_to_begin(room),
            Action::Last => self.go_to_end(room),
            action => {
                self.body.as_mut().is_some_and(|body| body.act(action, room.width, room.height)) | self.settle(room)
            }
        }
    }

    /// From the list to the body: as much of it as there is room for.
    pub(super) fn enter(&mut self, room: &Room<'_>) -> bool {
        if self.has_cursor() {
            self.top = room.above.len().min(self.last(room));
            self.settle(room);
        }
        true
    }

    /// The cursor where there is one, else what is in sight, so many rows down or up. Above the first row of the body are
    /// only lines to be read.
    fn step(&mut self, rows: isize, room: &Room<'_>) -> bool {
        let moved = self.body.as_mut().filter(|body| body.cursor().is_some()).is_some_and(|body| body.step(rows));
        if moved { self.settle(room) || moved } else { self.scroll(rows, room) }
    }

    /// What is in sight so many rows down or up.
    pub(super) fn scroll(&mut self, rows: isize, room: &Room<'_>) -> bool {
        let first = self.first_in_sight(room);
        let Some(text) = self.text() else {
            let top = first.saturating_add_signed(rows).min(self.last(room));
            return std::mem::replace(&mut self.top, top) != top;
        };
        let hidden = if rows < 0 { text.is_at_top() } else { first < room.above.len() && !fits(text, room, first) };
        if hidden {
            self.top = first.saturating_add_signed(rows).min(room.above.len());
            return self.top != first;
        }
        let left = room.height.saturating_sub(room.above.len() - first);
        self.text_mut().is_some_and(|text| text.scroll(rows, room.width, left))
    }

    fn go_to_begin(&mut self, room: &Room<'_>) -> bool {
        let moved = self.body.as_mut().is_some_and(|body| body.act(Action::First, room.width, room.height));
        std::mem::replace(&mut self.top, 0) != 0 || moved
    }

    fn go_to_end(&mut self, room: &Room<'_>) -> bool {
        let first = self.first_in_sight(room);
        if self.text().is_some_and(|text| fits(text, room, first)) {
            return false;
        }
        self.top = if self.text().is_some() { room.above.len() } else { self.last(room) };
        let moved = match self.text_mut() {
            Some(text) => text.act(Action::Last, room.width, room.height),
            None => self.body.as_mut().is_some_and(|body| body.go(usize::MAX)),
        };
        self.top != first || moved
    }

    /// Puts the cursor on a row in sight, and folds what is there.
    pub(super) fn click(&mut self, row: usize, room: &Room<'_>) -> bool {
        let row = (self.first_in_sight(room) + row).checked_sub(room.above.len());
        let Some((row, body)) = row.zip(self.body.as_mut()) else { return false };
        let is_row = row < body.len();
        is_row && (body.go(row) | body.act(Action::Toggle, room.width, room.height))
    }

    /// Goes to a match of a needle: in the body, else in the lines above it.
    pub(super) fn find(&mut self, needle: &str, seek: Seek, room: &Room<'_>) -> bool {
        let found = self.body.as_mut().is_some_and(|body| body.find(needle, seek, room.width, room.height));
        if found {
            self.settle(room);
            if self.text().is_some_and(|text| !fits(text, room, self.first_in_sight(room))) {
                self.top = room.above.len();
            }
            return true;
        }
        let is_match = |row: &usize| says(words(&room.above[*row]).as_bytes(), needle);
        let row = rows_from(self.top.min(room.above.len()), room.above.len(), seek).find(is_match);
        self.top = row.unwrap_or(self.top);
        row.is_some()
    }

    /// Scrolls so that the cursor is in sight.
    fn settle(&mut self, room: &Room<'_>) -> bool {
        let Some(cursor) = self.body.as_ref().and_then(TreePage::cursor) else { return false };
        let top = top(self.first_in_sight(room), room.above.len() + cursor, room.height, self.len(room));
        std::mem::replace(&mut self.top, top) != top
    }

    /// On a larger screen than before there may be less to scroll.
    fn first_in_sight(&self, room: &Room<'_>) -> usize {
        self.top.min(if self.text().is_some() { room.above.len() } else { self.last(room) })
    }

    fn last(&self, room: &Room<'_>) -> usize {
        self.len(room).saturating_sub(room.height)
    }

    /// The rows there are, but for those of a text.
    fn len(&self, room: &Room<'_>) -> usize {
        room.above.len() + self.body.as_ref().map_or(0, TreePage::len)
    }

    fn has_cursor(&self) -> bool {
        self.body.as_ref().is_some_and(|body| body.cursor().is_some())
    }

    fn text(&self) -> Option<&TextPage> {
        self.body.as_ref().and_then(TreePage::text)
    }

    fn text_mut(&mut self) -> Option<&mut TextPage> {
        self.body.as_mut().and_then(TreePage::text_mut)
    }
}

/// Whether the whole text is in sight below what is left of the lines above it.
fn fits(text: &TextPage, room: &Room<'_>, first: usize) -> bool {
    let above = room.above.len().saturating_sub(first);
    above < room.height && text.fits(room.width, room.height - above)
}
