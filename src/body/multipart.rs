//! `multipart/*` (RFC 2046 §5.1, RFC 7578), read tolerantly: what is broken is still to be seen.

use std::ops::Range;

use memchr::memmem;

use super::media::Media;

/// More parts than anybody reads; a hostile body has millions.
const MOST_PARTS: usize = 1_000;

/// Where a part's headers do not end, its content is taken to begin behind this many.
const MOST_HEADERS: usize = 100;

/// One part of a multipart body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its headers in the order sent.
    pub headers: Vec<(String, String)>,
    /// The field it is, where it says so.
    pub name: Option<String>,
    /// The file it is, where it says so.
    pub filename: Option<String>,
    /// Where its content is in the body.
    pub range: Range<usize>,
}

/// The parts, in the order sent. `None` where no boundary shows.
pub(super) fn parts(media: &Media, bytes: &[u8], notes: &mut Vec<String>) -> Option<Vec<Part>> {
    let delimiter = match media.parameter("boundary") {
        Some(boundary) => format!("--{boundary}").into_bytes(),
        None => first_line(bytes).filter(|line| line.len() > 2 && line.starts_with(b"--"))?.to_vec(),
    };
    let mut delimiters = delimiters(bytes, &delimiter).take(MOST_PARTS + 1).peekable();
    delimiters.peek()?;
    let mut parts = Vec::new();
    let mut is_closed = false;
    while let Some(Delimiter { end, is_last, .. }) = delimiters.next() {
        if is_last {
            is_closed = true;
            break;
        }
        let until = delimiters.peek().map_or(bytes.len(), |next| next.start);
        parts.push(part(bytes, end.min(until)..until));
    }
    if parts.len() > MOST_PARTS {
        parts.truncate(MOST_PARTS);
        notes.push(format!("Only its first {MOST_PARTS} parts are shown."));
    } else if !is_closed {
        notes.push("Its closing boundary is missing.".to_owned());
    }
    Some(parts)
}

/// A line that begins with the boundary: the line break before it belongs to it, and the one that ends it.
struct Delimiter {
    start: usize,
    end: usize,
    is_last: bool,
}

fn delimiters<'a>(bytes: &'a [u8], delimiter: &'a [u8]) -> impl Iterator<Item = Delimiter> + 'a {
    let begins_line = |at: &usize| *at == 0 || bytes[*at - 1] == b'\n';
    memmem::find_iter(bytes, delimiter).filter(begins_line).filter_map(|at| {
        let behind = &bytes[at + delimiter.len()..];
        let is_last = behind.starts_with(b"--");
        let line = first_line(behind).unwrap_or(behind);
        // Another boundary may begin with this one.
        let is_whole = is_last || line.trim_ascii().is_empty();
        let end = (at + delimiter.len() + line.len()).min(bytes.len());
        is_whole.then(|| Delimiter { start: without_break(bytes, at), end: behind_break(bytes, end), is_last })
    })
}

fn part(bytes: &[u8], range: Range<usize>) -> Part {
    let mut headers = Vec::new();
    let mut at = range.start;
    while at < range.end && headers.len() < MOST_HEADERS {
        let line = first_line(&bytes[at..range.end]).unwrap_or(&bytes[at..range.end]);
        at = behind_break(bytes, at + line.len()).min(range.end);
        if line.is_empty() {
            break;
        }
        headers.push(header(&String::from_utf8_lossy(line)));
    }
    let disposition = headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-disposition"))
        .map(|(_, value)| Media::read(value))
        .unwrap_or_default();
    let said = |name: &str| disposition.parameter(name).map(str::to_owned);
    Part { name: said("name"), filename: said("filename"), headers, range: at..range.end }
}

fn header(line: &str) -> (String, String) {
    let (name, value) = line.split_once(':').unwrap_or((line, ""));
    (name.trim().to_owned(), value.trim().to_owned())
}

/// The line a text begins with, without its break; `None` where it does not end.
fn first_line(bytes: &[u8]) -> Option<&[u8]> {
    let line = &bytes[..memchr::memchr(b'\n', bytes)?];
    Some(line.strip_suffix(b"\r").unwrap_or(line))
}

/// The place behind the line break at a place, if there is one.
fn behind_break(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + [&b"\r\n"[..], b"\n"].into_iter().find(|line_break| rest.starts_with(line_break)).map_or(0, <[u8]>::len)
}

/// The place before the line break that ends at a place, if there is one.
fn without_break(bytes: &[u8], at: usize) -> usize {
    let before = &bytes[..at];
    at - [&b"\r\n"[..], b"\n"].into_iter().find(|line_break| before.ends_with(line_break)).map_or(0, <[u8]>::len)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read<'a>(media: &str, body: &'a [u8]) -> (Option<Vec<Told<'a>>>, Vec<String>) {
        let mut notes = Vec::new();
        let parts = parts(&Media::read(media), body, &mut notes);
        let told = |part: Part| (part.name, part.filename, part.headers.len(), &body[part.range]);
        (parts.map(|parts| parts.into_iter().map(told).collect()), notes)
    }

    /// Name, filename, number of headers, content.
    type Told<'a> = (Option<String>, Option<String>, usize, &'a [u8]);

    fn told<'a>(name: &str, filename: &str, headers: usize, content: &'a [u8]) -> Told<'a> {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        (some(name), some(filename), headers, content)
    }

    #[test]
    fn parts_are_found_with_their_names_and_bytes() {
        let body = b"preamble\r\n--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n2\r\n\
            --XX  \r\ncontent-disposition: form-data; name=f; filename=\"x;y.bin\"\r\nContent-Type: a/b\r\n\r\n\0--XX\xff\r\n\
            --XXY\r\n--XX\r\n\r\n\r\n--XX--\r\nepilogue\r\n--XX\r\n";
        let expected =
            vec![told("a", "", 1, b"1\r\n2"), told("f", "x;y.bin", 2, b"\0--XX\xff\r\n--XXY"), told("", "", 0, b"")];
        assert_eq!(read("multipart/form-data; boundary=XX", body), (Some(expected), vec![]));
    }

    /// A content type, a body, its parts, and what is said about it.
    type Case = (&'static str, &'static [u8], Option<Vec<Told<'static>>>, &'static [&'static str]);

    #[test]
    fn broken_bodies_show_what_can_be_seen() {
        let cases: [Case; 6] = [
            ("multipart/form-data; boundary=b", b"no boundary at all", None, &[]),
            ("multipart/form-data", b"no boundary at all\n", None, &[]),
            ("multipart/mixed", b"--b\nA: 1\n\nx\n--b--", Some(vec![told("", "", 1, b"x")]), &[]),
            (
                "multipart/mixed; boundary=b",
                b"--b\n\nx",
                Some(vec![told("", "", 0, b"x")]),
                &["Its closing boundary is missing."],
            ),
            (
                "multipart/mixed; boundary=b",
                b"--b",
                Some(vec![told("", "", 0, b"")]),
                &["Its closing boundary is missing."],
            ),
            (
                "multipart/mixed; boundary=b",
                b"--b\nno colon",
                Some(vec![told("", "", 1, b"")]),
                &["Its closing boundary is missing."],
            ),
        ];
        for (media, body, expected, said) in cases {
            let said = said.iter().map(|&note| note.to_owned()).collect();
            assert_eq!(read(media, body), (expected, said), "{}", body.escape_ascii());
        }
    }

    #[test]
    fn a_flood_of_parts_is_cut_and_said_so() {
        let body = b"--b\n\n".repeat(5_000);
        let (parts, notes) = read("multipart/mixed; boundary=b", &body);
        assert_eq!(parts.map(|parts| parts.len()), Some(1_000));
        assert_eq!(notes, ["Only its first 1000 parts are shown."]);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(body in r"(--b|--|b|\r\n|\n|:|;|x| ){0,20}") {
            for media in ["multipart/mixed", "multipart/mixed; boundary=b", "multipart/mixed; boundary=\"\""] {
                let _ = read(media, body.as_bytes());
            }
        }
    }
}
