//! A terminal with the program in it, as a person has it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::num::NonZeroU16;
use std::process::Command;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use vt100::MouseProtocolMode;

const ROWS: u16 = 24;
const COLUMNS: u16 = 90;
/// No wait takes that long on a machine that works.
const DEADLINE: Duration = Duration::from_secs(30);

/// What the terminal shows, and a bell that rings when that changes.
pub(crate) struct Shown {
    pub(crate) parser: Mutex<vt100::Parser>,
    changed: Condvar,
}

pub(crate) struct Terminal {
    pub(crate) shown: Arc<Shown>,
    pub(crate) master: Box<dyn MasterPty + Send>,
    input: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    settings: String,
    _home: tempfile::TempDir,
}

impl Terminal {
    /// A terminal with the listener in it.
    pub(crate) fn with_listener() -> Self {
        Self::with(&[env!("CARGO_BIN_EXE_hookglass"), "listen", "--listen", "127.0.0.1:0"])
    }

    pub(crate) fn with(command: &[&str]) -> Self {
        Self::in_environment(command, &[])
    }

    pub(crate) fn in_environment(command: &[&str], environment: &[(&str, &str)]) -> Self {
        let size = PtySize { rows: ROWS, cols: COLUMNS, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let home = tempfile::tempdir().unwrap();
        let mut builder = CommandBuilder::new(command[0]);
        builder.args(&command[1..]);
        for name in ["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"] {
            builder.env(name, home.path());
        }
        builder.env("TERM", "xterm-256color");
        builder.env("SSH_TTY", "/dev/null");
        environment.iter().for_each(|(name, value)| builder.env(name, value));
        ["NO_COLOR", "TMUX", "VISUAL", "EDITOR"]
            .iter()
            .filter(|name| !environment.iter().any(|set| set.0 == **name))
            .for_each(|name| builder.env_remove(name));
        let settings = settings(&*pair.master);
        let child = pair.slave.spawn_command(builder).unwrap();
        let shown = Shown::reading(pair.master.try_clone_reader().unwrap());
        let input = pair.master.take_writer().unwrap();
        Self { shown, master: pair.master, input, child, settings, _home: home }
    }

    pub(crate) fn type_keys(&mut self, keys: &str) {
        self.input.write_all(keys.as_bytes()).unwrap();
        self.input.flush().unwrap();
    }

    /// The address that the header shows.
    pub(crate) fn address(&self) -> SocketAddr {
        let screen = self.shown.wait_for("http://127.0.0.1:", |screen| screen.contains("Waiting for the first"));
        let rest = screen.split("http://").nth(1).unwrap();
        rest.split_whitespace().next().unwrap().parse().unwrap()
    }

    /// The address that the header shows when something has come.
    pub(crate) fn address_shown(&self) -> SocketAddr {
        let screen = self.shown.wait_for("http://127.0.0.1:", |screen| screen.contains("http://127.0.0.1:"));
        let rest = screen.split("http://").nth(1).unwrap();
        rest.split_whitespace().next().unwrap().parse().unwrap()
    }

    pub(crate) fn resize(&self, size: PtySize) {
        let part = |value| NonZeroU16::new(value).unwrap();
        self.shown.parser.lock().unwrap().screen_mut().set_size(part(size.rows), part(size.cols));
        self.master.resize(size).unwrap();
    }

    pub(crate) fn signal(&self, signal: &str) {
        let pid = self.child.process_id().unwrap().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }

    /// Waits for the end, and for the terminal to be as it was before.
    pub(crate) fn assert_given_back(mut self, how: &str) {
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{how}: {status:?}");
        self.shown.wait_until(&format!("{how}: the terminal as it was"), is_plain);
        assert_eq!(settings(&*self.master), self.settings, "{how}");
    }
}

impl Shown {
    /// Shows what can be read, from a thread of its own.
    fn reading(mut reader: Box<dyn Read + Send>) -> Arc<Self> {
        let size = |value| NonZeroU16::new(value).unwrap();
        let parser = Mutex::new(vt100::Parser::new(size(ROWS), size(COLUMNS), 0));
        let shown = Arc::new(Self { parser, changed: Condvar::new() });
        let writer = shown.clone();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                writer.parser.lock().unwrap().process(&buffer[..read]);
                writer.changed.notify_all();
            }
        });
        shown
    }

    pub(crate) fn wait_until(&self, what: &str, is_so: impl Fn(&vt100::Screen) -> bool) -> String {
        let end = Instant::now() + DEADLINE;
        let mut parser = self.parser.lock().unwrap();
        while !is_so(parser.screen()) {
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "waited in vain for {what}:\n{}", parser.screen().contents());
            parser = self.changed.wait_timeout(parser, left).unwrap().0;
        }
        parser.screen().contents()
    }

    pub(crate) fn wait_for(&self, what: &str, is_so: impl Fn(&str) -> bool) -> String {
        self.wait_until(what, |screen| is_so(&screen.contents()))
    }
}

pub(crate) fn is_plain(screen: &vt100::Screen) -> bool {
    !screen.alternate_screen()
        && !screen.hide_cursor()
        && !screen.bracketed_paste()
        && screen.mouse_protocol_mode() == MouseProtocolMode::None
}

fn settings(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios())
}

pub(crate) fn deliver(address: SocketAddr, path: &str, body: &str) {
    let answer = answer(address, path, body);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

/// Sends a delivery and gives the whole answer.
pub(crate) fn answer(address: SocketAddr, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!("POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {}\r\n", body.len());
    write!(stream, "{head}Content-Type: application/json\r\nConnection: close\r\n\r\n{body}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Reads one request whole.
pub(crate) fn request(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    let mut part = [0; 4096];
    loop {
        let read = stream.read(&mut part).unwrap();
        request.extend_from_slice(&part[..read]);
        let text = String::from_utf8_lossy(&request).into_owned();
        let length = text
            .lines()
            .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
        let whole = text.find("\r\n\r\n").map(|end| end + 4 + length.unwrap_or(0));
        if read == 0 || whole.is_some_and(|whole| request.len() >= whole) {
            return text;
        }
    }
}
