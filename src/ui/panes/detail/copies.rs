//! What can be taken along.

use bytes::Bytes;

use super::secrecy::{concealed, public_lines};
use super::{CopyItem, Detail, Shown, Tab};
use crate::json::{Kind, Value};
use crate::provider::Provider;
use crate::store::Capture;
use crate::text;
use crate::ui::panes::list::Choice;
use crate::wire::{Head, Outcome};

impl Detail {
    /// What the copy menu offers here: first what is under the cursor, then the whole.
    pub(crate) fn copies(&self) -> Vec<CopyItem> {
        let Some(shown) = &self.shown else { return Vec::new() };
        let mut items = match self.tab {
            Tab::Tree => shown.tree.tree().and_then(|tree| tree.value()).map(of_value).unwrap_or_default(),
            Tab::Headers => of_header(shown),
            Tab::Raw => Vec::new(),
            Tab::Exchanges => of_exchange(shown),
            Tab::Why => of_recipe(shown, self.stack),
        };
        items.extend(of_capture(shown));
        items
    }
}

impl Choice for CopyItem {
    fn key(&self) -> Option<char> {
        Some(self.key)
    }
}

fn item(key: char, label: impl Into<String>, bytes: impl Into<Bytes>) -> CopyItem {
    CopyItem { key, label: label.into(), bytes: bytes.into() }
}

/// A string without quotes and escapes, anything else as sent.
fn of_value(value: Value<'_>) -> Vec<CopyItem> {
    let text = value.as_str().map_or_else(|| value.raw().to_vec(), |text| text.into_owned().into_bytes());
    let label = match value.kind() {
        Kind::Object => "the object".to_owned(),
        Kind::Array => "the array".to_owned(),
        _ => format!(
            "the value  {}",
            text::truncate(&text::visible_bytes(&value.raw()[..value.raw().len().min(200)]), 28)
        ),
    };
    let mut items = vec![item('v', label, text)];
    if let Some(key) = value.key() {
        items.push(item('n', format!("its key  {}", text::truncate(&text::visible(&key), 28)), key.into_owned()));
    }
    let path = value.path().to_string();
    if !path.is_empty() {
        items.push(item('p', format!("its path  {}", text::truncate_start(&text::visible(&path), 28)), path));
    }
    items
}

fn of_header(shown: &Shown) -> Vec<CopyItem> {
    let Some(header) = shown.headers.selected() else { return Vec::new() };
    let what = if header.is_secret { "the secret value of" } else { "the value of" };
    vec![
        item('v', format!("{what} {}", text::truncate(&header.name, 28)), header.value.clone()),
        item('n', format!("the name  {}", text::truncate(&header.name, 28)), header.name.clone()),
    ]
}

fn of_exchange(shown: &Shown) -> Vec<CopyItem> {
    let Some(exchange) = shown.exchanges.selected() else { return Vec::new() };
    let provider = shown.subject.provider.as_deref();
    let mut items = shown.exchanges.inside().and_then(|body| body.tree()?.value()).map(of_value).unwrap_or_default();
    items.push(item('t', "the target", exchange.target.clone()));
    if let Outcome::Answered(answer) = &exchange.outcome {
        items.push(item('a', "the answer's body", answer.body.clone()));
        items.push(item('r', "the answer's head, credentials left out", public(&answer.head, provider)));
    }
    items.push(item('s', "the head that was sent, credentials left out", public(&exchange.sent, provider)));
    items.extend(exchange.error().map(|error| item('e', "the failure", error.to_owned())));
    items
}

/// A head of which nothing secret is left: copies end in tickets and chats.
fn public(head: &Head, provider: Option<&Provider>) -> Vec<u8> {
    let lines = public_lines(head, provider).into_iter();
    lines.flat_map(|(name, value)| [name, &*value, b"\n"].concat()).collect()
}

fn of_recipe(shown: &Shown, stack: usize) -> Vec<CopyItem> {
    let recipe = shown.why.recipe(stack);
    recipe.map(|recipe| item('c', format!("the code for {}", recipe.title), recipe.code.as_str())).into_iter().collect()
}

fn of_capture(shown: &Shown) -> Vec<CopyItem> {
    let capture = &*shown.subject.capture;
    let delivery = &*capture.delivery;
    let mut items = Vec::new();
    if !delivery.body.is_empty() {
        let label = if delivery.is_truncated() { "what is kept of the body" } else { "the body, byte for byte" };
        items.push(item('b', label, delivery.body.clone()));
    }
    items.push(item('w', "the verdict in words", verdict_words(capture)));
    items.push(item('h', "the head, credentials left out", public_head(shown)));
    items.push(item('u', "the request target", delivery.head.target_bytes().to_vec()));
    if let Some(id) = capture.conclusion.event().and_then(|event| event.id.as_deref()) {
        items.push(item('i', format!("the event id  {}", text::truncate(&text::visible(id), 28)), id.to_owned()));
    }
    if let Some(flow) = capture.conclusion.event().and_then(|event| event.flow.as_deref()) {
        items.push(item('f', format!("the flow  {}", text::truncate(&text::visible(flow), 28)), flow.to_owned()));
    }
    items
}

/// What was found, why, and what to do; of a refused request the reason.
fn verdict_words(capture: &Capture) -> String {
    if let Some(refusal) = &capture.refused {
        return format!("refused with {}: {}", refusal.status, refusal.reason);
    }
    let verdict = &capture.conclusion.verdict;
    let cause = verdict.cause().map(|cause| format!(" ({})", cause.as_str()));
    let fix = verdict.fix.as_ref().map(|fix| format!("\n{fix}"));
    let (cause, fix) = (cause.unwrap_or_default(), fix.unwrap_or_default());
    format!("{}{cause}: {}{fix}", verdict.status.as_str(), verdict.explanation)
}

/// The request line and the headers, with what is secret of them concealed: copies end in tickets and chats.
fn public_head(shown: &Shown) -> Vec<u8> {
    let head = &shown.subject.capture.delivery.head;
    let mut text = format!("{} ", head.method()).into_bytes();
    text.extend_from_slice(head.target_bytes());
    text.extend_from_slice(format!(" {}\n", head.version()).as_bytes());
    for header in shown.headers.headers() {
        let concealed = header.is_secret.then(|| concealed(&header.value).into_bytes());
        text.extend_from_slice(header.name.as_bytes());
        text.extend_from_slice(b": ");
        text.extend_from_slice(concealed.as_deref().unwrap_or(&header.value));
        text.push(b'\n');
    }
    text
}
