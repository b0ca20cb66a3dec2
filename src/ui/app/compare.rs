//! Comparing two captures, two answers, or two parts of one.

use std::time::Instant;

use ratatui::layout::Position;

use super::prompt::MENU;
use super::{App, Tone};
use crate::store::Seq;
use crate::ui::key::Key;
use crate::ui::panes::compare::ComparePane;
use crate::ui::panes::compare::job::{CompareJob, Compared};
use crate::ui::panes::compare::pair::{Choice, Pair};
use crate::ui::panes::compare::places::Places;
use crate::ui::panes::detail::{Shown, Tab};
use crate::ui::panes::list::Menu;
use crate::ui::panes::overlay::Overlay;
use crate::ui::{Action, Effect, Effects};

impl App {
    /// Compares what the user has pointed at, or the only two things there are; else asks which.
    pub(super) fn compare(&mut self, now: Instant, effects: &mut Effects) {
        self.inbox.hold();
        let choices = self.comparable();
        let meant = choices.iter().find(|choice| choice.is_meant);
        match meant.or_else(|| choices.first().filter(|_| choices.len() == 1)) {
            Some(choice) => {
                let pair = choice.pair.clone();
                self.begin_comparison(pair, choices, effects);
            }
            None if choices.is_empty() => self.say_how_to_compare(now),
            None => self.overlay = Some(Overlay::CompareMenu(compare_menu(choices))),
        }
    }

    /// Takes a comparison that was made; one that nobody waits for any more is dropped.
    pub(super) fn compared(&mut self, compared: Compared, now: Instant) {
        let Some(Overlay::Compare(pane)) = &mut self.overlay else { return };
        if pane.generation != compared.generation {
            return;
        }
        match compared.result {
            Ok(comparison) => pane.take(comparison),
            Err(problem) => {
                self.overlay = None;
                self.say(Tone::Bad, problem, now);
            }
        }
    }

    pub(super) fn press_in_comparison(&mut self, key: Key, effects: &mut Effects) {
        let Some(action) = self.resolve_in_overlay(key) else { return };
        let layout = self.layout();
        let Some(Overlay::Compare(pane)) = &mut self.overlay else { return };
        match action {
            Action::Back | Action::Quit => self.overlay = None,
            Action::Compare if pane.choices.len() > 1 => {
                let choices = std::mem::take(&mut pane.choices);
                self.overlay = Some(Overlay::CompareMenu(compare_menu(choices)));
            }
            Action::Copy => {
                let text = pane.comparison.as_ref().map(|it| it.as_text(&pane.title, &self.facts.zone));
                let copy = text.map(|bytes| Effect::Copy { label: "the comparison".to_owned(), bytes });
                effects.todo.extend(copy);
            }
            action => {
                let height = Places::of(&layout, pane).page_height();
                pane.act(action, height);
            }
        }
    }

    pub(super) fn press_in_compare_menu(&mut self, key: Key, effects: &mut Effects) {
        let Some(Overlay::CompareMenu(menu)) = &self.overlay else { return };
        let Some(choice) = menu.taken(key) else { return self.move_in_list(key, Action::Compare) };
        let pair = choice.pair.clone();
        if let Some(Overlay::CompareMenu(menu)) = self.overlay.take() {
            self.begin_comparison(pair, menu.into_rows(), effects);
        }
    }

    /// A click on a row goes there; one beside the comparison closes it.
    pub(super) fn click_in_comparison(&mut self, at: Position) {
        let layout = self.layout();
        let Some(Overlay::Compare(pane)) = &mut self.overlay else { return };
        let places = Places::of(&layout, pane);
        if !places.outside.contains(at) {
            self.overlay = None;
        } else if places.page.contains(at) {
            let row = pane.first_in_sight(places.page_height()) + usize::from(at.y - places.page.y);
            pane.go(row);
        }
    }

    pub(super) fn wheel_in_comparison(&mut self, rows: isize) -> bool {
        let layout = self.layout();
        let Some(Overlay::Compare(pane)) = &mut self.overlay else { return false };
        let height = Places::of(&layout, pane).page_height();
        pane.step(rows) | pane.act(Action::Redraw, height)
    }

    fn begin_comparison(&mut self, pair: Pair, choices: Vec<Choice>, effects: &mut Effects) {
        self.generation += 1;
        let generation = self.generation;
        self.overlay = Some(Overlay::Compare(Box::new(ComparePane::new(generation, pair.title(), choices))));
        effects.push(Effect::Compare(CompareJob { generation, pair, catalog: self.facts.catalog.clone() }));
    }

    /// All that the selected capture can be compared with, what was most likely meant first.
    fn comparable(&self) -> Vec<Choice> {
        let Some(seq) = self.inbox.selected() else { return Vec::new() };
        let shown = self.detail.shown.as_ref().filter(|shown| shown.subject.capture.seq == seq);
        let answers = shown.filter(|_| self.detail.tab == Tab::Exchanges).and_then(answers);
        let marked = self.inbox.marks().iter().rev().find(|marked| **marked != seq).copied();
        let parent = shown.and_then(|shown| shown.subject.capture.parent);
        let held = |seq: &Seq| self.inbox.row(*seq).is_some();
        let with = |key, other: Seq, why: &str, is_meant| Choice {
            key,
            label: format!("#{other}, {why}"),
            pair: Pair::captures(seq, other),
            is_meant,
        };
        let others = [
            ('m', marked, "the marked one", true),
            ('o', parent.filter(held), "which it was edited from", false),
            ('e', self.inbox.earlier_attempt(seq), "an earlier attempt", false),
        ];
        let mut seen = Vec::new();
        let mut choices: Vec<Choice> = answers.into_iter().collect();
        for (key, other, why, is_meant) in others {
            if let Some(other) = other.filter(|other| !seen.contains(other)) {
                seen.push(other);
                choices.push(with(key, other, why, is_meant));
            }
        }
        choices.extend(shown.and_then(parts));
        choices
    }

    fn say_how_to_compare(&mut self, now: Instant) {
        let Some(seq) = self.inbox.selected() else { return };
        let text = match self.inbox.marks() {
            [] => "Nothing to compare it with: m marks it, = on another compares the two".to_owned(),
            _ => format!("#{seq} is the marked one: = on another compares the two"),
        };
        self.say(Tone::Plain, text, now);
    }
}

fn compare_menu(choices: Vec<Choice>) -> Menu<Choice> {
    Menu::new("Compare it with", MENU, choices)
}

/// The answer that is looked at and the one before it.
fn answers(shown: &Shown) -> Option<Choice> {
    let pair = Pair::answers(&shown.subject.capture, shown.exchanges.selected()?)?;
    Some(Choice { key: 'a', label: "the answer before this one".to_owned(), pair, is_meant: true })
}

/// The parts of its payload that show what an event has changed, where it has both.
fn parts(shown: &Shown) -> Option<Choice> {
    let parts = shown.subject.provider.as_ref()?.before_after.clone()?;
    let document = shown.tree.tree()?.document();
    document.find(&parts.before).and(document.find(&parts.after))?;
    let label = format!("its {} with its {}", parts.before, parts.after);
    Some(Choice { key: 'b', label, pair: Pair::Parts(shown.subject.capture.seq, parts), is_meant: false })
}
