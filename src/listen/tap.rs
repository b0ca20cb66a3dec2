//! What lies between a socket and hyper: it keeps each exact head, and the time.
//!
//! hyper's own timers do not cover a sender that is silent from the start, and a head that never ends would go
//! unanswered. The tap sees every byte, so it knows what a sender is late with. It knows nothing of deliveries.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use jiff::Timestamp;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

use super::Limits;
use super::framing::{Arrived, Framing, Wait};

/// How much the first read of a connection takes.
const FIRST_READ: usize = 8192;

/// A head that did not become complete, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unfinished {
    /// It took too long.
    TimedOut,
    /// The sender closed its side of the connection.
    CutOff,
}

/// What the tap has seen, for those above hyper who want it.
#[derive(Debug)]
pub(super) struct Seen<T>(Arc<Mutex<Inner<T>>>);

#[derive(Debug)]
struct Inner<T> {
    framing: Framing,
    unfinished: Option<Unfinished>,
    left: Option<T>,
}

impl<T> Clone for Seen<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Seen<T> {
    /// The exact head of the request that hyper hands over next.
    pub(super) fn take(&self) -> Option<Arrived> {
        self.inner().framing.take()
    }

    /// What came of a head that never became complete.
    pub(super) fn take_partial(&self) -> Vec<u8> {
        self.inner().framing.take_partial()
    }

    /// Why the last head did not become complete, if one did not.
    pub(super) fn unfinished(&self) -> Option<Unfinished> {
        self.inner().unfinished
    }

    /// The socket, once those above have let go of it.
    pub(super) fn left(&self) -> Option<T> {
        self.inner().left.take()
    }

    fn inner(&self) -> MutexGuard<'_, Inner<T>> {
        // Nothing under this lock can leave the framing half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that is watched while it is read.
pub(super) struct Tap<T> {
    /// There until this is dropped.
    io: Option<T>,
    seen: Seen<T>,
    limits: Limits,
    wait: Wait,
    timer: Pin<Box<Sleep>>,
    /// Whether the socket did not take all of an answer: nothing may be written in between then.
    stuck: bool,
    /// What the first read brought beyond what was asked for; `None` until then.
    ahead: Option<Bytes>,
    /// Whether the tap has ended the connection; whoever reads on finds its end.
    over: bool,
}

impl<T: AsyncRead + AsyncWrite + Unpin> Tap<T> {
    pub(super) fn new(io: T, limits: Limits) -> Self {
        let framing = Framing::new(limits.max_head);
        let timer = Box::pin(sleep(limits.first_byte));
        let seen = Seen(Arc::new(Mutex::new(Inner { framing, unfinished: None, left: None })));
        Self { io: Some(io), seen, limits, wait: Wait::First, timer, stuck: false, ahead: None, over: false }
    }

    pub(super) fn seen(&self) -> Seen<T> {
        self.seen.clone()
    }

    /// Reads, and shows what came to the framing.
    fn poll_watched(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.over {
            return Poll::Ready(Ok(()));
        }
        let before = buf.filled().len();
        match self.io().poll_read(cx, buf) {
            Poll::Pending => return self.poll_patience(cx),
            Poll::Ready(read) => read?,
        }
        match &buf.filled()[before..] {
            [] => self.end(Unfinished::CutOff, cx),
            fresh => self.seen.inner().framing.feed(fresh, Timestamp::now()),
        }
        Poll::Ready(Ok(()))
    }

    /// The first read takes all that is there. Whoever looks for HTTP/2's preface asks for 24 bytes, and of a request
    /// that is refused on their account nothing more would ever be seen.
    fn poll_first(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut space = [0; FIRST_READ];
        let mut buf = ReadBuf::new(&mut space);
        ready!(self.poll_watched(cx, &mut buf))?;
        self.ahead = Some(Bytes::copy_from_slice(buf.filled()));
        Poll::Ready(Ok(()))
    }

    /// Pending for as long as the sender may take; then the connection is over.
    fn poll_patience(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let wait = self.seen.inner().framing.wait();
        let patience = match wait {
            Wait::First => self.limits.first_byte,
            Wait::Head(_) => self.limits.head,
            Wait::Next(_) | Wait::Frames(_) => self.limits.keep_alive,
            Wait::Nothing => return Poll::Pending,
        };
        if wait != self.wait {
            self.wait = wait;
            self.timer.as_mut().reset(Instant::now() + patience);
        }
        ready!(self.timer.as_mut().poll(cx));
        self.end(Unfinished::TimedOut, cx);
        Poll::Ready(Ok(()))
    }

    /// Ends the connection. A sender that is in the middle of a head is told: hyper would close without a word.
    fn end(&mut self, why: Unfinished, cx: &mut Context<'_>) {
        self.over = true;
        {
            let mut seen = self.seen.inner();
            if !seen.framing.is_mid_head() {
                return;
            }
            seen.unfinished = Some(why);
        }
        if !self.stuck {
            // So few bytes fit into any socket's buffer; to a sender that makes them not fit, nothing more is owed.
            let _ = self.io().poll_write(cx, why.answer());
        }
    }
}

impl Unfinished {
    /// The status its sender is answered.
    pub(super) fn status(self) -> u16 {
        match self {
            Self::TimedOut => 408,
            Self::CutOff => 400,
        }
    }

    fn answer(self) -> &'static [u8] {
        match self {
            Self::TimedOut => b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
            Self::CutOff => b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
        }
    }
}

impl<T: Unpin> Tap<T> {
    fn io(&mut self) -> Pin<&mut T> {
        Pin::new(self.io.as_mut().expect("the socket is taken only when the tap is dropped"))
    }
}

/// Whoever drops the tap ends HTTP on its connection, which need not end the connection.
impl<T> Drop for Tap<T> {
    fn drop(&mut self) {
        self.seen.inner().left = self.io.take();
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncRead for Tap<T> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.ahead.is_none() {
            ready!(self.poll_first(cx))?;
        }
        match &mut self.ahead {
            Some(ahead) if !ahead.is_empty() => {
                buf.put_slice(&ahead.split_to(ahead.len().min(buf.remaining())));
                Poll::Ready(Ok(()))
            }
            _ => self.poll_watched(cx, buf),
        }
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Tap<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = self.io().poll_write(cx, bytes);
        self.stuck = !took_all(&written, bytes.len());
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = self.io().poll_write_vectored(cx, parts);
        self.stuck = !took_all(&written, parts.iter().map(|part| part.len()).sum());
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.io.as_ref().is_some_and(T::is_write_vectored)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.io().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.io().poll_shutdown(cx)
    }
}

fn took_all(written: &Poll<io::Result<usize>>, offered: usize) -> bool {
    matches!(written, Poll::Ready(Ok(count)) if *count == offered)
}
