//! One-time passwords: what a person may type, and the tag that page and mail share.

use unicode_normalization::UnicodeNormalization as _;

/// Why something typed cannot be a one-time password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OtpProblem {
    /// Nothing was typed.
    #[error("nothing was entered")]
    Empty,
    /// Something else than digits, spaces and dashes.
    #[error("a code has digits only")]
    NotDigits,
    /// Too few or too many digits.
    #[error("a code has {expected} digits")]
    WrongLength {
        /// How many there should be.
        expected: u8,
    },
}

/// The digits that were typed: spaces and dashes are forgiven, full-width digits are read as digits.
///
/// # Errors
/// [`OtpProblem`] when it cannot be a code of `digits` digits; such a try costs nothing.
pub fn parse_otp(typed: &str, digits: u8) -> Result<String, OtpProblem> {
    const LONGEST: usize = 64;
    if typed.trim().is_empty() {
        return Err(OtpProblem::Empty);
    }
    if typed.chars().nth(LONGEST).is_some() {
        return Err(OtpProblem::WrongLength { expected: digits });
    }
    let plain: String = typed.nfkc().filter(|c| !c.is_whitespace() && !is_dash(*c)).collect();
    if !plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(OtpProblem::NotDigits);
    }
    if plain.len() != usize::from(digits) {
        return Err(OtpProblem::WrongLength { expected: digits });
    }
    Ok(plain)
}

const fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{200b}' | '\u{feff}')
}

/// How many tags there are.
pub const TAGS: u16 = 24 * 8;

/// The short name of a code, such as K3, shown on the page and in the mail. Letters and digits that look alike are left out.
#[must_use]
pub fn tag(number: u16) -> String {
    const LETTERS: &[u8; 24] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
    let number = usize::from(number % TAGS);
    let letter = char::from(LETTERS.get(number / 8).copied().unwrap_or(b'A'));
    format!("{letter}{}", number % 8 + 2)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn what_people_type_is_forgiven() {
        for typed in [
            "481730",
            " 481 730 ",
            "481-730",
            "４８１７３０",
            "4 8 1 7 3 0",
            "481\u{2011}730",
            "481\u{a0}730\n",
        ] {
            assert_eq!(parse_otp(typed, 6).as_deref(), Ok("481730"), "{typed:?}");
        }
    }

    #[test]
    fn what_cannot_be_a_code_is_told() {
        assert_eq!(parse_otp(" \t", 6), Err(OtpProblem::Empty));
        assert_eq!(parse_otp("48173O", 6), Err(OtpProblem::NotDigits));
        assert_eq!(parse_otp("٤٨١٧٣٠", 6), Err(OtpProblem::NotDigits));
        for typed in ["48173", "4817300", &"1".repeat(10_000)] {
            assert_eq!(parse_otp(typed, 6), Err(OtpProblem::WrongLength { expected: 6 }));
        }
        assert_eq!(parse_otp("4817300", 7).as_deref(), Ok("4817300"));
    }

    #[test]
    fn tags_are_distinct_and_hold_nothing_ambiguous() {
        let tags: BTreeSet<_> = (0..TAGS).map(tag).collect();
        assert_eq!(tags.len(), usize::from(TAGS));
        assert!(tags.iter().all(|tag| !tag.contains(['0', '1', 'O', 'I'])));
        assert_eq!(tag(TAGS), tag(0));
    }
}
