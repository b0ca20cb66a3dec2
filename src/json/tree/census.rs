//! What takes too long to find out each time a row of a large container is drawn: how much is in it, and which of its
//! keys come twice. For small containers looking is quicker than remembering.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::super::{Document, Kind, Value};

/// From this many values in it a container is large.
const LARGE: u32 = 2048;

#[derive(Debug, Default)]
pub(super) struct Census {
    counts: HashMap<u32, usize>,
    repeated: HashSet<u32>,
}

impl Census {
    pub(super) fn of(document: &Document) -> Self {
        let mut census = Self::default();
        let mut large = vec![document.root()];
        while let Some(container) = large.pop().filter(is_large) {
            census.counts.insert(container.index(), container.child_count());
            if container.kind() == Kind::Object {
                census.add_repeated(container);
            }
            large.extend(container.children().filter(is_large));
        }
        census
    }

    /// How many members or items a value has.
    pub(super) fn count(&self, value: Value<'_>) -> usize {
        self.counts.get(&value.index()).copied().unwrap_or_else(|| value.child_count())
    }

    /// Whether another member of the same object has the same key.
    pub(super) fn is_repeated(&self, member: Value<'_>) -> bool {
        let (Some(key), Some(object)) = (member.key(), member.parent()) else { return false };
        if self.counts.contains_key(&object.index()) {
            return self.repeated.contains(&member.index());
        }
        object.children().any(|other| other.index() != member.index() && other.key().as_ref() == Some(&key))
    }

    fn add_repeated(&mut self, object: Value<'_>) {
        let mut first: HashMap<Cow<'_, str>, u32> = HashMap::new();
        for member in object.children() {
            let Some(key) = member.key() else { continue };
            if let Some(earlier) = first.insert(key, member.index()) {
                self.repeated.extend([earlier, member.index()]);
            }
        }
    }
}

fn is_large(value: &Value<'_>) -> bool {
    value.after() - value.index() > LARGE
}
