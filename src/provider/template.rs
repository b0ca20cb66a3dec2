//! What a scheme signs: `{body}`, or text around it.
//!
//! Knows only how a template is written. What the parts stand for in a delivery is known to whoever verifies or signs.

use std::fmt;
use std::str::FromStr;

use crate::json::{Path, PathError};

/// The signed content as a sequence of parts.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct Template(pub Vec<Part>);

/// One part of the signed content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text as it stands.
    Text(String),
    /// `{body}`: the raw body.
    Body,
    /// `{timestamp}`: when it was signed, as it is written in the delivery.
    Timestamp,
    /// `{id}`: the id, as it is written in the delivery.
    Id,
    /// `{method}`: the request's method.
    Method,
    /// `{url}`: the whole URL that the provider sent it to.
    Url,
    /// `{target}`: path and query, as in the request line.
    Target,
    /// `{path}`: the path alone.
    Path,
    /// `{secret}`: the key.
    Secret,
    /// `{form}`: the parameters of a form, sorted, each name followed by its values without anything between.
    Form,
    /// `{crc32}`: the CRC-32 of the raw body, as a decimal number.
    Crc32,
    /// `{sha256}`: the SHA-256 of the raw body, in lower-case hex.
    Sha256,
    /// `{json}`: the JSON body printed again without blanks, as `JSON.stringify` does.
    Json,
    /// `{sorted_json}`: the same, with the keys of every object in order.
    SortedJson,
    /// `{header:Name}`: the value of a header.
    Header(String),
    /// `{query:name}`: the value of a parameter of the query.
    Query(String),
    /// `{field:name}`: a field of the value that carries the signature.
    Field(String),
    /// `{body:path}`: a value in the JSON body.
    Value(Path),
}

/// The parts that are a name alone.
const NAMED: [(&str, Part); 13] = [
    ("body", Part::Body),
    ("timestamp", Part::Timestamp),
    ("id", Part::Id),
    ("method", Part::Method),
    ("url", Part::Url),
    ("target", Part::Target),
    ("path", Part::Path),
    ("secret", Part::Secret),
    ("form", Part::Form),
    ("crc32", Part::Crc32),
    ("sha256", Part::Sha256),
    ("json", Part::Json),
    ("sorted_json", Part::SortedJson),
];

/// A template that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A name in braces that stands for nothing.
    #[error(
        "`{{{0}}}` is not part of any signed content; known: {{body}} {{timestamp}} {{id}} {{method}} {{url}} {{target}} \
         {{path}} {{secret}} {{form}} {{crc32}} {{sha256}} {{json}} {{sorted_json}} {{header:Name}} {{query:name}} \
         {{field:name}} {{body:path}}"
    )]
    UnknownPart(String),
    /// What stands after `body:` is not a path.
    #[error(transparent)]
    Path(#[from] PathError),
    /// A `{` without its `}`.
    #[error("a `{{` is never closed")]
    Unclosed,
    /// A signature over nothing would fit every delivery.
    #[error("the signed content has no `{{body}}` in it, nor anything else that a delivery says")]
    WithoutBody,
}

impl Template {
    /// The template of most providers: the raw body and nothing else.
    pub fn body() -> Self {
        Self(vec![Part::Body])
    }

    /// Whether a changed body changes the content.
    pub fn covers_body(&self) -> bool {
        self.0.iter().any(|part| {
            matches!(part, Part::Body | Part::Form | Part::Crc32 | Part::Sha256 | Part::Json | Part::SortedJson)
        })
    }

    /// Whether it says anything of the delivery but when and how it was sent.
    fn says_something(&self) -> bool {
        let silent = |part: &Part| matches!(part, Part::Text(_) | Part::Timestamp | Part::Method | Part::Secret);
        !self.0.iter().all(silent)
    }
}

impl FromStr for Template {
    type Err = TemplateError;

    fn from_str(text: &str) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            let (name, after) = after.split_once('}').ok_or(TemplateError::Unclosed)?;
            parts.push(Part::named(name)?);
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        let template = Self(parts);
        if template.says_something() { Ok(template) } else { Err(TemplateError::WithoutBody) }
    }
}

impl TryFrom<String> for Template {
    type Error = TemplateError;

    fn try_from(text: String) -> Result<Self, TemplateError> {
        text.parse()
    }
}

impl Part {
    fn named(name: &str) -> Result<Self, TemplateError> {
        let unknown = || TemplateError::UnknownPart(name.to_owned());
        match name.split_once(':') {
            Some((_, "")) => Err(unknown()),
            Some(("header", header)) => Ok(Self::Header(header.to_owned())),
            Some(("query", parameter)) => Ok(Self::Query(parameter.to_owned())),
            Some(("field", field)) => Ok(Self::Field(field.to_owned())),
            Some(("body", path)) => Ok(Self::Value(path.parse()?)),
            Some(_) => Err(unknown()),
            None => NAMED.iter().find(|known| known.0 == name).map(|known| known.1.clone()).ok_or_else(unknown),
        }
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| part.fmt(f))
    }
}

/// The part as a template writes it.
impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Header(name) => write!(f, "{{header:{name}}}"),
            Self::Query(name) => write!(f, "{{query:{name}}}"),
            Self::Field(name) => write!(f, "{{field:{name}}}"),
            Self::Value(path) => write!(f, "{{body:{path}}}"),
            named => match NAMED.iter().find(|known| known.1 == *named) {
                Some((name, _)) => write!(f, "{{{name}}}"),
                None => Ok(()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Part {
        Part::Text(text.to_owned())
    }

    #[test]
    fn a_template_is_text_around_named_parts() {
        let cases = [
            ("{body}", vec![Part::Body]),
            ("v0:{timestamp}:{body}", vec![text("v0:"), Part::Timestamp, text(":"), Part::Body]),
            ("{body}.{body}}", vec![Part::Body, text("."), Part::Body, text("}")]),
            ("{method}{url}{form}", vec![Part::Method, Part::Url, Part::Form]),
            ("{header:X-Id}|{crc32}", vec![Part::Header("X-Id".to_owned()), text("|"), Part::Crc32]),
            ("{body:a.b[0]}", vec![Part::Value("a.b[0]".parse().unwrap())]),
        ];
        for (written, parts) in cases {
            let template = written.parse::<Template>().unwrap();
            assert_eq!(template.0, parts, "{written}");
            assert_eq!(template.to_string(), written);
        }
    }

    #[test]
    fn every_named_part_is_printed_as_it_is_read() {
        for (name, part) in &NAMED {
            let written = format!("{{{name}}}{{body}}");
            let template = written.parse::<Template>().unwrap();
            assert_eq!((&template.0[0], template.to_string()), (part, written));
        }
    }

    #[test]
    fn a_template_that_cannot_be_meant_says_why() {
        let cases = [
            ("{boddy}", "`{boddy}` is not part of any signed content; known: {body} {timestamp} "),
            ("{header:}", "`{header:}` is not part of any signed content"),
            ("{cookie:a}", "`{cookie:a}` is not part of any signed content"),
            ("{body", "a `{` is never closed"),
            ("", "the signed content has no `{body}` in it"),
            ("fixed", "the signed content has no `{body}` in it"),
            ("{timestamp}{secret}", "the signed content has no `{body}` in it"),
            ("{body:a..b}", "`a..b` is not a path"),
        ];
        for (written, message) in cases {
            let error = written.parse::<Template>().unwrap_err().to_string();
            assert!(error.starts_with(message), "{written}: {error}");
        }
    }
}
