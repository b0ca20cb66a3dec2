//! A header's value read in other ways than the scheme writes it: in another encoding, behind another prefix, or bare.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

use super::{Cause, Change};
use crate::provider::{Encoding, Layout, Signature};
use crate::text;
use crate::verify::{hmac, tag};

/// No header carries more signatures; one that does wants to keep us busy.
const MOST_READINGS: usize = 6;

/// No header has more parts; those of a longer one stay unread.
const MOST_PIECES: usize = 64;

/// No label before a signature is longer.
const LONGEST_LABEL: usize = 16;

/// A digest that a value may stand for.
pub(super) struct Reading {
    pub(super) digest: Vec<u8>,
    /// What is otherwise than the scheme writes it; nothing where it is the label of another hash alone.
    pub(super) change: Option<Change>,
}

/// An encoding of digests, for people, and whether it is the scheme's.
type Decoder = (&'static str, Option<Encoding>, fn(&str) -> Option<Vec<u8>>);

const DECODERS: [Decoder; 4] = [
    ("hex", Some(Encoding::Hex), |digits| hex::decode(digits).ok()),
    ("base64", Some(Encoding::Base64), |digits| STANDARD.decode(digits).ok()),
    ("base64url or unpadded base64", None, |digits| {
        [&URL_SAFE, &URL_SAFE_NO_PAD, &STANDARD_NO_PAD].iter().find_map(|base64| base64.decode(digits).ok())
    }),
    ("base64 of hex", None, |digits| hex::decode(STANDARD.decode(digits).ok()?).ok()),
];

/// What the scheme writes before the digits of a signature, the name of its field as well; the likeliest first.
pub(super) fn labels(signature: &Signature) -> Vec<String> {
    let prefixes = if signature.prefixes.is_empty() { &[String::new()][..] } else { &signature.prefixes };
    match &signature.layout {
        Layout::One | Layout::List(_) => prefixes.to_vec(),
        Layout::Fields { signatures, .. } => {
            let named = |name| prefixes.iter().map(move |prefix| format!("{name}={prefix}"));
            signatures.iter().flat_map(named).collect()
        }
    }
}

/// Every digest that the value may stand for.
pub(super) fn readings(signature: &Signature, value: &[u8]) -> Vec<Reading> {
    let Ok(value) = str::from_utf8(value) else { return Vec::new() };
    let mut readings: Vec<Reading> = Vec::new();
    let labels = labels(signature);
    let separator = match &signature.layout {
        Layout::One => String::new(),
        Layout::List(separator) => separator.clone(),
        Layout::Fields { separator, .. } => separator.to_string(),
    };
    let own = value.split(&separator).filter(|_| !separator.is_empty());
    let pieces = value.split([',', ';', ' ']);
    let labelled = labels.iter().flat_map(|label| from_label_to_label(value, label));
    for piece in [value].into_iter().chain(own).chain(labelled).chain(pieces).take(MOST_PIECES) {
        for (label, digits) in split(&labels, piece.trim()) {
            for decoder in &DECODERS {
                let Some(digest) = (decoder.2)(digits).filter(|digest| hmac::hash_of_size(digest.len()).is_some())
                else {
                    continue;
                };
                if readings.len() < MOST_READINGS && !readings.iter().any(|known| known.digest == digest) {
                    let change = change(signature, &labels, label, decoder, digest.len());
                    readings.push(Reading { digest, change });
                }
            }
        }
    }
    readings
}

/// Each part of a value that begins with a label, up to the next one: what stands between them may be anything.
fn from_label_to_label<'v>(value: &'v str, label: &str) -> Vec<&'v str> {
    if label.is_empty() {
        return Vec::new();
    }
    let starts: Vec<usize> = value.match_indices(label).map(|(at, _)| at).take(MOST_PIECES).collect();
    let ends = starts.iter().skip(1).copied().chain([value.len()]);
    starts.iter().zip(ends).map(|(start, end)| value[*start..end].trim_end_matches([',', ';', ' '])).collect()
}

/// What may be the label, and the digits behind it. Quotes around them are taken off.
fn split<'v>(labels: &[String], piece: &'v str) -> Vec<(&'v str, &'v str)> {
    let own = labels.iter().filter_map(|label| piece.split_at_checked(label.len()).filter(|it| it.0 == label));
    let other = piece.find(['=', ':']).filter(|&at| at < LONGEST_LABEL).map(|at| piece.split_at(at + 1));
    let bare = Some(("", piece));
    own.chain(other).chain(bare).map(|(label, digits)| (label, digits.trim_matches(['"', '\'']))).collect()
}

/// What is otherwise than due. The label is shown only where a whole digest stands behind it, so it is none of it.
fn change(signature: &Signature, labels: &[String], label: &str, decoder: &Decoder, size: usize) -> Option<Change> {
    let is_due = decoder.1 == Some(signature.encoding);
    let is_own = labels.iter().any(|own| own == label);
    let is_of_its_hash = hmac::hash_of_size(size).is_some_and(|hash| {
        Some(hash.size()) != tag::size(signature.algorithm)
            && label.trim_end_matches('=').eq_ignore_ascii_case(hmac::name(hash))
    });
    let behind = match (is_own || is_of_its_hash, label) {
        (true, _) => String::new(),
        (false, "") => " without the prefix that is due".to_owned(),
        (false, label) => format!(" behind `{}`", text::visible(label)),
    };
    let fix = "Make the sender write the header as the scheme says, or check the scheme that it was set to.";
    match (is_due, behind.is_empty()) {
        (true, true) if is_of_its_hash || Some(size) != tag::size(signature.algorithm) => None,
        (true, true) => {
            Some(Change::new(Cause::MalformedSignature, "the signature alone, without what stands around it", fix))
        }
        (true, false) => Some(Change::new(Cause::MalformedSignature, format!("the signature{behind}"), fix)),
        (false, _) => {
            Some(Change::new(Cause::WrongEncoding, format!("the signature read as {}{behind}", decoder.0), fix))
        }
    }
}
