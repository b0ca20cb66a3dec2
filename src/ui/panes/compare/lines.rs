//! Text by its lines.

use std::ops::Range;
use std::time::{Duration, Instant};

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

use super::Mark;

/// Lines that are the same, before and after those that are not.
const CONTEXT: usize = 3;
/// More lines than this are only counted.
const MOST: usize = 20_000;
/// Aligning bounds its own cost. Should that fail for some input, the rest is taken as replaced.
const PATIENCE: Duration = Duration::from_secs(5);

/// One row of a comparison of texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TextRow {
    /// So many lines that are the same.
    Skipped(usize),
    /// A line, as a place in the older text where it was removed, else in the newer one.
    Line {
        /// `None` where both have it.
        mark: Option<Mark>,
        at: Range<usize>,
        /// The line of the other text that it stands in the place of.
        other: Option<Range<usize>>,
        /// Whether the line before it is not part of the same difference.
        is_first: bool,
    },
}

/// Two texts by their lines.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub(super) rows: Vec<TextRow>,
    pub(super) same: usize,
    pub(super) removed: usize,
    pub(super) added: usize,
    pub(super) omitted: usize,
}

/// Compares two texts; line breaks of both kinds end a line.
pub(super) fn compare(old: &[u8], new: &[u8]) -> Lines {
    let (old_places, new_places) = (places(old), places(new));
    let (olds, news) = (at(old, &old_places), at(new, &new_places));
    let ops = capture_diff_slices_deadline(Algorithm::Myers, &olds, &news, Some(Instant::now() + PATIENCE));
    let mut found = Lines::default();
    for (at, op) in ops.iter().enumerate() {
        let (_, olds, news) = op.as_tag_tuple();
        match op {
            DiffOp::Equal { len, .. } => {
                found.same += len;
                let (before, after) =
                    (if at == 0 { 0 } else { CONTEXT }, if at + 1 == ops.len() { 0 } else { CONTEXT });
                found.push_same(&new_places[news], before, after);
            }
            _ => found.push_different(&old_places[olds], &new_places[news]),
        }
    }
    found
}

impl Lines {
    fn push_same(&mut self, lines: &[Range<usize>], before: usize, after: usize) {
        let line = |at: &Range<usize>| TextRow::Line { mark: None, at: at.clone(), other: None, is_first: false };
        if lines.len() <= before + after + 1 {
            return self.push(lines.iter().map(line));
        }
        let (first, rest) = lines.split_at(before);
        let (skipped, last) = rest.split_at(rest.len() - after);
        self.push(first.iter().map(line));
        self.push([TextRow::Skipped(skipped.len())]);
        self.push(last.iter().map(line));
    }

    fn push_different(&mut self, olds: &[Range<usize>], news: &[Range<usize>]) {
        self.removed += olds.len();
        self.added += news.len();
        let row = |mark, at: usize, lines: &[Range<usize>], others: &[Range<usize>], is_first| TextRow::Line {
            mark: Some(mark),
            at: lines[at].clone(),
            other: others.get(at).cloned(),
            is_first,
        };
        self.push((0..olds.len()).map(|at| row(Mark::Removed, at, olds, news, at == 0)));
        self.push((0..news.len()).map(|at| row(Mark::Added, at, news, olds, at == 0 && olds.is_empty())));
    }

    fn push(&mut self, rows: impl IntoIterator<Item = TextRow>) {
        for row in rows {
            if self.rows.len() < MOST { self.rows.push(row) } else { self.omitted += 1 }
        }
    }
}

fn at<'a>(text: &'a [u8], places: &[Range<usize>]) -> Vec<&'a [u8]> {
    places.iter().map(|place| &text[place.clone()]).collect()
}

/// Where the lines are, without what ends them.
fn places(text: &[u8]) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    let mut start = 0;
    for end in
        memchr::memchr_iter(b'\n', text).chain((!text.is_empty() && !text.ends_with(b"\n")).then_some(text.len()))
    {
        places.push(start..end);
        start = end + 1;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(old: &str, new: &str) -> Vec<String> {
        let rows = compare(old.as_bytes(), new.as_bytes()).rows.into_iter();
        rows.map(|row| match row {
            TextRow::Skipped(lines) => format!("… {lines}"),
            TextRow::Line { mark: None, at, .. } => format!("  {}", &new[at]),
            TextRow::Line { mark: Some(Mark::Removed), at, .. } => format!("- {}", &old[at]),
            TextRow::Line { at, .. } => format!("+ {}", &new[at]),
        })
        .collect()
    }

    #[test]
    fn lines_are_told_with_a_few_around_them() {
        let cases: [(&str, &str, &[&str]); 6] = [
            ("", "a", &["+ a"]),
            ("a\nb\n", "a\nc\n", &["  a", "- b", "+ c"]),
            ("a\nb", "b", &["- a", "  b"]),
            ("1\n2\n3\n4\n5\n6\n7", "1\n2\n3\n4\n5\n6\n8", &["… 3", "  4", "  5", "  6", "- 7", "+ 8"]),
            (
                "x\n1\n2\n3\n4\n5\n6\n7\n8\nx",
                "y\n1\n2\n3\n4\n5\n6\n7\n8\ny",
                &["- x", "+ y", "  1", "  2", "  3", "… 2", "  6", "  7", "  8", "- x", "+ y"],
            ),
            ("a\r\nb", "a\nb", &["- a\r", "+ a", "  b"]),
        ];
        for (old, new, expected) in cases {
            assert_eq!(told(old, new), expected, "{old:?} → {new:?}");
        }
    }

    #[test]
    fn a_difference_begins_once() {
        let rows = compare(b"a\nb\nc\n", b"a\nx\ny\nc\nz\n").rows;
        let firsts = |row: &TextRow| matches!(row, TextRow::Line { is_first: true, .. });
        assert_eq!(rows.iter().map(firsts).collect::<Vec<_>>(), [false, true, false, false, false, true]);
    }

    #[test]
    fn more_lines_than_anybody_reads_are_counted() {
        let found = compare("a\n".repeat(MOST).as_bytes(), "b\n".repeat(MOST).as_bytes());
        assert_eq!((found.rows.len(), found.omitted, found.removed, found.added), (MOST, MOST, MOST, MOST));
    }
}
