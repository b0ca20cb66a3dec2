//! The body with other line breaks: editors end files with one, and some transports turn LF into CRLF.

use super::{Attempts, Cause, Reason};

/// A change of line breaks: what it is called, and what it makes of a body.
type Change = (&'static str, fn(&[u8]) -> Vec<u8>);

const WITHIN: [Change; 3] =
    [("the body", <[u8]>::to_vec), ("the body with LF for CRLF", to_lf), ("the body with CRLF for LF", to_crlf)];

const AT_ITS_END: [Change; 5] = [
    ("", <[u8]>::to_vec),
    (" without the line break at its end", |body| without_one(body).to_vec()),
    (" without any line breaks at its end", |body| without_all(body).to_vec()),
    (" with a line feed at its end", |body| [body, b"\n"].concat()),
    (" with CR LF at its end", |body| [body, b"\r\n"].concat()),
];

impl Attempts<'_> {
    pub(super) fn newline(&mut self, body: &[u8]) -> Option<Reason> {
        if !self.affords(body.len()) {
            self.skip(Cause::BodyNewline, "the body with other line breaks");
            return None;
        }
        let mut tried = vec![body.to_vec()];
        for (within, change) in WITHIN {
            let changed = change(body);
            for (at_its_end, change) in AT_ITS_END {
                let changed = change(&changed);
                if tried.contains(&changed) {
                    continue;
                }
                let name = format!("{within}{at_its_end}");
                if self.attempt_body(Cause::BodyNewline, name.clone(), &changed).is_some() {
                    return Some(reason(&name));
                }
                tried.push(changed);
            }
        }
        None
    }
}

fn reason(name: &str) -> Reason {
    Reason {
        cause: Cause::BodyNewline,
        explanation: format!("The signature is of {name}, not of the bytes that arrived."),
        fix: "Sign the very bytes that are sent; curl sends a file as it is with --data-binary, not with --data."
            .to_owned(),
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
