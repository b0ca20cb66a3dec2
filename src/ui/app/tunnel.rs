//! The public URL: finding it, showing it, testing it.

use std::collections::BTreeSet;
use std::time::Instant;

use bytes::Bytes;
use crossterm::event::KeyCode;
use ratatui::layout::Position;

use super::{App, Tone};
use crate::send::Target;
use crate::tunnel::{Asked, End, Trial};
use crate::ui::key::Key;
use crate::ui::panes::overlay::Overlay;
use crate::ui::panes::tunnel::{AGES, Trying, TunnelPane};
use crate::ui::view::tunnel;
use crate::ui::{Action, Effect, Effects};

impl App {
    /// Shows the public URL and whether it reaches us.
    pub(super) fn open_tunnel(&mut self, now: Instant, effects: &mut Effects) {
        if self.tunnels.own().is_none() {
            return self.say(Tone::Plain, "Nothing listens here, so no URL leads here", now);
        }
        self.overlay = Some(Overlay::Tunnel(TunnelPane::new(&self.tunnels, now)));
        effects.push(Effect::AskAgents { but: BTreeSet::new() });
    }

    /// Asks the agents where it is time to; they may have been started by now.
    pub(super) fn ask_agents(&mut self, now: Instant, effects: &mut Effects) {
        let but = self.tunnels.wants_to_ask(self.counts.captured > 0, now);
        effects.todo.extend(but.map(|but| Effect::AskAgents { but }));
    }

    /// The agents have said what they know.
    pub(super) fn take_asked(&mut self, asked: Asked, effects: &mut Effects) {
        effects.redraw = self.tunnels.take_asked(asked);
        self.renew_tunnels();
    }

    /// A self-test has come further, or to its end.
    pub(super) fn take_trial(&mut self, id: u64, trial: Trial) {
        let Some(Overlay::Tunnel(TunnelPane { trying: Some(trying), .. })) = &mut self.overlay else { return };
        if trying.id != id {
            return;
        }
        trying.trial = trial;
        if let Some(end) = &trying.trial.end {
            self.tunnels.note_test(&trying.url, *end == End::Works);
        }
    }

    pub(super) fn renew_tunnels(&mut self) {
        if let Some(Overlay::Tunnel(pane)) = &mut self.overlay {
            pane.renew(&self.tunnels);
        }
    }

    /// When the ages that are shown are told anew.
    pub(super) fn ages_at(&self) -> Option<Instant> {
        match &self.overlay {
            Some(Overlay::Tunnel(pane)) => Some(pane.as_of + AGES),
            _ => None,
        }
    }

    /// Tells ages as of now; whether any are shown.
    pub(super) fn tell_ages(&mut self, now: Instant) -> bool {
        let Some(Overlay::Tunnel(pane)) = &mut self.overlay else { return false };
        pane.as_of = now;
        true
    }

    pub(super) fn press_in_tunnel(&mut self, key: Key, now: Instant, effects: &mut Effects) {
        let action = self.resolve_in_overlay(key);
        let Some(Overlay::Tunnel(pane)) = &mut self.overlay else { return };
        let goes = key.code() == KeyCode::Enter || action == Some(Action::Tunnel);
        let backs = matches!(action, Some(Action::Back | Action::Quit));
        match &pane.trying {
            Some(trying) if backs => {
                if trying.trial.end.is_none() {
                    effects.push(Effect::StopTrying);
                }
                pane.trying = None;
            }
            Some(trying) if goes && trying.trial.end.is_some() => {
                let url = trying.url.clone();
                self.try_url(url, effects);
            }
            Some(_) => {}
            None if backs => self.overlay = None,
            None if goes => match pane.selected.clone() {
                Some(url) => self.try_url(url, effects),
                None => self.say(Tone::Plain, "Choose a URL first (↓): none of these is known to lead here", now),
            },
            None => self.move_in_tunnel(action, effects),
        }
    }

    fn move_in_tunnel(&mut self, action: Option<Action>, effects: &mut Effects) {
        let Some(Overlay::Tunnel(pane)) = &mut self.overlay else { return };
        match action {
            Some(Action::Up) => pane.step(&self.tunnels, -1),
            Some(Action::Down) => pane.step(&self.tunnels, 1),
            Some(Action::First) => pane.select(&self.tunnels, 0),
            Some(Action::Last) => pane.select(&self.tunnels, usize::MAX),
            Some(Action::Copy) => {
                effects.todo.extend(pane.selected.as_ref().map(|url| Effect::Copy {
                    label: "the public URL".to_owned(),
                    bytes: Bytes::from(url.to_string()),
                }))
            }
            _ => {}
        }
    }

    fn try_url(&mut self, url: Target, effects: &mut Effects) {
        self.generation += 1;
        let id = self.generation;
        if let Some(Overlay::Tunnel(pane)) = &mut self.overlay {
            pane.trying = Some(Trying { id, url: url.clone(), trial: Trial::begun() });
            effects.push(Effect::TryUrl { id, url });
        }
    }

    /// A click chooses a URL; one beside the overlay closes it, but no test that is under way.
    pub(super) fn click_in_tunnel(&mut self, at: Position) {
        let main = self.layout().main();
        let Some(Overlay::Tunnel(pane)) = &mut self.overlay else { return };
        match (&pane.trying, tunnel::url_at(main, pane, &self.tunnels, at)) {
            (Some(_), _) => {}
            (None, Some(index)) => pane.select(&self.tunnels, index),
            (None, None) => self.overlay = None,
        }
    }
}
