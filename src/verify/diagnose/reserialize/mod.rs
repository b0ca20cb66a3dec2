//! The body parsed and printed again, as the common stacks do it.
//!
//! A sender that signs one print of its data and sends another, or a proxy that parses and prints what it passes on,
//! leaves a signature over bytes that never arrive. Of the styles that print a body alike, one is tried, and all of them
//! are meant.

mod number;
mod order;
mod print;
mod style;
mod tree;

use std::borrow::Cow;
use std::ops::ControlFlow;

use bytes::Bytes;

use super::bodies::Taker;
use super::{Cause, Change};
use crate::json::Document;
use number::Numbers;
use order::{Arrangement, Order};
use style::{STYLES, Style};
use tree::Tree;

/// Larger bodies are not printed again. Some more than 1 MiB, for blanks go when a body is printed.
const MAX_BODY: usize = (1 << 20) + (1 << 18);

/// What it costs to make a body ready, and to print it once, beside hashing it: so much for each of its values, and of
/// its bytes.
const READYING: (usize, usize) = (100, 4);
const PRINTING: (usize, usize) = (16, 1);

pub(super) fn each(body: &Bytes, taker: &mut dyn Taker) -> ControlFlow<()> {
    if body.len() > MAX_BODY || !taker.afford(READYING.1 * body.len()) {
        taker.skip(Cause::BodyReserialized, "the body parsed and printed again");
        return ControlFlow::Continue(());
    }
    let Ok(document) = Document::parse(body.clone()) else { return ControlFlow::Continue(()) };
    let cost = |(value, byte): (usize, usize)| value * document.len() + byte * body.len();
    if !taker.afford(cost(READYING)) {
        taker.skip(Cause::BodyReserialized, "the body parsed and printed again");
        return ControlFlow::Continue(());
    }
    let press = Press::of(&document);
    let mut printed = Vec::with_capacity(body.len() * 2);
    for family in press.families() {
        if !taker.afford(cost(PRINTING)) || !press.print(&family.style, &mut printed, limit(body)) {
            taker.skip(Cause::BodyReserialized, family.style.name);
        } else if printed != *body {
            taker.take(&change(format!("the body printed again {}", family.in_words())), &printed)?;
        }
    }
    in_a_string(&document, taker)
}

/// No print of a body is taken to be longer.
fn limit(body: &[u8]) -> usize {
    body.len() * 4 + 1024
}

/// How a body is printed that arrived, where it is printed as some stack does: "by …". `afford` spends what that costs.
pub(super) fn arrived(body: &Bytes, mut afford: impl FnMut(usize) -> bool) -> Option<String> {
    if body.len() > MAX_BODY || !afford(READYING.1 * body.len()) {
        return None;
    }
    let document = Document::parse(body.clone()).ok()?;
    let cost = |(value, byte): (usize, usize)| value * document.len() + byte * body.len();
    if !afford(cost(READYING)) {
        return None;
    }
    let press = Press::of(&document);
    let mut printed = Vec::with_capacity(body.len() * 2);
    let mut is_of =
        |style: &Style| afford(cost(PRINTING)) && press.print(style, &mut printed, limit(body)) && printed == *body;
    press.families().into_iter().find(|family| is_of(&family.style)).map(|family| family.in_words())
}

/// Printed twice, or once too little: JSON in a JSON string.
fn in_a_string(document: &Document, taker: &mut dyn Taker) -> ControlFlow<()> {
    let body = document.bytes();
    if let Some(inner) = document.root().as_str() {
        return taker.take(&change("the text in the body, which is a JSON string"), inner.as_bytes());
    }
    if !taker.afford(4 * body.len()) {
        return ControlFlow::Continue(());
    }
    match str::from_utf8(body).ok().and_then(|text| serde_json::to_string(text).ok()) {
        Some(twice) => taker.take(&change("the body as a JSON string, printed twice"), twice.as_bytes()),
        None => ControlFlow::Continue(()),
    }
}

/// The advice that every print of the body gets.
pub(super) fn change(name: impl Into<Cow<'static, str>>) -> Change {
    let fix = "Sign the very bytes that are sent, and hash the raw body before any JSON parser (express.raw(), \
               request.get_data(), request.body); see that no proxy on the way prints it anew.";
    Change::new(Cause::BodyReserialized, name, fix)
}

/// A body printed again as `JSON.stringify` does, its keys sorted or not: what some senders sign. `None` where it is not JSON.
pub(in crate::verify) fn printed(body: &[u8], sorted: bool) -> Option<Vec<u8>> {
    let name = if sorted { "JSON.stringify of sorted keys" } else { "JSON.stringify" };
    let document = Document::parse(Bytes::copy_from_slice(body)).ok()?;
    let mut out = Vec::with_capacity(body.len());
    let style = STYLES.iter().find(|style| style.name == name)?;
    Press::of(&document).print(style, &mut out, body.len() * 4 + 1024).then_some(out)
}

/// The styles that print a document alike.
struct Family {
    /// The most common of them, without what makes no difference to the document.
    style: Style,
    /// The names of the others.
    others: Vec<&'static str>,
}

impl Family {
    /// Who prints so: one by its name, several by what they do as well.
    fn in_words(&self) -> String {
        let (style, first) = (&self.style, self.style.name);
        match self.others[..] {
            [] => format!("by {first}"),
            [other] => format!("{} (as {first} and {other} do)", style.in_words()),
            [other, ..] => format!("{} (as {first}, {other} and others do)", style.in_words()),
        }
    }
}

/// A document, ready to be printed in every style.
struct Press<'a> {
    tree: Tree<'a>,
    as_sent: Arrangement,
    indexed: Arrangement,
    sorted: Arrangement,
}

impl<'a> Press<'a> {
    fn of(document: &'a Document) -> Self {
        let tree = Tree::of(document);
        let arranged = |order| Arrangement::of(&tree, order);
        Self {
            as_sent: arranged(Order::AsSent),
            indexed: arranged(Order::Indexed),
            sorted: arranged(Order::Sorted),
            tree,
        }
    }

    /// The styles, those together that print this document alike.
    fn families(&self) -> Vec<Family> {
        let mut families: Vec<Family> = Vec::with_capacity(STYLES.len());
        for style in STYLES.iter().map(|style| self.reduced(style)) {
            match families.iter_mut().find(|family| family.style.prints_like(&style)) {
                Some(family) => family.others.push(style.name),
                None => families.push(Family { style, others: Vec::new() }),
            }
        }
        families
    }

    /// The style without what makes no difference to this document.
    fn reduced(&self, style: &Style) -> Style {
        let variety = self.tree.variety;
        let order = if *self.arrangement(style.order) == self.as_sent { Order::AsSent } else { style.order };
        let numbers = match style.numbers {
            Numbers::JavaScript if !variety.javascript => Numbers::AsSent,
            Numbers::Python if !variety.python => Numbers::AsSent,
            numbers => numbers,
        };
        Style { order, numbers, escapes: style.escapes.that_matter(variety.escapable), ..*style }
    }

    fn arrangement(&self, order: Order) -> &Arrangement {
        match order {
            Order::AsSent => &self.as_sent,
            Order::Indexed => &self.indexed,
            Order::Sorted => &self.sorted,
        }
    }

    /// Prints over `out`. False when that takes more than `limit` bytes.
    fn print(&self, style: &Style, out: &mut Vec<u8>, limit: usize) -> bool {
        style.print(&self.tree, self.arrangement(style.order), out, limit)
    }
}

#[cfg(test)]
mod tests {
    use super::print::Layout;
    use super::*;

    const BODY: &str = "{\"b\": {\"z\":\"\u{e9}/<a>\",\"2\":1.10,\"1\":1.0}, \"a\":[1e2,{},[]],\n \"c\":\"\\u2028\\ud83d\\ude00\\n\\u0001\", \"a\":true}";

    fn printed(name: &str, body: &str) -> String {
        let document = Document::parse(body.to_owned().into()).unwrap();
        let style = STYLES.iter().find(|style| style.name == name).unwrap_or_else(|| panic!("no style {name}"));
        let mut out = Vec::new();
        assert!(Press::of(&document).print(style, &mut out, usize::MAX));
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn each_stack_prints_as_it_does() {
        let escaped = r#""c":"\u2028\ud83d\ude00\n\u0001""#;
        let as_utf8 = "\"c\":\"\u{2028}\u{1f600}\\n\\u0001\"";
        let half = "\"c\":\"\\u2028\u{1f600}\\n\\u0001\"";
        let cases = [
            ("JSON.stringify", format!(r#"{{"b":{{"1":1,"2":1.1,"z":"é/<a>"}},"a":true,{as_utf8}}}"#)),
            ("Python's json.dumps", {
                let escaped = escaped.replace("\"c\":", "\"c\": ");
                format!(r#"{{"b": {{"z": "\u00e9/<a>", "2": 1.1, "1": 1.0}}, "a": true, {escaped}}}"#)
            }),
            (
                "Python's json.dumps with compact separators",
                format!(r#"{{"b":{{"z":"\u00e9/<a>","2":1.1,"1":1.0}},"a":true,{escaped}}}"#),
            ),
            (
                "Python's json.dumps with sort_keys and compact separators",
                format!(r#"{{"a":true,"b":{{"1":1.0,"2":1.1,"z":"\u00e9/<a>"}},{escaped}}}"#),
            ),
            ("PHP's json_encode", format!(r#"{{"b":{{"z":"\u00e9\/<a>","2":1.1,"1":1}},"a":true,{escaped}}}"#)),
            (
                "PHP's json_encode with JSON_UNESCAPED_UNICODE",
                format!(r#"{{"b":{{"z":"é\/<a>","2":1.1,"1":1}},"a":true,{half}}}"#),
            ),
            (
                "Go's json.Marshal of a map",
                format!(r#"{{"a":true,"b":{{"1":1,"2":1.1,"z":"é/\u003ca\u003e"}},{half}}}"#),
            ),
            ("jq -c", format!("{{\"b\":{{\"z\":\"é/<a>\",\"2\":1.10,\"1\":1.0}},\"a\":true,{as_utf8}}}\n")),
        ];
        for (name, expected) in cases {
            assert_eq!(printed(name, BODY), expected, "{name}");
        }
    }

    #[test]
    fn indented_prints_keep_empty_containers_on_their_line() {
        let expected = "{\n  \"a\": [\n    1,\n    {},\n    []\n  ],\n  \"b\": {\n    \"c\": null\n  }\n}";
        assert_eq!(printed("JSON.stringify with 2 spaces", r#"{"a":[1,{},[]],"b":{"c":null}}"#), expected);
        assert_eq!(printed("jq", r#"{"a":[1,{},[]],"b":{"c":null}}"#), format!("{expected}\n"));
    }

    #[test]
    fn indenting_what_nests_deep_is_given_up() {
        let depth = 100_000;
        let document = Document::parse([vec![b'['; depth], vec![b']'; depth]].concat().into()).unwrap();
        let press = Press::of(&document);
        let mut out = Vec::new();
        let complete = STYLES.iter().filter(|style| press.print(style, &mut out, depth * 8)).count();
        let indented = STYLES.iter().filter(|style| matches!(style.layout, Layout::Indented(_))).count();
        assert_eq!(complete, STYLES.len() - indented);
    }

    #[test]
    fn no_two_styles_are_the_same() {
        for (at, style) in STYLES.iter().enumerate() {
            for other in &STYLES[..at] {
                assert!(!style.prints_like(other) && style.name != other.name, "{} and {}", style.name, other.name);
            }
        }
    }

    #[test]
    fn styles_are_left_out_only_where_another_prints_alike() {
        let bodies = [
            BODY,
            "1",
            "[1.0]",
            "{\"b\":1,\"a\":\"/\"}",
            "[\"é\",\"<\",\"\u{7f}\"]",
            "{\"1\":\"\u{2028}\",\"0\":1e400}",
        ];
        for body in bodies {
            let document = Document::parse(Bytes::from(body)).unwrap();
            let press = Press::of(&document);
            let prints = |styles: &[Style]| {
                let mut prints: Vec<String> = styles.iter().map(|style| printed(style.name, body)).collect();
                prints.sort();
                prints.dedup();
                prints
            };
            let distinct: Vec<Style> = press.families().iter().map(|family| family.style).collect();
            assert_eq!(prints(&distinct), prints(&STYLES), "{body}");
        }
        let plain = Document::parse(Bytes::from_static(b"[]")).unwrap();
        assert_eq!(Press::of(&plain).families().len(), 8);
    }
}
