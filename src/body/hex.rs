//! Bytes as the rows of a hex dump, each made only when it is shown.

use std::ops::Range;

/// A hex dump of some bytes, so many to a row.
#[derive(Clone, Copy, Debug)]
pub struct Dump<'a> {
    bytes: &'a [u8],
    per_row: usize,
}

/// One row of a dump.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The place of its first byte: eight hexadecimal digits.
    pub offset: String,
    /// Its bytes, as wide in every row: `48 65 6c 6c  6f 0a      `.
    pub hex: String,
    /// The same as ASCII, one column a byte; what is not printable is a dot: `Hello·`.
    pub text: String,
}

impl<'a> Dump<'a> {
    /// With as many bytes to a row (16, 8 or 4) as fit into so many columns, two between its three parts.
    pub fn fitting(bytes: &'a [u8], columns: usize) -> Self {
        let per_row = [16, 8].into_iter().find(|per_row| Row::width(*per_row) <= columns).unwrap_or(4);
        Self { bytes, per_row }
    }

    /// How many rows it has.
    pub fn len(self) -> usize {
        self.bytes.len().div_ceil(self.per_row)
    }

    /// Whether it has none.
    pub fn is_empty(self) -> bool {
        self.bytes.is_empty()
    }

    /// The rows of these numbers, as far as there are any.
    pub fn rows(self, numbers: Range<usize>) -> impl Iterator<Item = Row> {
        (numbers.start..numbers.end.min(self.len())).map(move |number| self.row(number))
    }

    /// The number of the row that shows the byte at `offset`.
    pub fn row_of(self, offset: usize) -> usize {
        offset / self.per_row
    }

    /// The place of the first byte of a row.
    pub fn start_of(self, row: usize) -> usize {
        row.saturating_mul(self.per_row)
    }

    fn row(self, number: usize) -> Row {
        let start = self.start_of(number);
        let bytes = &self.bytes[start..self.bytes.len().min(start + self.per_row)];
        let hex = (0..self.per_row).map(|at| {
            let gap = if at == 0 {
                ""
            } else if at % 8 == 0 {
                "  "
            } else {
                " "
            };
            bytes.get(at).map_or_else(|| format!("{gap}  "), |byte| format!("{gap}{byte:02x}"))
        });
        let text = bytes.iter().map(|byte| if matches!(byte, b' '..=b'~') { char::from(*byte) } else { '·' });
        Row { offset: format!("{start:08x}"), hex: hex.collect(), text: text.collect() }
    }
}

impl Row {
    /// The columns of a row of 8 or 16 bytes, with a gap after each byte and one more after eight.
    fn width(per_row: usize) -> usize {
        let hex = per_row * 3 + per_row / 8 - 2;
        8 + 2 + hex + 2 + per_row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(dump: Dump<'_>, numbers: Range<usize>) -> Vec<String> {
        dump.rows(numbers).map(|row| format!("{}  {}  {}", row.offset, row.hex, row.text)).collect()
    }

    #[test]
    fn rows_are_made_as_they_are_asked_for() {
        let bytes: Vec<u8> = (0..=255).chain(*b"Hello\n").collect();
        let dump = Dump::fitting(&bytes, 80);
        assert_eq!(dump.len(), 17);
        assert_eq!(told(dump, 6..7), ["00000060  60 61 62 63 64 65 66 67  68 69 6a 6b 6c 6d 6e 6f  `abcdefghijklmno"]);
        assert_eq!(
            told(dump, 15..99),
            [
                "000000f0  f0 f1 f2 f3 f4 f5 f6 f7  f8 f9 fa fb fc fd fe ff  ················",
                "00000100  48 65 6c 6c 6f 0a                                 Hello·",
            ]
        );
        assert_eq!((dump.row_of(0x105), dump.start_of(16)), (16, 0x100));
        assert!(Dump::fitting(&[], 80).is_empty() && told(Dump::fitting(&[], 80), 0..9).is_empty());
    }

    #[test]
    fn rows_get_shorter_where_there_is_less_room() {
        let cases = [
            (200, "00000000  61 61 61 61 61 61 61 61  61 61 61 61 61 61 61 61  aaaaaaaaaaaaaaaa"),
            (76, "00000000  61 61 61 61 61 61 61 61  61 61 61 61 61 61 61 61  aaaaaaaaaaaaaaaa"),
            (75, "00000000  61 61 61 61 61 61 61 61  aaaaaaaa"),
            (43, "00000000  61 61 61 61 61 61 61 61  aaaaaaaa"),
            (42, "00000000  61 61 61 61  aaaa"),
            (0, "00000000  61 61 61 61  aaaa"),
        ];
        for (columns, expected) in cases {
            assert_eq!(told(Dump::fitting(&[b'a'; 40], columns), 0..1), [expected], "{columns} columns");
        }
    }
}
