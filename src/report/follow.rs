//! The loop of the headless faces: wait, write all that is new, flush.

use std::future::pending;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::pin::pin;
use std::time::Duration;

use tokio::sync::watch::{self, error::RecvError};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep, sleep_until};

use super::Lines;
use crate::record::ndjson;
use crate::store::{Capture, Cursor, Handle, Query};
use crate::text;

/// How many captures are held outside of the store while they are written.
const BATCH: usize = 256;

/// The least time between two writes.
const REST: Duration = Duration::from_millis(5);

/// What is written, and when that is over.
#[derive(Clone, Debug)]
pub struct Follow {
    /// What a capture is written as.
    pub format: Format,
    /// Write these only.
    pub only: Option<Query>,
    /// Over at the first capture that matches, written or not.
    pub until: Option<Query>,
    /// Over after so many were written.
    pub count: Option<u64>,
    /// Over after that time.
    pub timeout: Option<Duration>,
}

/// What captures are written as.
#[derive(Clone, Debug)]
pub enum Format {
    /// A line for people.
    Lines(Lines),
    /// A record for programs.
    Ndjson,
}

/// Why it was over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// So many as wanted were written.
    Counted,
    /// The awaited capture came.
    Matched,
    /// The time was up.
    TimedOut,
    /// It was told to stop; what had come until then was written.
    Stopped,
    /// Whoever read what is written is gone.
    Closed,
}

/// Writes captures as they come, beginning with those the store holds. `complain` is told what could not be written.
pub async fn follow(
    store: &Handle,
    wish: &Follow,
    out: impl Write,
    complain: impl FnMut(&str),
    stop: impl Future<Output = ()>,
) -> io::Result<Ended> {
    let mut changed = store.subscribe();
    let mut writer = Writer { store, wish, out: BufWriter::new(out), complain, cursor: Cursor::default(), written: 0 };
    let mut stop = pin!(stop);
    let mut time_is_up = pin!(after(wish.timeout));
    loop {
        let more = match writer.batch()? {
            Step::Ended(ended) => return Ok(ended),
            Step::Written { more } => more,
        };
        let rested = Instant::now() + REST;
        tokio::select! {
            biased;
            () = &mut stop => return writer.rest(Ended::Stopped),
            () = &mut time_is_up => return writer.rest(Ended::TimedOut),
            () = yield_now(), if more => {}
            gone = more_after(&mut changed, rested), if !more => if gone.is_err() { return writer.rest(Ended::Stopped) },
        }
    }
}

/// Waits for the store to change, in a burst only after a rest: a wake-up and a write for every delivery would cost the
/// listener more than they give whoever reads.
async fn more_after(changed: &mut watch::Receiver<u64>, rested: Instant) -> Result<(), RecvError> {
    sleep_until(rested).await;
    changed.changed().await
}

async fn after(timeout: Option<Duration>) {
    match timeout {
        Some(timeout) => sleep(timeout).await,
        None => pending().await,
    }
}

struct Writer<'a, W: Write, C> {
    store: &'a Handle,
    wish: &'a Follow,
    out: BufWriter<W>,
    complain: C,
    cursor: Cursor,
    written: u64,
}

enum Step {
    Ended(Ended),
    Written { more: bool },
}

impl<W: Write, C: FnMut(&str)> Writer<'_, W, C> {
    /// Writes all there is; over for that reason, unless the last of it gives a better one.
    fn rest(&mut self, reason: Ended) -> io::Result<Ended> {
        loop {
            match self.batch()? {
                Step::Ended(ended) => return Ok(ended),
                Step::Written { more: false } => return Ok(reason),
                Step::Written { more: true } => {}
            }
        }
    }

    fn batch(&mut self) -> io::Result<Step> {
        let delta = self.store.since(&mut self.cursor, BATCH);
        if delta.missed > 0 {
            let missed = usize::try_from(delta.missed).unwrap_or(usize::MAX);
            let deliveries = text::count(missed, "delivery was", "deliveries were");
            (self.complain)(&format!(
                "{deliveries} evicted before they could be printed; --capacity and --memory hold more"
            ));
        }
        let mut ended = None;
        for capture in &delta.fresh {
            match self.write(capture) {
                Ok(None) => {}
                Ok(over) => {
                    ended = over;
                    break;
                }
                Err(error) => return closed(error),
            }
        }
        match self.out.flush() {
            Ok(()) => Ok(ended.map_or(Step::Written { more: delta.more }, Step::Ended)),
            Err(error) => closed(error),
        }
    }

    fn write(&mut self, capture: &Capture) -> io::Result<Option<Ended>> {
        if self.wish.only.as_ref().is_none_or(|only| only.matches(capture)) {
            match &self.wish.format {
                Format::Lines(lines) => lines.write(&mut self.out, capture)?,
                Format::Ndjson => ndjson::write(&mut self.out, capture)?,
            }
            self.written += 1;
        }
        let matched = self.wish.until.as_ref().is_some_and(|until| until.matches(capture));
        let counted = self.wish.count.is_some_and(|count| self.written >= count);
        Ok(if matched { Some(Ended::Matched) } else { counted.then_some(Ended::Counted) })
    }
}

/// A reader that has seen enough is no error.
fn closed(error: io::Error) -> io::Result<Step> {
    if error.kind() == ErrorKind::BrokenPipe { Ok(Step::Ended(Ended::Closed)) } else { Err(error) }
}
