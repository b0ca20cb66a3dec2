//! The public URL: which one leads to our listener, how that is known, and whether it is true.
//!
//! Tunnel agents of this machine say it through their local APIs (`agents`), deliveries by how they came (`way`); a
//! self-test (`trial`) proves it. All of it is hostile text: a URL is parsed before it is shown, and what was only read
//! in a delivery makes nothing be sent. Nothing here knows a screen, a provider or the settings.

mod agents;
mod cloudflared;
mod judge;
mod ngrok;
mod trial;
mod way;

use std::net::{IpAddr, SocketAddr};

use crate::send::Target;
use crate::text;

pub use agents::{Agents, Asked};
pub use trial::{End, Leg, Trial, patience, test};
pub use way::{Way, way};

/// A public URL that an agent on this machine tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The URL.
    pub url: Target,
    /// The agent's name: `ngrok`.
    pub agent: &'static str,
    /// The port of its local API.
    pub api: u16,
    /// Where what is sent to the URL comes out.
    pub leads: Leads,
}

/// Where what is sent to a public URL comes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leads {
    /// At our listener.
    Here,
    /// Somewhere else: as the agent writes it, safe to show.
    Elsewhere(Box<str>),
    /// The agent does not say, or in a way that does not tell.
    Unsaid,
}

/// The longest URL and upstream that are taken seriously, in bytes.
const LONGEST: usize = 300;

impl Leads {
    /// Reads an upstream as agents write it: `http://localhost:4665`, `4665`.
    fn of(upstream: &str, own: SocketAddr) -> Self {
        if upstream.is_empty() || upstream.len() > LONGEST {
            return Self::Unsaid;
        }
        match upstream.parse::<Target>() {
            Ok(target) if target.is_one_of(&[own]) => Self::Here,
            // Our port on a host of some name: that may be this machine (`host.docker.internal`) or not.
            Ok(target) if target.port() == own.port() && target.host().parse::<IpAddr>().is_err() => Self::Unsaid,
            _ => Self::Elsewhere(text::visible(upstream).into()),
        }
    }
}

/// A whole URL, and nothing that only stands for one.
fn url(text: &str) -> Option<Target> {
    let is_whole = text.starts_with("https://") || text.starts_with("http://");
    if !is_whole || text.len() > LONGEST || text.contains('?') { None } else { text.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upstream_is_ours_elsewhere_or_does_not_tell() {
        let own = "127.0.0.1:4665".parse().unwrap();
        let cases = [
            ("http://localhost:4665", Leads::Here),
            ("http://127.0.0.1:4665/", Leads::Here),
            ("[::1]:4665", Leads::Here),
            ("4665", Leads::Here),
            ("http://host.docker.internal:4665", Leads::Unsaid),
            ("", Leads::Unsaid),
            ("http://localhost:3000", Leads::Elsewhere("http://localhost:3000".into())),
            ("http://192.0.2.7:4665", Leads::Elsewhere("http://192.0.2.7:4665".into())),
            ("unix:/run/x\u{1b}.sock", Leads::Elsewhere("unix:/run/x␛.sock".into())),
            ("http_status:404", Leads::Elsewhere("http_status:404".into())),
        ];
        for (upstream, leads) in cases {
            assert_eq!(Leads::of(upstream, own), leads, "{upstream}");
        }
        assert_eq!(Leads::of(&"x".repeat(LONGEST + 1), own), Leads::Unsaid);
    }

    #[test]
    fn only_a_whole_url_is_one() {
        let cases = [
            ("https://abc.ngrok.app", true),
            ("http://0.tcp.ngrok.io:12345", true),
            ("abc.ngrok.app", false),
            ("4665", false),
            ("https://abc.ngrok.app?x", false),
            ("https://me:x@abc.ngrok.app", false),
            ("https://abc\u{202e}.ngrok.app", false),
            ("javascript://x", false),
        ];
        for (text, is_url) in cases {
            assert_eq!(url(text).is_some(), is_url, "{text}");
        }
    }
}
