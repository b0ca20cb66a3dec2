//! Where deliveries are sent: an http or https URL, or the short forms that people type.
//!
//! A URL crate would normalise what is sent (dot segments, percent signs); here the path stays as written.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use crate::text;

/// Where deliveries are sent: `http://localhost:3000/hooks`, or short `localhost:3000`, `:3000/hooks`, `3000`.
///
/// A target of an origin alone keeps the path and the query of the delivery that is sent there; a path replaces the
/// path, a query the query.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Target {
    scheme: Scheme,
    /// Without the brackets of an IPv6 address.
    host: Box<str>,
    port: Option<u16>,
    path: Option<Box<str>>,
    query: Option<Box<str>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Scheme {
    Http,
    Https,
}

/// A target that cannot be read: one line that says what is wrong with it. Passwords in it are not repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// There is nothing.
    #[error("the target is empty: give a URL such as http://localhost:3000")]
    Empty,
    /// It is neither http nor https.
    #[error("`{0}:` cannot be sent to: only http:// and https:// can")]
    Scheme(String),
    /// It has a user or a password.
    #[error("leave user and password out of the target: the captured Authorization header is sent as it is")]
    Credentials,
    /// There is no host.
    #[error("`{0}` names no host: give a URL such as http://localhost:3000")]
    NoHost(String),
    /// The host has characters that no host name has.
    #[error("`{0}` is not a host name")]
    Host(String),
    /// There is a colon, and no port after it.
    #[error("there is no port after the `:`: give a URL such as http://localhost:3000")]
    NoPort,
    /// The port is no port.
    #[error("`{0}` is not a port: expected 1 to 65535")]
    Port(String),
    /// The path cannot stand in a request line.
    #[error("`{0}` has a blank or another character that must be percent-encoded in a path")]
    Path(String),
}

impl Target {
    /// Whether it is reached over TLS.
    pub fn is_https(&self) -> bool {
        self.scheme == Scheme::Https
    }

    /// The host's name or address, an IPv6 address without its brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, written or implied by the scheme.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(match self.scheme {
            Scheme::Http => 80,
            Scheme::Https => 443,
        })
    }

    /// Host and port as a `Host` header has them: `localhost:3000`, `[::1]:3000`, `example.com`.
    pub fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.to_string() };
        match self.port {
            Some(port) => format!("{host}:{port}"),
            None => host,
        }
    }

    /// Host and port for people: `localhost:3000`, `example.com:443`.
    pub(super) fn place(&self) -> String {
        Self { port: Some(self.port()), ..self.clone() }.authority()
    }

    /// The request target of a delivery that is sent there, from the one it was captured with.
    pub fn request_target(&self, captured: &[u8]) -> Vec<u8> {
        let captured = origin_form(captured);
        let (path, query) = match memchr::memchr(b'?', captured) {
            Some(at) => (&captured[..at], Some(&captured[at + 1..])),
            None => (captured, None),
        };
        let path = self.path.as_deref().map_or(path, str::as_bytes);
        let query = self.query.as_deref().map_or(query, |query| (!query.is_empty()).then_some(query.as_bytes()));
        match query {
            Some(query) => [path, b"?", query].concat(),
            None => path.to_vec(),
        }
    }

    /// Whether it is on this machine, as far as that can be told without looking a name up.
    pub fn is_loopback(&self) -> bool {
        self.known_ip().is_some_and(|ip| ip.to_canonical().is_loopback())
    }

    /// Whether another target is on the same host and port.
    pub fn is_beside(&self, other: &Self) -> bool {
        self.host.eq_ignore_ascii_case(&other.host) && self.port() == other.port()
    }

    /// Whether it is plainly one of these addresses, which are our own listener's: no name is looked up.
    pub(crate) fn is_one_of(&self, own: &[SocketAddr]) -> bool {
        let Some(ip) = self.known_ip() else { return false };
        own.iter().any(|own| own.port() == self.port() && reaches(ip, own.ip(), None))
    }

    /// The address that the host is without asking anyone.
    fn known_ip(&self) -> Option<IpAddr> {
        let name = self.host.to_ascii_lowercase();
        if name == "localhost" || name.ends_with(".localhost") {
            return Some(Ipv4Addr::LOCALHOST.into());
        }
        name.parse().ok()
    }
}

/// Whether connecting to `ip` reaches a listener bound to `bound`; `local` is our end of such a connection, if there is one.
pub(super) fn reaches(ip: IpAddr, bound: IpAddr, local: Option<IpAddr>) -> bool {
    // Connecting to the unspecified address reaches this machine.
    let ip = match ip.to_canonical() {
        ip if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        ip => ip,
    };
    let bound = bound.to_canonical();
    let both_loopback = is_usual_loopback(ip) && is_usual_loopback(bound);
    let this_machine = || ip.is_loopback() || local.is_some_and(|local| local.to_canonical() == ip);
    ip == bound || both_loopback || (bound.is_unspecified() && this_machine())
}

/// The loopback addresses that `localhost` may mean: a name is looked up only later, so they count as one.
fn is_usual_loopback(ip: IpAddr) -> bool {
    ip == Ipv4Addr::LOCALHOST || ip == Ipv6Addr::LOCALHOST
}

/// The path and query of a request target; a proxy's `http://host/path` loses its origin, `*` stays.
fn origin_form(target: &[u8]) -> &[u8] {
    if target.starts_with(b"/") || target == b"*" {
        return target;
    }
    let after_scheme = memchr::memmem::find(target, b"://").map_or(target.len(), |at| at + 3);
    match target[after_scheme..].iter().position(|byte| matches!(byte, b'/' | b'?')) {
        Some(at) if target[after_scheme + at] == b'/' => &target[after_scheme + at..],
        _ => b"/",
    }
}

impl FromStr for Target {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TargetError::Empty);
        }
        let (scheme, rest) = split_scheme(text)?;
        let rest = rest.split('#').next().unwrap_or_default();
        let (authority, tail) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        if authority.contains('@') {
            return Err(TargetError::Credentials);
        }
        let (host, port) = split_port(authority)?;
        let (path, query) = split_query(tail)?;
        let scheme = scheme.unwrap_or(Scheme::Http);
        let host = match (host, port) {
            ("", Some(_)) if !text.contains("://") => "localhost",
            ("", _) => return Err(TargetError::NoHost(shown(text))),
            (host, _) => host,
        };
        Ok(Self { scheme, host: host.into(), port, path, query })
    }
}

fn split_scheme(text: &str) -> Result<(Option<Scheme>, &str), TargetError> {
    let Some((scheme, rest)) = text.split_once("://") else { return Ok((None, text)) };
    match scheme {
        _ if scheme.contains(['/', '?', '#']) => Ok((None, text)),
        _ if scheme.eq_ignore_ascii_case("http") => Ok((Some(Scheme::Http), rest)),
        _ if scheme.eq_ignore_ascii_case("https") => Ok((Some(Scheme::Https), rest)),
        _ => Err(TargetError::Scheme(shown(scheme))),
    }
}

/// `host`, `host:port`, `:port`, `port` or `[v6]:port`.
fn split_port(authority: &str) -> Result<(&str, Option<u16>), TargetError> {
    if authority.parse::<Ipv6Addr>().is_ok() {
        return Ok((authority, None));
    }
    if let Some(rest) = authority.strip_prefix('[') {
        let (host, after) = rest.split_once(']').ok_or_else(|| TargetError::Host(shown(authority)))?;
        host.parse::<Ipv6Addr>().map_err(|_| TargetError::Host(shown(authority)))?;
        return match after.strip_prefix(':') {
            Some(digits) => Ok((host, Some(port(digits)?))),
            None if after.is_empty() => Ok((host, None)),
            None => Err(TargetError::Host(shown(authority))),
        };
    }
    let (host, digits) = match authority.rsplit_once(':') {
        Some((host, digits)) => (host, Some(digits)),
        None if !authority.is_empty() && authority.bytes().all(|byte| byte.is_ascii_digit()) => ("", Some(authority)),
        None => (authority, None),
    };
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    if !host.bytes().all(allowed) {
        return Err(TargetError::Host(shown(authority)));
    }
    Ok((host, digits.map(port).transpose()?))
}

fn port(digits: &str) -> Result<u16, TargetError> {
    match digits.parse() {
        _ if digits.is_empty() => Err(TargetError::NoPort),
        Ok(port) if port > 0 && digits.bytes().all(|byte| byte.is_ascii_digit()) => Ok(port),
        _ => Err(TargetError::Port(shown(digits))),
    }
}

type PathAndQuery = (Option<Box<str>>, Option<Box<str>>);

fn split_query(tail: &str) -> Result<PathAndQuery, TargetError> {
    if !tail.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(TargetError::Path(shown(tail)));
    }
    let (path, query) = match tail.split_once('?') {
        Some((path, query)) => (path, Some(query.into())),
        None => (tail, None),
    };
    Ok(((!path.is_empty()).then(|| path.into()), query))
}

fn shown(text: &str) -> String {
    text::visible(text).into_owned()
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.scheme {
            Scheme::Http => "http",
            Scheme::Https => "https",
        };
        write!(f, "{scheme}://{}{}", self.authority(), self.path.as_deref().unwrap_or_default())?;
        match &self.query {
            Some(query) => write!(f, "?{query}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_mean_http_on_this_machine() {
        let cases = [
            ("3000", "http://localhost:3000"),
            (":3000/hooks", "http://localhost:3000/hooks"),
            (" localhost:3000 ", "http://localhost:3000"),
            ("example.com", "http://example.com"),
            ("3000?x=1", "http://localhost:3000?x=1"),
            ("HTTPS://example.com/a/../b%20c#top", "https://example.com/a/../b%20c"),
            ("[::1]:3000", "http://[::1]:3000"),
            ("::1", "http://[::1]"),
            ("http://[fe80::1]/", "http://[fe80::1]/"),
            ("localhost/login?next=http://x", "http://localhost/login?next=http://x"),
        ];
        for (text, url) in cases {
            assert_eq!(text.parse::<Target>().unwrap().to_string(), url, "{text}");
        }
    }

    #[test]
    fn a_target_that_cannot_be_read_says_why() {
        let cases = [
            (" ", "the target is empty: give a URL such as http://localhost:3000"),
            ("ftp://x", "`ftp:` cannot be sent to: only http:// and https:// can"),
            ("http://", "`http://` names no host: give a URL such as http://localhost:3000"),
            ("http://:80", "`http://:80` names no host: give a URL such as http://localhost:3000"),
            ("/hooks", "`/hooks` names no host: give a URL such as http://localhost:3000"),
            ("localhost:http", "`http` is not a port: expected 1 to 65535"),
            ("localhost:+80", "`+80` is not a port: expected 1 to 65535"),
            ("localhost:", "there is no port after the `:`: give a URL such as http://localhost:3000"),
            ("htp:/foo", "there is no port after the `:`: give a URL such as http://localhost:3000"),
            ("70000", "`70000` is not a port: expected 1 to 65535"),
            ("0", "`0` is not a port: expected 1 to 65535"),
            ("ex ample.com", "`ex ample.com` is not a host name"),
            ("[::g]:1", "`[::g]:1` is not a host name"),
            ("::1:x", "`::1:x` is not a host name"),
            ("x/a b", "`/a b` has a blank or another character that must be percent-encoded in a path"),
        ];
        for (text, message) in cases {
            assert_eq!(text.parse::<Target>().unwrap_err().to_string(), message, "{text}");
        }
    }

    #[test]
    fn a_password_in_a_target_is_refused_and_not_repeated() {
        let error = "https://me:hunter2@example.com".parse::<Target>().unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }

    #[test]
    fn an_origin_keeps_what_was_captured_and_a_path_replaces_it() {
        let cases: [(&str, &[u8], &[u8]); 9] = [
            ("3000", b"/hooks?x=1", b"/hooks?x=1"),
            ("3000/", b"/hooks?x=1", b"/?x=1"),
            ("3000/other", b"/hooks?x=1", b"/other?x=1"),
            ("3000/other?y=2", b"/hooks?x=1", b"/other?y=2"),
            ("3000?y=2", b"/hooks?x=1", b"/hooks?y=2"),
            ("3000?", b"/hooks?x=1", b"/hooks"),
            ("3000", b"http://captured.example/a?b", b"/a?b"),
            ("3000", b"*", b"*"),
            ("3000", b"/\xff//../%zz?", b"/\xff//../%zz?"),
        ];
        for (target, captured, expected) in cases {
            let target: Target = target.parse().unwrap();
            assert_eq!(target.request_target(captured), expected, "{target}");
        }
    }

    #[test]
    fn our_own_listener_is_known_under_all_its_names() {
        let cases = [
            ("localhost:4665", "127.0.0.1:4665", true),
            ("http://Hooks.LocalHost:4665/x", "127.0.0.1:4665", true),
            ("[::1]:4665", "127.0.0.1:4665", true),
            ("[::ffff:127.0.0.1]:4665", "127.0.0.1:4665", true),
            ("0.0.0.0:4665", "127.0.0.1:4665", true),
            ("127.9.9.9:4665", "0.0.0.0:4665", true),
            ("localhost:4665", "[::]:4665", true),
            ("192.0.2.7:4665", "192.0.2.7:4665", true),
            ("localhost:4666", "127.0.0.1:4665", false),
            ("127.0.0.2:4665", "127.0.0.1:4665", false),
            ("192.0.2.7:4665", "0.0.0.0:4665", false),
            ("example.com:4665", "0.0.0.0:4665", false),
        ];
        for (target, own, expected) in cases {
            let own: SocketAddr = own.parse().unwrap();
            assert_eq!(target.parse::<Target>().unwrap().is_one_of(&[own]), expected, "{target} {own}");
        }
    }
}
