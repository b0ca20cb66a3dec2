//! The binary as a black box: commands, errors, exit codes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};

fn hookglass(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hookglass"));
    // A home of its own: neither the user's configuration nor their secrets may change what a test sees.
    command.args(args).env_clear().env("HOME", env!("CARGO_TARGET_TMPDIR")).stdin(Stdio::null());
    command
}

fn run(args: &[&str]) -> Output {
    hookglass(args).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A listener that has said where it listens.
struct Listener {
    process: Child,
    address: String,
}

impl Listener {
    fn start(args: &[&str]) -> Self {
        let mut all = vec!["listen", "--listen", "localhost:0"];
        all.extend(args);
        let mut process = hookglass(&all).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stderr.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("hookglass: listening on http://").expect(&line).to_owned();
        Self { process, address }
    }

    /// Sends a delivery and gives the status line of the answer.
    fn send(&self, head: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let size = body.len();
        write!(stream, "{head} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {size}\r\n\r\n{body}")
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.lines().next().unwrap_or_default().to_owned()
    }

    #[cfg(unix)]
    fn signal(&self, signal: &str) {
        let killed = Command::new("kill").args([signal, &self.process.id().to_string()]).status().unwrap();
        assert!(killed.success());
    }

    fn finish(self) -> (Option<i32>, String, String) {
        let output = self.process.wait_with_output().unwrap();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    }
}

#[test]
fn every_command_explains_itself_with_examples() {
    for command in ["listen", "demo", "simulate", "verify", "providers", "completions", "man"] {
        let output = run(&[command, "--help"]);
        let help = text(&output.stdout);
        assert!(output.status.success() && help.contains("Usage: hookglass"), "{command}: {help}");
        assert!(help.contains(&format!("hookglass {command}")), "{command} has no example:\n{help}");
        assert!(help.to_lowercase().contains("example"), "{command} has no example:\n{help}");
    }
}

#[test]
fn keys_that_cannot_be_used_are_a_mistake_without_a_screen_too() {
    let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/keys.toml");
    std::fs::write(file, "[keys]\nrezend = 'x'\n").unwrap();
    let output = run(&["listen", "--listen", "127.0.0.1:0", "--config", file, "--count", "1", "--timeout", "1ms"]);
    let error = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.starts_with("hookglass: keys: no action is called `rezend`"), "{error}");
}

#[test]
fn a_variable_that_is_no_providers_secret_is_complained_about() {
    let cases = [
        ("HOOKGLASS_SECRET_BRIGTHEN", Some("did you mean HOOKGLASS_SECRET_BRIGHTEN?")),
        ("HOOKGLASS_SECRET_chargebee_retention", Some("did you mean HOOKGLASS_SECRET_CHARGEBEE_RETENTION?")),
        ("HOOKGLASS_SECRET_QQQ", Some("`hookglass providers` lists them")),
        ("HOOKGLASS_SECRET_CHARGEBEE_RETENTION", None),
        ("HOOKGLASS_SECRET_GENERIC", None),
    ];
    for (variable, hint) in cases {
        let output = hookglass(&["simulate", "raaft", "--dry-run"]).env(variable, "hunter2").output().unwrap();
        let error = text(&output.stderr);
        let complaint = hint.map(|hint| format!("hookglass: warning: {variable} is no provider's secret: {hint}"));
        assert_eq!(error.lines().find(|line| line.contains(variable)), complaint.as_deref(), "{error}");
        assert!(output.status.success() && !error.contains("hunter2"), "{error}");
    }
}

#[test]
fn a_mistake_is_one_line_with_its_exit_code() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let cases: &[(&[&str], i32, &str)] = &[
        (&["--frobnicate"], 2, "--frobnicate"),
        (&["lisen"], 2, "listen"),
        (&["listen", "--capacity", "0"], 2, "--capacity"),
        (&["listen", "--memory", "lots"], 2, "--memory"),
        (&["listen", "--reply", "99"], 2, "--reply"),
        (&["listen", "--timeout", "soon", "--count", "1"], 2, "--timeout"),
        (&["listen", "--listen", "localhost"], 2, "--listen"),
        (&["listen", "--listen", "0.0.0.0:0"], 2, "--allow-public"),
        (&["listen", "--listen", &taken], 3, "in use"),
        (&["listen", "--format", "tui"], 3, "terminal"),
        (&["listen", "--provider", "brigten"], 2, "`brighten`"),
        (&["listen", "--secret", "brigten=literal:x"], 2, "`brighten`"),
        (&["listen", "--secret", "brighten=env:HOOKGLASS_NOT_SET"], 2, "HOOKGLASS_NOT_SET"),
        (&["listen", "--secret", "brighten=file:/nowhere/secret"], 3, "/nowhere/secret"),
        (&["listen", "--secret", "brighten=hunter2"], 2, "literal:"),
        (&["listen", "--config", "/nowhere/config.toml"], 3, "/nowhere/config.toml"),
        (&["simulate", "brigten"], 2, "`brighten`"),
        (&["simulate", "brighten", "user.creatd"], 2, "`user.created`"),
        (&["simulate", "brighten", "--to", "ftp://x"], 2, "http"),
        (&["providers", "rafft"], 2, "`raaft`"),
        (&["providers", "--check", "/nowhere/provider.toml"], 3, "/nowhere/provider.toml"),
        (&["verify", "/nowhere.ndjson"], 3, "/nowhere.ndjson"),
        (&["completions", "tcsh"], 2, "tcsh"),
        (&["listen", "--tolerance", "soon"], 2, "--tolerance"),
        (&["listen", "--public-url", "example.com"], 2, "https://hooks.example.com"),
        (
            &["simulate", "brighten", "--to", "http://me:hunter2@localhost"],
            2,
            "--to <URL>: leave user and password out",
        ),
        (&["verify", "--body", "x", "--url", "http://me:hunter2@localhost"], 2, "leave user and password out"),
        (&["\u{9b}31m\u{202e}"], 2, "‹U+202E›"),
    ];
    for (args, code, names) in cases {
        let output = run(args);
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(*code), "{args:?}: {error}");
        assert_eq!(error.lines().count(), 1, "{args:?}: {error}");
        assert!(error.starts_with("hookglass: ") && error.contains(names), "{args:?}: {error}");
        assert!(!error.contains("hunter2") && !error.contains(['\u{9b}', '\u{202e}']), "{error}");
        assert_eq!(text(&output.stdout), "", "{args:?}");
    }
}

#[test]
fn lines_tell_each_delivery_and_count_ends_the_wait() {
    let listener = Listener::start(&["--count", "2"]);
    assert_eq!(listener.send("POST /one", "{}"), "HTTP/1.1 200 OK");
    assert_eq!(listener.send("DELETE /two?x=\u{202e}\u{9b}31m", ""), "HTTP/1.1 200 OK");
    let (code, out, err) = listener.finish();
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert_eq!(out.lines().count(), 2, "{out}");
    assert!(out.contains("POST") && out.contains("/one") && out.contains("DELETE") && out.contains("/two"), "{out}");
    assert!(!out.contains(['\u{9b}', '\u{202e}']), "what was sent must not drive the terminal: {out:?}");
}

#[test]
fn ndjson_prints_the_record_and_nothing_else() {
    let listener = Listener::start(&["--format", "ndjson", "--count", "1", "--secret", "raaft=literal:tok"]);
    listener.send("POST /hooks?x=1", "{\"a\":1}");
    let (code, out, _) = listener.finish();
    assert_eq!(code, Some(0));
    let record: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(record["schema"], 1);
    assert_eq!(record["target"], "/hooks?x=1");
    assert_eq!(record["headers"][0], serde_json::json!(["Host", "x"]));
    assert_eq!(record["body"]["text"], "{\"a\":1}");
    assert_eq!(record["sha256"], "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862");
    assert_eq!((&record["provider"], &record["event"]), (&serde_json::Value::Null, &serde_json::Value::Null));
    assert_eq!(record["verdict"]["status"], "unknown");
    assert_eq!(record["reply"]["status"], 200);
}

#[test]
fn the_reply_is_settable_and_a_wait_that_fails_is_exit_1() {
    let listener = Listener::start(&["--reply", "503", "--until", "never-sent", "--timeout", "1s"]);
    assert_eq!(listener.send("POST /", "x"), "HTTP/1.1 503 Service Unavailable");
    let (code, out, _) = listener.finish();
    assert_eq!((code, out.lines().count()), (Some(1), 1));
}

#[test]
fn one_listener_serves_many_senders_by_their_paths() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    let config = "reply = 202\n[[endpoint]]\npath = '/raaft'\nprovider = 'raaft'\nsecret = 'literal:tok'\n\
                  [[endpoint]]\npath = '/raaft/eu'\nprovider = 'raaft'\nsecret = 'literal:eu'\nreply = 204";
    std::fs::write(&file, config).unwrap();
    let file = file.to_str().unwrap();
    let listener = Listener::start(&["--config", file, "--format", "ndjson", "--count", "3"]);
    let cases = [
        ("/raaft", "HTTP/1.1 202 Accepted", "raaft", "verified"),
        ("/raaft/eu", "HTTP/1.1 204 No Content", "raaft", "failed"),
        ("/else", "HTTP/1.1 202 Accepted", "raaft", "no_secret"),
    ];
    for (path, status, ..) in cases {
        assert_eq!(listener.send(&format!("POST {path} HTTP/1.1\r\nx-raaft-token: tok\r\nX-Rest:"), "{}"), status);
    }
    let (_, out, _) = listener.finish();
    for (line, (path, _, provider, verdict)) in out.lines().zip(cases) {
        let record: serde_json::Value = serde_json::from_str(line).unwrap();
        let told = (record["provider"].as_str().unwrap_or_default(), record["verdict"]["status"].as_str().unwrap());
        assert_eq!(told, (provider, verdict), "{path}");
    }
}

#[test]
fn an_endpoint_that_cannot_be_had_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    let cases = [
        ("provider = 'rafft'", "endpoint /x: no provider is called `rafft`: did you mean `raaft`?"),
        ("secret = 'env:HOOKGLASS_NOT_SET'", "endpoint /x: the environment variable HOOKGLASS_NOT_SET is not set"),
        ("secret = 'hunter2'", "endpoint /x: a secret is written env:VAR"),
    ];
    for (line, says) in cases {
        std::fs::write(&file, format!("[[endpoint]]\npath = '/x'\n{line}")).unwrap();
        let output = run(&["listen", "--config", file.to_str().unwrap()]);
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains(says) && error.lines().count() == 1 && !error.contains("hunter2"), "{error}");
    }
}

#[test]
fn where_prints_only_what_matches_and_until_ends_at_the_match() {
    let listener = Listener::start(&["--where", "keep", "--until", "stop"]);
    for path in ["/drop", "/keep", "/keep/stop"] {
        listener.send(&format!("POST {path}"), "");
    }
    let (code, out, _) = listener.finish();
    assert_eq!(code, Some(0));
    assert_eq!(out.lines().count(), 2, "{out}");
    assert!(!out.contains("/drop"));
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_printed_is_said_and_exit_3() {
    for args in [&["--help"][..], &["man"], &["providers"], &["simulate", "raaft", "--dry-run"], &["demo"]] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output = hookglass(args).stdout(full).stderr(Stdio::piped()).output().unwrap();
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{args:?}: {error}");
        assert!(error.contains("hookglass: cannot write to stdout: No space left"), "{args:?}: {error}");
    }
}

#[test]
fn completions_and_manual_pages_name_every_command() {
    for shell in ["bash", "zsh", "fish"] {
        let script = text(&run(&["completions", shell]).stdout);
        assert!(script.contains("simulate") && script.contains("--max-body") || script.contains("max-body"), "{shell}");
    }
    let page = text(&run(&["man"]).stdout);
    assert!(page.starts_with(".ie") && page.contains("simulate"), "{page}");
    let folder = tempfile::tempdir().unwrap();
    assert!(run(&["man", folder.path().to_str().unwrap()]).status.success());
    assert!(folder.path().join("hookglass-simulate.1").exists());
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it_cleanly() {
    for signal in ["-INT", "-TERM"] {
        let listener = Listener::start(&[]);
        listener.send("POST /before", "");
        listener.signal(signal);
        let (code, out, err) = listener.finish();
        assert_eq!((code, out.lines().count(), err.as_str()), (Some(0), 1, ""), "{signal}");
    }
}

#[cfg(unix)]
#[test]
fn what_is_under_way_when_a_signal_comes_is_answered_and_printed() {
    let listener = Listener::start(&[]);
    let mut stream = TcpStream::connect(&listener.address).unwrap();
    stream
        .write_all(b"POST /under-way HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
        .unwrap();
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "HTTP/1.1 100 Continue");
    listener.signal("-TERM");
    while TcpStream::connect(&listener.address).is_ok() {}
    stream.write_all(b"late").unwrap();
    assert_eq!(lines.nth(1).unwrap().unwrap(), "HTTP/1.1 200 OK");
    let (code, out, err) = listener.finish();
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.lines().count() == 1 && out.contains("/under-way"), "{out}");
}

#[cfg(unix)]
#[test]
fn a_reader_that_reads_nothing_keeps_nobody_waiting() {
    let mut listener = Listener::start(&["--format", "ndjson"]);
    let large = "x".repeat(1 << 20);
    for _ in 0..2 {
        assert_eq!(listener.send("POST /", &large), "HTTP/1.1 200 OK");
    }
    listener.signal("-TERM");
    let (ended, end) = std::sync::mpsc::sync_channel(1);
    std::thread::spawn(move || ended.send(listener.process.wait().unwrap().code()));
    assert_eq!(end.recv_timeout(std::time::Duration::from_secs(30)), Ok(Some(0)));
}
