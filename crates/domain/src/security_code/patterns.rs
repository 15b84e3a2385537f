//! Patterns that people reach for when asked for digits. Slices hold digits, 0 to 9.

use crate::password::is_listed;

/// Lines of the keypad that phones and cash machines have, which are walked in either direction.
const LINES: [[u8; 3]; 8] =
    [[1, 2, 3], [4, 5, 6], [7, 8, 9], [1, 4, 7], [2, 5, 8], [3, 6, 9], [1, 5, 9], [3, 5, 7]];

/// Numbers with a meaning of their own: constants, film and song titles, rhymes on words.
const FAMOUS: [&str; 12] = [
    "314159", "271828", "141421", "161803", "007007", "8675309", "867530", "5201314", "1314520", "420420",
    "112358", "142857",
];

/// Years that dates are taken for.
const YEARS: std::ops::RangeInclusive<u32> = 1920..=2049;

/// All digits, but for one at either end, stand an equal step apart; steps wrap from 9 to 0.
pub(super) fn is_run(digits: &[u8]) -> bool {
    let equal_steps = |part: &[u8]| {
        let mut steps = part.windows(2).map(|pair| (pair[1] + 10 - pair[0]) % 10);
        steps.next().is_some_and(|first| first != 0 && steps.all(|step| step == first))
    };
    equal_steps(digits) || equal_steps(&digits[1..]) || equal_steps(&digits[..digits.len() - 1])
}

/// At most two different digits, a group said again, or each digit said twice or thrice.
pub(super) fn repeats(digits: &[u8]) -> bool {
    let different = (0..10).filter(|digit| digits.contains(digit)).count();
    let group_again =
        (1..=digits.len() / 2).any(|size| digits.iter().zip(&digits[size..]).all(|(a, b)| a == b));
    // The last one may be cut short: 998877665.
    let said_often = |times: usize| digits.chunks(times).all(|chunk| chunk.iter().all(|d| *d == chunk[0]));
    different <= 2 || group_again || said_often(2) || said_often(3)
}

/// The same forwards and backwards.
pub(super) fn is_mirrored(digits: &[u8]) -> bool {
    digits.iter().eq(digits.iter().rev())
}

/// Lines of the keypad one after another, or a walk from key to neighbouring key that visits none twice.
pub(super) fn is_keypad(digits: &[u8]) -> bool {
    let is_line =
        |part: &[u8]| LINES.iter().any(|line| part.iter().eq(line) || part.iter().eq(line.iter().rev()));
    let whole = digits.len() - digits.len() % 3;
    // What is left over behind whole lines is the zero below them, as in 1472580.
    let lines = digits[..whole].chunks(3).all(is_line) && digits[whole..].iter().all(|digit| *digit == 0);
    let walk = digits.windows(2).all(|pair| are_neighbours(pair[0], pair[1]))
        && (0..10).all(|digit| digits.iter().filter(|d| **d == digit).count() <= 1);
    lines || walk
}

/// Side by side or one above the other; the zero lies below the eight.
const fn are_neighbours(a: u8, b: u8) -> bool {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    match (low, high) {
        (0, 8) => true,
        (0, _) => false,
        _ => high - low == 3 || (high - low == 1 && low % 3 != 0),
    }
}

/// A day, or a month of a year, in any usual order, with or without the century.
pub(super) fn is_date(digits: &[u8]) -> bool {
    match digits.len() {
        6 => {
            let [a, b, c] = [number(&digits[..2]), number(&digits[2..4]), number(&digits[4..])];
            let (first_year, last_year) = (number(&digits[..4]), number(&digits[2..]));
            is_day_either_way(a, b, None)
                || is_day(c, b, None)
                || (YEARS.contains(&first_year) && is_month(c))
                || (YEARS.contains(&last_year) && is_month(a))
        }
        7 => {
            let short = |part: &[u8], year: u32| {
                is_day_either_way(number(&part[..1]), number(&part[1..]), Some(year))
                    || is_day_either_way(number(&part[..2]), number(&part[2..]), Some(year))
            };
            with_year(digits, short)
        }
        8 => with_year(digits, |part, year| {
            is_day_either_way(number(&part[..2]), number(&part[2..]), Some(year))
        }),
        _ => false,
    }
}

/// A year of four digits before or behind a rest that makes a date with it.
fn with_year(digits: &[u8], rest_fits: impl Fn(&[u8], u32) -> bool) -> bool {
    let (year_first, rest_last) = digits.split_at(4);
    let (rest_first, year_last) = digits.split_at(digits.len() - 4);
    [(rest_last, number(year_first)), (rest_first, number(year_last))]
        .into_iter()
        .any(|(rest, year)| YEARS.contains(&year) && rest_fits(rest, year))
}

const fn is_month(month: u32) -> bool {
    1 <= month && month <= 12
}

fn is_day_either_way(a: u32, b: u32, year: Option<u32>) -> bool {
    is_day(a, b, year) || is_day(b, a, year)
}

fn is_day(day: u32, month: u32, year: Option<u32>) -> bool {
    let leap = year
        .is_none_or(|year| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)));
    let last = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    is_month(month) && (1..=last).contains(&day)
}

fn number(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |sum, digit| sum * 10 + u32::from(*digit))
}

/// Known from break-ins, or famous.
pub(super) fn is_common(code: &str) -> bool {
    FAMOUS.contains(&code) || is_listed(code)
}
