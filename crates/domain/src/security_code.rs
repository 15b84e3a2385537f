//! Security codes: 6 to 9 digits of the user's choice, without those that a stranger would try first.
//!
//! The rules refuse about a tenth of all six-digit codes (a test states the share), so that a code is found easily and
//! guessing stays as hard as the digits promise.

mod patterns;
mod personal;
#[cfg(test)]
mod tests;

pub use self::personal::{PersonalDigits, PersonalSource};

use std::fmt;

use zeroize::Zeroizing;

use crate::policy::SecurityCodePolicy;

/// More signs than this are no code, whatever they are.
const MOST_TYPED: usize = 64;

/// A security code, digits only. Never printed; wiped on drop.
#[derive(Clone)]
pub struct SecurityCode(Zeroizing<String>);

/// Why a security code is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecurityCodeProblem {
    /// Nothing was typed.
    #[error("the security code is empty")]
    Empty,
    /// Something other than digits, spaces and dashes.
    #[error("the security code holds something other than digits")]
    NotDigits,
    /// Too few digits.
    #[error("the security code has {digits} digits, at least {min} are needed")]
    TooShort {
        /// How many there are.
        digits: usize,
        /// How many are needed.
        min: u8,
    },
    /// Too many digits.
    #[error("the security code has more than {max} digits")]
    TooLong {
        /// How many are allowed.
        max: u8,
    },
    /// Digits that go up or down in steps: 123456, 987654, 135791.
    #[error("the security code is a run")]
    Run,
    /// Digits or groups again and again: 777777, 121212, 123123, 112233, 100001.
    #[error("the security code repeats itself")]
    Repeats,
    /// The same forwards and backwards: 481184.
    #[error("the security code reads the same backwards")]
    Mirrored,
    /// Keys that lie in a line on a keypad: 147258, 159753, 123698.
    #[error("the security code is a pattern of the keypad")]
    Keypad,
    /// A date, in any usual order.
    #[error("the security code is a date")]
    Date,
    /// Part of the person's phone number, user ID or login name.
    #[error("the security code is part of personal data")]
    Personal(PersonalSource),
    /// One of the codes that people choose most.
    #[error("the security code is a common one")]
    Common,
}

impl SecurityCode {
    /// Reads a new code; spaces and dashes do not count.
    ///
    /// # Errors
    /// The first reason to refuse it, in the order of [`SecurityCodeProblem`].
    pub fn parse(
        typed: &str,
        policy: &SecurityCodePolicy,
        personal: &PersonalDigits,
    ) -> Result<Self, SecurityCodeProblem> {
        let code = forgiven_digits(typed).ok_or(SecurityCodeProblem::NotDigits)?;
        let digits = code.len();
        if digits == 0 {
            return Err(SecurityCodeProblem::Empty);
        }
        if digits < usize::from(policy.min_digits) {
            return Err(SecurityCodeProblem::TooShort { digits, min: policy.min_digits });
        }
        if digits > usize::from(policy.max_digits) {
            return Err(SecurityCodeProblem::TooLong { max: policy.max_digits });
        }
        match weakness(&code, personal) {
            Some(problem) => Err(problem),
            None => Ok(Self(code)),
        }
    }

    /// Reads a code that is to be compared with a stored one. `None` when it cannot be one; no rule of weakness applies,
    /// because the stored code was made under the rules of its day.
    #[must_use]
    pub fn typed(typed: &str) -> Option<Self> {
        forgiven_digits(typed).filter(|code| (6..=9).contains(&code.len())).map(Self)
    }

    /// The digits, to hash them.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecurityCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecurityCode(…)")
    }
}

/// The digits of something typed into a field for a code: spaces, dashes and dots between them are forgiven, and digits of
/// other scripts are read as what they are. `None` when anything else is in it, or far too much.
#[must_use]
pub fn forgiven_digits(typed: &str) -> Option<Zeroizing<String>> {
    if typed.chars().nth(MOST_TYPED).is_some() {
        return None;
    }
    let mut digits = Zeroizing::new(String::with_capacity(MOST_TYPED));
    for c in typed.chars() {
        if let Some(digit) = ascii_digit(c) {
            digits.push(digit);
        } else if !c.is_whitespace()
            && !matches!(c, '-' | '.' | '‐'..='―' | '\u{200e}' | '\u{200f}' | '\u{2060}')
        {
            return None;
        }
    }
    Some(digits)
}

/// Zeroes of the digits that keyboards write: ASCII, full width, Arabic, Persian, Devanagari, Bengali, Thai.
const ZEROES: [char; 7] = ['0', '０', '٠', '۰', '०', '০', '๐'];

fn ascii_digit(c: char) -> Option<char> {
    let value =
        ZEROES.into_iter().find_map(|zero| u32::from(c).checked_sub(u32::from(zero)).filter(|v| *v < 10))?;
    char::from_digit(value, 10)
}

fn weakness(code: &str, personal: &PersonalDigits) -> Option<SecurityCodeProblem> {
    let digits = Zeroizing::new(code.bytes().map(|b| b - b'0').collect::<Vec<u8>>());
    if patterns::is_run(&digits) {
        return Some(SecurityCodeProblem::Run);
    }
    if patterns::repeats(&digits) {
        return Some(SecurityCodeProblem::Repeats);
    }
    if patterns::is_mirrored(&digits) {
        return Some(SecurityCodeProblem::Mirrored);
    }
    if patterns::is_keypad(&digits) {
        return Some(SecurityCodeProblem::Keypad);
    }
    if patterns::is_date(&digits) {
        return Some(SecurityCodeProblem::Date);
    }
    if let Some(source) = personal.overlap(code) {
        return Some(SecurityCodeProblem::Personal(source));
    }
    patterns::is_common(code).then_some(SecurityCodeProblem::Common)
}
