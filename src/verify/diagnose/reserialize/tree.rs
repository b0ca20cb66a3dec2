//! The values of a document in the order that a stack prints them.

use std::borrow::Cow;

use crate::json::{Kind, Value};

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

/// One order of a document. Breadth first, so that the children of a value are neighbours.
pub(super) struct Tree<'a> {
    values: Vec<Value<'a>>,
    children: Vec<(usize, usize)>,
}

impl<'a> Tree<'a> {
    fn of(root: Value<'a>, order: Order) -> Self {
        let mut values = vec![root];
        let mut children = Vec::new();
        while let Some(&value) = values.get(children.len()) {
            let start = values.len();
            match value.kind() {
                Kind::Array => values.extend(value.children()),
                Kind::Object => values.extend(members(value, order)),
                _ => {}
            }
            children.push((start, values.len()));
        }
        Self { values, children }
    }

    /// A value by its number; the root is 0.
    pub(super) fn value(&self, number: usize) -> Value<'a> {
        self.values[number]
    }

    /// The numbers of a value's children: the first, and one past the last.
    pub(super) fn children(&self, number: usize) -> (usize, usize) {
        self.children[number]
    }
}

/// The orders of one document, each made when it is first asked for.
pub(super) struct Trees<'a> {
    root: Value<'a>,
    made: Vec<(Order, Tree<'a>)>,
}

impl<'a> Trees<'a> {
    pub(super) fn of(root: Value<'a>) -> Self {
        Self { root, made: Vec::new() }
    }

    pub(super) fn get(&mut self, order: Order) -> &Tree<'a> {
        let at = self.made.iter().position(|made| made.0 == order).unwrap_or_else(|| {
            self.made.push((order, Tree::of(self.root, order)));
            self.made.len() - 1
        });
        &self.made[at].1
    }
}

type Member<'a> = (Cow<'a, str>, Value<'a>);

fn members(object: Value<'_>, order: Order) -> impl Iterator<Item = Value<'_>> {
    let members = object.children().map(|child| (child.key().unwrap_or_default(), child)).collect();
    let mut members = without_duplicates(members);
    match order {
        Order::AsSent => {}
        Order::Indexed => members.sort_by_key(|(key, _)| array_index(key).unwrap_or(u64::MAX)),
        Order::Sorted => members.sort_by(|one, other| one.0.cmp(&other.0)),
    }
    members.into_iter().map(|member| member.1)
}

/// Parsers keep the last value of a key that is there twice, in the place of the first.
fn without_duplicates(mut members: Vec<Member<'_>>) -> Vec<Member<'_>> {
    let mut by_key: Vec<usize> = (0..members.len()).collect();
    by_key.sort_by(|&one, &other| members[one].0.cmp(&members[other].0));
    let alike = |one: &usize, other: &usize| members[*one].0 == members[*other].0;
    let twins: Vec<Vec<usize>> =
        by_key.chunk_by(alike).filter(|alike| alike.len() > 1).map(<[usize]>::to_vec).collect();
    if twins.is_empty() {
        return members;
    }
    let mut kept = vec![true; members.len()];
    for twins in twins {
        members[twins[0]].1 = members[twins[twins.len() - 1]].1;
        twins[1..].iter().for_each(|&at| kept[at] = false);
    }
    let mut kept = kept.into_iter();
    members.retain(|_| kept.next().unwrap_or(true));
    members
}

fn array_index(key: &str) -> Option<u64> {
    let number: u64 = key.parse().ok().filter(|number| *number < u64::from(u32::MAX))?;
    (number.to_string() == key).then_some(number)
}
