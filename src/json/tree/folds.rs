//! Which containers are closed: one bit a value, so a million of them cost little.

use std::collections::VecDeque;

use super::super::{Document, Value};

/// How many rows open at first: a few screens.
const FIRST_ROWS: usize = 160;

#[derive(Debug)]
pub(super) struct Folds {
    bits: Vec<u64>,
}

impl Folds {
    /// Opens the sections, then level by level whatever still fits into the first rows; the outermost container always.
    pub(super) fn opening(document: &Document, sections: &[u32]) -> Self {
        let mut folds = Self { bits: vec![u64::MAX; document.len().div_ceil(64)] };
        let mut left = FIRST_ROWS;
        let mut queue: VecDeque<Value<'_>> = sections.iter().filter_map(|&node| document.value(node)).collect();
        queue.push_back(document.root());
        while let Some(container) = queue.pop_front() {
            let members = container.children().take(left + 1).count();
            if members > left && container.index() != 0 {
                continue;
            }
            folds.set(container.index(), false);
            left = left.saturating_sub(members);
            let inner = container.children().take(FIRST_ROWS).filter(|child| child.is_container());
            queue.extend(inner.filter(|child| !sections.contains(&child.index())));
        }
        folds
    }

    pub(super) fn get(&self, node: u32) -> bool {
        let node = node as usize;
        self.bits[node / 64] >> (node % 64) & 1 == 1
    }

    pub(super) fn set(&mut self, node: u32, folded: bool) {
        let node = node as usize;
        let bit = 1 << (node % 64);
        if folded {
            self.bits[node / 64] |= bit;
        } else {
            self.bits[node / 64] &= !bit;
        }
    }

    pub(super) fn set_all(&mut self, folded: bool) {
        self.bits.fill(if folded { u64::MAX } else { 0 });
    }
}
