//! Finding text in bytes, and the next row that says it.

/// Which match is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seek {
    /// The one at the current place, else the next: while somebody types.
    Here,
    Next,
    Previous,
}

/// Every row in the order a search tries them, around the ends.
pub(crate) fn rows_from(row: usize, len: usize, seek: Seek) -> impl Iterator<Item = usize> {
    (0..len).map(move |distance| match seek {
        Seek::Here => (row + distance) % len,
        Seek::Next => (row + 1 + distance) % len,
        Seek::Previous => (row + 2 * len - 1 - distance) % len,
    })
}

/// Where the wanted match begins, around the ends. The current place is `here`; a match beginning in it is not the next.
pub(crate) fn wanted(bytes: &[u8], needle: &str, here: std::ops::Range<usize>, seek: Seek) -> Option<usize> {
    let first_from = |from| occurrences(bytes, needle, from).next();
    match seek {
        Seek::Here => first_from(here.start).or_else(|| first_from(0)),
        Seek::Next => first_from(here.end).or_else(|| first_from(0)),
        Seek::Previous => {
            let before = occurrences(bytes, needle, 0).take_while(|at| *at < here.start).last();
            before.or_else(|| occurrences(bytes, needle, here.start).last())
        }
    }
}

/// Whether the needle occurs, without regard to ASCII letter case.
pub(crate) fn says(bytes: &[u8], needle: &str) -> bool {
    occurrences(bytes, needle, 0).next().is_some()
}

fn occurrences<'a>(bytes: &'a [u8], needle: &'a str, from: usize) -> impl Iterator<Item = usize> + 'a {
    let needle = needle.as_bytes();
    let first = needle.first().copied().unwrap_or_default();
    let from = from.min(bytes.len());
    let room = if needle.is_empty() { from } else { (bytes.len() + 1).saturating_sub(needle.len()).max(from) };
    memchr::memchr2_iter(first.to_ascii_lowercase(), first.to_ascii_uppercase(), &bytes[from..room])
        .map(move |at| from + at)
        .filter(move |at| bytes[*at..].get(..needle.len()).is_some_and(|found| found.eq_ignore_ascii_case(needle)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_follow_one_another_around_the_ends() {
        let cases = [
            ("ab", 0..0, Seek::Here, Some(0)),
            ("AB", 0..2, Seek::Next, Some(3)),
            ("ab", 3..5, Seek::Next, Some(0)),
            ("ab", 3..5, Seek::Previous, Some(0)),
            ("ab", 0..2, Seek::Previous, Some(3)),
            ("ab", 2..3, Seek::Here, Some(3)),
            ("x", 0..0, Seek::Here, None),
            ("", 0..0, Seek::Here, None),
            ("ab aB longer", 0..0, Seek::Next, None),
            ("ab", 99..99, Seek::Next, Some(0)),
        ];
        for (needle, here, seek, expected) in cases {
            assert_eq!(wanted(b"ab aB", needle, here.clone(), seek), expected, "{needle} {here:?} {seek:?}");
        }
    }

    #[test]
    fn rows_are_tried_around_the_ends_and_each_once() {
        let order = |seek| rows_from(1, 3, seek).collect::<Vec<_>>();
        assert_eq!(
            (order(Seek::Here), order(Seek::Next), order(Seek::Previous)),
            (vec![1, 2, 0], vec![2, 0, 1], vec![0, 2, 1])
        );
        assert_eq!(rows_from(0, 0, Seek::Next).count(), 0);
    }
}
