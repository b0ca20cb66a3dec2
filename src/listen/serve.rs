//! Binding the port, accepting connections, and serving each.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::Version;
use axum::response::Response;
use bytes::Bytes;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use jiff::Timestamp;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tower_service::Service;

use super::framing::Arrived;
use super::hold::Silence;
use super::limits::INLINE_HEADERS;
use super::receive::Arrival;
use super::tap::{Seen, Tap};
use super::{Limits, State, refuse, router};
use crate::store::Capture;
use crate::wire::{Delivery, Extent, Head, Refusal};

/// How long to leave a system alone that is out of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// The smallest read buffer hyper takes.
const MIN_BUFFER: usize = 8192;

/// An address that cannot be listened on.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Another program listens there.
    #[error("{0} is in use by another program; choose another port with --listen, or port 0 for any free one")]
    Taken(SocketAddr),
    /// The system reserves it.
    #[error("this user may not listen on {0}; choose a port from 1024 up with --listen")]
    Denied(SocketAddr),
    /// It is an address of some other machine.
    #[error("{0} is no address of this machine; choose another with --listen, 127.0.0.1 for this machine alone")]
    Elsewhere(SocketAddr),
    /// Something else.
    #[error("cannot listen on {0}: {1}")]
    Other(SocketAddr, io::Error),
}

/// An open port that nobody serves yet.
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    local: SocketAddr,
}

/// Opens a port. Port 0 picks a free one.
pub async fn bind(addr: SocketAddr) -> Result<Bound, BindError> {
    let describe = |error: io::Error| match error.kind() {
        io::ErrorKind::AddrInUse => BindError::Taken(addr),
        io::ErrorKind::PermissionDenied => BindError::Denied(addr),
        io::ErrorKind::AddrNotAvailable => BindError::Elsewhere(addr),
        _ => BindError::Other(addr, error),
    };
    let listener = TcpListener::bind(addr).await.map_err(describe)?;
    let local = listener.local_addr().map_err(describe)?;
    Ok(Bound { listener, local })
}

impl Bound {
    /// The address that is listened on, with the port that was picked.
    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// Serves until `shutdown` is ready; then requests under way may finish, for as long as the limits say.
    pub async fn serve(self, state: State, shutdown: impl Future<Output = ()>) {
        let farewell = state.limits.farewell;
        let room = state.limits.connections;
        let holds = state.control.holds().clone();
        let server = Arc::new(Server::new(state));
        let graceful = GracefulShutdown::new();
        // Each connection is a task of its own, so that a panic ends that one alone; dropping the set ends them all.
        let mut connections = JoinSet::new();
        let mut shutdown = pin!(shutdown);
        loop {
            tokio::select! {
                () = &mut shutdown => break,
                Some(_ended) = connections.join_next() => {}
                (stream, peer) = accept(&self.listener), if connections.len() < room => {
                    connections.spawn(server.clone().connection(stream, peer, graceful.watcher()));
                }
            }
        }
        drop(self.listener);
        holds.close();
        let _ = timeout(farewell, graceful.shutdown()).await;
    }
}

/// The next connection. A connection that cannot be accepted (it is gone again, or no file descriptor is left) must not
/// end the listener.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(_) => sleep(ACCEPT_PAUSE).await,
        }
    }
}

/// What all connections share.
struct Server {
    http: auto::Builder<TokioExecutor>,
    router: Router,
    state: Arc<State>,
}

impl Server {
    fn new(state: State) -> Self {
        let http = http(&state.limits);
        let state = Arc::new(state);
        Self { http, router: router(state.clone()), state }
    }

    async fn connection(self: Arc<Self>, stream: TcpStream, peer: SocketAddr, watcher: Watcher) {
        // An answer is one small write; waiting for more would only delay it.
        let _ = stream.set_nodelay(true);
        let tap = Tap::new(stream, self.state.limits.clone());
        let seen = tap.seen();
        let service = service_fn(|request| self.serve(request, &seen, peer));
        let connection = self.http.serve_connection(TokioIo::new(tap), service);
        let ended = watcher.watch(connection).await;
        match silence(ended.as_ref().err()) {
            Some(silence) => self.keep_silent(silence, seen.left()),
            None => self.keep_refused(&seen, peer, ended.err()),
        }
    }

    /// Holds on to a connection whose sender is not to be answered, in a task that is no connection of the listener's.
    fn keep_silent(&self, silence: Silence, connection: Option<TcpStream>) {
        if let (Silence::Hang(room), Some(connection)) = (silence, connection) {
            let holds = self.state.control.holds().clone();
            tokio::spawn(async move { holds.keep(connection, room).await });
        }
    }

    fn serve(
        &self,
        mut request: hyper::Request<Incoming>,
        seen: &Seen<TcpStream>,
        peer: SocketAddr,
    ) -> impl Future<Output = Result<Response, Silence>> + use<> {
        let is_http1 = request.version() < Version::HTTP_2;
        let exact = is_http1.then(|| seen.take()).flatten().filter(|arrived| is_of(&arrived.head, &request));
        request.extensions_mut().insert(Arrival { peer, exact });
        let answered = self.router.clone().call(request);
        async move {
            let Ok(mut response) = answered.await;
            match response.extensions_mut().remove::<Silence>() {
                Some(silence) => Err(silence),
                None => Ok(response),
            }
        }
    }

    /// Keeps what came of a request that hyper or the tap refused before there was anything to hand over.
    fn keep_refused(&self, seen: &Seen<TcpStream>, peer: SocketAddr, error: Option<Broken>) {
        let limits = &self.state.limits;
        let arrived = || {
            let partial = || Head::parse(Bytes::from(seen.take_partial().into_boxed_slice()));
            seen.take().unwrap_or_else(|| Arrived { head: partial(), at: Timestamp::now(), leaves: false })
        };
        let error = error.as_ref().and_then(|error| error.downcast_ref::<hyper::Error>());
        if let Some(why) = seen.unfinished() {
            self.push_refused(arrived(), peer, |_| refuse::unfinished(why, limits));
        } else if error.is_some_and(hyper::Error::is_parse_too_large) {
            self.push_refused(arrived(), peer, |head| refuse::too_large(head, limits));
        } else if error.is_some_and(hyper::Error::is_parse) {
            self.push_refused(arrived(), peer, |head| refuse::malformed(head.as_bytes()));
        }
    }

    fn push_refused(&self, arrived: Arrived, peer: SocketAddr, refusal: impl Fn(&Head) -> Refusal) {
        let refusal = refusal(&arrived.head);
        let Arrived { head, at, .. } = arrived;
        let extent = Extent::Cut { size: None };
        let delivery = Delivery { received_at: at, peer: Some(peer), head, body: Bytes::new(), extent };
        self.state.store.push(Capture::refused(delivery, refusal));
    }
}

/// How hyper says why a connection broke off.
type Broken = Box<dyn Error + Send + Sync>;

/// Why a sender got no answer, if that is what ended its connection.
fn silence(error: Option<&Broken>) -> Option<Silence> {
    error?.downcast_ref::<hyper::Error>()?.source()?.downcast_ref().cloned()
}

/// Whether the tap and hyper speak of the same request. They always do; if that ever proved wrong, a head without its
/// letter case would still be better than another request's.
fn is_of<B>(head: &Head, request: &Request<B>) -> bool {
    let target = head.target();
    let agrees = request.uri().path_and_query().is_none_or(|known| target.starts_with(known.as_str()));
    head.method() == request.method().as_str() && (agrees || !target.starts_with('/'))
}

/// HTTP/1 and, where a sender begins with its preface, HTTP/2. The tap keeps the time of heads and idle connections.
fn http(limits: &Limits) -> auto::Builder<TokioExecutor> {
    let mut http = auto::Builder::new(TokioExecutor::new());
    http.http1()
        .header_read_timeout(None)
        .max_buf_size(limits.max_head.max(MIN_BUFFER))
        // A sender that closes its side after the request still wants the answer.
        .half_close(true);
    if limits.max_headers != INLINE_HEADERS {
        http.http1().max_headers(limits.max_headers);
    }
    http.http2()
        .timer(TokioTimer::new())
        // Asked only while requests are under way; a peer that no longer answers is gone.
        .keep_alive_interval(limits.keep_alive / 3)
        .keep_alive_timeout(limits.keep_alive / 3)
        .max_header_list_size(u32::try_from(limits.max_head).unwrap_or(u32::MAX))
        .max_concurrent_streams(64);
    http
}
