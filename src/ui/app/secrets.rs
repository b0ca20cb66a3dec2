//! The secrets overlay's keys, and what follows from a secret that has changed.

use std::time::Instant;

use crossterm::event::KeyCode;

use super::{App, Tone};
use crate::provider::ProviderId;
use crate::text;
use crate::ui::key::Key;
use crate::ui::panes::overlay::Overlay;
use crate::ui::panes::secrets::{self, MaskedLine, SecretsPane};
use crate::ui::secrets::{KnownSecret, Slot};
use crate::ui::{Action, Effect, Effects};
use crate::verify::Secret;

impl App {
    /// Opens the overlay on the provider of the selected capture.
    pub(super) fn open_secrets(&mut self, effects: &mut Effects) {
        let row = self.inbox.selected().and_then(|seq| self.inbox.row(seq));
        let provider = row.and_then(|row| row.provider.clone());
        self.overlay = Some(Overlay::Secrets(SecretsPane::new(self.secret_rows(), provider.as_ref())));
        effects.push(Effect::ListSecrets);
    }

    pub(super) fn press_in_secrets(&mut self, key: Key, effects: &mut Effects) {
        let Some(Overlay::Secrets(pane)) = &mut self.overlay else { return };
        if pane.typing.is_some() {
            return type_secret(pane, key, effects);
        }
        match key.typed() {
            Some('a') => return pane.begin(true),
            Some('d') => return effects.todo.extend(pane.slot().map(Effect::DropSecret)),
            _ if key.code() == KeyCode::Enter => return pane.begin(false),
            _ => {}
        }
        self.move_in_list(key, Action::Secrets);
    }

    pub(super) fn paste_secret(&mut self, text: &str, now: Instant) {
        let Some(Overlay::Secrets(SecretsPane { typing: Some(typing), .. })) = &mut self.overlay else { return };
        if !typing.line.paste(text) {
            let most = text::size(MaskedLine::LONGEST as u64);
            self.say(Tone::Bad, format!("A secret typed here has {most} at most; give a longer one as file:PATH"), now);
        }
    }

    /// A secret that was asked for has been had, or not.
    pub(super) fn take_secret(
        &mut self,
        slot: Slot,
        read: Result<Secret, String>,
        now: Instant,
        effects: &mut Effects,
    ) {
        match read {
            Ok(secret) => {
                if let Some(Overlay::Secrets(pane)) = &mut self.overlay {
                    pane.typing = None;
                }
                effects.push(Effect::PutSecret(slot, secret));
            }
            Err(problem) => self.say(Tone::Bad, problem, now),
        }
    }

    /// The secrets are these now.
    pub(super) fn take_known(&mut self, known: Vec<KnownSecret>) {
        self.secrets = known;
        let secrets = &self.secrets;
        self.lacking.retain(|provider| !has_secret(secrets, provider));
        let rows = self.secret_rows();
        if let Some(Overlay::Secrets(pane)) = &mut self.overlay {
            pane.renew(rows);
        }
    }

    /// A conclusion that was drawn before a secret was given lacks it no longer.
    pub(super) fn knows_secret_of(&self, provider: &ProviderId) -> bool {
        has_secret(&self.secrets, provider)
    }

    /// Whether a secret of that provider alone is configured, for every path.
    pub(in crate::ui) fn has_own_secret(&self, provider: &ProviderId) -> bool {
        self.secrets.iter().any(|secret| secret.path.is_none() && secret.slot.whose.as_ref() == Some(provider))
    }

    pub(super) fn say_concluded(&mut self, captures: usize, changed: usize, now: Instant) {
        let (captures, tone) = (text::count(captures, "capture", "captures"), Tone::Good);
        let changed = if changed == 0 { "none".to_owned() } else { changed.to_string() };
        self.say(tone, format!("Verified again: {captures}, {changed} changed"), now);
    }

    fn secret_rows(&self) -> Vec<secrets::Row> {
        secrets::rows(&self.facts.catalog, &self.secrets, |provider| self.lacking.contains(provider))
    }
}

fn has_secret(known: &[KnownSecret], provider: &ProviderId) -> bool {
    let is_its = |secret: &KnownSecret| secret.slot.whose.as_ref().is_none_or(|whose| whose == provider);
    known.iter().any(|secret| secret.path.is_none() && is_its(secret))
}

/// The line stays until what it says has been had; nothing typed is nothing given.
fn type_secret(pane: &mut SecretsPane, key: Key, effects: &mut Effects) {
    let Some(typing) = &mut pane.typing else { return };
    match (key.code(), key.has_ctrl()) {
        (KeyCode::Enter, _) => match typing.line.text() {
            Some(text) => effects.push(Effect::ReadSecret(typing.slot.clone(), text)),
            None => pane.typing = None,
        },
        (KeyCode::Esc, _) => pane.typing = None,
        (KeyCode::Char('u'), true) => typing.line.clear(),
        (KeyCode::Char('h'), true) | (KeyCode::Backspace, _) => typing.line.pop(),
        _ => {
            if let Some(char) = key.typed() {
                typing.line.push(char);
            }
        }
    }
}
