//! The work of comparing, off the loop.

use std::sync::Arc;

use super::body::{self, Body};
use super::heads::{self, Fields};
use super::pair::Pair;
use super::rows::{Part, Row};
use super::side::{Side, What};
use super::{Comparison, Mark};
use crate::provider::Catalog;
use crate::store::{Capture, Handle, Seq};
use crate::text;

/// Two things to be compared.
#[derive(Clone, Debug)]
pub struct CompareJob {
    pub(crate) generation: u64,
    pub(crate) pair: Pair,
    pub(crate) catalog: Arc<Catalog>,
}

/// What came of it.
#[derive(Debug)]
pub struct Compared {
    pub(crate) generation: u64,
    /// The comparison, or why there is none.
    pub(crate) result: Result<Comparison, String>,
}

/// Compares. May take long: it runs on the worker.
pub fn run(job: CompareJob, store: &Handle) -> Compared {
    Compared { generation: job.generation, result: compare(&job, store) }
}

fn compare(job: &CompareJob, store: &Handle) -> Result<Comparison, String> {
    let held = |seq: Seq| store.get(seq).ok_or_else(|| format!("#{seq} is no longer held"));
    let catalog = &job.catalog;
    match &job.pair {
        Pair::Captures(older, newer) => {
            let side = |capture: Arc<Capture>| Side::capture(capture, catalog);
            Ok(whole(side(held(*older)?), side(held(*newer)?)))
        }
        Pair::Answers(seq, older, newer) => {
            let capture = held(*seq)?;
            let side = |exchange| Side::answer(&capture, Arc::clone(exchange), catalog);
            let sides = side(older).zip(side(newer));
            sides.map(|(older, newer)| whole(older, newer)).ok_or_else(|| "There is no answer to compare".to_owned())
        }
        Pair::Parts(seq, parts) => {
            let capture = held(*seq)?;
            let side = |path: &crate::json::Path| Side::part(capture.clone(), path.clone(), catalog);
            let (before, after) = (side(&parts.before), side(&parts.after));
            let body = body::parts(&before, parts.scope, &after)?;
            let mut comparison = Draft::default();
            comparison.push_body(body);
            Ok(comparison.finish([before, after]))
        }
    }
}

/// Heads and bodies.
fn whole(old: Side, new: Side) -> Comparison {
    let conceals = |name: &str| old.conceals(name) || new.conceals(name);
    let mut draft = Draft::default();
    if let (What::Answer(old, _), What::Answer(new, _)) = (&old.what, &new.what) {
        let sent = heads::sent(&old.sent, &new.sent, &conceals);
        if !sent.list.is_empty() {
            draft.push_fields("What was sent", sent);
        }
        if old.sent_sha256 != new.sent_sha256 {
            draft.rows.push(Row::Note("The bodies that were sent differ.".to_owned()));
        }
    }
    draft.push_fields("Head", heads::first_lines(&old, &new));
    draft.push_fields("Headers", heads::headers(old.head(), new.head(), &conceals));
    draft.push_body(body::whole(&old, &new));
    draft.finish([old, new])
}

/// A comparison under way.
#[derive(Default)]
struct Draft {
    fields: Vec<heads::Field>,
    body: Option<Body>,
    rows: Vec<Row>,
}

impl Draft {
    fn push_title(&mut self, name: &'static str, summary: String) {
        if !self.rows.is_empty() {
            self.rows.push(Row::Gap);
        }
        self.rows.push(Row::Title { name, summary });
    }

    fn push_fields(&mut self, name: &'static str, fields: Fields) {
        let summary = match (fields.list.len(), fields.same) {
            (0, _) => "the same".to_owned(),
            (differing, 0) => text::count(differing, "difference", "differences"),
            (differing, same) => format!("{}, {same} the same", text::count(differing, "difference", "differences")),
        };
        self.push_title(name, summary);
        for field in fields.list {
            let at = self.fields.len() as u32;
            let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
            self.rows.extend(Part::of(length(&field.old), length(&field.new)).iter().map(|part| Row::Field(at, *part)));
            self.fields.push(field);
        }
    }

    fn push_body(&mut self, compared: body::Compared) {
        self.push_title("Body", compared.summary);
        self.rows.extend(compared.notes.into_iter().map(Row::Note));
        match &compared.body {
            Body::Nothing => {}
            Body::Values(values) => {
                for (at, difference) in (0..).zip(&values.differences.list) {
                    let mark = Mark::of(difference.change);
                    let length = |value: Option<crate::json::Value<'_>>| value.map_or(0, |value| value.range().len());
                    let (old, new) = (difference.old_in(values.older()), difference.new_in(values.newer()));
                    let parts = match mark {
                        // What stands elsewhere or in another order is not shown again.
                        Mark::Moved => &[Part::Whole][..],
                        _ => Part::of(length(old), length(new)),
                    };
                    self.rows.extend(parts.iter().map(|part| Row::Value(at, *part)));
                }
            }
            Body::Text { rows, .. } => self.rows.extend((0..rows.len() as u32).map(Row::Text)),
            Body::Binary { .. } => self.rows.extend(Row::bytes()),
        }
        self.body = Some(compared.body);
    }

    fn finish(self, sides: [Side; 2]) -> Comparison {
        Comparison::new(sides, self.rows, self.fields, self.body.unwrap_or(Body::Nothing))
    }
}
