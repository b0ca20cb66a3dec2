//! The parser: one pass, no recursion, no stack beside the nodes themselves.

use super::document::{NONE, Node};
use super::error::Mistake;
use super::scan;

/// Bytes a value takes in a body of few long ones; denser bodies make the arena grow.
const BYTES_PER_VALUE: usize = 32;

/// A parse under way.
pub(super) struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
    nodes: Vec<Node>,
    /// The innermost container that is not closed yet. Until it is closed, its `after` counts its items.
    open: u32,
}

impl<'a> Parser<'a> {
    pub(super) fn new(bytes: &'a [u8], start: usize) -> Self {
        let nodes = Vec::with_capacity(bytes.len() / BYTES_PER_VALUE + 8);
        Self { bytes, at: start, nodes, open: NONE }
    }

    pub(super) fn run(mut self) -> Result<Box<[Node]>, Mistake> {
        if self.bytes.len() >= NONE as usize {
            return Err(Mistake { what: "more than 4 GiB", offset: 0 });
        }
        if let Err(error) = simdutf8::compat::from_utf8(self.bytes) {
            return Err(Mistake { what: "bytes that are not UTF-8", offset: error.valid_up_to() });
        }
        self.skip_blanks();
        loop {
            let opened = self.value()?;
            if !opened && self.close()? {
                return Ok(self.nodes.into_boxed_slice());
            }
        }
    }

    /// Reads one value, with its key where it has one. Says whether it is a container that now waits for its first item.
    fn value(&mut self) -> Result<bool, Mistake> {
        let label = self.label()?;
        let start = self.at;
        let end = match self.peek() {
            Some(b'"') => scan::string(self.bytes, start)?,
            Some(b'-' | b'0'..=b'9') => scan::number(self.bytes, start)?,
            Some(b'{' | b'[') => start + 1,
            Some(b't') => self.word("true")?,
            Some(b'f') => self.word("false")?,
            Some(b'n') => self.word("null")?,
            _ => return Err(self.no_value()),
        };
        let index = self.nodes.len() as u32;
        let depth = self.nodes.get(self.open as usize).map_or(0, |parent| parent.depth + 1);
        let (start, end) = (start as u32, end as u32);
        if self.nodes.len() == self.nodes.capacity() {
            self.grow();
        }
        self.nodes.push(Node { start, end, label, parent: self.open, after: index + 1, depth });
        self.at = end as usize;
        if !matches!(self.bytes[start as usize], b'{' | b'[') {
            return Ok(false);
        }
        self.nodes[index as usize].after = 0;
        self.open = index;
        self.skip_blanks();
        Ok(self.peek() != Some(self.closing()))
    }

    /// Makes room for what the rest of the body will need, going by what was read of it: plain doubling could hold half of
    /// a large arena for nothing. At least a quarter more each time keeps the whole linear, whatever comes.
    #[cold]
    fn grow(&mut self) {
        let (held, rest) = (self.nodes.len(), self.bytes.len() - self.at);
        let expected = held.saturating_mul(rest) / self.at.max(1);
        self.nodes.reserve_exact((expected + expected / 32).clamp(held / 4, held));
    }

    /// Reads what follows a value: closings, then a comma, or the end. Says whether it was the end.
    fn close(&mut self) -> Result<bool, Mistake> {
        loop {
            self.skip_blanks();
            if self.open == NONE {
                return if self.at == self.bytes.len() {
                    Ok(true)
                } else {
                    Err(self.mistake("more text behind the JSON"))
                };
            }
            match self.peek() {
                Some(b',') => {
                    self.at += 1;
                    self.skip_blanks();
                    return Ok(false);
                }
                Some(byte) if byte == self.closing() => self.close_one(),
                _ => return Err(self.not_closed()),
            }
        }
    }

    fn close_one(&mut self) {
        self.at += 1;
        let after = self.nodes.len() as u32;
        let node = &mut self.nodes[self.open as usize];
        node.end = self.at as u32;
        node.after = after;
        self.open = node.parent;
    }

    /// What a value is found by in its container; the reading goes on behind it.
    fn label(&mut self) -> Result<u32, Mistake> {
        let Some(container) = self.nodes.get_mut(self.open as usize) else { return Ok(NONE) };
        if self.bytes[container.start as usize] == b'[' {
            container.after += 1;
            return Ok(container.after - 1);
        }
        let start = self.at;
        if self.peek() != Some(b'"') {
            return Err(self.no_key());
        }
        self.at = scan::string(self.bytes, start)?;
        self.skip_blanks();
        if self.peek() != Some(b':') {
            return Err(self.mistake("a `:` is missing behind a key"));
        }
        self.at += 1;
        self.skip_blanks();
        Ok(start as u32)
    }

    /// Behind one of JSON's three words.
    fn word(&self, word: &'static str) -> Result<usize, Mistake> {
        if self.bytes[self.at..].starts_with(word.as_bytes()) {
            Ok(self.at + word.len())
        } else {
            Err(self.mistake("a word that is not `true`, `false` or `null`"))
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    fn skip_blanks(&mut self) {
        self.at = scan::blanks(self.bytes, self.at);
    }

    /// The bracket that closes the innermost open container.
    fn closing(&self) -> u8 {
        if self.is_in_object() { b'}' } else { b']' }
    }

    fn is_in_object(&self) -> bool {
        self.nodes.get(self.open as usize).is_some_and(|node| self.bytes[node.start as usize] == b'{')
    }

    fn mistake(&self, what: &'static str) -> Mistake {
        Mistake { what, offset: self.at }
    }

    fn no_value(&self) -> Mistake {
        self.mistake(match self.peek() {
            None if self.nodes.is_empty() => "nothing but an empty body",
            None => "the end, where a value belongs",
            Some(b'\'') => "a single quote where a double quote belongs",
            Some(b']' | b'}') => "a value is missing before a closing bracket",
            Some(b',') => "a value is missing before a comma",
            Some(_) => "what is not a value",
        })
    }

    fn no_key(&self) -> Mistake {
        self.mistake(match self.peek() {
            None => "the end, inside an object",
            Some(b'}') => "a comma before the closing bracket",
            Some(_) => "a key that is not in double quotes",
        })
    }

    fn not_closed(&self) -> Mistake {
        self.mistake(match (self.peek(), self.is_in_object()) {
            (None, true) => "the end, inside an object",
            (None, false) => "the end, inside an array",
            (Some(_), true) => "a `,` or `}` is missing",
            (Some(_), false) => "a `,` or `]` is missing",
        })
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use crate::json::Document;

    #[test]
    fn what_is_json_is_read() {
        let cases: [&[u8]; 14] = [
            b"null",
            b" \t\r\n[ ] ",
            b"{ }",
            br#""""#,
            b"-0",
            b"0.5e-10",
            b"1E+400",
            b"123456789012345678901234567890",
            br#"{"a":1,"a":2}"#,
            br#""\ud800 \u0000 \uDBFF\uDFFF""#,
            "\"\u{7f}\u{2028}\u{10ffff}\"".as_bytes(),
            br#"[[[[]],{}],{"a":{}}]"#,
            b"\xef\xbb\xbf{}",
            br#""12345678""#,
        ];
        for bytes in cases {
            assert!(Document::parse(Bytes::from_static(bytes)).is_ok(), "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn what_is_not_json_shows_where_it_breaks() {
        let cases: [(&[u8], &str); 34] = [
            (b"", "nothing but an empty body at line 1, column 1"),
            (b" \n ", "nothing but an empty body at line 2, column 2"),
            (b"\xef\xbb\xbf!", "what is not a value at line 1, column 1"),
            (b"{} {}", "more text behind the JSON at line 1, column 4"),
            (b"[1,]", "a value is missing before a closing bracket at line 1, column 4"),
            (b"[,1]", "a value is missing before a comma at line 1, column 2"),
            (b"[1 2]", "a `,` or `]` is missing at line 1, column 4"),
            (b"[1}", "a `,` or `]` is missing at line 1, column 3"),
            (b"[", "the end, where a value belongs at line 1, column 2"),
            (b"[1", "the end, inside an array at line 1, column 3"),
            (b"]", "a value is missing before a closing bracket at line 1, column 1"),
            (b"{", "the end, inside an object at line 1, column 2"),
            (br#"{"a":1"#, "the end, inside an object at line 1, column 7"),
            (br#"{"a":1,}"#, "a comma before the closing bracket at line 1, column 8"),
            (br#"{"a" 1}"#, "a `:` is missing behind a key at line 1, column 6"),
            (br#"{"a":}"#, "a value is missing before a closing bracket at line 1, column 6"),
            (b"{a:1}", "a key that is not in double quotes at line 1, column 2"),
            (br#"{"a":1 "b":2}"#, "a `,` or `}` is missing at line 1, column 8"),
            (b"['a']", "a single quote where a double quote belongs at line 1, column 2"),
            (b"\n[\n  tru ]", "a word that is not `true`, `false` or `null` at line 3, column 3"),
            (b"NaN", "what is not a value at line 1, column 1"),
            (b"+1", "what is not a value at line 1, column 1"),
            (b"01", "a number that begins with 0 at line 1, column 1"),
            (b"-", "a digit is missing in a number at line 1, column 2"),
            (b"1.", "a digit is missing in a number at line 1, column 3"),
            (b".5", "what is not a value at line 1, column 1"),
            (b"1e+", "a digit is missing in a number at line 1, column 4"),
            (b"1a", "more text behind the JSON at line 1, column 2"),
            ("[\"日本\", x]".as_bytes(), "what is not a value at line 1, column 8"),
            (br#"["abc"#, "a string that does not end at line 1, column 2"),
            (b"\"a\nb\"", "an unescaped control character in a string at line 1, column 3"),
            (br#""\x""#, "a backslash that escapes nothing at line 1, column 2"),
            (br#""\u12G4""#, r"a `\u` without its four hexadecimal digits at line 1, column 2"),
            (b"[\"caf\xe9\"]", "bytes that are not UTF-8 at line 1, column 6"),
        ];
        for (bytes, expected) in cases {
            let error = Document::parse(Bytes::from_static(bytes)).expect_err(expected);
            assert_eq!(error.to_string(), expected, "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn a_quote_is_found_at_every_place_of_a_word() {
        for length in 0..40 {
            for (special, is_json) in [("", true), (r"\n", true), ("\u{1}", false), ("é", true), ("\u{10ffff}", true)]
            {
                let text = format!("\"{}{special}tail\" ", "x".repeat(length));
                assert_eq!(Document::parse(text.clone().into()).is_ok(), is_json, "{text:?}");
            }
        }
    }

    #[test]
    fn a_hundred_thousand_open_brackets_are_one_mistake() {
        let error = Document::parse(Bytes::from(vec![b'['; 100_000])).expect_err("not closed");
        assert_eq!((error.offset, error.column), (100_000, 100_001));
    }
}
