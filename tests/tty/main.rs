//! The program in a real terminal: it shows what arrives, and gives the terminal back however it ends.
#![cfg(unix)]

mod editor;
mod stand;

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use portable_pty::PtySize;
use stand::{Terminal, answer, deliver, is_plain};
use vt100::MouseProtocolMode;

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
fn all_that_the_filter_shows_are_resent() {
    let mut terminal = Terminal::with_listener();
    let address = terminal.address();
    ["/one", "/two", "/three"].iter().for_each(|path| deliver(address, path, ""));
    let port = teapot(2);
    terminal.shown.wait_for("the deliveries", |screen| screen.contains("3 captured"));
    terminal.type_keys("//t\r");
    terminal.shown.wait_for("the filter", |screen| screen.contains("2 of 3"));
    terminal.type_keys(&format!("B{port} 50/s\r"));
    terminal.shown.wait_for("the end of it", |screen| screen.contains("0 of 2 answered with a 2xx, 2 not"));
    terminal.shown.wait_for("the answers", |screen| screen.matches("→418").count() >= 2);
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
    // What is typed before the shell asks for it is the program's, which is about to end.
    terminal.shown.wait_until("the shell, which asks for more", |screen| {
        is_plain(screen) && screen.contents().trim_end().ends_with(['#', '$'])
    });
    terminal.type_keys("exit\r");
    terminal.assert_given_back("fg");
}

#[test]
fn a_resize_draws_anew() {
    let terminal = Terminal::with_listener();
    terminal.address();
    let size = PtySize { rows: 16, cols: 60, pixel_width: 0, pixel_height: 0 };
    terminal.resize(size);
    terminal.shown.wait_for("the hints on the sixteenth line", |screen| {
        screen.lines().nth(15).is_some_and(|line| line.contains("? help"))
    });
    // By a signal: a key that comes together with a resize is read only with the next one.
    terminal.signal("-TERM");
    terminal.assert_given_back("a resize");
}

#[test]
fn copies_go_through_the_terminal_over_ssh() {
    let mut terminal = Terminal::with_listener();
    terminal.address();
    terminal.type_keys("yu");
    terminal.shown.wait_for("what was copied, and how", |screen| screen.contains("(OSC 52)"));
    terminal.type_keys("q");
    terminal.assert_given_back("a copy");
}
