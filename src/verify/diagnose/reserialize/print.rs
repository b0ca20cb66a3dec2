//! Printing a tree in a style. No recursion: bodies nest as deep as their sender likes.

use super::Style;
use super::tree::{Tree, Trees};
use crate::json::{Kind, Value};

/// What stands between values.
#[derive(Clone, Copy, Debug)]
pub(super) enum Layout {
    /// Nothing.
    Compact,
    /// A space behind `,` and `:`.
    Spaced,
    /// One line a value, indented by that a level.
    Indented(&'static str),
}

/// What strings escape beyond what JSON demands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Escapes {
    /// `/` as `\/`.
    pub(super) slash: bool,
    /// Everything beyond ASCII as `\uXXXX`.
    pub(super) non_ascii: bool,
    /// `<`, `>` and `&` as `\uXXXX`.
    pub(super) markup: bool,
    /// U+2028 and U+2029 as `\uXXXX`.
    pub(super) separators: bool,
}

impl Escapes {
    pub(super) const NONE: Self = Self { slash: false, non_ascii: false, markup: false, separators: false };

    fn includes(self, character: char) -> bool {
        match character {
            '"' | '\\' | '\0'..='\u{1f}' => true,
            '/' => self.slash,
            '<' | '>' | '&' => self.markup,
            '\u{2028}' | '\u{2029}' if self.separators => true,
            _ => self.non_ascii && !character.is_ascii(),
        }
    }
}

impl Style {
    /// Prints a document over `out`. False when that takes more than `limit` bytes: indenting what nests deep does.
    pub(super) fn print(&self, trees: &mut Trees<'_>, out: &mut Vec<u8>, limit: usize) -> bool {
        out.clear();
        let mut printer = Printer { style: self, tree: trees.get(self.order), open: Vec::new(), out };
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
struct Open {
    next: usize,
    end: usize,
    first: bool,
    closing: u8,
}

struct Printer<'p, 'a> {
    style: &'p Style,
    tree: &'p Tree<'a>,
    open: Vec<Open>,
    out: &'p mut Vec<u8>,
}

impl Printer<'_, '_> {
    /// Prints the next child of the innermost container, or closes it. False when nothing is open any more.
    fn step(&mut self) -> bool {
        let Some(open) = self.open.last_mut() else { return false };
        let number = open.next;
        if number == open.end {
            let closing = open.closing;
            self.open.pop();
            self.line();
            self.out.push(closing);
            return true;
        }
        open.next += 1;
        if !std::mem::take(&mut open.first) {
            self.out.extend_from_slice(if matches!(self.style.layout, Layout::Spaced) { b", " } else { b"," });
        }
        self.line();
        self.key(self.tree.value(number));
        self.value(number);
        true
    }

    fn key(&mut self, value: Value<'_>) {
        let Some(key) = value.key() else { return };
        self.string(&key);
        self.out.extend_from_slice(if matches!(self.style.layout, Layout::Compact) { b":" } else { b": " });
    }

    fn value(&mut self, number: usize) {
        let value = self.tree.value(number);
        match value.kind() {
            Kind::Array => self.begin(number, *b"[]"),
            Kind::Object => self.begin(number, *b"{}"),
            Kind::String => self.string(&value.as_str().unwrap_or_default()),
            Kind::Number => self.style.numbers.write(value.raw_str(), self.out),
            Kind::Null | Kind::Bool => self.out.extend_from_slice(value.raw()),
        }
    }

    fn begin(&mut self, number: usize, brackets: [u8; 2]) {
        let (next, end) = self.tree.children(number);
        if next == end {
            self.out.extend_from_slice(&brackets);
        } else {
            self.out.push(brackets[0]);
            self.open.push(Open { next, end, first: true, closing: brackets[1] });
        }
    }

    /// Begins a line where the style has lines.
    fn line(&mut self) {
        if let Layout::Indented(indent) = self.style.layout {
            self.out.push(b'\n');
            self.open.iter().for_each(|_| self.out.extend_from_slice(indent.as_bytes()));
        }
    }

    fn string(&mut self, text: &str) {
        self.out.push(b'"');
        let mut rest = text;
        while let Some(at) = rest.find(|character| self.style.escapes.includes(character)) {
            let (plain, tail) = rest.split_at(at);
            self.out.extend_from_slice(plain.as_bytes());
            let mut tail = tail.chars();
            tail.next().into_iter().for_each(|character| escape(character, self.out));
            rest = tail.as_str();
        }
        self.out.extend_from_slice(rest.as_bytes());
        self.out.push(b'"');
    }
}

/// The short escape where there is one, else lower-case `\uXXXX`, with surrogates beyond the BMP.
fn escape(character: char, out: &mut Vec<u8>) {
    let short = match character {
        '"' | '\\' | '/' => character as u8,
        '\u{8}' => b'b',
        '\u{c}' => b'f',
        '\n' => b'n',
        '\r' => b'r',
        '\t' => b't',
        _ => {
            let units = &mut [0; 2];
            character.encode_utf16(units).iter().for_each(|unit| out.extend(format!("\\u{unit:04x}").bytes()));
            return;
        }
    };
    out.extend([b'\\', short]);
}
