//! Values by fingerprints, so that equal ones are found without comparing them.
//!
//! The keys of the hash are drawn anew each time: no sender can make two values look the same.

use std::hash::{BuildHasher, Hasher, RandomState};

use super::number;
use crate::json::{Kind, Value};

/// The fingerprints of a value and of all that is in it.
pub(super) struct Prints {
    /// The index of the first value.
    base: u32,
    prints: Vec<Print>,
}

/// What a value is, and how it is written.
#[derive(Clone, Copy, Default)]
struct Print {
    /// The same for values that are equal, however they are written and their members ordered.
    value: u64,
    /// The same for values that are written alike but for blanks.
    text: u64,
}

/// Makes fingerprints that can be compared with each other.
#[derive(Default)]
pub(super) struct Printer {
    keys: RandomState,
}

impl Prints {
    pub(super) fn value(&self, index: u32) -> u64 {
        self.prints[(index - self.base) as usize].value
    }

    pub(super) fn text(&self, index: u32) -> u64 {
        self.prints[(index - self.base) as usize].text
    }
}

impl Printer {
    /// Of a value and all that is in it. From the last to the first: what is in a container comes behind it, so it is
    /// added up in the container's place before that is looked at.
    pub(super) fn prints(&self, root: Value<'_>) -> Prints {
        let base = root.index();
        let mut prints = vec![Print::default(); (root.after() - base) as usize];
        let mut digits = Vec::new();
        for index in (base..root.after()).rev() {
            let at = (index - base) as usize;
            let value = Value { node: index, ..root };
            let print = self.print(value, prints[at], &mut digits);
            prints[at] = print;
            if let Some(parent) = value.parent().filter(|_| at > 0) {
                let sum = &mut prints[(parent.index() - base) as usize];
                *sum = self.sum(*sum, value, print);
            }
        }
        Prints { base, prints }
    }

    /// Of one value, given the sum of what is in it.
    fn print(&self, value: Value<'_>, sum: Print, digits: &mut Vec<u8>) -> Print {
        let raw = value.raw();
        match value.kind() {
            Kind::Object => Print { value: self.pair(1, sum.value), text: self.pair(1, sum.text) },
            Kind::Array => Print { value: self.pair(2, sum.value), text: self.pair(2, sum.text) },
            Kind::Number => {
                number::normalise(value.raw_str(), digits);
                Print { value: self.bytes(3, digits), text: self.bytes(3, raw) }
            }
            Kind::String if raw.contains(&b'\\') => {
                let resolved = value.as_str().unwrap_or_default();
                Print { value: self.bytes(4, resolved.as_bytes()), text: self.bytes(4, &raw[1..raw.len() - 1]) }
            }
            Kind::String => self.plain(4, &raw[1..raw.len() - 1]),
            Kind::Bool | Kind::Null => self.plain(5, raw),
        }
    }

    /// The sum of what is in a container, with one more value: members count in any order, items in theirs.
    fn sum(&self, sum: Print, value: Value<'_>, print: Print) -> Print {
        let Some(raw) = value.key_raw() else {
            return Print { value: self.pair(sum.value, print.value), text: self.pair(sum.text, print.text) };
        };
        let written = self.bytes(6, raw.as_bytes());
        let key = match value.key() {
            Some(key) if raw.contains('\\') => self.bytes(6, format!("\"{key}\"").as_bytes()),
            _ => written,
        };
        Print {
            value: sum.value.wrapping_add(self.pair(key, print.value)),
            text: self.pair(sum.text, self.pair(written, print.text)),
        }
    }

    fn plain(&self, tag: u8, bytes: &[u8]) -> Print {
        let print = self.bytes(tag, bytes);
        Print { value: print, text: print }
    }

    fn bytes(&self, tag: u8, bytes: &[u8]) -> u64 {
        let mut hasher = self.keys.build_hasher();
        hasher.write_u8(tag);
        hasher.write(bytes);
        hasher.finish()
    }

    fn pair(&self, left: u64, right: u64) -> u64 {
        let mut hasher = self.keys.build_hasher();
        hasher.write_u64(left);
        hasher.write_u64(right);
        hasher.finish()
    }
}
