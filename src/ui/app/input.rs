//! From keys, mouse and pasted text to what they ask for.

use std::time::Instant;

use crossterm::event::{KeyEvent, KeyEventKind, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::App;
use crate::ui::action::Place;
use crate::ui::key::Key;
use crate::ui::keymap::Found;
use crate::ui::layout::Pane;
use crate::ui::panes::overlay::Overlay;
use crate::ui::{Action, Effect, Effects};

/// The rows that one notch of the wheel moves.
const WHEEL: isize = 3;

impl App {
    pub(super) fn press(&mut self, event: KeyEvent, now: Instant, effects: &mut Effects) {
        if event.kind == KeyEventKind::Release {
            effects.redraw = false;
            return;
        }
        let key = Key::from(event);
        if self.overlay.is_some() {
            // Nothing else fires while a text field is open, but ctrl-c always does.
            match key {
                Key::CTRL_C => effects.push(Effect::Quit),
                _ => self.press_in_overlay(key, now, effects),
            }
            return;
        }
        match self.resolve(key) {
            Found::Action(action) => {
                self.toast = None;
                self.act(action, now, effects);
            }
            Found::Prefix | Found::Nothing => effects.redraw = false,
        }
    }

    /// What a key means, with those before it where they wait for more.
    pub(super) fn resolve(&mut self, key: Key) -> Found {
        let place = match self.focus {
            Pane::Inbox => Place::Inbox,
            Pane::Detail => Place::Detail,
        };
        self.pressed.push(key);
        let found = self.keymap.find(&self.pressed, place);
        if found != Found::Prefix {
            self.pressed.clear();
        }
        found
    }

    pub(super) fn point(&mut self, event: MouseEvent, effects: &mut Effects) {
        let at = Position::new(event.column, event.row);
        let wheel = match event.kind {
            MouseEventKind::ScrollUp => -WHEEL,
            MouseEventKind::ScrollDown => WHEEL,
            MouseEventKind::Down(MouseButton::Left) => return self.click(at),
            _ => {
                effects.redraw = false;
                return;
            }
        };
        effects.redraw = self.wheel(wheel, at);
    }

    fn click(&mut self, at: Position) {
        if self.overlay.is_some() {
            return self.click_in_overlay(at);
        }
        let layout = self.layout();
        match layout.pane_at(at) {
            Some(Pane::Inbox) => {
                let body = layout.inbox.body;
                if body.contains(at) {
                    self.inbox.select_line((at.y - body.y).into(), body.height.into());
                }
                self.focus = Pane::Inbox;
            }
            Some(Pane::Detail) => {
                // The click is about what was drawn; that stacked panes change their sizes with the focus comes after.
                self.detail.click(at, layout.detail.body);
                self.turn_to(Pane::Detail);
            }
            None => {}
        }
    }

    fn wheel(&mut self, delta: isize, at: Position) -> bool {
        if self.overlay.is_some() {
            return self.wheel_in_overlay(delta);
        }
        let layout = self.layout();
        match layout.pane_at(at) {
            Some(Pane::Inbox) => {
                self.inbox.scroll(delta, layout.inbox.body.height.into());
                true
            }
            Some(Pane::Detail) => {
                self.inbox.hold();
                let delta = if delta < 0 { -1 } else { 1 } * WHEEL as i32;
                self.detail.wheel(delta, at, layout.detail.body)
            }
            None => false,
        }
    }

    pub(super) fn paste(&mut self, text: &str, now: Instant, effects: &mut Effects) {
        match &mut self.overlay {
            Some(Overlay::Prompt(prompt)) => {
                prompt.paste(text);
                self.typed(effects);
            }
            Some(Overlay::Secrets(_)) => self.paste_secret(text, now),
            _ => effects.redraw = false,
        }
    }

    /// What a key asks for in a list or text that lies over the panes; the bound keys move there too.
    pub(super) fn resolve_in_overlay(&mut self, key: Key) -> Option<Action> {
        match self.resolve(key) {
            Found::Action(action) => Some(action),
            Found::Prefix | Found::Nothing => None,
        }
    }
}
