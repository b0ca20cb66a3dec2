//! Numbers as the stacks print them: reading `1.10` as a double loses its last zero.

use std::borrow::Cow;

/// What becomes of a number's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbers {
    /// It stays.
    AsSent,
    /// All are doubles, printed as JavaScript does (ECMA-262 §6.1.6.1.20): `1`, `1.1`, `1e+21`. Go and PHP agree where
    /// it matters.
    JavaScript,
    /// Whole numbers stay, others are doubles: `1.0`, `1.1`, `1e+16`, `1e-05`. Ruby agrees where it matters.
    Python,
}

/// A number's text as JavaScript prints it.
pub(super) fn javascript(text: &str) -> Cow<'_, str> {
    match Decimal::of(text) {
        Some(Decimal { whole, kept: 0 }) => text[..whole].into(),
        Some(Decimal { whole, kept }) => text[..whole + 1 + kept].into(),
        None => double(text, false),
    }
}

/// A number's text as Python prints it.
pub(super) fn python(text: &str) -> Cow<'_, str> {
    if !text.contains(['.', 'e', 'E']) {
        return if text == "-0" { "0".into() } else { text.into() };
    }
    match Decimal::of(text) {
        Some(Decimal { whole, kept }) => text[..whole + 1 + kept.max(1)].into(),
        None => double(text, true),
    }
}

/// A number whose digits are few enough to come out of a double as they went in (15: `DBL_DIG`), but for zeros at
/// their end.
struct Decimal {
    /// The length of the part before the point.
    whole: usize,
    /// The digits behind the point that are kept.
    kept: usize,
}

impl Decimal {
    /// `None` for exponents, many digits, zeros, and numbers so small that an exponent may be due.
    fn of(text: &str) -> Option<Self> {
        if text.len() > 16 || text.bytes().filter(u8::is_ascii_digit).count() > 15 || text.contains(['e', 'E']) {
            return None;
        }
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let fraction = fraction.trim_end_matches('0');
        let is_small = matches!(whole, "0" | "-0") && (fraction.is_empty() || fraction.starts_with("000"));
        (!is_small).then_some(Self { whole: whole.len(), kept: fraction.len() })
    }
}

fn double(text: &str, python: bool) -> Cow<'_, str> {
    let Ok(number) = text.parse::<f64>() else { return text.into() };
    if number.is_infinite() {
        let sign = if number < 0.0 { "-" } else { "" };
        return if python { format!("{sign}Infinity").into() } else { "null".into() };
    }
    if number == 0.0 && !python {
        return "0".into();
    }
    let written = format!("{number:e}");
    let (digits, exponent) = written.split_once('e').unwrap_or((&written, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let plain = if python { -4..16 } else { -6..21 };
    match (plain.contains(&exponent), python) {
        // Rust prints a double without an exponent and as short as can be.
        (true, true) => format!("{number:?}").into(),
        (true, false) => format!("{number}").into(),
        (false, true) => format!("{digits}e{exponent:+03}").into(),
        (false, false) => format!("{digits}e{exponent:+}").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn doubles_are_printed_as_javascript_and_python_print_them() {
        let cases = [
            ("1", "1", "1"),
            ("1.0", "1", "1.0"),
            ("1.00", "1", "1.0"),
            ("-1.10", "-1.1", "-1.1"),
            ("0", "0", "0"),
            ("-0", "0", "0"),
            ("-0.0", "0", "-0.0"),
            ("0.1e1", "1", "1.0"),
            ("1e5", "100000", "100000.0"),
            ("1e15", "1000000000000000", "1000000000000000.0"),
            ("1E16", "10000000000000000", "1e+16"),
            ("1e21", "1e+21", "1e+21"),
            ("1.5e-5", "0.000015", "1.5e-05"),
            ("0.00010", "0.0001", "0.0001"),
            ("0.00001", "0.00001", "1e-05"),
            ("1e-7", "1e-7", "1e-07"),
            ("1e300", "1e+300", "1e+300"),
            ("1e400", "null", "Infinity"),
            ("12345678901234567890", "12345678901234567000", "12345678901234567890"),
            ("9007199254740993", "9007199254740992", "9007199254740993"),
            ("0.30000000000000004", "0.30000000000000004", "0.30000000000000004"),
        ];
        for (text, as_javascript, as_python) in cases {
            assert_eq!((&*javascript(text), &*python(text)), (as_javascript, as_python), "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_short_way_gives_what_the_double_gives(text in "-?(0|[1-9][0-9]{0,9})(\\.[0-9]{1,9})?") {
            prop_assert_eq!(javascript(&text), double(&text, false));
            if text.contains('.') {
                prop_assert_eq!(python(&text), double(&text, true));
            }
        }
    }
}
