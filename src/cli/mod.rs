//! The commands: one file each, and what they share.

mod demo;
mod exit;
mod generate;
mod listen;
mod providers;
mod recording;
mod resend;
mod shared;
mod simulate;
mod verify;

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use exit::{Exit, Failure};

use crate::text;

/// A looking glass for webhooks, in the terminal.
///
/// Catches every delivery that reaches a local port, keeps its exact bytes, says whether it is authentic and why not, shows it as a
/// tree, and sends it again anywhere with one key.
#[derive(Debug, Parser)]
#[command(name = "hookglass", version, about, long_about, propagate_version = true, max_term_width = 100)]
#[command(after_help = "Run without a command to listen on http://127.0.0.1:4665. New here? Try `hookglass demo`.")]
#[command(args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    listen: listen::ListenArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    Listen(Box<listen::ListenArgs>),
    Demo(demo::DemoArgs),
    Simulate(simulate::SimulateArgs),
    Resend(resend::ResendArgs),
    Verify(verify::VerifyArgs),
    Providers(providers::ProvidersArgs),
    Completions(generate::CompletionsArgs),
    Man(generate::ManArgs),
}

/// Runs the command line and says how it ended.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let ended = match cli.command {
        None => listen::run(&cli.listen),
        Some(Command::Listen(args)) => listen::run(&args),
        Some(Command::Demo(args)) => demo::run(&args),
        Some(Command::Simulate(args)) => simulate::run(&args),
        Some(Command::Resend(args)) => resend::run(&args),
        Some(Command::Verify(args)) => verify::run(&args),
        Some(Command::Providers(args)) => providers::run(&args),
        Some(Command::Completions(args)) => generate::completions(&args),
        Some(Command::Man(args)) => generate::man(&args),
    };
    end(ended)
}

/// The exit code, with the one line that says why where something failed.
fn end(ended: Result<Exit, Failure>) -> ExitCode {
    match ended {
        Ok(exit) => exit.into(),
        Err(failure) => {
            complain(&failure.message);
            failure.exit.into()
        }
    }
}

/// Help and version go to stdout as they are; a mistake is one line, with what to do.
fn usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        return end(shared::written(error.print()).map(|()| Exit::Done));
    }
    complain(&exit::one_line(error));
    Exit::Usage.into()
}

/// One line on stderr. Messages quote what the user typed and what files hold, so none is taken to be harmless.
fn complain(message: &str) {
    // Nothing is left to tell anyone when stderr is closed.
    let _ = writeln!(std::io::stderr(), "hookglass: {}", text::visible(message));
}
