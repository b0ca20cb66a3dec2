//! The arena: a body and one node for each of its values.

use std::fmt;
use std::ops::Range;

use bytes::Bytes;

use super::parse::Parser;
use super::{ParseError, Path, Value, scan};

/// Stands where a node has no parent.
pub(super) const NONE: u32 = u32::MAX;

/// A parsed body: its bytes and one node per value, in the order sent.
#[derive(Clone)]
pub struct Document {
    pub(super) bytes: Bytes,
    pub(super) nodes: Box<[Node]>,
}

/// One value: 24 bytes. What it is can be told from its first byte.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    /// Its first byte.
    pub(super) start: u32,
    /// The byte behind its last.
    pub(super) end: u32,
    /// The opening quote of its key in an object; its place in an array.
    pub(super) label: u32,
    /// The node it is in.
    pub(super) parent: u32,
    /// The node behind it and all that is in it.
    pub(super) after: u32,
    /// How many nodes it is in.
    pub(super) depth: u32,
}

impl Document {
    /// Parses a whole body (RFC 8259; duplicate keys allowed, any depth, less than 4 GiB). A UTF-8 byte order mark before
    /// it is skipped; offsets count it.
    pub fn parse(bytes: Bytes) -> Result<Self, ParseError> {
        let start = scan::byte_order_mark(&bytes);
        match Parser::new(&bytes, start).run() {
            Ok(nodes) => Ok(Self { bytes, nodes }),
            Err(mistake) => Err(mistake.place(&bytes, start)),
        }
    }

    /// The outermost value.
    pub fn root(&self) -> Value<'_> {
        Value { document: self, node: 0 }
    }

    /// The first value at that path.
    pub fn find(&self, path: &Path) -> Option<Value<'_>> {
        self.root().find(path)
    }

    /// The bytes it was parsed from.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// How many values it has; at least the root.
    #[expect(clippy::len_without_is_empty, reason = "a document is never empty")]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The value of that index, counted from the root in the order sent: see [`Value::index`].
    pub fn value(&self, index: u32) -> Option<Value<'_>> {
        ((index as usize) < self.len()).then_some(Value { document: self, node: index })
    }

    /// The innermost value that the byte at `offset` belongs to: a key belongs to its value, what stands between two values
    /// to their container. `None` outside the root.
    pub fn at_offset(&self, offset: usize) -> Option<Value<'_>> {
        let begun = self.nodes.partition_point(|node| self.begin(node) <= offset);
        let last = self.value(begun.checked_sub(1)? as u32)?;
        std::iter::successors(Some(last), |value| value.parent()).find(|value| offset < value.range().end)
    }

    /// Where a node begins, its key included.
    fn begin(&self, node: &Node) -> usize {
        let in_object =
            self.nodes.get(node.parent as usize).is_some_and(|parent| self.bytes[parent.start as usize] == b'{');
        if in_object { node.label as usize } else { node.start as usize }
    }

    /// The text between two places that are no byte inside a character.
    pub(super) fn text(&self, range: Range<usize>) -> &str {
        simdutf8::basic::from_utf8(&self.bytes[range]).expect("parsing has checked that all of it is UTF-8")
    }
}

impl fmt::Debug for Document {
    // A body can be 32 MiB, and a million nodes tell nobody anything.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({} bytes, {} values)", self.bytes.len(), self.nodes.len())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::json::Kind;

    fn parse(text: &str) -> Document {
        Document::parse(Bytes::copy_from_slice(text.as_bytes())).expect("JSON")
    }

    fn values(document: &Document) -> impl Iterator<Item = Value<'_>> {
        (0..document.len() as u32).filter_map(|index| document.value(index))
    }

    #[test]
    fn bytes_survive_as_they_were_sent() {
        let document = parse(r#" {"z": 1.10, "a":1E400 ,"z":"\u00e9", "":[ true,null ]} "#);
        let members: Vec<_> =
            document.root().children().map(|value| (value.key_raw().expect("a key"), value.raw_str())).collect();
        let expected = [(r#""z""#, "1.10"), (r#""a""#, "1E400"), (r#""z""#, r#""\u00e9""#), (r#""""#, "[ true,null ]")];
        assert_eq!(members, expected);
    }

    #[test]
    fn the_first_of_two_equal_keys_is_found_and_escapes_do_not_matter() {
        let document = parse(r#"{"k\u0065y":1,"key":2,"a\"b":3,"a\\":4,"é":5}"#);
        for (key, expected) in [("key", "1"), (r#"a"b"#, "3"), (r"a\", "4"), ("é", "5")] {
            assert_eq!(document.root().get(key).map(Value::raw_str), Some(expected), "{key}");
        }
        for key in ["ke", r"k\u0065y", r#"a\"b"#, r"a\\", "a", ""] {
            assert!(document.root().get(key).is_none(), "{key}");
        }
    }

    #[test]
    fn values_know_where_they_are() {
        let document = parse(r#"{"a":[10,{"b":null},"x"],"c":{}}"#);
        let rows: Vec<_> = values(&document)
            .map(|value| (value.path().to_string(), value.kind(), value.depth(), value.after(), value.child_count()))
            .collect();
        let expected = [
            ("", Kind::Object, 0, 7, 2),
            ("a", Kind::Array, 1, 6, 3),
            ("a[0]", Kind::Number, 2, 3, 0),
            ("a[1]", Kind::Object, 2, 5, 1),
            ("a[1].b", Kind::Null, 3, 5, 0),
            ("a[2]", Kind::String, 2, 6, 0),
            ("c", Kind::Object, 1, 7, 0),
        ];
        assert_eq!(
            rows,
            expected.map(|(path, kind, depth, after, count)| (path.to_owned(), kind, depth, after, count))
        );
        assert!(document.value(7).is_none());
        assert!(document.root().next_sibling().is_none());
        let next = document.value(3).and_then(Value::next_sibling);
        assert_eq!(next.and_then(Value::place), Some(2));
        assert!(document.find(&"a[2].x".parse().expect("a path")).is_none());
    }

    #[test]
    fn a_byte_leads_to_its_value() {
        let text = r#" {"a":[10, 2],"b":""}"#;
        let expected = [
            (0..1, None),
            (1..2, Some("")),
            (2..7, Some("a")),
            (7..9, Some("a[0]")),
            (9..11, Some("a")),
            (11..12, Some("a[1]")),
            (12..13, Some("a")),
            (13..14, Some("")),
            (14..20, Some("b")),
            (20..21, Some("")),
            (21..30, None),
        ];
        let document = parse(text);
        for (offsets, expected) in expected {
            for offset in offsets {
                let path = document.at_offset(offset).map(|value| value.path().to_string());
                assert_eq!(path.as_deref(), expected, "byte {offset} of {text}");
            }
        }
    }

    #[test]
    fn scalars_are_told_as_text() {
        let document = parse(r#"["a\nb", -0, true, null, {}, []]"#);
        let scalars: Vec<_> = document.root().children().map(Value::scalar).collect();
        assert_eq!(scalars, [Some("a\nb".into()), Some("-0".into()), Some("true".into()), None, None, None]);
        assert!(document.root().at(1).is_some_and(|number| number.as_str().is_none()));
    }

    #[test]
    fn nesting_costs_no_stack_and_no_quadratic_time() {
        const DEPTH: usize = 200_000;
        let text = [r#"{"a":["#.repeat(DEPTH / 2), "]}".repeat(DEPTH / 2)].concat();
        let document = parse(&text);
        assert_eq!(document.len(), DEPTH);
        let innermost = values(&document).last().expect("a value");
        assert_eq!((innermost.depth(), innermost.raw_str()), (DEPTH - 1, "[]"));
        let path = innermost.path();
        assert_eq!(path.to_string().parse(), Ok(path.clone()));
        assert_eq!(document.find(&path).map(Value::index), Some(innermost.index()));
        assert_eq!(document.at_offset(innermost.range().start).map(Value::index), Some(innermost.index()));
        assert_eq!(values(&document).map(Value::child_count).sum::<usize>(), DEPTH - 1);
        let edited = crate::json::set(document.bytes(), &path, "1").expect("JSON").expect("a place");
        assert_eq!(edited.len(), text.len() - 1);
    }

    /// Any JSON, printed with or without blanks.
    fn json() -> impl Strategy<Value = String> {
        let scalar = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(serde_json::Value::from),
            any::<f64>().prop_map(serde_json::Value::from),
            any::<String>().prop_map(serde_json::Value::from),
        ];
        let value = scalar.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(serde_json::Value::from),
                prop::collection::vec((any::<String>(), inner), 0..6).prop_map(|members| members.into_iter().collect()),
            ]
        });
        (value, any::<bool>())
            .prop_map(|(value, indented)| if indented { format!("{value:#}") } else { value.to_string() })
    }

    /// What the document says, told value by value.
    fn retold(value: Value<'_>) -> serde_json::Value {
        match value.kind() {
            Kind::Object => value.children().map(|v| (v.key().expect("a key").into_owned(), retold(v))).collect(),
            Kind::Array => value.children().map(retold).collect(),
            Kind::String => value.as_str().expect("a string").into(),
            _ => serde_json::from_slice(value.raw()).expect("a scalar"),
        }
    }

    proptest! {
        #[test]
        fn it_reads_what_others_write(text in json()) {
            let expected: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            prop_assert_eq!(retold(parse(&text).root()), expected);
        }

        #[test]
        fn every_value_is_found_by_its_path(text in json()) {
            let document = parse(&text);
            for value in values(&document) {
                let path: Path = value.path().to_string().parse().expect("a path");
                prop_assert_eq!(document.find(&path).map(Value::index), Some(value.index()), "{}", path);
            }
        }

        #[test]
        fn it_agrees_with_others_on_what_is_json(text in r#"[\[\]{},:" 0-2eE.+\-\\tu\n]{0,12}"#) {
            let theirs = serde_json::from_str::<serde_json::Value>(&text).map_err(|error| error.to_string());
            // They refuse numbers and surrogates that no value of theirs can hold.
            let is_theirs_alone = theirs.as_ref().is_err_and(|error| error.contains("out of range") || error.contains("surrogate"));
            prop_assert!(Document::parse(text.into()).is_ok() == theirs.is_ok() || is_theirs_alone, "{:?}", theirs);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in any::<Vec<u8>>()) {
            let length = bytes.len();
            if let Err(error) = Document::parse(bytes.into()) {
                prop_assert!(error.offset <= length);
            }
        }
    }
}
