//! The program in a real terminal: it shows what arrives, and gives the terminal back however it ends.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
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
struct Shown {
    parser: Mutex<vt100::Parser>,
    changed: Condvar,
}

struct Terminal {
    shown: Arc<Shown>,
    master: Box<dyn MasterPty + Send>,
    input: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    settings: String,
    _home: tempfile::TempDir,
}

impl Terminal {
    /// A terminal with the listener in it.
    fn with_listener() -> Self {
        Self::with(&[env!("CARGO_BIN_EXE_hookglass"), "listen", "--listen", "127.0.0.1:0"])
    }

    fn with(command: &[&str]) -> Self {
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
        ["NO_COLOR", "TMUX"].iter().for_each(|name| builder.env_remove(name));
        let settings = settings(&*pair.master);
        let child = pair.slave.spawn_command(builder).unwrap();
        let shown = Shown::reading(pair.master.try_clone_reader().unwrap());
        let input = pair.master.take_writer().unwrap();
        Self { shown, master: pair.master, input, child, settings, _home: home }
    }

    fn type_keys(&mut self, keys: &str) {
        self.input.write_all(keys.as_bytes()).unwrap();
        self.input.flush().unwrap();
    }

    /// The address that the header shows.
    fn address(&self) -> SocketAddr {
        let screen = self.shown.wait_for("http://127.0.0.1:", |screen| screen.contains("Waiting for the first"));
        let rest = screen.split("http://").nth(1).unwrap();
        rest.split_whitespace().next().unwrap().parse().unwrap()
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.process_id().unwrap().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }

    /// Waits for the end, and for the terminal to be as it was before.
    fn assert_given_back(mut self, how: &str) {
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

    fn wait_until(&self, what: &str, is_so: impl Fn(&vt100::Screen) -> bool) -> String {
        let end = Instant::now() + DEADLINE;
        let mut parser = self.parser.lock().unwrap();
        while !is_so(parser.screen()) {
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "waited in vain for {what}:\n{}", parser.screen().contents());
            parser = self.changed.wait_timeout(parser, left).unwrap().0;
        }
        parser.screen().contents()
    }

    fn wait_for(&self, what: &str, is_so: impl Fn(&str) -> bool) -> String {
        self.wait_until(what, |screen| is_so(&screen.contents()))
    }
}

fn is_plain(screen: &vt100::Screen) -> bool {
    !screen.alternate_screen()
        && !screen.hide_cursor()
        && !screen.bracketed_paste()
        && screen.mouse_protocol_mode() == MouseProtocolMode::None
}

fn settings(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios())
}

fn deliver(address: SocketAddr, path: &str, body: &str) {
    let answer = answer(address, path, body);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

/// Sends a delivery and gives the whole answer.
fn answer(address: SocketAddr, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!("POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {}\r\n", body.len());
    write!(stream, "{head}Content-Type: application/json\r\nConnection: close\r\n\r\n{body}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn deliveries_become_rows_and_q_gives_the_terminal_back() {
    let mut terminal = Terminal::with_listener();
    let address = terminal.address();
    deliver(address, "/first", "{\"id\":1}");
    deliver(address, "/second", "{\"id\":2}");
    terminal.shown.wait_for("two rows", |screen| screen.contains("POST /first") && screen.contains("POST /second"));
    terminal.shown.wait_until("mouse, paste and the second screen", |screen| {
        screen.alternate_screen()
            && screen.bracketed_paste()
            && screen.mouse_protocol_mode() == MouseProtocolMode::PressRelease
    });
    terminal.type_keys("\x1b[<0;10;3M");
    terminal.shown.wait_for("the first one selected", |screen| screen.contains("Capture #1 "));
    terminal.type_keys("\x0c?");
    terminal.shown.wait_for("help", |screen| screen.contains("╭ Keys"));
    terminal.type_keys("\x1b");
    terminal.shown.wait_for("no help", |screen| !screen.contains("╭ Keys"));
    terminal.type_keys("q");
    terminal.assert_given_back("q");
}

#[test]
fn what_is_answered_is_chosen_on_the_screen_and_counted_in_the_header() {
    let mut terminal = Terminal::with_listener();
    let address = terminal.address();
    terminal.type_keys("a2");
    terminal.shown.wait_for("the reply", |screen| screen.contains("reply 503 ×3 left"));
    assert!(answer(address, "/one", "{}").starts_with("HTTP/1.1 503"));
    terminal.shown.wait_for("the count", |screen| screen.contains("reply 503 ×2 left") && screen.contains("←503"));
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"{\"promocode\":\"X\"}").unwrap();
    terminal.type_keys(&format!("at\x15201 body=@{}\r", file.path().display()));
    terminal.shown.wait_for("the reply with a file", |screen| screen.contains("reply 201"));
    let answered = answer(address, "/two", "{}");
    assert!(answered.starts_with("HTTP/1.1 201") && answered.ends_with("{\"promocode\":\"X\"}"), "{answered}");
    terminal.type_keys("a1");
    terminal.shown.wait_for("the usual", |screen| !screen.contains("reply 201"));
    deliver(address, "/three", "{}");
    terminal.type_keys("q");
    terminal.assert_given_back("q");
}

/// A handler that takes so many requests and answers each with 418.
fn teapot(requests: usize) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().take(requests) {
            let mut stream = stream.unwrap();
            let mut head = BufReader::new(stream.try_clone().unwrap()).lines();
            while head.next().is_some_and(|line| !line.unwrap().is_empty()) {}
            stream.write_all(b"HTTP/1.1 418 Teapot\r\nContent-Length: 5\r\n\r\nshort").unwrap();
        }
    });
    port
}

#[test]
fn where_deliveries_go_on_to_is_typed_on_the_screen_and_the_answer_comes_back() {
    let mut terminal = Terminal::with_listener();
    let address = terminal.address();
    let port = teapot(2);
    terminal.type_keys(&format!("f{}\r", address.port()));
    terminal.shown.wait_for("the refusal", |screen| screen.contains("is this hookglass itself"));
    terminal.type_keys(&format!("\x15{port}\r"));
    terminal.shown.wait_for("the target", |screen| screen.contains(&format!("→ localhost:{port}")));
    let answered = answer(address, "/one", "");
    assert!(answered.starts_with("HTTP/1.1 418") && answered.ends_with("short"), "{answered}");
    terminal.shown.wait_for("the answer", |screen| screen.contains("→418") && screen.contains("418, relayed from"));
    terminal.type_keys("r");
    terminal.shown.wait_for("the resend's answer", |screen| screen.contains("#1 → 418"));
    terminal.type_keys("q");
    terminal.assert_given_back("q");
}

#[test]
fn signals_and_ctrl_c_give_the_terminal_back() {
    for signal in ["-TERM", "-HUP", "-INT", "ctrl-c"] {
        let mut terminal = Terminal::with_listener();
        terminal.address();
        match signal {
            "ctrl-c" => terminal.type_keys("\x03"),
            _ => terminal.signal(signal),
        }
        terminal.assert_given_back(signal);
    }
}

#[test]
fn ctrl_z_stops_and_fg_brings_everything_back() {
    let mut terminal = Terminal::with(&["/bin/sh", "-i"]);
    let program = env!("CARGO_BIN_EXE_hookglass");
    terminal.type_keys(&format!("{program} listen --listen 127.0.0.1:0\r"));
    let address = terminal.address();
    terminal.type_keys("\x1a");
    terminal.shown.wait_until("the shell, which says that it is stopped", |screen| {
        is_plain(screen) && screen.contents().contains("topped")
    });
    terminal.type_keys("fg\r");
    terminal.shown.wait_until("the screen again", |screen| {
        screen.alternate_screen()
            && screen.mouse_protocol_mode() == MouseProtocolMode::PressRelease
            && screen.contents().contains("Waiting for the first")
    });
    deliver(address, "/after", "{}");
    terminal.shown.wait_for("a row", |screen| screen.contains("POST /after"));
    terminal.type_keys("q");
    terminal.shown.wait_until("the shell", is_plain);
    terminal.type_keys("exit\r");
    terminal.assert_given_back("fg");
}

#[test]
fn a_resize_draws_anew_and_copies_go_through_the_terminal_over_ssh() {
    let mut terminal = Terminal::with_listener();
    terminal.address();
    let size = PtySize { rows: 16, cols: 60, pixel_width: 0, pixel_height: 0 };
    terminal
        .shown
        .parser
        .lock()
        .unwrap()
        .screen_mut()
        .set_size(NonZeroU16::new(16).unwrap(), NonZeroU16::new(60).unwrap());
    terminal.master.resize(size).unwrap();
    terminal.shown.wait_for("the hints on the sixteenth line", |screen| {
        screen.lines().nth(15).is_some_and(|line| line.contains("? help"))
    });
    terminal.type_keys("yu");
    terminal.shown.wait_for("what was copied, and how", |screen| screen.contains("(OSC 52)"));
    terminal.type_keys("q");
    terminal.assert_given_back("a resize");
}
