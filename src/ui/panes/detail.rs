//! The right side: a capture's banner and tabs. Pure state: no IO, no clock.

mod banner;
mod copies;
pub(crate) mod exchanges;
mod fields;
pub(crate) mod headers_page;
mod heard;
pub(crate) mod line;
mod mistake;
pub(crate) mod parse;
pub(crate) mod regions;
mod row_words;
mod search;
pub(crate) mod secrecy;
mod shown;
mod text_page;
mod tree_page;
pub(crate) mod why;
mod why_page;
mod wrap;

use std::sync::Arc;

use bytes::Bytes;
use jiff::tz::TimeZone;
use ratatui::layout::{Position, Rect};

use crate::json::tree::Shape;
use crate::provider::Provider;
use crate::store::{Capture, Seq};
use crate::ui::Action;
use crate::verify::recipes;
use parse::{Of, ParseJob, Parsed};
use regions::{Regions, row_at};
use search::Seek;
pub(crate) use shown::Shown;
use why::Explained;

/// What the right side shows.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub(crate) capture: Arc<Capture>,
    pub(crate) provider: Option<Arc<Provider>>,
}

/// Something the copy menu offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CopyItem {
    /// The key that takes it.
    pub(crate) key: char,
    pub(crate) label: String,
    pub(crate) bytes: Bytes,
}

/// The tabs, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tab {
    Tree,
    Headers,
    Raw,
    Exchanges,
    Why,
}

impl Tab {
    pub(crate) const ALL: [Self; 5] = [Self::Tree, Self::Headers, Self::Raw, Self::Exchanges, Self::Why];

    fn beside(self, step: usize) -> Self {
        Self::ALL[(self as usize + step) % Self::ALL.len()]
    }
}

/// The state of the right side.
#[derive(Debug)]
pub(crate) struct Detail {
    pub(crate) zone: TimeZone,
    pub(crate) tab: Tab,
    pub(crate) shown: Option<Shown>,
    /// What is searched for; empty while nothing is.
    pub(crate) needle: String,
    /// Which stack's way to the raw body is shown.
    pub(crate) stack: usize,
}

impl Detail {
    /// Shows nothing yet. Times are shown in that zone.
    pub(crate) fn new(zone: TimeZone) -> Self {
        Self { zone, tab: Tab::Tree, shown: None, needle: String::new(), stack: 0 }
    }

    /// Shows a capture, or nothing. The same capture again (with another exchange or verdict) keeps scroll and folds.
    /// Returns the parse that it wants, if any.
    pub(crate) fn show(&mut self, subject: Option<Subject>) -> Option<ParseJob> {
        let earlier = self.shown.take();
        let subject = subject?;
        let is_again = |shown: &Shown| {
            shown.subject.capture.seq == subject.capture.seq && shown.subject.shape() == subject.shape()
        };
        if let Some(mut shown) = earlier.filter(is_again) {
            shown.renew(subject, &self.zone);
            self.shown = Some(shown);
            return None;
        }
        let job = ParseJob::of(&subject);
        self.shown = Some(Shown::new(subject, &self.zone));
        if job.is_small() {
            self.parsed(parse::run(job));
            return None;
        }
        Some(job)
    }

    /// Takes the result of a parse; one of what is no longer shown is ignored.
    pub(crate) fn parsed(&mut self, parsed: Parsed) {
        let Some(shown) = &mut self.shown else { return };
        match parsed.of {
            Of::Delivery(seq) if seq == shown.subject.capture.seq => shown.take(parsed),
            Of::Delivery(_) => {}
            Of::Answer(id) => shown.exchanges.take(id, parsed.content, parsed.notes),
        }
    }

    /// The answer that has to be read, once somebody looks at it; says so once.
    pub(crate) fn wants_answer(&mut self) -> Option<ParseJob> {
        let shown = self.shown.as_mut().filter(|_| self.tab == Tab::Exchanges)?;
        let job = shown.exchanges.wants_reading()?;
        if job.is_small() {
            self.parsed(parse::run(job));
            return None;
        }
        Some(job)
    }

    /// The capture whose verdict is to be explained; says so once.
    pub(crate) fn wants_explanation(&mut self) -> Option<Seq> {
        let shown = self.shown.as_mut().filter(|_| self.tab == Tab::Why)?;
        shown.why.wants_answer().then_some(shown.subject.capture.seq)
    }

    /// Takes the answer to a `why`; one about another capture is ignored.
    pub(crate) fn explained(&mut self, explained: Explained) {
        if let Some(shown) = self.shown.as_mut().filter(|shown| shown.subject.capture.seq == explained.seq) {
            shown.why.take(explained);
        }
    }

    /// Does what was asked for; true if something visible changed.
    pub(crate) fn act(&mut self, action: Action, area: Rect) -> bool {
        match action {
            Action::NextTab => self.turn_to(self.tab.beside(1)),
            Action::PreviousTab => self.turn_to(self.tab.beside(Tab::ALL.len() - 1)),
            Action::ShowTree => self.turn_to(Tab::Tree),
            Action::ShowHeaders => self.turn_to(Tab::Headers),
            Action::ShowRaw => self.turn_to(Tab::Raw),
            Action::ShowExchanges => self.turn_to(Tab::Exchanges),
            Action::Why => self.turn_to(Tab::Why),
            Action::NextMatch => self.find(Seek::Next, area),
            Action::PreviousMatch => self.find(Seek::Previous, area),
            action => self.act_in_page(action, area),
        }
    }

    /// Searches as somebody types; an empty text ends it.
    pub(crate) fn search(&mut self, text: &str, area: Rect) {
        text.clone_into(&mut self.needle);
        self.find(Seek::Here, area);
    }

    pub(crate) fn click(&mut self, at: Position, area: Rect) -> bool {
        let Some(regions) = self.regions(area) else { return false };
        let Some(shown) = &mut self.shown else { return false };
        if regions.tabs.contains(at) {
            let tab = regions::tabs(shown, regions.tabs).into_iter().find(|(_, place, _)| place.contains(at));
            return tab.is_some_and(|(tab, ..)| self.turn_to(tab));
        }
        let Some(row) = row_at(regions.page, at) else { return false };
        let height = regions.page_height();
        match self.tab {
            Tab::Tree => shown.tree.click(row, regions.page_width(), height),
            Tab::Headers => shown.headers.go(shown.headers.first_in_sight(height) + row),
            Tab::Exchanges => {
                let frame = shown.frame(&regions);
                shown.exchanges.click(row, usize::from(at.x - regions.page.x), &frame)
            }
            Tab::Raw | Tab::Why => false,
        }
    }

    pub(crate) fn wheel(&mut self, delta: i32, at: Position, area: Rect) -> bool {
        let Some(regions) = self.regions(area).filter(|_| area.contains(at)) else { return false };
        let Some(shown) = &mut self.shown else { return false };
        let rows = isize::try_from(delta).unwrap_or_default();
        let (width, height) = (regions.page_width(), regions.page_height());
        match self.tab {
            Tab::Tree => shown.tree.wheel(rows, width, height),
            Tab::Headers => shown.headers.step(rows) | shown.headers.act(Action::Redraw, height),
            Tab::Raw => shown.raw.scroll(rows, width, height),
            Tab::Exchanges => {
                let frame = shown.frame(&regions);
                shown.exchanges.scroll(rows, &frame)
            }
            Tab::Why => shown.why.scroll(rows, shown.why.lines(width, self.stack).len(), height),
        }
    }

    pub(crate) fn regions(&self, area: Rect) -> Option<Regions> {
        self.shown.as_ref().map(|shown| Regions::of(self, shown, area))
    }

    /// Into the answer that is selected, if there is one and that is where the keys are not yet.
    pub(crate) fn go_inside(&mut self, area: Rect) -> bool {
        let Some(regions) = self.regions(area).filter(|_| self.tab == Tab::Exchanges) else { return false };
        let Some(shown) = &mut self.shown else { return false };
        let frame = shown.frame(&regions);
        shown.exchanges.enter(&frame)
    }

    /// Back from there to the list; false when nobody is there.
    pub(crate) fn come_out(&mut self) -> bool {
        let shown = self.shown.as_mut().filter(|_| self.tab == Tab::Exchanges);
        shown.is_some_and(|shown| shown.exchanges.leave())
    }

    fn turn_to(&mut self, tab: Tab) -> bool {
        std::mem::replace(&mut self.tab, tab) != tab
    }

    fn act_in_page(&mut self, action: Action, area: Rect) -> bool {
        let Some(regions) = self.regions(area) else { return false };
        let Some(shown) = &mut self.shown else { return false };
        let (width, height) = (regions.page_width(), regions.page_height());
        match self.tab {
            Tab::Tree => shown.tree.act(action, width, height),
            Tab::Headers => shown.headers.act(action, height),
            Tab::Raw => shown.raw.act(action, width, height),
            Tab::Exchanges => {
                let frame = shown.frame(&regions);
                shown.exchanges.act(action, &frame)
            }
            Tab::Why => match action {
                Action::Fold => self.turn_stack(recipes().len() - 1),
                Action::Unfold => self.turn_stack(1),
                action => shown.why.act(action, shown.why.lines(width, self.stack).len(), height),
            },
        }
    }

    fn find(&mut self, seek: Seek, area: Rect) -> bool {
        let Some(regions) = self.regions(area).filter(|_| !self.needle.is_empty()) else { return false };
        let Some(shown) = &mut self.shown else { return false };
        let (width, height) = (regions.page_width(), regions.page_height());
        match self.tab {
            Tab::Tree => shown.tree.find(&self.needle, seek, width, height),
            Tab::Headers => shown.headers.find(&self.needle, seek),
            Tab::Raw => shown.raw.find(&self.needle, seek, width, height),
            Tab::Exchanges => {
                let frame = shown.frame(&regions);
                shown.exchanges.find(&self.needle, seek, &frame)
            }
            Tab::Why => {
                let lines = shown.why.lines(width, self.stack);
                shown.why.find(&self.needle, seek, &lines)
            }
        }
    }

    /// To another stack's way to the raw body, where one is shown.
    fn turn_stack(&mut self, by: usize) -> bool {
        self.stack = (self.stack + by) % recipes().len();
        true
    }
}

impl Subject {
    fn shape(&self) -> Shape {
        self.provider.as_ref().map(|provider| provider.shape.clone()).unwrap_or_default()
    }
}

impl ParseJob {
    fn of(subject: &Subject) -> Self {
        let capture = &subject.capture;
        let delivery = &capture.delivery;
        let (head, body) = (delivery.head.clone(), delivery.body.clone());
        Self { of: Of::Delivery(capture.seq), head, body, shape: subject.shape() }
    }
}
