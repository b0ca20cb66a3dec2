//! The body with other line breaks: editors end files with one, and some transports turn LF into CRLF.

use std::ops::ControlFlow;

use super::bodies::Taker;
use super::{Cause, Change};

/// A change of line breaks: what it is called, and what it makes of a body.
type Edit = (&'static str, fn(&[u8]) -> Vec<u8>);

const WITHIN: [Edit; 3] =
    [("the body", <[u8]>::to_vec), ("the body with LF for CRLF", to_lf), ("the body with CRLF for LF", to_crlf)];

const AT_ITS_END: [Edit; 5] = [
    ("", <[u8]>::to_vec),
    (" without the line break at its end", |body| without_one(body).to_vec()),
    (" without any line breaks at its end", |body| without_all(body).to_vec()),
    (" with a line feed at its end", |body| [body, b"\n"].concat()),
    (" with CR LF at its end", |body| [body, b"\r\n"].concat()),
];

pub(super) fn each(body: &[u8], taker: &mut dyn Taker) -> ControlFlow<()> {
    if !taker.afford(4 * body.len()) {
        taker.skip(Cause::BodyNewline, "the body with other line breaks");
        return ControlFlow::Continue(());
    }
    let mut tried = vec![body.to_vec()];
    for (within, change) in WITHIN {
        let changed = change(body);
        for (at_its_end, change) in AT_ITS_END {
            let changed = change(&changed);
            if tried.contains(&changed) {
                continue;
            }
            let fix =
                "Sign the very bytes that are sent; curl sends a file as it is with --data-binary, not with --data.";
            taker.take(&Change::new(Cause::BodyNewline, format!("{within}{at_its_end}"), fix), &changed)?;
            tried.push(changed);
        }
    }
    ControlFlow::Continue(())
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
