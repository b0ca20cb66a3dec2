//! `listen`: capture, and show what is captured.

use std::path::PathBuf;

use super::{Exit, Failure, shared};
use crate::config::Options;

/// Capture deliveries: full screen on a terminal, else one line a delivery
#[derive(Debug, Default, clap::Args)]
#[command(after_help = "Examples:
  hookglass                                            listen on http://127.0.0.1:4665
  hookglass listen --secret brighten=env:BRIGHTEN_SECRET
  hookglass listen --format ndjson --count 1 --timeout 30s   wait for one delivery in a script")]
pub(crate) struct ListenArgs {
    #[command(flatten)]
    pub(crate) options: Options,
    /// Read settings from this file
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

pub(crate) fn run(args: &ListenArgs) -> Result<Exit, Failure> {
    let settings = shared::settings(&args.options, args.config.as_ref())?;
    let _knowledge = shared::knowledge(&settings)?;
    Ok(Exit::Done)
}
