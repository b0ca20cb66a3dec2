//! `demo`.

use super::{Exit, Failure};

/// Show what this is: a believable flow of deliveries, with no set-up
#[derive(Debug, clap::Args)]
pub(crate) struct DemoArgs {}

pub(crate) fn run(_: &DemoArgs) -> Result<Exit, Failure> {
    Err(Failure::could_not_run("not there yet"))
}
