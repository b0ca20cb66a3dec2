//! Something else signed with the right secret: another URL or time in the scheme's own content, or other parts, with a
//! timestamp or an id that the scheme leaves out, or without.

use std::borrow::Cow;

use jiff::Timestamp;

use super::claim::{Claim, How, Way};
use super::{Cause, Change};
use crate::provider::{Algorithm, Part, Unit};
use crate::text;
use crate::verify::{Context, clock, content, explain, url};
use crate::wire::{Delivery, Head};

/// Nobody sends more values that could be signed along; a head full of them wants to keep us busy.
const MOST_VALUES: usize = 2;

/// What may be signed, in order, ready to be hashed.
pub(super) struct Layout<'a> {
    pieces: &'static [Piece],
    values: Values<'a>,
}

/// A part of signed content.
#[derive(Clone, Copy, PartialEq)]
enum Piece {
    Body,
    Time,
    Id,
    Url,
    Path,
    Text(&'static str),
}
use Piece::{Body, Id, Path, Text, Time, Url};

/// The layouts that senders use, in the words of a template, the most common first.
const LAYOUTS: [(&str, &[Piece]); 15] = [
    ("`{body}` alone", &[Body]),
    ("`{timestamp}.{body}`", &[Time, Text("."), Body]),
    ("`{timestamp}{body}`", &[Time, Body]),
    ("`v0:{timestamp}:{body}`", &[Text("v0:"), Time, Text(":"), Body]),
    ("`{id}.{timestamp}.{body}`", &[Id, Text("."), Time, Text("."), Body]),
    ("`{timestamp}:{body}`", &[Time, Text(":"), Body]),
    ("`{timestamp}\\n{body}`", &[Time, Text("\n"), Body]),
    ("`{body}{timestamp}`", &[Body, Time]),
    ("`{body}.{timestamp}`", &[Body, Text("."), Time]),
    ("`{timestamp}.{id}.{body}`", &[Time, Text("."), Id, Text("."), Body]),
    ("`{id}.{body}`", &[Id, Text("."), Body]),
    ("`{url}{body}`", &[Url, Body]),
    ("`{body}{url}`", &[Body, Url]),
    ("`{path}{body}`", &[Path, Body]),
    ("`{url}` alone", &[Url]),
];

const SAME_PARTS: &str = "Make both sides sign the same parts, byte for byte, in the same order.";

/// What stands for the parts that are not the body; several candidates make several layouts.
#[derive(Clone, Default)]
struct Values<'a> {
    time: String,
    id: &'a [u8],
    url: String,
    path: &'a [u8],
}

impl<'a> Layout<'a> {
    /// The parts to be hashed, for that body.
    pub(super) fn parts<'s>(&'s self, body: &'s [u8]) -> Vec<Cow<'s, [u8]>> {
        let part = |piece| match piece {
            Body => body,
            Time => self.values.time.as_bytes(),
            Id => self.values.id,
            Url => self.values.url.as_bytes(),
            Path => self.values.path,
            Text(text) => text.as_bytes(),
        };
        self.pieces.iter().map(|piece| Cow::Borrowed(part(*piece))).collect()
    }
}

/// The scheme's own content with another URL or time, and every layout with every value that this head offers for it.
pub(super) fn ways<'a>(claim: &Claim<'a>, delivery: &'a Delivery, context: &Context<'_>) -> Vec<Way<'a>> {
    let (head, other_units) = (&delivery.head, other_units(claim, context.now));
    let mut ways = own(claim, delivery, &other_units, context.public_url);
    // A hash without a key over parts without the secret would prove nothing of the secret.
    if !matches!(claim.signature.algorithm, Algorithm::Digest(_)) {
        let candidates = Candidates::of(claim, head, &other_units);
        // Where the URL is signed before the body, the URL alone is that with an empty one.
        let is_other = |pieces: &[Piece]| pieces != [Url] || claim.contents.value(&Part::Url).is_none();
        let layouts = LAYOUTS.iter().filter(|(_, pieces)| is_other(pieces));
        ways.extend(layouts.flat_map(|(name, pieces)| candidates.fill(name, pieces)));
    }
    ways.extend(SEPARATORS.into_iter().filter_map(|separator| separated(claim, separator)));
    ways
}

/// What senders put between parts.
const SEPARATORS: [&str; 3] = [".", ":", ""];

/// The scheme's own content with something else between its parts.
fn separated<'a>(claim: &Claim<'a>, separator: &str) -> Option<Way<'a>> {
    let contents = claim.contents.separated_by(separator);
    let what = if separator.is_empty() { "nothing".to_owned() } else { format!("`{separator}`") };
    let name = format!("the content of the scheme with {what} between its parts");
    let change = Change::new(Cause::SignedContent, name, SAME_PARTS);
    (!contents.is_empty()).then_some(Way { change, how: How::Content(claim.signature.algorithm, contents) })
}

/// The scheme's own content with another URL, with its timestamp in another unit, or with its parameters as they came.
fn own<'a>(claim: &Claim<'a>, delivery: &Delivery, other_units: &[InUnit], public_url: Option<&str>) -> Vec<Way<'a>> {
    let way = |part, value: &[u8], said: String, fix: &'static str| {
        let change = Change::new(Cause::SignedContent, format!("the content of the scheme with {said}"), fix);
        let mut contents = claim.contents.with(part, value);
        if *part == Part::Url {
            // They differed in the URL alone.
            contents.truncate(1);
        }
        (!contents.is_empty()).then_some(Way { change, how: How::Content(claim.signature.algorithm, contents) })
    };
    let known = claim.contents.value(&Part::Url).map(String::from_utf8_lossy);
    let urls = known.iter().flat_map(|known| url::relatives(known, &delivery.head)).filter_map(|url| {
        let due = match (public_url, &known) {
            (Some(_), Some(known)) => format!(", where {} is due", text::visible(known)),
            _ => String::new(),
        };
        way(&Part::Url, url.as_bytes(), format!("the URL {}{due}", text::visible(&url)), explain::GIVE_THE_URL)
    });
    let times = other_units.iter().filter_map(|(time, unit)| {
        let fix = "Sign the timestamp as it is sent, in the same unit.";
        way(&Part::Timestamp, time.as_bytes(), format!("its timestamp {unit}"), fix)
    });
    let forms = forms(claim, &delivery.body).into_iter().filter_map(|(form, said)| {
        let fix = "Sign the parameters sorted by their names, each name followed by its value, with nothing between.";
        way(&Part::Form, &form, said.to_owned(), fix)
    });
    urls.chain(times).chain(forms).collect()
}

/// The parameters of a form in other ways than sorted, where they are signed at all.
fn forms<'b>(claim: &Claim<'_>, body: &'b [u8]) -> Vec<(Cow<'b, [u8]>, &'static str)> {
    if !claim.signature.content.0.contains(&Part::Form) {
        return Vec::new();
    }
    let unsorted = content::unsorted_form(body);
    vec![(unsorted.into(), "its parameters in the order that they came in"), (body.into(), "the raw body")]
}

/// A time as it is written in a unit, and how that is said.
type InUnit = (String, &'static str);

/// The time that the scheme signs along, in the units in which it is not sent; seconds may have been sent for
/// milliseconds.
fn other_units(claim: &Claim<'_>, now: Timestamp) -> Vec<InUnit> {
    let Some(sent) = claim.contents.value(&Part::Timestamp) else { return Vec::new() };
    let Some(due) = claim.signature.timestamp.as_ref().map(|clock| clock.unit) else { return Vec::new() };
    let unit = clock::mistaken_unit(due, sent, now).unwrap_or(due);
    let Some(at) = clock::read(unit, sent) else { return Vec::new() };
    let units =
        [(Unit::Seconds, "in seconds"), (Unit::Milliseconds, "in milliseconds"), (Unit::Rfc3339, "as RFC 3339")];
    units.into_iter().filter(|(other, _)| *other != unit).map(|(unit, said)| (clock::write(unit, at), said)).collect()
}

/// The values in a head that may be signed along, each with where it was found.
struct Candidates<'a> {
    times: Vec<(String, String)>,
    ids: Vec<(String, &'a [u8])>,
    urls: Vec<String>,
    path: &'a [u8],
}

impl<'a> Candidates<'a> {
    fn of(claim: &Claim<'a>, head: &'a Head, other_units: &[InUnit]) -> Self {
        let mut ids: Vec<_> = head.headers().filter(|header| is_id(header.name, header.value)).collect();
        ids.truncate(MOST_VALUES);
        let mut urls = url::heard(head);
        urls.truncate(2 * MOST_VALUES);
        let ids = ids.into_iter().map(|header| (text::visible(header.name).into_owned(), header.value)).collect();
        Self { times: times(claim, head, other_units), ids, urls, path: head.target_bytes() }
    }

    fn fill(&self, name: &str, pieces: &'static [Piece]) -> Vec<Way<'a>> {
        let has = |piece| pieces.contains(&piece);
        let mut filled = vec![(String::new(), Values { path: self.path, ..Values::default() })];
        if has(Time) {
            filled = each(filled, &self.times, |(from, time), said, values| {
                (format!("{said}, the timestamp {from}"), Values { time: time.clone(), ..values })
            });
        }
        if has(Id) {
            filled = each(filled, &self.ids, |(from, id), said, values| {
                (format!("{said}, the id in {from}"), Values { id, ..values })
            });
        }
        if has(Url) {
            filled = each(filled, &self.urls, |url, said, values| {
                (format!("{said}, the URL {}", text::visible(url)), Values { url: url.clone(), ..values })
            });
        }
        filled.into_iter().map(|(said, values)| way(&format!("{name}{said}"), pieces, values)).collect()
    }
}

/// All that was filled so far, with each of the candidates.
fn each<'a, C>(
    filled: Vec<(String, Values<'a>)>,
    candidates: &[C],
    put: impl Fn(&C, &str, Values<'a>) -> (String, Values<'a>),
) -> Vec<(String, Values<'a>)> {
    let put = &put;
    let with = |(said, values): (String, Values<'a>)| {
        candidates.iter().map(move |candidate| put(candidate, &said, values.clone()))
    };
    filled.into_iter().flat_map(with).collect()
}

fn way<'a>(name: &str, pieces: &'static [Piece], values: Values<'a>) -> Way<'a> {
    Way {
        change: Change::new(Cause::SignedContent, name.to_owned(), SAME_PARTS),
        how: How::Layout(Layout { pieces, values }),
    }
}

/// The scheme's own time, and Unix times in headers, on their own or as `t=` in a list; also in other units.
fn times(claim: &Claim<'_>, head: &Head, other_units: &[InUnit]) -> Vec<(String, String)> {
    let own = claim.contents.value(&Part::Timestamp).and_then(|time| str::from_utf8(time).ok());
    let mut times: Vec<_> = own.into_iter().map(|time| ("of the scheme".to_owned(), time.to_owned())).collect();
    times.extend(other_units.iter().map(|(time, unit)| (format!("of the scheme {unit}"), time.clone())));
    let found = head.headers().filter_map(|header| Some((header.name, unix_time(header.value)?)));
    let found = found.filter(|(_, digits)| own != Some(*digits));
    for (name, digits) in found.take(MOST_VALUES) {
        let name = text::visible(name);
        let (other, unit) = match digits.strip_suffix("000") {
            Some(seconds) if digits.len() == 13 => (seconds.to_owned(), "seconds"),
            _ if digits.len() == 13 => (digits[..10].to_owned(), "seconds"),
            _ => (format!("{digits}000"), "milliseconds"),
        };
        times.push((format!("in {name}"), digits.to_owned()));
        times.push((format!("in {name} in {unit}"), other));
    }
    times
}

fn unix_time(value: &[u8]) -> Option<&str> {
    let value = str::from_utf8(value).ok()?;
    let mut parts = value.split(',').map(|part| part.trim().trim_start_matches("t="));
    parts.find(|part| matches!(part.len(), 10 | 13) && part.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_id(name: &str, value: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    (name.ends_with("-id") || name.ends_with("-delivery")) && (1..=128).contains(&value.len())
}
