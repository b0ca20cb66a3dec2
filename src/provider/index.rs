//! All rules of all providers, turned around: from what a delivery has to the rules that look at it.
//!
//! Detection runs for every request, so it looks at each header and each key once, however many providers there are, and
//! allocates one number per provider.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use super::detect::Held;
use super::{Catalog, Expect, Place, Provider, Test};
use crate::json::{Document, Kind, Path, Step, Value};
use crate::wire::Delivery;

/// All rules of all providers by what they look at.
#[derive(Debug, Default)]
pub(super) struct Index {
    providers: usize,
    /// By the header's name in lower case, sorted.
    headers: Vec<(Box<str>, Vec<Sign>)>,
    body: Branch,
    paths: Vec<(Box<str>, Mark)>,
    probes: Vec<(Box<str>, Mark)>,
}

/// The rules that look at one place of the body, and at the places below it.
#[derive(Debug, Default)]
struct Branch {
    signs: Vec<Sign>,
    /// Sorted.
    keys: Vec<(Box<str>, Branch)>,
    items: Vec<(usize, Branch)>,
}

/// A rule that holds where a value is as expected.
#[derive(Debug)]
struct Sign {
    expect: Expect,
    mark: Mark,
}

/// One rule of one provider.
#[derive(Clone, Copy, Debug)]
struct Mark {
    provider: usize,
    bit: Held,
}

impl Index {
    pub(super) fn of(providers: &[Arc<Provider>]) -> Self {
        let mut index = Self { providers: providers.len(), ..Self::default() };
        for (place, provider) in providers.iter().enumerate() {
            for (rule, bit) in provider.detect.iter().zip((0..).map(|shift| 1 << shift)) {
                index.add(provider, &rule.test, Mark { provider: place, bit });
            }
        }
        index
    }

    fn add(&mut self, provider: &Provider, test: &Test, mark: Mark) {
        match test {
            Test::Header(name, expect) => self.add_header(name, Sign { expect: expect.clone(), mark }),
            Test::Body(path, expect) => self.body.add(&path.0, Sign { expect: expect.clone(), mark }),
            Test::PathContains(text) => self.paths.push((text.to_ascii_lowercase().into(), mark)),
            Test::Probe(title) => self.probes.push((title.as_str().into(), mark)),
            Test::KnownEvent => self.add_known_event(provider, mark),
        }
    }

    fn add_header(&mut self, name: &str, sign: Sign) {
        entry(&mut self.headers, name.to_ascii_lowercase().into()).push(sign);
    }

    fn add_known_event(&mut self, provider: &Provider, mark: Mark) {
        let names: Vec<_> = provider.events.iter().map(|event| event.name.clone()).collect();
        let sign = || Sign { expect: Expect::OneOf(names.clone()), mark };
        match &provider.event.kind {
            Some(Place::Header(name)) => self.add_header(name, sign()),
            Some(Place::Body(paths)) => {
                paths
                    .iter()
                    .for_each(|path| self.body.add(&in_first_item(provider.event.batch.as_ref(), path), sign()));
            }
            Some(Place::Query(_) | Place::Form(_) | Place::Joined(_) | Place::Fixed(_)) | None => {}
        }
    }

    /// Which rules of each provider hold, in the catalogue's order.
    pub(super) fn held(&self, catalog: &Catalog, delivery: &Delivery, document: Option<&Document>) -> Vec<Held> {
        let mut held = vec![0; self.providers];
        for header in delivery.head.headers() {
            if let Ok(at) = self.headers.binary_search_by(|(name, _)| ignoring_case(name, header.name)) {
                note(&self.headers[at].1, &mut held, || str::from_utf8(header.value).ok().map(Cow::Borrowed));
            }
        }
        if let Some(document) = document {
            self.body.walk(document.root(), &mut held);
        }
        let path = delivery.head.path().as_bytes();
        for (text, mark) in &self.paths {
            if contains_ignoring_case(path, text.as_bytes()) {
                held[mark.provider] |= mark.bit;
            }
        }
        for (title, mark) in &self.probes {
            let probes = &catalog.at(mark.provider).probes;
            if probes.iter().any(|probe| *probe.title == **title && probe.is(delivery, document)) {
                held[mark.provider] |= mark.bit;
            }
        }
        held
    }
}

impl Branch {
    fn add(&mut self, steps: &[Step], sign: Sign) {
        match steps {
            [] => self.signs.push(sign),
            [Step::Key(key), below @ ..] => entry(&mut self.keys, key.clone()).add(below, sign),
            [Step::Index(item), below @ ..] => entry(&mut self.items, *item).add(below, sign),
        }
    }

    fn walk(&self, value: Value<'_>, held: &mut [Held]) {
        note(&self.signs, held, || value.scalar());
        for (item, branch) in &self.items {
            if let Some(value) = value.at(*item) {
                branch.walk(value, held);
            }
        }
        if self.keys.is_empty() || value.kind() != Kind::Object {
            return;
        }
        for member in value.children() {
            let Some(key) = member.key() else { continue };
            if let Ok(at) = self.keys.binary_search_by(|(known, _)| (**known).cmp(&*key)) {
                self.keys[at].1.walk(member, held);
            }
        }
    }
}

/// Notes the rules that a value fulfils; the value is asked for only where a rule looks at it.
fn note<'a>(signs: &[Sign], held: &mut [Held], value: impl FnOnce() -> Option<Cow<'a, str>>) {
    if signs.is_empty() {
        return;
    }
    let value = value();
    for Sign { expect, mark } in signs {
        if expect.holds(value.as_deref()) {
            held[mark.provider] |= mark.bit;
        }
    }
}

/// The value of a key in a sorted list, put there if it is not yet.
fn entry<K: Ord, V: Default>(list: &mut Vec<(K, V)>, key: K) -> &mut V {
    let at = match list.binary_search_by(|(known, _)| known.cmp(&key)) {
        Ok(at) => at,
        Err(at) => {
            list.insert(at, (key, V::default()));
            at
        }
    };
    &mut list[at].1
}

/// Where a path within an item is in the first item of a batch.
fn in_first_item(batch: Option<&Path>, path: &Path) -> Vec<Step> {
    let batch = batch.into_iter().flat_map(|batch| batch.0.iter().cloned().chain([Step::Index(0)]));
    batch.chain(path.0.iter().cloned()).collect()
}

/// The order of a lower-case name and one as sent.
fn ignoring_case(name: &str, sent: &str) -> Ordering {
    name.bytes().cmp(sent.bytes().map(|byte| byte.to_ascii_lowercase()))
}

fn contains_ignoring_case(text: &[u8], lower: &[u8]) -> bool {
    !lower.is_empty() && text.windows(lower.len()).any(|window| window.eq_ignore_ascii_case(lower))
}
