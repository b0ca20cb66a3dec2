//! The URLs that a delivery may have been sent to.
//!
//! Some providers sign the URL that they call. Behind a tunnel or a proxy nobody but the user knows it for certain, so
//! there may be several to try: that a signature fits one of them proves which it was.

use crate::wire::Head;

/// The URLs to try, the likeliest first; those of the setting alone where there is one. A setting is where the request's
/// path begins, or with a path of its own the whole URL.
pub(crate) fn candidates(head: &Head, public_url: Option<&str>) -> Vec<String> {
    let mut urls = match public_url {
        Some(public) => completed(public, head),
        None => guessed(head),
    };
    let other_ports: Vec<_> = urls.iter().filter_map(|url| with_other_port(url)).collect();
    urls.extend(other_ports);
    urls
}

fn completed(public: &str, head: &Head) -> Vec<String> {
    let after_scheme = public.find("://").map_or(0, |at| at + 3);
    let base = public.trim_end_matches('/');
    let followed = format!("{base}{}", head.target());
    let whole = match head.query() {
        Some(query) if !public.contains('?') => format!("{public}?{query}"),
        _ => public.to_owned(),
    };
    match base[after_scheme..].contains(['/', '?']) {
        true => vec![whole, followed],
        false => vec![followed],
    }
}

/// What the request says of itself: the host it was sent to, by the protocol that a proxy noted down or by either.
fn guessed(head: &Head) -> Vec<String> {
    let target = head.target();
    if target.contains("://") {
        return vec![target.to_owned()];
    }
    let first = |name| head.get_str(name).and_then(|value| value.split(',').next()).map(str::trim);
    let host = first("x-forwarded-host").or_else(|| first("host")).or_else(|| first(":authority")).unwrap_or_default();
    let schemes = match first("x-forwarded-proto") {
        Some("http") => ["http", "https"],
        _ => ["https", "http"],
    };
    schemes.map(|scheme| format!("{scheme}://{host}{target}")).to_vec()
}

/// No more of them are tried.
const MOST_RELATIVES: usize = 24;

/// URLs that are mistaken for that one: of the other scheme, without its query, with a slash more or less, without its
/// path, and where this request came in.
pub(super) fn relatives(known: &str, head: &Head) -> Vec<String> {
    let (origin, _) = parts(known);
    let mut urls = vec![];
    urls.extend(with_other_scheme(known));
    urls.extend(reshaped(known));
    urls.extend([format!("{origin}{}", head.target()), origin.to_owned(), format!("{origin}/")]);
    for url in heard(head) {
        urls.push(url.clone());
        urls.extend(reshaped(&url));
    }
    let mut distinct: Vec<String> = Vec::new();
    for url in urls {
        if url != known && !distinct.contains(&url) && distinct.len() < MOST_RELATIVES {
            distinct.push(url);
        }
    }
    distinct
}

/// The URLs by which the sender may have known us: what proxies say, then what we were asked as.
pub(super) fn heard(head: &Head) -> Vec<String> {
    let value = |name| head.get_str(name).map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned);
    let own = value("host").or_else(|| value(":authority"));
    let local = own.as_deref().and_then(|host| match host.strip_prefix("127.0.0.1") {
        Some(port) => Some(format!("localhost{port}")),
        None => host.strip_prefix("localhost").map(|port| format!("127.0.0.1{port}")),
    });
    let hosts = [value("x-forwarded-host"), value("x-original-host"), own, local];
    let both = |host: String| ["https", "http"].map(|scheme| format!("{scheme}://{host}{}", head.target()));
    hosts.into_iter().flatten().flat_map(both).collect()
}

/// The URL without its query, and with a slash more or less at the end of its path.
fn reshaped(url: &str) -> Vec<String> {
    let (path, query) = url.split_at(url.find('?').unwrap_or(url.len()));
    let slashed = path.strip_suffix('/').map_or_else(|| format!("{path}/"), str::to_owned);
    let bare = (!query.is_empty()).then(|| path.to_owned());
    bare.into_iter().chain([format!("{slashed}{query}")]).collect()
}

fn with_other_scheme(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    Some(format!("{}://{rest}", if scheme == "https" { "http" } else { "https" }))
}

/// Scheme and host, and what follows them.
fn parts(url: &str) -> (&str, &str) {
    let host = url.find("://").map_or(0, |at| at + 3);
    url.split_at(url[host..].find(['/', '?']).map_or(url.len(), |at| host + at))
}

/// The URL with the port that its scheme implies, or without it: both are written.
fn with_other_port(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let port = if scheme == "https" { ":443" } else { ":80" };
    let (host, tail) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    match host.strip_suffix(port) {
        Some(bare) => Some(format!("{scheme}://{bare}{tail}")),
        None if host.contains(':') => None,
        None => Some(format!("{scheme}://{host}{port}{tail}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Version;

    fn head(target: &str, headers: &[(&str, &str)]) -> Head {
        let head = Head::build("POST", target, Version::Http11);
        headers.iter().fold(head, |head, (name, value)| head.header(name, value)).finish()
    }

    #[test]
    fn a_setting_is_an_origin_or_a_whole_url() {
        let head = head("/hooks?x=1", &[("Host", "127.0.0.1:4665")]);
        let cases = [
            ("https://a.example", "https://a.example/hooks?x=1"),
            ("https://a.example/", "https://a.example/hooks?x=1"),
            ("https://a.example/in", "https://a.example/in?x=1"),
            ("https://a.example/in?y=2", "https://a.example/in?y=2"),
        ];
        for (setting, url) in cases {
            assert_eq!(candidates(&head, Some(setting))[0], url, "{setting}");
        }
        let below = candidates(&head, Some("https://a.example/in"));
        assert!(below.contains(&"https://a.example/in/hooks?x=1".to_owned()), "{below:?}");
    }

    #[test]
    fn without_a_setting_the_request_says_where_it_was_sent() {
        let plain = candidates(&head("/h", &[("Host", "a.example")]), None);
        assert_eq!(
            plain,
            ["https://a.example/h", "http://a.example/h", "https://a.example:443/h", "http://a.example:80/h"]
        );
        let headers = [("Host", "local"), ("X-Forwarded-Host", "b.example"), ("X-Forwarded-Proto", "http")];
        assert_eq!(candidates(&head("/h", &headers), None)[0], "http://b.example/h");
        assert_eq!(candidates(&head("/h", &[("Host", "a:4665")]), None).len(), 2);
        assert_eq!(candidates(&head("/h", &[]), None)[0], "https:///h");
    }
}
