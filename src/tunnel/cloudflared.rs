//! What cloudflared says of its tunnels on its metrics port: `/quicktunnel` the name of a quick tunnel, `/config` what
//! each name is forwarded to (`newMetricsHandler` in its `metrics/metrics.go`). A named tunnel whose rules name no host
//! does not tell its public name.

use std::net::SocketAddr;

use serde::Deserialize;

use super::{Leads, url};
use crate::send::Target;

pub(super) const NAME: &str = "cloudflared";
pub(super) const QUICK: &str = "/quicktunnel";
pub(super) const CONFIG: &str = "/config";

/// Those that it tries, in this order, unless it is given another with `--metrics`.
pub(super) const PORTS: std::ops::RangeInclusive<u16> = 20241..=20245;

#[derive(Deserialize)]
struct Quick {
    hostname: String,
}

#[derive(Deserialize)]
struct Versioned {
    config: Config,
}

#[derive(Deserialize)]
struct Config {
    ingress: Vec<Rule>,
}

#[derive(Deserialize)]
struct Rule {
    #[serde(default)]
    hostname: String,
    /// An expression that paths must match; a URL cannot be made of it.
    path: Option<String>,
    #[serde(default)]
    service: String,
}

/// The name of a quick tunnel, empty for a named tunnel; `None` when the answer is not of cloudflared.
pub(super) fn quick(answer: &[u8]) -> Option<String> {
    serde_json::from_slice(answer).ok().map(|quick: Quick| quick.hostname)
}

/// The public URLs and where they lead: of the quick tunnel, and of the names in the rules.
pub(super) fn read(quick: &str, config: Option<&[u8]>, own: SocketAddr) -> Vec<(Target, Leads)> {
    let config: Option<Versioned> = config.and_then(|config| serde_json::from_slice(config).ok());
    let rules = config.map_or_else(Vec::new, |versioned| versioned.config.ingress);
    let anywhere = rules.iter().find(|rule| rule.hostname.is_empty() && rule.path.is_none());
    let quick_leads = anywhere.map_or(Leads::Unsaid, |rule| Leads::of(&rule.service, own));
    let named = rules.iter().filter(|rule| rule.path.is_none());
    let named = named.filter_map(|rule| Some((public(&rule.hostname)?, Leads::of(&rule.service, own))));
    public(quick).map(|url| (url, quick_leads)).into_iter().chain(named).collect()
}

/// Cloudflare's edge speaks TLS for every name; a `*` in one stands for names that we do not know.
fn public(name: &str) -> Option<Target> {
    let bare = name.strip_prefix("https://").unwrap_or(name);
    if bare.is_empty() { None } else { url(&format!("https://{bare}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(quick: &str, config: Option<&str>) -> Vec<String> {
        let found = read(quick, config.map(str::as_bytes), "127.0.0.1:4665".parse().unwrap());
        found.iter().map(|(url, leads)| format!("{url} {leads:?}")).collect()
    }

    #[test]
    fn a_quick_tunnel_leads_where_its_only_rule_says() {
        let config = r#"{"version":-1,"config":{"ingress":[{"hostname":"","path":null,"service":"http://localhost:4665",
            "Handlers":null,"originRequest":{"connectTimeout":30}}],"warp-routing":{},"originRequest":{}}}"#;
        assert_eq!(quick(br#"{"hostname":"a-b-c.trycloudflare.com"}"#).as_deref(), Some("a-b-c.trycloudflare.com"));
        let name = "a-b-c.trycloudflare.com";
        assert_eq!(told(name, Some(config)), ["https://a-b-c.trycloudflare.com Here"]);
        assert_eq!(told(name, None), ["https://a-b-c.trycloudflare.com Unsaid"]);
        assert_eq!(told(name, Some("{}")), ["https://a-b-c.trycloudflare.com Unsaid"]);
    }

    #[test]
    fn a_named_tunnel_is_known_by_its_rules() {
        let config = r#"{"version":3,"config":{"ingress":[
            {"hostname":"hooks.example.com","path":null,"service":"http://127.0.0.1:4665"},
            {"hostname":"app.example.com","path":null,"service":"http://localhost:3000"},
            {"hostname":"part.example.com","path":"^/x","service":"http://localhost:4665"},
            {"hostname":"*.example.com","path":null,"service":"http://localhost:4665"},
            {"hostname":"","path":null,"service":"http_status:404"}]}}"#;
        let expected =
            ["https://hooks.example.com Here", "https://app.example.com Elsewhere(\"http://localhost:3000\")"];
        assert_eq!(told("", Some(config)), expected);
    }

    #[test]
    fn what_is_not_of_cloudflared_is_told_apart() {
        for answer in ["", "404 page not found", "{}", "{\"hostname\":5}"] {
            assert_eq!(quick(answer.as_bytes()), None, "{answer}");
        }
        assert!(told("x y", None).is_empty() && told("a\u{1b}[2J", None).is_empty());
    }
}
