//! What a visible row says.

use std::ops::Range;

use super::super::Value;
use super::{Place, Tree};

/// One visible row.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// How far it is indented, in levels.
    pub depth: usize,
    /// What stands before its value.
    pub label: Label<'a>,
    /// Its value; none for a group of keys.
    pub value: Option<Value<'a>>,
    /// Whether it can be folded, and is.
    pub fold: Fold,
    /// How many members, items or keys it holds.
    pub count: usize,
    /// Whether another member of the same object has the same key.
    pub repeated: bool,
}

/// What stands before a row's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label<'a> {
    /// Nothing: the whole document is one scalar or empty.
    None,
    /// An object's key as it was sent, without its quotes; within a group only what the group does not say.
    Key(&'a str),
    /// An array's item.
    Index(usize),
    /// A section that was lifted to the top, by its key.
    Section(&'a str),
    /// The beginning that several keys share, up to a dot.
    Group(&'a str),
}

/// Whether a row can be folded, and is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// It holds nothing.
    Leaf,
    /// What it holds are the rows after it.
    Open,
    /// What it holds is not shown.
    Folded,
    /// What it holds is shown at the top, as a section.
    Lifted,
}

impl Tree {
    /// The visible rows in that range, as far as there are any.
    pub fn rows(&self, range: Range<usize>) -> impl Iterator<Item = Row<'_>> {
        let end = range.end.min(self.rows.len());
        (range.start.min(end)..end).map(|row| self.row(row))
    }

    fn row(&self, index: usize) -> Row<'_> {
        let entry = self.rows[index];
        let depth = entry.depth as usize;
        match entry.place {
            Place::Group(group) => {
                let count = self.dots.within(group).len();
                let label = Label::Group(self.dots.label(group));
                Row { depth, label, value: None, fold: self.fold_of(entry.place), count, repeated: false }
            }
            Place::Node(node) | Place::Lifted(node) => {
                let value = Value { document: &self.document, node };
                let label = self.label(value, entry.place);
                let repeated = self.census.is_repeated(value);
                Row {
                    depth,
                    label,
                    value: Some(value),
                    fold: self.fold_of(entry.place),
                    count: self.count(value),
                    repeated,
                }
            }
        }
    }

    fn label<'a>(&'a self, value: Value<'a>, place: Place) -> Label<'a> {
        let Some(quoted) = value.key_raw() else { return value.place().map_or(Label::None, Label::Index) };
        let key = &quoted[1..quoted.len() - 1];
        if matches!(place, Place::Node(node) if self.sections.contains(&node)) {
            return Label::Section(key);
        }
        let group = self.dots.group_of(value.index()).filter(|_| self.grouped);
        Label::Key(&key[group.map_or(0, |group| self.dots.prefix(group).len())..])
    }

    fn count(&self, value: Value<'_>) -> usize {
        if value.is_container() { self.census.count(value) } else { 0 }
    }

    fn fold_of(&self, place: Place) -> Fold {
        match place {
            Place::Lifted(_) => Fold::Lifted,
            place if self.is_folded(place) => Fold::Folded,
            place if self.is_open(place) => Fold::Open,
            _ => Fold::Leaf,
        }
    }
}
