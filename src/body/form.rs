//! `application/x-www-form-urlencoded`.

use std::borrow::Cow;

/// More fields than anybody reads; a hostile body has millions.
const MOST_FIELDS: usize = 10_000;

/// One field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name, decoded.
    pub name: String,
    /// Its value, decoded; empty where it has none.
    pub value: String,
}

/// The fields in the order sent, duplicates kept.
pub(super) fn fields(bytes: &[u8], notes: &mut Vec<String>) -> Vec<Field> {
    let mut pairs = form_urlencoded::parse(bytes);
    let field = |(name, value): (Cow<str>, Cow<str>)| Field { name: name.into_owned(), value: value.into_owned() };
    let fields = pairs.by_ref().take(MOST_FIELDS).map(field).collect();
    if pairs.next().is_some() {
        notes.push(format!("Only its first {MOST_FIELDS} fields are shown."));
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_keep_their_order_and_their_duplicates() {
        let mut notes = Vec::new();
        let fields = fields(b"b=1&a=x+y%21&b=%C3%A9&flag&=v&&c=%zz%ff", &mut notes);
        let pairs: Vec<_> = fields.iter().map(|field| (&*field.name, &*field.value)).collect();
        assert_eq!(pairs, [("b", "1"), ("a", "x y!"), ("b", "é"), ("flag", ""), ("", "v"), ("c", "%zz\u{fffd}")]);
        assert!(notes.is_empty());
    }

    #[test]
    fn a_flood_of_fields_is_cut_and_said_so() {
        let mut notes = Vec::new();
        assert_eq!(fields("a&".repeat(20_000).as_bytes(), &mut notes).len(), 10_000);
        assert_eq!(notes, ["Only its first 10000 fields are shown."]);
    }
}
