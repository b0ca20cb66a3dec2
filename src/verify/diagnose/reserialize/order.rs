//! The orders in which stacks print the members of objects.

use super::tree::{Content, Tree};

/// In what order the members of objects are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// As they came.
    AsSent,
    /// JavaScript's: keys that are array indices first, by number (ECMA-262 §10.1.11).
    Indexed,
    /// By key.
    Sorted,
}

/// The children of every node of a tree in one order.
#[derive(PartialEq, Eq)]
pub(super) struct Arrangement {
    children: Vec<u32>,
    spans: Vec<(u32, u32)>,
}

impl Arrangement {
    #[expect(clippy::cast_possible_truncation, reason = "a document has fewer values than bytes, and those are few")]
    pub(super) fn of(tree: &Tree<'_>, order: Order) -> Self {
        let mut children = Vec::with_capacity(tree.nodes.len());
        let mut spans = Vec::with_capacity(tree.nodes.len());
        for (at, node) in tree.nodes.iter().enumerate() {
            let start = children.len() as u32;
            match node.content {
                Content::Array => children.extend(tree.children(at).map(|child| child as u32)),
                Content::Object => children.extend(members(tree, at, order).into_iter().map(|child| child as u32)),
                Content::Word(_) | Content::Number(_) | Content::Text(_) => {}
            }
            spans.push((start, children.len() as u32));
        }
        Self { children, spans }
    }

    /// A node's children.
    pub(super) fn of_node(&self, node: usize) -> &[u32] {
        let (start, end) = self.spans[node];
        &self.children[start as usize..end as usize]
    }
}

fn key<'t>(tree: &'t Tree<'_>, node: usize) -> &'t str {
    tree.nodes[node].key.as_ref().map_or("", |key| &key.resolved)
}

fn members(tree: &Tree<'_>, object: usize, order: Order) -> Vec<usize> {
    let sent: Vec<usize> = tree.children(object).collect();
    let mut sorted = sent.clone();
    sorted.sort_by_key(|&member| key(tree, member));
    let mut members = without_duplicates(tree, sent, &sorted);
    match order {
        Order::AsSent => {}
        Order::Indexed => members.sort_by_key(|&member| array_index(key(tree, member)).unwrap_or(u64::MAX)),
        Order::Sorted => members.sort_by_key(|&member| key(tree, member)),
    }
    members
}

/// Parsers keep the last value of a key that is there twice, in the place of the first.
fn without_duplicates(tree: &Tree<'_>, sent: Vec<usize>, sorted: &[usize]) -> Vec<usize> {
    let alike = |one: &usize, other: &usize| key(tree, *one) == key(tree, *other);
    if !sorted.windows(2).any(|pair| alike(&pair[0], &pair[1])) {
        return sent;
    }
    // Sorting keeps the order of equals, so each group begins with the first and ends with the last that was sent.
    let mut kept: Vec<(usize, usize)> =
        sorted.chunk_by(alike).map(|twins| (twins[0], twins[twins.len() - 1])).collect();
    kept.sort_unstable();
    kept.into_iter().map(|(_, last)| last).collect()
}

fn array_index(key: &str) -> Option<u64> {
    if !key.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let number: u64 = key.parse().ok().filter(|number| *number < u64::from(u32::MAX))?;
    (number.to_string() == key).then_some(number)
}
