//! What lies over the panes: lines to type into, menus, questions.

use std::time::Instant;

use bytes::Bytes;
use ratatui::layout::Position;

use super::{App, Tone};
use crate::send::Target;
use crate::ui::key::Key;
use crate::ui::layout::Pane;
use crate::ui::panes::detail::CopyItem;
use crate::ui::panes::list::Menu;
use crate::ui::panes::overlay::{Overlay, Prompt, Purpose, Typed};
use crate::ui::view::{help, list};
use crate::ui::{Action, Effect, Effects};

/// The columns of a menu.
pub(super) const MENU: u16 = 52;

impl App {
    pub(super) fn prompt(&mut self, purpose: Purpose, text: &str) {
        self.overlay = Some(Overlay::Prompt(Prompt::new(purpose, text)));
    }

    pub(super) fn press_in_overlay(&mut self, key: Key, now: Instant, effects: &mut Effects) {
        match &mut self.overlay {
            Some(Overlay::Prompt(prompt)) => match prompt.press(key) {
                Typed::Text => self.typed(effects),
                Typed::Done => self.typed_all(now, effects),
                Typed::GivenUp => self.give_up_typing(now),
                Typed::Nothing => {}
            },
            Some(Overlay::Edited(_)) => self.press_in_edited(key, now, effects),
            Some(Overlay::Copy(menu)) => match menu.taken(key).cloned() {
                Some(item) => self.copy(item, effects),
                None => self.move_in_list(key, Action::Copy),
            },
            Some(Overlay::Reply(_)) => self.press_in_reply(key, effects),
            Some(Overlay::Secrets(_)) => self.press_in_secrets(key, effects),
            Some(Overlay::Tunnel(_)) => self.press_in_tunnel(key, now, effects),
            Some(Overlay::Help { .. }) => self.move_in_help(key),
            Some(Overlay::Clear) => self.answer_clear(key, effects),
            Some(Overlay::Compare(_)) => self.press_in_comparison(key, effects),
            Some(Overlay::CompareMenu(_)) => self.press_in_compare_menu(key, effects),
            None => {}
        }
    }

    /// The line has another text: what works as it is typed follows.
    pub(super) fn typed(&mut self, effects: &mut Effects) {
        let Some(Overlay::Prompt(prompt)) = &self.overlay else { return };
        let text = prompt.text().to_owned();
        match prompt.purpose {
            Purpose::Filter => self.filter(&text, effects),
            Purpose::Search => self.search_for(&text),
            _ => {}
        }
    }

    fn typed_all(&mut self, now: Instant, effects: &mut Effects) {
        let Some(Overlay::Prompt(prompt)) = self.overlay.take() else { return };
        match prompt.purpose {
            Purpose::Target(_) | Purpose::Signed(_) | Purpose::Edited => self.typed_target(prompt, now, effects),
            Purpose::Reply => self.typed_reply(prompt, now, effects),
            Purpose::Forward => self.typed_forward(prompt, now, effects),
            Purpose::All => self.typed_bulk(prompt, now, effects),
            Purpose::Filter | Purpose::Search => {}
        }
    }

    fn typed_target(&mut self, prompt: Prompt, now: Instant, effects: &mut Effects) {
        match (prompt.purpose, prompt.text().parse::<Target>()) {
            (Purpose::Target(seq), Ok(target)) => self.resend_to(seq, target, now, effects),
            (Purpose::Signed(seq), Ok(target)) => effects.push(Effect::Resign { seq, target }),
            (_, Ok(target)) => self.take_edit_target(target, now, effects),
            (_, Err(problem)) => {
                self.say(Tone::Bad, problem.to_string(), now);
                self.overlay = Some(Overlay::Prompt(prompt));
            }
        }
    }

    fn give_up_typing(&mut self, now: Instant) {
        let Some(Overlay::Prompt(prompt)) = self.overlay.take() else { return };
        match prompt.purpose {
            Purpose::Filter => {
                self.inbox.set_filter("", self.generation);
            }
            Purpose::Search => self.search_for(""),
            Purpose::Reply => self.open_reply(now),
            _ => {}
        }
    }

    fn filter(&mut self, text: &str, effects: &mut Effects) {
        self.generation += 1;
        let generation = self.generation;
        if let Some(query) = self.inbox.set_filter(text, generation) {
            effects.push(Effect::Filter { generation, query });
        }
    }

    pub(super) fn search_for(&mut self, text: &str) {
        text.clone_into(&mut self.search);
        let area = self.layout().detail.body;
        self.detail.search(text, area);
    }

    pub(super) fn open_copy_menu(&mut self, now: Instant) {
        self.inbox.hold();
        let items = if self.inbox.selected().is_some() { self.detail.copies() } else { self.welcome_copies() };
        if items.is_empty() {
            self.say(Tone::Plain, "Nothing to copy here", now);
        } else {
            self.overlay = Some(Overlay::Copy(Menu::new("Copy", MENU, items)));
        }
    }

    /// What a newcomer wants to take along while nothing has come yet.
    fn welcome_copies(&self) -> Vec<CopyItem> {
        let item = |key, label: &str, text: String| CopyItem { key, label: label.to_owned(), bytes: Bytes::from(text) };
        let Some(url) = &self.facts.url else { return Vec::new() };
        let public = self.tunnels.public().map(|known| item('p', "the public URL", known.url.to_string()));
        let mut items: Vec<CopyItem> = public.into_iter().collect();
        items.extend([
            item('u', "the URL", url.clone()),
            item('c', "a curl command", crate::ui::view::welcome::curl(url)),
        ]);
        items.extend(
            crate::ui::view::welcome::simulate(url, self).map(|command| item('s', "a simulate command", command)),
        );
        items
    }

    fn copy(&mut self, item: CopyItem, effects: &mut Effects) {
        self.overlay = None;
        effects.push(Effect::Copy { label: item.label, bytes: item.bytes });
    }

    /// Moves in the list that lies over the panes; the key that opened it closes it, too.
    pub(super) fn move_in_list(&mut self, key: Key, opener: Action) {
        match self.resolve_in_overlay(key) {
            Some(Action::Back | Action::Quit) => self.overlay = None,
            Some(action) if action == opener => self.overlay = None,
            Some(action) => {
                if let Some(list) = self.overlay.as_mut().and_then(Overlay::list) {
                    list.act(action);
                }
            }
            None => {}
        }
    }

    fn move_in_help(&mut self, key: Key) {
        let action = self.resolve_in_overlay(key);
        let (_, height) = help::extent(self);
        let moves = match action {
            Some(Action::Back | Action::Quit | Action::Help) => return self.overlay = None,
            _ if key.typed() == Some(' ') => Some(Action::PageDown),
            action => action,
        };
        self.scroll_help(moves.and_then(|action| action.rows(height)).unwrap_or(0));
    }

    fn scroll_help(&mut self, by: isize) {
        let (lines, height) = help::extent(self);
        if let Some(Overlay::Help { top }) = &mut self.overlay {
            *top = top.saturating_add_signed(by).min(lines.saturating_sub(height));
        }
    }

    /// Only a plain yes drops everything.
    fn answer_clear(&mut self, key: Key, effects: &mut Effects) {
        if key.typed() == Some('y') {
            self.clear(effects);
        }
        self.overlay = None;
    }

    /// A click beside what lies over the panes closes it, but nothing that somebody is typing; one on a row of a list takes
    /// it for the next enter.
    pub(super) fn click_in_overlay(&mut self, at: Position) {
        let main = self.layout().main();
        if let Some(list) = self.overlay.as_mut().and_then(Overlay::list) {
            match list::row_at(main, list, at) {
                Some(row) => list.select(row),
                None => self.overlay = None,
            }
            return;
        }
        match &self.overlay {
            Some(Overlay::Compare(_)) => self.click_in_comparison(at),
            Some(Overlay::Tunnel(_)) => self.click_in_tunnel(at),
            // These work as they are typed: nothing is lost.
            Some(Overlay::Prompt(Prompt { purpose: Purpose::Filter | Purpose::Search, .. })) => {
                self.overlay = None;
                self.focus = self.layout().pane_at(at).unwrap_or(Pane::Inbox);
            }
            Some(Overlay::Secrets(_) | Overlay::Edited(_) | Overlay::Prompt(_)) => {}
            _ => self.overlay = None,
        }
    }

    pub(super) fn wheel_in_overlay(&mut self, delta: isize) -> bool {
        if let Some(list) = self.overlay.as_mut().and_then(Overlay::list) {
            list.step(delta.signum());
            return true;
        }
        match &mut self.overlay {
            Some(Overlay::Help { .. }) => self.scroll_help(delta),
            Some(Overlay::Compare(_)) => return self.wheel_in_comparison(delta),
            Some(Overlay::Tunnel(pane)) if pane.trying.is_none() => pane.step(&self.tunnels, delta.signum()),
            _ => return false,
        }
        true
    }
}
