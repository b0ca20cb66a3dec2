//! `completions` and `man`: made from the same table as `--help`, so they cannot disagree with it.

use std::path::PathBuf;

use clap::{Command, CommandFactory};
use clap_complete::Shell;

use super::{Cli, Exit, Failure, shared};

/// Print the completions of a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  hookglass completions bash > ~/.local/share/bash-completion/completions/hookglass
  hookglass completions zsh > ~/.zfunc/_hookglass
  hookglass completions fish > ~/.config/fish/completions/hookglass.fish")]
pub(crate) struct CompletionsArgs {
    /// Which shell
    shell: Shell,
}

/// Print the manual page, or write those of all commands into a folder
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  hookglass man | man -l -
  hookglass man ~/.local/share/man/man1")]
pub(crate) struct ManArgs {
    /// Write hookglass.1 and one page a command here
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

pub(crate) fn completions(args: &CompletionsArgs) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "hookglass", &mut script);
    shared::print(script).map(|()| Exit::Done)
}

pub(crate) fn man(args: &ManArgs) -> Result<Exit, Failure> {
    let command = Cli::command();
    match &args.folder {
        Some(folder) => write_pages(command, folder),
        None => shared::print(page(command)?).map(|()| Exit::Done),
    }
}

fn write_pages(mut command: Command, folder: &PathBuf) -> Result<Exit, Failure> {
    // Built, every command has a `help` of its own, which is no page of its own.
    command = command.disable_help_subcommand(true);
    command.build();
    let written = std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder));
    written.map_err(|error| {
        Failure::could_not_run(format!("cannot write manual pages to {}: {error}", folder.display()))
    })?;
    Ok(Exit::Done)
}

fn page(command: Command) -> Result<Vec<u8>, Failure> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page).map_err(Failure::could_not_run)?;
    Ok(page)
}
