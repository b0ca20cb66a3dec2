//! What senders are answered: the menu, the line where one is typed, and what became of it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use super::{App, Tone};
use crate::config::Reply;
use crate::provider::{Provider, ProviderId};
use crate::text;
use crate::ui::answering::Answering;
use crate::ui::key::Key;
use crate::ui::panes::overlay::{Overlay, Prompt, Purpose};
use crate::ui::panes::reply::{self, Pick, Row};
use crate::ui::{Action, Effect, Effects};

/// The columns that a remark can say a reply in.
const LONGEST: usize = 120;

impl App {
    /// Opens the menu of answers.
    pub(super) fn open_reply(&mut self, now: Instant) {
        if self.facts.url.is_none() {
            return self.say(Tone::Plain, "Nothing listens here, so nobody is answered", now);
        }
        let providers = self.providers_with_presets();
        let providers = providers.iter().map(|provider| &**provider);
        self.overlay = Some(Overlay::Reply(reply::menu(&self.answering, providers)));
    }

    /// The provider of the selected capture where it has presets, else all that have sent something.
    fn providers_with_presets(&self) -> Vec<Arc<Provider>> {
        let known = |id: &ProviderId| self.facts.catalog.get(id.as_str()).cloned();
        let has_presets = |provider: &Arc<Provider>| !provider.reply.presets.is_empty();
        let row = self.inbox.selected().and_then(|seq| self.inbox.row(seq));
        let of_selected = row.and_then(|row| row.provider.as_ref()).and_then(known).filter(has_presets);
        if let Some(provider) = of_selected {
            return vec![provider];
        }
        let seen: BTreeSet<&ProviderId> = self.inbox.providers().collect();
        seen.into_iter().filter_map(known).filter(has_presets).collect()
    }

    pub(super) fn press_in_reply(&mut self, key: Key, effects: &mut Effects) {
        let Some(Overlay::Reply(menu)) = &self.overlay else { return };
        match menu.taken(key) {
            Some(Row::Choice(choice)) => self.pick_reply(choice.pick.clone(), effects),
            _ => self.move_in_list(key, Action::Reply),
        }
    }

    fn pick_reply(&mut self, pick: Pick, effects: &mut Effects) {
        self.overlay = None;
        match pick {
            Pick::Usual => effects.push(Effect::SetReply(None)),
            Pick::Reply(reply) => effects.push(Effect::SetReply(Some(reply))),
            Pick::Typed => {
                let standing = self.answering.reply_as_typed();
                self.prompt(Purpose::Reply, standing.as_deref().unwrap_or("200"));
            }
        }
    }

    /// A reply has been typed; its line stays until it holds.
    pub(super) fn typed_reply(&mut self, prompt: Prompt, now: Instant, effects: &mut Effects) {
        match prompt.text().parse::<Reply>() {
            Ok(reply) => effects.push(Effect::SetReply(Some(reply))),
            Err(problem) => self.say(Tone::Bad, problem, now),
        }
        self.overlay = Some(Overlay::Prompt(prompt));
    }

    /// What was asked for is answered from now on, or cannot be.
    pub(super) fn take_reply(&mut self, set: Result<Answering, String>, now: Instant) {
        match set {
            Ok(answering) => {
                self.close_prompt(Purpose::Reply);
                // The header counts what is left; this says what was meant.
                let said = match answering.reply_as_typed() {
                    Some(reply) => format!("Senders are answered: {}", text::truncate(&text::visible(&reply), LONGEST)),
                    None => "Senders are answered as usual".to_owned(),
                };
                self.answering = answering;
                self.say(Tone::Good, said, now);
            }
            Err(problem) => self.say(Tone::Bad, text::visible(&problem), now),
        }
    }

    pub(super) fn close_prompt(&mut self, purpose: Purpose) {
        if matches!(&self.overlay, Some(Overlay::Prompt(prompt)) if prompt.purpose == purpose) {
            self.overlay = None;
        }
    }
}
