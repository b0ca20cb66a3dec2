//! Printing a tree in a style. No recursion: bodies nest as deep as their sender likes.

use super::Style;
use super::number::Numbers;
use super::order::Arrangement;
use super::tree::{Content, Text, Tree};

/// What stands between values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// Nothing.
    Compact,
    /// A space behind `,` and `:`.
    Spaced,
    /// One line a value, indented by that a level.
    Indented(&'static str),
}

/// What strings escape beyond what JSON demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Escapes {
    /// `/` as `\/`.
    pub(super) slash: bool,
    /// Everything beyond ASCII as `\uXXXX`.
    pub(super) non_ascii: bool,
    /// `<`, `>` and `&` as `\uXXXX`.
    pub(super) markup: bool,
    /// U+2028 and U+2029 as `\uXXXX`.
    pub(super) separators: bool,
    /// DEL as `\u007f`.
    pub(super) delete: bool,
}

impl Escapes {
    pub(super) const NONE: Self =
        Self { slash: false, non_ascii: false, markup: false, separators: false, delete: false };

    /// Those that would change that text.
    pub(super) fn in_text(text: &str) -> Self {
        Self {
            slash: text.contains('/'),
            non_ascii: !text.is_ascii(),
            markup: text.contains(['<', '>', '&']),
            separators: text.contains(['\u{2028}', '\u{2029}']),
            delete: text.contains('\u{7f}'),
        }
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self {
            slash: self.slash || other.slash,
            non_ascii: self.non_ascii || other.non_ascii,
            markup: self.markup || other.markup,
            separators: self.separators || other.separators,
            delete: self.delete || other.delete,
        }
    }

    /// Those that make a difference to a document in which these occur.
    pub(super) fn that_matter(self, occurring: Self) -> Self {
        Self {
            slash: self.slash && occurring.slash,
            non_ascii: self.non_ascii && occurring.non_ascii,
            markup: self.markup && occurring.markup,
            // Escaping all that is not ASCII escapes these too.
            separators: self.separators && occurring.separators && !self.non_ascii,
            delete: self.delete && occurring.delete,
        }
    }

    fn includes(self, character: char) -> bool {
        match character {
            '"' | '\\' | '\0'..='\u{1f}' => true,
            '/' => self.slash,
            '<' | '>' | '&' => self.markup,
            '\u{7f}' => self.delete,
            '\u{2028}' | '\u{2029}' if self.separators => true,
            _ => self.non_ascii && !character.is_ascii(),
        }
    }
}

impl Style {
    /// Prints a document over `out`. False when that takes more than `limit` bytes: indenting what nests deep does.
    pub(super) fn print(&self, tree: &Tree<'_>, arrangement: &Arrangement, out: &mut Vec<u8>, limit: usize) -> bool {
        out.clear();
        let mut printer = Printer { style: self, tree, arrangement, open: Vec::new(), out };
        printer.value(0);
        while printer.step() {
            if printer.out.len() > limit {
                return false;
            }
        }
        out.extend_from_slice(self.end.as_bytes());
        true
    }
}

/// A container that is being printed.
struct Open<'p> {
    rest: std::slice::Iter<'p, u32>,
    first: bool,
    closing: u8,
}

struct Printer<'p, 'a> {
    style: &'p Style,
    tree: &'p Tree<'a>,
    arrangement: &'p Arrangement,
    open: Vec<Open<'p>>,
    out: &'p mut Vec<u8>,
}

impl Printer<'_, '_> {
    /// Prints the next child of the innermost container, or closes it. False when nothing is open any more.
    fn step(&mut self) -> bool {
        let Some(open) = self.open.last_mut() else { return false };
        let first = std::mem::take(&mut open.first);
        match open.rest.next() {
            Some(&child) => self.child(child as usize, first),
            None => {
                let closing = open.closing;
                self.open.pop();
                self.line();
                self.out.push(closing);
            }
        }
        true
    }

    fn child(&mut self, node: usize, first: bool) {
        if !first {
            self.out.extend_from_slice(if self.style.layout == Layout::Spaced { b", " } else { b"," });
        }
        self.line();
        if let Some(key) = &self.tree.nodes[node].key {
            self.text(key);
            self.out.extend_from_slice(if self.style.layout == Layout::Compact { b":" } else { b": " });
        }
        self.value(node);
    }

    fn value(&mut self, node: usize) {
        match &self.tree.nodes[node].content {
            Content::Array => self.begin(node, *b"[]"),
            Content::Object => self.begin(node, *b"{}"),
            Content::Text(text) => self.text(text),
            Content::Word(word) => self.out.extend_from_slice(word.as_bytes()),
            Content::Number(number) => {
                let text = match self.style.numbers {
                    Numbers::AsSent => number.as_sent,
                    Numbers::JavaScript => &number.javascript,
                    Numbers::Python => &number.python,
                };
                self.out.extend_from_slice(text.as_bytes());
            }
        }
    }

    fn begin(&mut self, node: usize, [opening, closing]: [u8; 2]) {
        let children = self.arrangement.of_node(node);
        self.out.push(opening);
        if children.is_empty() {
            self.out.push(closing);
        } else {
            self.open.push(Open { rest: children.iter(), first: true, closing });
        }
    }

    /// Begins a line where the style has lines.
    fn line(&mut self) {
        if let Layout::Indented(indent) = self.style.layout {
            self.out.push(b'\n');
            self.open.iter().for_each(|_| self.out.extend_from_slice(indent.as_bytes()));
        }
    }

    fn text(&mut self, text: &Text<'_>) {
        self.out.push(b'"');
        if text.is_plain {
            self.out.extend_from_slice(text.resolved.as_bytes());
        } else {
            escape(&text.resolved, self.style.escapes, self.out);
        }
        self.out.push(b'"');
    }
}

fn escape(text: &str, escapes: Escapes, out: &mut Vec<u8>) {
    let mut copied = 0;
    for (at, character) in text.char_indices() {
        if escapes.includes(character) {
            out.extend_from_slice(&text.as_bytes()[copied..at]);
            escape_one(character, out);
            copied = at + character.len_utf8();
        }
    }
    out.extend_from_slice(&text.as_bytes()[copied..]);
}

/// The short escape where there is one, else lower-case `\uXXXX`, with surrogates beyond the BMP.
fn escape_one(character: char, out: &mut Vec<u8>) {
    let short = match character {
        '"' | '\\' | '/' => character as u8,
        '\u{8}' => b'b',
        '\u{c}' => b'f',
        '\n' => b'n',
        '\r' => b'r',
        '\t' => b't',
        _ => {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let digit = |shift: u16| b"0123456789abcdef"[usize::from(*unit >> shift & 0xf)];
                out.extend([b'\\', b'u', digit(12), digit(8), digit(4), digit(0)]);
            }
            return;
        }
    };
    out.extend([b'\\', short]);
}
