//! Signatures in headers of others: what a delivery lacks may be there as somebody else sends it.

use std::fmt::Write;

use super::{Verdict, explain};
use crate::provider::{Catalog, Provider, Test};
use crate::text;
use crate::wire::{Head, Header};

/// So many senders of one header are named.
const NAMED: usize = 4;

impl Verdict {
    /// The verdict of a delivery that no provider's marks suffice for, with the ones there are.
    pub fn strange(catalog: &Catalog, head: &Head) -> Self {
        match telling(catalog, head, is_mark) {
            Some(mark) => explain::faint(&mark),
            None => Self::unknown(),
        }
    }

    /// The verdict of a delivery that lacks what that provider signs with, with what is there of others.
    pub fn beside_others(self, due: &Provider, catalog: &Catalog, head: &Head) -> Self {
        let is_others = |provider: &Provider, header: &Header<'_>| {
            provider.id != due.id && provider.signs_in(header.name) && is_mark(provider, header)
        };
        match telling(catalog, head, is_others) {
            Some(mark) => explain::beside_others(self, &mark),
            None => self,
        }
    }
}

/// The header that the fewest providers are known by, and who they are: `X-Signature, as acme and others send`.
fn telling(catalog: &Catalog, head: &Head, is_mark: impl Fn(&Provider, &Header<'_>) -> bool) -> Option<String> {
    let senders = |header: Header<'_>| {
        let names = catalog.iter().filter(|provider| is_mark(provider, &header)).map(|provider| provider.id.as_str());
        (header.name.to_owned(), names.map(str::to_owned).collect::<Vec<_>>())
    };
    let marks = head.headers().map(senders).filter(|(_, senders)| !senders.is_empty());
    let (header, senders) = marks.min_by_key(|(_, senders)| senders.len())?;
    let verb = if senders.len() == 1 { "sends" } else { "send" };
    Some(format!("{}, as {} {verb}", text::visible(&header), listed(&senders)))
}

/// Whether a header speaks for a provider: it is looked at to tell its deliveries, and holds what it should, or signs.
fn is_mark(provider: &Provider, header: &Header<'_>) -> bool {
    provider.detect.iter().any(|rule| match &rule.test {
        Test::Header(name, expect) if name.eq_ignore_ascii_case(header.name) => {
            provider.signs_in(header.name) || expect.holds(str::from_utf8(header.value).ok())
        }
        _ => false,
    })
}

fn listed(names: &[String]) -> String {
    let mut list = String::new();
    let shown = &names[..names.len().min(NAMED)];
    for (place, name) in shown.iter().enumerate() {
        let is_last = place + 1 == names.len();
        let before = if place == 0 {
            ""
        } else if is_last {
            " and "
        } else {
            ", "
        };
        _ = write!(list, "{before}{}", text::visible(name));
    }
    if names.len() > NAMED { list + " and others" } else { list }
}
