//! A form printed again: its fields in another order, or escaped in another way.

use std::borrow::Cow;
use std::ops::ControlFlow;

use super::bodies::Taker;
use super::{Cause, Change};
use crate::wire::Head;

/// Larger forms are not printed again.
const MAX_BODY: usize = 1 << 20;

pub(super) fn each(head: &Head, body: &[u8], taker: &mut dyn Taker) -> ControlFlow<()> {
    let is_form = head
        .get_str("content-type")
        .is_some_and(|media| media.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded"));
    let Some(text) = str::from_utf8(body).ok().filter(|_| is_form && body.len() <= MAX_BODY) else {
        return ControlFlow::Continue(());
    };
    for (name, print) in PRINTS {
        if !taker.afford(4 * body.len()) {
            break;
        }
        let printed = print(text);
        if printed != text {
            taker.take(&Change::new(Cause::BodyReserialized, name, FIX), printed.as_bytes())?;
        }
    }
    ControlFlow::Continue(())
}

const FIX: &str = "Sign the very bytes that are sent, and hash the raw body before anything decodes the form; see that \
                   no proxy on the way encodes it anew.";

type Print = (&'static str, fn(&str) -> String);

const PRINTS: [Print; 7] = [
    ("the form with its fields sorted", sorted),
    ("the form with spaces as `%20`", |form| form.replace('+', "%20")),
    ("the form with spaces as `+`", |form| form.replace("%20", "+")),
    ("the form printed again", |form| printed(form_urlencoded::parse(form.as_bytes()))),
    ("the form printed again with its fields sorted", |form| {
        let mut fields: Vec<_> = form_urlencoded::parse(form.as_bytes()).collect();
        fields.sort();
        printed(fields.into_iter())
    }),
    ("the form decoded", |form| {
        let fields = form_urlencoded::parse(form.as_bytes());
        fields.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
    }),
    ("the JSON in a field of the form, decoded", |form| {
        let mut fields = form_urlencoded::parse(form.as_bytes());
        fields
            .find(|(_, value)| value.starts_with(['{', '[']))
            .map_or_else(|| form.to_owned(), |(_, value)| value.into_owned())
    }),
];

fn sorted(form: &str) -> String {
    let mut fields: Vec<&str> = form.split('&').collect();
    fields.sort_unstable();
    fields.join("&")
}

fn printed<'a>(fields: impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)>) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}
