//! What a scheme signs: `{body}`, or text around it.
//!
//! Knows only how a template is written. What the parts stand for in a delivery is known to whoever verifies or signs.

use std::fmt;
use std::str::FromStr;

/// The signed content as a sequence of parts.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct Template(pub Vec<Part>);

/// One part of the signed content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text as it stands.
    Text(String),
    /// The raw body.
    Body,
}

/// A template that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A name in braces that stands for nothing.
    #[error("`{{{0}}}` is not part of any signed content; known: {{body}}")]
    UnknownPart(String),
    /// A `{` without its `}`.
    #[error("a `{{` is never closed")]
    Unclosed,
    /// A signature over nothing would fit every body.
    #[error("the signed content has no `{{body}}` in it")]
    WithoutBody,
}

impl Template {
    /// The template of most providers: the raw body and nothing else.
    pub fn body() -> Self {
        Self(vec![Part::Body])
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
        if !parts.contains(&Part::Body) {
            return Err(TemplateError::WithoutBody);
        }
        Ok(Self(parts))
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
        match name {
            "body" => Ok(Self::Body),
            _ => Err(TemplateError::UnknownPart(name.to_owned())),
        }
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.0 {
            match part {
                Part::Text(text) => f.write_str(text)?,
                Part::Body => f.write_str("{body}")?,
            }
        }
        Ok(())
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
            ("v0:{body}", vec![text("v0:"), Part::Body]),
            ("{body}.{body}}", vec![Part::Body, text("."), Part::Body, text("}")]),
        ];
        for (written, parts) in cases {
            let template = written.parse::<Template>().unwrap();
            assert_eq!(template.0, parts, "{written}");
            assert_eq!(template.to_string(), written);
        }
    }

    #[test]
    fn a_template_that_cannot_be_meant_says_why() {
        let cases = [
            ("{boddy}", "`{boddy}` is not part of any signed content; known: {body}"),
            ("{body", "a `{` is never closed"),
            ("", "the signed content has no `{body}` in it"),
            ("fixed", "the signed content has no `{body}` in it"),
        ];
        for (written, message) in cases {
            assert_eq!(written.parse::<Template>().unwrap_err().to_string(), message);
        }
    }
}
