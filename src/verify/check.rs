//! The verdict of one delivery.

use std::borrow::Cow;
use std::time::Duration;

use jiff::Timestamp;

use super::clock::{self, Age};
use super::content::{Lack, Lookup};
use super::contents::Contents;
use super::diagnose::{self, Case, Effort};
use super::tag::{self, Received, Tag};
use super::{Cause, Secret, Secrets, Status, Verdict, explain, token};
use crate::provider::{Clock, Family, Oddity, Provider, Signature, Tolerance};
use crate::wire::Delivery;

/// What a verdict depends on beside the delivery and the secrets.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The time that timestamps are compared with: that of receipt, as a rule.
    pub now: Timestamp,
    /// Where the provider sends to, for schemes that sign it: an origin, or a whole URL. Without one the request is
    /// asked for where it was sent.
    pub public_url: Option<&'a str>,
    /// How far a timestamp may be off either way, instead of what the provider says.
    pub tolerance: Option<Duration>,
}

impl Context<'_> {
    /// The context of a delivery that is judged as if it had just arrived.
    pub fn of(delivery: &Delivery) -> Self {
        Self { now: delivery.received_at, public_url: None, tolerance: None }
    }
}

/// Checks a delivery as that provider's, with every secret configured for it. Reads no clock and no file, and spends
/// little enough on explaining a failure to be called while the sender waits.
pub fn check(provider: &Provider, delivery: &Delivery, secrets: &Secrets, context: &Context<'_>) -> Verdict {
    examine(provider, delivery, secrets, context, Effort::Quick)
}

/// Checks a delivery, with more or less spent on explaining a failure.
pub fn examine(
    provider: &Provider,
    delivery: &Delivery,
    secrets: &Secrets,
    context: &Context<'_>,
    effort: Effort,
) -> Verdict {
    let lookup = Lookup::of(delivery);
    let others: Vec<_> = secrets.of_others(&provider.id).collect();
    let secrets: Vec<&Secret> = secrets.of(&provider.id).collect();
    let case = |scheme| Case { scheme, delivery, lookup: &lookup, context, secrets: &secrets, others: &others, effort };
    let present = present(provider, &lookup);
    let Some((place, values)) = present.first() else {
        let found = provider.verify.iter().find_map(|scheme| elsewhere(&case(scheme)));
        return found.unwrap_or_else(|| explain::absent(provider));
    };
    let scheme = &provider.verify[*place];
    if secrets.is_empty() {
        return explain::no_secret(provider, scheme);
    }
    let verdict = by_scheme(&case(scheme), values);
    if verdict.status != Status::Failed(Cause::WrongSecret) {
        return verdict;
    }
    let verified = present[1..].iter().find_map(|(place, values)| {
        let other = &provider.verify[*place];
        let verdict = by_scheme(&Case { effort: Effort::None, ..case(other) }, values);
        (verdict.status == Status::Verified).then_some((other, verdict))
    });
    match verified {
        Some((other, verified)) if other.carrier == scheme.carrier => verified,
        Some((other, _)) if other.signature().is_some() => explain::sibling(verdict, scheme, other),
        _ => verdict,
    }
}

/// The place of the scheme that a delivery is signed by, among those of the provider.
pub(crate) fn scheme_in_use(provider: &Provider, delivery: &Delivery) -> Option<usize> {
    present(provider, &Lookup::of(delivery)).first().map(|(place, _)| *place)
}

/// The schemes whose carriers are there, each by its place and with what it carries: the likeliest first, else in their
/// own order. Where schemes share a carrier, the value may be written for one of them alone, and a hash of the body that
/// came along speaks for the one that needs it.
fn present<'d>(provider: &Provider, lookup: &Lookup<'d>) -> Vec<(usize, Vec<Cow<'d, [u8]>>)> {
    let values = provider.verify.iter().map(|scheme| lookup.all(&scheme.carrier)).enumerate();
    let mut present: Vec<_> = values.filter(|(_, values)| !values.is_empty()).collect();
    present.sort_by_key(|(place, values)| {
        let scheme = &provider.verify[*place];
        let due = scheme.signature().and_then(|signature| signature.body_hash.as_ref());
        let hash = due.map(|due| lookup.first(&due.at).is_some());
        let rank = match hash {
            Some(true) => 0,
            None => 1,
            Some(false) => 2,
        };
        (!token::speaks(&scheme.family, &values[0]), rank)
    });
    present
}

/// The verdict by one scheme, whose carrier has these values.
fn by_scheme(case: &Case<'_>, values: &[Cow<'_, [u8]>]) -> Verdict {
    match (values, &case.scheme.family) {
        ([value], Family::Signature(signature)) => self::signature(case, signature, value),
        ([value], family) => credentials(case, family, value),
        _ => explain::duplicated(case.scheme, values.len()),
    }
}

/// The signature that is due, under the name of another header.
fn elsewhere(case: &Case<'_>) -> Option<Verdict> {
    let signature = case.scheme.signature()?;
    let is_possible = !case.secrets.is_empty() && !case.delivery.is_truncated() && case.scheme.header().is_some();
    is_possible.then(|| diagnose::elsewhere(case, signature)).flatten()
}

fn signature(case: &Case<'_>, signature: &Signature, value: &[u8]) -> Verdict {
    let read = tag::read(signature, value);
    let is_cut = case.scheme.covers_body() && case.delivery.is_truncated();
    let wrong = match &read {
        Ok(_) if is_cut => return explain::truncated(case.scheme),
        Err(how) if is_cut => return explain::malformed(case.scheme, how),
        Ok(received) => received.unfit(signature),
        Err(how) => Some(how.clone()),
    };
    let fields = tag::fields(signature, value);
    let moment = match moment(case, signature, &fields) {
        Ok(moment) => moment,
        Err(_) if wrong.is_some() => None,
        Err(verdict) => return verdict,
    };
    match (Contents::of(signature, case.lookup, &fields, case.context), wrong, &read) {
        (Ok(contents), None, Ok(received)) => claimed(case, signature, received, &contents, (value, moment)),
        (Ok(contents), Some(how), _) => diagnose::malformed(case, signature, &contents, value, &how),
        (Err(_), Some(how), _) => explain::malformed(case.scheme, &how),
        (_, _, Err(how)) => explain::malformed(case.scheme, how),
        (Err(Lack::Timestamp(place)), ..) => explain::timestamp_missing(case.scheme, &place),
        (Err(Lack::Other(place)), ..) => explain::incomplete(case.scheme, &place),
    }
}

/// When it was signed, where that is told and compared; a verdict where it cannot be read.
fn moment(
    case: &Case<'_>,
    signature: &Signature,
    fields: &[(String, String)],
) -> Result<Option<(Timestamp, Tolerance)>, Verdict> {
    let Some(clock) = &signature.timestamp else { return Ok(None) };
    let written = case.lookup.source(&clock.at, fields).filter(|written| !written.is_empty());
    match (written, tolerance(case.context, clock)) {
        (Some(written), Some(tolerance)) => match clock::read(clock.unit, &written) {
            Some(moment) => Ok(Some((moment, tolerance))),
            None => Err(timestamp_malformed(case, clock, &written)),
        },
        _ => Ok(None),
    }
}

fn tolerance(context: &Context<'_>, clock: &Clock) -> Option<Tolerance> {
    let given = context.tolerance.map(|both| Tolerance { past: both, future: Some(both) });
    given.or(clock.tolerance)
}

/// A delivery with everything that is due: whether it is what was signed, and lately.
fn claimed(
    case: &Case<'_>,
    signature: &Signature,
    received: &Received,
    contents: &Contents<'_>,
    (value, moment): (&[u8], Option<(Timestamp, Tolerance)>),
) -> Verdict {
    let body = &case.delivery.body;
    // What does not fit keeps its place, and is the same as nothing.
    let tags: Vec<&[u8]> = received.tags.iter().map(|tag| if tag.fits { &tag.bytes[..] } else { &[] }).collect();
    let place = |secret: &&'_ Secret| contents.signed_by(secret.expose(), body, &tags);
    let Some((secret, place)) = case.secrets.iter().find_map(|secret| Some((*secret, place(secret)?))) else {
        let tag = received.tags.iter().find(|tag| tag.fits).unwrap_or(&received.tags[0]);
        return diagnose::signature(case, signature, contents, tag, value);
    };
    let mut is_future = false;
    if let (Some((moment, tolerance)), Some(clock)) = (moment, &signature.timestamp) {
        match clock::age(clock.unit, moment, case.context.now, tolerance) {
            Age::Stale(how) => return timestamp_stale(case, clock, moment, &how),
            Age::Fresh { is_future: of_the_future } => is_future = of_the_future,
        }
    }
    let oddities = oddities(received, place, body, is_future);
    explain::signed(case.scheme, signature, secret, case.secrets.len() - 1, &oddities)
}

/// A time that is not written as is due.
fn timestamp_malformed(case: &Case<'_>, clock: &Clock, written: &[u8]) -> Verdict {
    match clock::mistaken_unit(clock.unit, written, case.context.now) {
        Some(unit) => explain::timestamp_in(case.scheme, clock, unit),
        None => explain::timestamp_malformed(case.scheme, clock),
    }
}

/// A time that is too far off, in which case seconds may have been taken for milliseconds.
fn timestamp_stale(case: &Case<'_>, clock: &Clock, moment: Timestamp, how: &str) -> Verdict {
    match clock::mistaken_unit(clock.unit, clock::write(clock.unit, moment).as_bytes(), case.context.now) {
        Some(unit) => explain::timestamp_in(case.scheme, clock, unit),
        None => explain::timestamp_stale(case.scheme, how),
    }
}

/// What is odd about a delivery whose signature at that place is right.
fn oddities(received: &Received, place: usize, body: &[u8], is_future: bool) -> Vec<Oddity> {
    let Tag { upper_case, loose, .. } = received.tags[place];
    let held = [
        (Oddity::UpperCase, upper_case),
        (Oddity::LooseBase64, loose),
        (Oddity::Blanks, received.has_blanks),
        (Oddity::NotFirst, place > 0),
        (Oddity::NotLast, place + 1 < received.tags.len()),
        (Oddity::Future, is_future),
        (Oddity::EmptyBody, body.is_empty()),
        (Oddity::ByteOrderMark, body.starts_with(b"\xef\xbb\xbf")),
        (Oddity::NotUtf8, str::from_utf8(body).is_err()),
    ];
    held.into_iter().filter(|(_, holds)| *holds).map(|(oddity, _)| oddity).collect()
}

fn credentials(case: &Case<'_>, family: &Family, value: &[u8]) -> Verdict {
    let Case { scheme, secrets, .. } = *case;
    let presented = match token::presented(family, value) {
        Ok(presented) => presented,
        Err(how) => return explain::malformed(scheme, &how),
    };
    match secrets.iter().find(|secret| token::matches(&presented, secret.expose())) {
        Some(secret) => explain::authenticated(scheme, secret, secrets.len() - 1),
        None => diagnose::credentials(case, &presented),
    }
}
