//! A path with everything below it.

use std::fmt;
use std::str::FromStr;

/// A path with everything below it: `/stripe` is `/stripe`, `/stripe/` and `/stripe/eu`, and not `/stripes`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct PathRoot {
    /// Without the `/` at its end, so that the root of all is empty.
    path: Box<str>,
}

/// A text that is no path of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a path is written like /hooks/stripe: from its first `/` on, without blanks and without a query")]
pub struct NoPath;

impl PathRoot {
    /// Whether a path is this one, or below it.
    pub fn covers(&self, path: &str) -> bool {
        path.strip_prefix(&*self.path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// How special it is: of several that cover a path the one with the greatest depth is meant.
    pub fn depth(&self) -> usize {
        self.path.len()
    }
}

impl FromStr for PathRoot {
    type Err = NoPath;

    fn from_str(text: &str) -> Result<Self, NoPath> {
        let is_strange = |char: char| char.is_whitespace() || char.is_control() || matches!(char, '?' | '#');
        if !text.starts_with('/') || text.contains(is_strange) {
            return Err(NoPath);
        }
        Ok(Self { path: text.trim_end_matches('/').into() })
    }
}

impl TryFrom<String> for PathRoot {
    type Error = NoPath;

    fn try_from(text: String) -> Result<Self, NoPath> {
        text.parse()
    }
}

impl fmt::Display for PathRoot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.path.is_empty() { "/" } else { &self.path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_covers_itself_and_what_is_below() {
        let cases = [
            ("/stripe", "/stripe", true),
            ("/stripe", "/stripe/", true),
            ("/stripe/", "/stripe", true),
            ("/stripe", "/stripe/eu", true),
            ("/stripe", "/stripes", false),
            ("/stripe", "/", false),
            ("/stripe", "/Stripe", false),
            ("/", "/", true),
            ("/", "/anything/at/all", true),
            ("/", "*", false),
        ];
        for (root, path, covers) in cases {
            assert_eq!(root.parse::<PathRoot>().unwrap().covers(path), covers, "{root} {path}");
        }
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for text in ["", "stripe", "http://x/stripe", "/a b", "/a?b", "/a#b", "/a\n"] {
            assert_eq!(text.parse::<PathRoot>(), Err(NoPath), "{text:?}");
        }
    }
}
