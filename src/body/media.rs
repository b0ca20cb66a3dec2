//! Header values of the shape `word; name=value; name="value"`: content types and dispositions (RFC 9110 §5.6.6).

use crate::wire::Head;

/// Such a value: its first word in lower case, and its parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Media {
    essence: String,
    parameters: Vec<(String, String)>,
}

impl Media {
    /// The content type of a head; an empty one where it has none.
    pub(super) fn of(head: &Head) -> Self {
        head.get("content-type").map(|value| Self::read(&String::from_utf8_lossy(value))).unwrap_or_default()
    }

    pub(super) fn read(value: &str) -> Self {
        let mut pieces = pieces(value);
        let essence = pieces.next().unwrap_or_default().trim().to_ascii_lowercase();
        let parameters = pieces.filter_map(|piece| {
            let (name, value) = piece.split_once('=')?;
            Some((name.trim().to_ascii_lowercase(), unquoted(value.trim())))
        });
        Self { essence, parameters: parameters.collect() }
    }

    /// The first word, such as `application/json`.
    pub(super) fn essence(&self) -> &str {
        &self.essence
    }

    /// The first parameter of that name, without its quotes.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| &**value)
    }
}

/// The pieces between semicolons; one in quotes does not count.
fn pieces(value: &str) -> impl Iterator<Item = &str> {
    let (mut in_quotes, mut escaped) = (false, false);
    value.split(move |character| {
        let is_escaped = std::mem::take(&mut escaped);
        match character {
            '"' if !is_escaped => in_quotes = !in_quotes,
            '\\' if in_quotes && !is_escaped => escaped = true,
            ';' => return !in_quotes,
            _ => {}
        }
        false
    })
}

/// A value without its quotes. Only a quote or a backslash is escaped: browsers send the backslashes of paths as they are.
fn unquoted(value: &str) -> String {
    match value.strip_prefix('"') {
        Some(inner) => inner.strip_suffix('"').unwrap_or(inner).replace("\\\"", "\"").replace("\\\\", "\\"),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_with_and_without_quotes() {
        let cases = [
            ("", "", None),
            ("Application/JSON", "application/json", None),
            ("text/plain;charset=utf-8", "text/plain", Some("utf-8")),
            ("text/plain ; Charset=\"utf-8\" ; x", "text/plain", Some("utf-8")),
            ("form-data; name=\"a;b\"; charset=\"x\\\"y\"", "form-data", Some("x\"y")),
            ("a/b; charset=\"c:\\dir\"; z=1", "a/b", Some("c:\\dir")),
            ("a/b; charset=\"open; x=1", "a/b", Some("open; x=1")),
        ];
        for (value, essence, charset) in cases {
            let media = Media::read(value);
            assert_eq!((media.essence(), media.parameter("charset")), (essence, charset), "{value}");
        }
    }
}
