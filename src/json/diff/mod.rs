//! What differs between two values, path by path.
//!
//! Told of the values themselves, not of their text: blanks say nothing, and the order of an object's members and the way
//! a number or a string is written are quiet remarks, for they matter to signatures alone. Nothing recurses and nothing is
//! quadratic, so that 20 MiB of anything come to an answer. Knows nothing of screens.

mod fingerprint;
mod items;
mod members;
mod number;
mod pairing;
#[cfg(test)]
mod tests;
mod walk;

use super::{Document, Value};

/// What differs between two values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// The differences in the order of the newer value; what was removed stands where it was.
    pub list: Vec<Difference>,
    /// How many scalars are the same in both, text and all.
    pub same: usize,
    /// How many more differences there are than the list holds.
    pub omitted: usize,
}

/// One difference: what changed, and where it is in each of the two documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What changed.
    pub change: Change,
    /// The older value's [`Value::index`]; `None` for what was added.
    pub old: Option<u32>,
    /// The newer value's [`Value::index`]; `None` for what was removed.
    pub new: Option<u32>,
}

/// What happened to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Only the newer has it.
    Added,
    /// Only the older has it.
    Removed,
    /// It is another value of the same kind.
    Changed,
    /// It is a value of another kind.
    Retyped,
    /// It is an item that stands elsewhere among its neighbours. What differs within it is told behind it.
    Moved,
    /// It is an object whose members stand in another order. What differs within it is told behind it.
    Reordered,
    /// It is the same value, but its text (`1.0` and `1.00`, `"é"` and `"\u00e9"`) or that of its key is another one.
    Respelled,
}

impl Change {
    /// Whether only the text differs, and no value.
    pub fn is_quiet(self) -> bool {
        matches!(self, Self::Reordered | Self::Respelled)
    }
}

/// How much an older value says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// Everything: what it lacks was not there.
    #[default]
    Whole,
    /// Only those members of objects that have changed since: what it lacks is as it was.
    ChangesOnly,
}

impl Differences {
    /// At most so many differences are listed, and as many quiet ones.
    pub const MOST: usize = 20_000;

    /// What differs from an older to a newer value. Takes time in proportion to both, up to `n log n` for long arrays, and
    /// 16 bytes a value.
    pub fn between(old: Value<'_>, new: Value<'_>, scope: Scope) -> Self {
        walk::Walk::new(old, new, scope).run()
    }

    /// Whether no value differs; the text may.
    pub fn are_quiet(&self) -> bool {
        self.list.iter().all(|difference| difference.change.is_quiet())
    }
}

impl Difference {
    /// The older value, in its document.
    pub fn old_in(self, document: &Document) -> Option<Value<'_>> {
        self.old.and_then(|index| document.value(index))
    }

    /// The newer value, in its document.
    pub fn new_in(self, document: &Document) -> Option<Value<'_>> {
        self.new.and_then(|index| document.value(index))
    }
}
