//! Which items of two arrays belong together.
//!
//! Items that say who they are belong to those that say the same. Others belong together where they are equal; what is
//! left between two such pairs is one item that changed, as long as both have some.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

use super::fingerprint::Prints;
use super::pairing::{Partner, Partners, mark_moved};
use crate::json::{Kind, Value};

/// The keys that tell one object of an array from the others, the surest first.
const IDENTITIES: [&str; 5] = ["id", "_id", "uuid", "key", "name"];

/// Aligning bounds its own cost. Should that fail for some input, the rest is taken as replaced.
const PATIENCE: Duration = Duration::from_secs(5);

/// The items of one array and the fingerprints of all in it.
#[derive(Clone, Copy)]
pub(super) struct Items<'a, 'd> {
    pub(super) values: &'a [Value<'d>],
    pub(super) prints: &'a Prints,
}

pub(super) fn partners(old: Items<'_, '_>, new: Items<'_, '_>) -> Partners {
    IDENTITIES.into_iter().find_map(|key| by_identity(old, new, key)).unwrap_or_else(|| by_value(old, new))
}

/// `None` unless every item of both says who it is, no two of an array say the same, and some are in both.
fn by_identity(old: Items<'_, '_>, new: Items<'_, '_>, key: &str) -> Option<Partners> {
    let (olds, news) = (old.identities(key)?, new.identities(key)?);
    let places: HashMap<u64, usize> = olds.into_iter().zip(0..).collect();
    let partner = |identity: &u64| places.get(identity).map(|old| Partner { old: *old, moved: false });
    let mut partners: Partners = news.iter().map(partner).collect();
    mark_moved(&mut partners);
    partners.iter().any(Option::is_some).then_some(partners)
}

fn by_value(old: Items<'_, '_>, new: Items<'_, '_>) -> Partners {
    let (olds, news) = (old.prints(), new.prints());
    let mut partners: Partners = vec![None; news.len()];
    let ops = capture_diff_slices_deadline(Algorithm::Myers, &olds, &news, Some(Instant::now() + PATIENCE));
    for op in &ops {
        if let DiffOp::Equal { old_index, new_index, len } = *op {
            for step in 0..len {
                partners[new_index + step] = Some(Partner { old: old_index + step, moved: false });
            }
        }
    }
    let taken = pair_moved(&mut partners, &olds, &news);
    for op in &ops {
        if let DiffOp::Replace { old_index, old_len, new_index, new_len } = *op {
            let free = (old_index..old_index + old_len).filter(|place| !taken.contains(place));
            let open = partners[new_index..new_index + new_len].iter_mut().filter(|partner| partner.is_none());
            open.zip(free).for_each(|(partner, old)| *partner = Some(Partner { old, moved: false }));
        }
    }
    partners
}

/// Pairs what is left of both and equal. Only of a value that stands once in each can it be said that it moved. Gives the
/// older places that were taken.
fn pair_moved(partners: &mut Partners, olds: &[u64], news: &[u64]) -> HashSet<usize> {
    let (old_places, new_places) = (only_places(olds), only_places(news));
    let mut taken = HashSet::new();
    for (new, partner) in partners.iter_mut().enumerate().filter(|(_, partner)| partner.is_none()) {
        let print = &news[new];
        let once = new_places.get(print).is_some_and(Option::is_some);
        if let Some(old) = old_places.get(print).copied().flatten().filter(|_| once) {
            *partner = Some(Partner { old, moved: true });
            taken.insert(old);
        }
    }
    taken
}

/// Where each value stands; `None` for one that stands in several places.
fn only_places(prints: &[u64]) -> HashMap<u64, Option<usize>> {
    let mut places = HashMap::with_capacity(prints.len());
    for (place, print) in prints.iter().enumerate() {
        places.entry(*print).and_modify(|only| *only = None).or_insert(Some(place));
    }
    places
}

impl Items<'_, '_> {
    fn prints(self) -> Vec<u64> {
        self.values.iter().map(|value| self.prints.value(value.index())).collect()
    }

    fn identities(self, key: &str) -> Option<Vec<u64>> {
        let identity = |item: &Value<'_>| {
            let identity = item.get(key)?;
            matches!(identity.kind(), Kind::String | Kind::Number).then(|| self.prints.value(identity.index()))
        };
        let identities: Vec<u64> = self.values.iter().map(identity).collect::<Option<_>>()?;
        let mut seen = HashSet::with_capacity(identities.len());
        identities.iter().all(|identity| seen.insert(*identity)).then_some(identities)
    }
}
