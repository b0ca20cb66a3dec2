//! What commands about a recording share: reading it, from a file or a pipe, and what they write of it.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use super::{Failure, complain};
use crate::record::ndjson;
use crate::store::Capture;
use crate::text;

/// What is written of each capture of a recording.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(super) enum Format {
    /// For people.
    Text,
    /// Its JSON record, one a line.
    Ndjson,
}

/// Hands over each capture of a recording; `-` is standard input. What is torn at its end is left out, and that is said.
pub(super) fn read(file: &Path, mut each: impl FnMut(Capture) -> Result<(), Failure>) -> Result<(), Failure> {
    let name = text::visible(&file.display().to_string()).into_owned();
    let mut reader = ndjson::Reader::new(open(file, &name)?);
    for capture in &mut reader {
        each(capture.map_err(|error| Failure::could_not_run(format!("{name}, {error}")))?)?;
    }
    if let Some(line) = reader.torn() {
        complain(&format!("{name}, line {line} is torn and was left out"));
    }
    Ok(())
}

fn open(file: &Path, name: &str) -> Result<Box<dyn BufRead>, Failure> {
    if file == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    let opened = File::open(file).map_err(|error| Failure::could_not_run(format!("cannot read {name}: {error}")))?;
    Ok(Box::new(BufReader::new(opened)))
}
