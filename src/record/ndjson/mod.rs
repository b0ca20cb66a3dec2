//! One JSON object a line, one line a capture: the format of recordings and of headless output.
//!
//! It keeps every byte of a delivery (base64 where JSON's text cannot) and never a secret. A recording is only ever
//! appended to, so whoever is killed while writing loses at most the last line; [`Reader`] says when one is torn.

mod read;
mod schema;

use std::io::{self, Write};

pub use read::{ReadError, Reader};

use crate::store::Capture;

/// Writes a capture as one line. Many small writes: give it a buffer.
pub fn write(out: &mut impl Write, capture: &Capture) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &schema::Record::of(capture))?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests;
