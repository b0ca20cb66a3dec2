//! XML with its elements on lines of their own. Nothing is resolved: no entity, no DTD, nothing from elsewhere.

use std::ops::Range;

use bytes::Bytes;
use quick_xml::Reader;
use quick_xml::events::Event;

const INDENT: &str = "  ";

/// Deeper elements stay at this indentation, or a few nested tags would print as megabytes of blanks.
const DEEPEST_INDENT: usize = 32;

/// The same XML with its elements on lines of their own; text and tags stay as they were sent. `None`, with the reason,
/// where it is not well-formed.
pub(super) fn indented(text: &Bytes, notes: &mut Vec<String>) -> Option<Bytes> {
    let mut reader = Reader::from_reader(&text[..]);
    let mut printer = Printer { text, printed: Vec::with_capacity(text.len() * 2), depth: 0, last: Last::Nothing };
    loop {
        let start = place(&reader);
        let event = reader.read_event();
        let range = start..place(&reader);
        match event {
            Ok(Event::Eof) if printer.depth > 0 => {
                notes.push("It ends inside an XML element.".to_owned());
                return None;
            }
            Ok(Event::Eof) => return Some(Bytes::from(printer.printed)),
            Ok(event) => printer.print(&event, range),
            Err(_) => {
                notes.push(format!("It is not well-formed XML: see byte {}.", reader.error_position()));
                return None;
            }
        }
    }
}

fn place(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

struct Printer<'a> {
    text: &'a [u8],
    printed: Vec<u8>,
    depth: usize,
    last: Last,
}

/// What was printed last: it decides whether what follows begins a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Nothing,
    Opening,
    Text,
    Whole,
}

impl Printer<'_> {
    fn print(&mut self, event: &Event<'_>, range: Range<usize>) {
        let sent = &self.text[range];
        match event {
            Event::Text(_) if sent.trim_ascii().is_empty() => return,
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => self.last = Last::Text,
            Event::Start(_) => {
                self.begin_line();
                self.depth += 1;
                self.last = Last::Opening;
            }
            Event::End(_) => {
                self.depth = self.depth.saturating_sub(1);
                if self.last == Last::Whole {
                    self.begin_line();
                }
                self.last = Last::Whole;
            }
            _ => {
                self.begin_line();
                self.last = Last::Whole;
            }
        }
        self.printed.extend_from_slice(sent);
    }

    /// Begins a line, unless text stands before it: there a line break would read as a part of it.
    fn begin_line(&mut self) {
        if matches!(self.last, Last::Opening | Last::Whole) {
            self.printed.push(b'\n');
            self.printed.extend(INDENT.repeat(self.depth.min(DEEPEST_INDENT)).bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn print(text: &str) -> (Option<String>, Vec<String>) {
        let mut notes = Vec::new();
        let printed = indented(&Bytes::copy_from_slice(text.as_bytes()), &mut notes);
        (printed.map(|printed| String::from_utf8(printed.to_vec()).expect("text")), notes)
    }

    #[test]
    fn elements_stand_on_their_own_lines() {
        let cases = [
            ("<a/>", "<a/>"),
            (
                "<?xml version='1.0'?><a><b x=\"1\">t</b><c/></a>",
                "<?xml version='1.0'?>\n<a>\n  <b x=\"1\">t</b>\n  <c/>\n</a>",
            ),
            ("<a>\n\n <b>\n</b> </a>", "<a>\n  <b></b>\n</a>"),
            ("<p>some <b>bold</b> text</p>", "<p>some <b>bold</b> text</p>"),
            ("<a><!-- c --><![CDATA[<x>]]></a>", "<a>\n  <!-- c --><![CDATA[<x>]]></a>"),
            (
                "<!DOCTYPE a [<!ENTITY e \"boom\">]><a>&e;&#27;</a>",
                "<!DOCTYPE a [<!ENTITY e \"boom\">]>\n<a>&e;&#27;</a>",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(print(text), (Some(expected.to_owned()), vec![]), "{text}");
        }
    }

    #[test]
    fn what_is_not_well_formed_says_so() {
        let cases = [
            ("<a><b></a>", "It is not well-formed XML: see byte 6."),
            ("<a", "It is not well-formed XML: see byte 0."),
            ("<a><b>", "It ends inside an XML element."),
        ];
        for (text, expected) in cases {
            assert_eq!(print(text), (None, vec![expected.to_owned()]), "{text}");
        }
    }

    #[test]
    fn deep_nesting_does_not_print_megabytes() {
        let text = ["<a>".repeat(50_000), "</a>".repeat(50_000)].concat();
        let (printed, _) = print(&text);
        assert!(printed.is_some_and(|printed| printed.len() < 30 * text.len()));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in r#"(<a>|</a>|<a/>|<!--|-->|<!\[CDATA\[|\]\]>|<\?|&|;|"|x| |<|>|é){0,15}"#) {
            let _ = print(&text);
        }
    }
}
