//! `hookglass resend` as a script sees it: what a handler receives, exit code, standard output, standard error.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};
use std::thread::JoinHandle;

use tempfile::TempDir;

/// The signature of the recording, long stale.
const SIGNATURE: &str = "00";

fn record(seq: u64, path: &str, body: &str, rest: &str) -> String {
    let body = body.replace('"', "\\\"");
    format!(
        "{{\"schema\":1,\"seq\":{seq},\"received_at\":\"2026-02-06T14:00:00Z\",\"peer\":null,\"method\":\"POST\",\
         \"target\":\"{path}\",\"version\":\"HTTP/1.1\",\"headers\":[[\"Host\",\"there\"],[\"X-Twice\",\"1\"],\
         [\"x-twice\",\"2\"],[\"X-Brighten-Signature\",\"{SIGNATURE}\"]],\"body\":{{\"text\":\"{body}\"}},\"size\":1,\
         \"sha256\":null,\"truncated\":false,\"provider\":null,\"probe\":false,\"event\":null,\"verdict\":null,\
         \"reply\":null,\"exchanges\":[]{rest}}}\n"
    )
}

fn recording() -> String {
    let refused = ",\"refused\":{\"status\":400,\"reason\":\"no HTTP\"}";
    let body = "{\"type\":\"user.created\"}";
    [
        record(1, "/a?x=1", body, ""),
        record(2, "/b", "two", ""),
        record(3, "/c", "", refused),
        record(4, "/d", body, "")
            .replace("\"size\":1,", "\"size\":9000,")
            .replace("\"truncated\":false", "\"truncated\":true"),
    ]
    .concat()
}

/// A handler that answers so many requests, each with one of these statuses; gives what it was sent.
fn handler(statuses: &'static [u16]) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let serve = move || {
        let one = |status: &u16| {
            let (mut stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut request = String::new();
            while !request.ends_with("\r\n\r\n") {
                reader.read_line(&mut request).unwrap();
            }
            let length = request.lines().find_map(|line| line.strip_prefix("content-length: "));
            let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
            reader.read_exact(&mut body).unwrap();
            write!(stream, "HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n").unwrap();
            request + &String::from_utf8(body).unwrap()
        };
        statuses.iter().map(one).collect()
    };
    (url, std::thread::spawn(serve))
}

fn resend(folder: &TempDir, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hookglass"))
        .arg("resend")
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("HELD", "s3cret")
        .env("XDG_CONFIG_HOME", folder.path())
        .env("HOME", folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("r.ndjson"), recording()).unwrap();
    folder
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn captures_are_sent_in_order_and_byte_for_byte() {
    let (url, handler) = handler(&[200, 204]);
    let authority = url.strip_prefix("http://").unwrap();
    let output = resend(&folder(), &["r.ndjson", "--to", &url]);
    let expected = |path: &str, body: &str| {
        format!(
            "POST {path} HTTP/1.1\r\nHost: {authority}\r\nX-Twice: 1\r\nx-twice: 2\r\nX-Brighten-Signature: {SIGNATURE}\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let body = "{\"type\":\"user.created\"}";
    assert_eq!(handler.join().unwrap(), [expected("/a?x=1", body), expected("/b", "two")]);
    // The third never was a delivery; a part of the fourth is not sent as if it were the whole.
    let said = text(&output.stdout);
    assert!(said.starts_with("#1    ✓ 200 in ") && said.contains("\n#2    ✓ 204 in "), "{said}");
    assert!(said.contains("\n#4    ✗ not sent: only 23 B of 8.7 KiB was kept"), "{said}");
    assert!(said.contains("  POST /b\n"), "{said}");
    assert!(said.ends_with("\n2 of 3 answered with a 2xx\n"), "{said}");
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(1), ""));
}

#[test]
fn the_exit_code_says_whether_all_were_accepted() {
    let cases: [(&'static [u16], &[&str], i32); 4] = [
        (&[201], &["--where", "/b"], 0),
        (&[302], &["--where", "/b"], 1),
        (&[500], &["--where", "/b", "--rate", "90/m"], 1),
        (&[], &["--where", "nowhere"], 1),
    ];
    for (statuses, arguments, code) in cases {
        let (url, handler) = handler(statuses);
        let output = resend(&folder(), &[&["r.ndjson", "--to", &url], arguments].concat());
        handler.join().unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {output:?}");
    }
}

#[test]
fn records_carry_the_exchange() {
    let (url, handler) = handler(&[500]);
    let output = resend(&folder(), &["r.ndjson", "--to", &url, "--where", "/b", "--format", "ndjson"]);
    handler.join().unwrap();
    let record: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let exchange = &record["exchanges"][0];
    assert_eq!((record["seq"].as_u64(), exchange["status"].as_u64()), (Some(2), Some(500)));
    assert_eq!((exchange["kind"].as_str(), exchange["target"].as_str()), (Some("resend"), Some(&*url)));
}

#[test]
fn what_is_signed_afresh_carries_another_signature() {
    let (url, handler) = handler(&[200]);
    let signing = ["--resign", "--secret", "brighten=env:HELD", "--where", "/a"];
    let output = resend(&folder(), &[&["r.ndjson", "--to", &url], &signing[..]].concat());
    let sent = handler.join().unwrap().concat();
    let signature = sent.lines().find_map(|line| line.strip_prefix("X-Brighten-Signature: ")).unwrap();
    // printf '{"type":"user.created"}' | openssl dgst -sha256 -hmac s3cret
    assert_eq!(signature, "48b212002344d61e4a5c18185cca2d7b11c1b9f62dba8b99cfbc474623e34cfe");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let unsigned = resend(&folder(), &["r.ndjson", "--to", &url, "--where", "/a", "--resign"]);
    assert!(text(&unsigned.stdout).contains("✗ not sent: no secret of brighten is configured"), "{unsigned:?}");
}

#[test]
fn what_nobody_is_known_to_send_is_signed_as_the_one_who_is_named_signs() {
    let (url, handler) = handler(&[200]);
    let signing = ["--resign", "--provider", "brighten", "--secret", "env:HELD", "--where", "/b"];
    let output = resend(&folder(), &[&["r.ndjson", "--to", &url], &signing[..]].concat());
    // printf two | openssl dgst -sha256 -hmac s3cret
    let signature = "X-Brighten-Signature: b62ede0d75fafd464ec53d9a468a676c2f218bec28f0b752ab2f2d39a7dbde9f\r\n";
    assert!(handler.join().unwrap().concat().contains(signature), "{output:?}");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn mistakes_are_one_line() {
    let cases: [(&[&str], i32, &str); 8] = [
        (&["r.ndjson"], 2, "--to"),
        (&["none.ndjson", "--to", ":1"], 3, "hookglass: cannot read none.ndjson: "),
        (&["r.ndjson", "--to", "ftp://x"], 2, "only http:// and https:// can"),
        (&["r.ndjson", "--to", ":1", "--rate", "fast"], 2, "`fast` is not a rate; write it like 10/s, 90/m or 500/h"),
        (&["bad", "--to", ":1"], 3, "hookglass: bad, line 1: "),
        (&["r.ndjson", "--to", ":1", "--secret", "env:HELD"], 2, "--resign"),
        (&["r.ndjson", "--to", ":1", "--public-url", "https://x"], 2, "--resign"),
        (&["r.ndjson", "--to", ":1", "--resign", "--provider", "brigten"], 2, "did you mean `brighten`?"),
    ];
    let folder = folder();
    fs::write(folder.path().join("bad"), "{}\n{}\n").unwrap();
    for (arguments, code, says) in cases {
        let output = resend(&folder, arguments);
        let said = text(&output.stderr);
        assert!(output.status.code() == Some(code) && said.contains(says), "{arguments:?}: {output:?}");
        assert!(output.stdout.is_empty() && said.lines().count() == 1, "{said}");
    }
}
