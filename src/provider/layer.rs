//! One provider file, and one laid over another.
//!
//! A layer holds only what it changes: a value that it gives replaces the one below, a list replaces the list below, and
//! events are laid over each other by their type. Knows the words of the file (`vocabulary`), not who wrote it.

use std::collections::HashSet;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use toml::Spanned;

use super::folder::Folder;
use super::mistake::LayerError;
use super::vocabulary::{
    CompareForm, EventForm, EventsForm, ExpectedForm, FileForm, HeadersForm, PathForm, ProbeForm, ReplyForm, RetryForm,
    RuleForm, TreeForm, Verify,
};
use super::{
    BeforeAfter, Detection, EventPlaces, EventType, Expect, Expected, Probe, Provider, ProviderId, ReplyWish, Retry,
    Rule, Sample,
};
use crate::json::diff::Scope;
use crate::json::tree::Shape;

/// What one or more provider files say, the higher ones over the lower.
#[derive(Debug)]
pub(super) struct Layer {
    form: FileForm,
    /// The form's rules, once they are checked.
    detect: Option<Vec<Rule>>,
}

const FILE: &str = "provider.toml";

impl Layer {
    /// Reads a provider's folder: its file, and the samples that the file names.
    pub(super) fn read(folder: &Folder) -> Result<Self, LayerError> {
        let path = folder.path_of(FILE);
        match folder.read(FILE) {
            Ok(Some(bytes)) => Self::parse(folder, &path, &bytes),
            Ok(None) => Err(LayerError::unreadable(&path, "a provider's folder holds such a file, and it is missing")),
            Err(error) => Err(LayerError::unreadable(&path, &error.to_string())),
        }
    }

    /// Reads a provider's file; the samples are in the folder.
    pub(super) fn parse(folder: &Folder, path: &Path, bytes: &[u8]) -> Result<Self, LayerError> {
        let source = str::from_utf8(bytes).map_err(|error| LayerError::not_utf8(path, bytes, error))?;
        let mistake = |part, what: &str| LayerError::within(path, source, part, what);
        let mut form: FileForm =
            toml::from_str(source).map_err(|error| mistake(error.span().unwrap_or_default(), error.message()))?;
        let detect = form.detect.take().map(|forms| rules(forms, &mistake)).transpose()?;
        if let Some(again) = repeated(&form.events) {
            let what = format!("`{}` is the type of another one of [[events]] already", again.get_ref());
            return Err(mistake(again.span(), &what));
        }
        for event in &mut form.events {
            let own = format!("{}.json", event.kind.get_ref());
            event.body = match &event.sample {
                Some(file) => Some(named_sample(folder, file, &mistake)?),
                None => sample(folder, &own)?,
            };
        }
        for probe in form.probe.iter_mut().flatten() {
            probe.bytes = probe.sample.as_ref().map(|file| named_sample(folder, file, &mistake)).transpose()?;
        }
        Ok(Self { form, detect })
    }

    /// This layer over a lower one.
    pub(super) fn over(self, below: Self) -> Self {
        Self { form: self.form.over(below.form), detect: self.detect.or(below.detect) }
    }

    /// The provider that results, with the defaults where no layer said anything.
    pub(super) fn provider(self, id: ProviderId) -> Provider {
        let mut form = self.form;
        let mut verify = Vec::new();
        let mut unsigned = None;
        for entry in form.verify.unwrap_or_default() {
            match entry {
                Verify::Scheme(scheme) => verify.push(scheme),
                Verify::Instead(text) => unsigned = Some(text),
            }
        }
        Provider {
            title: form.title.unwrap_or_else(|| id.as_str().to_owned()),
            id,
            docs: form.docs,
            detect: self.detect.unwrap_or_default(),
            verify,
            unsigned,
            event: form.event.into(),
            events: form.events.into_iter().map(EventType::from).collect(),
            probes: form.probe.unwrap_or_default().into_iter().map(Probe::from).collect(),
            reply: form.reply.into(),
            retry: form.retry.into(),
            before_after: form.tree.compare.take().map(BeforeAfter::from),
            shape: form.tree.into(),
        }
    }
}

impl FileForm {
    fn over(self, below: Self) -> Self {
        Self {
            title: self.title.or(below.title),
            docs: self.docs.or(below.docs),
            // The layer has it already, checked.
            detect: None,
            verify: self.verify.or(below.verify),
            event: self.event.over(below.event),
            events: events_over(self.events, below.events),
            probe: self.probe.or(below.probe),
            reply: self.reply.over(below.reply),
            retry: self.retry.over(below.retry),
            tree: self.tree.over(below.tree),
        }
    }
}

fn rules(
    forms: Vec<Spanned<RuleForm>>,
    mistake: &impl Fn(Range<usize>, &str) -> LayerError,
) -> Result<Vec<Rule>, LayerError> {
    if let Some(form) = forms.get(Rule::MAX) {
        return Err(mistake(form.span(), &format!("only {} rules of a provider are weighed", Rule::MAX)));
    }
    let first = forms.first().map(Spanned::span);
    let checked = |form: Spanned<RuleForm>| {
        let span = form.span();
        Rule::try_from(form.into_inner()).map_err(|what| mistake(span, what))
    };
    let rules: Vec<Rule> = forms.into_iter().map(checked).collect::<Result<_, _>>()?;
    let sum: u32 = rules.iter().map(|rule| rule.weight).sum();
    match first {
        Some(first) if sum < Detection::ENOUGH => {
            let enough = Detection::ENOUGH;
            Err(mistake(
                first,
                &format!("all rules together come to {sum} points, and only {enough} suffice to name it"),
            ))
        }
        _ => Ok(rules),
    }
}

/// Whether a file has no key at all.
pub(super) fn says_nothing(bytes: &[u8]) -> bool {
    let table = str::from_utf8(bytes).ok().and_then(|source| source.parse::<toml::Table>().ok());
    table.is_some_and(|table| table.is_empty())
}

/// The first type of an event that another one before it has, too.
fn repeated(events: &[EventsForm]) -> Option<&Spanned<String>> {
    let mut known = HashSet::new();
    events.iter().map(|event| &event.kind).find(|kind| !known.insert(kind.get_ref()))
}

/// Known types keep their place in the catalogue; new ones follow.
fn events_over(forms: Vec<EventsForm>, below: Vec<EventsForm>) -> Vec<EventsForm> {
    let mut events = below;
    for form in forms {
        match events.iter().position(|event| event.kind.get_ref() == form.kind.get_ref()) {
            Some(at) => {
                let lower = events.remove(at);
                events.insert(at, form.over(lower));
            }
            None => events.push(form),
        }
    }
    events
}

/// The bytes of a sample that the file names.
fn named_sample(
    folder: &Folder,
    file: &Spanned<String>,
    mistake: &impl Fn(Range<usize>, &str) -> LayerError,
) -> Result<Bytes, LayerError> {
    let name = file.get_ref();
    let missing = || mistake(file.span(), &format!("there is no `samples/{name}` beside this file"));
    sample(folder, name)?.ok_or_else(missing)
}

/// The bytes of a sample, where there is such a file.
fn sample(folder: &Folder, name: &str) -> Result<Option<Bytes>, LayerError> {
    let file = format!("samples/{name}");
    folder.read(&file).map_err(|error| LayerError::unreadable(&folder.path_of(&file), &error.to_string()))
}

/// What a sample's file name says of its content.
fn guessed_content_type(file: Option<&Spanned<String>>, body: Option<&Bytes>) -> &'static str {
    let name = file.map_or("", |name| name.get_ref().as_str());
    match name.rsplit_once('.') {
        _ if body.is_none() => "",
        None | Some((_, "json")) => "application/json",
        Some((_, "form")) => "application/x-www-form-urlencoded",
        Some((_, "xml")) => "application/xml",
        Some((_, "txt")) => "text/plain",
        Some(_) => "application/octet-stream",
    }
}

impl From<EventForm> for EventPlaces {
    fn from(form: EventForm) -> Self {
        Self {
            kind: form.kind,
            id: form.id,
            at: form.at,
            attempt: form.attempt,
            flow: form.flow,
            batch: form.batch.map(|path| path.0),
        }
    }
}

impl From<EventsForm> for EventType {
    fn from(form: EventsForm) -> Self {
        let guessed = guessed_content_type(form.sample.as_ref(), form.body.as_ref());
        let sample = Sample {
            method: form.method.unwrap_or_else(|| "POST".to_owned()),
            query: form.query.unwrap_or_default(),
            content_type: form.content_type.unwrap_or_else(|| guessed.to_owned()),
            headers: form.headers.unwrap_or_default().into(),
            body: form.body.unwrap_or_default(),
        };
        Self {
            title: form.title.unwrap_or_else(|| form.kind.get_ref().clone()),
            name: Arc::from(form.kind.into_inner()),
            meaning: form.meaning.unwrap_or_default(),
            documented: form.documented.unwrap_or(true),
            when: form.when,
            sample,
        }
    }
}

impl From<ProbeForm> for Probe {
    fn from(form: ProbeForm) -> Self {
        let sample = Sample {
            method: form.method,
            query: String::new(),
            content_type: guessed_content_type(form.sample.as_ref(), form.bytes.as_ref()).to_owned(),
            headers: form.headers.into(),
            body: form.bytes.unwrap_or_default(),
        };
        Self {
            title: form.title,
            without_query: form.without_query,
            without: form.without,
            body: form.body.into_iter().map(Expected::from).collect(),
            sample,
            meaning: form.meaning,
        }
    }
}

impl From<ExpectedForm> for Expected {
    fn from(form: ExpectedForm) -> Self {
        Self { at: form.at.0, expect: form.is.map_or(Expect::Anything, |values| Expect::OneOf(values.into())) }
    }
}

impl From<HeadersForm> for Vec<(String, String)> {
    fn from(form: HeadersForm) -> Self {
        form.0.into_iter().map(|(name, value)| (name.0, value)).collect()
    }
}

impl From<ReplyForm> for ReplyWish {
    fn from(form: ReplyForm) -> Self {
        Self {
            status: form.status.map_or(200, |status| status.0),
            note: form.note,
            presets: form.presets.unwrap_or_default(),
        }
    }
}

impl From<RetryForm> for Retry {
    fn from(form: RetryForm) -> Self {
        Self {
            delays: form.delays.unwrap_or_default().into_iter().map(|delay| delay.0).collect(),
            timeout: form.timeout.map(|timeout| timeout.0),
            success: form.success,
            on: form.on.unwrap_or_default(),
            stops: form.stops,
            summary: form.summary.unwrap_or_default(),
        }
    }
}

impl From<CompareForm> for BeforeAfter {
    fn from(form: CompareForm) -> Self {
        let scope = if form.only_changes { Scope::ChangesOnly } else { Scope::Whole };
        Self { before: form.before.0, after: form.after.0, scope }
    }
}

impl From<TreeForm> for Shape {
    fn from(form: TreeForm) -> Self {
        let paths = |forms: Option<Vec<PathForm>>| forms.unwrap_or_default().into_iter().map(|path| path.0).collect();
        Self { sections: paths(form.sections), dotted: paths(form.dotted) }
    }
}
