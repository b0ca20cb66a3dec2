//! The request path: read, conclude, keep, answer.
//!
//! It holds no lock while it waits, and waits for nothing but the sender and what the user wants it to wait for: never for
//! a reader of the store.

use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State as Extract};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use jiff::Timestamp;
use tokio::sync::{Semaphore, oneshot};
use tokio::task::spawn_blocking;

use super::framing::Arrived;
use super::hold::{Given, Silence};
use super::reply::Answer;
use super::{State, body, explain, forward};
use crate::send::Target;
use crate::store::{Capture, Conclusion, Reply, Seq};
use crate::wire::{Delivery, Head, Refusal, Version};

/// Bodies over this are concluded about on a thread of their own, so that they hold up no other connection.
const OFFLOAD: usize = 256 * 1024;

/// What a connection knows of a request beyond what hyper tells.
#[derive(Clone, Debug)]
pub(super) struct Arrival {
    pub(super) peer: SocketAddr,
    /// The head as it was on the wire; HTTP/2 has none.
    pub(super) exact: Option<Arrived>,
}

/// The listener as a service: every method, path and content type is a delivery. Without a connection of ours under it
/// (in tests) the heads are hyper's, nobody is known to have sent them, and those who should get no answer get an empty
/// one.
pub fn router(state: Arc<State>) -> Router {
    Router::new().fallback(receive).with_state(state)
}

async fn receive(Extract(state): Extract<Arc<State>>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let arrival = parts.extensions.remove::<Arrival>();
    let peer = arrival.as_ref().map(|arrival| arrival.peer);
    let arrived = arrival.and_then(|arrival| arrival.exact).unwrap_or_else(|| built(&parts));
    if state.nonces.take(&arrived.head) {
        return Given::status(StatusCode::NO_CONTENT).response;
    }
    let Arrived { head, at, leaves } = arrived;
    let received = body::read(body, asks_first(&parts), &state.limits).await;
    let closes = (leaves || received.refused.is_some()) && parts.version < axum::http::Version::HTTP_2;
    let delivery = Delivery { received_at: at, peer, head, body: received.bytes, extent: received.extent };

    let given = give(&state, delivery, received.refused).await;
    let mut response = hold_back(&state, given, parts.version).await;
    if closes {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Keeps a request, sends it on, and says what its sender is given. Only one that is to hear the answer of another waits.
async fn give(state: &Arc<State>, delivery: Delivery, refused: Option<Refusal>) -> Given {
    let path = delivery.head.path();
    let targets = state.control.targets(path);
    let relays = !targets.is_empty() && state.control.forwarding().relays();
    let given = match &refused {
        Some(refusal) => Some(Given::status(StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST))),
        None if delivery.head.method() == "CONNECT" => Some(Given::status(StatusCode::METHOD_NOT_ALLOWED)),
        None => state.control.give(path).or_else(|| (!relays).then(|| Given::answer(Answer::usual()))),
    };
    if let Some(given) = given {
        let reply = given.reply;
        keep(state.clone(), Kept { delivery, refused, reply, targets, asker: None }).await;
        return given;
    }
    let (asker, answered) = oneshot::channel();
    keep(state.clone(), Kept { delivery, refused, reply: Reply::DUE, targets, asker: Some(asker) }).await;
    // Only a mistake of ours leaves it unanswered.
    answered.await.unwrap_or_else(|_| Given::status(StatusCode::BAD_GATEWAY))
}

/// Waits until an answer is due. A sender that is never answered waits here as one of many streams of its connection;
/// over HTTP/1 it has a connection for itself, which is kept elsewhere.
async fn hold_back(state: &State, given: Given, version: axum::http::Version) -> Response {
    let mut response = given.response;
    if let Some(delay) = given.delay {
        state.control.holds().wait(delay).await;
    }
    if version == axum::http::Version::HTTP_2
        && let Some(Silence::Hang(_room)) = response.extensions().get().cloned()
    {
        state.control.holds().outwait().await;
        response.extensions_mut().insert(Silence::Drop);
    }
    response
}

/// What is kept of a request.
struct Kept {
    delivery: Delivery,
    refused: Option<Refusal>,
    reply: Reply,
    targets: Arc<[Target]>,
    /// Whoever waits for what the first target answers.
    asker: Option<forward::Asker>,
}

/// Large bodies are concluded one at a time: JSON made to be costly takes many times its own size while it is parsed.
static LARGE: Semaphore = Semaphore::const_new(1);

/// Concludes and pushes. What was begun is finished even if the sender has gone meanwhile.
async fn keep(state: Arc<State>, kept: Kept) {
    if kept.delivery.body.len() <= OFFLOAD {
        return push(&state, kept);
    }
    // In a task of its own, for the sender may hang up while others have their turn.
    let turn = async move {
        let _turn = LARGE.acquire().await;
        spawn_blocking(move || push(&state, kept)).await
    };
    // It cannot panic, and is only cancelled with the whole runtime.
    let _ = tokio::spawn(turn).await;
}

fn push(state: &Arc<State>, kept: Kept) {
    let Kept { delivery, refused, reply, targets, asker } = kept;
    let conclusion = conclude(state, &delivery);
    let wants_more = refused.is_none() && conclusion.verdict.wants_more();
    let forwarding = state.control.forwarding();
    let errands = forwarding.begin(&delivery, &targets);
    // From its first moment on a capture has the exchanges that are to come to something.
    let exchanges = errands.iter().map(|errand| Arc::new(errand.exchange().clone())).collect();
    let capture = Capture { refused, exchanges, ..Capture::new(delivery, conclusion, reply) };
    let seq = if wants_more { push_unexplained(state, capture) } else { state.store.push(capture) };
    forward::carry_out(forwarding, (&state.store, state.control.holds()), seq, errands, asker);
}

fn push_unexplained(state: &Arc<State>, capture: Capture) -> Seq {
    let (seq, begin) = state.store.push_unexplained(capture);
    if begin {
        let state = state.clone();
        spawn_blocking(move || explain::all(&state));
    }
    seq
}

/// A mistake of ours in reading a payload must not cost the delivery.
fn conclude(state: &State, delivery: &Delivery) -> Conclusion {
    let knowledge = state.knowledge.borrow().clone();
    catch_unwind(AssertUnwindSafe(|| explain::at_once(&knowledge, delivery))).unwrap_or_else(|_| Conclusion::unknown())
}

/// Whether the sender waits for a word before it sends its body.
fn asks_first(parts: &Parts) -> bool {
    parts.headers.get(header::EXPECT).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"))
}

/// The head of a request whose bytes nobody has seen: lower-case names, `:authority` as the `host` it stands for.
fn built(parts: &Parts) -> Arrived {
    let version = match parts.version {
        axum::http::Version::HTTP_2 => Version::Http2,
        axum::http::Version::HTTP_10 => Version::Http10,
        _ => Version::Http11,
    };
    let authority = parts.uri.authority().map(|authority| authority.as_str());
    let target = parts.uri.path_and_query().map(|target| target.as_str()).or(authority).unwrap_or("/");
    let mut head = Head::build(parts.method.as_str(), target, version);
    if let Some(authority) = authority.filter(|_| !parts.headers.contains_key(header::HOST)) {
        head.push("host", authority.as_bytes());
    }
    for (name, value) in &parts.headers {
        head.push(name.as_str(), value.as_bytes());
    }
    Arrived { head: head.finish(), at: Timestamp::now(), leaves: false }
}
