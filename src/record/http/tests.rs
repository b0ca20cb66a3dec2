use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::wire::Extent;

fn delivery(head: impl Into<Bytes>, body: impl Into<Bytes>) -> Delivery {
    let (head, body) = (Head::parse(head.into()), body.into());
    Delivery { received_at: Timestamp::UNIX_EPOCH, peer: None, head, body, extent: Extent::Whole }
}

const HEAD: &str =
    "POST /hooks HTTP/1.1\r\nX-Dup: 1\r\nHOST:  h \r\nA: b\n folded\r\nx-dup:\t2\r\nContent-Length: 8\r\n\r\n";
const BODY: &str = "{\"id\":1}";
const TEXT: &str =
    "POST /hooks HTTP/1.1\nX-Dup: 1\nHOST:  h \nA: b\n folded\nx-dup:\t2\nContent-Length: 8\n\n{\"id\":1}";

/// What becomes of an edited text.
fn edited(edit: impl FnOnce(String) -> String) -> Result<Message, String> {
    read(&edit(TEXT.to_owned()).into(), &delivery(HEAD, BODY)).map_err(|error| error.to_string())
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn a_delivery_is_a_request_line_headers_an_empty_line_and_the_body() {
    assert_eq!(text(&write(&delivery(HEAD, BODY))), TEXT);
    assert_eq!(text(&write(&delivery("\r\nGET / HTTP/1.0\r\n\r\n", "a\r\nb\n"))), "GET / HTTP/1.0\n\na\r\nb\n");
}

#[test]
fn what_an_editor_does_by_itself_is_no_change() {
    let kinds: [(&str, fn(String) -> String); 4] = [
        ("nothing", |text| text),
        ("a last line break", |text| text + "\n"),
        ("CRLF in the head", |text| text.replace('\n', "\r\n")),
        ("an empty first line", |text| format!("\n{text}")),
    ];
    for (name, edit) in kinds {
        let message = edited(edit).unwrap();
        assert!(message.changes.is_none(), "{name}: {}", message.changes);
        assert_eq!((text(message.head.as_bytes()), text(&message.body)), (HEAD, BODY), "{name}");
    }
}

#[test]
fn untouched_lines_keep_their_bytes_and_line_ends() {
    let cases: [(&str, &str, &str, &str, &str); 7] = [
        ("HOST:  h \n", "HOST:  i \n", "HOST:  h \r\n", "HOST:  i \r\n", "1 header"),
        (" folded\n", " other\n", " folded\r\n", " other\r\n", "1 header"),
        ("A: b\n", "A: b\nB: c\n", "A: b\n", "A: b\nB: c\r\n", "1 header"),
        ("X-Dup: 1\n", "", "X-Dup: 1\r\n", "", "1 header"),
        ("x-dup:\t2\n", "x-dup: 2\nC:\n", "x-dup:\t2\r\n", "x-dup: 2\r\nC:\r\n", "2 headers"),
        ("POST /hooks", "PUT /other?x", "POST /hooks", "PUT /other?x", "request line"),
        (
            "X-Dup: 1\nHOST:  h \n",
            "HOST:  h \nX-Dup: 1\n",
            "X-Dup: 1\r\nHOST:  h \r\n",
            "HOST:  h \r\nX-Dup: 1\r\n",
            "1 header",
        ),
    ];
    for (old, new, head_old, head_new, changes) in cases {
        let message = edited(|text| text.replacen(old, new, 1)).unwrap();
        assert_eq!(text(message.head.as_bytes()), HEAD.replacen(head_old, head_new, 1), "{new:?}");
        assert_eq!((message.changes.to_string().as_str(), text(&message.body)), (changes, BODY), "{new:?}");
    }
}

#[test]
fn the_length_follows_the_body_and_is_no_change_of_its_own() {
    let cases = [
        ("{\"id\":1}", "{\"id\":1234}\n", "{\"id\":1234}", "body +3 B"),
        ("{\"id\":1}", "{}", "{}", "body \u{2212}6 B"),
        ("{\"id\":1}", "{\"id\":2}", "{\"id\":2}", "body, same size"),
        ("\n{\"id\":1}", "", "", "body \u{2212}8 B"),
        ("{\"id\":1}", "a\r\nb\r\n", "a\r\nb", "body \u{2212}4 B"),
    ];
    for (old, new, body, changes) in cases {
        let message = edited(|text| text.replacen(old, new, 1)).unwrap();
        assert_eq!((text(&message.body), message.changes.to_string().as_str()), (body, changes));
        let length = format!("Content-Length: {}", body.len());
        assert_eq!(text(message.head.as_bytes()), HEAD.replacen("Content-Length: 8", &length, 1), "{new:?}");
    }
    let message = edited(|text| text.replacen("Length: 8\n\n{\"id\":1}", "Length: 9\n\n{}", 1)).unwrap();
    assert_eq!(message.changes.to_string(), "1 header, body \u{2212}6 B");
    assert_eq!(message.head.get("content-length"), Some(&b"9"[..]), "what somebody wrote stays");
}

#[test]
fn a_last_line_break_stays_where_there_was_one() {
    let original = delivery("POST / HTTP/1.1\r\n\r\n", "a\n");
    for (body, expected) in [("a\n", "a\n"), ("b\n", "b\n"), ("a", "a"), ("a\n\n", "a\n\n")] {
        let message = read(&format!("POST / HTTP/1.1\n\n{body}").into(), &original).unwrap();
        assert_eq!(text(&message.body), expected);
    }
    let ends_in_cr = delivery("POST / HTTP/1.1\r\n\r\n", "a\r");
    assert!(read(&Bytes::from_static(b"POST / HTTP/1.1\n\na\r\n"), &ends_in_cr).unwrap().changes.is_none());
}

#[test]
fn a_broken_message_says_in_which_line() {
    let request = "expected a request line such as POST /hooks HTTP/1.1";
    let header = "expected a header such as Content-Type: application/json, or an empty line before the body";
    let cases: [(&str, &str, String); 9] = [
        (TEXT, " \n\n", "the file is empty".to_owned()),
        ("POST /hooks HTTP/1.1\n", "", format!("line 1: {request}")),
        ("POST /hooks HTTP/1.1\n", "\n\nPOST /hooks\n", format!("line 3: {request}")),
        ("POST /hooks HTTP/1.1", "POST /ho oks HTTP/1.1", format!("line 1: {request}")),
        ("POST /hooks HTTP/1.1\nX-Dup: 1\n", "POST /hooks HTTP/1.1\n folded\n", format!("line 2: {header}")),
        ("x-dup:\t2", "x-dup 2", format!("line 6: {header}")),
        ("x-dup:\t2", "x dup: 2", format!("line 6: {header}")),
        ("x-dup:\t2", "x-dup: \u{1b}[2J", "line 6: a header cannot have a control character in it".to_owned()),
        ("8\n\n{", "8\n{", format!("line 8: {header}")),
    ];
    for (old, new, message) in cases {
        assert_eq!(edited(|text| text.replacen(old, new, 1)).unwrap_err(), message, "{new:?}");
    }
}

#[test]
fn what_an_editor_would_spoil_is_not_given_to_one() {
    let encoded = "POST / HTTP/1.1\r\nContent-Encoding: gzip\r\n\r\n";
    let plain = "POST / HTTP/1.1\r\nContent-Encoding: identity\r\n\r\n";
    let cases: [(&[u8], &[u8], Result<(), &str>); 5] = [
        (plain.as_bytes(), "ä\u{7}".as_bytes(), Ok(())),
        (encoded.as_bytes(), b"{}", Err("its body is encoded (gzip), and an editor would spoil it")),
        (plain.as_bytes(), b"\xff", Err("its body is not UTF-8 text, and an editor would spoil it")),
        (plain.as_bytes(), b"a\0b", Err("its body is not UTF-8 text, and an editor would spoil it")),
        (
            b"GET / HTTP/1.1\r\nA: \xe9\r\n\r\n",
            b"",
            Err("its headers are not UTF-8 text, and an editor would spoil them"),
        ),
    ];
    for (head, body, expected) in cases {
        let found = editable(&delivery(head.to_vec(), body.to_vec())).map_err(|error| error.to_string());
        assert_eq!(found, expected.map_err(str::to_owned));
    }
    let mut part = delivery("POST / HTTP/1.1\r\n\r\n", "");
    part.extent = Extent::Cut { size: None };
    assert_eq!(editable(&part), Err(NotEditable::Truncated));
}

/// Heads as they come: folded lines, odd blanks, either line break, duplicates.
fn head() -> impl Strategy<Value = String> {
    let field = "[A-Za-z-]{1,6}:[ \t]{0,2}[ -~]{0,6}(\r\n|\n)([ \t][ -~]{0,4}(\r\n|\n)){0,2}";
    let fields = prop::collection::vec(field, 0..6);
    ("(\r\n){0,2}POST /[a-z]{0,4} HTTP/1\\.1(\r\n|\n)", fields, "(\r\n|\n)")
        .prop_map(|(request, fields, end)| [request, fields.concat(), end].concat())
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(head in head(), body in "\\PC{0,8}[\r\n]{0,3}", added in "\n?") {
        let original = delivery(head, body);
        let added = if original.body.ends_with(b"\n") { "" } else { &added };
        let written = [&write(&original)[..], added.as_bytes()].concat();
        let message = read(&written.into(), &original).unwrap();
        prop_assert!(message.changes.is_none());
        prop_assert_eq!((&message.head, &message.body), (&original.head, &original.body));
    }

    #[test]
    fn a_new_line_leaves_the_others_as_they_were(head in head(), body in "[a-z]{0,8}") {
        let original = delivery(head.clone(), body.clone());
        let written = String::from_utf8(write(&original)).unwrap();
        let edited = written.replacen(" HTTP/1.1\n", " HTTP/1.1\nNew-Line: 1\n", 1);
        let message = read(&edited.into(), &original).unwrap();
        let first = head.find(" HTTP/1.1").unwrap() + " HTTP/1.1".len();
        let line_break = if head[first..].starts_with("\r\n") { "\r\n" } else { "\n" };
        let at = first + line_break.len();
        let expected = format!("{}New-Line: 1{line_break}{}", &head[..at], &head[at..]);
        prop_assert_eq!(text(message.head.as_bytes()), expected);
        prop_assert_eq!(&message.body, &original.body);
        prop_assert_eq!(message.changes, Changes { headers: 1, ..Changes::default() });
    }

    #[test]
    fn no_text_panics(edited in "[ -~\r\n:]{0,60}") {
        let _ = read(&edited.into(), &delivery(HEAD, BODY));
    }
}
