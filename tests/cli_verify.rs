//! `hookglass verify` as a script sees it: exit code, standard output, standard error.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const BODY: &str = r#"{"id":"evt_1","object":"event","type":"recognition.created","data":{}}"#;
/// `openssl dgst -sha256 -hmac s3cret`
const SIGNATURE: &str = "1bffc47b9dd70a930b6d0b9e77afb81bc911eaea56b5a9321ce8b6577fc8aab9";

/// Runs in a folder that holds `body.json`, with the secret in `HELD` and no settings of the user's.
fn verify(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hookglass"))
        .arg("verify")
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("HELD", "s3cret")
        .env("XDG_CONFIG_HOME", folder)
        .env("HOME", folder)
        .output()
        .unwrap()
}

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("body.json"), BODY).unwrap();
    folder
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn signed() -> String {
    format!("X-Brighten-Signature: {SIGNATURE}")
}

#[test]
fn a_signature_made_by_openssl_is_verified() {
    let folder = folder();
    let named = ["--provider", "brighten", "--secret", "env:HELD", "--body", "body.json", "--header", &signed()];
    for arguments in [&named[..], &named[2..]] {
        let output = verify(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert!(text(&output.stdout).contains("✓ verified") && output.stderr.is_empty(), "{output:?}");
    }
}

#[test]
fn where_bodies_were_changed_the_raw_bytes_are_shown_in_the_users_stack() {
    let folder = folder();
    fs::write(folder.path().join("spaced.json"), BODY.replace(',', ", ")).unwrap();
    fs::write(folder.path().join("line.json"), format!("{BODY}\n")).unwrap();
    let signed = signed();
    let given = ["--provider", "brighten", "--secret", "env:HELD", "--header", &signed, "--body"];
    let cases: [(&[&str], Option<&str>); 5] = [
        (&["spaced.json"], Some("The bytes as they came, in Express (--stack shows another)")),
        (&["spaced.json", "--stack", "axum"], Some("The bytes as they came, in axum\n")),
        (&["spaced.json", "--format", "ndjson"], None),
        // No parser adds a line break: that is the sender's.
        (&["line.json"], None),
        (&["body.json"], None),
    ];
    for (arguments, shown) in cases {
        let output = verify(folder.path(), &[&given, arguments].concat());
        let said = text(&output.stdout);
        assert_eq!(said.contains("The bytes as they came"), shown.is_some(), "{said}");
        assert!(shown.is_none_or(|shown| said.contains(shown)), "{said}");
    }
    let unknown = verify(folder.path(), &[&given[..], &["spaced.json", "--stack", "cobol"]].concat());
    assert_eq!(unknown.status.code(), Some(2));
}

#[test]
fn a_failure_says_why_and_exits_1() {
    let folder = folder();
    fs::write(folder.path().join("pretty.json"), BODY.replace(',', ", ")).unwrap();
    let signed = signed();
    let cases: [(&[&str], &str); 4] = [
        (&["--secret", "env:HELD", "--body", "pretty.json", "--header", &signed], "body_reserialized"),
        (&["--secret", "literal:other", "--body", "body.json", "--header", &signed], "wrong_secret"),
        (&["--secret", "literal:s3cret ", "--body", "body.json", "--header", &signed], "secret_whitespace"),
        (
            &["--secret", "env:HELD", "--body", "body.json", "--header", "X-Brighten-Signature: x"],
            "malformed_signature",
        ),
    ];
    for (arguments, cause) in cases {
        let output = verify(folder.path(), &[&["--provider", "brighten"], arguments].concat());
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let said = text(&output.stdout);
        assert!(
            said.contains(cause) && said.split("\n\n").next().unwrap().lines().count() == 3 && output.stderr.is_empty(),
            "{said}"
        );
    }
}

#[test]
fn what_is_not_verified_exits_1_too() {
    let folder = folder();
    let signed = signed();
    let cases: [(&[&str], &str); 4] = [
        (&["--provider", "brighten", "--body", "body.json", "--header", &signed], "no secret"),
        (&["--provider", "brighten", "--secret", "env:HELD", "--body", "body.json"], "unsigned"),
        (&["--body", "body.json", "--method", "PUT"], "unknown"),
        (&["--header", "a: b"], "unknown"),
    ];
    for (arguments, status) in cases {
        let output = verify(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert!(text(&output.stdout).contains(status), "{output:?}");
    }
}

#[test]
fn a_record_goes_in_and_comes_out_with_its_verdict() {
    let folder = folder();
    let signed = signed();
    let parts = ["--provider", "brighten", "--secret", "env:HELD", "--body", "body.json", "--header", &signed];
    let made =
        verify(folder.path(), &[&parts[..], &["--format", "ndjson", "--url", "https://x.example/in?a=1"]].concat());
    let record: serde_json::Value = serde_json::from_slice(&made.stdout).unwrap();
    assert_eq!((&record["verdict"]["status"], &record["target"]), (&"verified".into(), &"/in?a=1".into()));

    let changed = text(&made.stdout).replace("evt_1", "evt_2");
    let recording = format!("{}{changed}{}", text(&made.stdout), "{\"schema\":1,\"se");
    fs::write(folder.path().join("two.ndjson"), recording).unwrap();
    let output = verify(folder.path(), &["two.ndjson", "--secret", "env:HELD"]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stdout);
    assert!(said.contains("✓ verified") && said.contains("✗ failed: wrong_secret"), "{said}");
    assert!(said.ends_with("\n1 of 2 verified (1 failed)\n"), "{said}");
    assert_eq!(text(&output.stderr), "hookglass: two.ndjson, line 3 is torn and was left out\n");

    fs::write(folder.path().join("one.ndjson"), &made.stdout).unwrap();
    assert_eq!(verify(folder.path(), &["one.ndjson", "--secret", "brighten=env:HELD"]).status.code(), Some(0));
    let probe = verify(folder.path(), &["--method", "OPTIONS", "--header", "a: b", "--format", "ndjson"]).stdout;
    let stray = verify(folder.path(), &["--method", "GET", "--header", "a: b", "--format", "ndjson"]).stdout;
    let refused = text(&stray).replace("\"seq\"", "\"refused\":{\"status\":400,\"reason\":\"no\"},\"seq\"");
    let sums = [
        (vec![&made.stdout[..], &probe, refused.as_bytes()], 0, "1 of 1 verified; 1 probe and 1 refused do not count"),
        (vec![&made.stdout, &stray, &stray], 1, "1 of 3 verified (2 unknown)"),
    ];
    for (records, code, sum) in sums {
        fs::write(folder.path().join("several.ndjson"), records.concat()).unwrap();
        let output = verify(folder.path(), &["several.ndjson", "--secret", "brighten=env:HELD"]);
        assert_eq!((output.status.code(), text(&output.stdout).lines().last()), (Some(code), Some(sum)));
    }
    fs::write(folder.path().join("none.ndjson"), "").unwrap();
    assert_eq!(verify(folder.path(), &["none.ndjson"]).status.code(), Some(1), "nothing is not verified");
}

#[test]
fn a_mistake_is_one_line_without_the_secret() {
    let folder = folder();
    fs::write(folder.path().join("other.json"), "[]\n").unwrap();
    let cases: [(&[&str], i32, &str); 10] = [
        (&[], 2, "or one delivery by its parts (--body FILE, --header"),
        (&["absent.ndjson"], 3, "cannot read absent.ndjson"),
        (&["other.json"], 3, "other.json, line 1: not a record"),
        (&["--body", "absent.json"], 3, "cannot read the body absent.json"),
        (&["--body", "body.json", "--header", "hunter2"], 2, "'Name: value'"),
        (&["--body", "body.json", "--secret", "hunter2"], 2, "env:VAR, file:PATH or literal:TEXT"),
        (&["--body", "body.json", "--secret", "env:ABSENT"], 2, "ABSENT is not set"),
        (&["--body", "body.json", "--secret", "file:absent"], 3, "cannot read the secret file absent"),
        (&["--body", "body.json", "--provider", "brigten"], 2, "did you mean `brighten`?"),
        (&["--body", "body.json", "file.ndjson"], 2, "cannot be used with"),
    ];
    for (arguments, code, says) in cases {
        let output = verify(folder.path(), arguments);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(said.contains(says) && said.lines().count() == 1 && !said.contains("hunter2"), "{said}");
        assert!(output.stdout.is_empty());
    }
}
