//! How a command ends: the one table of exit codes, and the one line that says why.

use std::error::Error;
use std::fmt::Display;
use std::process::ExitCode;

use clap::error::ContextKind;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// It did what was asked.
    Done = 0,
    /// A check failed: a verification, or a wait that timed out.
    CheckFailed = 1,
    /// The command line or the configuration has a mistake.
    Usage = 2,
    /// It could not run: a port is taken, a file is missing.
    CouldNotRun = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command did not do what was asked: one line that says what, where, and what to do.
#[derive(Debug)]
pub struct Failure {
    /// The code it ends with.
    pub exit: Exit,
    /// The line.
    pub message: String,
}

impl Failure {
    /// A mistake of the command line or the configuration.
    pub fn usage(message: impl Display) -> Self {
        Self { exit: Exit::Usage, message: message.to_string() }
    }

    /// Something outside that keeps the command from running.
    pub fn could_not_run(message: impl Display) -> Self {
        Self { exit: Exit::CouldNotRun, message: message.to_string() }
    }
}

/// clap's message without its usage block: the mistake, and its tip where there is one. Of a value that is refused the
/// reason alone is told, since a value may be a URL with a password in it.
pub(super) fn one_line(error: &clap::Error) -> String {
    if let (Some(argument), Some(reason)) = (error.get(ContextKind::InvalidArg), error.source()) {
        return format!("{argument}: {reason} (--help shows what there is)");
    }
    let text = error.render().to_string();
    let kept =
        text.lines().map(str::trim).take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more"));
    let line = kept.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ").replace(":; ", ": ");
    format!("{} (--help shows what there is)", line.strip_prefix("error: ").unwrap_or(&line))
}
