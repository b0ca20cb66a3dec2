//! What a body is: what its head says, unless its bytes say otherwise.

use bytes::Bytes;

use super::media::Media;
use super::{Field, Part, charset, coding, form, multipart, xml};
use crate::json::{Document, ParseError};
use crate::text;
use crate::wire::Head;

/// A body, ready to be shown.
#[derive(Clone, Debug)]
pub struct Readable {
    /// The body without its content coding; as sent where it has none, or none that could be taken off. Offsets and
    /// ranges in `content` are places in these bytes.
    pub bytes: Bytes,
    /// What it is.
    pub content: Content,
    /// What has to be said about how it was read, in plain sentences: a coding that was taken off, is broken or hides more
    /// than fits, a content type that does not hold. They name what was received: untrusted text, made visible.
    pub notes: Vec<String>,
}

/// What a body is.
#[derive(Clone, Debug)]
pub enum Content {
    /// There is none.
    Empty,
    /// JSON.
    Json(Document),
    /// What was meant as JSON, and where it breaks; its text is `Readable::bytes`.
    BrokenJson(ParseError),
    /// The fields of a form, in the order sent, duplicates kept.
    Form(Vec<Field>),
    /// The parts of a multipart body.
    Multipart(Vec<Part>),
    /// XML with its elements on lines of their own, as UTF-8.
    Xml(Bytes),
    /// Text as UTF-8; where its character set was not declared or does not hold, bytes that are not UTF-8 may be in it.
    Text(Bytes),
    /// Anything else: see [`super::hex`].
    Binary,
}

/// Reads a body for display. `head` says what it is meant to be, and at most `limit` bytes of it are decoded. Costs a few
/// milliseconds a MiB, so it belongs on a worker.
pub fn read(head: &Head, body: &Bytes, limit: usize) -> Readable {
    let mut notes = Vec::new();
    let bytes = coding::take_off(head, body, limit, &mut notes);
    let media = Media::of(head);
    let content = recognise(&media, &bytes, &mut notes);
    Readable { bytes, content, notes }
}

fn recognise(media: &Media, bytes: &Bytes, notes: &mut Vec<String>) -> Content {
    if bytes.is_empty() {
        return Content::Empty;
    }
    if let Some(content) = json(media, bytes, notes) {
        return content;
    }
    match media.essence() {
        "application/x-www-form-urlencoded" => Content::Form(form::fields(bytes, notes)),
        essence if essence.starts_with("multipart/") => multipart::parts(media, bytes, notes)
            .map_or_else(|| text_or_binary(media, bytes, notes), Content::Multipart),
        essence if is_xml(essence) || bytes.trim_ascii_start().starts_with(b"<?xml") => {
            let text = charset::to_utf8(media, bytes, notes);
            xml::indented(&text, notes).map_or(Content::Text(text), Content::Xml)
        }
        _ => text_or_binary(media, bytes, notes),
    }
}

/// JSON that is declared, or that shows by itself. Senders often declare nothing, or what their client puts there.
fn json(media: &Media, bytes: &Bytes, notes: &mut Vec<String>) -> Option<Content> {
    let is_declared = is_json(media.essence());
    if !is_declared && !matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'[')) {
        return None;
    }
    let says_something_else = !is_declared && !matches!(media.essence(), "" | "application/octet-stream");
    match Document::parse(bytes.clone()) {
        Ok(document) => {
            if says_something_else {
                notes.push(format!("Its content type says {}, but it is JSON.", text::visible(media.essence())));
            }
            Some(Content::Json(document))
        }
        Err(_) if says_something_else => None,
        Err(_) if !is_declared && !charset::looks_like_text(bytes) => None,
        Err(error) => Some(Content::BrokenJson(error)),
    }
}

fn text_or_binary(media: &Media, bytes: &Bytes, notes: &mut Vec<String>) -> Content {
    let is_declared = media.essence().starts_with("text/") || media.parameter("charset").is_some();
    if is_declared || charset::is_marked(bytes) || charset::looks_like_text(bytes) {
        Content::Text(charset::to_utf8(media, bytes, notes))
    } else {
        Content::Binary
    }
}

fn is_json(essence: &str) -> bool {
    matches!(essence, "application/json" | "text/json") || essence.ends_with("+json")
}

fn is_xml(essence: &str) -> bool {
    matches!(essence, "application/xml" | "text/xml") || essence.ends_with("+xml")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::wire::Version;

    fn read_as(media: Option<&str>, body: &[u8]) -> Readable {
        let head = Head::build("POST", "/", Version::Http11);
        let head = media.into_iter().fold(head, |head, media| head.header("Content-Type", media)).finish();
        read(&head, &Bytes::copy_from_slice(body), 1 << 20)
    }

    fn kind(content: &Content) -> &'static str {
        match content {
            Content::Empty => "empty",
            Content::Json(_) => "json",
            Content::BrokenJson(_) => "broken json",
            Content::Form(_) => "form",
            Content::Multipart(_) => "multipart",
            Content::Xml(_) => "xml",
            Content::Text(_) => "text",
            Content::Binary => "binary",
        }
    }

    #[test]
    fn a_body_is_what_its_bytes_bear_out() {
        let form = Some("application/x-www-form-urlencoded");
        let cases: [(Option<&str>, &[u8], &str); 28] = [
            (None, b"", "empty"),
            (Some("application/json"), b"", "empty"),
            (Some("application/json"), b"{}", "json"),
            (Some("Application/JSON; charset=utf-8"), b"1", "json"),
            (Some("application/vnd.api+json"), b"[]", "json"),
            (Some("application/json"), b"{'a':1}", "broken json"),
            (Some("application/json"), b"a=b", "broken json"),
            (Some("application/json"), b"\xff", "broken json"),
            (None, b" \n{\"a\":1}", "json"),
            (None, b"{\"a\":", "broken json"),
            (Some("application/octet-stream"), b"[1,]", "broken json"),
            (None, b"{\x00\xff", "binary"),
            (None, b"12", "text"),
            (form, b"{\"a\":1}", "json"),
            (form, b"{a}=1", "form"),
            (form, b"a=b", "form"),
            (Some("text/plain"), b"[1]", "json"),
            (Some("text/plain"), b"[info] started", "text"),
            (Some("text/plain"), b"\xff\x00", "text"),
            (Some("text/csv"), b"a,b", "text"),
            (Some("multipart/form-data; boundary=b"), b"--b\r\n\r\nx\r\n--b--", "multipart"),
            (Some("multipart/form-data; boundary=b"), b"no parts", "text"),
            (Some("application/xml"), b"<a/>", "xml"),
            (Some("application/soap+xml"), b"<a>", "text"),
            (None, b"<?xml version=\"1.0\"?><a/>", "xml"),
            (None, b"\xff\xfea\0", "text"),
            (None, b"\x89PNG\r\n", "binary"),
            (Some("image/png"), b"a\0b", "binary"),
        ];
        for (media, body, expected) in cases {
            assert_eq!(kind(&read_as(media, body).content), expected, "{media:?}: {}", body.escape_ascii());
        }
    }

    #[test]
    fn a_content_type_that_does_not_hold_is_named() {
        let cases: [(&str, &[&str]); 4] = [
            ("application/json", &[]),
            ("application/octet-stream", &[]),
            (
                "application/x-www-form-urlencoded",
                &["Its content type says application/x-www-form-urlencoded, but it is JSON."],
            ),
            ("text/\u{202e}plain", &["Its content type says text/‹U+202E›plain, but it is JSON."]),
        ];
        for (media, said) in cases {
            assert_eq!(read_as(Some(media), b"{}").notes, said, "{media}");
        }
    }

    #[test]
    fn bytes_are_shared_and_not_copied() {
        let body = Bytes::from_static(b"plain text");
        let head = Head::build("POST", "/", Version::Http11).finish();
        let readable = read(&head, &body, 10);
        assert_eq!(readable.bytes.as_ptr(), body.as_ptr());
        assert!(matches!(readable.content, Content::Text(text) if text.as_ptr() == body.as_ptr()));
    }

    proptest! {
        #[test]
        fn no_body_makes_it_panic(media in ".{0,40}", body in any::<Vec<u8>>()) {
            let essences = ["application/json", "application/xml", "multipart/x", "application/x-www-form-urlencoded", &media];
            for media in essences {
                let _ = read_as(Some(media), &body);
            }
        }
    }
}
