//! `demo`: the listener on a free port, and a flow of deliveries to look at.

use std::net::{Ipv4Addr, SocketAddr};

use super::listen::{Companion, Face, OutputArgs, Session};
use super::{Exit, Failure, shared};
use crate::config::{Options, Settings};
use crate::provider::Catalog;
use crate::send::{Script, Stage};
use crate::store::Knowledge;

/// Show what this is: a believable flow of deliveries, with no set-up
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  hookglass demo                   full screen, for as long as you like
  hookglass demo --format lines    the whole flow as lines, and done
  hookglass demo --format ndjson | jq .verdict.explanation")]
pub(crate) struct DemoArgs {
    #[command(flatten)]
    output: OutputArgs,
}

pub(crate) fn run(args: &DemoArgs) -> Result<Exit, Failure> {
    let script = Script::demo().map_err(Failure::could_not_run)?;
    let catalog = Catalog::builtin();
    let secrets = script.secrets();
    let paced = args.output.face()? == Face::Tui;
    let stage = (catalog.clone(), secrets.clone());
    let companion: Companion = Box::new(move |address| {
        let stage = Stage { catalog: stage.0, secrets: stage.1, address };
        Box::pin(async move {
            // A test plays the whole script, so nothing is left to fail but a listener that was ended.
            let _ = script.play(&stage, paced).await;
        })
    });
    let knowledge = Knowledge::new(catalog, secrets);
    let session = Session { settings: settings()?, knowledge, output: args.output.clone(), companion: Some(companion) };
    session.run()
}

/// The user's own keys, and nothing else of his: the demo is the same everywhere.
fn settings() -> Result<Settings, Failure> {
    let own = shared::settings(&Options::default(), None)?;
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    Ok(Options { listen: Some(listen.into()), keys: own.keys, ..Options::default() }.settle())
}
