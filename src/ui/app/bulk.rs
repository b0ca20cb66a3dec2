//! Marks, and resending many at once.

use std::time::Instant;

use super::{App, Tone};
use crate::send::{Rate, Target};
use crate::store::Seq;
use crate::text;
use crate::ui::panes::overlay::{Overlay, Prompt, Purpose};
use crate::ui::{BulkJob, Effect, Effects, Progress};

/// Resending many: what is asked about, and what is under way.
#[derive(Debug, Default)]
pub(crate) struct Many {
    /// The captures that the user is asked about, in the order they are sent.
    pub(crate) chosen: Vec<Seq>,
    /// Whether they were chosen by marks, not by the filter.
    pub(crate) by_mark: bool,
    rate: Option<Rate>,
    /// How far the one under way has come.
    pub(crate) progress: Option<Progress>,
}

impl App {
    /// Marks the selected capture, or takes its mark away.
    pub(super) fn mark(&mut self, now: Instant) {
        let Some(seq) = self.inbox.selected() else { return };
        self.inbox.hold();
        let text = match (self.inbox.toggle_mark(seq), self.inbox.marks().len()) {
            (true, 1) => format!("#{seq} is marked; = on another compares the two"),
            (true, marks) => format!("#{seq} is marked, one of {marks}; B resends them"),
            (false, _) => format!("#{seq} is no longer marked"),
        };
        self.say(Tone::Plain, text, now);
    }

    /// Asks where all that are marked, or that the filter lets through, are sent, and how fast.
    pub(super) fn resend_all(&mut self, now: Instant) {
        if self.many.progress.is_some() {
            return self.say(Tone::Plain, "Still resending; ^x stops that", now);
        }
        self.many.by_mark = !self.inbox.marks().is_empty();
        self.many.chosen = match (self.many.by_mark, self.inbox.filter()) {
            (true, _) => self.inbox.marks().to_vec(),
            (false, Some(_)) => self.inbox.filtered_seqs(),
            (false, None) => {
                return self.say(Tone::Plain, "Mark captures with m, or filter with /; B resends them", now);
            }
        };
        if self.many.chosen.is_empty() {
            return self.say(Tone::Plain, "The filter lets nothing through", now);
        }
        self.many.chosen.sort_unstable();
        self.inbox.hold();
        let words = [self.usual_target().map(Target::to_string), self.many.rate.map(|rate| rate.to_string())];
        self.prompt(Purpose::All, &words.into_iter().flatten().collect::<Vec<_>>().join(" "));
    }

    /// The line says where to, and after a blank how fast.
    pub(super) fn typed_bulk(&mut self, prompt: Prompt, now: Instant, effects: &mut Effects) {
        match place_and_pace(prompt.text()) {
            Ok((target, rate)) => {
                let seqs = std::mem::take(&mut self.many.chosen);
                self.many.rate = rate;
                self.many.progress = Some(Progress { of: seqs.len(), ..Progress::default() });
                self.target = Some(target.clone());
                effects.push(Effect::ResendAll(BulkJob { seqs, target, rate }));
            }
            Err(problem) => {
                self.say(Tone::Bad, problem, now);
                self.overlay = Some(Overlay::Prompt(prompt));
            }
        }
    }

    /// Stops what is under way: many, or the one that is selected.
    pub(super) fn cancel(&mut self, effects: &mut Effects) {
        match (&self.many.progress, self.inbox.selected()) {
            (Some(_), _) => effects.push(Effect::StopAll),
            (None, Some(seq)) => effects.push(Effect::Cancel(seq)),
            (None, None) => {}
        }
    }

    /// How far it has come; once it is over, what has come of it.
    pub(super) fn take_progress(&mut self, progress: Progress, now: Instant) {
        if progress.is_over {
            let tone = if progress.good == progress.of { Tone::Good } else { Tone::Bad };
            self.say(tone, summary(&progress), now);
        }
        self.many.progress = Some(progress).filter(|progress| !progress.is_over);
    }
}

fn place_and_pace(text: &str) -> Result<(Target, Option<Rate>), String> {
    let (target, rate) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
    let target = target.parse().map_err(|problem: crate::send::TargetError| problem.to_string())?;
    let rate = match rate.trim() {
        "" => None,
        rate => Some(rate.parse().map_err(|problem: crate::send::RateError| problem.to_string())?),
    };
    Ok((target, rate))
}

fn summary(progress: &Progress) -> String {
    let Progress { of, good, bad, unsent, why_unsent, .. } = progress;
    let mut parts = vec![format!("{good} of {of} answered with a 2xx")];
    if *bad > 0 {
        parts.push(format!("{bad} not"));
    }
    if let Some(reason) = why_unsent {
        parts.push(format!("{unsent} not sent ({})", text::visible(reason)));
    }
    let left = of - progress.done();
    if left > 0 {
        parts.push(format!("stopped before the last {left}"));
    }
    parts.join(", ")
}
