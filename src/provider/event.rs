//! What a delivery says happened.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::{Expect, Probe, Provider};
use crate::json::{Document, Kind, Path, Value};
use crate::wire::Delivery;

/// Where the parts of an event are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventPlaces {
    /// The machine name of what happened.
    pub kind: Option<Place>,
    /// The event's own id.
    pub id: Option<Place>,
    /// When it happened.
    pub at: Option<Place>,
    /// Which attempt this is, from 1.
    pub attempt: Option<Place>,
    /// What ties the events of one session, customer or contact together.
    pub flow: Option<Place>,
    /// The array whose items are events, where a delivery carries several; the other places are then within an item.
    pub batch: Option<Path>,
}

/// Where one part of an event is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a header.
    Header(String),
    /// In the body; the first of these paths that has a value.
    Body(Vec<Path>),
    /// In the request's query.
    Query(String),
    /// In a form; the first of these fields that has a value.
    Form(Vec<String>),
    /// What is at each of these places, as far as there is anything, with dots between: `pull_request.opened`.
    Joined(Vec<Place>),
    /// Always that.
    Fixed(Arc<str>),
}

/// How a request looks whose event type is told by its form alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct When {
    /// Its method; any where it is not given.
    pub method: Option<String>,
    /// Its content type without parameters is one of these; any where none is given.
    pub content_type: Vec<String>,
    /// It is a form with this field.
    pub form: Option<String>,
}

/// What a value of a JSON body is expected to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Where the value is.
    pub at: Path,
    /// What it is.
    pub expect: Expect,
}

/// What the provider says happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// The machine name as sent; `None` where the delivery does not say. Shared with the catalogue where it is in there.
    pub kind: Option<Arc<str>>,
    /// The event's own id.
    pub id: Option<Box<str>>,
    /// Which attempt this is, from 1.
    pub attempt: Option<u32>,
    /// When it happened. A time without a zone is taken as UTC.
    pub at: Option<Timestamp>,
    /// The session, customer or contact it belongs to.
    pub flow: Option<Box<str>>,
}

/// What a delivery of a known provider carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// A validation or health-check request: the title of the provider's [`super::Probe`].
    Probe(String),
    /// Events; several in a batch, at most [`Reading::MAX_EVENTS`]; none where the delivery says nothing of any.
    Events(Vec<Event>),
}

impl Reading {
    /// How many events of one batch are read: a hostile body must not grow into many times its size.
    pub const MAX_EVENTS: usize = 1000;

    /// Reads a delivery as that provider's. `document` is its body as JSON, where it is that.
    pub fn of(provider: &Provider, delivery: &Delivery, document: Option<&Document>) -> Self {
        if let Some(probe) = provider.probes.iter().find(|probe| probe.is(delivery, document)) {
            return Self::Probe(probe.title.clone());
        }
        let reader = Reader { provider, delivery };
        let mut events = match document.map(Document::root) {
            Some(root) => match batch(provider, root) {
                Some(items) => {
                    items.children().take(Self::MAX_EVENTS).filter_map(|item| reader.event(Some(item))).collect()
                }
                None => Vec::from_iter(reader.event(Some(root))),
            },
            None => Vec::from_iter(reader.event(None)),
        };
        if let [] | [Event { kind: None, .. }] = &events[..]
            && let Some(kind) = reader.kind_by_form()
        {
            let known = events.pop().unwrap_or_default();
            events = vec![Event { kind: Some(kind), ..known }];
        }
        Self::Events(events)
    }
}

/// The array whose items are events, where the body has it.
fn batch<'a>(provider: &Provider, root: Value<'a>) -> Option<Value<'a>> {
    let items = root.find(provider.event.batch.as_ref()?)?;
    (items.kind() == Kind::Array).then_some(items)
}

/// Reads the events of one delivery.
struct Reader<'a> {
    provider: &'a Provider,
    delivery: &'a Delivery,
}

impl Reader<'_> {
    /// The event at a value of the body; `None` where nothing is known of it.
    fn event(&self, value: Option<Value<'_>>) -> Option<Event> {
        let places = &self.provider.event;
        let event = Event {
            kind: self.text(places.kind.as_ref(), value).map(|kind| self.kind(&kind)),
            id: self.text(places.id.as_ref(), value).map(Box::from),
            attempt: self.text(places.attempt.as_ref(), value).and_then(|attempt| attempt.parse().ok()),
            at: self.text(places.at.as_ref(), value).and_then(|at| moment(&at)),
            flow: self.text(places.flow.as_ref(), value).map(Box::from),
        };
        (event != Event::default()).then_some(event)
    }

    /// The text at a place. What is empty says nothing, and what is very long is no name and no id.
    fn text<'v>(&'v self, place: Option<&'v Place>, value: Option<Value<'v>>) -> Option<Cow<'v, str>> {
        const LONGEST: usize = 1024;
        let text = match place? {
            Place::Header(name) => self.delivery.head.get_str(name).map(Cow::Borrowed),
            Place::Body(paths) => paths.iter().find_map(|path| value?.find(path)?.scalar()),
            Place::Query(name) => form_urlencoded::parse(self.delivery.head.query()?.as_bytes())
                .find_map(|(key, value)| (key == name.as_str()).then_some(value)),
            Place::Form(names) => names.iter().find_map(|name| form_field(self.delivery, name)),
            Place::Joined(places) => {
                let parts: Vec<_> = places.iter().filter_map(|place| self.text(Some(place), value)).collect();
                Some(Cow::Owned(parts.join(".")))
            }
            Place::Fixed(text) => Some(Cow::Borrowed(&**text)),
        };
        text.filter(|text| (1..=LONGEST).contains(&text.len()))
    }

    fn kind(&self, name: &str) -> Arc<str> {
        self.provider.event_type(name).map_or_else(|| Arc::from(name), |known| known.name.clone())
    }

    /// The event type that the form of the request alone tells.
    fn kind_by_form(&self) -> Option<Arc<str>> {
        let fits = |when: &When| when.is(self.delivery);
        let event = self.provider.events.iter().find(|event| event.when.as_ref().is_some_and(fits))?;
        Some(event.name.clone())
    }
}

impl When {
    fn is(&self, delivery: &Delivery) -> bool {
        self.method.as_ref().is_none_or(|method| method == delivery.head.method())
            && (self.content_type.is_empty() || self.content_type.contains(&delivery.media_type()))
            && self.form.as_ref().is_none_or(|field| form_field(delivery, field).is_some())
    }
}

impl Probe {
    /// Whether a delivery is this probe. `document` is its body as JSON, where it is that.
    pub fn is(&self, delivery: &Delivery, document: Option<&Document>) -> bool {
        let head = &delivery.head;
        head.method() == self.sample.method
            && !(self.without_query && head.query().is_some())
            && self.without.iter().all(|name| head.get(name).is_none())
            && self.body.iter().all(|expected| expected.is_met(document))
    }
}

impl Expected {
    fn is_met(&self, document: Option<&Document>) -> bool {
        let value = document.and_then(|document| document.root().find(&self.at));
        value.is_some_and(|value| self.expect.holds(value.scalar().as_deref()))
    }
}

/// A field of a delivery that is a form; one without a value says nothing.
fn form_field<'d>(delivery: &'d Delivery, name: &str) -> Option<Cow<'d, str>> {
    let is_form = delivery.media_type() == "application/x-www-form-urlencoded";
    let mut fields = form_urlencoded::parse(if is_form { &delivery.body } else { &[] });
    fields.find_map(|(field, value)| (field == name && !value.is_empty()).then_some(value))
}

/// A time in one of the forms that providers write: seconds or milliseconds since 1970, RFC 3339, or that without a zone,
/// which is taken as UTC.
fn moment(text: &str) -> Option<Timestamp> {
    since_1970(text)
        .or_else(|| text.parse().ok())
        .or_else(|| text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp()))
}

/// A number of seconds, or of milliseconds where it has that many digits; a fraction is left out.
fn since_1970(text: &str) -> Option<Timestamp> {
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    let number = whole.parse().ok()?;
    if whole.len() > 11 { Timestamp::from_millisecond(number).ok() } else { Timestamp::from_second(number).ok() }
}
