//! Reading signatures from the value that carries them: one, a list, or named fields.
//!
//! Reads generously (upper-case hex, base64 of either alphabet) and says what was odd: whether an oddity matters is
//! for whoever words a verdict.

use base64::Engine;
use base64::alphabet::{STANDARD as STANDARD_ALPHABET, URL_SAFE as URL_SAFE_ALPHABET};
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD, URL_SAFE_NO_PAD};

use super::hmac;
use crate::provider::{Algorithm, Encoding, Hash, Layout, Signature};

/// A signature as it was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    /// Whether its prefix and its length are those of the scheme.
    pub(super) fits: bool,
    /// Whether it is hex with digits in upper case.
    pub(super) upper_case: bool,
    /// Whether its base64 is not written as the scheme writes it.
    pub(super) loose: bool,
}

/// What a value carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Received {
    /// The signatures of the scheme; at least one.
    pub(super) tags: Vec<Tag>,
    /// Whether blanks stand between its parts.
    pub(super) has_blanks: bool,
}

impl Received {
    /// In what way none of the signatures can be one of the scheme; `None` where one can.
    pub(super) fn unfit(&self, signature: &Signature) -> Option<String> {
        let is_fit = self.tags.iter().any(|tag| tag.fits);
        self.tags.first().filter(|_| !is_fit).map(|tag| unfit(signature, tag))
    }
}

/// Reads a value. An error says in what way it cannot carry a signature, without repeating it.
pub(super) fn read(signature: &Signature, value: &[u8]) -> Result<Received, String> {
    if value.is_empty() {
        return Err("it is empty".to_owned());
    }
    match &signature.layout {
        Layout::One => Ok(Received { tags: vec![tag(signature, value)?], has_blanks: false }),
        Layout::List(separator) => list(signature, text(value)?, separator),
        Layout::Fields { separator, signatures } => in_fields(signature, text(value)?, *separator, signatures),
    }
}

fn text(value: &[u8]) -> Result<&str, String> {
    str::from_utf8(value).map_err(|_| "it is not text".to_owned())
}

fn list(signature: &Signature, value: &str, separator: &str) -> Result<Received, String> {
    let items = value.split(separator).map(str::trim).filter(|item| !item.is_empty());
    let tags = readable(items.map(|item| tag(signature, item.as_bytes())))?;
    Ok(Received { tags, has_blanks: false })
}

/// All fields of a value by name, where it is laid out so: they can be read where its signatures cannot.
pub(super) fn fields(signature: &Signature, value: &[u8]) -> Vec<(String, String)> {
    match (&signature.layout, str::from_utf8(value)) {
        (Layout::Fields { separator, .. }, Ok(value)) => {
            pairs(value, *separator).map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect()
        }
        _ => Vec::new(),
    }
}

fn pairs(value: &str, separator: char) -> impl Iterator<Item = (&str, &str)> {
    value.split(separator).filter_map(|pair| pair.split_once('='))
}

fn in_fields(signature: &Signature, value: &str, separator: char, names: &[String]) -> Result<Received, String> {
    let has_blanks = pairs(value, separator).any(|(name, value)| name.trim() != name || value.trim() != value);
    let own = pairs(value, separator).filter(|(name, _)| names.iter().any(|own| own == name.trim()));
    let mut own = own.map(|(_, value)| tag(signature, value.trim().as_bytes())).peekable();
    if own.peek().is_none() {
        return Err(format!("it has no field `{}`", names.join("` or `")));
    }
    Ok(Received { tags: readable(own)?, has_blanks })
}

/// No sender that changes its secrets has more in use; each may cost a public key's work to check.
const MOST_SIGNATURES: usize = 16;

/// Those that can be read; where none can, in what way the first cannot.
fn readable(tags: impl Iterator<Item = Result<Tag, String>>) -> Result<Vec<Tag>, String> {
    let (mut read, mut wrong) = (Vec::new(), None);
    for tag in tags {
        match tag {
            Ok(_) if read.len() == MOST_SIGNATURES => {
                return Err(format!("it has more than {MOST_SIGNATURES} signatures in it"));
            }
            Ok(tag) => read.push(tag),
            Err(how) => wrong = wrong.or(Some(how)),
        }
    }
    if read.is_empty() { Err(wrong.unwrap_or_else(|| "there is no signature in it".to_owned())) } else { Ok(read) }
}

fn tag(signature: &Signature, value: &[u8]) -> Result<Tag, String> {
    if value.is_empty() {
        return Err("it is empty".to_owned());
    }
    let (digits, own_prefix) = split(signature, value).ok_or_else(|| missing_prefix(signature))?;
    let decoded = decode(signature.encoding, digits).filter(|(bytes, _)| is_possible(signature.algorithm, bytes));
    let (bytes, loose) = decoded.ok_or_else(|| misfit(signature, digits))?;
    let fits = own_prefix && size(signature.algorithm).is_none_or(|due| bytes.len() == due);
    let upper_case = signature.encoding == Encoding::Hex && digits.iter().any(u8::is_ascii_uppercase);
    Ok(Tag { bytes, fits, upper_case, loose })
}

/// The digits, and whether what stands before them is the scheme's. The label of another hash is left out too:
/// `sha256=` under a scheme of SHA1 is worth recomputing.
fn split<'a>(signature: &Signature, value: &'a [u8]) -> Option<(&'a [u8], bool)> {
    let own = signature.prefixes.iter().filter(|prefix| !prefix.is_empty());
    let bare = signature.prefixes.is_empty() || signature.prefixes.iter().any(String::is_empty);
    let after = |prefix: &str| value.strip_prefix(prefix.as_bytes());
    let own = own.filter_map(|prefix| after(prefix)).min_by_key(|digits| digits.len());
    let label = || hmac::LABELS.iter().find_map(|label| after(label));
    own.map(|digits| (digits, true)).or_else(|| Some((label()?, false))).or_else(|| bare.then_some((value, true)))
}

/// The bytes, and whether they are not written as the encoding has it.
pub(super) fn decode(encoding: Encoding, digits: &[u8]) -> Option<(Vec<u8>, bool)> {
    let strict = match encoding {
        Encoding::Hex => return hex::decode(digits).ok().map(|bytes| (bytes, false)),
        Encoding::Base64 => STANDARD.decode(digits),
        Encoding::Base64url => URL_SAFE_NO_PAD.decode(digits),
    };
    let loose = || loose_base64(digits).map(|bytes| (bytes, true));
    strict.ok().map(|bytes| (bytes, false)).or_else(loose)
}

/// Base64 as lenient decoders take it: of either alphabet, up to the first `=`.
pub(super) fn loose_base64(digits: &[u8]) -> Option<Vec<u8>> {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let digits = digits.split(|byte| *byte == b'=').next()?;
    let of = |alphabet| GeneralPurpose::new(alphabet, config).decode(digits).ok();
    of(&STANDARD_ALPHABET).or_else(|| of(&URL_SAFE_ALPHABET))
}

/// Writes bytes as the encoding has it.
pub(super) fn encode(encoding: Encoding, bytes: &[u8]) -> String {
    match encoding {
        Encoding::Hex => hex::encode(bytes),
        Encoding::Base64 => STANDARD.encode(bytes),
        Encoding::Base64url => URL_SAFE_NO_PAD.encode(bytes),
    }
}

/// The size of an algorithm's signatures, where they all have the same.
pub(super) fn size(algorithm: Algorithm) -> Option<usize> {
    match algorithm {
        Algorithm::Hmac(hash) | Algorithm::Digest(hash) => Some(hash.size()),
        Algorithm::Ed25519 => Some(64),
        Algorithm::Rsa(_) | Algorithm::Ecdsa => None,
    }
}

/// Whether bytes can be a signature; a digest of another hash is worth recomputing.
fn is_possible(algorithm: Algorithm, bytes: &[u8]) -> bool {
    match algorithm {
        Algorithm::Hmac(_) | Algorithm::Digest(_) => hmac::hash_of_size(bytes.len()).is_some(),
        Algorithm::Ed25519 => bytes.len() == 64,
        Algorithm::Rsa(_) => (128..=1024).contains(&bytes.len()),
        Algorithm::Ecdsa => (64..=72).contains(&bytes.len()),
    }
}

fn missing_prefix(signature: &Signature) -> String {
    match signature.prefixes.first().map(String::as_str) {
        None | Some("") => "it is not the bare digest that is due".to_owned(),
        Some(prefix) => format!("it does not begin with `{prefix}`"),
    }
}

/// In what way a tag that is the digest of some hash cannot be one of the scheme.
fn unfit(signature: &Signature, tag: &Tag) -> String {
    match (hmac::hash_of_size(tag.bytes.len()), signature.algorithm) {
        (Some(found), Algorithm::Hmac(due) | Algorithm::Digest(due)) if found != due => {
            let name = |hash: Hash| hash.name().to_uppercase();
            format!("it has the length of {} where {} is due", name(found), name(due))
        }
        _ => missing_prefix(signature),
    }
}

/// In what way digits cannot be a signature of the scheme.
fn misfit(signature: &Signature, digits: &[u8]) -> String {
    let are_digits = decode(signature.encoding, digits).is_some_and(|(_, is_loose)| !is_loose)
        || (signature.encoding == Encoding::Hex && digits.iter().all(u8::is_ascii_hexdigit));
    let unit = match signature.encoding {
        Encoding::Hex => "hex digits",
        Encoding::Base64 | Encoding::Base64url => "characters of base64",
    };
    let found = digits.len();
    let Some(due) = size(signature.algorithm).map(|size| encode(signature.encoding, &vec![0; size]).len()) else {
        return match are_digits {
            true => format!("no signature has {found} {unit}"),
            false => format!("not all of its {found} characters are {unit}"),
        };
    };
    match found {
        0 => format!("nothing follows its prefix where {due} {unit} are due"),
        _ if are_digits => format!("it has {found} {unit} where {due} are due"),
        _ => format!("its {found} characters are not the {due} {unit} that are due"),
    }
}
