//! Which members of two objects belong together: those with the same key, the first with the first, the second with the
//! second.

use std::borrow::Cow;
use std::collections::HashMap;

use super::pairing::{Partner, Partners};
use crate::json::Value;

/// A key, and how many of that name come before it in its object.
type Label<'a> = (Cow<'a, str>, u32);

pub(super) fn partners(olds: &[Value<'_>], news: &[Value<'_>]) -> Partners {
    if are_alike(olds, news) {
        return (0..news.len()).map(|old| Some(Partner { old, moved: false })).collect();
    }
    let places: HashMap<Label<'_>, usize> = labels(olds).into_iter().zip(0..).collect();
    let partner = |label| places.get(&label).map(|old| Partner { old: *old, moved: false });
    labels(news).into_iter().map(partner).collect()
}

/// Whether the members that are in both stand in another order.
pub(super) fn are_reordered(partners: &Partners) -> bool {
    !partners.iter().flatten().map(|partner| partner.old).is_sorted()
}

/// Whether they have the same keys in the same order, as most do.
fn are_alike(olds: &[Value<'_>], news: &[Value<'_>]) -> bool {
    olds.len() == news.len() && olds.iter().zip(news).all(|(old, new)| old.key_raw() == new.key_raw())
}

fn labels<'a>(members: &[Value<'a>]) -> Vec<Label<'a>> {
    let mut seen: HashMap<Cow<'a, str>, u32> = HashMap::with_capacity(members.len());
    let label = |member: &Value<'a>| {
        let key = member.key().unwrap_or_default();
        let before = seen.entry(key.clone()).or_insert(0);
        *before += 1;
        (key, *before - 1)
    };
    members.iter().map(label).collect()
}
