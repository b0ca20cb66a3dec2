//! Keys such as `cancel.account.plan`, grouped under their dots.
//!
//! Only how the rows are laid out changes: a group has no place in the document, and its keys stay what they are.

use std::collections::HashMap;

use super::super::{Document, Kind, Path, Value};

/// How deep groups nest; what is left of a key keeps its dots. It bounds the recursion along them.
const MAX_LEVELS: usize = 8;
/// An object with more members than this is no hand-made form: its keys stay as they are.
const MAX_MEMBERS: usize = 10_000;

/// The groups of all dotted objects.
#[derive(Debug, Default)]
pub(super) struct Dots {
    objects: Vec<(u32, Vec<Member>)>,
    groups: Vec<Group>,
    homes: HashMap<u32, u32>,
}

/// A row within a dotted object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Member {
    Node(u32),
    Group(u32),
}

#[derive(Debug)]
struct Group {
    object: u32,
    parent: Option<u32>,
    /// What its keys begin with, the last dot included.
    prefix: Box<str>,
    /// How much of the prefix the group around it already says.
    said: usize,
    members: Vec<Member>,
    folded: bool,
}

/// A member of the object with the part of its key that no group around it says.
type Keyed<'a> = (u32, &'a str);

impl Dots {
    /// Groups the keys of the objects at those paths; an object whose keys share no beginning is left alone.
    pub(super) fn of(document: &Document, paths: &[Path]) -> Self {
        let mut dots = Self::default();
        for object in paths.iter().filter_map(|path| document.find(path)) {
            if object.kind() == Kind::Object && dots.members(object.index()).is_none() {
                dots.add(object);
            }
        }
        dots
    }

    pub(super) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// The rows directly in an object, if its keys are grouped.
    pub(super) fn members(&self, object: u32) -> Option<&[Member]> {
        self.objects.iter().find(|(node, _)| *node == object).map(|(_, members)| &**members)
    }

    /// The rows directly in a group.
    pub(super) fn within(&self, group: u32) -> &[Member] {
        &self.groups[group as usize].members
    }

    /// The group a value is directly in.
    pub(super) fn group_of(&self, node: u32) -> Option<u32> {
        self.homes.get(&node).copied()
    }

    /// The object whose keys a group gathers.
    pub(super) fn object(&self, group: u32) -> u32 {
        self.groups[group as usize].object
    }

    /// What all keys of a group begin with, the last dot included.
    pub(super) fn prefix(&self, group: u32) -> &str {
        &self.groups[group as usize].prefix
    }

    /// What a group is called where it stands.
    pub(super) fn label(&self, group: u32) -> &str {
        let group = &self.groups[group as usize];
        &group.prefix[group.said..]
    }

    /// The first value of a group, however deep.
    pub(super) fn first_member(&self, group: u32) -> u32 {
        match self.within(group).first() {
            Some(Member::Node(node)) => *node,
            Some(Member::Group(group)) => self.first_member(*group),
            None => self.object(group),
        }
    }

    pub(super) fn is_folded(&self, group: u32) -> bool {
        self.groups[group as usize].folded
    }

    pub(super) fn set(&mut self, group: u32, folded: bool) {
        self.groups[group as usize].folded = folded;
    }

    /// Opens or closes every group.
    pub(super) fn fold_all(&mut self, folded: bool) {
        for group in &mut self.groups {
            group.folded = folded;
        }
    }

    /// Opens the groups around a value.
    pub(super) fn unfold_to(&mut self, node: u32) {
        let mut around = self.group_of(node);
        while let Some(group) = around {
            self.set(group, false);
            around = self.groups[group as usize].parent;
        }
    }

    fn add(&mut self, object: Value<'_>) {
        let members: Vec<Keyed<'_>> = object.children().take(MAX_MEMBERS + 1).filter_map(keyed).collect();
        if members.len() > MAX_MEMBERS {
            return;
        }
        let around = Around { object: object.index(), group: None, prefix: "" };
        let before = self.groups.len();
        let rows = self.gather(&members, &around, 0);
        if self.groups.len() > before {
            self.objects.push((object.index(), rows));
        }
    }

    /// Gathers the members whose keys begin alike, in the order in which the beginnings first come.
    fn gather(&mut self, members: &[Keyed<'_>], around: &Around<'_>, level: usize) -> Vec<Member> {
        let mut buckets: Vec<Vec<Keyed<'_>>> = Vec::new();
        let mut bucket_of: HashMap<&str, usize> = HashMap::new();
        for &(node, rest) in members {
            // A key with escapes is not cut: the pieces might not be what was sent.
            let alike = head(rest).filter(|_| level < MAX_LEVELS && !rest.contains('\\'));
            match alike.and_then(|head| bucket_of.get(head)) {
                Some(&bucket) => buckets[bucket].push((node, rest)),
                None => {
                    bucket_of.extend(alike.map(|head| (head, buckets.len())));
                    buckets.push(vec![(node, rest)]);
                }
            }
        }
        buckets.iter().map(|bucket| self.member(bucket, around, level)).collect()
    }

    fn member(&mut self, bucket: &[Keyed<'_>], around: &Around<'_>, level: usize) -> Member {
        let (node, first) = bucket[0];
        if bucket.len() == 1 {
            self.homes.extend(around.group.map(|group| (node, group)));
            return Member::Node(node);
        }
        let shared = bucket.iter().fold(stem(first), |shared, (_, key)| common(shared, stem(key)));
        let prefix = format!("{}{shared}", around.prefix);
        let group = u32::try_from(self.groups.len()).unwrap_or(u32::MAX);
        self.groups.push(Group {
            object: around.object,
            parent: around.group,
            prefix: prefix.as_str().into(),
            said: around.prefix.len(),
            members: Vec::new(),
            folded: false,
        });
        let rest: Vec<_> = bucket.iter().map(|(node, key)| (*node, &key[shared.len()..])).collect();
        let inside = Around { object: around.object, group: Some(group), prefix: &prefix };
        self.groups[group as usize].members = self.gather(&rest, &inside, level + 1);
        Member::Group(group)
    }
}

fn keyed(member: Value<'_>) -> Option<Keyed<'_>> {
    let quoted = member.key_raw()?;
    Some((member.index(), &quoted[1..quoted.len() - 1]))
}

/// Where members are gathered.
struct Around<'a> {
    object: u32,
    group: Option<u32>,
    prefix: &'a str,
}

/// A key up to its first dot, that included.
fn head(key: &str) -> Option<&str> {
    key.find('.').map(|dot| &key[..=dot])
}

/// A key up to its last dot, that included.
fn stem(key: &str) -> &str {
    key.rfind('.').map_or("", |dot| &key[..=dot])
}

/// What two stems begin with in common, up to a dot.
fn common<'a>(one: &'a str, other: &str) -> &'a str {
    let alike = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    one.as_bytes()[..alike].iter().rposition(|byte| *byte == b'.').map_or("", |dot| &one[..=dot])
}
