//! `resend`: send recorded captures again.

use std::future::{pending, ready};
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::recording::{self, Format};
use super::{Exit, Failure, complain, shared};
use crate::config::{Options, PublicUrl, SecretText};
use crate::record::ndjson;
use crate::report::write_resent;
use crate::send::{Client, Outgoing, Rate, Ready, ResignError, Target, outgoing, paced, resign};
use crate::store::{Capture, Knowledge, Query};
use crate::text;
use crate::wire::{Exchange, ExchangeId, ExchangeKind};

/// Captures that are read ahead of those that are sent.
const AHEAD: usize = 16;

/// Send recorded captures again, byte for byte
///
/// Exits 0 only if every one was sent and answered with a 2xx. Requests that never became a delivery are left out.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  hookglass resend captured.ndjson --to http://localhost:3000
  hookglass resend captured.ndjson --to :3000/hooks --where 'recognition.created verified'
  hookglass resend captured.ndjson --to :3000 --resign --secret brighten=env:BRIGHTEN_SECRET --rate 10/s")]
pub(crate) struct ResendArgs {
    /// A recording (ndjson); - reads standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Where they are sent; a host alone keeps each one's path
    #[arg(long, value_name = "URL")]
    to: Target,
    /// Send only captures that these words occur in
    #[arg(long = "where", value_name = "QUERY")]
    only: Option<String>,
    /// Sign each afresh, with the time it is now
    #[arg(long)]
    resign: bool,
    /// Begin so many at most, such as 10/s, 90/m or 500/h [default: one when the one before is answered]
    #[arg(long, value_name = "RATE")]
    rate: Option<Rate>,
    /// How long an answer may take [default: 30s]
    #[arg(long, value_name = "DURATION", value_parser = text::parse_duration)]
    timeout: Option<Duration>,
    /// A provider's secret: [PROVIDER=]env:VAR, file:PATH or literal:TEXT; repeat it for several
    #[arg(long = "secret", value_name = "[PROVIDER=]SOURCE", requires = "resign")]
    secrets: Vec<SecretText>,
    /// Whose each is taken to be when it is signed afresh, without detection
    #[arg(long, value_name = "NAME", requires = "resign")]
    provider: Option<String>,
    /// The URL that the handler is known by, where its provider signs that [default: where each is sent]
    #[arg(long, value_name = "URL", requires = "resign")]
    public_url: Option<PublicUrl>,
    /// Read settings from this file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// What each is written as
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

pub(crate) fn run(args: &ResendArgs) -> Result<Exit, Failure> {
    let (provider, public_url) = (args.provider.clone(), args.public_url.clone());
    let options = Options { provider, public_url, secrets: args.secrets.clone(), ..Options::default() };
    let settings = shared::settings(&options, args.config.as_ref())?;
    let knowledge = if args.resign { Some(shared::knowledge(&settings)?) } else { None };
    let client = args.timeout.map_or_else(Client::default, Client::waiting);
    let sender = Arc::new(Sender { client, target: args.to.clone(), knowledge });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::could_not_run)?;
    let sent = runtime.block_on(send_all(args, &sender));
    // What reads a pipe that nobody closes must not hold the program back.
    runtime.shutdown_background();
    sent
}

async fn send_all(args: &ResendArgs, sender: &Arc<Sender>) -> Result<Exit, Failure> {
    let mut teller = Teller { format: args.format, out: BufWriter::new(io::stdout()), sent: 0, good: 0 };
    let only = args.only.as_deref().map(Query::parse).unwrap_or_default();
    let mut captures = read(args.file.clone());
    let mut broken = None;
    let wanted = stream::poll_fn(|context| captures.poll_recv(context))
        .scan((), |(), read| ready(read.map_err(|failure| broken = Some(failure)).ok()))
        .filter(|capture| ready(capture.refused.is_none() && only.matches(capture)));
    let jobs = wanted.map(|capture| sender.clone().send(capture));
    let told = paced(jobs, args.rate, pending())
        .map(|Sent { capture, exchange }| teller.tell(&capture, exchange.as_deref().map_err(String::as_str)));
    told.try_collect::<()>().await?;
    match broken {
        Some(failure) => Err(failure),
        None => teller.end(args),
    }
}

/// Reads captures on a thread of its own: a pipe may keep its reader waiting.
fn read(file: PathBuf) -> mpsc::Receiver<Result<Capture, Failure>> {
    let (give, captures) = mpsc::channel(AHEAD);
    spawn_blocking(move || {
        // Once nobody takes them, whatever is read is of no use.
        let unwanted = |_| Failure::could_not_run("nobody waits for more");
        let read = recording::read(&file, |capture| give.blocking_send(Ok(capture)).map_err(unwanted));
        if let Err(failure) = read {
            let _ = give.blocking_send(Err(failure));
        }
    });
    captures
}

/// What came of a capture.
struct Sent {
    capture: Capture,
    /// Or why it was not sent.
    exchange: Result<Arc<Exchange>, String>,
}

/// Sends captures, signed afresh where that is asked for.
struct Sender {
    client: Client,
    target: Target,
    /// What it takes to sign.
    knowledge: Option<Knowledge>,
}

impl Sender {
    async fn send(self: Arc<Self>, recorded: Capture) -> Sent {
        let (signed, outgoing) = match self.made(&recorded) {
            Ok(made) => made,
            Err(reason) => return Sent { capture: recorded, exchange: Err(reason) },
        };
        let mut capture = signed.unwrap_or(recorded);
        let ready = Ready::new(ExchangeId::next(), ExchangeKind::Resend, self.target.clone(), outgoing);
        let exchange = Arc::new(ready.go(&self.client, &[]).await);
        capture.put_exchange(exchange.clone());
        Sent { capture, exchange: Ok(exchange) }
    }

    /// The request, and the capture that it is of where that is not the recorded one.
    fn made(&self, recorded: &Capture) -> Result<(Option<Capture>, Outgoing), String> {
        let signed = self.signed(recorded).map_err(|error| error.to_string())?;
        let capture = signed.as_ref().unwrap_or(recorded);
        let outgoing = outgoing(capture, &self.target, &[]).map_err(|error| error.to_string())?;
        Ok((signed, outgoing))
    }

    /// The capture, signed afresh; `None` where that is not asked for, or its provider does not sign.
    fn signed(&self, recorded: &Capture) -> Result<Option<Capture>, ResignError> {
        let Some(knowledge) = &self.knowledge else { return Ok(None) };
        match resign(knowledge, &recorded.delivery, Some(&self.target), Timestamp::now()) {
            Ok(delivery) => {
                let conclusion = knowledge.conclude(&delivery);
                let (seq, parent) = (recorded.seq, Some(recorded.seq));
                Ok(Some(Capture { seq, parent, ..Capture::new(delivery, conclusion, None) }))
            }
            Err(ResignError::NotSigned(_) | ResignError::Probe(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Says what came of each, and of all.
struct Teller<W: Write> {
    format: Format,
    out: W,
    sent: usize,
    good: usize,
}

impl<W: Write> Teller<W> {
    fn tell(&mut self, capture: &Capture, exchange: Result<&Exchange, &str>) -> Result<(), Failure> {
        self.sent += 1;
        let status = exchange.ok().and_then(Exchange::status);
        self.good += usize::from(status.is_some_and(|status| (200..300).contains(&status)));
        let written = match (self.format, exchange) {
            (Format::Text, exchange) => write_resent(&mut self.out, capture, exchange),
            (Format::Ndjson, Ok(_)) => ndjson::write(&mut self.out, capture),
            (Format::Ndjson, Err(reason)) => {
                complain(&format!("#{} was not sent: {reason}", capture.seq));
                ndjson::write(&mut self.out, capture)
            }
        };
        // Each at once: whoever watches wants to see it as it comes.
        shared::written(written.and_then(|()| self.out.flush()))
    }

    fn end(mut self, args: &ResendArgs) -> Result<Exit, Failure> {
        if self.sent == 0 {
            let file = args.file.display();
            let matching = if args.only.is_some() { " that --where lets through" } else { "" };
            complain(&format!("{file} has no delivery{matching}: nothing was sent"));
        } else if matches!(self.format, Format::Text) {
            let line = writeln!(self.out, "{} of {} answered with a 2xx", self.good, self.sent);
            shared::written(line.and_then(|()| self.out.flush()))?;
        }
        let all = self.sent > 0 && self.good == self.sent;
        Ok(if all { Exit::Done } else { Exit::CheckFailed })
    }
}
