//! Walking a document.

use std::borrow::Cow;
use std::ops::Range;

use super::document::{NONE, Node};
use super::{Document, Path, Step, escape, scan};

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// Any number; its text is kept.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

/// One value of a document.
#[derive(Clone, Copy, Debug)]
pub struct Value<'a> {
    pub(super) document: &'a Document,
    pub(super) node: u32,
}

impl<'a> Value<'a> {
    /// What it is.
    pub fn kind(self) -> Kind {
        match self.document.bytes[self.node().start as usize] {
            b'{' => Kind::Object,
            b'[' => Kind::Array,
            b'"' => Kind::String,
            b't' | b'f' => Kind::Bool,
            b'n' => Kind::Null,
            _ => Kind::Number,
        }
    }

    /// Whether it is an object or an array.
    pub fn is_container(self) -> bool {
        matches!(self.kind(), Kind::Object | Kind::Array)
    }

    /// Its number in the document: the root is 0, and every value comes before those in it and those behind it. It stays
    /// valid as long as the document: see [`Document::value`].
    pub fn index(self) -> u32 {
        self.node
    }

    /// The index of the value behind it and all that is in it; the document's length if there is none. Those in it have
    /// the indices between the two.
    pub fn after(self) -> u32 {
        self.node().after
    }

    /// How many containers it is in.
    pub fn depth(self) -> usize {
        self.node().depth as usize
    }

    /// The container it is in.
    pub fn parent(self) -> Option<Value<'a>> {
        let parent = self.node().parent;
        (parent != NONE).then_some(Value { node: parent, ..self })
    }

    /// The value behind it in the same container.
    pub fn next_sibling(self) -> Option<Value<'a>> {
        let parent = self.parent()?;
        let after = self.after();
        (after < parent.after()).then_some(Value { node: after, ..self })
    }

    /// Where its bytes are in the body, quotes and brackets included.
    pub fn range(self) -> Range<usize> {
        self.node().start as usize..self.node().end as usize
    }

    /// Its exact bytes, quotes and brackets included.
    pub fn raw(self) -> &'a [u8] {
        &self.document.bytes[self.range()]
    }

    /// Its text as sent, quotes and brackets included.
    pub fn raw_str(self) -> &'a str {
        self.document.text(self.range())
    }

    /// The text of a string, its escapes resolved (lone surrogates become U+FFFD); `None` for anything else.
    pub fn as_str(self) -> Option<Cow<'a, str>> {
        (self.kind() == Kind::String).then(|| self.resolved(self.range()))
    }

    /// The text of a string, or of a number, `true` or `false` as sent; `None` for null and containers.
    pub fn scalar(self) -> Option<Cow<'a, str>> {
        match self.kind() {
            Kind::String => self.as_str(),
            Kind::Number | Kind::Bool => Some(Cow::Borrowed(self.raw_str())),
            Kind::Null | Kind::Array | Kind::Object => None,
        }
    }

    /// Its key where it is an object's member, its escapes resolved.
    pub fn key(self) -> Option<Cow<'a, str>> {
        self.key_range().map(|range| self.resolved(range))
    }

    /// Its key as sent, quotes included.
    pub fn key_raw(self) -> Option<&'a str> {
        self.key_range().map(|range| self.document.text(range))
    }

    /// Where its key is in the body, quotes included.
    pub fn key_range(self) -> Option<Range<usize>> {
        (self.parent()?.kind() == Kind::Object).then(|| {
            let start = self.node().label as usize;
            start..scan::checked_string(&self.document.bytes, start)
        })
    }

    /// Its place in the array it is an item of, from 0.
    pub fn place(self) -> Option<usize> {
        (self.parent()?.kind() == Kind::Array).then(|| self.node().label as usize)
    }

    /// The first member of that name, if it is an object that has one. Allocates nothing.
    pub fn get(self, key: &str) -> Option<Value<'a>> {
        (self.kind() == Kind::Object).then(|| self.children().find(|member| member.is_called(key)))?
    }

    /// The item at that place, if it is an array that has one.
    pub fn at(self, place: usize) -> Option<Value<'a>> {
        (self.kind() == Kind::Array).then(|| self.children().nth(place))?
    }

    /// Its members or items, in the order sent.
    pub fn children(self) -> impl Iterator<Item = Value<'a>> {
        let end = self.after();
        let mut next = self.node + 1;
        std::iter::from_fn(move || {
            let child = (next < end).then_some(Value { node: next, ..self })?;
            next = child.after();
            Some(child)
        })
    }

    /// How many members or items it has. Counts them: keep the answer for a container of many.
    pub fn child_count(self) -> usize {
        self.children().count()
    }

    /// The value at a path below this one.
    pub fn find(self, path: &Path) -> Option<Value<'a>> {
        path.0.iter().try_fold(self, |value, step| match step {
            Step::Key(key) => value.get(key),
            Step::Index(place) => value.at(*place),
        })
    }

    /// The path from the root to this value. Of members with the same key, the first is what it leads to.
    pub fn path(self) -> Path {
        let mut steps: Vec<Step> =
            std::iter::successors(Some(self), |value| value.parent()).filter_map(Value::step).collect();
        steps.reverse();
        Path(steps)
    }

    /// The step from its container to it; the root has none.
    pub fn step(self) -> Option<Step> {
        match self.place() {
            Some(place) => Some(Step::Index(place)),
            None => self.key().map(|key| Step::Key(key.into())),
        }
    }

    fn is_called(self, key: &str) -> bool {
        let quoted = &self.document.bytes[self.node().label as usize + 1..];
        // Most keys have no escapes, and a wrong one shows at its first bytes. A quote in `key` would be escaped here.
        if quoted.get(key.len()) == Some(&b'"') && quoted.starts_with(key.as_bytes()) {
            return !key.contains(['"', '\\']);
        }
        self.key_raw().is_some_and(|raw| raw.contains('\\') && escape::equals(&raw[1..raw.len() - 1], key))
    }

    /// The text of the string at `range`, its escapes resolved.
    fn resolved(self, range: Range<usize>) -> Cow<'a, str> {
        let inner = self.document.text(range.start + 1..range.end - 1);
        if inner.contains('\\') { escape::resolved(inner).into() } else { Cow::Borrowed(inner) }
    }

    fn node(self) -> &'a Node {
        &self.document.nodes[self.node as usize]
    }
}
