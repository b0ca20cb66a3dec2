//! `verify`.

use super::{Exit, Failure};

/// Give verdicts: for a recording, or for one delivery given by its parts
#[derive(Debug, clap::Args)]
pub(crate) struct VerifyArgs {}

pub(crate) fn run(_: &VerifyArgs) -> Result<Exit, Failure> {
    Err(Failure::could_not_run("not there yet"))
}
