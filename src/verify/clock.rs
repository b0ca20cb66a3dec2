//! Whether a timestamp is near enough to now. The clock itself is the caller's.

use std::time::Duration;

use jiff::Timestamp;

use crate::provider::{Tolerance, Unit};
use crate::text;

/// What a timestamp says of a delivery whose signature is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Age {
    /// It is near enough.
    Fresh {
        /// It is further in the future than it may be in the past, and its provider does not mind.
        is_future: bool,
    },
    /// It is not: by how much, in words.
    Stale(String),
}

/// Reads a timestamp.
pub(super) fn read(unit: Unit, text: &[u8]) -> Option<Timestamp> {
    let text = str::from_utf8(text).ok()?.trim();
    match unit {
        Unit::Seconds => Timestamp::from_second(whole(text)?).ok(),
        Unit::Milliseconds => Timestamp::from_millisecond(whole(text)?).ok(),
        Unit::Rfc3339 => text.parse().ok(),
    }
}

/// The unit that a time was written in by mistake: in it the time is near now, as no other reading of it is.
pub(super) fn mistaken_unit(due: Unit, text: &[u8], now: Timestamp) -> Option<Unit> {
    let is_near = |unit: &Unit| read(*unit, text).is_some_and(|at| at.duration_since(now).unsigned_abs() < NEAR);
    let others = [Unit::Seconds, Unit::Milliseconds, Unit::Rfc3339].into_iter().filter(|unit| *unit != due);
    if is_near(&due) { None } else { others.into_iter().find(is_near) }
}

/// Seconds taken for milliseconds are off by decades, whatever the clocks.
const NEAR: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// Libraries take digits alone; `+5`, ` 5` and `5.0` are somebody's mistake.
fn whole(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// Writes a timestamp as a provider does.
pub(super) fn write(unit: Unit, at: Timestamp) -> String {
    match unit {
        Unit::Seconds => at.as_second().to_string(),
        Unit::Milliseconds => at.as_millisecond().to_string(),
        Unit::Rfc3339 => at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    }
}

/// Compares a timestamp with now. Where it is written in whole seconds, now is taken in whole seconds too, as libraries do:
/// 300.9 s after a timestamp they still count 300.
pub(super) fn age(unit: Unit, at: Timestamp, now: Timestamp, tolerance: Tolerance) -> Age {
    let millis = match unit {
        Unit::Seconds => (now.as_second() - at.as_second()) * 1000,
        Unit::Milliseconds | Unit::Rfc3339 => now.as_millisecond() - at.as_millisecond(),
    };
    let off = Duration::from_millis(millis.unsigned_abs());
    let allowed = if millis >= 0 { Some(tolerance.past) } else { tolerance.future };
    match allowed {
        Some(allowed) if off > allowed => {
            let way = if millis >= 0 { "old" } else { "in the future" };
            Age::Stale(format!(
                "{} {way}, where {} is allowed",
                text::exact_duration(off),
                text::exact_duration(allowed)
            ))
        }
        _ => Age::Fresh { is_future: millis < 0 && off > tolerance.past },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIVE_MINUTES: Duration = Duration::from_secs(300);
    const BOTH: Tolerance = Tolerance { past: FIVE_MINUTES, future: Some(FIVE_MINUTES) };
    const PAST: Tolerance = Tolerance { past: FIVE_MINUTES, future: None };

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_timestamp_that_is_off_by_exactly_the_tolerance_is_fresh() {
        let signed = Timestamp::from_second(1_700_000_000).unwrap();
        let cases = [
            (1_700_000_300_999, BOTH, true),
            (1_700_000_301_000, BOTH, false),
            (1_699_999_700_000, BOTH, true),
            (1_699_999_699_999, BOTH, false),
            (1_699_990_000_000, PAST, true),
            (1_700_000_301_000, PAST, false),
        ];
        for (now, tolerance, is_fresh) in cases {
            let now = Timestamp::from_millisecond(now).unwrap();
            let age = age(Unit::Seconds, signed, now, tolerance);
            assert_eq!(matches!(age, Age::Fresh { .. }), is_fresh, "{now}: {age:?}");
        }
        let late = age(Unit::Milliseconds, signed, Timestamp::from_millisecond(1_700_000_300_001).unwrap(), BOTH);
        assert!(matches!(late, Age::Stale(_)));
    }

    #[test]
    fn timestamps_are_read_and_written_in_their_units() {
        let cases = [
            (Unit::Seconds, "1700000000", "2023-11-14T22:13:20Z"),
            (Unit::Milliseconds, "1700000000000", "2023-11-14T22:13:20Z"),
            (Unit::Rfc3339, "2023-11-14T22:13:20Z", "2023-11-14T22:13:20Z"),
        ];
        for (unit, text, time) in cases {
            assert_eq!(read(unit, text.as_bytes()), Some(at(time)));
            assert_eq!(write(unit, at(time)), text);
        }
        for text in ["", "soon", "1e9", "+5", "5.0", "99999999999999999999", "1700000000000000"] {
            assert_eq!(read(Unit::Seconds, text.as_bytes()), None, "{text}");
        }
        assert_eq!(read(Unit::Rfc3339, b"1700000000"), None);
        assert_eq!(read(Unit::Seconds, b"\xff"), None);
    }

    #[test]
    fn a_time_is_of_another_unit_only_where_that_makes_it_recent() {
        use Unit::{Milliseconds, Rfc3339, Seconds};
        let cases = [
            (Seconds, "1700000000000", Some(Milliseconds)),
            (Milliseconds, "1700000000", Some(Seconds)),
            (Rfc3339, "1700000000", Some(Seconds)),
            (Seconds, "2023-11-14T22:13:20Z", Some(Rfc3339)),
            (Seconds, "1600000000", None),
            (Seconds, "1600000000000", None),
            (Milliseconds, "1600000000", None),
            (Seconds, "soon", None),
        ];
        for (due, text, unit) in cases {
            assert_eq!(mistaken_unit(due, text.as_bytes(), at("2023-11-15T00:00:00Z")), unit, "{due:?} {text}");
        }
    }
}
