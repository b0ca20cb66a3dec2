//! What each action does.

use std::time::Instant;

use super::{App, Tone};
use crate::send::Target;
use crate::store::Seq;
use crate::ui::layout::Pane;
use crate::ui::panes::overlay::{Overlay, Purpose};
use crate::ui::{Action, Effect, Effects};

impl App {
    /// Does what was asked for while nothing lies over the panes.
    pub(super) fn act(&mut self, action: Action, now: Instant, effects: &mut Effects) {
        use Action::*;
        match action {
            NextPane => self.next_pane(),
            PreviousPane if self.is_in_detail() && self.detail.come_out() => {}
            PreviousPane => self.turn_to(self.focus.other()),
            Open => self.turn_to(Pane::Detail),
            Back => self.back(),
            Filter => self.ask_filter(),
            Search => self.prompt(Purpose::Search, &self.search.clone()),
            Follow => self.inbox.toggle_follow(),
            Resend => self.resend(now, effects),
            ResendTo => self.ask_target(),
            Cancel => self.cancel(effects),
            ResendSigned => self.resend_signed(effects),
            Edit => self.edit(effects),
            Mark => self.mark(now),
            ResendAll => self.resend_all(now),
            Compare => self.compare(now, effects),
            Forward => self.open_forward(now),
            Reply => self.open_reply(now),
            Tunnel => self.open_tunnel(now, effects),
            Copy => self.open_copy_menu(now),
            Pin => self.toggle_pin(effects),
            Drop => self.drop_selected(now, effects),
            Clear if self.inbox.held() > 0 => self.overlay = Some(Overlay::Clear),
            Secrets => self.open_secrets(effects),
            Help => self.overlay = Some(Overlay::Help { top: 0 }),
            Redraw => effects.push(Effect::Redraw),
            Suspend => effects.push(Effect::Suspend),
            Quit | QuitNow => effects.push(Effect::Quit),
            _ => effects.redraw = self.act_in_pane(action),
        }
    }

    fn act_in_pane(&mut self, action: Action) -> bool {
        match self.focus {
            Pane::Inbox => self.move_in_inbox(action) || self.act_in_detail(action),
            Pane::Detail => self.act_in_detail(action),
        }
    }

    fn act_in_detail(&mut self, action: Action) -> bool {
        let area = self.layout().detail.body;
        self.detail.act(action, area)
    }

    fn move_in_inbox(&mut self, action: Action) -> bool {
        let page = self.inbox_height().saturating_sub(1).max(1).cast_signed();
        match action {
            Action::Up => self.inbox.step(-1),
            Action::Down => self.inbox.step(1),
            Action::PageUp => self.inbox.step(-page),
            Action::PageDown => self.inbox.step(page),
            Action::First => self.inbox.select_first(),
            Action::Last => self.inbox.select_last(),
            _ => return false,
        }
        true
    }

    /// Who looks into a capture wants it to stay.
    pub(super) fn turn_to(&mut self, pane: Pane) {
        if pane == Pane::Detail && self.inbox.selected().is_none() {
            return;
        }
        if pane == Pane::Detail {
            self.inbox.hold();
        }
        self.focus = pane;
    }

    fn is_in_detail(&self) -> bool {
        self.focus == Pane::Detail
    }

    /// From the list of exchanges an answer is the next.
    fn next_pane(&mut self) {
        let area = self.layout().detail.body;
        if !(self.is_in_detail() && self.detail.go_inside(area)) {
            self.detail.come_out();
            self.turn_to(self.focus.other());
        }
    }

    /// One step back: from the search, from an answer, from the capture, from the filter. At the root it does nothing.
    fn back(&mut self) {
        if self.is_in_detail() {
            if !self.search.is_empty() {
                self.search_for("");
            } else if !self.detail.come_out() {
                self.focus = Pane::Inbox;
            }
        } else if self.inbox.filter().is_some() {
            self.inbox.set_filter("", self.generation);
        }
    }

    fn ask_filter(&mut self) {
        let text = self.inbox.filter().map_or_else(String::new, |filter| filter.text.clone());
        self.prompt(Purpose::Filter, &text);
    }

    fn resend(&mut self, now: Instant, effects: &mut Effects) {
        match (self.inbox.selected(), self.usual_target()) {
            (Some(seq), Some(target)) => self.resend_to(seq, target.clone(), now, effects),
            _ => self.ask_target(),
        }
    }

    pub(super) fn resend_to(&mut self, seq: Seq, target: Target, now: Instant, effects: &mut Effects) {
        self.inbox.hold();
        self.say(Tone::Plain, format!("#{seq} → {}", target), now);
        self.target = Some(target.clone());
        self.awaited.insert(seq);
        effects.push(Effect::Resend { seq, target });
    }

    fn ask_target(&mut self) {
        let Some(seq) = self.inbox.selected() else { return };
        self.inbox.hold();
        let usual = self.usual_target().map_or_else(String::new, Target::to_string);
        self.prompt(Purpose::Target(seq), &usual);
    }

    /// The last target; where nothing has been sent yet, where deliveries go on to.
    pub(super) fn usual_target(&self) -> Option<&Target> {
        self.target.as_ref().or(self.answering.forward.first())
    }

    fn toggle_pin(&mut self, effects: &mut Effects) {
        let Some(row) = self.inbox.selected().and_then(|seq| self.inbox.row(seq)) else { return };
        effects.push(Effect::Pin(row.seq, !row.pinned));
    }

    fn drop_selected(&mut self, now: Instant, effects: &mut Effects) {
        let Some(seq) = self.inbox.selected() else { return };
        if self.inbox.row(seq).is_some_and(|row| row.pinned) {
            return self.say(Tone::Plain, format!("#{seq} is pinned; p lets it go"), now);
        }
        self.inbox.remove(seq);
        effects.push(Effect::Drop(seq));
    }

    pub(super) fn clear(&mut self, effects: &mut Effects) {
        self.inbox.clear();
        effects.push(Effect::Clear);
    }
}
