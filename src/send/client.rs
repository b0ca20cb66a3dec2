//! One request over one connection of its own, and what became of it, in people's words.
//!
//! No pool, no redirect, no decompression, no cookie: whatever a client library does for its user would hide what the
//! target really answers. Every wait and every buffer has a bound, because the target may be broken.

use std::fmt::Display;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::future::{Either, select};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{timeout, timeout_at};

use super::exact::{Exact, Heard, MAX_HEAD};
use super::target::reaches;
use super::tls::{self, Socket};
use super::{NotSendable, Outgoing, Target, Trust};
use crate::text;
use crate::wire::{Answer, Ending, Failure, Head, Timing};

/// What sends: it holds no connection, so it is cheap to make and to clone.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// How long it waits and how much it keeps.
    pub limits: Limits,
    /// Whose certificates it accepts.
    pub trust: Trust,
}

/// How long a client waits, and how much it keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For the name's address and the connection.
    pub connect: Duration,
    /// For everything together.
    pub total: Duration,
    /// How much of an answer's body is kept, in bytes.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), total: Duration::from_secs(30), body: 1024 * 1024 }
    }
}

/// A phase of an exchange before the request is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Looking up the name's addresses.
    Lookup,
    /// The TCP connection.
    Connect,
    /// The TLS handshake; there is none over plain HTTP.
    Tls,
}

/// Is told of each phase as it is over.
pub(crate) type Watch<'a> = &'a (dyn Fn(Phase) + Sync);

/// More header fields than any answer has for good reason.
const MAX_FIELDS: usize = 1000;

impl Client {
    /// One that waits no longer than this for everything together.
    pub fn waiting(total: Duration) -> Self {
        let limits = Limits::default();
        Self { limits: Limits { connect: limits.connect.min(total), total, ..limits }, ..Self::default() }
    }

    /// Sends a request and waits for its answer, its failure or the end of patience. Dropping the future closes the
    /// connection. `own` are the addresses of our own listener, which nothing is sent to.
    pub async fn send(&self, target: &Target, outgoing: &Outgoing, own: &[SocketAddr]) -> Result<Answer, Failure> {
        self.send_watched(target, outgoing, own, &|_| ()).await
    }

    /// The same, telling of each phase as it is over.
    pub(crate) async fn send_watched(
        &self,
        target: &Target,
        outgoing: &Outgoing,
        own: &[SocketAddr],
        watch: Watch<'_>,
    ) -> Result<Answer, Failure> {
        let started = Instant::now();
        let answer = self.exchange(target, outgoing, own, started, watch).await;
        answer.map_err(|message| Failure { message, after: started.elapsed() })
    }

    async fn exchange(
        &self,
        target: &Target,
        outgoing: &Outgoing,
        own: &[SocketAddr],
        started: Instant,
        watch: Watch<'_>,
    ) -> Result<Answer, String> {
        let tcp = self.connect(target, own, watch).await?;
        let connect = started.elapsed();
        let deadline = started + self.limits.total;
        let mut timing = Timing { connect, ..Timing::default() };
        let socket: Box<dyn Socket> = match target.is_https() {
            true => {
                let socket = timeout_at(deadline.into(), tls::handshake(tcp, target, &self.trust))
                    .await
                    .map_err(|_| self.too_slow("did not finish the TLS handshake", target))??;
                timing.tls = started.elapsed() - connect;
                watch(Phase::Tls);
                socket
            }
            false => Box::new(tcp),
        };
        let mut answer = self.ask(socket, target, outgoing, deadline).await?;
        answer.timing = Timing { first_byte: answer.timing.first_byte, total: started.elapsed(), ..timing };
        Ok(answer)
    }

    async fn connect(&self, target: &Target, own: &[SocketAddr], watch: Watch<'_>) -> Result<TcpStream, String> {
        let place = target.place();
        let connecting = async {
            let addresses = lookup_host((target.host(), target.port())).await;
            let addresses: Vec<_> = addresses.map_err(|error| not_found(target, &error))?.collect();
            watch(Phase::Lookup);
            TcpStream::connect(&addresses[..]).await.map_err(|error| not_connected(&place, &error))
        };
        let stream = timeout(self.limits.connect, connecting).await.map_err(|_| {
            format!(
                "{place} took no connection within {}: is it reachable from here?",
                text::duration(self.limits.connect)
            )
        })??;
        if is_own(&stream, own) {
            return Err(NotSendable::Loop(target.to_string()).to_string());
        }
        watch(Phase::Connect);
        // Head and body are two writes; waiting for the first one's acknowledgement would be all of the measured time.
        stream.set_nodelay(true).map_err(|error| not_connected(&place, &error))?;
        Ok(stream)
    }

    /// Sends the request over a connection and reads the answer; of its timing the first byte is known here.
    async fn ask(
        &self,
        socket: Box<dyn Socket>,
        target: &Target,
        outgoing: &Outgoing,
        deadline: Instant,
    ) -> Result<Answer, String> {
        let heard = Heard::default();
        let told = |error: hyper::Error| no_answer(&target.place(), &heard, &error);
        let exact = Exact::new(socket, outgoing.head.as_bytes().clone(), heard.clone());
        let mut http = http1::Builder::new();
        http.max_buf_size(MAX_HEAD).max_headers(MAX_FIELDS);
        let (mut sender, connection) = http.handshake(TokioIo::new(exact)).await.map_err(told)?;
        let request = framed(outgoing)?;
        let began = Instant::now();
        let answer = async {
            let answered = timeout_at(deadline.into(), sender.send_request(request)).await;
            let response =
                answered.map_err(|_| self.too_slow(not_answered(&heard, outgoing), target))?.map_err(told)?;
            let status = response.status().as_u16();
            let (body, ending) = keep(response.into_body(), self.limits.body, deadline).await;
            let first_byte = heard.first_byte().map_or(Duration::ZERO, |at| at - began);
            let timing = Timing { first_byte, ..Timing::default() };
            let unsent = outgoing.body.len().saturating_sub(heard.body_sent());
            Ok(Answer { status, head: Head::parse(heard.head()), body, ending, unsent, timing })
        };
        match select(pin!(answer), pin!(connection)).await {
            Either::Left((answer, _)) => answer,
            // The connection has ended; what it brought is still to be read.
            Either::Right((_, answer)) => answer.await,
        }
    }

    fn too_slow(&self, what: impl Display, target: &Target) -> String {
        format!("{} {what} within {}", target.place(), text::duration(self.limits.total))
    }
}

/// The request as hyper must know it to frame it: method and length. Its own head never reaches the wire.
fn framed(outgoing: &Outgoing) -> Result<hyper::Request<Full<Bytes>>, String> {
    hyper::Request::builder()
        .method(outgoing.head.method())
        .body(Full::new(outgoing.body.clone()))
        .map_err(|error| format!("the request cannot be sent: {error}"))
}

/// The body up to a limit, and how it ended. One that is longer, breaks off or does not end in time is cut, not lost.
async fn keep(mut body: Incoming, limit: usize, deadline: Instant) -> (Bytes, Ending) {
    let size = body.size_hint().exact();
    let mut kept = Vec::new();
    let ending = loop {
        let data = match timeout_at(deadline.into(), body.frame()).await {
            Ok(None) => break Ending::Whole,
            Ok(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
            Ok(Some(Err(error))) if is_garbled(&error) => break Ending::Garbled,
            Ok(Some(Err(_))) => break Ending::BrokenOff { size },
            Err(_) => break Ending::TimedOut { size },
        };
        let room = limit - kept.len();
        kept.extend_from_slice(&data[..data.len().min(room)]);
        if data.len() > room {
            break Ending::OverLimit { size };
        }
    };
    // What it grew by and did not need would be held unseen by every bound.
    (Bytes::from(kept.into_boxed_slice()), ending)
}

/// Whether a body ended because its chunks are none.
fn is_garbled(error: &hyper::Error) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput};
    source(error).is_some_and(|error| matches!(error.kind(), InvalidData | InvalidInput))
}

fn is_own(stream: &TcpStream, own: &[SocketAddr]) -> bool {
    let Ok(peer) = stream.peer_addr() else { return false };
    let local = stream.local_addr().ok().map(|local| local.ip());
    own.iter().any(|own| own.port() == peer.port() && reaches(peer.ip(), own.ip(), local))
}

fn not_found(target: &Target, error: &io::Error) -> String {
    format!("the name {} was not found ({error})", target.host())
}

fn not_connected(place: &str, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => format!("nothing listens on {place}"),
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            format!("{place} cannot be reached from here ({error})")
        }
        _ => format!("could not connect to {place} ({error})"),
    }
}

fn no_answer(place: &str, heard: &Heard, error: &hyper::Error) -> String {
    let head = heard.head();
    // A TLS alert record: what a TLS server says to plain text.
    if head.starts_with(&[0x15, 0x03]) {
        return format!("{place} speaks TLS: use https://");
    }
    if is_http2(&head) {
        return format!("{place} speaks HTTP/2 only, and this sends HTTP/1.1");
    }
    if head.len() >= MAX_HEAD {
        return format!("the head of the answer of {place} is over {}", text::size(MAX_HEAD as u64));
    }
    if error.is_parse_too_large() {
        return format!("the answer of {place} has more than {MAX_FIELDS} header fields");
    }
    if error.is_parse() {
        return format!("what {place} answered is not HTTP/1");
    }
    if error.is_incomplete_message() || was_closed(error) {
        return match head.is_empty() {
            true => format!("{place} closed the connection before it answered"),
            false => format!("{place} closed the connection within the head of its answer"),
        };
    }
    format!("sending to {place} failed ({error})")
}

/// What did not happen in time, as far as the answer came.
fn not_answered(heard: &Heard, outgoing: &Outgoing) -> String {
    if heard.first_byte().is_none() && heard.body_sent() < outgoing.body.len() {
        return "did not take in the whole request".to_owned();
    }
    match (heard.interim(), heard.head().is_empty()) {
        (0, true) => "did not answer".to_owned(),
        (_, false) => "began to answer, but the head of its answer did not end".to_owned(),
        (interim, true) => {
            format!("sent {}, but no final one", text::count(interim, "interim answer", "interim answers"))
        }
    }
}

/// The frame that every HTTP/2 connection of a server begins with (RFC 9113, section 3.4): `SETTINGS`, of stream 0.
fn is_http2(heard: &[u8]) -> bool {
    matches!(heard, [0, _, _, 4, _, 0, 0, 0, 0, ..])
}

fn was_closed(error: &hyper::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    source(error)
        .is_some_and(|error| matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof))
}

fn source(error: &hyper::Error) -> Option<&io::Error> {
    std::error::Error::source(error).and_then(|source| source.downcast_ref())
}
