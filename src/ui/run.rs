//! The loop: the only place that waits.
//!
//! It has no tick. It sleeps until something happens, takes in all that is ready, and draws once, at most every
//! [`FRAME`], only if something visible changed. With nothing to do it is not woken at all.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossterm::event::Event;
use ratatui::layout::Size;
use tokio::sync::{mpsc, watch};

use super::done::Done;
use super::editor::{Editor, Session};
use super::signals::{Asked, Signals};
use super::terminal::Screen;
use super::world::World;
use super::{App, Draft, Edited, Effect, Facts, Keymap, Msg, Theme};
use crate::listen::{Control, Nonces};
use crate::store::{Handle, Knowledge};

/// The shortest time between two frames.
const FRAME: Duration = Duration::from_millis(16);

/// How many answers of jobs may wait to be taken in.
const ANSWERS: usize = 16;

/// What the screen needs to begin.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Where the captures are.
    pub store: Handle,
    /// What conclusions are drawn from; given another secret, the screen puts another in its place.
    pub knowledge: watch::Sender<Arc<Knowledge>>,
    /// What senders are answered and where deliveries go on to; the screen changes it while the listener goes by it.
    pub control: Control,
    /// What the screen is told once.
    pub facts: Facts,
    /// What has to be said of the settings, safe to show; said as the screen begins.
    pub remarks: Vec<String>,
    /// The addresses of our own listener, which nothing is resent to.
    pub own: Vec<SocketAddr>,
    /// By what the listener knows self-tests.
    pub nonces: Nonces,
    /// Which keys do what.
    pub keymap: Keymap,
    /// Whether to use colours.
    pub colour: bool,
}

/// So long after an editor has ended, word may still come of a ctrl-c that ended it.
const LATE: Duration = Duration::from_secs(1);

/// What to do where no editor is set.
const NO_EDITOR: &str = "No editor is set: quit, export VISUAL or EDITOR (`export EDITOR=nano`), and start again";

/// What the loop does next.
enum Next {
    Take(Box<Msg>),
    Finish(Done),
    Signal(Asked),
    ReadStore,
    Draw,
    Stop,
}

/// Shows the screen until the user quits, a signal ends the program, or `stop` does. Must be awaited on the thread that
/// it was first polled on (`block_on`), for that one owns the terminal.
pub async fn run(stage: Stage, stop: impl Future<Output = ()>) -> io::Result<()> {
    let mut signals = Signals::listen()?;
    let screen = Screen::enter()?;
    let (done, mut answers) = mpsc::channel(ANSWERS);
    let mut changed = stage.store.subscribe();
    changed.mark_changed();
    let mut stage = Running::begin(stage, screen, done)?;
    tokio::pin!(stop);
    while !stage.over {
        let (dirty, due, wakes_at, more) = (stage.dirty, stage.due, stage.app.wakes_at(), stage.more);
        // While an editor has the terminal nothing can be shown, so nothing is read that would only be shown.
        let is_ours = stage.editing.is_none();
        // In this order: who asks first for the end, then the user, then frames; the store is never so busy that
        // the others wait.
        let next = tokio::select! {
            biased;
            () = &mut stop => Next::Stop,
            asked = signals.next() => Next::Signal(asked),
            event = stage.screen.next_event(), if is_ours => event.map_or(Ok(Next::Stop), |event| event.map(of_event))?,
            Some(done) = answers.recv() => Next::Finish(done),
            () = until(Some(due)), if dirty && is_ours => Next::Draw,
            () = has_more(&mut changed, more, due), if is_ours => Next::ReadStore,
            () = until(wakes_at), if wakes_at.is_some() && is_ours => Next::Take(Box::new(Msg::TimePassed)),
        };
        stage.step(next)?;
    }
    Ok(())
}

async fn until(moment: Option<Instant>) {
    if let Some(moment) = moment {
        tokio::time::sleep_until(moment.into()).await;
    }
}

/// Comes back at once where the last slice left something, else when the store has changed; in a burst once a frame, for
/// waking at every delivery would take from the listener what no eye can see.
async fn has_more(changed: &mut watch::Receiver<u64>, more: bool, due: Instant) {
    if more {
        return;
    }
    // The change is awaited last: whatever else happens meanwhile cannot lose it.
    until(Some(due)).await;
    if changed.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}

fn of_event(event: Event) -> Next {
    let msg = match event {
        Event::Key(key) => Msg::Key(key),
        Event::Mouse(mouse) => Msg::Mouse(mouse),
        Event::Paste(text) => Msg::Pasted(text.into()),
        Event::Resize(width, height) => Msg::Resized(Size::new(width, height)),
        // Not asked for; should a terminal send them all the same, they change nothing.
        Event::FocusGained | Event::FocusLost => Msg::TimePassed,
    };
    Next::Take(Box::new(msg))
}

struct Running {
    app: App,
    screen: Screen,
    world: World,
    /// The editor that has the terminal.
    editing: Option<Session>,
    /// When an editor gave the terminal back.
    edited: Option<Instant>,
    dirty: bool,
    /// The earliest moment of the next frame.
    due: Instant,
    /// Whether the store had more than one slice.
    more: bool,
    over: bool,
}

impl Running {
    fn begin(stage: Stage, screen: Screen, done: mpsc::Sender<Done>) -> io::Result<Self> {
        let Stage { store, knowledge, control, facts, remarks, own, nonces, keymap, colour } = stage;
        let app = App::new(facts, keymap, Theme::new(colour), screen.size()?);
        let world = World::begin(store, knowledge, control, own, nonces, done)?;
        let due = Instant::now();
        let mut running =
            Self { app, screen, world, editing: None, edited: None, dirty: true, due, more: false, over: false };
        // Known from the first frame on: it is to say whose deliveries can be verified, and how they are answered.
        let known = running.world.perform(Effect::ListSecrets);
        let remarks = (!remarks.is_empty()).then(|| Msg::Remarked(remarks.join(" · ")));
        known.into_iter().chain([running.world.answering()]).chain(remarks).try_for_each(|msg| running.take(msg))?;
        Ok(running)
    }

    fn step(&mut self, next: Next) -> io::Result<()> {
        match next {
            // The terminal is the editor's: it is taken back when that has ended.
            Next::Signal(Asked::GoOn) if self.editing.is_some() => {}
            Next::Signal(Asked::Interrupt) if self.is_for_editor() => {}
            Next::Stop | Next::Signal(Asked::End | Asked::Interrupt) => self.end(),
            Next::Signal(Asked::GoOn) => self.go_on()?,
            Next::Take(msg) => self.take(*msg)?,
            Next::Finish(Done::Msg(msg)) => self.take(*msg)?,
            Next::Finish(Done::CopyThroughTerminal { label, bytes }) => {
                let (sequence, said) = self.world.clipboard().sequence(label, &bytes);
                self.screen.send(&sequence)?;
                self.take(said)?;
            }
            Next::Finish(Done::EditorClosed(edited)) => self.close_editor(edited)?,
            Next::ReadStore => {
                let delta = self.world.read();
                self.more = delta.more;
                self.take(Msg::Store(delta))?;
                self.take(self.world.answering())?;
            }
            Next::Draw => self.draw()?,
        }
        Ok(())
    }

    /// Takes in what happened, and what comes at once of what that asks for.
    fn take(&mut self, msg: Msg) -> io::Result<()> {
        let mut next = vec![msg];
        while let Some(msg) = next.pop() {
            let effects = self.app.update(msg, Instant::now());
            self.dirty |= effects.redraw;
            for effect in effects.todo {
                match effect {
                    Effect::Quit => self.over = true,
                    Effect::Redraw => self.screen.forget()?,
                    Effect::Edit(seq) => match self.world.draft(seq) {
                        Ok(draft) => next.extend(self.open_editor(draft)?),
                        Err(reason) => next.push(Msg::Failed(reason)),
                    },
                    Effect::EditAgain(draft) => next.extend(self.open_editor(draft)?),
                    Effect::Suspend => {
                        self.screen.suspend()?;
                        self.dirty = true;
                    }
                    effect => next.extend(self.world.perform(effect)),
                }
            }
        }
        Ok(())
    }

    fn go_on(&mut self) -> io::Result<()> {
        self.screen.resume()?;
        self.dirty = true;
        Ok(())
    }

    /// Lends the terminal to the editor; says why not where there is none.
    fn open_editor(&mut self, draft: Draft) -> io::Result<Option<Msg>> {
        let Some(editor) = Editor::from_env() else { return Ok(Some(Msg::Failed(NO_EDITOR.to_owned()))) };
        let (seq, name) = (draft.original.seq, editor.name());
        self.screen.lend(&format!("hookglass: #{seq} is open in `{name}`; capturing goes on meanwhile"))?;
        match self.world.open(&editor, draft) {
            Ok(session) => {
                self.editing = Some(session);
                Ok(None)
            }
            Err(problem) => {
                self.take_terminal_back()?;
                Ok(Some(Msg::Failed(format!("The editor cannot be opened: {problem}"))))
            }
        }
    }

    fn close_editor(&mut self, edited: Result<Box<Edited>, String>) -> io::Result<()> {
        self.editing = None;
        self.edited = Some(Instant::now());
        self.take_terminal_back()?;
        self.take(edited.map_or_else(Msg::Failed, Msg::Edited))
    }

    /// Whether a ctrl-c is, or was, one in the editor: in our raw terminal it is a key.
    fn is_for_editor(&self) -> bool {
        self.editing.is_some() || self.edited.is_some_and(|ended| ended.elapsed() < LATE)
    }

    fn take_terminal_back(&mut self) -> io::Result<()> {
        self.dirty = true;
        self.screen.take_back()
    }

    /// An editor that is open ends with us, and leaves a terminal that can be given back.
    fn end(&mut self) {
        self.over = true;
        if let Some(session) = self.editing.take() {
            drop(session);
            // The terminal may be what is gone.
            let _ = self.take_terminal_back();
        }
    }

    fn draw(&mut self) -> io::Result<()> {
        self.dirty = false;
        if let Some(size) = self.screen.draw(&self.app)? {
            self.take(Msg::Resized(size))?;
        }
        self.due = Instant::now() + FRAME;
        Ok(())
    }
}
