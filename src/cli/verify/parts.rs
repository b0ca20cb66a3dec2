//! One delivery given on the command line by its parts.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use jiff::Timestamp;

use crate::cli::Failure;
use crate::send::Target;
use crate::text;
use crate::wire::{Delivery, Extent, Head, HeadBuilder, Version};

/// A delivery by its parts.
#[derive(Debug, clap::Args)]
pub(super) struct PartsArgs {
    /// The file with the exact bytes of the body; - reads standard input
    #[arg(long, value_name = "FILE", conflicts_with = "file")]
    body: Option<PathBuf>,
    /// A header as it arrived; repeat it for several
    #[arg(long = "header", value_name = "NAME: VALUE", conflicts_with = "file")]
    headers: Vec<String>,
    /// The method it came with [default: POST]
    #[arg(long, conflicts_with = "file")]
    method: Option<String>,
    /// The URL it was sent to
    #[arg(long, conflicts_with = "file")]
    url: Option<Target>,
}

impl PartsArgs {
    /// Whether no part says what arrived.
    pub(super) fn are_absent(&self) -> bool {
        self.body.is_none() && self.headers.is_empty()
    }

    /// The whole URL it was sent to, where that is given.
    pub(super) fn url(&self) -> Option<String> {
        let url = self.url.as_ref()?;
        let scheme = if url.is_https() { "https" } else { "http" };
        let target = url.request_target(b"/");
        Some(format!("{scheme}://{}{}", url.authority(), String::from_utf8_lossy(&target)))
    }

    /// The delivery; a body larger than `max_body` bytes is refused rather than checked in part.
    pub(super) fn delivery(&self, max_body: usize) -> Result<Delivery, Failure> {
        let method = self.method.as_deref().unwrap_or("POST");
        if !is_token(method) {
            return Err(Failure::usage("--method takes one word, such as POST"));
        }
        let target = self.url.as_ref().map_or_else(|| b"/".to_vec(), |url| url.request_target(b"/"));
        let mut head = Head::build(method, &String::from_utf8_lossy(&target), Version::Http11);
        if let Some(url) = &self.url {
            head.push("host", url.authority().as_bytes());
        }
        for header in &self.headers {
            push(&mut head, header)?;
        }
        let body = self.body.as_deref().map_or_else(|| Ok(Bytes::new()), |file| read(file, max_body))?;
        Ok(Delivery { received_at: Timestamp::now(), peer: None, head: head.finish(), body, extent: Extent::Whole })
    }
}

/// Adds a header that is written `Name: value`. It may carry a credential, so a mistake is told without repeating it.
fn push(head: &mut HeadBuilder, header: &str) -> Result<(), Failure> {
    match header.split_once(':') {
        Some((name, value)) if is_token(name) && !value.contains(['\r', '\n', '\0']) => {
            head.push(name, value.trim_matches([' ', '\t']).as_bytes());
            Ok(())
        }
        _ => Err(Failure::usage("a --header is written 'Name: value', on one line")),
    }
}

/// Whether that can be a method or the name of a header (RFC 9110 §5.6.2).
fn is_token(text: &str) -> bool {
    let is_mark = |byte: u8| b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || is_mark(byte))
}

fn read(file: &Path, max_body: usize) -> Result<Bytes, Failure> {
    let mut body = Vec::new();
    let limit = max_body as u64 + 1;
    let read = if file == Path::new("-") {
        io::stdin().lock().take(limit).read_to_end(&mut body)
    } else {
        File::open(file).and_then(|opened| opened.take(limit).read_to_end(&mut body))
    };
    let name = text::visible(&file.display().to_string()).into_owned();
    match read {
        Ok(size) if size > max_body => {
            let most = text::size(max_body as u64);
            Err(Failure::could_not_run(format!("{name} is larger than the {most} of max-body")))
        }
        Ok(_) => Ok(body.into()),
        Err(error) => Err(Failure::could_not_run(format!("cannot read the body {name}: {error}"))),
    }
}
