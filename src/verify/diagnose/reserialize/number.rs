//! Numbers as the stacks print them: reading `1.10` as a double loses its last zero.

/// What becomes of a number's text.
#[derive(Clone, Copy, Debug)]
pub(super) enum Numbers {
    /// It stays.
    AsSent,
    /// All are doubles, printed as JavaScript does (ECMA-262 §6.1.6.1.20): `1`, `1.1`, `1e+21`. Go and PHP agree where it matters.
    JavaScript,
    /// Whole numbers stay, others are doubles: `1.0`, `1.1`, `1e+16`, `1e-05`. Ruby agrees where it matters.
    Python,
}

impl Numbers {
    pub(super) fn write(self, text: &str, out: &mut Vec<u8>) {
        let is_whole = !text.contains(['.', 'e', 'E']);
        let stays = match self {
            Self::AsSent => true,
            // Fifteen digits are exact in a double.
            Self::JavaScript => is_whole && text.len() <= 15 && text != "-0",
            Self::Python => is_whole && text != "-0",
        };
        match text.parse::<f64>() {
            Ok(number) if !stays => out.extend_from_slice(self.double(number, is_whole).as_bytes()),
            _ => out.extend_from_slice(text.as_bytes()),
        }
    }

    fn double(self, number: f64, is_whole: bool) -> String {
        let python = matches!(self, Self::Python);
        if number.is_infinite() {
            let sign = if number < 0.0 { "-" } else { "" };
            return if python { format!("{sign}Infinity") } else { "null".to_owned() };
        }
        if number == 0.0 && (is_whole || !python) {
            return "0".to_owned();
        }
        let written = format!("{number:e}");
        let (digits, exponent) = written.split_once('e').unwrap_or((&written, "0"));
        let exponent: i32 = exponent.parse().unwrap_or(0);
        let plain = if python { -4..16 } else { -6..21 };
        match (plain.contains(&exponent), python) {
            // Rust prints a double without an exponent and as short as can be.
            (true, true) => format!("{number:?}"),
            (true, false) => format!("{number}"),
            (false, true) => format!("{digits}e{exponent:+03}"),
            (false, false) => format!("{digits}e{exponent:+}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_are_printed_as_javascript_and_python_print_them() {
        let cases = [
            ("1", "1", "1"),
            ("1.0", "1", "1.0"),
            ("1.10", "1.1", "1.1"),
            ("-0", "0", "0"),
            ("-0.0", "0", "-0.0"),
            ("0.1e1", "1", "1.0"),
            ("1e5", "100000", "100000.0"),
            ("1e15", "1000000000000000", "1000000000000000.0"),
            ("1E16", "10000000000000000", "1e+16"),
            ("1e21", "1e+21", "1e+21"),
            ("1.5e-5", "0.000015", "1.5e-05"),
            ("0.0001", "0.0001", "0.0001"),
            ("1e-7", "1e-7", "1e-07"),
            ("1e300", "1e+300", "1e+300"),
            ("1e400", "null", "Infinity"),
            ("12345678901234567890", "12345678901234567000", "12345678901234567890"),
            ("9007199254740993", "9007199254740992", "9007199254740993"),
            ("0.30000000000000004", "0.30000000000000004", "0.30000000000000004"),
        ];
        for (text, javascript, python) in cases {
            for (numbers, expected) in
                [(Numbers::AsSent, text), (Numbers::JavaScript, javascript), (Numbers::Python, python)]
            {
                let mut out = Vec::new();
                numbers.write(text, &mut out);
                assert_eq!(String::from_utf8(out).unwrap(), expected, "{text} as {numbers:?}");
            }
        }
    }
}
