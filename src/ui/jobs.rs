//! Work that takes long, on threads of its own.
//!
//! Each worker has a one-place mailbox: who scrolls through a hundred captures wants the last one read, not all hundred.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use tokio::sync::mpsc;

use super::Msg;
use super::done::Done;

/// A thread that does one kind of work. Dropping this ends it after what it is at.
pub(super) struct Worker<J> {
    mailbox: Arc<Mailbox<J>>,
}

struct Mailbox<J> {
    slot: Mutex<Slot<J>>,
    filled: Condvar,
}

struct Slot<J> {
    job: Option<J>,
    closed: bool,
}

/// Whether a newer request waits, so that the one at hand is of no use any more.
pub(super) struct Newer<'a>(&'a dyn Fn() -> bool);

#[cfg(test)]
impl<'a> Newer<'a> {
    pub(super) fn for_test(waits: &'a dyn Fn() -> bool) -> Self {
        Self(waits)
    }
}

impl Newer<'_> {
    pub(super) fn waits(&self) -> bool {
        (self.0)()
    }
}

impl<J: Send + 'static> Worker<J> {
    /// Starts the thread. `work` may give up with `None` when a newer request waits.
    pub(super) fn spawn(
        name: &str,
        done: mpsc::Sender<Done>,
        work: impl Fn(J, &Newer<'_>) -> Option<Msg> + Send + 'static,
    ) -> std::io::Result<Self> {
        let mailbox = Arc::new(Mailbox { slot: Mutex::new(Slot { job: None, closed: false }), filled: Condvar::new() });
        let inbox = mailbox.clone();
        thread::Builder::new().name(name.to_owned()).spawn(move || {
            while let Some(job) = inbox.wait() {
                let answer = survived(|| work(job, &Newer(&|| inbox.has_newer())));
                if answer.is_some_and(|msg| done.blocking_send(Done::Msg(Box::new(msg))).is_err()) {
                    return;
                }
            }
        })?;
        Ok(Self { mailbox })
    }

    /// Asks for work; a request that nobody has begun yet is forgotten.
    pub(super) fn ask(&self, job: J) {
        self.mailbox.slot().job = Some(job);
        self.mailbox.filled.notify_one();
    }
}

/// What work came to. A mistake of ours in one job must not cost all that are still to come.
fn survived(work: impl FnOnce() -> Option<Msg>) -> Option<Msg> {
    let told = || "A mistake in hookglass itself kept this from being done; what it was is told at the end.".to_owned();
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Some(Msg::Failed(told())))
}

impl<J> Drop for Worker<J> {
    fn drop(&mut self) {
        self.mailbox.slot().closed = true;
        self.mailbox.filled.notify_one();
    }
}

impl<J> Mailbox<J> {
    fn slot(&self) -> MutexGuard<'_, Slot<J>> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self) -> Option<J> {
        let nothing = |slot: &mut Slot<J>| slot.job.is_none() && !slot.closed;
        let mut slot = self.filled.wait_while(self.slot(), nothing).unwrap_or_else(PoisonError::into_inner);
        if slot.closed { None } else { slot.job.take() }
    }

    fn has_newer(&self) -> bool {
        let slot = self.slot();
        slot.job.is_some() || slot.closed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A worker that says what it was asked, but holds at its first job until told to go on.
    fn held_worker()
    -> (Worker<&'static str>, mpsc::Receiver<Done>, std::sync::mpsc::Sender<()>, std::sync::mpsc::Receiver<()>) {
        let (done, results) = mpsc::channel(8);
        let (go, gate) = std::sync::mpsc::channel();
        let (begun, has_begun) = std::sync::mpsc::channel();
        let worker = Worker::spawn("test", done, move |job: &'static str, newer| {
            if job == "first" {
                begun.send(()).unwrap();
                gate.recv().unwrap();
            }
            (!newer.waits()).then(|| Msg::Failed(job.to_owned()))
        });
        (worker.unwrap(), results, go, has_begun)
    }

    #[test]
    fn a_panic_costs_no_more_than_the_job_at_hand() {
        let (done, mut results) = mpsc::channel(8);
        let worker =
            Worker::spawn("test", done, |job: Option<&'static str>, _| Some(Msg::Failed(job.unwrap().to_owned())));
        let worker = worker.unwrap();
        let mut answer = || match results.blocking_recv() {
            Some(Done::Msg(msg)) => format!("{msg:?}"),
            _ => panic!("no answer"),
        };
        worker.ask(None);
        assert!(answer().contains("A mistake in hookglass itself"));
        worker.ask(Some("next"));
        assert_eq!(answer(), "Failed(\"next\")");
    }

    #[test]
    fn the_newest_request_wins_and_stale_ones_give_up() {
        let (worker, mut results, go, has_begun) = held_worker();
        worker.ask("first");
        has_begun.recv().unwrap();
        worker.ask("second");
        worker.ask("third");
        go.send(()).unwrap();
        let Some(Done::Msg(msg)) = results.blocking_recv() else { panic!("no answer") };
        assert_eq!(format!("{msg:?}"), "Failed(\"third\")");
        drop(worker);
        assert!(results.blocking_recv().is_none(), "the thread ends with its worker");
    }
}
