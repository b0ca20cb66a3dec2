//! A document made ready to be printed many times: escapes resolved, numbers worked out, and a note of what in it the
//! styles can disagree about at all.

use std::borrow::Cow;

use super::number;
use super::print::Escapes;
use crate::json::{Document, Kind, Value};

/// The values of a document in its own order; a value's members or items follow it.
pub(super) struct Tree<'a> {
    pub(super) nodes: Vec<Node<'a>>,
    pub(super) variety: Variety,
}

pub(super) struct Node<'a> {
    /// Its name, in an object.
    pub(super) key: Option<Text<'a>>,
    pub(super) content: Content<'a>,
    /// The number of the first node that is not below it.
    pub(super) after: usize,
}

pub(super) enum Content<'a> {
    /// `null`, `true`, `false`, or a number that everybody prints as it was sent.
    Word(&'a str),
    Number(Box<Number<'a>>),
    Text(Text<'a>),
    Array,
    Object,
}

/// A number that not everybody prints as it was sent.
pub(super) struct Number<'a> {
    pub(super) as_sent: &'a str,
    pub(super) javascript: Cow<'a, str>,
    pub(super) python: Cow<'a, str>,
}

pub(super) struct Text<'a> {
    pub(super) resolved: Cow<'a, str>,
    /// Nobody escapes anything in it.
    pub(super) is_plain: bool,
}

/// What occurs in a document. Styles that differ in what does not occur print alike.
#[derive(Clone, Copy, Debug)]
pub(super) struct Variety {
    /// Characters that some escape.
    pub(super) escapable: Escapes,
    /// Numbers that JavaScript prints otherwise than they were sent.
    pub(super) javascript: bool,
    /// Numbers that Python prints otherwise than they were sent.
    pub(super) python: bool,
}

impl<'a> Tree<'a> {
    pub(super) fn of(document: &'a Document) -> Self {
        let mut nodes = Vec::with_capacity(document.len());
        let mut variety = Variety { escapable: Escapes::NONE, javascript: false, python: false };
        let mut next = Some(document.root());
        while let Some(value) = next {
            let key = value.key().map(|key| variety.text(key));
            nodes.push(Node { key, content: variety.content(value), after: value.after() as usize });
            next = document.value(value.index() + 1);
        }
        Self { nodes, variety }
    }

    /// The numbers of a node's children.
    pub(super) fn children(&self, of: usize) -> impl Iterator<Item = usize> {
        let end = self.nodes[of].after;
        let mut next = of + 1;
        std::iter::from_fn(move || {
            let child = (next < end).then_some(next)?;
            next = self.nodes[child].after;
            Some(child)
        })
    }
}

impl Variety {
    fn content<'a>(&mut self, value: Value<'a>) -> Content<'a> {
        match value.kind() {
            Kind::Array => Content::Array,
            Kind::Object => Content::Object,
            Kind::Null | Kind::Bool => Content::Word(value.raw_str()),
            Kind::Number => self.number(value.raw_str()),
            Kind::String => Content::Text(self.text(value.as_str().unwrap_or_default())),
        }
    }

    fn number<'a>(&mut self, as_sent: &'a str) -> Content<'a> {
        let (javascript, python) = (number::javascript(as_sent), number::python(as_sent));
        if javascript == as_sent && python == as_sent {
            return Content::Word(as_sent);
        }
        self.javascript |= javascript != as_sent;
        self.python |= python != as_sent;
        Content::Number(Box::new(Number { as_sent, javascript, python }))
    }

    fn text<'a>(&mut self, resolved: Cow<'a, str>) -> Text<'a> {
        let is_plain = resolved.bytes().all(|byte| matches!(byte, b' '..=b'~') && !b"\"\\/<>&".contains(&byte));
        if !is_plain {
            self.escapable = self.escapable.or(Escapes::in_text(&resolved));
        }
        Text { resolved, is_plain }
    }
}
