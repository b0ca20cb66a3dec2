//! What a delivery says happened.

use std::sync::Arc;

use jiff::Timestamp;

use super::Provider;
use crate::json::{Document, Path};
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
    /// Always that.
    Fixed(Arc<str>),
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
    /// When it happened.
    pub at: Option<Timestamp>,
    /// The session, customer or contact it belongs to.
    pub flow: Option<Box<str>>,
}

/// What a delivery of a known provider carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// A validation or health-check request: the title of the provider's [`super::Probe`].
    Probe(String),
    /// Events; several in a batch, none where the body could not be read.
    Events(Vec<Event>),
}

impl Reading {
    /// Reads a delivery as that provider's. `document` is its body as JSON, where it is that.
    pub fn of(provider: &Provider, delivery: &Delivery, document: Option<&Document>) -> Self {
        let _ = (provider, delivery, document);
        Self::Events(Vec::new())
    }
}
