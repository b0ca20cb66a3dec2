//! What a delivery says of the way it came: the public URL it was sent to, and by whom.
//!
//! Proxies note it down (`X-Forwarded-*`, `Forwarded` of RFC 7239), and a `Host` that is not ours tells of a tunnel that
//! passes bytes. Anybody can write anything there, so it is a hint for people and nothing is done by it.

use std::net::{IpAddr, SocketAddr};

use super::url;
use crate::send::Target;
use crate::text;
use crate::wire::Head;

/// How a delivery came, by its own word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The URL it was sent to, without a path.
    pub url: Target,
    /// The address of whoever sent it, safe to show.
    pub client: Option<Box<str>>,
}

/// More than any address takes.
const LONGEST_CLIENT: usize = 64;

/// How a delivery came by its own word; `None` when it came straight to `own`, our listener.
pub fn way(head: &Head, own: SocketAddr) -> Option<Way> {
    let noted = first(head, "forwarded").unwrap_or_default();
    let host = first(head, "x-forwarded-host").or_else(|| parameter(noted, "host")).or_else(|| first(head, "host"))?;
    if is_ours(host, own) {
        return None;
    }
    let proto = first(head, "x-forwarded-proto").or_else(|| parameter(noted, "proto"));
    // Our listener speaks no TLS, so what nobody has noted down was sent without.
    let scheme = if proto.is_some_and(|proto| proto.eq_ignore_ascii_case("https")) { "https" } else { "http" };
    let url = url(&format!("{scheme}://{host}"))?;
    let client = first(head, "x-forwarded-for").or_else(|| parameter(noted, "for"));
    let client = client.map(|client| text::truncate(&text::visible(client), LONGEST_CLIENT).into());
    Some(Way { url, client })
}

/// The first item of a list: what the proxy nearest to the sender wrote.
fn first<'a>(head: &'a Head, name: &'a str) -> Option<&'a str> {
    let item = head.get_str(name)?.split(',').next()?.trim();
    (!item.is_empty()).then_some(item)
}

/// The value of a parameter: `for=192.0.2.1;proto=https;host="a.example"`.
fn parameter<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(key, _)| key.trim().eq_ignore_ascii_case(name))?;
    let value = value.trim().trim_matches('"');
    (!value.is_empty()).then_some(value)
}

fn is_ours(host: &str, own: SocketAddr) -> bool {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (name, port.parse().unwrap_or(0)),
        _ => (host, 80),
    };
    let is_here = |ip: IpAddr| ip.is_loopback() || ip == own.ip();
    let ip = || name.trim_start_matches('[').trim_end_matches(']').parse().is_ok_and(is_here);
    port == own.port() && (name.eq_ignore_ascii_case("localhost") || ip())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Version;

    fn told(own: &str, headers: &[(&str, &str)]) -> Option<String> {
        let head = Head::build("POST", "/hooks", Version::Http11);
        let head = headers.iter().fold(head, |head, (name, value)| head.header(name, value)).finish();
        let way = way(&head, own.parse().unwrap())?;
        Some(format!("{} {}", way.url, way.client.as_deref().unwrap_or("–")))
    }

    #[test]
    fn a_delivery_tells_how_it_came() {
        let cases: [(&[(&str, &str)], Option<&str>); 12] = [
            (&[("Host", "127.0.0.1:4665")], None),
            (&[("Host", "LocalHost:4665")], None),
            (&[("Host", "[::1]:4665")], None),
            (&[], None),
            (&[("Host", "bore.pub:20042")], Some("http://bore.pub:20042 –")),
            (
                &[
                    ("host", "abc.ngrok.app"),
                    ("x-forwarded-proto", "https"),
                    ("X-FORWARDED-FOR", "203.0.113.7, 10.0.0.1"),
                ],
                Some("https://abc.ngrok.app 203.0.113.7"),
            ),
            (
                &[("Host", "localhost:4665"), ("X-Forwarded-Host", "abc.ngrok.app"), ("X-Forwarded-Proto", "https")],
                Some("https://abc.ngrok.app –"),
            ),
            (
                &[
                    ("Host", "localhost:4665"),
                    ("Forwarded", "For=\"[2001:db8::1]:4711\";Proto=HTTPS;host=a.example, for=b"),
                ],
                Some("https://a.example [2001:db8::1]:4711"),
            ),
            (&[("Host", "a.example\u{202e}")], None),
            (&[("Host", "a b")], None),
            (&[("Host", "me:secret@a.example")], None),
            (&[("Host", "a.example"), ("X-Forwarded-For", "\u{1b}[31m")], Some("http://a.example ␛[31m")),
        ];
        for (headers, expected) in cases {
            assert_eq!(told("127.0.0.1:4665", headers).as_deref(), expected, "{headers:?}");
        }
        assert_eq!(told("127.0.0.1:80", &[("Host", "localhost")]), None);
        assert_eq!(told("192.0.2.7:80", &[("Host", "192.0.2.7")]), None);
        let endless = "a".repeat(5000);
        assert_eq!(told("127.0.0.1:4665", &[("Host", &endless)]), None);
    }
}
