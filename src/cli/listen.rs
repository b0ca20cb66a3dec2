//! `listen`: capture, and show what is captured.

mod headless;

use std::future::Future;
use std::io::{self, IsTerminal};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use tokio::sync::watch;

use super::{Exit, Failure, shared};
use crate::config::{Options, Settings};
use crate::report::{Follow, Format, Lines};
use crate::store::{Handle, Knowledge, Limits};
use crate::{listen, text, ui};

/// Capture deliveries: full screen on a terminal, else one line a delivery
#[derive(Debug, clap::Args)]
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
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// How captures are shown, and when that ends.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct OutputArgs {
    /// How captures are shown [default: tui on a terminal, else lines]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<Face>,
    /// Print only captures that these words occur in (lines, ndjson)
    #[arg(long = "where", value_name = "QUERY")]
    pub(crate) only: Option<String>,
    /// Exit 0 at the first capture that these words occur in (lines, ndjson)
    #[arg(long, value_name = "QUERY")]
    pub(crate) until: Option<String>,
    /// Exit 0 after that many captures (lines, ndjson)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) count: Option<u64>,
    /// Give up after that time (30s, 5m): exit 1 if --until or --count was not met (lines, ndjson)
    #[arg(long, value_name = "DURATION", value_parser = text::parse_duration)]
    pub(crate) timeout: Option<Duration>,
}

/// The faces that captures can be shown by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Face {
    /// The full screen.
    Tui,
    /// One line a delivery.
    Lines,
    /// One JSON record a line.
    Ndjson,
}

/// Something to do once the port is open, beside listening: the demo's deliveries.
pub(super) type Companion = Box<dyn FnOnce(SocketAddr) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>;

/// A run of the listener, ready to go.
pub(super) struct Session {
    pub(super) settings: Settings,
    pub(super) knowledge: Knowledge,
    pub(super) output: OutputArgs,
    /// Headless, the run is over when its companion is.
    pub(super) companion: Option<Companion>,
}

pub(crate) fn run(args: &ListenArgs) -> Result<Exit, Failure> {
    let settings = shared::settings(&args.options, args.config.as_ref())?;
    let knowledge = shared::knowledge(&settings)?;
    Session { settings, knowledge, output: args.output.clone(), companion: None }.run()
}

impl OutputArgs {
    /// The face asked for, or the one that fits where the output goes.
    pub(super) fn face(&self) -> Result<Face, Failure> {
        let terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
        let headless_only =
            self.only.is_some() || self.until.is_some() || self.count.is_some() || self.timeout.is_some();
        match self.format {
            Some(Face::Tui) if !terminal => {
                Err(Failure::could_not_run("--format tui needs a terminal; use --format lines or ndjson"))
            }
            Some(Face::Tui) if headless_only => Err(Failure::usage(
                "--where, --until, --count and --timeout go with --format lines or ndjson; in the full screen, filter with /",
            )),
            Some(face) => Ok(face),
            None if terminal && !headless_only => Ok(Face::Tui),
            None => Ok(Face::Lines),
        }
    }
}

impl Session {
    /// Opens the port, shows what comes, and says how it ended.
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let face = self.output.face()?;
        self.refuse_public()?;
        let runtime = tokio::runtime::Runtime::new().map_err(Failure::could_not_run)?;
        let ended = runtime.block_on(self.listen(face));
        // Whatever still runs (a resend that waits for its answer) must not hold the program back.
        runtime.shutdown_background();
        ended
    }

    async fn listen(self, face: Face) -> Result<Exit, Failure> {
        let Settings { listen, capacity, memory, max_body, .. } = self.settings;
        let bound = listen::bind(listen).await.map_err(Failure::could_not_run)?;
        let address = bound.local_addr();
        let control = listen::Control::new(&self.settings, &[address]).map_err(Failure::usage)?;
        let store = Handle::new(Limits { count: capacity, bytes: memory });
        let knowledge = watch::Sender::new(Arc::new(self.knowledge));
        let state = listen::State {
            store: store.clone(),
            knowledge: knowledge.subscribe(),
            control: control.clone(),
            limits: listen::Limits { max_body, ..listen::Limits::default() },
            nonces: listen::Nonces::default(),
        };
        let nonces = state.nonces.clone();
        let server = Server::start(bound, state);
        let companion = self.companion.map(|companion| tokio::spawn(companion(address)));
        // A record is complete once those that its delivery was forwarded to have answered.
        let patience = Follow::PATIENCE + self.settings.forward_timeout;
        let exit = match face {
            Face::Tui => full_screen(store, knowledge, control, nonces, address, &self.settings).await,
            Face::Lines => {
                let lines =
                    Lines { zone: TimeZone::system(), colour: io::stdout().is_terminal() && shared::wants_colour() };
                headless::run(store, &server, Format::Lines(lines), &self.output, patience, companion).await
            }
            Face::Ndjson => headless::run(store, &server, Format::Ndjson, &self.output, patience, companion).await,
        };
        server.close().await;
        exit
    }

    /// A public address is served only to those who asked for it by name.
    fn refuse_public(&self) -> Result<(), Failure> {
        let address = self.settings.listen;
        match (address.ip().is_loopback(), self.settings.allow_public) {
            (true, _) => Ok(()),
            (false, true) => {
                super::complain(&format!("warning: other machines can reach {address}"));
                Ok(())
            }
            (false, false) => Err(Failure::usage(format!(
                "{address} can be reached by other machines; add --allow-public if that is meant, or listen on 127.0.0.1"
            ))),
        }
    }
}

/// The listener at work.
#[derive(Clone)]
struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    closed: watch::Receiver<bool>,
}

impl Server {
    fn start(bound: listen::Bound, state: listen::State) -> Self {
        let address = bound.local_addr();
        let stop = watch::Sender::new(false);
        let (closes, closed) = watch::channel(false);
        let stopped = turned_true(stop.subscribe());
        tokio::spawn(async move {
            bound.serve(state, stopped).await;
            closes.send_replace(true);
        });
        Self { address, stop, closed }
    }

    /// Takes no more requests, and comes back when those under way are answered or cut off.
    async fn close(&self) {
        self.stop.send_replace(true);
        turned_true(self.closed.clone()).await;
    }
}

async fn turned_true(mut flag: watch::Receiver<bool>) {
    // A sender that is gone has stopped, too.
    let _ = flag.wait_for(|on| *on).await;
}

async fn full_screen(
    store: Handle,
    knowledge: watch::Sender<Arc<Knowledge>>,
    control: listen::Control,
    nonces: listen::Nonces,
    address: SocketAddr,
    settings: &Settings,
) -> Result<Exit, Failure> {
    let facts = ui::Facts {
        url: Some(format!("http://{address}")),
        catalog: Arc::new(knowledge.borrow().catalog.clone()),
        zone: TimeZone::system(),
        target: None,
        public_url: settings.public_url.as_ref().and_then(|url| url.as_str().parse().ok()),
    };
    // What was said of them on stderr is below the screen.
    let remarks = shared::no_providers_secrets(&facts.catalog).collect();
    let keymap = ui::Keymap::layered(&settings.keys).map_err(Failure::usage)?;
    let (own, colour) = (vec![address], shared::wants_colour());
    let stage = ui::Stage { store, knowledge, control, facts, remarks, own, nonces, keymap, colour };
    ui::run(stage, std::future::pending()).await.map_err(Failure::could_not_run)?;
    Ok(Exit::Done)
}
