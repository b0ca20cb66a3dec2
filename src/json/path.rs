//! Places in a document: `data.object.id`, `[0].activityStatus`, `fields["cancel.account.plan"]`.

use std::fmt;
use std::str::FromStr;

/// One step down.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Into an object's member.
    Key(Box<str>),
    /// Into an array's item, from 0.
    Index(usize),
}

/// A place in a document; the empty path is the root.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Path(pub Vec<Step>);

/// A path that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{path}` is not a path: {what}")]
pub struct PathError {
    path: String,
    what: &'static str,
}

impl FromStr for Path {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        let _ = text;
        todo!()
    }
}

impl fmt::Display for Path {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!()
    }
}
