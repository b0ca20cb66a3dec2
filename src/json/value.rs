//! Walking a document.

use std::borrow::Cow;

use super::{Document, Path};

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
        todo!()
    }

    /// Its exact bytes, quotes and brackets included.
    pub fn raw(self) -> &'a [u8] {
        todo!()
    }

    /// The text of a string, its escapes resolved (lone surrogates become U+FFFD); `None` for anything else.
    pub fn as_str(self) -> Option<Cow<'a, str>> {
        todo!()
    }

    /// The text of a string, or of a number, `true` or `false` as sent; `None` for null and containers.
    pub fn scalar(self) -> Option<Cow<'a, str>> {
        todo!()
    }

    /// Its key where it is an object's member, its escapes resolved.
    pub fn key(self) -> Option<Cow<'a, str>> {
        todo!()
    }

    /// The first member of that name, if it is an object that has one. Allocates nothing.
    pub fn get(self, key: &str) -> Option<Value<'a>> {
        let _ = key;
        todo!()
    }

    /// The item at that place, if it is an array that has one.
    pub fn at(self, index: usize) -> Option<Value<'a>> {
        let _ = index;
        todo!()
    }

    /// Its members or items, in the order sent.
    pub fn children(self) -> impl Iterator<Item = Value<'a>> {
        let _ = self.document;
        std::iter::empty()
    }

    /// The value at a path below this one.
    pub fn find(self, path: &Path) -> Option<Value<'a>> {
        let _ = (path, self.node);
        todo!()
    }

    /// The path from the root to this value.
    pub fn path(self) -> Path {
        todo!()
    }
}
