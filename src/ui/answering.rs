//! What senders are answered and where deliveries go on to, as the screen is told.

use super::Msg;
use crate::config::{Act, Reply, ReplyBody, When};
use crate::listen::{Control, ControlError, Standing};
use crate::send::Target;
use crate::text;

/// What senders are answered, and where deliveries go on to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answering {
    /// What was set for all deliveries; `None` is the usual, which nobody needs to be told.
    pub reply: Option<Standing>,
    /// Where every delivery goes on to.
    pub forward: Vec<Target>,
    /// Whether senders hear what the first of these answers, as far as they are answered as usual.
    pub relays: bool,
    /// How many paths have a reply or targets of their own that hold now.
    pub paths: usize,
}

impl Answering {
    /// What holds now.
    pub(super) fn of(control: &Control) -> Self {
        let forward = control.forward();
        let relays = !forward.is_empty() && control.relays();
        Self { reply: control.reply(), relays, forward, paths: control.paths() }
    }

    /// The reply in few words, safe to show: `503 ×2 left`, `200 after 10 s`.
    pub(super) fn reply_in_short(&self) -> Option<String> {
        let Standing { reply, left } = self.reply.as_ref()?;
        let mut words = reply.act.to_string();
        if !reply.delay.is_zero() {
            words += &format!(" after {}", text::duration(reply.delay));
        }
        match (reply.when, left) {
            (When::Next(_), Some(left)) => words += &format!(" ×{left} left"),
            (When::Every(count), _) => words += &format!(" every {}", ordinal(count.get())),
            _ => {}
        }
        Some(words)
    }

    /// The reply as it was written; others may have written it, so it is not yet made visible.
    pub(super) fn reply_as_typed(&self) -> Option<String> {
        self.reply.as_ref().map(|standing| standing.reply.to_string())
    }
}

/// Answers every delivery so from now on, or as usual; waits for the file that a body is in.
pub(super) fn set_reply(control: &Control, reply: Option<Reply>) -> Msg {
    Msg::ReplySet(after(control, control.set_reply(reply)))
}

/// Sends every delivery on to these from now on.
pub(super) fn set_forward(control: &Control, targets: Vec<Target>) -> Msg {
    Msg::ForwardSet(after(control, control.set_forward(targets)))
}

/// Whether a reply can be given only once a file has been read.
pub(super) fn reads_file(reply: &Reply) -> bool {
    matches!(reply.act, Act::Answer { body: Some(ReplyBody::File(_)), .. })
}

/// `1st`, `2nd`, `3rd`, `4th`.
fn ordinal(number: u32) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

fn after(control: &Control, set: Result<(), ControlError>) -> Result<Answering, String> {
    set.map(|()| Answering::of(control)).map_err(|problem| problem.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_told_in_few_words() {
        let cases = [
            ("503", None, "503"),
            ("503 next=3", Some(2), "503 ×2 left"),
            ("500 every=2", None, "500 every 2nd"),
            ("200 delay=10s body=x", None, "200 after 10 s"),
            ("429 delay=250ms next=9 header=A:b", Some(9), "429 after 250 ms ×9 left"),
            ("500 delay=1s every=21", None, "500 after 1 s every 21st"),
            ("500 every=113", None, "500 every 113th"),
            ("hang", None, "hang"),
            ("drop next=1", Some(1), "drop ×1 left"),
        ];
        for (written, left, words) in cases {
            let reply = Some(Standing { reply: written.parse().unwrap(), left });
            let answering = Answering { reply, ..Answering::default() };
            assert_eq!(answering.reply_in_short().as_deref(), Some(words), "{written}");
        }
        assert_eq!(Answering::default().reply_in_short(), None);
    }
}
