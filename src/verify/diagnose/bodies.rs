//! The body as it may have been when it was signed, one change after the other.

use std::ops::ControlFlow;

use bytes::Bytes;

use super::{Cause, Change, encoding, form, newline, reserialize};
use crate::body;
use crate::wire::{Delivery, Head, Version};

/// No body is taken to be larger once its compression is off.
const MAX_DECODED: usize = 4 << 20;

/// What it costs to take the compression off, in bytes hashed for each byte that comes out: few bytes can become many.
const DECODING: usize = 4;

/// Whoever tries bodies. Bodies are made one at a time, for they can be large.
pub(super) trait Taker {
    /// What is left to spend.
    fn left(&self) -> usize;
    /// Spends what making a body costs, in bytes hashed. False where that is not left.
    fn afford(&mut self, cost: usize) -> bool;
    /// Notes a body that was not made.
    fn skip(&mut self, cause: Cause, name: &'static str);
    /// Tries a body; breaks when it was the one.
    fn take(&mut self, change: &Change, body: &[u8]) -> ControlFlow<()>;
}

/// Every other body that may have been signed, the most common and the cheapest change first.
pub(super) fn each(delivery: &Delivery, taker: &mut dyn Taker) -> ControlFlow<()> {
    let body = &delivery.body;
    empty(body, taker)?;
    newline::each(body, taker)?;
    encoding::marks(body, taker)?;
    compressed(delivery, taker)?;
    form::each(&delivery.head, body, taker)?;
    reserialize::each(body, taker)?;
    encoding::texts(&delivery.head, body, taker)
}

fn empty(body: &[u8], taker: &mut dyn Taker) -> ControlFlow<()> {
    if !body.is_empty() {
        let fix = "Sign what is sent: at the signer the body was not there yet, or had been read before.";
        return taker.take(&Change::new(Cause::BodyEmpty, "an empty body", fix), b"");
    }
    let fix = "Send what was signed, and see that nothing reads the body before it is passed on.";
    ["{}", "[]", "null", "\"\""].iter().try_for_each(|text| {
        taker.take(&Change::new(Cause::BodyEmpty, format!("the body `{text}`"), fix), text.as_bytes())
    })
}

/// Signed before it was compressed. The reverse cannot be recomputed: compressors differ in what they make of a text.
fn compressed(delivery: &Delivery, taker: &mut dyn Taker) -> ControlFlow<()> {
    let body = &delivery.body;
    let coding = match delivery.head.get_str("content-encoding") {
        Some(coding) => coding,
        None if body.starts_with(b"\x1f\x8b") => "gzip",
        None => return ControlFlow::Continue(()),
    };
    let name = "the body without its compression";
    let most = MAX_DECODED.min(taker.left() / (DECODING + 1));
    let decoded = without(coding, body, most);
    if !taker.afford(DECODING * decoded.len()) || decoded.len() >= most {
        taker.skip(Cause::BodyCompressed, name);
        return ControlFlow::Continue(());
    }
    if decoded == *body {
        return ControlFlow::Continue(());
    }
    let fix = "Sign what is sent after compressing it, or take the compression off before the check.";
    taker.take(&Change::new(Cause::BodyCompressed, name, fix), &decoded)
}

/// At most so many bytes of it.
fn without(coding: &str, body: &Bytes, most: usize) -> Bytes {
    let head = Head::build("POST", "/", Version::Http11).header("content-encoding", coding).finish();
    body::take_off(&head, body, most, &mut Vec::new())
}
