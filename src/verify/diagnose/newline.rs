//! The body with other line breaks: editors end files with one, and some transports turn LF into CRLF.

use super::{Attempts, Cause, Reason};

/// A change of line breaks: what it is called, and what it makes of a body.
type Change = (&'static str, fn(&[u8]) -> Vec<u8>);

const CHANGES: [Change; 8] = [
    ("the body without the line break at its end", |body| without_one(body).to_vec()),
    ("the body with a line feed at its end", |body| [body, b"\n"].concat()),
    ("the body with CR LF at its end", |body| [body, b"\r\n"].concat()),
    ("the body without any line breaks at its end", |body| without_all(body).to_vec()),
    ("the body with LF for CRLF", to_lf),
    ("the body with CRLF for LF", to_crlf),
    ("the body with LF for CRLF and none at its end", |body| to_lf(without_all(body))),
    ("the body with CRLF for LF and none at its end", |body| to_crlf(without_all(body))),
];

impl Attempts<'_> {
    pub(super) fn newline(&mut self, body: &[u8]) -> Option<Reason> {
        let mut tried: Vec<Vec<u8>> = Vec::new();
        for (name, change) in CHANGES {
            if !self.affords(body.len()) {
                self.skip(Cause::BodyNewline, name);
                continue;
            }
            let changed = change(body);
            if changed == body || tried.contains(&changed) {
                continue;
            }
            if self.attempt_body(Cause::BodyNewline, name, &changed).is_some() {
                return Some(Reason {
                    cause: Cause::BodyNewline,
                    explanation: format!("The signature is of {name}, not of the bytes that arrived."),
                    fix: "Sign and send the same bytes: sign what is sent, and send files with --data-binary, not --data."
                        .to_owned(),
                });
            }
            tried.push(changed);
        }
        None
    }
}

fn without_one(body: &[u8]) -> &[u8] {
    body.strip_suffix(b"\n").map_or(body, |line| line.strip_suffix(b"\r").unwrap_or(line))
}

fn without_all(body: &[u8]) -> &[u8] {
    let end = body.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |at| at + 1);
    &body[..end]
}

fn to_lf(body: &[u8]) -> Vec<u8> {
    let mut changed = Vec::with_capacity(body.len());
    for (at, &byte) in body.iter().enumerate() {
        if !(byte == b'\r' && body.get(at + 1) == Some(&b'\n')) {
            changed.push(byte);
        }
    }
    changed
}

/// A line feed that has its carriage return already stays.
fn to_crlf(body: &[u8]) -> Vec<u8> {
    let mut changed = Vec::with_capacity(body.len() + body.len() / 16);
    for (at, &byte) in body.iter().enumerate() {
        if byte == b'\n' && (at == 0 || body[at - 1] != b'\r') {
            changed.push(b'\r');
        }
        changed.push(byte);
    }
    changed
}
