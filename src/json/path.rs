//! Places in a document: `data.object.id`, `[0].activityStatus`, `fields["cancel.account.plan"]`.

use std::fmt;
use std::str::FromStr;

use super::scan;
use crate::text;

/// One step down.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Into an object's member.
    Key(Box<str>),
    /// Into an array's item, from 0.
    Index(usize),
}

/// A place in a document; the empty path is the root.
///
/// Written as names with dots between them and places in brackets. A name that is empty, or has a blank, a dot, a bracket,
/// a quote, a backslash or a control character in it, stands as a JSON string in brackets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Path(pub Vec<Step>);

/// A path that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{path}` is not a path: {what}")]
pub struct PathError {
    path: String,
    what: &'static str,
}

impl FromStr for Path {
    type Err = PathError;

    fn from_str(written: &str) -> Result<Self, PathError> {
        let mut steps = Vec::new();
        let mut rest = written;
        while !rest.is_empty() {
            let (step, tail) = read_step(rest, steps.is_empty())
                .map_err(|what| PathError { path: text::visible(written).into_owned(), what })?;
            steps.push(step);
            rest = tail;
        }
        Ok(Self(steps))
    }
}

/// The step a text begins with, and the text behind it.
fn read_step(text: &str, is_first: bool) -> Result<(Step, &str), &'static str> {
    if let Some(inner) = text.strip_prefix('[') {
        return if inner.starts_with('"') { read_quoted(inner) } else { read_place(inner) };
    }
    let text = match text.strip_prefix('.') {
        Some(_) if is_first => return Err("it begins with a dot"),
        Some(tail) => tail,
        None if is_first => text,
        None => return Err("a dot is missing behind a bracket"),
    };
    let (name, tail) = text.split_at(text.find(needs_quotes).unwrap_or(text.len()));
    match tail.chars().next() {
        _ if name.is_empty() => Err("a name is missing"),
        None | Some('.' | '[') => Ok((Step::Key(name.into()), tail)),
        Some(_) => Err("a name with such a character is written like [\"a name\"]"),
    }
}

fn read_place(text: &str) -> Result<(Step, &str), &'static str> {
    let (digits, tail) = text.split_once(']').ok_or("a bracket is not closed")?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("brackets hold a place like [0] or a name like [\"a name\"]");
    }
    let place = digits.parse().map_err(|_| "a place is missing, or too large")?;
    Ok((Step::Index(place), tail))
}

fn read_quoted(text: &str) -> Result<(Step, &str), &'static str> {
    let end = scan::string(text.as_bytes(), 0).map_err(|mistake| mistake.what)?;
    let (quoted, tail) = text.split_at(end);
    let tail = tail.strip_prefix(']').ok_or("a bracket is not closed")?;
    let name: Box<str> = serde_json::from_str(quoted).map_err(|_| "half a surrogate pair stands for no character")?;
    Ok((Step::Key(name), tail))
}

fn needs_quotes(character: char) -> bool {
    matches!(character, '.' | '[' | ']' | '"' | '\\') || character.is_whitespace() || character.is_control()
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(place) => write!(f, "[{place}]")?,
                Step::Key(key) if key.is_empty() || key.contains(needs_quotes) => {
                    write!(f, "[{}]", serde_json::Value::from(&**key))?;
                }
                Step::Key(key) if at == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(name: &str) -> Step {
        Step::Key(name.into())
    }

    #[test]
    fn paths_are_read_as_they_are_written() {
        let cases = [
            ("", vec![]),
            ("data.object.id", vec![key("data"), key("object"), key("id")]),
            ("[0].activityStatus", vec![Step::Index(0), key("activityStatus")]),
            (r#"fields["cancel.account.plan"]"#, vec![key("fields"), key("cancel.account.plan")]),
            (
                r#"["a b"][1][2].c-d.0.$é"#,
                vec![key("a b"), Step::Index(1), Step::Index(2), key("c-d"), key("0"), key("$é")],
            ),
            (r#"[""]["\"\\\n]"]"#, vec![key(""), key("\"\\\n]")]),
        ];
        for (written, steps) in cases {
            assert_eq!(written.parse(), Ok(Path(steps.clone())), "{written}");
            assert_eq!(Path(steps).to_string(), written);
        }
    }

    #[test]
    fn a_wrong_path_says_why() {
        let cases = [
            (".a", "`.a` is not a path: it begins with a dot"),
            ("a.", "`a.` is not a path: a name is missing"),
            ("a..b", "`a..b` is not a path: a name is missing"),
            ("a b", r#"`a b` is not a path: a name with such a character is written like ["a name"]"#),
            ("a[0]b", "`a[0]b` is not a path: a dot is missing behind a bracket"),
            ("a[0", "`a[0` is not a path: a bracket is not closed"),
            ("a[]", "`a[]` is not a path: a place is missing, or too large"),
            ("a[-1]", r#"`a[-1]` is not a path: brackets hold a place like [0] or a name like ["a name"]"#),
            ("[99999999999999999999]", "`[99999999999999999999]` is not a path: a place is missing, or too large"),
            (r#"["a""#, r#"`["a"` is not a path: a bracket is not closed"#),
            (r#"["a"#, r#"`["a` is not a path: a string that does not end"#),
            (r#"["\ud800"]"#, r#"`["\ud800"]` is not a path: half a surrogate pair stands for no character"#),
            (".\u{1b}", "`.␛` is not a path: it begins with a dot"),
        ];
        for (written, expected) in cases {
            assert_eq!(written.parse::<Path>().expect_err(written).to_string(), expected);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(steps in prop::collection::vec(
            prop_oneof![any::<usize>().prop_map(Step::Index), any::<String>().prop_map(|name| key(&name))], 0..6,
        )) {
            let path = Path(steps);
            prop_assert_eq!(path.to_string().parse(), Ok(path));
        }

        #[test]
        fn no_text_makes_it_panic(text in any::<String>(), likely in r#"[a.\[\]"\\0-9 ]{0,10}"#) {
            for text in [text, likely] {
                if let Ok(path) = text.parse::<Path>() {
                    prop_assert_eq!(path.to_string().parse(), Ok(path));
                }
            }
        }
    }
}
