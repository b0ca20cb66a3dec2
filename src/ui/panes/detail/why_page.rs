//! Why the verdict is what it is: what was tried and what each gave, what speaks for the provider, and how others hash
//! the right bytes.

use std::sync::Arc;

use super::Subject;
use super::line::{Line, Tone, piece, words, wrap_words};
use super::search::{Seek, rows_from, says};
use super::why::Explained;
use crate::provider::{Candidate, Detection, Provider};
use crate::store::Capture;
use crate::text;
use crate::ui::Action;
use crate::verify::{Outcome, Recipe, Status, Trial, Verdict, recipes};

/// So many are listed who come nearest where nobody's marks suffice.
const NEAREST: usize = 4;

/// The answer to a `why`, as far as it is known, and which part of it is in sight.
#[derive(Debug)]
pub(crate) struct WhyPage {
    verdict: Verdict,
    provider: Option<Arc<Provider>>,
    /// Others who may as well have sent it.
    ties: Vec<String>,
    /// `None` until the answer has come.
    detection: Option<Detection>,
    /// Where the secrets that were tried came from.
    sources: Vec<String>,
    /// Why nothing is to be asked: HTTP itself refused the request.
    refused: bool,
    asked: bool,
    top: usize,
}

impl WhyPage {
    pub(crate) fn new(subject: &Subject) -> Self {
        let capture: &Capture = &subject.capture;
        Self {
            verdict: capture.conclusion.verdict.clone(),
            provider: subject.provider.clone(),
            ties: capture.conclusion.ties.iter().map(ToString::to_string).collect(),
            detection: None,
            sources: Vec::new(),
            refused: capture.refused.is_some(),
            asked: false,
            top: 0,
        }
    }

    /// Takes the place of the page of the same capture; what was answered holds while the verdict does.
    pub(crate) fn keep_place_of(&mut self, earlier: Self, was: &Verdict) {
        if self.verdict == *was || self.verdict == earlier.verdict {
            *self = Self { provider: self.provider.take(), ties: std::mem::take(&mut self.ties), ..earlier };
        }
    }

    /// Whether the answer has to be asked for; says so once.
    pub(crate) fn wants_answer(&mut self) -> bool {
        !self.refused && !std::mem::replace(&mut self.asked, true)
    }

    pub(crate) fn take(&mut self, explained: Explained) {
        let Explained { verdict, detection, sources, .. } = explained;
        (self.verdict, self.detection, self.sources) = (verdict, Some(detection), sources);
    }

    pub(crate) fn top(&self) -> usize {
        self.top
    }

    pub(crate) fn act(&mut self, action: Action, len: usize, height: usize) -> bool {
        action.rows(height).is_some_and(|rows| self.scroll(rows, len, height))
    }

    pub(crate) fn scroll(&mut self, rows: isize, len: usize, height: usize) -> bool {
        let top = self.top.saturating_add_signed(rows).min(len.saturating_sub(height));
        std::mem::replace(&mut self.top, top) != top
    }

    /// Goes to a line that says the needle, if there is one.
    pub(crate) fn find(&mut self, needle: &str, seek: Seek, lines: &[Line]) -> bool {
        let is_match = |row: &usize| says(words(&lines[*row]).as_bytes(), needle);
        let found = rows_from(self.top.min(lines.len()), lines.len(), seek).find(is_match);
        self.top = found.unwrap_or(self.top);
        found.is_some()
    }

    /// How the stack hashes the right bytes, where that is what went wrong.
    pub(crate) fn recipe(&self, stack: usize) -> Option<&'static Recipe> {
        let recipes = recipes();
        recipes.get(stack % recipes.len().max(1)).filter(|_| self.verdict.status.cause().is_some_and(Recipe::prevents))
    }

    /// All of it, for a width.
    pub(crate) fn lines(&self, width: usize, stack: usize) -> Vec<Line> {
        if self.refused {
            return paragraph(Tone::Dim, "HTTP itself refused this request, so nothing in it was checked.", width);
        }
        let mut lines = paragraph(Tone::Plain, &self.verdict.explanation, width);
        lines.extend(self.verdict.fix.iter().flat_map(|fix| bulleted("→ ", Tone::Strong, fix, width)));
        if let Some(recipe) = self.recipe(stack) {
            lines.extend(code(recipe, stack, width));
        }
        lines.extend(tried(&self.verdict, &self.sources, width));
        lines.extend(self.speaks_for(width));
        lines
    }

    fn speaks_for(&self, width: usize) -> Vec<Line> {
        let title = match &self.provider {
            Some(provider) => format!("Why {}?", provider.title),
            None => "Why nobody known?".to_owned(),
        };
        let Some(detection) = &self.detection else {
            return vec![Vec::new(), heading(title), vec![piece(Tone::Dim, "  looking closer …")]];
        };
        let Some(settled) = settled(detection, self.provider.as_ref()) else {
            let none = format!("No provider's marks come to {} points.", Detection::ENOUGH);
            let nearest = detection.candidates.iter().take(NEAREST);
            let nearest = nearest.map(|faint| format!("{} has {}.", faint.provider.title, faint.score));
            let said: Vec<_> = std::iter::once(none).chain(nearest).collect();
            let said = said.iter().flat_map(|words| indented(Tone::Dim, words, width));
            return [Vec::new(), heading(title)].into_iter().chain(said).collect();
        };
        let mut lines = vec![Vec::new(), heading(title)];
        if settled.reasons().next().is_none() {
            lines.extend(indented(Tone::Plain, "Because you said so: it was not detected.", width));
        }
        let mut reasons: Vec<_> = settled.reasons().collect();
        reasons.sort_by_key(|rule| std::cmp::Reverse(rule.weight));
        lines.extend(reasons.into_iter().map(|rule| {
            vec![piece(Tone::Number, format!("  {:>4}  ", rule.weight)), piece(Tone::Plain, rule.to_string())]
        }));
        if settled.score > 0 {
            let sum = match settled.score >= Detection::ENOUGH {
                true => format!("  {:>4}  points; {} suffice", settled.score, Detection::ENOUGH),
                false => format!(
                    "  {:>4}  points of {}; its secret, which fits, has settled it",
                    settled.score,
                    Detection::ENOUGH
                ),
            };
            lines.push(vec![piece(Tone::Dim, sum)]);
        }
        lines.extend(self.others(detection, settled).iter().flat_map(|other| bulleted("  ", Tone::Warn, other, width)));
        lines
    }

    /// What is to be said of the other providers that it may be from.
    fn others(&self, detection: &Detection, settled: &Candidate) -> Vec<String> {
        let is_other = |candidate: &&Candidate| {
            candidate.provider.id != settled.provider.id && candidate.score >= Detection::ENOUGH
        };
        let others = detection.candidates.iter().filter(is_other);
        others
            .map(|other| {
                let title = &other.provider.title;
                match other.score == settled.score {
                    true if self.ties.is_empty() => {
                        format!("{title} has as many points; the secret that verifies has settled it.")
                    }
                    true => format!("{title} has as many points: nothing in it tells them apart."),
                    false if other.score > settled.score => {
                        format!("{title} has {} points; the secret that fits has settled it.", other.score)
                    }
                    false => format!("{title} has {} points.", other.score),
                }
            })
            .collect()
    }
}

/// The candidate that the delivery was taken to come from.
fn settled<'a>(detection: &'a Detection, provider: Option<&Arc<Provider>>) -> Option<&'a Candidate> {
    let id = &provider?.id;
    detection.candidates.iter().find(|candidate| candidate.provider.id == *id)
}

/// What was tried, by what it would have been; first the one that fits.
fn tried(verdict: &Verdict, sources: &[String], width: usize) -> Vec<Line> {
    let trials = &verdict.trials;
    let Some(first) = trials.first() else { return untried(verdict, width) };
    let matched = trials.iter().find(|trial| trial.outcome == Outcome::Matched);
    let sum = match matched {
        Some(_) => format!("  {} until one fits", trials.len()),
        None => format!("  {}, none fits", trials.len()),
    };
    let mut lines = vec![Vec::new(), vec![piece(Tone::Strong, "What was tried"), piece(Tone::Dim, sum)]];
    if !sources.is_empty() {
        lines.extend(indented(Tone::Dim, &format!("with the secret of {}", sources.join(", ")), width));
    }
    lines.extend(matched.into_iter().flat_map(|trial| {
        let mut lines = bulleted("  = ", Tone::Good, &trial.name, width);
        lines.push(vec![piece(Tone::Dim, "    gives the value that was received")]);
        lines
    }));
    let mut cause = None;
    for trial in trials.iter().filter(|trial| trial.outcome != Outcome::Matched) {
        if cause.replace(trial.cause) != Some(trial.cause) || std::ptr::eq(trial, first) {
            lines.push(vec![piece(Tone::Dim, format!("  {}", trial.cause.as_str().replace('_', " ")))]);
        }
        lines.extend(outcome(trial, width));
    }
    lines
}

fn outcome(trial: &Trial, width: usize) -> Vec<Line> {
    match trial.outcome {
        Outcome::Skipped => bulleted("  … ", Tone::Dim, &format!("{} (too large to try)", trial.name), width),
        Outcome::Matched | Outcome::Differed => bulleted("  ≠ ", Tone::Plain, &trial.name, width),
    }
}

/// Why there was nothing to try.
fn untried(verdict: &Verdict, width: usize) -> Vec<Line> {
    let reason = match verdict.status {
        Status::Failed(_) => "Nothing had to be tried: the delivery itself says what is wrong.",
        Status::NoSecret => "Nothing was tried, for want of a secret.",
        Status::Verified | Status::Unsigned | Status::NotSigned | Status::Unknown => return Vec::new(),
    };
    [vec![Vec::new()], paragraph(Tone::Dim, reason, width)].concat()
}

/// Code that hashes the right bytes, in the stack that is chosen.
fn code(recipe: &Recipe, stack: usize, width: usize) -> Vec<Line> {
    let mut lines = vec![Vec::new(), heading("The bytes as they came, in"), stacks(stack, width)];
    lines.extend(indented(Tone::Plain, &recipe.hint, width));
    for line in recipe.code.lines() {
        let rows = code_rows(line, width.saturating_sub(4)).into_iter().enumerate();
        lines.extend(
            rows.map(|(at, row)| {
                vec![piece(Tone::Dim, if at == 0 { "  │ " } else { "  ┆ " }), piece(Tone::String, row)]
            }),
        );
    }
    lines
}

/// The stacks there are, from the chosen one on, as many as fit.
fn stacks(stack: usize, width: usize) -> Line {
    let recipes = recipes();
    let mut line = vec![piece(Tone::Dim, "  ‹ ")];
    let mut room = width.saturating_sub(7);
    for step in 0..recipes.len() {
        let title = &recipes[(stack + step) % recipes.len()].title;
        let Some(left) = room.checked_sub(text::width(title) + 3) else { break };
        room = left;
        if step > 0 {
            line.push(piece(Tone::Dim, " · "));
        }
        line.push(piece(if step == 0 { Tone::Name } else { Tone::Dim }, title.as_str()));
    }
    line.push(piece(Tone::Dim, " ›"));
    line
}

fn heading(text: impl Into<String>) -> Line {
    vec![piece(Tone::Strong, text)]
}

fn paragraph(tone: Tone, text: &str, width: usize) -> Vec<Line> {
    bulleted("", tone, text, width)
}

fn indented(tone: Tone, text: &str, width: usize) -> Vec<Line> {
    bulleted("  ", tone, text, width)
}

/// Words with something before their first row, and as many blanks before the others.
fn bulleted(lead: &str, tone: Tone, text: &str, width: usize) -> Vec<Line> {
    let indent = text::width(lead);
    let rows = wrap_words(&text::visible(text), width.saturating_sub(indent)).into_iter().enumerate();
    rows.map(|(at, row)| {
        let lead = if at == 0 { lead.to_owned() } else { " ".repeat(indent) };
        let lead_tone = if tone == Tone::Good { Tone::Good } else { Tone::Dim };
        vec![piece(lead_tone, lead), piece(tone, row)]
    })
    .collect()
}

/// A line of code in rows of whole words, those after the first further in than the line itself.
fn code_rows(line: &str, width: usize) -> Vec<String> {
    let code = line.trim_start();
    let indent = line.len() - code.len();
    let rest = indent + 4;
    let mut rows = wrap_words(code, width.saturating_sub(rest).max(1)).into_iter();
    let first = rows.next().unwrap_or_default();
    let first = format!("{}{first}", " ".repeat(indent));
    std::iter::once(first).chain(rows.map(|row| format!("{}{row}", " ".repeat(rest)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_keeps_its_indentation_and_loses_nothing() {
        assert_eq!(code_rows("  if (a) return b;", 40), ["  if (a) return b;"]);
        assert_eq!(code_rows("  if (a) return b;", 15), ["  if (a)", "      return b;"]);
        assert_eq!(code_rows("", 15), [""]);
        for recipe in recipes() {
            let written: String = recipe.code.split_whitespace().collect();
            let shown: String = recipe.code.lines().flat_map(|line| code_rows(line, 40)).collect();
            assert_eq!(shown.split_whitespace().collect::<String>(), written, "{}", recipe.name);
        }
    }
}
