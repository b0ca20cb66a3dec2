//! Changing one value and no other byte.

use std::ops::Range;

use bytes::{Bytes, BytesMut};

use super::{Document, Kind, ParseError, Path, Step, Value};

/// The body with the value at `path` replaced by `value` (JSON text; anything that is not JSON is taken as a string). A
/// missing last key is added to its object, and an item to an array whose length is its place, both written like the
/// neighbour before them; every other byte stays. `None` when there is no place for it.
pub fn set(body: &Bytes, path: &Path, value: &str) -> Result<Option<Bytes>, ParseError> {
    let document = Document::parse(body.clone())?;
    let value = as_json(value);
    if let Some(old) = document.find(path) {
        return Ok(Some(splice(body, old.range(), &value)));
    }
    let Some((last, above)) = path.0.split_last() else { return Ok(None) };
    let container = document.find(&Path(above.to_vec()));
    let addition = container.and_then(|container| addition(container, last, &value));
    Ok(addition.map(|(at, text)| splice(body, at..at, &text)))
}

/// The text itself where it is JSON, without what stands around it; else as a JSON string.
fn as_json(text: &str) -> String {
    match Document::parse(Bytes::copy_from_slice(text.as_bytes())) {
        Ok(document) => document.root().raw_str().to_owned(),
        Err(_) => quoted(text),
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn splice(body: &Bytes, old: Range<usize>, new: &str) -> Bytes {
    let mut edited = BytesMut::with_capacity(body.len() - old.len() + new.len());
    edited.extend_from_slice(&body[..old.start]);
    edited.extend_from_slice(new.as_bytes());
    edited.extend_from_slice(&body[old.end..]);
    edited.freeze()
}

/// Where a new member or item goes, and how it is written there. `None` where the container takes no such step.
fn addition(container: Value<'_>, step: &Step, value: &str) -> Option<(usize, String)> {
    let last = container.children().last();
    let label = match (container.kind(), step) {
        (Kind::Object, Step::Key(key)) => quoted(key) + colon(last.unwrap_or(container)),
        (Kind::Array, Step::Index(place)) if *place == container.child_count() => String::new(),
        _ => return None,
    };
    Some(match last {
        Some(last) => (last.range().end, format!(",{}{label}{value}", lead(last))),
        None => (container.range().start + 1, format!("{label}{value}")),
    })
}

/// How a member's colon is written, the blanks around it included.
fn colon(member: Value<'_>) -> &str {
    member.key_range().map_or(":", |key| member.document.text(key.end..member.range().start))
}

/// The blanks before a member or item. One alone shows none behind a comma, but who writes `"a": 1` writes `, ` too.
fn lead(value: Value<'_>) -> &str {
    let begin = value.key_range().unwrap_or(value.range()).start;
    let before = value.document.text(0..begin);
    let blanks = &before[before.trim_ascii_end().len()..];
    let is_alone = before.ends_with(['{', '[']) && value.next_sibling().is_none();
    if is_alone && colon(value).ends_with(' ') { " " } else { blanks }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(body: &str, path: &str, value: &str) -> Option<String> {
        let path = path.parse().expect("a path");
        let body = set(&Bytes::copy_from_slice(body.as_bytes()), &path, value).expect("JSON");
        body.map(|body| String::from_utf8(body.to_vec()).expect("text"))
    }

    #[test]
    fn one_value_changes_and_no_other_byte() {
        let cases = [
            (r#" {"a": 1.10, "a":2,"b":[true , null]} "#, "a", "7", r#" {"a": 7, "a":2,"b":[true , null]} "#),
            (r#"{"b":[true , null]}"#, "b[1]", r#"{"x": 1}"#, r#"{"b":[true , {"x": 1}]}"#),
            (r#"{"a":1}"#, "", "[]", "[]"),
            ("\u{feff}{\"a\":1}", "a", " 2\n", "\u{feff}{\"a\":2}"),
            (r#"{"a":1}"#, "a", "\u{feff}2", r#"{"a":2}"#),
            (r#"{"a":1}"#, "a", "plain \"text\"", r#"{"a":"plain \"text\""}"#),
            (r#"{"a":1}"#, "a", "", r#"{"a":""}"#),
            (r#"{"a":1}"#, "a", "01", r#"{"a":"01"}"#),
            (r#"{"fields":{"x.y":"é\u00e9"}}"#, r#"fields["x.y"]"#, "null", r#"{"fields":{"x.y":null}}"#),
            (r#"{"\u0061":1}"#, "a", "2", r#"{"\u0061":2}"#),
        ];
        for (body, path, value, expected) in cases {
            assert_eq!(edited(body, path, value).as_deref(), Some(expected), "{path} = {value} in {body}");
        }
    }

    #[test]
    fn a_new_member_is_written_like_its_neighbours() {
        let cases = [
            (r#"{"a":1}"#, "b", r#"{"a":1,"b":0}"#),
            (r#"{"a": 1}"#, "b", r#"{"a": 1, "b": 0}"#),
            (r#"{"a": 1, "c": 2}"#, "b", r#"{"a": 1, "c": 2, "b": 0}"#),
            (r#"{"a": 1,"c": 2}"#, "b", r#"{"a": 1,"c": 2,"b": 0}"#),
            (r#"{ "a" : 1 }"#, "b", r#"{ "a" : 1, "b" : 0 }"#),
            ("{\n  \"a\": {\n    \"x\": 1\n  }\n}", "a.y", "{\n  \"a\": {\n    \"x\": 1,\n    \"y\": 0\n  }\n}"),
            ("{\r\n\t\"a\":\t1\r\n}", "b", "{\r\n\t\"a\":\t1,\r\n\t\"b\":\t0\r\n}"),
            ("{}", "a", r#"{"a":0}"#),
            (r#"{"a": {}}"#, "a.b", r#"{"a": {"b": 0}}"#),
            ("[1,2]", "[2]", "[1,2,0]"),
            ("[1, 2]", "[2]", "[1, 2, 0]"),
            ("[\n  1\n]", "[1]", "[\n  1,\n  0\n]"),
            ("[]", "[0]", "[0]"),
            ("{}", r#"["a \"b\""]"#, r#"{"a \"b\"":0}"#),
        ];
        for (body, path, expected) in cases {
            assert_eq!(edited(body, path, "0").as_deref(), Some(expected), "{path} in {body}");
        }
    }

    #[test]
    fn what_has_no_place_is_not_set() {
        for (body, path) in
            [("{}", "a.b"), ("[]", "[1]"), ("[]", "a"), ("{}", "[0]"), ("1", "a"), (r#"{"a":1}"#, "a.b")]
        {
            assert_eq!(edited(body, path, "0"), None, "{path} in {body}");
        }
        let error = set(&Bytes::from_static(b"{"), &Path::default(), "1").expect_err("no JSON");
        assert_eq!(error.to_string(), "the end, inside an object at line 1, column 2");
    }
}
