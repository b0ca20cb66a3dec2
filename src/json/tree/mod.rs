//! A document as the rows of a foldable tree; movement and folding without a terminal.
//!
//! The rows are places in the document's arena, found anew when a fold changes and not when a frame is drawn; what a row
//! says is read from the original bytes only when it is looked at. Nothing recurses along the nesting of the document.
//! Knows nothing of screens, keys or colours.

mod census;
mod dots;
mod folds;
mod row;
mod walk;

use std::sync::Arc;

use census::Census;
use dots::Dots;
use folds::Folds;

use super::{Document, Path, Value};

pub use row::{Fold, Label, Row};

/// How a provider's payload is best laid out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// The sections to lift to the top, in this order (`data.survey`, `data.offer`, …).
    pub sections: Vec<Path>,
    /// The objects whose dotted keys (`cancel.account.plan`) group under their dots.
    pub dotted: Vec<Path>,
}

/// A document as foldable rows, with a cursor on one of them.
///
/// The outermost object or array has no row of its own: its members are the outermost rows. Lifted sections come first;
/// where they really are, a row points to them.
#[derive(Debug)]
pub struct Tree {
    document: Arc<Document>,
    /// The lifted sections, in the provider's order.
    sections: Vec<u32>,
    dots: Dots,
    /// Whether dotted keys are grouped.
    grouped: bool,
    folds: Folds,
    census: Census,
    rows: Vec<Entry>,
    cursor: usize,
}

/// What a row stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// A value.
    Node(u32),
    /// Where a lifted section really is.
    Lifted(u32),
    /// Keys of one object with a common beginning.
    Group(u32),
}

/// A visible row: 12 bytes, since a document can have millions.
#[derive(Clone, Copy, Debug)]
struct Entry {
    place: Place,
    depth: u32,
}

impl Tree {
    /// Lays a document out. What opens first are the sections and the outermost levels, as far as a few screens hold.
    pub fn new(document: Arc<Document>, shape: &Shape) -> Self {
        let sections = walk::sections(&document, shape);
        let dots = Dots::of(&document, &shape.dotted);
        let grouped = !dots.is_empty();
        let folds = Folds::opening(&document, &sections);
        let census = Census::of(&document);
        let mut tree = Self { document, sections, dots, grouped, folds, census, rows: Vec::new(), cursor: 0 };
        tree.refresh();
        tree
    }

    /// The document it shows.
    pub fn document(&self) -> &Arc<Document> {
        &self.document
    }

    /// How many rows are visible: all that are not folded away. Never 0.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Never: every document has a value.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The row the cursor is on.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Puts the cursor on a row, or on the last one.
    pub fn go(&mut self, row: usize) -> bool {
        let row = row.min(self.rows.len().saturating_sub(1));
        std::mem::replace(&mut self.cursor, row) != row
    }

    /// Moves the cursor by so many rows, as far as there are any.
    pub fn step(&mut self, rows: isize) -> bool {
        self.go(self.cursor.saturating_add_signed(rows))
    }

    /// Closes the container under the cursor; on a closed one, or on anything else, goes to what it is in.
    pub fn fold(&mut self) -> bool {
        match self.entry().map(|entry| entry.place) {
            Some(place) if self.is_open(place) => self.set(place, true),
            _ => self.go_to_parent(),
        }
    }

    /// Opens the container under the cursor; in an open one goes to its first row, from a lifted section's place to it.
    pub fn unfold(&mut self) -> bool {
        match self.entry().map(|entry| entry.place) {
            Some(Place::Lifted(node)) => self.seek(node),
            Some(place) if self.is_folded(place) => self.set(place, false),
            Some(place) if self.is_open(place) => self.step(1),
            _ => false,
        }
    }

    /// Opens or closes the container under the cursor.
    pub fn toggle(&mut self) -> bool {
        match self.entry().map(|entry| entry.place) {
            Some(Place::Lifted(node)) => self.seek(node),
            Some(place) if self.foldable(place) => self.set(place, self.is_open(place)),
            _ => false,
        }
    }

    /// Closes everything.
    pub fn fold_all(&mut self) -> bool {
        let outermost = self.rows[..=self.cursor].iter().rev().find(|entry| entry.depth == 0).map(|entry| entry.place);
        self.fold_everything(true);
        self.cursor = outermost.and_then(|place| self.row_of(place)).unwrap_or(0);
        true
    }

    /// Opens everything.
    pub fn unfold_all(&mut self) -> bool {
        let here = self.entry().map(|entry| entry.place);
        self.fold_everything(false);
        self.cursor = here.and_then(|place| self.row_of(place)).unwrap_or(0);
        true
    }

    /// Whether the document has dotted keys to group.
    pub fn has_groups(&self) -> bool {
        !self.dots.is_empty()
    }

    /// Whether dotted keys are grouped under their dots now.
    pub fn is_grouped(&self) -> bool {
        self.grouped
    }

    /// Groups dotted keys under their dots, or shows them as they were sent.
    pub fn toggle_groups(&mut self) -> bool {
        if !self.has_groups() {
            return false;
        }
        let here = self.entry().map_or(0, |entry| match entry.place {
            Place::Node(node) | Place::Lifted(node) => node,
            Place::Group(group) => self.dots.first_member(group),
        });
        self.grouped = !self.grouped;
        self.refresh();
        self.seek(here);
        true
    }

    /// Goes to the value that holds the byte at that offset, opening whatever hides it.
    pub fn reveal(&mut self, offset: usize) -> bool {
        let Some(value) = self.document.at_offset(offset) else { return false };
        let node = value.index();
        self.dots.unfold_to(node);
        for around in std::iter::successors(value.parent(), |value| value.parent()) {
            self.folds.set(around.index(), false);
            self.dots.unfold_to(around.index());
        }
        self.refresh();
        self.seek(node)
    }

    /// The value under the cursor; none on a group of keys.
    pub fn value(&self) -> Option<Value<'_>> {
        match self.entry()?.place {
            Place::Node(node) | Place::Lifted(node) => self.document.value(node),
            Place::Group(_) => None,
        }
    }

    /// The way to the row under the cursor, as it is written: `data.survey.sentiment`; of a group, the beginning that its
    /// keys share.
    pub fn breadcrumb(&self) -> String {
        match self.entry().map(|entry| entry.place) {
            Some(Place::Group(group)) => {
                let object = self.document.value(self.dots.object(group)).map(Value::path).unwrap_or_default();
                format!("{object} {}…", self.dots.prefix(group))
            }
            _ => self.value().map(|value| value.path().to_string()).unwrap_or_default(),
        }
    }

    fn entry(&self) -> Option<Entry> {
        self.rows.get(self.cursor).copied()
    }

    fn foldable(&self, place: Place) -> bool {
        match place {
            Place::Node(node) => after(&self.document, node) > node + 1,
            Place::Group(_) => true,
            Place::Lifted(_) => false,
        }
    }

    fn is_folded(&self, place: Place) -> bool {
        match place {
            Place::Node(node) => self.foldable(place) && self.folds.get(node),
            Place::Group(group) => self.dots.is_folded(group),
            Place::Lifted(_) => false,
        }
    }

    fn is_open(&self, place: Place) -> bool {
        self.foldable(place) && !self.is_folded(place)
    }

    fn set(&mut self, place: Place, folded: bool) -> bool {
        match place {
            Place::Node(node) => self.folds.set(node, folded),
            Place::Group(group) => self.dots.set(group, folded),
            Place::Lifted(_) => {}
        }
        self.refresh();
        true
    }

    fn fold_everything(&mut self, folded: bool) {
        self.folds.set_all(folded);
        self.dots.fold_all(folded);
        self.refresh();
    }

    fn go_to_parent(&mut self) -> bool {
        let Some(entry) = self.entry() else { return false };
        match self.rows[..self.cursor].iter().rposition(|above| above.depth < entry.depth) {
            Some(parent) => self.go(parent),
            None => false,
        }
    }

    /// Puts the cursor on a value's row, or on the nearest thing around it that has one.
    fn seek(&mut self, node: u32) -> bool {
        let mut wanted = Some(node);
        while let Some(node) = wanted {
            let group = self.dots.group_of(node).filter(|_| self.grouped);
            let row =
                self.row_of(Place::Node(node)).or_else(|| group.and_then(|group| self.row_of(Place::Group(group))));
            if let Some(row) = row {
                return self.go(row);
            }
            wanted = self.document.value(node).and_then(Value::parent).map(Value::index);
        }
        false
    }

    fn row_of(&self, place: Place) -> Option<usize> {
        self.rows.iter().position(|entry| entry.place == place)
    }

    /// Finds the visible rows anew. The cursor stays on its row, for what changed is at or below it.
    fn refresh(&mut self) {
        let dots = self.grouped.then_some(&self.dots);
        walk::rows(&self.document, &self.sections, dots, &self.folds, &mut self.rows);
        self.cursor = self.cursor.min(self.rows.len().saturating_sub(1));
    }
}

/// The value behind a value and all that is in it.
fn after(document: &Document, node: u32) -> u32 {
    document.nodes[node as usize].after
}

#[cfg(test)]
mod tests;
