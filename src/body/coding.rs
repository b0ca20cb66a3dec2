//! Content coding (RFC 9110 §8.4) taken off, within bounds.

use bytes::Bytes;

use crate::text;
use crate::wire::Head;

/// Nobody stacks more; a header that does wants to keep us busy.
const MOST_CODINGS: usize = 4;

/// The body without its content codings. They come off all or not at all; what happened goes to the notes.
pub(crate) fn take_off(head: &Head, body: &Bytes, limit: usize, notes: &mut Vec<String>) -> Bytes {
    let codings = codings(head);
    if codings.is_empty() || body.is_empty() {
        return body.clone();
    }
    if codings.len() > MOST_CODINGS {
        notes.push(format!("It has {} content codings, one over the other: it is shown as sent.", codings.len()));
        return body.clone();
    }
    let mut decoded = Decoded { bytes: body.clone(), is_whole: true };
    for coding in codings.iter().rev() {
        decoded = match decode(coding, &decoded.bytes, limit) {
            Ok(next) => Decoded { is_whole: decoded.is_whole && next.is_whole, ..next },
            Err(why) => {
                notes.push(format!("{why}: it is shown as sent."));
                return body.clone();
            }
        };
    }
    let (sent, shown) = (text::size(body.len() as u64), text::size(decoded.bytes.len() as u64));
    notes.push(match decoded.is_whole {
        true => format!("Shown without its {} coding: {sent} as sent, {shown} decoded.", codings.join(", ")),
        false => format!("Shown without its {} coding, only the first {shown} of it.", codings.join(", ")),
    });
    decoded.bytes
}

/// The content codings in the order they were put on, in lower case and made visible.
fn codings(head: &Head) -> Vec<String> {
    let values = head.get_all("content-encoding").map(text::visible_bytes);
    let lists: Vec<_> = values.map(|value| value.to_ascii_lowercase()).collect();
    let names = lists.iter().flat_map(|list| list.split(',')).map(str::trim);
    names.filter(|name| !name.is_empty() && *name != "identity").map(str::to_owned).collect()
}

struct Decoded {
    bytes: Bytes,
    /// Whether that is all of it.
    is_whole: bool,
}

#[cfg(not(feature = "decode"))]
fn decode(coding: &str, _: &Bytes, _: usize) -> Result<Decoded, String> {
    Err(format!("This build cannot take off its {coding} coding"))
}

#[cfg(feature = "decode")]
fn decode(coding: &str, bytes: &Bytes, limit: usize) -> Result<Decoded, String> {
    use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

    let read = match coding {
        "gzip" | "x-gzip" => limited(MultiGzDecoder::new(&bytes[..]), limit),
        // It means zlib, but some send the bare stream (RFC 9110 §8.4.1.2).
        "deflate" => {
            limited(ZlibDecoder::new(&bytes[..]), limit).or_else(|_| limited(DeflateDecoder::new(&bytes[..]), limit))
        }
        "br" => limited(brotli_decompressor::Decompressor::new(&bytes[..], 4096), limit),
        _ => return Err(format!("Its {coding} coding is not known here")),
    };
    read.map_err(|error| format!("Its {coding} coding is broken ({})", text::visible(&error.to_string())))
}

/// What a decoder gives, at most `limit` bytes of it: a small body can decode to gigabytes.
#[cfg(feature = "decode")]
fn limited(decoder: impl std::io::Read, limit: usize) -> std::io::Result<Decoded> {
    use std::io::Read as _;

    let mut bytes = Vec::new();
    decoder.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    let is_whole = bytes.len() <= limit;
    bytes.truncate(limit);
    Ok(Decoded { bytes: bytes.into(), is_whole })
}

#[cfg(all(test, feature = "decode"))]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;
    use crate::wire::Version;

    fn decoded(coding: &str, body: &[u8], limit: usize) -> (Bytes, String) {
        let head = Head::build("POST", "/", Version::Http11).header("Content-Encoding", coding).finish();
        let mut notes = Vec::new();
        let bytes = take_off(&head, &Bytes::copy_from_slice(body), limit, &mut notes);
        (bytes, notes.join(" "))
    }

    fn gzip(plain: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(plain).and_then(|()| encoder.finish()).expect("memory takes it")
    }

    fn zlib(plain: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(plain).and_then(|()| encoder.finish()).expect("memory takes it")
    }

    fn bare_deflate(plain: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(plain).and_then(|()| encoder.finish()).expect("memory takes it")
    }

    #[test]
    fn codings_come_off_in_reverse_order() {
        let plain = br#"{"id":1}"#;
        let brotli = b"\x8b\x03\x80{\"id\":1}\x03";
        let cases = [
            ("gzip", gzip(plain)),
            (" X-GZIP ,identity", gzip(plain)),
            ("deflate", zlib(plain)),
            ("deflate", bare_deflate(plain)),
            ("br", brotli.to_vec()),
            ("deflate, gzip", gzip(&zlib(plain))),
            ("gzip", [gzip(br#"{"id""#), gzip(b":1}")].concat()),
        ];
        for (coding, body) in cases {
            let (bytes, note) = decoded(coding, &body, 1000);
            assert_eq!(bytes, &plain[..], "{coding}");
            assert!(note.starts_with("Shown without its ") && note.ends_with(" 8 B decoded."), "{note}");
        }
    }

    #[test]
    fn what_cannot_come_off_is_shown_as_sent() {
        let cut = &gzip(b"some text that is long enough")[..20];
        let cases: [(&str, &[u8], &str); 7] = [
            ("identity", b"x", ""),
            ("", b"x", ""),
            (
                "gzip",
                b"{\"id\":1,\"name\":\"x\"}",
                "Its gzip coding is broken (invalid gzip header): it is shown as sent.",
            ),
            ("gzip", cut, "Its gzip coding is broken (incomplete deflate stream): it is shown as sent."),
            ("zstd", b"x", "Its zstd coding is not known here: it is shown as sent."),
            ("\u{1b}[2J", b"x", "Its ␛[2j coding is not known here: it is shown as sent."),
            ("gzip,gzip,gzip,gzip,br", b"x", "It has 5 content codings, one over the other: it is shown as sent."),
        ];
        for (coding, body, expected) in cases {
            assert_eq!(decoded(coding, body, 1000), (Bytes::copy_from_slice(body), expected.to_owned()), "{coding}");
        }
    }

    #[test]
    fn a_bomb_is_cut_at_the_limit() {
        let (bytes, note) = decoded("gzip", &gzip(&vec![0; 10_000_000]), 4096);
        assert_eq!(bytes.len(), 4096);
        assert_eq!(note, "Shown without its gzip coding, only the first 4 KiB of it.");
        let (bytes, note) = decoded("gzip", &gzip(&[0; 4096]), 4096);
        assert_eq!((bytes.len(), &note[note.len() - 15..]), (4096, " 4 KiB decoded."));
    }
}
