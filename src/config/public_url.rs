//! The URL that senders know the listener by.

use std::fmt;
use std::str::FromStr;

/// The URL that senders know the listener by, without its `/` at the end: `https://hooks.example.com`. A delivery's own
/// path and query follow it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct PublicUrl(Box<str>);

/// A text that is no such URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a public URL is written like https://hooks.example.com, without a query")]
pub struct NoUrl;

impl PublicUrl {
    /// The URL, without its `/` at the end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PublicUrl {
    type Err = NoUrl;

    fn from_str(text: &str) -> Result<Self, NoUrl> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).ok_or(NoUrl)?;
        let is_strange = |char: char| char.is_whitespace() || char.is_control() || matches!(char, '?' | '#' | '@');
        if rest.is_empty() || rest.starts_with(['/', ':']) || rest.contains(is_strange) {
            return Err(NoUrl);
        }
        Ok(Self(text.trim_end_matches('/').into()))
    }
}

impl TryFrom<String> for PublicUrl {
    type Error = NoUrl;

    fn try_from(text: String) -> Result<Self, NoUrl> {
        text.parse()
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_where_paths_begin() {
        let cases = [
            ("https://hooks.example.com", Some("https://hooks.example.com")),
            ("https://hooks.example.com/in/", Some("https://hooks.example.com/in")),
            ("http://10.0.0.1:8080/", Some("http://10.0.0.1:8080")),
            ("hooks.example.com", None),
            ("ftp://hooks.example.com", None),
            ("https://", None),
            ("https:///x", None),
            ("https://:80", None),
            ("https://me:secret@hooks.example.com", None),
            ("https://hooks.example.com?x", None),
            ("https://hooks.example.com/ x", None),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse::<PublicUrl>().ok().as_ref().map(PublicUrl::as_str), expected, "{text}");
        }
    }
}
