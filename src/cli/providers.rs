//! `providers`.

use super::{Exit, Failure};

/// List the providers, or tell all that is known of one
#[derive(Debug, clap::Args)]
pub(crate) struct ProvidersArgs {}

pub(crate) fn run(_: &ProvidersArgs) -> Result<Exit, Failure> {
    Err(Failure::could_not_run("not there yet"))
}
