//! The loop of the headless faces: wait, write all that is new, flush.

use std::collections::VecDeque;
use std::future::pending;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

use super::Lines;
use crate::record::ndjson;
use crate::store::{Capture, Cursor, Handle, Query};
use crate::text;

/// How many captures are held outside of the store while they are written.
const BATCH: usize = 256;

/// How much is written at once in a burst, in bytes.
const BUFFER: usize = 64 * 1024;

/// The least time between two writes.
const REST: Duration = Duration::from_millis(5);

/// How long the end is put off for failures that are being explained just then; nothing else is waited for.
const LAST_WORD: Duration = Duration::from_secs(1);

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
    /// How long a capture that is not settled holds up those behind it; then it is written as it is known.
    pub patience: Duration,
}

impl Follow {
    /// The time that explaining a failure may take.
    pub const PATIENCE: Duration = Duration::from_secs(2);
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
    let mut writer = Writer {
        store,
        wish,
        out: BufWriter::with_capacity(BUFFER, out),
        complain,
        cursor: Cursor::default(),
        waiting: VecDeque::new(),
        since: None,
        more: false,
        last_call: None,
        written: 0,
    };
    let mut stop = pin!(stop);
    let mut time_is_up = pin!(after(wish.timeout));
    loop {
        let more = match writer.batch()? {
            Step::Ended(ended) => return Ok(ended),
            Step::Written { more } => more,
        };
        let rested = Instant::now() + REST;
        let patience = writer.since.map(|since| since + wish.patience);
        tokio::select! {
            biased;
            () = &mut stop => return writer.rest(Ended::Stopped, changed).await,
            () = &mut time_is_up => return writer.rest(Ended::TimedOut, changed).await,
            () = yield_now(), if more => {}
            () = until(patience) => {}
            () = more_after(&mut changed, rested), if !more => {}
        }
    }
}

/// Waits for the store to change, in a burst only after a rest: a wake-up and a write for every delivery would cost the
/// listener more than they give whoever reads.
async fn more_after(changed: &mut watch::Receiver<u64>, rested: Instant) {
    sleep_until(rested).await;
    // It fails only once the store is gone, which the writer holds.
    let _ = changed.changed().await;
}

async fn after(timeout: Option<Duration>) {
    match timeout {
        Some(timeout) => sleep(timeout).await,
        None => pending().await,
    }
}

async fn until(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => pending().await,
    }
}

struct Writer<'a, W: Write, C> {
    store: &'a Handle,
    wish: &'a Follow,
    out: BufWriter<W>,
    complain: C,
    cursor: Cursor,
    /// Captures taken from the store and not yet written.
    waiting: VecDeque<Arc<Capture>>,
    /// Since when the first of them holds up the others.
    since: Option<Instant>,
    /// Whether the store has more.
    more: bool,
    /// Since when it is only written what is left.
    last_call: Option<Instant>,
    written: u64,
}

enum Step {
    Ended(Ended),
    Written { more: bool },
}

impl<W: Write, C: FnMut(&str)> Writer<'_, W, C> {
    /// Writes all there is; over for that reason, unless the last of it gives a better one.
    async fn rest(&mut self, reason: Ended, mut changed: watch::Receiver<u64>) -> io::Result<Ended> {
        let last_call = *self.last_call.insert(Instant::now());
        loop {
            match self.batch()? {
                Step::Ended(ended) => return Ok(ended),
                Step::Written { more: true } => {}
                Step::Written { more: false } if self.waiting.is_empty() => return Ok(reason),
                Step::Written { more: false } => {
                    let _ = timeout_at(last_call + LAST_WORD, changed.changed()).await;
                }
            }
        }
    }

    fn batch(&mut self) -> io::Result<Step> {
        if self.waiting.is_empty() {
            self.fetch();
        } else {
            // Others may have come while the first was waited for.
            self.more = true;
        }
        let mut ended = None;
        while let Some(capture) = self.next() {
            match self.write(&capture) {
                Ok(None) => {}
                Ok(over) => {
                    ended = over;
                    break;
                }
                Err(error) => return closed(error),
            }
        }
        let more = self.waiting.is_empty() && self.more;
        match self.out.flush() {
            Ok(()) => Ok(ended.map_or(Step::Written { more }, Step::Ended)),
            Err(error) => closed(error),
        }
    }

    fn fetch(&mut self) {
        let delta = self.store.since(&mut self.cursor, BATCH);
        if delta.missed > 0 {
            let missed = usize::try_from(delta.missed).unwrap_or(usize::MAX);
            let deliveries = text::count(missed, "delivery was", "deliveries were");
            (self.complain)(&format!(
                "{deliveries} evicted before they could be printed; --capacity and --memory hold more"
            ));
        }
        self.more = delta.more;
        // Edits were made here: nobody waits for them.
        self.waiting = delta.fresh.into_iter().filter(|capture| capture.parent.is_none()).collect();
    }

    /// The next capture that can be written. One that is not settled is waited for, but not forever, and not until those
    /// behind it are lost.
    fn next(&mut self) -> Option<Arc<Capture>> {
        let first = self.waiting.front_mut()?;
        if !first.is_settled() {
            if let Some(now) = self.store.get(first.seq) {
                *first = now;
            }
            let since = *self.since.get_or_insert_with(Instant::now);
            let is_late = match self.last_call {
                None => since.elapsed() >= self.wish.patience,
                Some(last_call) => !first.is_provisional || last_call.elapsed() >= LAST_WORD,
            };
            if !first.is_settled() && !is_late && !self.store.is_waning(first.seq) {
                return None;
            }
        }
        self.since = None;
        self.waiting.pop_front()
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
