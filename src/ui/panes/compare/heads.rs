//! What differs between two heads: the first line, then the headers by their names.

use super::Mark;
use super::side::{Side, What};
use crate::text;
use crate::ui::panes::detail::secrecy::concealed;
use crate::wire::{Head, Header};

/// A difference of two heads, safe to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) mark: Mark,
    pub(crate) name: String,
    pub(crate) old: Option<String>,
    pub(crate) new: Option<String>,
    /// What has to be said of it.
    pub(crate) note: &'static str,
}

/// What differs, and how much does not.
#[derive(Debug, Default)]
pub(super) struct Fields {
    pub(super) list: Vec<Field>,
    pub(super) same: usize,
}

/// The first lines: of requests their parts, of answers the whole.
pub(super) fn first_lines(old: &Side, new: &Side) -> Fields {
    match (&old.what, &new.what) {
        (What::Answer(..), What::Answer(..)) => {
            of_lines(&[("status", status_line(old.head()), status_line(new.head()))])
        }
        _ => of_lines(&request_lines(old.head(), new.head())),
    }
}

/// The first lines and the headers of what was sent.
pub(super) fn sent(old: &Head, new: &Head, conceals: &dyn Fn(&str) -> bool) -> Fields {
    let mut fields = of_lines(&request_lines(old, new));
    let headers = headers(old, new, conceals);
    fields.list.extend(headers.list);
    fields.same += headers.same;
    fields
}

fn request_lines(old: &Head, new: &Head) -> [(&'static str, String, String); 3] {
    let target = |head: &Head| text::visible_bytes(head.target_bytes()).into_owned();
    [
        ("method", text::visible(old.method()).into_owned(), text::visible(new.method()).into_owned()),
        ("target", target(old), target(new)),
        ("version", old.version().to_string(), new.version().to_string()),
    ]
}

fn status_line(head: &Head) -> String {
    let line = head.as_bytes().split(|byte| *byte == b'\n').next().unwrap_or_default();
    text::visible_bytes(line.trim_ascii_end()).into_owned()
}

fn of_lines(lines: &[(&'static str, String, String)]) -> Fields {
    let mut fields = Fields::default();
    for (name, old, new) in lines {
        if old == new {
            fields.same += 1;
        } else {
            fields.list.push(Field {
                mark: Mark::Changed,
                name: (*name).to_owned(),
                old: Some(old.clone()),
                new: Some(new.clone()),
                note: "",
            });
        }
    }
    fields
}

/// The headers in the newer order; what was removed comes last. Those of one name go by their turn.
pub(super) fn headers(old: &Head, new: &Head, conceals: &dyn Fn(&str) -> bool) -> Fields {
    let mut olds: Vec<Option<Header<'_>>> = old.headers().map(Some).collect();
    let mut fields = Fields::default();
    let mut places = Vec::new();
    for newer in new.headers() {
        let is_it = |older: &Option<Header<'_>>| older.is_some_and(|it| it.name.eq_ignore_ascii_case(newer.name));
        match olds.iter().position(is_it) {
            Some(place) => {
                places.push(place);
                match olds[place].take().and_then(|older| both(older, newer, conceals)) {
                    Some(field) => fields.list.push(field),
                    None => fields.same += 1,
                }
            }
            None => fields.list.push(one(Mark::Added, newer, conceals)),
        }
    }
    fields.list.extend(olds.into_iter().flatten().map(|older| one(Mark::Removed, older, conceals)));
    if !places.is_sorted() {
        let note = "the same headers, in another order";
        fields.list.push(Field { mark: Mark::Moved, name: "order".to_owned(), old: None, new: None, note });
    }
    fields
}

/// `None` where name and value are the same.
fn both(old: Header<'_>, new: Header<'_>, conceals: &dyn Fn(&str) -> bool) -> Option<Field> {
    if old.value != new.value {
        let note = if conceals(new.name) { "they differ" } else { "" };
        return Some(Field {
            mark: Mark::Changed,
            name: name(new.name),
            old: Some(shown(old, conceals)),
            new: Some(shown(new, conceals)),
            note,
        });
    }
    (old.name != new.name).then(|| Field {
        mark: Mark::Respelled,
        name: name(new.name),
        old: Some(name(old.name)),
        new: Some(name(new.name)),
        note: "letter case",
    })
}

fn one(mark: Mark, header: Header<'_>, conceals: &dyn Fn(&str) -> bool) -> Field {
    let value = Some(shown(header, conceals));
    let (old, new) = if mark == Mark::Removed { (value, None) } else { (None, value) };
    Field { mark, name: name(header.name), old, new, note: "" }
}

fn name(name: &str) -> String {
    text::visible(name).into_owned()
}

fn shown(header: Header<'_>, conceals: &dyn Fn(&str) -> bool) -> String {
    if conceals(header.name) { concealed(header.value) } else { text::visible_bytes(header.value).into_owned() }
}
