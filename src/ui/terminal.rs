//! Taking the terminal, and giving it back in every case.
//!
//! ratatui's own hook leaves mouse reports and bracketed paste on after a panic; ours undoes all that [`Screen::enter`]
//! did. A panic on another thread (of one connection, say) does not end the program, so it must not touch the screen:
//! its message is set aside and printed when the screen is gone.

use std::fmt::Write as _;
use std::io::{self, BufWriter, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once, PoisonError};
use std::time::Duration;
use std::{panic, thread};

use crossterm::cursor::Show;
use crossterm::event::{self, DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, Event, EventStream};
use crossterm::style::Print;
use crossterm::terminal::{
    self, BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
};
use crossterm::{execute, queue};
use futures_util::StreamExt;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::{Position, Rect, Size};
use rustix::termios::{OptionalActions, QueueSelector, Termios, tcflush, tcgetattr, tcsetattr};

use super::App;

/// Buttons and the wheel, with coordinates of any size. Not every move of the pointer: that would wake us for nothing.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1006h";

/// A frame goes out in one piece.
const FRAME_BUFFER: usize = 64 * 1024;

/// What panics on other threads say is kept up to this size in bytes.
const MOST_SET_ASIDE: usize = 16 * 1024;

/// Whether the terminal is ours now.
static TAKEN: AtomicBool = AtomicBool::new(false);
static HOOK: Once = Once::new();
static SET_ASIDE: Mutex<String> = Mutex::new(String::new());

/// The terminal while it is ours; dropping this gives it back.
pub(super) struct Screen {
    terminal: Terminal<CrosstermBackend<BufWriter<Stdout>>>,
    /// What the user does; always there but while one is made anew.
    events: Option<EventStream>,
    /// The terminal's settings when it was lent.
    lent: Option<Termios>,
}

impl Screen {
    /// Takes the terminal. To be used from one thread, the one that calls this.
    pub(super) fn enter() -> io::Result<Self> {
        install_hook();
        take()?;
        let writer = BufWriter::with_capacity(FRAME_BUFFER, io::stdout());
        let terminal = Terminal::new(CrosstermBackend::new(writer)).inspect_err(|_| give_back())?;
        Ok(Self { terminal, events: Some(EventStream::new()), lent: None })
    }

    /// The size of the terminal now.
    pub(super) fn size(&self) -> io::Result<Size> {
        self.terminal.size()
    }

    /// The next thing that the user does. Not to be asked for while the terminal is lent.
    pub(super) async fn next_event(&mut self) -> Option<io::Result<Event>> {
        match &mut self.events {
            Some(events) => events.next().await,
            None => None,
        }
    }

    /// Draws the app as it is. Gives the terminal's size instead where the app has not heard of it yet.
    pub(super) fn draw(&mut self, app: &App) -> io::Result<Option<Size>> {
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        let mut other_size = None;
        self.terminal.draw(|frame| {
            let size = frame.area().as_size();
            if size != app.size() {
                other_size = Some(size);
            } else if let Some(cursor) = super::draw(app, frame.buffer_mut()) {
                frame.set_cursor_position(cursor);
            }
        })?;
        execute!(self.terminal.backend_mut(), EndSynchronizedUpdate)?;
        Ok(other_size)
    }

    /// Forgets what is on screen, so that the next frame draws all of it.
    ///
    /// Not with `Terminal::clear`: that asks the terminal for its cursor, and the answer goes to whoever reads the keys.
    pub(super) fn forget(&mut self) -> io::Result<()> {
        let size = self.size()?;
        self.terminal.resize(Rect::from((Position::ORIGIN, size)))
    }

    /// Sends the terminal a sequence that shows nothing.
    pub(super) fn send(&mut self, sequence: &str) -> io::Result<()> {
        execute!(self.terminal.backend_mut(), Print(sequence))
    }

    /// Stops as a program of the shell does; returns when it goes on.
    pub(super) fn suspend(&mut self) -> io::Result<()> {
        give_back();
        // The whole job, so that whatever started us stops too.
        rustix::process::kill_current_process_group(rustix::process::Signal::TSTP)?;
        self.resume()
    }

    /// Gives the terminal to another program, with a remark for those that show nothing there.
    pub(super) fn lend(&mut self, remark: &str) -> io::Result<()> {
        give_back();
        self.stop_reading();
        self.lent = tcgetattr(io::stdin()).ok();
        execute!(io::stdout(), Print(remark), Print("\n"))
    }

    /// Takes back what was lent. Whatever was typed until then was not meant for us.
    pub(super) fn take_back(&mut self) -> io::Result<()> {
        if let Some(settings) = self.lent.take() {
            // A program that crashed leaves them as it used them, and ours are kept from what is found here.
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &settings);
        }
        self.resume()?;
        // The first look may end at the mark that `stop_reading` left, whatever else there is.
        for _ in 0..2 {
            while event::poll(Duration::ZERO)? {
                event::read()?;
            }
        }
        // Not every stdin is the terminal.
        let _ = tcflush(io::stdin(), QueueSelector::IFlush);
        Ok(())
    }

    /// A stream of events reads the terminal from a thread of its own, and would take the keys of whoever comes next. It is
    /// dropped first: that leaves a mark at which the thread ends, even if it is about to begin. Making the next one waits
    /// for it; done later, that could wait for a key. Nothing is read before somebody asks, and nobody may ask before the
    /// terminal is back, for that would take the mark away.
    fn stop_reading(&mut self) {
        self.events = None;
        self.events = Some(EventStream::new());
    }

    /// Takes the terminal again after we were stopped: the shell has used it meanwhile.
    pub(super) fn resume(&mut self) -> io::Result<()> {
        take()?;
        self.forget()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
        let said = std::mem::take(&mut *SET_ASIDE.lock().unwrap_or_else(PoisonError::into_inner));
        // Nobody can be told when even stderr is gone.
        let _ = io::stderr().write_all(said.as_bytes());
    }
}

fn take() -> io::Result<()> {
    terminal::enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, Print(MOUSE_ON)).inspect_err(|_| give_back())
}

/// Gives the terminal back, if it is ours. Each step is tried whatever became of the others: the terminal may be gone.
fn give_back() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut stdout = io::stdout();
    let _ = execute!(stdout, EndSynchronizedUpdate, DisableMouseCapture, DisableBracketedPaste);
    let _ = execute!(stdout, LeaveAlternateScreen, Show);
    let _ = terminal::disable_raw_mode();
}

fn install_hook() {
    let own = thread::current().id();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if TAKEN.load(Ordering::SeqCst) && thread::current().id() != own {
                set_aside(info);
            } else {
                give_back();
                before(info);
            }
        }));
    });
}

fn set_aside(info: &panic::PanicHookInfo<'_>) {
    let mut said = SET_ASIDE.lock().unwrap_or_else(PoisonError::into_inner);
    if said.len() < MOST_SET_ASIDE {
        // Writing to a string cannot fail.
        let _ = writeln!(said, "hookglass: {info}");
    }
}
