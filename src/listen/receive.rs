//! The request path: read, conclude, keep, answer.
//!
//! It takes one lock once, waits for nothing but the sender, and never for a reader of the store.

use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State as Extract};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use jiff::Timestamp;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::framing::Arrived;
use super::reply::Answer;
use super::{State, body, explain};
use crate::store::{Capture, Conclusion, Reply};
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
/// (in tests) the heads are hyper's, and nobody is known to have sent them.
pub fn router(state: Arc<State>) -> Router {
    Router::new().fallback(receive).with_state(state)
}

async fn receive(Extract(state): Extract<Arc<State>>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let arrival = parts.extensions.remove::<Arrival>();
    let peer = arrival.as_ref().map(|arrival| arrival.peer);
    let arrived = arrival.and_then(|arrival| arrival.exact).unwrap_or_else(|| built(&parts));
    if state.nonces.take(&arrived.head) {
        return plain(StatusCode::NO_CONTENT);
    }
    let leaves = arrived.leaves;

    let received = body::read(body, asks_first(&parts), &state.limits).await;
    let mut response = match &received.refused {
        Some(refusal) => plain(StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST)),
        None if parts.method == Method::CONNECT => plain(StatusCode::METHOD_NOT_ALLOWED),
        None => match state.control.orders(arrived.head.path()).reply {
            Some(rule) => rule.answer().response(),
            None => Answer::default().response(),
        },
    };
    if (leaves || received.refused.is_some()) && parts.version < axum::http::Version::HTTP_2 {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    let reply = Reply::of(response.status().as_u16());
    let Arrived { head, at, .. } = arrived;
    let delivery = Delivery { received_at: at, peer, head, body: received.bytes, extent: received.extent };
    keep(state, delivery, received.refused, reply).await;
    response
}

/// Large bodies are concluded one at a time: JSON made to be costly takes many times its own size while it is parsed.
static LARGE: Semaphore = Semaphore::const_new(1);

/// Concludes and pushes. What was begun is finished even if the sender has gone meanwhile.
async fn keep(state: Arc<State>, delivery: Delivery, refused: Option<Refusal>, reply: Reply) {
    let large = delivery.body.len() > OFFLOAD;
    let work = move || {
        let conclusion = conclude(&state, &delivery);
        let wants_more = refused.is_none() && conclusion.verdict.wants_more();
        let capture = Capture { refused, ..Capture::new(delivery, conclusion, reply) };
        if !wants_more {
            state.store.push(capture);
        } else if state.store.push_unexplained(capture) {
            spawn_blocking(move || explain::all(&state));
        }
    };
    if large {
        // In a task of its own, for the sender may hang up while others have their turn.
        let turn = async {
            let _turn = LARGE.acquire().await;
            spawn_blocking(work).await
        };
        // It cannot panic, and is only cancelled with the whole runtime.
        let _ = tokio::spawn(turn).await;
    } else {
        work();
    }
}

/// A mistake of ours in reading a payload must not cost the delivery.
fn conclude(state: &State, delivery: &Delivery) -> Conclusion {
    let knowledge = state.knowledge.borrow().clone();
    catch_unwind(AssertUnwindSafe(|| knowledge.conclude(delivery))).unwrap_or_else(|_| Conclusion::unknown())
}

fn plain(status: StatusCode) -> Response {
    let mut response = Response::default();
    *response.status_mut() = status;
    response
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
