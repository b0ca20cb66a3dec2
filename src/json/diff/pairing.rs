//! Which of two rows of values belong together, and in which order that is told.

/// The older value that a newer one belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Partner {
    /// Its place in the older row.
    pub(super) old: usize,
    /// Whether it stands elsewhere among those around it.
    pub(super) moved: bool,
}

/// The partner of each value of the newer row, where it has one. No two have the same.
pub(super) type Partners = Vec<Option<Partner>>;

/// What is to be told, by places in the two rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Removed(usize),
    Added(usize),
    Both { old: usize, new: usize, moved: bool },
}

/// All of both rows in the order of the newer one; what was removed comes where it stood, before what came there instead.
pub(super) fn steps(olds: usize, partners: &Partners) -> Vec<Step> {
    let mut is_taken = vec![false; olds];
    partners.iter().flatten().for_each(|partner| is_taken[partner.old] = true);
    let mut steps = Vec::with_capacity(olds.max(partners.len()));
    let (mut next_old, mut at) = (0, 0);
    while at < partners.len() {
        let in_order = |partner: &Option<Partner>| partner.is_some_and(|it| !it.moved && it.old >= next_old);
        let end = partners[at..].iter().position(in_order).map(|ahead| at + ahead);
        let until = end.and_then(|end| partners[end]).map_or(olds, |partner| partner.old);
        steps.extend((next_old..until).filter(|old| !is_taken[*old]).map(Step::Removed));
        let run = at..end.map_or(partners.len(), |end| end + 1);
        at = run.end;
        next_old = (until + 1).min(olds);
        steps.extend(run.map(|new| match partners[new] {
            Some(Partner { old, moved }) => Step::Both { old, new, moved },
            None => Step::Added(new),
        }));
    }
    steps.extend((next_old..olds).filter(|old| !is_taken[*old]).map(Step::Removed));
    steps
}

/// Marks as moved as few as possible: all that are not part of the longest run of partners that kept their order.
pub(super) fn mark_moved(partners: &mut Partners) {
    // The ends of the best runs of each length, by their place in the newer row, and what comes before each in its run.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; partners.len()];
    let old = |partners: &Partners, new: usize| partners[new].map(|partner| partner.old);
    for new in (0..partners.len()).filter(|new| partners[*new].is_some()) {
        let length = ends.partition_point(|end| old(partners, *end) < old(partners, new));
        before[new] = length.checked_sub(1).map(|shorter| ends[shorter]);
        if length == ends.len() { ends.push(new) } else { ends[length] = new }
    }
    partners.iter_mut().flatten().for_each(|partner| partner.moved = true);
    let mut kept = ends.last().copied();
    while let Some(new) = kept {
        if let Some(partner) = &mut partners[new] {
            partner.moved = false;
        }
        kept = before[new];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn partners(olds: &[Option<usize>]) -> Partners {
        olds.iter().map(|old| old.map(|old| Partner { old, moved: false })).collect()
    }

    #[test]
    fn as_few_as_possible_have_moved() {
        let cases: [(&[Option<usize>], &[usize]); 6] = [
            (&[], &[]),
            (&[Some(0), None, Some(1)], &[]),
            (&[Some(2), Some(0), Some(1)], &[0]),
            (&[Some(1), Some(2), Some(0)], &[2]),
            (&[Some(0), Some(3), Some(1), Some(2), Some(4)], &[1]),
            (&[Some(5), Some(4), None, Some(3)], &[0, 1]),
        ];
        for (olds, expected) in cases {
            let mut partners = partners(olds);
            mark_moved(&mut partners);
            let moved = |new: &usize| partners[*new].is_some_and(|partner| partner.moved);
            assert_eq!((0..olds.len()).filter(moved).collect::<Vec<_>>(), expected, "{olds:?}");
        }
    }

    #[test]
    fn what_was_removed_is_told_where_it_stood() {
        use Step::*;
        let both = |old, new| Both { old, new, moved: false };
        let cases: [(usize, &[Option<usize>], &[Step]); 5] = [
            (2, &[], &[Removed(0), Removed(1)]),
            (0, &[None], &[Added(0)]),
            (3, &[Some(0), None, Some(2)], &[both(0, 0), Removed(1), Added(1), both(2, 2)]),
            (3, &[None, Some(0)], &[Added(0), both(0, 1), Removed(1), Removed(2)]),
            // Members in another order are still all told once.
            (3, &[Some(2), Some(0)], &[Removed(1), both(2, 0), both(0, 1)]),
        ];
        for (olds, news, expected) in cases {
            assert_eq!(steps(olds, &partners(news)), expected, "{olds} {news:?}");
        }
    }
}
