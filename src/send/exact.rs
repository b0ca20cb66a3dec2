//! Exact heads in both directions, below hyper.
//!
//! hyper frames bodies and parses answers well, but prints heads its own way and forgets the letter case and order of
//! those it reads. So this stands between it and the socket: the head hyper writes is swallowed and ours goes out in its
//! place, and the head of the answer is noted as it passes.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Instant;

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The largest head of an answer, in bytes.
pub(super) const MAX_HEAD: usize = 64 * 1024;

const HEAD_END: &[u8] = b"\r\n\r\n";

/// A socket for one request: writes `head` where hyper writes its own, and notes the head of the answer.
pub(super) struct Exact<T> {
    io: T,
    head: Bytes,
    swap: Swap,
    heard: Heard,
}

/// How far the swap of heads has come.
#[derive(Clone, Copy)]
enum Swap {
    /// hyper is writing its own head; so many bytes of its end have been seen.
    Swallowing(usize),
    /// Ours goes out.
    Writing,
    /// What follows is the body.
    Done,
}

/// What has been heard of the answer; shared between the socket and whoever waits for the answer.
#[derive(Clone, Default)]
pub(super) struct Heard(Arc<Mutex<Note>>);

#[derive(Default)]
struct Note {
    first_byte: Option<Instant>,
    /// The head of the answer, or what has come of it.
    head: Vec<u8>,
    /// How much of it has been looked through for its end.
    seen: usize,
    complete: bool,
    /// How many interim answers came before it.
    interim: usize,
    /// How many bytes of the request's body have gone out.
    body_sent: usize,
}

impl Heard {
    /// When the first byte came.
    pub(super) fn first_byte(&self) -> Option<Instant> {
        self.note().first_byte
    }

    /// The head of the answer, or what came of it.
    pub(super) fn head(&self) -> Bytes {
        Bytes::copy_from_slice(&self.note().head)
    }

    /// How many interim answers (1xx) came before it.
    pub(super) fn interim(&self) -> usize {
        self.note().interim
    }

    /// How many bytes of the request's body have gone out.
    pub(super) fn body_sent(&self) -> usize {
        self.note().body_sent
    }

    /// Counts what was written of the request's body.
    fn count(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(bytes)) = written {
            self.note().body_sent += bytes;
        }
        written
    }

    fn note(&self) -> MutexGuard<'_, Note> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Note {
    fn take(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        self.first_byte.get_or_insert_with(Instant::now);
        if self.complete || self.is_too_long() {
            return;
        }
        self.head.extend_from_slice(bytes);
        self.skip_interim();
    }

    fn is_too_long(&self) -> bool {
        self.head.len() > MAX_HEAD
    }

    /// Lets go of interim answers, all that have come at once: a flood of them must not cost more than reading it.
    fn skip_interim(&mut self) {
        let mut start = 0;
        while let Some(end) = head_end(&self.head, start, self.seen.max(start)) {
            if !is_interim(&self.head[start..end]) {
                self.complete = true;
                self.head.truncate(end);
                break;
            }
            self.interim += 1;
            start = end;
        }
        self.head.drain(..start);
        self.seen = self.head.len();
    }
}

/// Where the head that begins at `start` ends; empty lines may come before it. It is known not to end before `seen`.
fn head_end(bytes: &[u8], start: usize, seen: usize) -> Option<usize> {
    let text = start + bytes[start..].len() - bytes[start..].trim_ascii_start().len();
    // The end may have begun in what was seen.
    let from = seen.saturating_sub(HEAD_END.len()).max(text).min(bytes.len());
    memchr::memchr_iter(b'\n', &bytes[from..]).map(|at| from + at + 1).find_map(|next| match &bytes[next..] {
        [b'\n', ..] => Some(next + 1),
        [b'\r', b'\n', ..] => Some(next + 2),
        _ => None,
    })
}

/// Whether a final answer is still to come after this head (RFC 9110, section 15.2).
fn is_interim(head: &[u8]) -> bool {
    let status = head.trim_ascii_start().get(8..).unwrap_or_default();
    status.starts_with(b" 1") && !status.starts_with(b" 101")
}

impl<T> Exact<T> {
    pub(super) fn new(io: T, head: Bytes, heard: Heard) -> Self {
        Self { io, head, swap: Swap::Swallowing(0), heard }
    }

    /// Takes bytes of hyper's head; how many of them there were.
    fn swallow(&mut self, mut seen: usize, bytes: &[u8]) -> usize {
        for (at, byte) in bytes.iter().enumerate() {
            seen = match *byte {
                byte if byte == HEAD_END[seen] => seen + 1,
                b'\r' => 1,
                _ => 0,
            };
            if seen == HEAD_END.len() {
                self.swap = Swap::Writing;
                return at + 1;
            }
        }
        self.swap = Swap::Swallowing(seen);
        bytes.len()
    }
}

impl<T: AsyncWrite + Unpin> Exact<T> {
    /// Writes what is left of our head once it is its turn.
    fn poll_head(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while matches!(self.swap, Swap::Writing) {
            if self.head.is_empty() {
                self.swap = Swap::Done;
                break;
            }
            match ready!(Pin::new(&mut self.io).poll_write(cx, &self.head))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => self.head.advance(written),
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Exact<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if let Swap::Swallowing(seen) = self.swap {
            return Poll::Ready(Ok(self.swallow(seen, bytes)));
        }
        ready!(self.poll_head(cx))?;
        let written = Pin::new(&mut self.io).poll_write(cx, bytes);
        self.heard.count(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if matches!(self.swap, Swap::Done) {
            let written = Pin::new(&mut self.io).poll_write_vectored(cx, parts);
            return self.heard.count(written);
        }
        let first = parts.iter().find(|part| !part.is_empty());
        self.poll_write(cx, first.map_or(&[], |part| part))
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_head(cx))?;
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_head(cx))?;
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Exact<T> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.io).poll_read(cx, buf))?;
        let mut note = self.heard.note();
        note.take(&buf.filled()[before..]);
        // hyper's own bound is one of its buffer, which may have grown past it.
        Poll::Ready(if note.is_too_long() { Err(io::ErrorKind::InvalidData.into()) } else { Ok(()) })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    fn heard(parts: &[&[u8]]) -> Bytes {
        let heard = Heard::default();
        parts.iter().for_each(|part| heard.note().take(part));
        heard.head()
    }

    #[test]
    fn the_head_of_the_final_answer_is_noted_exactly() {
        let cases: [(&[&[u8]], &[u8]); 5] = [
            (&[b"HTTP/1.1 200 OK\r\nX-A: 1\r\n\r\nbody\r\n\r\n"], b"HTTP/1.1 200 OK\r\nX-A: 1\r\n\r\n"),
            (&[b"HTTP/1.1 204 No", b" Content\r\n\r", b"\n"], b"HTTP/1.1 204 No Content\r\n\r\n"),
            (
                &[b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 x\r\nLink: y\r\n\r", b"\nHTTP/1.1 200 OK\r\n\r\n"],
                b"HTTP/1.1 200 OK\r\n\r\n",
            ),
            (&[b"\r\n\r\nHTTP/1.0 500 x\nA: b\n\nrest"], b"\r\n\r\nHTTP/1.0 500 x\nA: b\n\n"),
            (&[b"HTTP/1.1 101 x\r\n\r\n"], b"HTTP/1.1 101 x\r\n\r\n"),
        ];
        for (parts, expected) in cases {
            assert_eq!(heard(parts), expected, "{}", String::from_utf8_lossy(expected));
        }
    }

    #[test]
    fn a_head_without_end_is_noted_within_bounds() {
        let heard = Heard::default();
        let part = [b'a'; 8192];
        (0..1000).for_each(|_| heard.note().take(&part));
        assert!(heard.head().len() <= MAX_HEAD + part.len());
    }

    proptest! {
        #[test]
        fn the_heads_are_swapped_however_the_writes_are_cut(cuts in prop::collection::vec(1_usize..40, 1..20)) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let written = runtime.block_on(async {
                let (near, mut far) = tokio::io::duplex(7);
                let theirs = b"POST / HTTP/1.1\r\ncontent-length: 8\r\n\r\nbo\r\n\r\ndy".to_vec();
                let write = async move {
                    let mut exact = Exact::new(near, Bytes::from_static(b"OURS\r\n\r\n"), Heard::default());
                    let mut rest = &theirs[..];
                    for cut in cuts.into_iter().cycle() {
                        let (part, after) = rest.split_at(cut.min(rest.len()));
                        exact.write_all(part).await.unwrap();
                        rest = after;
                        if rest.is_empty() { break }
                    }
                    exact.shutdown().await.unwrap();
                };
                let mut written = Vec::new();
                let (_, read) = tokio::join!(write, far.read_to_end(&mut written));
                read.unwrap();
                written
            });
            prop_assert_eq!(&written[..], b"OURS\r\n\r\nbo\r\n\r\ndy");
        }
    }
}
