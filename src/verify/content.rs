//! The signed content of a delivery: a template with what the delivery says put in.
//!
//! The body stays outside, so that the content can be made again of another body without anything else being looked up
//! again, and is never copied.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::diagnose;
use crate::json::Document;
use crate::provider::{Carrier, Part, Signature, Source, Template};
use crate::wire::{Delivery, Head};

/// Finds what a delivery says.
pub(super) struct Lookup<'a> {
    delivery: &'a Delivery,
    document: OnceCell<Option<Document>>,
}

impl<'a> Lookup<'a> {
    pub(super) fn of(delivery: &'a Delivery) -> Self {
        Self { delivery, document: OnceCell::new() }
    }

    /// The delivery's head.
    pub(super) fn head(&self) -> &'a Head {
        &self.delivery.head
    }

    /// All values that a carrier has.
    pub(super) fn all(&self, carrier: &Carrier) -> Vec<Cow<'a, [u8]>> {
        match carrier {
            Carrier::Header(name) => {
                let named = self.delivery.head.headers().filter(|header| header.name.eq_ignore_ascii_case(name));
                named.map(|header| Cow::Borrowed(header.value)).collect()
            }
            Carrier::Query(name) => {
                let query = self.delivery.head.query().unwrap_or_default().as_bytes();
                let named = form_urlencoded::parse(query).filter(|(key, _)| key == name.as_str());
                named.map(|(_, value)| Cow::Owned(value.into_owned().into_bytes())).collect()
            }
            Carrier::Body(path) => {
                let document = || Document::parse(self.delivery.body.clone()).ok();
                let value = self.document.get_or_init(document).as_ref().and_then(|document| document.find(path));
                let text = value.and_then(|value| value.scalar());
                Vec::from_iter(text.map(|text| Cow::Owned(text.into_owned().into_bytes())))
            }
        }
    }

    /// The first of them.
    pub(super) fn first(&self, carrier: &Carrier) -> Option<Cow<'a, [u8]>> {
        self.all(carrier).into_iter().next()
    }

    /// The value of a source; `fields` are those of the signature's own value.
    pub(super) fn source(&self, source: &Source, fields: &[(String, String)]) -> Option<Cow<'a, [u8]>> {
        match source {
            Source::Sent(carrier) => self.first(carrier),
            Source::Field(name) => {
                let named = fields.iter().find(|(known, _)| known == name);
                named.map(|(_, value)| Cow::Owned(value.clone().into_bytes()))
            }
        }
    }
}

/// What the signed content needs and the delivery does not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lack {
    /// When it was signed, and where that is due.
    Timestamp(String),
    /// Anything else, and where that is due.
    Other(String),
}

/// A piece of the content: known already, or to be made of the body or the key.
#[derive(Clone, Debug)]
enum Piece<'a> {
    Bytes(Cow<'a, [u8]>),
    Made(&'a Part),
}

/// A template with what one delivery says put in: a piece for each of its parts.
#[derive(Clone, Debug)]
pub(super) struct Content<'a>(Vec<Piece<'a>>);

impl<'a> Content<'a> {
    /// The content of a delivery that was sent to that URL.
    pub(super) fn of(
        signature: &'a Signature,
        lookup: &Lookup<'a>,
        fields: &[(String, String)],
        url: &str,
    ) -> Result<Self, Lack> {
        let piece = |part| piece(part, signature, lookup, fields, url);
        signature.content.0.iter().map(piece).collect::<Result<_, _>>().map(Self)
    }

    /// What stands for a part of its template, where that does not depend on the body or the key.
    pub(super) fn value(&self, template: &Template, part: &Part) -> Option<&[u8]> {
        let mut pieces = template.0.iter().zip(&self.0);
        pieces.find_map(|(known, piece)| match piece {
            Piece::Bytes(bytes) if known == part => Some(&**bytes),
            _ => None,
        })
    }

    /// The content with something else for one part of its template.
    pub(super) fn with(&self, template: &Template, part: &Part, bytes: &[u8]) -> Self {
        let of = |(known, piece): (&Part, &Piece<'a>)| match known == part {
            true => Piece::Bytes(Cow::Owned(bytes.to_vec())),
            false => piece.clone(),
        };
        Self(template.0.iter().zip(&self.0).map(of).collect())
    }

    /// The content with something else for `.`, `:` and `|` in the text between its parts; `None` where that is the same.
    pub(super) fn separated_by(&self, template: &Template, separator: &str) -> Option<Self> {
        let mut is_other = false;
        let mut of = |(part, piece): (&Part, &Piece<'a>)| match part {
            Part::Text(text) => {
                let separated = text.replace(['.', ':', '|'], separator);
                is_other |= separated != *text;
                Piece::Bytes(Cow::Owned(separated.into_bytes()))
            }
            _ => piece.clone(),
        };
        let pieces = template.0.iter().zip(&self.0).map(&mut of).collect();
        is_other.then_some(Self(pieces))
    }

    /// The parts of the content with that key and that body.
    pub(super) fn parts<'b>(&'b self, key: &'b [u8], body: &'b [u8]) -> Vec<Cow<'b, [u8]>> {
        let part = |piece: &'b Piece<'a>| match piece {
            Piece::Bytes(bytes) => Cow::Borrowed(&**bytes),
            Piece::Made(part) => made(part, key, body),
        };
        self.0.iter().map(part).collect()
    }
}

fn piece<'a>(
    part: &'a Part,
    signature: &Signature,
    lookup: &Lookup<'a>,
    fields: &[(String, String)],
    url: &str,
) -> Result<Piece<'a>, Lack> {
    let head = lookup.head();
    let sent = |carrier: Carrier| lookup.first(&carrier).ok_or_else(|| Lack::Other(carrier.to_string()));
    let source = |source: Option<&Source>, lack: fn(String) -> Lack| {
        let found = source.and_then(|source| lookup.source(source, fields)).filter(|found| !found.is_empty());
        found.ok_or_else(|| lack(source.map_or_else(|| part.to_string(), Source::to_string)))
    };
    let bytes = match part {
        Part::Text(text) => Cow::Borrowed(text.as_bytes()),
        Part::Timestamp => source(signature.timestamp.as_ref().map(|clock| &clock.at), Lack::Timestamp)?,
        Part::Id => source(signature.id.as_ref(), Lack::Other)?,
        Part::Method => Cow::Borrowed(head.method().as_bytes()),
        Part::Url => Cow::Owned(url.as_bytes().to_vec()),
        Part::Target => Cow::Borrowed(head.target_bytes()),
        Part::Path => Cow::Borrowed(head.path().as_bytes()),
        Part::Header(name) => sent(Carrier::Header(name.clone()))?,
        Part::Query(name) => sent(Carrier::Query(name.clone()))?,
        Part::Value(path) => sent(Carrier::Body(path.clone()))?,
        Part::Field(name) => source(Some(&Source::Field(name.clone())), Lack::Other)?,
        Part::Body | Part::Secret | Part::Form | Part::Crc32 | Part::Sha256 | Part::Json | Part::SortedJson => {
            return Ok(Piece::Made(part));
        }
    };
    Ok(Piece::Bytes(bytes))
}

/// A part that depends on the body or the key.
fn made<'b>(part: &Part, key: &'b [u8], body: &'b [u8]) -> Cow<'b, [u8]> {
    match part {
        Part::Secret => Cow::Borrowed(key),
        Part::Form => Cow::Owned(sorted_form(body)),
        Part::Crc32 => Cow::Owned(crc32fast::hash(body).to_string().into_bytes()),
        Part::Sha256 => Cow::Owned(hex::encode(Sha256::digest(body)).into_bytes()),
        Part::Json | Part::SortedJson => {
            let printed = diagnose::printed(body, *part == Part::SortedJson);
            printed.map_or(Cow::Borrowed(body), Cow::Owned)
        }
        _ => Cow::Borrowed(body),
    }
}

/// The parameters as they came, each name followed by its value. Nothing stands between them.
pub(super) fn unsorted_form(body: &[u8]) -> Vec<u8> {
    form_urlencoded::parse(body)
        .flat_map(|(name, value)| [name, value])
        .flat_map(|text| text.into_owned().into_bytes())
        .collect()
}

/// The parameters in order of their names, each name followed by its values; of a repeated name every value once, in
/// order. Nothing stands between them.
fn sorted_form(body: &[u8]) -> Vec<u8> {
    let mut parameters: BTreeMap<Cow<'_, str>, BTreeSet<Cow<'_, str>>> = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(body) {
        parameters.entry(name).or_default().insert(value);
    }
    let pairs = parameters.iter().flat_map(|(name, values)| values.iter().map(move |value| [name, value]));
    pairs.flatten().flat_map(|text| text.bytes()).collect()
}
