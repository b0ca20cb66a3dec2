//! The user's own editor, on a file that nobody else can read and that is gone afterwards: it may hold credentials.
//!
//! The editor shares our terminal and our process group, as editors of other programs do: ctrl-c and ctrl-z in it reach us
//! too, and whoever runs the loop knows what to make of that.

use std::env;
use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use rustix::process::{Pid, Signal, kill_process};

use super::edits::Draft;
use crate::text;

/// No text that somebody types is larger.
const LARGEST: u64 = 256 * 1024 * 1024;

/// How long an editor that is asked to end has for it.
const PATIENCE: Duration = Duration::from_secs(1);

/// What to run.
pub(super) struct Editor {
    command: OsString,
}

/// An editor that is open. Dropping this ends it and removes its file.
pub(super) struct Session {
    pid: Pid,
    /// Nothing more comes from here when it has ended.
    ended: Receiver<()>,
    _folder: Arc<PrivateFolder>,
}

impl Editor {
    /// `$VISUAL`, else `$EDITOR`: a command of the shell, as other programs take it.
    pub(super) fn from_env() -> Option<Self> {
        let set = |name| env::var_os(name).filter(|command| !command.as_encoded_bytes().trim_ascii().is_empty());
        set("VISUAL").or_else(|| set("EDITOR")).map(|command| Self { command })
    }

    /// The command, for people.
    pub(super) fn name(&self) -> String {
        text::visible(&self.command.to_string_lossy()).into_owned()
    }

    /// Opens a text. `closed` is called, on another thread, with the text as the editor left it, or with what became of the
    /// editor in one sentence.
    pub(super) fn open(
        &self,
        draft: Draft,
        closed: impl FnOnce(Result<Draft, String>) + Send + 'static,
    ) -> io::Result<Session> {
        let folder = Arc::new(PrivateFolder::new(&env::temp_dir())?);
        // Editors know the syntax by that name.
        let file = folder.0.join(format!("delivery-{}.http", draft.original.seq));
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&file)?.write_all(&draft.text)?;
        let (begun, has_begun) = channel();
        let (ending, ended) = channel();
        let (mut command, kept) = (self.command(&file), folder.clone());
        thread::Builder::new().name("editor".to_owned()).spawn(move || {
            let status = run(&mut command, &begun);
            let text = status.map(|status| left(status, &file));
            // Whoever waits for the end may end the program: nothing may be left by then.
            drop(kept);
            drop(ending);
            if let Some(text) = text {
                closed(text.map(|text| Draft { text, ..draft }));
            }
        })?;
        let pid = has_begun.recv().map_err(io::Error::other)??;
        Ok(Session { pid, ended, _folder: folder })
    }

    fn command(&self, file: &Path) -> Command {
        // The shell makes room for the editor: signals are between it and us. `env` knows variables set before a command.
        let mut script = OsString::from("exec env ");
        script.push(&self.command);
        script.push(" \"$1\"");
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(script).arg(&self.command).arg(file);
        command
    }
}

/// Runs it to its end; nothing where it could not be started, which whoever waits is told.
fn run(command: &mut Command, begun: &Sender<io::Result<Pid>>) -> Option<io::Result<ExitStatus>> {
    let started = command.spawn();
    let pid = started.as_ref().map(Pid::from_child);
    // Whoever asked waits for this.
    let _ = begun.send(pid.map_err(|problem| io::Error::new(problem.kind(), problem.to_string())));
    started.ok().map(|mut child| child.wait())
}

/// The text that an editor left, or what became of it.
fn left(status: io::Result<ExitStatus>, file: &Path) -> Result<Bytes, String> {
    match status {
        Ok(status) if status.success() => {
            read(file).map_err(|problem| format!("The edited file cannot be read, nothing was sent: {problem}"))
        }
        Ok(status) => Err(format!("The editor {}: nothing was sent", how(status))),
        Err(problem) => Err(format!("The editor was lost sight of, nothing was sent: {problem}")),
    }
}

fn read(file: &Path) -> io::Result<Bytes> {
    let mut text = Vec::new();
    File::open(file)?.take(LARGEST + 1).read_to_end(&mut text)?;
    if text.len() as u64 > LARGEST {
        return Err(io::Error::other(format!("it is larger than {}", text::size(LARGEST))));
    }
    Ok(text.into())
}

impl Drop for Session {
    fn drop(&mut self) {
        for signal in [Signal::TERM, Signal::KILL] {
            if self.ended.try_recv() != Err(TryRecvError::Empty) {
                return;
            }
            // It may have ended by itself just now.
            let _ = kill_process(self.pid, signal);
            if self.ended.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
                return;
            }
        }
    }
}

/// What became of an editor that did not end well, in words.
fn how(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(127), _) => "was not found (exit code 127)".to_owned(),
        (Some(code), _) => format!("ended with exit code {code}"),
        (None, Some(signal)) => format!("was ended by signal {signal}"),
        (None, None) => "did not end well".to_owned(),
    }
}

/// A folder that only this user can enter, with all that an editor leaves beside its file; gone when dropped.
struct PrivateFolder(PathBuf);

impl PrivateFolder {
    fn new(parent: &Path) -> io::Result<Self> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        // A name that is taken was made by somebody else, so another is tried.
        let mut result = Err(io::ErrorKind::AlreadyExists.into());
        for attempt in 0..16_u128 {
            let path = parent.join(format!("hookglass-{}-{:x}", std::process::id(), now + attempt));
            result = DirBuilder::new().mode(0o700).create(&path).map(|()| Self(path));
            if !matches!(&result, Err(problem) if problem.kind() == io::ErrorKind::AlreadyExists) {
                break;
            }
        }
        result
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        // Nobody can be told; what is left is this user's alone.
        let _ = fs::remove_dir_all(&self.0);
    }
}
