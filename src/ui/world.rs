//! Effects, carried out: the store, the workers, the network and the clipboard behind the loop.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;

use jiff::Timestamp;
use tokio::sync::{mpsc, watch};

use super::bulk::{Bulk, BulkJob};
use super::clipboard::Clipboard;
use super::done::Done;
use super::editor::{Editor, Session};
use super::jobs::{Newer, Worker};
use super::panes::detail::why::{self, WhyJob};
use super::secrets::{self, Slot};
use super::tunnels::Tunnelling;
use super::{Answering, Child, CompareJob, Draft, Effect, Msg, ParseJob, Way, again, answering};
use crate::config::{Reply, SecretText};
use crate::listen::{Control, Nonces};
use crate::send::{self, NotSendable, Sending, Target};
use crate::store::{Cursor, Delta, Handle, Knowledge, Query, Seq};
use crate::verify::Secrets;
use crate::wire::ExchangeKind;

/// How many fresh captures are taken in at once: a burst must not keep a key waiting.
const SLICE: usize = 512;

/// How many resends can be cancelled; older ones go on to their end.
const MOST_SENDINGS: usize = 64;

/// The world as the screen sees it.
pub(super) struct World {
    store: Handle,
    knowledge: watch::Sender<Arc<Knowledge>>,
    control: Control,
    own: Vec<SocketAddr>,
    cursor: Cursor,
    parser: Worker<ParseJob>,
    answers: Worker<ParseJob>,
    filter: Worker<(u64, Query)>,
    again: Worker<Arc<Knowledge>>,
    why: Worker<WhyJob>,
    comparer: Worker<CompareJob>,
    /// Made at the first copy, for it may start a thread.
    clipboard: Option<Clipboard>,
    sendings: VecDeque<(Seq, Sending)>,
    /// The latest bulk, over or not.
    bulk: Option<Bulk>,
    tunnelling: Tunnelling,
    done: mpsc::Sender<Done>,
}

impl World {
    pub(super) fn begin(
        store: Handle,
        knowledge: watch::Sender<Arc<Knowledge>>,
        control: Control,
        own: Vec<SocketAddr>,
        nonces: Nonces,
        done: mpsc::Sender<Done>,
    ) -> io::Result<Self> {
        let parse = |name| Worker::spawn(name, done.clone(), |job, _| Some(Msg::Parsed(Box::new(super::parse(job)))));
        let (parser, answers) = (parse("parse")?, parse("parse answers")?);
        let searched = store.clone();
        let filter = Worker::spawn("filter", done.clone(), move |(generation, query), newer| {
            filtered(&searched, generation, &query, newer)
        })?;
        let (concluded, word) = (store.clone(), done.clone());
        let again = Worker::spawn("conclude", done.clone(), move |knowledge: Arc<Knowledge>, newer| {
            // Word of progress that finds no room is not worth waiting for.
            again::run(&concluded, &knowledge, newer, &|msg| drop(word.try_send(Done::Msg(Box::new(msg)))))
        })?;
        let (asked, known) = (store.clone(), knowledge.subscribe());
        let why = Worker::spawn("why", done.clone(), move |job, _| {
            Some(Msg::Explained(Box::new(why::explain_and_keep(job, &asked, &known))))
        })?;
        let held = store.clone();
        let comparer = Worker::spawn("compare", done.clone(), move |job, _| {
            Some(Msg::Compared(Box::new(super::compare(job, &held))))
        })?;
        let tunnelling = Tunnelling::new(own.first().copied(), nonces, done.clone());
        let cursor = Cursor::default();
        Ok(Self {
            store,
            knowledge,
            control,
            own,
            cursor,
            parser,
            answers,
            filter,
            again,
            why,
            comparer,
            clipboard: None,
            sendings: VecDeque::new(),
            bulk: None,
            tunnelling,
            done,
        })
    }

    /// The next slice of what has happened in the store.
    pub(super) fn read(&mut self) -> Delta {
        self.store.since(&mut self.cursor, SLICE)
    }

    /// What senders are answered and where deliveries go on to. A reply for the next few counts down with what comes into
    /// the store, so who asks after reading that needs no other word of it.
    pub(super) fn answering(&self) -> Msg {
        Msg::Answering(Answering::of(&self.control))
    }

    /// Does one thing; what is known of it at once is given back.
    pub(super) fn perform(&mut self, effect: Effect) -> Option<Msg> {
        match effect {
            Effect::Load(seq) => return Some(Msg::Loaded(seq, self.store.get(seq))),
            Effect::Parse(job) if job.is_of_answer() => self.answers.ask(job),
            Effect::Parse(job) => self.parser.ask(job),
            Effect::Compare(job) => self.comparer.ask(job),
            Effect::Explain(seq) => self.explain(seq),
            Effect::Filter { generation, query } => self.filter.ask((generation, query)),
            Effect::Resend { seq, target } => return self.resend(seq, &target),
            Effect::Judge(draft) => return self.judge(draft),
            Effect::Keep(child) => return self.keep(child),
            Effect::Resign { seq, target } => return self.resign(seq, target),
            Effect::ResendAll(job) => self.resend_all(job),
            Effect::StopAll => self.bulk.iter().for_each(Bulk::stop),
            Effect::Cancel(seq) => return self.cancel(seq),
            Effect::Pin(seq, pinned) => {
                return Some(Msg::Pinned(seq, self.store.set_pinned(seq, pinned).map(|()| pinned)));
            }
            Effect::Drop(seq) => {
                self.store.remove(seq);
            }
            Effect::Clear => self.store.clear(),
            Effect::Copy { label, bytes } => self.clipboard().copy(label, bytes),
            Effect::ListSecrets => return Some(self.known_secrets()),
            Effect::ReadSecret(slot, text) => return self.read_secret(slot, text),
            Effect::PutSecret(Slot { whose, at }, secret) => {
                return Some(self.change_secrets(|secrets| secrets.put(whose, at, secret)));
            }
            Effect::DropSecret(Slot { whose, at }) => {
                return Some(self.change_secrets(|secrets| secrets.remove(whose, at)));
            }
            Effect::SetReply(reply) => return self.set_reply(reply),
            Effect::SetForward(targets) => return Some(answering::set_forward(&self.control, targets)),
            Effect::AskAgents { but } => self.tunnelling.ask(&but),
            Effect::TryUrl { id, url } => self.tunnelling.try_url(id, url),
            Effect::StopTrying => self.tunnelling.stop(),
            Effect::Edit(_) | Effect::EditAgain(_) | Effect::Suspend | Effect::Redraw | Effect::Quit => {}
        }
        None
    }

    pub(super) fn clipboard(&mut self) -> &Clipboard {
        self.clipboard.get_or_insert_with(|| Clipboard::from_env(self.done.clone()))
    }

    fn resend(&mut self, seq: Seq, target: &Target) -> Option<Msg> {
        let Some(capture) = self.store.get(seq) else {
            return Some(Msg::Failed(format!("#{seq} is no longer held")));
        };
        match send::resend(&self.store, &capture, target, ExchangeKind::Resend, &self.own) {
            Ok(sending) => {
                self.sendings.truncate(MOST_SENDINGS - 1);
                self.sendings.push_front((seq, sending));
                None
            }
            Err(error) => Some(Msg::Failed(format!("#{seq} was not sent: {error}"))),
        }
    }

    /// The text of a capture, for the editor.
    pub(super) fn draft(&self, seq: Seq) -> Result<Draft, String> {
        let capture = self.store.get(seq).ok_or_else(|| format!("#{seq} is no longer held"))?;
        Draft::of(capture).map_err(|reason| format!("#{seq} cannot be edited: {reason}"))
    }

    /// Opens a text in an editor; what comes of it is judged before anybody is told.
    pub(super) fn open(&self, editor: &Editor, draft: Draft) -> io::Result<Session> {
        let (done, knowledge) = (self.done.clone(), self.knowledge.borrow().clone());
        editor.open(draft, move |read| {
            let edited = read.map(|draft| Box::new(draft.judge(&knowledge)));
            // Nobody is left to be told once the screen is gone.
            let _ = done.blocking_send(Done::EditorClosed(edited));
        })
    }

    /// Says once more what a text is.
    fn judge(&self, draft: Draft) -> Option<Msg> {
        let knowledge = self.knowledge.borrow().clone();
        self.aside("The edit cannot be read", move || Msg::Judged(Box::new(draft.judge(&knowledge))))
    }

    /// Makes an edit a capture of its own.
    fn keep(&self, child: Child) -> Option<Msg> {
        let (seq, store, knowledge) = (child.parent.seq, self.store.clone(), self.knowledge.borrow().clone());
        if child.target.is_one_of(&self.own) {
            let refused = NotSendable::Loop(child.target.to_string());
            return Some(Msg::Failed(format!("#{seq} was not sent: {refused}")));
        }
        self.aside("The edit cannot be kept", move || match child.capture(&knowledge, Timestamp::now()) {
            Ok(capture) => Msg::Kept { seq: store.push(capture), target: child.target },
            Err(refused) => Msg::Failed(format!("#{seq} cannot be signed: {refused}")),
        })
    }

    fn resign(&self, seq: Seq, target: Target) -> Option<Msg> {
        let Some(parent) = self.store.get(seq) else {
            return Some(Msg::Failed(format!("#{seq} is no longer held")));
        };
        if let Some(refusal) = &parent.refused {
            let refused = NotSendable::Refused { status: refusal.status };
            return Some(Msg::Failed(format!("#{seq} was not sent: {refused}")));
        }
        self.keep(Child { delivery: parent.delivery.clone(), parent, way: Way::Signed, target })
    }

    fn resend_all(&mut self, job: BulkJob) {
        self.bulk = Some(Bulk::begin(job, self.store.clone(), self.own.clone(), self.done.clone()));
    }

    /// What is no longer held needs no reasons.
    fn explain(&self, seq: Seq) {
        if let Some(capture) = self.store.get(seq) {
            self.why.ask(WhyJob { capture, knowledge: self.knowledge.borrow().clone() });
        }
    }

    fn known_secrets(&self) -> Msg {
        Msg::Secrets(secrets::known(&self.knowledge.borrow()))
    }

    /// Its file may be one that never ends.
    fn read_secret(&self, slot: Slot, text: SecretText) -> Option<Msg> {
        self.aside("The secret cannot be read", move || {
            Msg::SecretRead(slot, secrets::read(&text).map_err(|problem| problem.to_string()))
        })
    }

    /// What comes from now on is concluded with other secrets, and what is held once more.
    fn change_secrets(&self, change: impl FnOnce(&mut Secrets)) -> Msg {
        let mut knowledge = Knowledge::clone(&self.knowledge.borrow());
        knowledge.change_secrets(change);
        let knowledge = Arc::new(knowledge);
        self.knowledge.send_replace(knowledge.clone());
        self.again.ask(knowledge);
        self.known_secrets()
    }

    /// Only a body that is in a file may keep anyone waiting.
    fn set_reply(&self, reply: Option<Reply>) -> Option<Msg> {
        if !reply.as_ref().is_some_and(answering::reads_file) {
            return Some(answering::set_reply(&self.control, reply));
        }
        let control = self.control.clone();
        self.aside("The body cannot be read", move || answering::set_reply(&control, reply))
    }

    /// Does what may wait for a disk or take its time, on a thread of its own; what comes of it is told later.
    fn aside(&self, otherwise: &str, work: impl FnOnce() -> Msg + Send + 'static) -> Option<Msg> {
        let done = self.done.clone();
        let work = move || {
            // Nobody is left to be told once the screen is gone.
            let _ = done.blocking_send(Done::Msg(Box::new(work())));
        };
        let failed = thread::Builder::new().name("aside".to_owned()).spawn(work).err();
        failed.map(|problem| Msg::Failed(format!("{otherwise}: {problem}")))
    }

    fn cancel(&mut self, seq: Seq) -> Option<Msg> {
        let (of_it, others): (VecDeque<_>, _) = self.sendings.drain(..).partition(|(sent, _)| *sent == seq);
        self.sendings = others;
        let nothing = of_it.is_empty();
        of_it.into_iter().for_each(|(_, sending)| sending.cancel());
        nothing.then(|| Msg::Failed(format!("No resend of #{seq} waits for an answer")))
    }
}

fn filtered(store: &Handle, generation: u64, query: &Query, newer: &Newer<'_>) -> Option<Msg> {
    let mut seqs = Vec::new();
    for capture in store.all() {
        if newer.waits() {
            return None;
        }
        if query.matches(&capture) {
            seqs.push(capture.seq);
        }
    }
    Some(Msg::Filtered { generation, seqs })
}
