//! What the tests share.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use hookglass::json::Document;
use hookglass::provider::{Catalog, Detection, Event, EventType, Provider, Reading, Sample};
use hookglass::wire::{Delivery, Extent, Head, Version};

pub(crate) fn assets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/providers")
}

pub(crate) fn names_in(folder: &Path, is_wanted: impl Fn(&Path) -> bool) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| is_wanted(path));
    let mut names: Vec<_> = entries.map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

pub(crate) fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

pub(crate) fn provider(name: &str) -> Arc<Provider> {
    Catalog::builtin().get(name).unwrap().clone()
}

pub(crate) fn layered(folder: &Path, name: &str) -> Arc<Provider> {
    Catalog::layered(&[folder.to_owned()]).unwrap().get(name).unwrap().clone()
}

pub(crate) fn event_names(provider: &Provider) -> Vec<String> {
    provider.events.iter().map(|event| event.name.to_string()).collect()
}

pub(crate) fn all_events(catalog: &Catalog) -> impl Iterator<Item = (Arc<Provider>, EventType)> {
    let providers: Vec<_> = catalog.iter().cloned().collect();
    providers.into_iter().flat_map(|provider| {
        provider.events.clone().into_iter().map(move |event| (provider.clone(), event)).collect::<Vec<_>>()
    })
}

/// A delivery with that body, sent to a path that names the provider, as `simulate` sends it but for the signature.
pub(crate) fn as_sent(provider: &Provider, sample: &Sample) -> Delivery {
    let target = match sample.query.as_str() {
        "" => format!("/hooks/{}", provider.id),
        query => format!("/hooks/{}?{query}", provider.id),
    };
    let mut headers = vec![("Content-Type", sample.content_type.as_str())];
    headers.extend(sample.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    delivery(&sample.method, &target, &headers, sample.body.clone())
}

pub(crate) fn delivery(method: &str, target: &str, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Delivery {
    let mut head = Head::build(method, target, Version::Http11).header("Host", "localhost");
    for (name, value) in headers {
        head.push(name, value.as_bytes());
    }
    Delivery {
        received_at: "2026-11-20T17:00:00Z".parse().unwrap(),
        peer: None,
        head: head.finish(),
        body: body.into(),
        extent: Extent::Whole,
    }
}

pub(crate) fn document(delivery: &Delivery) -> Option<Document> {
    Document::parse(delivery.body.clone()).ok()
}

pub(crate) fn events(provider: &Provider, delivery: &Delivery) -> Vec<Event> {
    match Reading::of(provider, delivery, document(delivery).as_ref()) {
        Reading::Events(events) => events,
        Reading::Probe(title) => panic!("a probe: {title}"),
    }
}

/// The names of the likeliest senders.
pub(crate) fn senders(delivery: &Delivery) -> Vec<String> {
    let detection = Detection::of(&Catalog::builtin(), delivery, document(delivery).as_ref());
    detection.best().iter().map(|candidate| candidate.provider.id.to_string()).collect()
}

pub(crate) fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
