//! Editing a capture and signing it afresh.

use std::time::Instant;

use crossterm::event::KeyCode;

use super::{App, Tone};
use crate::send::Target;
use crate::store::Seq;
use crate::ui::edits::{Edited, Found, Way};
use crate::ui::key::Key;
use crate::ui::panes::edited::EditedMenu;
use crate::ui::panes::overlay::{Overlay, Purpose};
use crate::ui::{Action, Effect, Effects};

impl App {
    /// Opens the selected capture in the editor.
    pub(super) fn edit(&mut self, effects: &mut Effects) {
        if let Some(seq) = self.inbox.selected() {
            self.inbox.hold();
            effects.push(Effect::Edit(seq));
        }
    }

    /// Signs the selected capture with a fresh time, and resends it.
    pub(super) fn resend_signed(&mut self, effects: &mut Effects) {
        let Some(seq) = self.inbox.selected() else { return };
        self.inbox.hold();
        match self.usual_target() {
            Some(target) => effects.push(Effect::Resign { seq, target: target.clone() }),
            None => self.prompt(Purpose::Signed(seq), ""),
        }
    }

    /// The editor has been closed.
    pub(super) fn take_edited(&mut self, edited: Edited, now: Instant) {
        let seq = edited.draft.original.seq;
        match edited.found {
            Found::Empty => self.say(Tone::Bad, "The file came back empty: nothing was sent", now),
            Found::Unchanged => {
                self.overlay = None;
                self.say(Tone::Plain, format!("#{seq} was not changed: nothing was sent"), now);
            }
            Found::Broken(_) | Found::Message(_) => {
                let menu = EditedMenu::new(edited, self.edit_target().or_else(|| self.usual_target().cloned()));
                self.overlay = Some(Overlay::Edited(Box::new(menu)));
            }
        }
    }

    /// The target of the edit that is open.
    fn edit_target(&self) -> Option<Target> {
        match &self.overlay {
            Some(Overlay::Edited(menu)) => menu.target.clone(),
            _ => None,
        }
    }

    /// What is known has changed while an edit was open; word of a text that has been edited again since comes too late.
    pub(super) fn take_judged(&mut self, edited: Edited) {
        if let Some(Overlay::Edited(menu)) = &mut self.overlay
            && menu.edited.draft.text == edited.draft.text
        {
            **menu = EditedMenu::new(edited, menu.target.take());
        }
    }

    pub(super) fn press_in_edited(&mut self, key: Key, now: Instant, effects: &mut Effects) {
        let Some(Overlay::Edited(menu)) = &mut self.overlay else { return };
        let is_leaving = std::mem::take(&mut menu.is_leaving);
        let selected = menu.selected;
        let is_message = menu.message().is_some();
        match key.typed() {
            Some('e') => return effects.push(Effect::EditAgain(menu.edited.draft.clone())),
            Some('x') => return self.choose(Way::Exact, now, effects),
            Some('S') => return self.choose(Way::Signed, now, effects),
            Some('s') if is_message => {
                self.set_aside();
                return self.open_secrets(effects);
            }
            Some('t') if is_message => return self.ask_edit_target(None),
            _ if key.code() == KeyCode::Enter => return self.choose(selected, now, effects),
            _ => {}
        }
        let action = self.resolve_in_overlay(key);
        let Some(Overlay::Edited(menu)) = &mut self.overlay else { return };
        match action {
            Some(Action::Up | Action::First) => menu.selected = Way::Exact,
            Some(Action::Down | Action::Last) => menu.selected = Way::Signed,
            Some(Action::Back) if is_leaving => self.overlay = None,
            Some(Action::Back) => {
                menu.is_leaving = true;
                self.say(Tone::Plain, "esc once more gives the edit up; e opens it again", now);
            }
            _ => {}
        }
    }

    fn choose(&mut self, way: Way, now: Instant, effects: &mut Effects) {
        let Some(Overlay::Edited(menu)) = &self.overlay else { return };
        let Some(message) = menu.message() else { return };
        if let (Way::Signed, Err(reason)) = (way, &message.signed) {
            let reason = reason.clone();
            return self.say(Tone::Bad, format!("It cannot be signed: {reason}"), now);
        }
        match menu.child(way) {
            Some(child) => {
                self.overlay = None;
                effects.push(Effect::Keep(child));
            }
            None => self.ask_edit_target(Some(way)),
        }
    }

    fn ask_edit_target(&mut self, chosen: Option<Way>) {
        let last = self.edit_target().as_ref().map_or_else(String::new, Target::to_string);
        self.set_aside();
        if let Some(menu) = &mut self.aside {
            menu.chosen = chosen;
        }
        self.prompt(Purpose::Edited, &last);
    }

    /// The target of an edit has been typed.
    pub(super) fn take_edit_target(&mut self, target: Target, now: Instant, effects: &mut Effects) {
        let Some(mut menu) = self.aside.take() else { return };
        menu.target = Some(target);
        let chosen = menu.chosen.take();
        self.overlay = Some(Overlay::Edited(menu));
        if let Some(way) = chosen {
            self.choose(way, now, effects);
        }
    }

    /// Keeps the edit below what is opened over it.
    fn set_aside(&mut self) {
        if let Some(Overlay::Edited(menu)) = self.overlay.take() {
            self.aside = Some(menu);
        }
    }

    /// Whatever was opened over an edit is closed: there it is again, judged by what is known now.
    pub(super) fn take_up_again(&mut self, effects: &mut Effects) {
        if self.overlay.is_none()
            && let Some(mut menu) = self.aside.take()
        {
            menu.chosen = None;
            effects.push(Effect::Judge(menu.edited.draft.clone()));
            self.overlay = Some(Overlay::Edited(menu));
        }
    }

    /// An edit is in the store: it is selected as soon as its row is there, and sent.
    pub(super) fn kept(&mut self, seq: Seq, target: Target, now: Instant, effects: &mut Effects) {
        self.coming = Some(seq);
        self.select_coming();
        self.resend_to(seq, target, now, effects);
    }

    pub(super) fn select_coming(&mut self) {
        if self.coming.is_some_and(|seq| self.inbox.select_capture(seq)) {
            self.coming = None;
        }
    }
}
