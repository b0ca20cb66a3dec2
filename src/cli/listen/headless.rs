//! `listen` without a screen: prints what comes until that is over.
//!
//! Whoever reads what is printed may be slow or stuck. Neither may keep a delivery from its answer, nor the program from
//! its end, so the printing has a thread of its own.

use std::io;
use std::time::Duration;

use tokio::runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::sleep;

use super::{OutputArgs, Server, turned_true};
use crate::cli::{Exit, Failure, complain, shared};
use crate::report::{self, Ended, Follow, Format};
use crate::store::{Handle, Query};

/// How long a reader may take for what is left after a signal, once nothing more can come.
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) async fn run(
    store: Handle,
    server: &Server,
    format: Format,
    output: &OutputArgs,
    patience: Duration,
    companion: Option<JoinHandle<()>>,
) -> Result<Exit, Failure> {
    let query = |text: &Option<String>| text.as_deref().map(Query::parse);
    let (only, until) = (query(&output.only), query(&output.until));
    let wish = Follow { format, only, until, count: output.count, timeout: output.timeout, patience };
    let waited = wish.until.is_some() || wish.count.is_some();
    let signalled = watch::Sender::new(false);
    // The handlers stand before anybody is told that we listen: who waits for that line may signal right after it.
    let end = end(Endings::listen()?, signalled.clone(), companion, server.clone());
    // A task, since whoever is stuck in printing would never ask whether it is over.
    tokio::spawn(end);
    let closed = turned_true(server.closed.clone());
    complain(&format!("listening on http://{}", server.address));
    let here = runtime::Handle::current();
    let printing = spawn_blocking(move || here.block_on(report::follow(&store, &wish, io::stdout(), complain, closed)));
    tokio::select! {
        ended = printing => match ended {
            Ok(Ok(ended)) => Ok(exit(ended, waited)),
            Ok(Err(error)) => shared::written(Err(error)).map(|()| Exit::Done),
            Err(error) => Err(Failure::could_not_run(format!("printing broke off: {error}"))),
        },
        () = out_of_patience(signalled.subscribe(), server) => {
            complain("nobody reads stdout any more; what was not printed yet is lost");
            Ok(exit(Ended::Stopped, waited))
        }
    }
}

/// Closes the listener when the run is to end. What was answered until then is still printed.
async fn end(mut signals: Endings, signalled: watch::Sender<bool>, companion: Option<JoinHandle<()>>, server: Server) {
    tokio::select! {
        () = signals.any() => { signalled.send_replace(true); }
        () = over(companion) => {}
    }
    server.close().await;
}

async fn out_of_patience(signalled: watch::Receiver<bool>, server: &Server) {
    turned_true(signalled).await;
    server.close().await;
    sleep(PATIENCE).await;
}

/// A wait that did not come to what it waited for is a failed check; everything else is an end like any other.
fn exit(ended: Ended, waited: bool) -> Exit {
    match ended {
        Ended::Counted | Ended::Matched | Ended::Closed => Exit::Done,
        Ended::TimedOut | Ended::Stopped if waited => Exit::CheckFailed,
        Ended::TimedOut | Ended::Stopped => Exit::Done,
    }
}

/// Comes back when the companion is done; without one, never.
async fn over(companion: Option<JoinHandle<()>>) {
    match companion {
        Some(companion) => {
            let _ = companion.await;
        }
        None => std::future::pending().await,
    }
}

/// The signals that end a headless run.
struct Endings([Signal; 3]);

impl Endings {
    fn listen() -> Result<Self, Failure> {
        let [interrupt, terminate, hangup] =
            [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()].map(signal);
        let listen = || Ok::<_, io::Error>(Self([interrupt?, terminate?, hangup?]));
        listen().map_err(Failure::could_not_run)
    }

    async fn any(&mut self) {
        let [interrupt, terminate, hangup] = &mut self.0;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    }
}
