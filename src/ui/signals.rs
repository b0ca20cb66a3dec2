//! What the system asks of us while the screen is up. Keys do not come as signals, for the terminal is raw; but while an
//! editor has it, ctrl-c there reaches us too.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that end the program, and the one that says it goes on after a stop.
pub(super) struct Signals {
    ending: [Signal; 4],
    went_on: Signal,
}

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// To end.
    End,
    /// To end, if it is us who is meant: ctrl-c and ctrl-\ in a terminal that is not raw.
    Interrupt,
    /// To take the terminal again.
    GoOn,
}

impl Signals {
    pub(super) fn listen() -> io::Result<Self> {
        let ending = [SignalKind::terminate(), SignalKind::hangup(), SignalKind::interrupt(), SignalKind::quit()];
        let [terminate, hangup, interrupt, quit] = ending.map(signal);
        let cont = SignalKind::from_raw(rustix::process::Signal::CONT.as_raw());
        Ok(Self { ending: [terminate?, hangup?, interrupt?, quit?], went_on: signal(cont)? })
    }

    /// Waits for the next one.
    pub(super) async fn next(&mut self) -> Asked {
        let [terminate, hangup, interrupt, quit] = &mut self.ending;
        tokio::select! {
            _ = terminate.recv() => Asked::End,
            _ = hangup.recv() => Asked::End,
            _ = interrupt.recv() => Asked::Interrupt,
            _ = quit.recv() => Asked::Interrupt,
            _ = self.went_on.recv() => Asked::GoOn,
        }
    }
}
