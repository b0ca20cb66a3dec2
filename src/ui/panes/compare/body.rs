//! What differs between two bodies: JSON by its values, other text by its lines, anything else by its bytes.

use bytes::Bytes;

use super::lines::{self, TextRow};
use super::side::{Side, What};
use crate::body::{self, Content, Readable};
use crate::json::diff::{Differences, Scope};
use crate::json::{Document, Value};
use crate::text;

/// At most this many bytes come out of a compressed body: a small one can hide gigabytes.
const DECODED: usize = 64 * 1024 * 1024;

/// Two bodies, and what differs.
#[derive(Debug)]
pub(crate) enum Body {
    /// Nothing is to be told but a sentence.
    Nothing,
    /// JSON.
    Values(Values),
    /// Text, by lines.
    Text { old: Bytes, new: Bytes, rows: Vec<TextRow> },
    /// Bytes, from the first that differs on.
    Binary { old: Bytes, new: Bytes, from: usize },
}

/// Two values of JSON, and what differs.
#[derive(Debug)]
pub(crate) struct Values {
    old: Document,
    /// `None` where both are in one document.
    new: Option<Document>,
    roots: (u32, u32),
    pub(crate) differences: Differences,
}

/// A comparison of bodies, with what has to be said of it.
#[derive(Debug)]
pub(super) struct Compared {
    pub(super) body: Body,
    pub(super) summary: String,
    pub(super) notes: Vec<String>,
}

impl Values {
    fn whole(old: Document, new: Document) -> Self {
        let differences = Differences::between(old.root(), new.root(), Scope::Whole);
        Self { old, new: Some(new), roots: (0, 0), differences }
    }

    pub(crate) fn older(&self) -> &Document {
        &self.old
    }

    pub(crate) fn newer(&self) -> &Document {
        self.new.as_ref().unwrap_or(&self.old)
    }

    /// How deep the two values are in their documents.
    pub(crate) fn root_depths(&self) -> (usize, usize) {
        let depth = |value: Option<Value<'_>>| value.map_or(0, Value::depth);
        (depth(self.older().value(self.roots.0)), depth(self.newer().value(self.roots.1)))
    }

    fn summary(&self) -> String {
        let Differences { list, same, omitted } = &self.differences;
        let differing = match list.len() + omitted {
            0 => "no difference".to_owned(),
            differing => text::count(differing, "difference", "differences"),
        };
        match same {
            0 => differing,
            1 => format!("{differing}, 1 value is the same"),
            same => format!("{differing}, {same} values are the same"),
        }
    }
}

impl Compared {
    fn nothing(summary: impl Into<String>, notes: Vec<String>) -> Self {
        Self { body: Body::Nothing, summary: summary.into(), notes }
    }
}

/// The bodies of two captures or two answers.
pub(super) fn whole(old: &Side, new: &Side) -> Compared {
    let mut notes = Vec::new();
    if old.is_cut() || new.is_cut() {
        notes.push("Not all of both was kept: only what is here is compared.".to_owned());
    }
    if old.body() == new.body() {
        return match old.body().len() {
            0 => Compared::nothing("none in either", notes),
            size => Compared::nothing(format!("the same {}", text::count(size, "byte", "bytes")), notes),
        };
    }
    let read = |side: &Side| body::read(side.head(), side.body(), DECODED);
    let (old_read, new_read) = (read(old), read(new));
    let is_decoded = old_read.bytes != *old.body() || new_read.bytes != *new.body();
    if is_decoded {
        notes.push("A content coding was taken off before comparing.".to_owned());
    }
    let mut compared = readable(old_read, new_read);
    notes.append(&mut compared.notes);
    Compared { notes, ..compared }
}

fn readable(old: Readable, new: Readable) -> Compared {
    match (old.content, new.content) {
        (Content::Json(old_document), Content::Json(new_document)) => values(Values::whole(old_document, new_document)),
        (old_content, new_content) => {
            let texts = (as_text(&old_content, &old.bytes), as_text(&new_content, &new.bytes));
            match texts {
                (Some(old), Some(new)) => by_lines(old, new),
                _ => by_bytes(old.bytes, new.bytes),
            }
        }
    }
}

fn values(values: Values) -> Compared {
    let mut notes = Vec::new();
    if values.differences.list.is_empty() {
        notes.push("The same JSON, laid out otherwise: a signature differs.".to_owned());
    } else if values.differences.are_quiet() {
        notes.push("The same values, written otherwise: a signature differs.".to_owned());
    }
    if values.differences.omitted > 0 {
        notes.push(format!("{} more of them are not listed.", values.differences.omitted));
    }
    Compared { summary: values.summary(), body: Body::Values(values), notes }
}

/// Two parts of one payload; the error says which of them it has not.
pub(super) fn parts(side: &Side, scope: Scope, other: &Side) -> Result<Compared, String> {
    let (What::Part(_, before), What::Part(_, after)) = (&side.what, &other.what) else {
        return Err("Only parts of a payload can be compared so".to_owned());
    };
    let Content::Json(document) = body::read(side.head(), side.body(), DECODED).content else {
        return Err("Its payload is not JSON".to_owned());
    };
    let find = |path| document.find(path).ok_or_else(|| format!("It has no {}", text::visible(&path.to_string())));
    let (old, new) = (find(before)?, find(after)?);
    let (roots, differences) = ((old.index(), new.index()), Differences::between(old, new, scope));
    let compared = Values { old: document, new: None, roots, differences };
    let summary = compared.summary();
    Ok(Compared { body: Body::Values(compared), summary, notes: Vec::new() })
}

/// A body as text in lines, if it can be shown so.
fn as_text(content: &Content, bytes: &Bytes) -> Option<Bytes> {
    match content {
        Content::Xml(text) | Content::Text(text) => Some(text.clone()),
        Content::Form(fields) => {
            let lines = fields.iter().map(|field| format!("{} = {}\n", field.name, field.value));
            Some(lines.collect::<String>().into())
        }
        Content::Empty | Content::Json(_) | Content::BrokenJson(_) | Content::Multipart(_) => {
            std::str::from_utf8(bytes).ok().map(|_| bytes.clone())
        }
        Content::Binary => None,
    }
}

fn by_lines(old: Bytes, new: Bytes) -> Compared {
    if old == new {
        return Compared::nothing("the same once it is read; the bytes differ", Vec::new());
    }
    let found = lines::compare(&old, &new);
    let mut summary = [("removed", found.removed), ("added", found.added)]
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(word, count)| format!("{} {word}", text::count(count, "line", "lines")))
        .collect::<Vec<_>>()
        .join(", ");
    summary.push_str(&match found.same {
        0 => String::new(),
        1 => ", 1 is the same".to_owned(),
        same => format!(", {same} are the same"),
    });
    let notes = (found.omitted > 0).then(|| format!("{} more of them are not listed.", found.omitted));
    Compared { body: Body::Text { old, new, rows: found.rows }, summary, notes: notes.into_iter().collect() }
}

fn by_bytes(old: Bytes, new: Bytes) -> Compared {
    if old == new {
        return Compared::nothing("the same once it is read; the bytes differ", Vec::new());
    }
    let from = common_prefix(&old, &new);
    let summary =
        format!("{} and {}", text::count(old.len(), "byte", "bytes"), text::count(new.len(), "byte", "bytes"));
    let notes = vec![format!("The first difference is at byte {from} (0x{from:x}).")];
    Compared { body: Body::Binary { old, new, from }, summary, notes }
}

/// How many bytes two texts begin with alike. In stretches first, which compares them as fast as memory goes.
pub(crate) fn common_prefix(old: &[u8], new: &[u8]) -> usize {
    const STRETCH: usize = 256;
    let stretches = old.chunks_exact(STRETCH).zip(new.chunks_exact(STRETCH));
    let whole = stretches.take_while(|(old, new)| old == new).count() * STRETCH;
    whole + old[whole..].iter().zip(&new[whole..]).take_while(|(old, new)| old == new).count()
}

/// How many bytes two texts end with alike.
pub(crate) fn common_suffix(old: &[u8], new: &[u8]) -> usize {
    const STRETCH: usize = 256;
    let stretches = old.rchunks_exact(STRETCH).zip(new.rchunks_exact(STRETCH));
    let whole = stretches.take_while(|(old, new)| old == new).count() * STRETCH;
    let (old, new) = (&old[..old.len() - whole], &new[..new.len() - whole]);
    whole + old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count()
}
