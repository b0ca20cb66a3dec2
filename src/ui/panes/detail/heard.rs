//! What a delivery's sender heard, in words.

use std::time::Duration;

use crate::store::{Capture, Heard, Reply};
use crate::text;
use crate::wire::{Exchange, ExchangeKind};

/// What the sender heard; `None` where nobody knows.
pub(super) fn in_words(capture: &Capture) -> Option<String> {
    let reply = capture.reply?;
    let forward = first_forward(capture);
    let heard = match (reply.heard, forward) {
        (Heard::Due, _) => return Some("not yet".to_owned()),
        (Heard::Status(status), Some(forward)) => match forward.error() {
            Some(problem) => format!("{status}: {problem}"),
            None => format!("{status}, not relayed"),
        },
        (Heard::Status(status), None) => status.to_string(),
        (Heard::Relayed(status), Some(forward)) => format!("{status}, relayed from {}", forward.target),
        (Heard::Relayed(status), None) => format!("{status}, relayed"),
        (Heard::Hang, _) => "nothing: the connection was kept without an answer".to_owned(),
        (Heard::Drop, _) => "nothing: the connection was closed".to_owned(),
    };
    Some(match reply.delay_ms {
        0 => heard,
        delay => format!("{heard}, after {}", text::duration(Duration::from_millis(delay.into()))),
    })
}

/// One sentence where that is anything but a prompt success. A refusal says for itself what was answered.
pub(super) fn sentence(capture: &Capture) -> Option<String> {
    let reply = capture.reply.filter(|reply| capture.refused.is_none() && !is_usual(*reply))?;
    if reply.heard == Heard::Due {
        let target = first_forward(capture)?;
        return Some(format!("Its sender still waits: {} has not answered.", target.target));
    }
    // A delayed answer is known before it is given, and the sender may have gone by then.
    let verb = if reply.delay_ms == 0 { "was" } else { "is" };
    in_words(capture).map(|heard| format!("Its sender {verb} answered {heard}."))
}

fn is_usual(reply: Reply) -> bool {
    reply.delay_ms == 0 && matches!(reply.status(), Some(200..=299))
}

/// The exchange that the answer would be relayed of.
fn first_forward(capture: &Capture) -> Option<&Exchange> {
    capture.exchanges.iter().map(|exchange| &**exchange).find(|exchange| exchange.kind == ExchangeKind::Forward)
}
