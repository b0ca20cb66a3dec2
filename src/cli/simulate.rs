//! `simulate`.

use super::{Exit, Failure};

/// Make, sign and send a delivery as the provider would
#[derive(Debug, clap::Args)]
pub(crate) struct SimulateArgs {}

pub(crate) fn run(_: &SimulateArgs) -> Result<Exit, Failure> {
    Err(Failure::could_not_run("not there yet"))
}
