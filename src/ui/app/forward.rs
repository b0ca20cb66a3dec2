//! Where every delivery goes on to.

use std::time::Instant;

use super::{App, Tone};
use crate::send::Target;
use crate::text;
use crate::ui::answering::Answering;
use crate::ui::panes::overlay::{Overlay, Prompt, Purpose};
use crate::ui::{Effect, Effects};

impl App {
    /// Asks where deliveries are forwarded.
    pub(super) fn open_forward(&mut self, now: Instant) {
        if self.facts.url.is_none() {
            return self.say(Tone::Plain, "Nothing listens here, so nothing can be forwarded", now);
        }
        let present: Vec<String> = self.answering.forward.iter().map(Target::to_string).collect();
        self.prompt(Purpose::Forward, &present.join(" "));
    }

    /// Targets have been typed; their line stays until they hold.
    pub(super) fn typed_forward(&mut self, prompt: Prompt, now: Instant, effects: &mut Effects) {
        match prompt.text().split_whitespace().map(str::parse).collect::<Result<Vec<Target>, _>>() {
            Ok(targets) => effects.push(Effect::SetForward(targets)),
            Err(problem) => self.say(Tone::Bad, problem.to_string(), now),
        }
        self.overlay = Some(Overlay::Prompt(prompt));
    }

    /// Deliveries go on to what was typed from now on, or cannot.
    pub(super) fn take_forward(&mut self, set: Result<Answering, String>, now: Instant) {
        match set {
            Ok(answering) => {
                self.close_prompt(Purpose::Forward);
                let targets: Vec<String> = answering.forward.iter().map(Target::to_string).collect();
                let said = match &targets[..] {
                    [] => "Deliveries are not forwarded".to_owned(),
                    targets => format!("Every delivery goes on to {}", targets.join(" and ")),
                };
                self.answering = answering;
                self.say(Tone::Good, said, now);
            }
            Err(problem) => self.say(Tone::Bad, text::visible(&problem), now),
        }
    }
}
