//! A row of a tree in words.

use super::line::{Line, Tone, beginning, piece};
use crate::json::tree::{Fold, Label, Row};
use crate::json::{Kind, Value};
use crate::text;

/// Columns a level of nesting is indented by.
const INDENT: usize = 2;

/// The line of a row, for a width. Indentation takes at most a third of it; deeper rows say how deep they are.
pub(crate) fn line(row: &Row<'_>, width: usize) -> Line {
    let mut line = lead(row, width);
    match row.label {
        Label::Section(_) => line.extend(section(row, width)),
        _ => line.extend(value(row, width)),
    }
    line
}

/// What stands before the value: indentation, fold mark, label.
pub(crate) fn lead(row: &Row<'_>, width: usize) -> Line {
    let levels = row.depth.min(width / 3 / INDENT);
    let mut line = vec![piece(Tone::Plain, " ".repeat(levels * INDENT))];
    if levels < row.depth {
        line.push(piece(Tone::Dim, format!("{}┊", row.depth)));
    }
    line.push(piece(
        Tone::Dim,
        match row.fold {
            Fold::Leaf => "  ",
            Fold::Open => "▾ ",
            Fold::Folded => "▸ ",
            Fold::Lifted => "↑ ",
        },
    ));
    line.extend(label(row, width));
    if row.repeated {
        line.push(piece(Tone::Warn, "(key sent twice) "));
    }
    line
}

fn label(row: &Row<'_>, width: usize) -> Line {
    match row.label {
        Label::None => Vec::new(),
        Label::Key(key) if needs_quotes(key) => {
            vec![piece(Tone::Name, format!("\"{}\"", beginning(key, width))), piece(Tone::Dim, ": ")]
        }
        Label::Key(key) => vec![piece(Tone::Name, beginning(key, width)), piece(Tone::Dim, ": ")],
        Label::Index(place) => vec![piece(Tone::Dim, format!("[{place}] "))],
        Label::Section(key) => vec![piece(Tone::Strong, beginning(key, width)), piece(Tone::Plain, "  ")],
        Label::Group(prefix) => vec![piece(Tone::Name, beginning(prefix, width)), piece(Tone::Dim, "… ")],
    }
}

/// A key that could be taken for something else without its quotes.
fn needs_quotes(key: &str) -> bool {
    key.is_empty() || key.starts_with(' ') || key.ends_with(' ') || key.contains([':', '\\'])
}

fn section(row: &Row<'_>, width: usize) -> Line {
    let path = row.value.map(|value| value.path().to_string()).filter(|path| path.contains(['.', '[']));
    let mut line: Line = path.into_iter().map(|path| piece(Tone::Dim, format!("{path}  "))).collect();
    if row.fold == Fold::Folded {
        line.extend(value(row, width));
    }
    line
}

fn value(row: &Row<'_>, width: usize) -> Line {
    match (row.value, row.fold) {
        (_, Fold::Lifted) => vec![piece(Tone::Dim, "shown above")],
        (Some(value), Fold::Folded) => preview(value, row.count, width),
        (Some(value), _) if value.is_container() => vec![piece(Tone::Dim, brackets(value, row.count))],
        (Some(value), _) => vec![piece(tone(value.kind()), beginning(value.raw_str(), width))],
        (None, _) => vec![piece(Tone::Dim, text::count(row.count, "key", "keys"))],
    }
}

fn tone(kind: Kind) -> Tone {
    match kind {
        Kind::String => Tone::String,
        Kind::Number => Tone::Number,
        Kind::Bool | Kind::Null => Tone::Literal,
        Kind::Array | Kind::Object => Tone::Dim,
    }
}

fn brackets(value: Value<'_>, count: usize) -> String {
    match (value.kind(), count) {
        (Kind::Array, 0) => "[]".to_owned(),
        (Kind::Array, count) => format!("[{count}]"),
        (_, 0) => "{}".to_owned(),
        (_, count) => format!("{{{count}}}"),
    }
}

/// What a folded container holds, as far as a line has room.
fn preview(value: Value<'_>, count: usize, width: usize) -> Line {
    let is_array = value.kind() == Kind::Array;
    let (open, close) = if is_array { ("[ ", " ]") } else { ("{ ", " }") };
    let mut line = vec![piece(Tone::Dim, open)];
    let (mut used, mut said) = (0, 0);
    for child in value.children().take(12) {
        let (tone, word) = glimpse(child);
        used += text::width(&word) + 2;
        if used > (width / 2).max(12) {
            break;
        }
        if said > 0 {
            line.push(piece(Tone::Dim, ", "));
        }
        line.push(piece(tone, word));
        said += 1;
    }
    if said < count {
        let between = if said > 0 { ", " } else { "" };
        line.push(piece(Tone::Dim, format!("{between}… {count}")));
    }
    line.push(piece(Tone::Dim, close));
    line
}

/// A member by its key, an item by what it is.
fn glimpse(child: Value<'_>) -> (Tone, String) {
    if let Some(key) = child.key_raw() {
        return (Tone::Name, text::truncate(beginning(&key[1..key.len() - 1], 24), 24).into_owned());
    }
    match child.kind() {
        Kind::Object => (Tone::Dim, "{…}".to_owned()),
        Kind::Array => (Tone::Dim, "[…]".to_owned()),
        kind => (tone(kind), text::truncate(beginning(child.raw_str(), 24), 24).into_owned()),
    }
}
