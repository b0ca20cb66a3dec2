//! What ngrok's agent says of its tunnels: `GET /api/tunnels`, <https://ngrok.com/docs/agent/api/>. It promises that this
//! will not break.

use std::net::SocketAddr;

use serde::Deserialize;

use super::{Leads, url};
use crate::send::Target;

pub(super) const NAME: &str = "ngrok";
pub(super) const PATH: &str = "/api/tunnels";

/// Each further agent on a machine takes the next port.
pub(super) const PORTS: std::ops::RangeInclusive<u16> = 4040..=4049;

#[derive(Deserialize)]
struct Answer {
    tunnels: Vec<Tunnel>,
}

#[derive(Deserialize)]
struct Tunnel {
    #[serde(default)]
    public_url: String,
    #[serde(default)]
    config: Config,
}

#[derive(Default, Deserialize)]
struct Config {
    /// The upstream: `http://localhost:4665`.
    #[serde(default)]
    addr: String,
}

/// The public URLs and where they lead; `None` when the answer is not of an agent.
pub(super) fn read(answer: &[u8], own: SocketAddr) -> Option<Vec<(Target, Leads)>> {
    let answer: Answer = serde_json::from_slice(answer).ok()?;
    let mut found: Vec<(Target, Leads)> = Vec::new();
    for tunnel in &answer.tunnels {
        found.extend(public(&tunnel.public_url).map(|url| (url, Leads::of(&tunnel.config.addr, own))));
    }
    // Older agents open each tunnel under both schemes: one is enough to tell.
    let secure: Vec<String> = found.iter().filter(|(url, _)| url.is_https()).map(|(url, _)| url.authority()).collect();
    found.retain(|(url, _)| url.is_https() || !secure.contains(&url.authority()));
    Some(found)
}

/// A TCP tunnel takes HTTP like anything else.
fn public(text: &str) -> Option<Target> {
    match text.strip_prefix("tcp://") {
        Some(place) => url(&format!("http://{place}")),
        None => url(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(answer: &str) -> Option<Vec<String>> {
        let found = read(answer.as_bytes(), "127.0.0.1:4665".parse().unwrap())?;
        Some(found.iter().map(|(url, leads)| format!("{url} {leads:?}")).collect())
    }

    #[test]
    fn tunnels_are_told_with_where_they_lead() {
        let answer = r#"{"tunnels":[
            {"name":"a","public_url":"http://abc.ngrok.app","proto":"http","config":{"addr":"http://localhost:4665","inspect":true}},
            {"name":"b","public_url":"https://abc.ngrok.app","proto":"https","config":{"addr":"http://localhost:4665"}},
            {"name":"c","public_url":"https://other.ngrok.app","proto":"https","config":{"addr":"http://localhost:3000"}},
            {"name":"d","public_url":"tcp://0.tcp.ngrok.io:12345","proto":"tcp","config":{"addr":"localhost:4665"}},
            {"name":"e","public_url":"tls://x.ngrok.app"},
            {"name":"f"}
        ],"uri":"/api/tunnels"}"#;
        let expected = [
            "https://abc.ngrok.app Here",
            "https://other.ngrok.app Elsewhere(\"http://localhost:3000\")",
            "http://0.tcp.ngrok.io:12345 Here",
        ];
        assert_eq!(told(answer).unwrap(), expected);
    }

    #[test]
    fn what_is_not_of_an_agent_is_told_apart() {
        for answer in ["", "<a href=\"/http/in\">Found</a>", "[]", "{}", "{\"tunnels\":5}", "{\"tunnels\":[5]}"] {
            assert_eq!(told(answer), None, "{answer}");
        }
        assert_eq!(told("{\"tunnels\":[]}").unwrap(), [""; 0]);
    }
}
