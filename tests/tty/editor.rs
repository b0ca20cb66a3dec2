//! Editing a capture: the editor has the terminal for itself, and gets it and gives it back whole.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread;

use portable_pty::PtySize;
use vt100::MouseProtocolMode;

use crate::stand::{Terminal, deliver, is_plain};

/// The program with one capture, and an editor that is this script of the shell; `$1` is the file, `$T` a folder for it.
struct Desk {
    terminal: Terminal,
    folder: tempfile::TempDir,
}

impl Desk {
    fn with(script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let editor = folder.path().join("an editor");
        fs::write(&editor, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&editor, fs::Permissions::from_mode(0o700)).unwrap();
        let name = folder.path().to_str().unwrap().to_owned();
        let command = format!("LC_ALL=C '{}' --wait", editor.to_str().unwrap());
        // Arguments of the editor come before the file.
        let environment =
            [("VISUAL", " "), ("EDITOR", command.as_str()), ("T", name.as_str()), ("TMPDIR", name.as_str())];
        Self::open(&environment, folder)
    }

    fn open(environment: &[(&str, &str)], folder: tempfile::TempDir) -> Self {
        let program = env!("CARGO_BIN_EXE_hookglass");
        let terminal = Terminal::in_environment(&[program, "listen", "--listen", "127.0.0.1:0"], environment);
        deliver(terminal.address(), "/first", "{\"id\":1}");
        terminal.shown.wait_for("the capture", |screen| screen.contains("POST /first"));
        Self { terminal, folder }
    }

    fn wait_for(&self, text: &str) -> String {
        self.terminal.shown.wait_for(text, |screen| screen.contains(text))
    }

    /// The screen is ours again, and nothing is left of the edit.
    fn wait_for_remark(&self, text: &str) {
        self.wait_for(text);
        self.terminal.shown.wait_until("our screen", |screen| {
            screen.alternate_screen() && screen.mouse_protocol_mode() == MouseProtocolMode::PressRelease
        });
        self.assert_gone();
    }

    fn assert_gone(&self) {
        let left = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().starts_with("hookglass");
        let entries = fs::read_dir(self.folder.path()).unwrap().map(Result::unwrap);
        assert_eq!(entries.filter(left).count(), 0, "the file is removed");
    }

    fn quit(mut self, how: &str) {
        self.terminal.type_keys("q");
        self.terminal.assert_given_back(how);
    }
}

/// Answers each request with 200; gives what was sent.
fn handler() -> (u16, std::sync::mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sent, received) = std::sync::mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let request = crate::stand::request(&mut stream);
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
            if sent.send(request).is_err() {
                return;
            }
        }
    });
    (port, received)
}

#[test]
fn an_edit_is_typed_in_the_editor_and_sent_as_a_child() {
    let (port, received) = handler();
    let mut desk = Desk::with(
        "stat -c 'file %a, folder %A' \"$2\" > \"$T/modes\"; stat -c %a \"$(dirname \"$2\")\" >> \"$T/modes\"\n\
         echo \"$1 opened $(basename \"$2\")\"; read -r line; sed -i \"s/\\\"id\\\":1/$line/\" \"$2\"",
    );
    desk.terminal.type_keys("e");
    desk.terminal.shown.wait_until("the editor on a plain screen", |screen| {
        is_plain(screen) && screen.contents().contains("--wait opened delivery-1.http")
    });
    // Letters that mean something to us, one by one: all of them are the editor's.
    for key in "\"q?r\":22\r".chars() {
        desk.terminal.type_keys(&key.to_string());
    }
    let menu = desk.wait_for("An edit of #1");
    assert!(menu.contains("body +2 B"), "{menu}");
    assert!(menu.contains("asked for when you choose"), "{menu}");
    desk.assert_gone();
    let modes = fs::read_to_string(desk.folder.path().join("modes")).unwrap();
    assert_eq!(
        modes.lines().map(|line| line.split([' ', ',']).nth(1).unwrap_or(line)).collect::<Vec<_>>(),
        ["600", "700"]
    );
    desk.terminal.type_keys("x");
    desk.wait_for("Send the edit to");
    desk.terminal.type_keys(&format!("{port}\r"));
    let request = received.recv().unwrap();
    assert!(request.starts_with("POST /first HTTP/1.1\r\n") && request.ends_with("\r\n\r\n{\"q?r\":22}"), "{request}");
    assert!(request.contains("\r\nContent-Length: 10\r\n"), "{request}");
    let screen = desk.wait_for("#2 → 200");
    assert!(screen.contains("✎ #1") && screen.contains("1 captured"), "{screen}");
    desk.quit("an edit");
}

#[test]
fn what_comes_to_nothing_says_so_and_sends_nothing() {
    let cases = [
        (":", "#1 was not changed: nothing was sent"),
        ("echo >> \"$2\"", "#1 was not changed: nothing was sent"),
        (": > \"$2\"", "The file came back empty: nothing was sent"),
        ("rm \"$2\"", "The edited file cannot be read, nothing was sent"),
        ("echo x >> \"$2\"; exit 1", "The editor ended with exit code 1: nothing was sent"),
        ("kill -9 $$", "The editor was ended by signal 9: nothing was sent"),
        // One that dies leaves the terminal as it used it.
        ("stty raw -echo; printf '\\033[?1049h'; kill -9 $$", "The editor was ended by signal 9: nothing was sent"),
    ];
    for (script, remark) in cases {
        let mut desk = Desk::with(script);
        desk.terminal.type_keys("e");
        desk.wait_for_remark(remark);
        desk.quit(script);
    }
}

#[test]
fn without_an_editor_it_says_what_to_set() {
    let mut desk = Desk::open(&[], tempfile::tempdir().unwrap());
    desk.terminal.type_keys("e");
    desk.wait_for("export VISUAL or EDITOR");
    desk.quit("no editor");
    let mut desk = Desk::open(&[("EDITOR", "no-such-editor --wait")], tempfile::tempdir().unwrap());
    desk.terminal.type_keys("e");
    desk.wait_for("The editor was not found");
    desk.quit("an editor that is not there");
}

#[test]
fn a_broken_message_is_kept_until_it_is_given_up() {
    let mut desk =
        Desk::with("[ -e \"$T/again\" ] && cp \"$2\" \"$T/again\"; sed -i '2s/:/;/' \"$2\"; touch \"$T/again\"");
    desk.terminal.type_keys("e");
    let menu = desk.wait_for("line 2: expected a header");
    assert!(menu.contains("Your text is kept"), "{menu}");
    desk.terminal.type_keys("e");
    let again = desk.folder.path().join("again");
    desk.terminal.shown.wait_until("the editor again", |_| fs::read(&again).is_ok_and(|text| !text.is_empty()));
    let text = fs::read_to_string(&again).unwrap();
    assert!(text.lines().nth(1).is_some_and(|line| line.contains(';')), "the edited text is opened: {text}");
    desk.wait_for("line 2: expected a header");
    desk.terminal.type_keys("\x1b");
    desk.wait_for("esc once more gives the edit up");
    desk.terminal.type_keys("\x1b");
    desk.terminal.shown.wait_for("no menu", |screen| !screen.contains("An edit of #1"));
    desk.quit("a broken message");
}

/// An editor that says that it is open, and ends when it reads a line.
const WAITS: &str = "echo ready; read -r line";

#[test]
fn signals_in_the_editor_are_its_own_and_those_for_us_end_both() {
    let mut desk = Desk::with("trap 'echo caught' INT; echo ready; until [ \"$line\" = end ]; do read -r line; done");
    desk.terminal.type_keys("e");
    desk.wait_for("ready");
    desk.terminal.type_keys("\x03");
    desk.wait_for("caught");
    desk.terminal.type_keys("end\r");
    desk.wait_for_remark("#1 was not changed");
    desk.quit("ctrl-c in the editor");

    let mut desk = Desk::with(&format!("echo $$ > \"$T/pid\"; stty raw -echo; printf '\\033[?1049h'; {WAITS}"));
    desk.terminal.type_keys("e");
    desk.wait_for("ready");
    let pid = fs::read_to_string(desk.folder.path().join("pid")).unwrap();
    desk.terminal.signal("-TERM");
    let Desk { terminal, folder } = desk;
    terminal.assert_given_back("SIGTERM while an editor is open");
    assert!(!Path::new("/proc").join(pid.trim()).exists(), "the editor has ended too");
    let left = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(left.into_iter().all(|name| !name.to_string_lossy().starts_with("hookglass")), "the file is removed");
}

#[test]
fn capturing_goes_on_and_a_resize_is_noticed() {
    let mut desk = Desk::with(WAITS);
    let address = desk.terminal.address_shown();
    desk.terminal.type_keys("e");
    desk.wait_for("ready");
    for number in 0..20 {
        deliver(address, &format!("/meanwhile/{number}"), "{}");
    }
    desk.terminal.resize(PtySize { rows: 16, cols: 60, pixel_width: 0, pixel_height: 0 });
    desk.terminal.type_keys("\r");
    desk.wait_for_remark("#1 was not changed");
    desk.terminal.shown.wait_for("the hints on the sixteenth line, and what came", |screen| {
        screen.lines().nth(15).is_some_and(|line| line.contains("? help")) && screen.contains("21 captured")
    });
    desk.quit("a resize in the editor");
}
