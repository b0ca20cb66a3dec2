//! Finding the visible rows: one pass over the arena that jumps over what is folded.

use super::dots::{Dots, Member};
use super::folds::Folds;
use super::{Entry, Place, Shape, after};
use crate::json::Document;

/// The sections of the shape that the document has and that hold something.
pub(super) fn sections(document: &Document, shape: &Shape) -> Vec<u32> {
    let mut found = Vec::new();
    for value in shape.sections.iter().filter_map(|path| document.find(path)) {
        let holds_something = value.after() > value.index() + 1;
        if value.index() != 0 && holds_something && !found.contains(&value.index()) {
            found.push(value.index());
        }
    }
    found
}

/// Fills `rows` with what is visible: the lifted sections, then the whole document.
pub(super) fn rows(document: &Document, sections: &[u32], dots: Option<&Dots>, folds: &Folds, rows: &mut Vec<Entry>) {
    rows.clear();
    let mut walk = Walk { document, sections, dots, folds, rows };
    for &section in sections {
        walk.section(section);
    }
    match after(document, 0) {
        1 => walk.push(Place::Node(0), 0),
        _ if walk.grouped(0) => walk.groups(0, 0),
        end => walk.range(1, end, 0),
    }
}

struct Walk<'a> {
    document: &'a Document,
    sections: &'a [u32],
    dots: Option<&'a Dots>,
    folds: &'a Folds,
    rows: &'a mut Vec<Entry>,
}

impl Walk<'_> {
    fn section(&mut self, node: u32) {
        self.push(Place::Node(node), 0);
        if self.folds.get(node) {
            return;
        }
        if self.grouped(node) { self.groups(node, 1) } else { self.range(node + 1, after(self.document, node), 1) }
    }

    /// The values from `first` to before `end`, which are siblings and all that is in them.
    fn range(&mut self, first: u32, end: u32, depth: u32) {
        let mut node = first;
        let outermost = self.document.nodes.get(first as usize).map_or(0, |node| node.depth);
        while node < end {
            let below = self.document.nodes[node as usize].depth - outermost;
            node = self.value(node, depth + below);
        }
    }

    /// One value's row; returns the value whose row comes next.
    fn value(&mut self, node: u32, depth: u32) -> u32 {
        let after = after(self.document, node);
        if self.sections.contains(&node) {
            self.push(Place::Lifted(node), depth);
            return after;
        }
        self.push(Place::Node(node), depth);
        if self.folds.get(node) {
            return after;
        }
        if self.grouped(node) {
            self.groups(node, depth + 1);
            return after;
        }
        node + 1
    }

    fn grouped(&self, node: u32) -> bool {
        self.dots.is_some_and(|dots| dots.members(node).is_some())
    }

    fn groups(&mut self, object: u32, depth: u32) {
        let Some(dots) = self.dots else { return };
        self.members(dots, dots.members(object).unwrap_or_default(), depth);
    }

    /// Recurses along the dots of keys, which [`Dots`] bounds, and into the few dotted objects a provider names.
    fn members(&mut self, dots: &Dots, members: &[Member], depth: u32) {
        for member in members {
            match *member {
                Member::Node(node) => self.range(node, after(self.document, node), depth),
                Member::Group(group) => {
                    self.push(Place::Group(group), depth);
                    if !dots.is_folded(group) {
                        self.members(dots, dots.within(group), depth + 1);
                    }
                }
            }
        }
    }

    fn push(&mut self, place: Place, depth: u32) {
        self.rows.push(Entry { place, depth });
    }
}
