//! The parser and its arena.

use bytes::Bytes;

use super::{Path, Value};

/// A parsed body: its bytes and one node per value.
#[derive(Clone, Debug)]
pub struct Document {
    pub(super) bytes: Bytes,
    pub(super) nodes: Vec<Node>,
}

/// One value: 24 bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) start: u32,
}

/// Where and why the bytes are not JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} at line {line}, column {column}")]
pub struct ParseError {
    /// What was wrong.
    pub what: &'static str,
    /// The byte it was found at.
    pub offset: usize,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl Document {
    /// Parses a whole body (RFC 8259; duplicate keys allowed, any depth, at most 4 GiB).
    pub fn parse(bytes: Bytes) -> Result<Self, ParseError> {
        let _ = bytes;
        todo!()
    }

    /// The outermost value.
    pub fn root(&self) -> Value<'_> {
        todo!()
    }

    /// The first value at that path.
    pub fn find(&self, path: &Path) -> Option<Value<'_>> {
        self.root().find(path)
    }

    /// The bytes it was parsed from.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }
}
