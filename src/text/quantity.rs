//! Sizes, durations and counts, written for people and read from them.

use std::time::Duration;

use super::visible;

const SECOND: u128 = 1_000_000_000;
const MINUTE: u128 = 60 * SECOND;
const HOUR: u128 = 60 * MINUTE;
const DAY: u128 = 24 * HOUR;

/// A size in bytes for people: `812 B`, `1.2 KiB`, `32 MiB`. Rounded down: it never claims more than there is.
pub fn size(bytes: u64) -> String {
    const UNITS: [(&str, u32); 5] = [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10), ("B", 0)];
    let (unit, shift) = UNITS.into_iter().find(|(_, shift)| bytes >> shift > 0).unwrap_or(("B", 0));
    measure(bytes.into(), 1 << shift, unit)
}

/// A duration for people, rounded down, at most six columns up to 27 years: `850 µs`, `12 ms`, `1.4 s`, `90 s`, `3 min`,
/// `2 h`, `4 d`.
pub fn duration(span: Duration) -> String {
    let nanos = span.as_nanos();
    if nanos == 0 {
        return "0 s".to_owned();
    }
    // Minutes and more have no decimals, so a unit is used once it holds the span twice, or exactly.
    let fits = |unit: u128| nanos >= 2 * unit || nanos == unit;
    let (unit, name) = match nanos {
        _ if fits(DAY) => (DAY, "d"),
        _ if fits(HOUR) => (HOUR, "h"),
        _ if fits(MINUTE) => (MINUTE, "min"),
        SECOND.. => (SECOND, "s"),
        1_000_000.. => (1_000_000, "ms"),
        _ => (1_000, "µs"),
    };
    if unit > SECOND { format!("{} {name}", nanos / unit) } else { measure(nanos, unit, name) }
}

/// A duration to be compared with another one, to the millisecond, in the two largest units it has: `10 min 1 s`, `5 min`,
/// `104 d 4 h`. Rounded down.
pub fn exact_duration(span: Duration) -> String {
    const UNITS: [(u128, &str); 5] = [(DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (SECOND, "s"), (1_000_000, "ms")];
    let mut rest = span.as_nanos();
    let amounts = UNITS.map(|(unit, name)| {
        let amount = rest / unit;
        rest %= unit;
        (amount, name)
    });
    let held = amounts.into_iter().filter(|(amount, _)| *amount > 0).take(2);
    let words: Vec<_> = held.map(|(amount, name)| format!("{amount} {name}")).collect();
    if words.is_empty() { "0 s".to_owned() } else { words.join(" ") }
}

/// `amount` in that unit: one decimal below ten, unless it is zero.
fn measure(amount: u128, unit: u128, name: &str) -> String {
    let (whole, tenth) = (amount / unit, amount * 10 / unit % 10);
    if whole < 10 && tenth > 0 { format!("{whole}.{tenth} {name}") } else { format!("{whole} {name}") }
}

/// A number of things: `1 delivery`, `2 deliveries`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// Reads `10000`, `512KiB`, `32MiB`, `1GiB` (also `32MB`, `32M`, `32m`: always powers of 1024).
pub fn parse_size(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{}` is not a size; write it like 10000, 512KiB, 32MiB or 1GiB", visible(text));
    let (number, unit) = split_number(text);
    let shift = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        "t" | "tb" | "tib" => 40,
        _ => return Err(wrong()),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    number.checked_mul(1 << shift).ok_or_else(wrong)
}

/// Reads `500ms`, `30s`, `5m`, `2h`, `1d`; a bare number is seconds.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{}` is not a duration; write it like 500ms, 30s, 5m, 2h or 1d", visible(text));
    let (number, unit) = split_number(text);
    let millis = match unit.to_ascii_lowercase().as_str() {
        "ms" => 1,
        "" | "s" => 1_000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(wrong()),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    number.checked_mul(millis).map(Duration::from_millis).ok_or_else(wrong)
}

/// The digits a text begins with, and the unit after them.
fn split_number(text: &str) -> (&str, &str) {
    let text = text.trim();
    let (number, unit) = text.split_at(text.bytes().take_while(u8::is_ascii_digit).count());
    (number, unit.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short_and_never_too_large() {
        let cases = [
            (0, "0 B"),
            (812, "812 B"),
            (1023, "1023 B"),
            (1024, "1 KiB"),
            (1234, "1.2 KiB"),
            (10_239, "9.9 KiB"),
            (10_240, "10 KiB"),
            (1_048_575, "1023 KiB"),
            (32 << 20, "32 MiB"),
            (3 << 29, "1.5 GiB"),
            (1 << 40, "1 TiB"),
            (u64::MAX, "16777215 TiB"),
        ];
        for (bytes, expected) in cases {
            assert_eq!(size(bytes), expected, "{bytes}");
        }
    }

    #[test]
    fn durations_are_short() {
        let cases = [
            (0, "0 s"),
            (850_000, "850 µs"),
            (1_250_000, "1.2 ms"),
            (12_000_000, "12 ms"),
            (999_999_999, "999 ms"),
            (1_400_000_000, "1.4 s"),
            (60_000_000_000, "1 min"),
            (90_000_000_000, "90 s"),
            (185_000_000_000, "3 min"),
            (3_600_000_000_000, "1 h"),
            (5_400_000_000_000, "90 min"),
            (86_400_000_000_000, "1 d"),
            (345_600_000_000_000, "4 d"),
        ];
        for (nanos, expected) in cases {
            assert_eq!(duration(Duration::from_nanos(nanos)), expected, "{nanos} ns");
        }
    }

    #[test]
    fn durations_to_be_compared_are_exact() {
        let cases = [
            (0, "0 s"),
            (999, "999 ms"),
            (1_001, "1 s 1 ms"),
            (60_000, "1 min"),
            (300_001, "5 min 1 ms"),
            (601_000, "10 min 1 s"),
            (1_799_900, "29 min 59 s"),
            (3_600_000, "1 h"),
            (9_000_000_000, "104 d 4 h"),
        ];
        for (millis, expected) in cases {
            assert_eq!(exact_duration(Duration::from_millis(millis)), expected, "{millis} ms");
        }
    }

    #[test]
    fn one_is_singular() {
        assert_eq!(
            [0, 1, 2].map(|n| count(n, "delivery", "deliveries")),
            ["0 deliveries", "1 delivery", "2 deliveries"]
        );
    }

    #[test]
    fn sizes_are_read_as_people_write_them() {
        let cases = [
            ("10000", Some(10_000)),
            ("512KiB", Some(512 << 10)),
            ("32MiB", Some(32 << 20)),
            ("32MB", Some(32 << 20)),
            ("32M", Some(32 << 20)),
            ("32m", Some(32 << 20)),
            (" 1 GiB ", Some(1 << 30)),
            ("7b", Some(7)),
            ("", None),
            ("MiB", None),
            ("-1", None),
            ("1.5MiB", None),
            ("1 elephant", None),
            ("99999999999TiB", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_size(text).ok(), expected, "{text}");
        }
        assert_eq!(
            parse_size("1\u{1b}[m").expect_err("no size"),
            "`1␛[m` is not a size; write it like 10000, 512KiB, 32MiB or 1GiB"
        );
    }

    #[test]
    fn durations_are_read_as_people_write_them() {
        let cases = [
            ("500ms", Some(500)),
            ("30s", Some(30_000)),
            ("30", Some(30_000)),
            ("5m", Some(300_000)),
            ("5 min", Some(300_000)),
            ("2h", Some(7_200_000)),
            ("1d", Some(86_400_000)),
            ("", None),
            ("s", None),
            ("1y", None),
            ("18446744073709551615d", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_duration(text).ok(), expected.map(Duration::from_millis), "{text}");
        }
    }
}
