//! A list that lies over the panes: one line a row, one of them under the cursor. What the rows are, each list knows itself.

use std::borrow::Cow;

use crossterm::event::KeyCode;

use crate::ui::Action;
use crate::ui::key::Key;

/// The rows of a page, whatever the screen has room for.
const PAGE: usize = 10;

/// A list that lies over the panes.
pub(crate) trait List {
    /// What stands above it, safe to show.
    fn title(&self) -> Cow<'_, str>;

    /// The columns that it takes where there is room.
    fn columns(&self) -> u16;

    fn len(&self) -> usize;

    /// The row with the cursor.
    fn selected(&self) -> usize;

    /// Puts the cursor on a row; on one that cannot be chosen it does not go.
    fn select(&mut self, row: usize);

    /// Moves the cursor by some rows.
    fn step(&mut self, delta: isize) {
        let last = self.len().saturating_sub(1);
        self.select(self.selected().saturating_add_signed(delta).min(last));
    }

    /// Moves the cursor, if that is what was asked for.
    fn act(&mut self, action: Action) {
        if let Some(rows) = action.rows(PAGE) {
            self.step(rows);
        }
    }
}

/// A list of which one row is taken, with enter or with a key of its own.
#[derive(Debug)]
pub(crate) struct Menu<T> {
    title: Cow<'static, str>,
    columns: u16,
    rows: Vec<T>,
    selected: usize,
}

/// A row of a menu.
pub(crate) trait Choice {
    /// The key that takes it at once.
    fn key(&self) -> Option<char>;

    /// Whether it can be taken at all.
    fn is_choice(&self) -> bool {
        true
    }
}

impl<T: Choice> Menu<T> {
    /// A menu with the cursor on its first row. The title must be safe to show.
    pub(crate) fn new(title: impl Into<Cow<'static, str>>, columns: u16, rows: Vec<T>) -> Self {
        Self { title: title.into(), columns, rows, selected: 0 }
    }

    /// The same with the cursor on that row, if it can be chosen.
    pub(crate) fn on(mut self, row: usize) -> Self {
        self.select(row);
        self
    }

    pub(crate) fn rows(&self) -> &[T] {
        &self.rows
    }

    pub(crate) fn into_rows(self) -> Vec<T> {
        self.rows
    }

    /// The row that a key takes.
    pub(crate) fn taken(&self, key: Key) -> Option<&T> {
        match key.code() {
            KeyCode::Enter => self.rows.get(self.selected),
            _ => key.typed().and_then(|key| self.rows.iter().find(|row| row.key() == Some(key))),
        }
    }
}

impl<T: Choice> List for Menu<T> {
    fn title(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.title)
    }

    fn columns(&self) -> u16 {
        self.columns
    }

    fn len(&self) -> usize {
        self.rows.len()
    }

    fn selected(&self) -> usize {
        self.selected
    }

    fn select(&mut self, row: usize) {
        if self.rows.get(row).is_some_and(T::is_choice) {
            self.selected = row;
        }
    }

    /// By rows that can be chosen.
    fn step(&mut self, delta: isize) {
        let choices: Vec<usize> = (0..self.rows.len()).filter(|row| self.rows[*row].is_choice()).collect();
        let at = choices.iter().position(|row| *row == self.selected).unwrap_or(0);
        let last = choices.len().saturating_sub(1);
        self.selected = choices.get(at.saturating_add_signed(delta).min(last)).copied().unwrap_or(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `-` is a heading.
    impl Choice for char {
        fn key(&self) -> Option<char> {
            self.is_choice().then_some(*self)
        }

        fn is_choice(&self) -> bool {
            *self != '-'
        }
    }

    #[test]
    fn the_cursor_moves_over_what_can_be_chosen() {
        let cases: [(&[Action], usize); 9] = [
            (&[], 1),
            (&[Action::Up], 1),
            (&[Action::Down], 2),
            (&[Action::Down, Action::Down], 4),
            (&[Action::Last], 5),
            (&[Action::Last, Action::Down], 5),
            (&[Action::Last, Action::Up, Action::Up], 2),
            (&[Action::PageDown, Action::PageUp], 1),
            (&[Action::Down, Action::First], 1),
        ];
        for (actions, selected) in cases {
            let mut menu = Menu::new("", 9, vec!['-', 'a', 'b', '-', 'c', 'd']).on(1);
            actions.iter().for_each(|action| menu.act(*action));
            assert_eq!(menu.selected(), selected, "{actions:?}");
        }
        let mut menu = Menu::new("", 9, vec!['a', '-']);
        menu.select(1);
        menu.select(7);
        assert_eq!(menu.selected(), 0);
    }

    #[test]
    fn a_row_is_taken_with_enter_or_with_its_key() {
        let menu = Menu::new("", 9, vec!['a', '-', 'b']).on(2);
        let taken = |code| menu.taken(Key::from(crossterm::event::KeyEvent::from(code))).copied();
        assert_eq!(taken(KeyCode::Enter), Some('b'));
        assert_eq!(taken(KeyCode::Char('a')), Some('a'));
        assert_eq!(taken(KeyCode::Char('-')), None);
        assert_eq!(taken(KeyCode::Up), None);
    }
}
