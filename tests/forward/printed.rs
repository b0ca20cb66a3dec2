//! A record is written once it is complete: with the reply, and with what forwarding came to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Duration;

use hookglass::report::{Ended, Follow, Format, follow};
use serde_json::{Value, json};
use tokio::task::block_in_place;

use crate::handler::{Handler, OK, nobody};
use crate::listening;

#[tokio::test]
async fn a_record_waits_for_the_handler() {
    let mut handler = Handler::stuck(OK).await;
    let listener = listening(&format!("forward = '{}'", handler.address)).await;
    let wish = Follow {
        format: Format::Ndjson,
        only: None,
        until: None,
        count: Some(1),
        timeout: Some(Duration::from_secs(60)),
        patience: Duration::from_secs(60),
    };
    let store = listener.store.clone();
    let written = tokio::spawn(async move {
        let mut out = Vec::new();
        let ended = follow(&store, &wish, &mut out, |_| {}, std::future::pending()).await.unwrap();
        (ended, out)
    });
    let sent = tokio::spawn(async move { listener.send("POST / HTTP/1.1\r\nhost: h\r\n\r\n").await });
    handler.request().await;
    handler.let_go();
    let (ended, out) = written.await.unwrap();
    sent.await.unwrap();
    let record: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(ended, Ended::Counted);
    assert_eq!(record["reply"], json!({"status": 200, "delay_ms": 0, "by": "forward"}));
    let exchange = &record["exchanges"][0];
    assert_eq!(
        (&exchange["kind"], &exchange["status"], &exchange["error"]),
        (&json!("forward"), &json!(200), &Value::Null)
    );
}

fn hookglass(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hookglass"));
    command.args(args).env_clear().env("HOME", env!("CARGO_TARGET_TMPDIR")).stdin(Stdio::null());
    command
}

/// Runs the program, sends one delivery, and gives what was answered and printed.
fn run(args: &[&str], request: &str) -> (String, Value) {
    let mut program = hookglass(&["--listen", "127.0.0.1:0", "--format", "ndjson", "--count", "1"]);
    let mut program = program.args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(program.stderr.as_mut().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim_end().strip_prefix("hookglass: listening on http://").expect(&line);
    let mut sender = TcpStream::connect(address).unwrap();
    sender.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    sender.read_to_string(&mut answer).unwrap();
    let output = program.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    (answer, serde_json::from_slice(&output.stdout).unwrap())
}

const POST: &str = "POST /hooks HTTP/1.1\r\nhost: h\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_flags_do_what_they_say() {
    let run_with = |args: &[&str]| block_in_place(|| run(args, POST));
    let mut handler = Handler::answering("HTTP/1.1 418 No\r\ncontent-length: 3\r\n\r\ntea").await;
    let target = format!("http://{}", handler.address);
    let (answer, record) = run_with(&["--forward", &target]);
    assert!(answer.starts_with("HTTP/1.1 418 ") && answer.ends_with("\r\n\r\ntea"), "{answer}");
    assert_eq!(record["reply"], json!({"status": 418, "delay_ms": 0, "by": "forward"}));
    assert_eq!((&record["exchanges"][0]["target"], &record["exchanges"][0]["status"]), (&json!(target), &json!(418)));
    assert!(handler.request().await.ends_with(b"\r\n\r\n{}"));

    let (answer, record) = run_with(&["--forward", &target, "--forward-async"]);
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert_eq!(
        (&record["reply"], &record["exchanges"][0]["status"]),
        (&json!({"status": 200, "delay_ms": 0}), &json!(418))
    );

    let dead = nobody().await.port().to_string();
    let (answer, record) = run_with(&["--forward", &dead, "--forward-fallback", "503 delay=1ms"]);
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert_eq!(record["reply"], json!({"status": 503, "delay_ms": 1}));
    assert_eq!(record["exchanges"][0]["error"], json!(format!("nothing listens on localhost:{dead}")));

    let (answer, record) = run_with(&["--reply", "drop next=1"]);
    assert_eq!((answer.as_str(), &record["reply"]), ("", &json!({"status": null, "delay_ms": 0, "by": "drop"})));
}

#[test]
fn a_mistake_is_one_line_and_exit_2() {
    let own = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let cases = [
        (vec!["--listen", &own, "--forward", &own], format!("hookglass: http://{own} is this hookglass itself: ")),
        (vec!["--forward", "ftp://x"], "hookglass: `ftp:` cannot be sent to".to_owned()),
        (vec!["--reply", "nope"], "hookglass: --reply <REPLY>: `nope` is no reply; begin with ".to_owned()),
    ];
    for (args, begins) in cases {
        let output = hookglass(&args).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && said.starts_with(&begins), "{args:?}: {said}");
    }
}
