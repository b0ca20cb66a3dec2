//! Senders that are kept waiting on purpose, or never answered.
//!
//! It is meant for them alone: only so many wait at once, those that are never answered no longer count among the
//! listener's connections, and nothing of it holds the program back when it ends.

use std::fmt;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use axum::response::Response;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::timeout;

use super::reply::Answer;
use crate::store::{Heard, Reply};

/// How many senders may be kept waiting at once: half as many as the listener has connections.
pub(super) const MOST: usize = 256;

/// How long a sender that is never answered is kept.
const LONGEST: Duration = Duration::from_secs(600);

/// What a sender is given, and what is said of it.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) reply: Reply,
    pub(super) response: Response,
    /// How long it is held back.
    pub(super) delay: Option<Delay>,
}

/// A wait, and the right to it.
#[derive(Debug)]
pub(super) struct Delay {
    span: Duration,
    _room: OwnedSemaphorePermit,
}

/// Why a sender gets no answer. It travels in a response that is never written.
#[derive(Clone, Debug)]
pub(super) enum Silence {
    /// Its connection is kept for a while.
    Hang(Arc<OwnedSemaphorePermit>),
    /// Its connection is closed, or its stream reset.
    Drop,
}

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the sender gets no answer, as was asked for")
    }
}

impl std::error::Error for Silence {}

impl Given {
    /// An answer of ours.
    pub(super) fn answer(answer: &Answer) -> Self {
        Self { reply: Reply::of(answer.status().as_u16()), response: answer.response(), delay: None }
    }

    /// A status without a body.
    pub(super) fn status(status: StatusCode) -> Self {
        let mut response = Response::default();
        *response.status_mut() = status;
        Self { reply: Reply::of(status.as_u16()), response, delay: None }
    }

    /// An answer of whom the delivery was forwarded to.
    pub(super) fn relayed(response: Response) -> Self {
        let reply = Reply { heard: Heard::Relayed(response.status().as_u16()), delay_ms: 0 };
        Self { reply, response, delay: None }
    }

    /// No answer.
    pub(super) fn silence(silence: Silence) -> Self {
        let heard = match silence {
            Silence::Hang(_) => Heard::Hang,
            Silence::Drop => Heard::Drop,
        };
        let mut response = Response::default();
        response.extensions_mut().insert(silence);
        Self { reply: Reply { heard, delay_ms: 0 }, response, delay: None }
    }
}

/// The senders that are kept waiting. Clones share them.
#[derive(Clone, Debug)]
pub(super) struct Holds {
    room: Arc<Semaphore>,
    closing: watch::Sender<bool>,
}

impl Default for Holds {
    fn default() -> Self {
        Self { room: Arc::new(Semaphore::new(MOST)), closing: watch::Sender::new(false) }
    }
}

impl Holds {
    /// Holds an answer back for so long; one that finds no room is given at once.
    pub(super) fn delayed(&self, mut given: Given, span: Duration) -> Given {
        if span.is_zero() {
            return given;
        }
        if let Ok(room) = self.room.clone().try_acquire_owned() {
            given.reply.delay_ms = u32::try_from(span.as_millis()).unwrap_or(u32::MAX);
            given.delay = Some(Delay { span, _room: room });
        }
        given
    }

    /// Keeps a sender without an answer; one that finds no room is dropped.
    pub(super) fn hang(&self) -> Given {
        match self.room.clone().try_acquire_owned() {
            Ok(room) => Given::silence(Silence::Hang(Arc::new(room))),
            Err(_) => Given::silence(Silence::Drop),
        }
    }

    /// Waits until an answer is due.
    pub(super) async fn wait(&self, delay: Delay) {
        self.for_at_most(delay.span, pending()).await;
    }

    /// Waits for as long as a sender is kept that is never answered.
    pub(super) async fn outwait(&self) {
        self.for_at_most(LONGEST, pending()).await;
    }

    /// Keeps a connection without an answer until its sender has closed it.
    pub(super) async fn keep(&self, mut connection: impl AsyncRead + Unpin, _room: Arc<OwnedSemaphorePermit>) {
        let mut unread = [0; 1024];
        let gone = async { while connection.read(&mut unread).await.is_ok_and(|count| count > 0) {} };
        self.for_at_most(LONGEST, gone).await;
    }

    /// Lets all of them go.
    pub(super) fn close(&self) {
        self.closing.send_replace(true);
    }

    async fn for_at_most(&self, span: Duration, end: impl Future<Output = ()>) {
        let mut closing = self.closing.subscribe();
        tokio::select! {
            _ = timeout(span, end) => {}
            _ = closing.wait_for(|closing| *closing) => {}
        }
    }
}
