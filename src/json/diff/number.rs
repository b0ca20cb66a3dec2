//! Numbers by their value: `1.0`, `1.00` and `10e-1` are one number in three ways of writing.

/// Writes a number of JSON in the one way in which equal numbers are written alike: `-125e-2` for `-1.250`. One whose
/// exponent is beyond all sense stays as it is.
pub(super) fn normalise(text: &str, into: &mut Vec<u8>) {
    into.clear();
    if write(text, into).is_none() {
        into.clear();
        into.extend_from_slice(text.as_bytes());
    }
}

fn write(text: &str, into: &mut Vec<u8>) -> Option<()> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (text, 0),
    };
    let digits = mantissa.strip_prefix('-').unwrap_or(mantissa);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let significant = whole.bytes().chain(fraction.bytes()).skip_while(|digit| *digit == b'0');
    if digits.len() < mantissa.len() {
        into.push(b'-');
    }
    let sign = into.len();
    into.extend(significant);
    let written = into.len();
    while into.len() > sign && into.last() == Some(&b'0') {
        into.pop();
    }
    if into.len() == sign {
        // Zero has neither sign nor exponent.
        into.clear();
        into.push(b'0');
        return Some(());
    }
    let shift = i64::try_from(written - into.len()).ok()? - i64::try_from(fraction.len()).ok()?;
    into.extend_from_slice(format!("e{}", exponent.checked_add(shift)?).as_bytes());
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_numbers_are_written_alike() {
        let cases: [(&str, &[&str]); 7] = [
            ("1e0", &["1", "1.0", "1.00", "10e-1", "0.1E+1", "1e0", "1E00"]),
            ("0", &["0", "-0", "0.000", "0e5", "-0.0E-7"]),
            ("-125e-2", &["-1.25", "-1.250", "-125e-2"]),
            ("12e2", &["1200", "1.2e3", "12E2"]),
            ("1e-400", &["1e-400", "0.1e-399"]),
            ("123456789012345678901234567891e0", &["123456789012345678901234567891"]),
            ("1e99999999999999999999", &["1e99999999999999999999"]),
        ];
        for (expected, texts) in cases {
            for text in texts {
                let mut written = b"left over".to_vec();
                normalise(text, &mut written);
                assert_eq!(String::from_utf8_lossy(&written), expected, "{text}");
            }
        }
    }
}
