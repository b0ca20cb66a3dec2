//! A request as it will stand on the wire, and how a captured delivery becomes one.
//!
//! The captured head is edited line by line, never printed again: what need not change cannot change.

use bytes::Bytes;

use super::Target;
use crate::text;
use crate::wire::lines::{blank_lines, field_lines, field_name, skip_line, with_value};
use crate::wire::{Delivery, Extent, Head, Header, Version};

/// A request as it will stand on the wire: these bytes and no others are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The whole head in the layout of HTTP/1, its `host` and `content-length` right already.
    pub head: Head,
    /// The body, sent after it as it is.
    pub body: Bytes,
}

/// Why a capture is not sent again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSendable {
    /// Only a part of its body is held.
    #[error("only {kept} of {whole} was kept, and a part is never sent as if it were the whole")]
    Truncated {
        /// The size of what is held, for people.
        kept: String,
        /// The size of the whole body, for people.
        whole: String,
    },
    /// HTTP or a limit refused it, so it never was a whole request.
    #[error("this request was refused with {status}, so there is no whole delivery to send")]
    Refused {
        /// The status its sender was answered.
        status: u16,
    },
    /// Its method is not one that can be sent on: there is none, or it asks for a tunnel.
    #[error("a request with the method `{0}` cannot be sent again")]
    Method(String),
    /// The target is our own listener.
    #[error("{0} is this hookglass itself: sending there would come back as a new delivery, without end")]
    Loop(String),
}

/// Header fields that concern one connection only (RFC 9110, section 7.6.1), with `Expect`, which asks for a pause that
/// is not made, and `Trailer`, whose fields went with the chunks.
const HOP_BY_HOP: [&str; 8] =
    ["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "expect"];

impl Outgoing {
    /// A captured delivery as it is sent to a target: the head byte for byte but for the request target, `host`, the
    /// fields of the captured connection and the length.
    pub fn of(delivery: &Delivery, target: &Target) -> Result<Self, NotSendable> {
        if let Extent::Cut { size } = delivery.extent {
            let kept = text::size(delivery.body.len() as u64);
            return Err(NotSendable::Truncated { kept, whole: size.map_or("a larger body".to_owned(), text::size) });
        }
        let method = delivery.head.method();
        if method == "CONNECT" || hyper::Method::from_bytes(method.as_bytes()).is_err() {
            return Err(NotSendable::Method(text::visible(method).into_owned()));
        }
        Ok(Self { head: head_for(&delivery.head, delivery.body.len(), target), body: delivery.body.clone() })
    }

    /// The same with one more header field, as the last.
    pub(crate) fn with_field(self, name: &str, value: &str) -> Self {
        let head = self.head.as_bytes();
        // A head that is sent ends with its empty line.
        let fields = head.strip_suffix(b"\r\n").unwrap_or(head);
        let head = [fields, name.as_bytes(), b": ", value.as_bytes(), b"\r\n\r\n"].concat();
        Self { head: Head::parse(Bytes::from(head)), body: self.body }
    }
}

/// The fields of a head that are meant for whoever it is for in the end, not for one connection.
pub(crate) fn end_to_end(head: &Head) -> impl Iterator<Item = Header<'_>> {
    let dropped = named_by_connection(head);
    head.headers().filter(move |header| {
        let name = header.name.to_ascii_lowercase();
        !HOP_BY_HOP.contains(&&*name) && !dropped.contains(&name)
    })
}

fn head_for(captured: &Head, length: usize, target: &Target) -> Head {
    let mut edit = Edit::begin(captured, length, target);
    for line in field_lines(captured.as_bytes()) {
        edit.take(line);
    }
    edit.finish()
}

/// A head on its way from the one that was captured to the one that is sent.
struct Edit {
    sent: Vec<u8>,
    host: String,
    /// Where `host` goes if the captured head has none.
    first_field: usize,
    has_host: bool,
    length: usize,
    /// Whether the length has been told, and where it goes if it has to be and nothing tells it.
    has_length: bool,
    framing_at: Option<usize>,
    dropped: Vec<String>,
}

impl Edit {
    fn begin(captured: &Head, length: usize, target: &Target) -> Self {
        let bytes = captured.as_bytes();
        let start = blank_lines(bytes);
        let line_end = skip_line(bytes, start);
        let ending: &[u8] = if bytes[start..line_end].ends_with(b"\r\n") { b"\r\n" } else { b"\n" };
        let version = match captured.version() {
            Version::Http10 => Version::Http10,
            _ => Version::Http11,
        };
        let request_target = target.request_target(captured.target_bytes());
        let method = captured.method().as_bytes();
        let sent = [method, b" ", &request_target, b" ", version.as_str().as_bytes(), ending].concat();
        Self {
            first_field: sent.len(),
            sent,
            host: target.authority(),
            has_host: false,
            length,
            has_length: false,
            framing_at: None,
            dropped: named_by_connection(captured),
        }
    }

    fn take(&mut self, line: &[u8]) {
        let name = field_name(line);
        if name == "host" {
            if !std::mem::replace(&mut self.has_host, true) {
                self.sent.extend(with_value(line, self.host.as_bytes()));
            }
        } else if name == "content-length" {
            if !std::mem::replace(&mut self.has_length, true) {
                self.sent.extend(with_value(line, self.length.to_string().as_bytes()));
            }
        } else if name == "transfer-encoding" {
            self.framing_at.get_or_insert(self.sent.len());
        } else if !HOP_BY_HOP.contains(&&*name) && !self.dropped.contains(&name) {
            self.sent.extend_from_slice(line);
        }
    }

    fn finish(mut self) -> Head {
        if !self.has_length && (self.length > 0 || self.framing_at.is_some()) {
            let field = format!("content-length: {}\r\n", self.length).into_bytes();
            let at = self.framing_at.unwrap_or(self.sent.len());
            self.sent.splice(at..at, field);
        }
        if !self.has_host {
            let field = format!("host: {}\r\n", self.host).into_bytes();
            self.sent.splice(self.first_field..self.first_field, field);
        }
        if !self.sent.ends_with(b"\n") {
            self.sent.extend_from_slice(b"\r\n");
        }
        self.sent.extend_from_slice(b"\r\n");
        Head::parse(Bytes::from(self.sent))
    }
}

fn named_by_connection(head: &Head) -> Vec<String> {
    let values = head.get_all("connection").filter_map(|value| std::str::from_utf8(value).ok());
    values.flat_map(|value| value.split(',')).map(|name| name.trim().to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;

    fn delivery(head: &'static [u8], body: &'static [u8]) -> Delivery {
        Delivery {
            received_at: Timestamp::UNIX_EPOCH,
            peer: None,
            head: Head::parse(Bytes::from_static(head)),
            body: Bytes::from_static(body),
            extent: Extent::Whole,
        }
    }

    fn sent(head: &'static [u8], body: &'static [u8]) -> String {
        let target = "http://localhost:3000".parse().unwrap();
        let outgoing = Outgoing::of(&delivery(head, body), &target).unwrap();
        assert_eq!(outgoing.body, body);
        String::from_utf8(outgoing.head.as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn only_what_must_change_changes() {
        let cases: [(&[u8], &[u8], &str); 9] = [
            (
                b"POST /a/../b?q=%7E HTTP/1.1\r\nX-Dup: 1\r\nHOST:  h \r\nx-dup:\t2 \r\nContent-Length: 2\r\n\r\n",
                b"{}",
                "POST /a/../b?q=%7E HTTP/1.1\r\nX-Dup: 1\r\nHOST:  localhost:3000 \r\nx-dup:\t2 \r\nContent-Length: 2\r\n\r\n",
            ),
            (
                b"POST / HTTP/1.1\r\nhost: h\r\nTransfer-Encoding: chunked\r\nTrailer: t\r\nA: b\r\n\r\n",
                b"{}",
                "POST / HTTP/1.1\r\nhost: localhost:3000\r\ncontent-length: 2\r\nA: b\r\n\r\n",
            ),
            (
                b"POST / HTTP/1.1\r\nhost: h\r\nContent-Length: 9\r\ncontent-length: 9\r\n\r\n",
                b"{}",
                "POST / HTTP/1.1\r\nhost: localhost:3000\r\nContent-Length: 2\r\n\r\n",
            ),
            (
                b"POST / HTTP/1.1\r\nConnection: x-hop, Close\r\nhost: h\r\nX-Hop: 1\r\nExpect: 100-continue\r\nTE: a\r\nUpgrade: b\r\n\r\n",
                b"",
                "POST / HTTP/1.1\r\nhost: localhost:3000\r\n\r\n",
            ),
            (b"GET /x HTTP/1.0\r\n\r\n", b"", "GET /x HTTP/1.0\r\nhost: localhost:3000\r\n\r\n"),
            (
                b"POST / HTTP/2.0\r\nhost: h\r\na: b\r\n\r\n",
                b"{}",
                "POST / HTTP/1.1\r\nhost: localhost:3000\r\na: b\r\ncontent-length: 2\r\n\r\n",
            ),
            (
                b"\r\nGET / HTTP/1.1\nhost: h\nhost: i\nA: b\n folded\n\n",
                b"",
                "GET / HTTP/1.1\nhost: localhost:3000\nA: b\n folded\n\r\n",
            ),
            (b"GET / HTTP/1.1\r\nhost:", b"", "GET / HTTP/1.1\r\nhost:localhost:3000\r\n\r\n"),
            (
                b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n",
                b"",
                "POST / HTTP/1.1\r\nHost: localhost:3000\r\ncontent-length: 0\r\n\r\n",
            ),
        ];
        for (captured, body, expected) in cases {
            assert_eq!(sent(captured, body), expected, "{}", String::from_utf8_lossy(captured));
        }
    }

    #[test]
    fn header_values_that_are_not_utf8_are_sent_as_captured() {
        let target = "3000".parse().unwrap();
        let outgoing =
            Outgoing::of(&delivery(b"GET / HTTP/1.1\r\nhost: h\r\nX: \xff\x80\r\n\r\n", b""), &target).unwrap();
        assert_eq!(outgoing.head.get("x"), Some(&b"\xff\x80"[..]));
    }

    #[test]
    fn a_field_of_our_own_is_the_last_of_the_head() {
        let captured = delivery(b"GET / HTTP/1.1\r\nVia: 1.1 a\r\n\r\n", b"");
        let outgoing = Outgoing::of(&captured, &"3000".parse().unwrap()).unwrap().with_field("Via", "1.1 b");
        let expected = b"GET / HTTP/1.1\r\nhost: localhost:3000\r\nVia: 1.1 a\r\nVia: 1.1 b\r\n\r\n";
        assert_eq!(&outgoing.head.as_bytes()[..], expected);
    }

    #[test]
    fn a_part_of_a_body_is_never_sent() {
        let mut part = delivery(b"POST / HTTP/1.1\r\nhost: h\r\n\r\n", b"{}");
        part.extent = Extent::Cut { size: None };
        assert!(matches!(Outgoing::of(&part, &"3000".parse().unwrap()), Err(NotSendable::Truncated { .. })));
    }

    #[test]
    fn a_tunnel_or_no_method_at_all_is_not_sent() {
        for head in [&b"CONNECT h:443 HTTP/1.1\r\n\r\n"[..], b"", b"G\x01T / HTTP/1.1\r\n\r\n"] {
            let refused = Outgoing::of(&delivery(head, b""), &"3000".parse().unwrap());
            assert!(matches!(refused, Err(NotSendable::Method(_))), "{}", String::from_utf8_lossy(head));
        }
    }

    proptest! {
        #[test]
        fn whatever_was_captured_what_is_sent_is_one_head(
            lines in prop::collection::vec("(host|Content-Length|transfer-encoding|connection|a)?:? ?[a-z, 0-9]{0,6}\r?\n", 0..8),
            length in 0_usize..3,
        ) {
            let text = format!("POST /x HTTP/1.1\r\n{}\r\n", lines.concat());
            let captured = Delivery { body: Bytes::from(vec![b'x'; length]), ..delivery(b"", b"") };
            let captured = Delivery { head: Head::parse(text.into()), ..captured };
            let head = Outgoing::of(&captured, &"3000".parse().unwrap()).unwrap().head;
            let end = memchr::memmem::find_iter(head.as_bytes(), b"\n\r\n").last();
            prop_assert_eq!(end.map(|at| at + 3), Some(head.as_bytes().len()));
            prop_assert_eq!(head.get_all("host").collect::<Vec<_>>(), [b"localhost:3000"]);
            prop_assert_eq!(head.get_all("transfer-encoding").count(), 0);
            let lengths: Vec<_> = head.get_all("content-length").collect();
            prop_assert!(lengths.len() <= 1 && lengths.iter().all(|told| *told == length.to_string().as_bytes()));
            prop_assert!(length == 0 || lengths.len() == 1);
        }
    }
}
