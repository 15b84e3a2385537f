//! Statements over many rows at once, written by the compiler: one text for both databases, as every other.
//!
//! What an import does for a million people it does for [`ROWS`] of them with one statement. PostgreSQL takes 65,535
//! parameters, SQLite 32,766; the widest row of ours has ten.

/// Rows of one such statement. Fewer are looked up by repeating the last one, and written one by one.
pub(crate) const ROWS: usize = 64;

/// `head ($1, … tail), ($n, … tail) …`: so many `rows` of so many `columns`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Repeat {
    /// What comes before the first row.
    pub(crate) head: &'static str,
    /// How many rows.
    pub(crate) rows: usize,
    /// How many parameters a row has.
    pub(crate) columns: usize,
    /// What follows the parameters of each row, before its closing bracket.
    pub(crate) tail: &'static str,
    /// What comes after the last row.
    pub(crate) end: &'static str,
}

impl Repeat {
    /// Length of the text in bytes.
    pub(crate) const fn length(self) -> usize {
        let mut length = self.head.len() + self.end.len();
        let mut number = 1;
        while number <= self.rows * self.columns {
            length += 1 + digits(number);
            number += 1;
        }
        let commas = self.rows * (self.columns - 1) + (self.rows - 1);
        length + commas + self.rows * (2 + self.tail.len())
    }

    /// The text.
    pub(crate) const fn text<const LENGTH: usize>(self) -> [u8; LENGTH] {
        let mut text = [b' '; LENGTH];
        let mut at = put(&mut text, 0, self.head.as_bytes());
        let mut number = 1;
        while number <= self.rows * self.columns {
            let is_first = (number - 1).is_multiple_of(self.columns);
            if number > 1 {
                at = put(&mut text, at, b",");
            }
            if is_first {
                at = put(&mut text, at, b"(");
            }
            at = put(&mut text, at, b"$");
            at = put_number(&mut text, at, number);
            if number.is_multiple_of(self.columns) {
                at = put(&mut text, at, self.tail.as_bytes());
                at = put(&mut text, at, b")");
            }
            number += 1;
        }
        put(&mut text, at, self.end.as_bytes());
        text
    }
}

const fn digits(number: usize) -> usize {
    let (mut rest, mut count) = (number, 1);
    while rest >= 10 {
        rest /= 10;
        count += 1;
    }
    count
}

const fn put(text: &mut [u8], at: usize, part: &[u8]) -> usize {
    let mut index = 0;
    while index < part.len() {
        text[at + index] = part[index];
        index += 1;
    }
    at + part.len()
}

const fn put_number(text: &mut [u8], at: usize, number: usize) -> usize {
    let count = digits(number);
    let (mut rest, mut place) = (number, count);
    while place > 0 {
        place -= 1;
        text[at + place] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    at + count
}

/// The text of a [`Repeat`], for `statements!`.
macro_rules! repeat {
    ($head:expr, $rows:expr, $columns:expr, $tail:expr, $end:expr) => {{
        const SHAPE: $crate::repeat::Repeat =
            $crate::repeat::Repeat { head: $head, rows: $rows, columns: $columns, tail: $tail, end: $end };
        const TEXT: [u8; SHAPE.length()] = SHAPE.text();
        match ::std::str::from_utf8(&TEXT) {
            Ok(text) => text,
            Err(_) => "",
        }
    }};
}
pub(crate) use repeat;

#[cfg(test)]
mod tests {
    #[test]
    fn rows_are_numbered_through() {
        const PAIRS: &str =
            repeat!("INSERT INTO t (a, b, c) VALUES ", 2, 2, ", 0", " ON CONFLICT DO NOTHING");
        assert_eq!(PAIRS, "INSERT INTO t (a, b, c) VALUES ($1,$2, 0),($3,$4, 0) ON CONFLICT DO NOTHING");
        const LIST: &str = repeat!("SELECT a FROM t WHERE a IN ", 1, 11, "", "");
        assert_eq!(LIST, "SELECT a FROM t WHERE a IN ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)");
    }
}
