//! The words of a provider file, as serde reads them.
//!
//! Every key may be absent, since a layer holds only what it changes. What a value can be checked for by itself is checked
//! here, so that a mistake is found where it stands. `assets/providers/README.md` explains the words to people.

mod verify;

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor, value};
use toml::Spanned;

use super::{Expect, Place, Preset, Rule, StatusRule, Test, When};
use crate::json::Path;
use crate::text;
use crate::wire::Success;
pub(super) use verify::Verify;

/// A part of the file in which a layer may give any key, and each replaces the one below it.
macro_rules! section {
    ($(#[$doc:meta])* $name:ident { $($(#[$attribute:meta])* $key:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Default, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub(super) struct $name {
            $($(#[$attribute])* pub(super) $key: Option<$type>,)*
        }

        impl $name {
            /// This layer over a lower one.
            pub(super) fn over(self, below: Self) -> Self {
                Self { $($key: self.$key.or(below.$key),)* }
            }
        }
    };
}

/// A whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct FileForm {
    pub(super) title: Option<String>,
    pub(super) docs: Option<String>,
    pub(super) detect: Option<Vec<Spanned<RuleForm>>>,
    pub(super) verify: Option<Vec<Verify>>,
    pub(super) event: EventForm,
    pub(super) events: Vec<EventsForm>,
    pub(super) probe: Option<Vec<ProbeForm>>,
    pub(super) reply: ReplyForm,
    pub(super) retry: RetryForm,
    pub(super) tree: TreeForm,
}

section! {
    /// `[event]`
    EventForm {
        #[serde(rename = "type")]
        kind: Place,
        id: Place,
        at: Place,
        attempt: Place,
        flow: Place,
        batch: PathForm,
    }
}

section! {
    /// `[reply]`
    ReplyForm {
        status: StatusForm,
        note: String,
        presets: Vec<Preset>,
    }
}

section! {
    /// `[retry]`
    RetryForm {
        delays: Vec<DurationForm>,
        timeout: DurationForm,
        success: Success,
        on: Vec<StatusRule>,
        stops: String,
        summary: String,
    }
}

section! {
    /// `[tree]`
    TreeForm {
        sections: Vec<PathForm>,
        dotted: Vec<PathForm>,
        compare: CompareForm,
    }
}

/// Where a payload has a thing before and after it changed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CompareForm {
    pub(super) before: PathForm,
    pub(super) after: PathForm,
    #[serde(default)]
    pub(super) only_changes: bool,
}

/// One of `[[events]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EventsForm {
    #[serde(rename = "type")]
    pub(super) kind: Spanned<String>,
    pub(super) title: Option<String>,
    pub(super) meaning: Option<String>,
    pub(super) documented: Option<bool>,
    pub(super) when: Option<When>,
    pub(super) sample: Option<Spanned<String>>,
    pub(super) method: Option<String>,
    pub(super) query: Option<String>,
    pub(super) content_type: Option<String>,
    pub(super) headers: Option<HeadersForm>,
    /// The sample's bytes, once they are read.
    #[serde(skip)]
    pub(super) body: Option<Bytes>,
}

/// One of `[[probe]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProbeForm {
    pub(super) title: String,
    pub(super) method: String,
    #[serde(default)]
    pub(super) without_query: bool,
    #[serde(default)]
    pub(super) without: Vec<String>,
    #[serde(default)]
    pub(super) body: Vec<ExpectedForm>,
    pub(super) sample: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) headers: HeadersForm,
    pub(super) meaning: String,
    /// The sample's bytes, once they are read.
    #[serde(skip)]
    pub(super) bytes: Option<Bytes>,
}

/// What a value of the body of a probe is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExpectedForm {
    pub(super) at: PathForm,
    pub(super) is: Option<OneOrMany>,
}

/// Headers by their names.
#[derive(Debug, Default, Deserialize)]
pub(super) struct HeadersForm(pub(super) BTreeMap<HeaderForm, String>);

impl EventsForm {
    /// This layer over a lower one of the same type.
    pub(super) fn over(self, below: Self) -> Self {
        Self {
            kind: self.kind,
            title: self.title.or(below.title),
            meaning: self.meaning.or(below.meaning),
            documented: self.documented.or(below.documented),
            when: self.when.or(below.when),
            sample: self.sample.or(below.sample),
            method: self.method.or(below.method),
            query: self.query.or(below.query),
            content_type: self.content_type.or(below.content_type),
            headers: self.headers.or(below.headers),
            body: self.body.or(below.body),
        }
    }
}

/// One of `detect`: exactly one thing to look at, and how much it says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleForm {
    header: Option<HeaderForm>,
    body: Option<PathForm>,
    path: Option<String>,
    event: Option<KnownForm>,
    probe: Option<String>,
    is: Option<OneOrMany>,
    starts_with: Option<String>,
    weight: u32,
}

/// The only thing an event's type can be asked for: whether it is in the catalogue.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum KnownForm {
    Known,
}

impl TryFrom<RuleForm> for Rule {
    type Error = &'static str;

    fn try_from(form: RuleForm) -> Result<Self, Self::Error> {
        let expected = form.is.is_some() || form.starts_with.is_some();
        let expect = match (form.is, form.starts_with) {
            (None, None) => Expect::Anything,
            (Some(values), None) => Expect::OneOf(values.into()),
            (None, Some(start)) => Expect::StartsWith(start),
            (Some(_), Some(_)) => return Err("a value is tested by `is` or by `starts_with`, not by both"),
        };
        let test = match (form.header, form.body, form.path, form.event, form.probe) {
            (Some(name), None, None, None, None) => Test::Header(name.0, expect),
            (None, Some(path), None, None, None) => Test::Body(path.0, expect),
            _ if expected => return Err("a value is tested (`is`, `starts_with`) of one `header` or one `body`"),
            (None, None, Some(text), None, None) => Test::PathContains(text),
            (None, None, None, Some(KnownForm::Known), None) => Test::KnownEvent,
            (None, None, None, None, Some(title)) => Test::Probe(title),
            _ => return Err("a rule looks at one of `header`, `body`, `path`, `event`, `probe`"),
        };
        match form.weight {
            weight @ 1..=100 => Ok(Self { test, weight }),
            _ => Err("`weight` is a whole number from 1 to 100"),
        }
    }
}

/// A text or a list of them.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected a text or a list of texts")]
pub(super) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl<T: From<String>> From<OneOrMany> for Vec<T> {
    fn from(texts: OneOrMany) -> Self {
        match texts {
            OneOrMany::One(text) => vec![text.into()],
            OneOrMany::Many(texts) => texts.into_iter().map(T::from).collect(),
        }
    }
}

/// A path into the body; `.` is the body itself.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct PathForm(pub(super) Path);

impl TryFrom<String> for PathForm {
    type Error = crate::json::PathError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text == "." { Ok(Self(Path::default())) } else { text.parse().map(Self) }
    }
}

/// A duration such as `30s` or `2h`.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct DurationForm(pub(super) Duration);

impl TryFrom<String> for DurationForm {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text::parse_duration(&text).map(Self)
    }
}

/// A status to answer with.
#[derive(Debug, Deserialize)]
#[serde(try_from = "u16")]
pub(super) struct StatusForm(pub(super) u16);

impl TryFrom<u16> for StatusForm {
    type Error = String;

    fn try_from(status: u16) -> Result<Self, Self::Error> {
        match status {
            200..=599 => Ok(Self(status)),
            _ => Err(format!("{status} is no status to answer with: a number from 200 to 599 is")),
        }
    }
}

/// The name of a header.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct HeaderForm(pub(super) String);

impl HeaderForm {
    fn named(name: &str) -> Self {
        Self(name.to_owned())
    }
}

impl TryFrom<String> for HeaderForm {
    type Error = String;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        let fits = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if fits { Ok(Self(name)) } else { Err(format!("`{name}` cannot be the name of a header")) }
    }
}

/// Where a part of an event is that is not in the body.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum ElsewhereForm {
    Header(HeaderForm),
    Query(String),
    Form(OneOrMany),
    Join(Vec<Place>),
    Fixed(String),
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PlaceVisitor)
    }
}

struct PlaceVisitor;

impl<'de> Visitor<'de> for PlaceVisitor {
    type Value = Place;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a path in the body, a list of them, or one of { header = … }, { query = … }, { form = … }, { join = … }, { fixed = … }")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Place, E> {
        let path = PathForm::try_from(text.to_owned()).map_err(E::custom)?;
        Ok(Place::Body(vec![path.0]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Place, A::Error> {
        let paths = Vec::<PathForm>::deserialize(value::SeqAccessDeserializer::new(list))?;
        Ok(Place::Body(paths.into_iter().map(|path| path.0).collect()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Place, A::Error> {
        Ok(match ElsewhereForm::deserialize(value::MapAccessDeserializer::new(map))? {
            ElsewhereForm::Header(name) => Place::Header(name.0),
            ElsewhereForm::Query(name) => Place::Query(name),
            ElsewhereForm::Form(names) => Place::Form(names.into()),
            ElsewhereForm::Join(places) => Place::Joined(places),
            ElsewhereForm::Fixed(text) => Place::Fixed(text.into()),
        })
    }
}
