//! The rows of a comparison. Each is a place in what was found; its words are made when it is looked at.

use std::borrow::Cow;
use std::fmt;

use super::body::{Body, Values, common_prefix, common_suffix};
use super::lines::TextRow;
use super::{Comparison, Mark};
use crate::body::hex::Dump;
use crate::json::diff::Change;
use crate::json::{Path, Step, Value};
use crate::text;
use crate::ui::panes::detail::line::{Line, Tone, beginning, piece};

/// One row.
#[derive(Clone, Debug)]
pub(crate) enum Row {
    /// Between two sections.
    Gap,
    /// Where a section begins.
    Title { name: &'static str, summary: String },
    /// What has to be said of a section.
    Note(String),
    /// A difference of the heads, by its place among them.
    Field(u32, Part),
    /// A difference of JSON, by its place among them.
    Value(u32, Part),
    /// A row of text, by its place among them.
    Text(u32),
    /// A row of bytes: of which side, and the how manieth from that before the first difference.
    Bytes(Mark, usize),
}

/// What of a difference is on a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// All of it.
    Whole,
    /// Where it is; what it was and is follows.
    Label,
    /// What it was.
    Old,
    /// What it is.
    New,
}

/// Values of up to so many bytes together share the row of their label.
const SHORT: usize = 40;
/// Rows of bytes that are shown of each side.
const DUMPED: usize = 4;
/// Names beyond this many steps are cut at their beginning.
const STEPS: usize = 32;

/// A difference in words; not safe to show yet.
struct Entry<'a> {
    mark: Mark,
    label: Cow<'a, str>,
    old: Option<&'a str>,
    new: Option<&'a str>,
    note: Cow<'a, str>,
}

impl Part {
    /// The rows that a difference takes, given how long the two texts are.
    pub(super) fn of(old: usize, new: usize) -> &'static [Self] {
        match (old, new) {
            (old, new) if old + new <= SHORT => &[Self::Whole],
            (_, 0) => &[Self::Label, Self::Old],
            (0, _) => &[Self::Label, Self::New],
            _ => &[Self::Label, Self::Old, Self::New],
        }
    }
}

impl Row {
    pub(super) fn bytes() -> impl Iterator<Item = Self> {
        (0..DUMPED).flat_map(|at| [Mark::Removed, Mark::Added].map(|mark| Self::Bytes(mark, at)))
    }
}

impl Comparison {
    /// The words of a row, for a width; what does not fit is cut when it is drawn.
    pub(crate) fn line(&self, row: usize, width: usize) -> Line {
        match (&self.rows[row], &self.body) {
            (Row::Title { name, summary }, _) => {
                vec![piece(Tone::Strong, *name), piece(Tone::Dim, format!("  {summary}"))]
            }
            (Row::Note(note), _) => vec![piece(Tone::Dim, format!("  {note}"))],
            (Row::Field(at, part), _) => self.field(*at as usize).line(*part, width),
            (Row::Value(at, part), Body::Values(values)) => value(values, *at as usize).line(*part, width),
            (Row::Text(at), Body::Text { old, new, rows }) => text_line(&rows[*at as usize], old, new, width),
            (Row::Bytes(mark, at), Body::Binary { old, new, from }) => {
                let (own, other) = if *mark == Mark::Removed { (old, new) } else { (new, old) };
                byte_line(*mark, own, other, (*from, *at), width)
            }
            _ => Vec::new(),
        }
    }

    /// Whether a difference begins at a row.
    pub(crate) fn begins(&self, row: usize) -> bool {
        match (&self.rows[row], &self.body) {
            (Row::Field(_, part) | Row::Value(_, part), _) => matches!(part, Part::Whole | Part::Label),
            (Row::Text(at), Body::Text { rows, .. }) => {
                matches!(rows[*at as usize], TextRow::Line { is_first: true, .. })
            }
            (Row::Bytes(mark, at), _) => *mark == Mark::Removed && *at == 0,
            _ => false,
        }
    }

    fn field(&self, at: usize) -> Entry<'_> {
        let field = &self.fields[at];
        Entry {
            mark: field.mark,
            label: Cow::Borrowed(&field.name),
            old: field.old.as_deref(),
            new: field.new.as_deref(),
            note: Cow::Borrowed(field.note),
        }
    }
}

fn value(values: &Values, at: usize) -> Entry<'_> {
    let difference = values.differences.list[at];
    let (old, new) = (difference.old_in(values.older()), difference.new_in(values.newer()));
    let depths = values.root_depths();
    let was = old.map(|old| Place::of(old, depths.0));
    let is = new.map(|new| Place::of(new, depths.1));
    let elsewhere = was.as_ref().zip(is.as_ref()).and_then(|(was, is)| was.apart_from(is));
    let note = match (difference.change, elsewhere) {
        (Change::Moved, Some(was)) => format!("moved, was {was}"),
        (Change::Reordered, _) => "the same members, in another order".to_owned(),
        (Change::Respelled, _) => "equal, written otherwise".to_owned(),
        (_, Some(was)) => format!("was {was}"),
        _ => String::new(),
    };
    let is_key_alone = difference.change == Change::Respelled && old.map(Value::raw) == new.map(Value::raw);
    let written = |value| written(value, is_key_alone);
    let (old, new) = match difference.change {
        Change::Reordered => (None, None),
        // What has moved is shown once, to be known by.
        Change::Moved => (None, new.filter(|new| !new.is_container() && new.range().len() <= SHORT).map(written)),
        _ => (old.map(written), new.map(written)),
    };
    let label = is.or(was).map_or_else(String::new, |place| place.to_string());
    Entry { mark: Mark::of(difference.change), label: Cow::Owned(label), old, new, note: Cow::Owned(note) }
}

/// The text of a value, or that of its key.
fn written(value: Value<'_>, is_key: bool) -> &str {
    value.key_raw().filter(|_| is_key).unwrap_or_else(|| value.raw_str())
}

/// Where a value is below a root: its last steps, and how many there are.
struct Place {
    steps: Vec<Step>,
    depth: usize,
}

impl Place {
    fn of(value: Value<'_>, root: usize) -> Self {
        let depth = value.depth() - root;
        let above = std::iter::successors(Some(value), |value| value.parent());
        let mut steps: Vec<_> = above.take(depth.min(STEPS)).filter_map(Value::step).collect();
        steps.reverse();
        Self { steps, depth }
    }

    /// Where another place is apart from this: the steps from the first that differs on.
    fn apart_from(&self, other: &Self) -> Option<Path> {
        let shared = self.steps.iter().zip(&other.steps).take_while(|(own, other)| own == other).count();
        (shared < self.steps.len()).then(|| Path(self.steps[shared..].to_vec()))
    }
}

/// `.` for the root itself.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.depth {
            0 => f.write_str("."),
            depth if depth > STEPS => write!(f, "…{}", Path(self.steps.clone())),
            _ => Path(self.steps.clone()).fmt(f),
        }
    }
}

impl Entry<'_> {
    fn line(&self, part: Part, width: usize) -> Line {
        match part {
            Part::Whole => self.whole(width),
            Part::Label => {
                let mut line = self.label(width.saturating_sub(2));
                line.extend(self.note());
                line
            }
            Part::Old => contrast(Mark::Removed, self.old, self.new, width),
            Part::New => contrast(Mark::Added, self.new, self.old, width),
        }
    }

    fn whole(&self, width: usize) -> Line {
        let mut values = Vec::new();
        if self.old.is_some() || self.new.is_some() {
            values.push(piece(Tone::Plain, "  "));
        }
        values.extend(self.old.map(|old| piece(self.tone(Tone::Bad), old)));
        if self.old.is_some() && self.new.is_some() {
            values.push(piece(Tone::Dim, " → "));
        }
        values.extend(self.new.map(|new| piece(self.tone(Tone::Good), new)));
        let taken: usize = values.iter().map(|piece| text::width(&text::visible(&piece.text))).sum();
        let mut line = self.label(width.saturating_sub(taken + 2).max(width / 3));
        line.extend(values);
        line.extend(self.note());
        line
    }

    /// What is equal is not set off.
    fn tone(&self, tone: Tone) -> Tone {
        if matches!(self.mark, Mark::Respelled | Mark::Moved) { Tone::Plain } else { tone }
    }

    fn label(&self, room: usize) -> Line {
        let label = text::visible(&self.label);
        let label = text::truncate_start(&label, room).into_owned();
        let tone = if self.mark.is_quiet() { Tone::Dim } else { Tone::Name };
        vec![piece(self.mark.tone(), format!("{} ", self.mark.as_char())), piece(tone, label)]
    }

    fn note(&self) -> Option<crate::ui::panes::detail::line::Piece> {
        (!self.note.is_empty()).then(|| piece(Tone::Dim, format!("  {}", self.note)))
    }
}

/// A text with what differs from another in sight, set off from what does not.
fn contrast(mark: Mark, text: Option<&str>, other: Option<&str>, width: usize) -> Line {
    let (text, other) = (text.unwrap_or_default(), other.unwrap_or_default());
    let mut line = vec![piece(mark.tone(), format!("    {} ", mark.as_char()))];
    line.extend(windowed(mark, text, other, width.saturating_sub(6)));
    line
}

fn windowed(mark: Mark, text: &str, other: &str, width: usize) -> Line {
    let (before, after) = shared(text, other);
    let (before, changed, after) = (&text[..before], &text[before..after], &text[after..]);
    let lead = if text.len() <= width { before } else { end_of(before, width / 4) };
    let mut line = Vec::new();
    if lead.len() < before.len() {
        line.push(piece(Tone::Dim, "…"));
    }
    line.push(piece(Tone::Plain, lead));
    line.push(piece(mark.tone(), beginning(changed, width)));
    line.push(piece(Tone::Plain, beginning(after, width)));
    line.retain(|piece| !piece.text.is_empty());
    line
}

/// Where what differs begins and ends in a text, between characters.
fn shared(text: &str, other: &str) -> (usize, usize) {
    let mut start = common_prefix(text.as_bytes(), other.as_bytes());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let most = text.len().min(other.len()) - start;
    let mut end = text.len() - common_suffix(text.as_bytes(), other.as_bytes()).min(most);
    while !text.is_char_boundary(end) {
        end += 1;
    }
    (start, end)
}

/// The last of a text, about so many columns.
fn end_of(text: &str, columns: usize) -> &str {
    let mut start = text.len().saturating_sub(columns);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    &text[start..]
}

fn text_line(row: &TextRow, old: &[u8], new: &[u8], width: usize) -> Line {
    match row {
        TextRow::Skipped(lines) => {
            vec![piece(Tone::Dim, format!("  … {} the same", text::count(*lines, "line", "lines")))]
        }
        TextRow::Line { mark: None, at, .. } => {
            vec![piece(Tone::Dim, format!("    {}", as_str(&new[at.clone()], width)))]
        }
        TextRow::Line { mark: Some(mark), at, other, .. } => {
            let (own, theirs) = if *mark == Mark::Removed { (old, new) } else { (new, old) };
            let other = other.as_ref().map(|other| String::from_utf8_lossy(&theirs[other.clone()]));
            let own = String::from_utf8_lossy(&own[at.clone()]);
            let mut line = vec![piece(mark.tone(), format!("  {} ", mark.as_char()))];
            line.extend(windowed(*mark, &own, &other.unwrap_or_default(), width.saturating_sub(4)));
            line
        }
    }
}

/// As much of the beginning of a line as can be seen.
fn as_str(line: &[u8], width: usize) -> String {
    String::from_utf8_lossy(&line[..line.len().min(width.saturating_mul(4).saturating_add(16))]).into_owned()
}

/// A row of bytes, so many rows behind that before the first difference; nothing where neither has that many.
fn byte_line(mark: Mark, own: &[u8], other: &[u8], (from, at): (usize, usize), width: usize) -> Line {
    let fitting = |bytes| Dump::fitting(bytes, width.saturating_sub(4).min(80));
    let dump = fitting(own);
    let row = dump.row_of(from).saturating_sub(1) + at;
    let lead = piece(mark.tone(), format!("  {} ", mark.as_char()));
    let Some(row) = dump.rows(row..row + 1).next() else {
        let is_over = fitting(other).len() <= row;
        return if is_over { Vec::new() } else { vec![lead, piece(Tone::Dim, "ends here")] };
    };
    vec![
        lead,
        piece(Tone::Dim, format!("{}  ", row.offset)),
        piece(Tone::Plain, row.hex),
        piece(Tone::Dim, format!("  {}", row.text)),
    ]
}
