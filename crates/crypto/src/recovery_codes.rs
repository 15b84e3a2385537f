//! Recovery codes: printed, kept in a drawer, each used once in place of a lost authenticator app or passkey.
//!
//! A code is sixteen signs. The first tells which of the set it is, so that one hash is computed and not ten; the other
//! fifteen are the secret, more than 74 bits.

use std::fmt;

use zeroize::Zeroizing;

use crate::random::{Random, RandomExt as _};

/// Letters and digits without those that look like another: no 0, 1, I, L, O.
const SIGNS: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const LENGTH: usize = 16;
/// The most codes of a set: each begins with a sign of its own.
pub const MOST: usize = SIGNS.len();

/// One code.
#[derive(Clone)]
pub struct RecoveryCode(Zeroizing<String>);

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

impl RecoveryCode {
    /// A set of `count` codes (at most [`MOST`]).
    pub fn generate_set(count: usize, random: &(impl Random + ?Sized)) -> Vec<Self> {
        SIGNS.iter().take(count).map(|first| Self::generate(*first, random)).collect()
    }

    fn generate(first: u8, random: &(impl Random + ?Sized)) -> Self {
        let mut text = Zeroizing::new(String::with_capacity(LENGTH));
        text.push(char::from(first));
        while text.len() < LENGTH {
            let drawn = usize::try_from(random.below(31)).unwrap_or(0);
            text.push(char::from(SIGNS[drawn]));
        }
        Self(text)
    }

    /// Reads what was typed: case, spaces and dashes do not matter. `None` when it cannot be a code.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        const LONGEST: usize = 64;
        if typed.len() > LONGEST {
            return None;
        }
        let mut text = Zeroizing::new(String::with_capacity(LONGEST));
        for sign in typed.chars().filter(|sign| !sign.is_whitespace() && !matches!(sign, '-' | '‐' | '–'))
        {
            let sign = sign.to_ascii_uppercase();
            if !sign.is_ascii() || !SIGNS.contains(&u8::try_from(sign).ok()?) {
                return None;
            }
            text.push(sign);
        }
        (text.len() == LENGTH).then_some(Self(text))
    }

    /// Which of the set it is; no secret.
    #[must_use]
    pub fn number(&self) -> &str {
        &self.0[..1]
    }

    /// What is hashed.
    #[must_use]
    pub fn secret(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0[1..].to_owned())
    }

    /// As printed, in groups of four.
    #[must_use]
    pub fn printed(&self) -> Zeroizing<String> {
        let groups = [&self.0[..4], &self.0[4..8], &self.0[8..12], &self.0[12..]];
        Zeroizing::new(groups.join("-"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::random::SeededRandom;

    #[test]
    fn a_set_has_numbers_of_its_own_and_survives_typing() {
        let random = SeededRandom::danger_from_seed(7);
        let set = RecoveryCode::generate_set(10, &random);
        assert_eq!(set.len(), 10);
        let numbers: BTreeSet<_> = set.iter().map(RecoveryCode::number).collect();
        assert_eq!(numbers.len(), 10);
        for code in &set {
            let printed = code.printed();
            assert_eq!(printed.len(), 19);
            for typed in [
                printed.to_string(),
                printed.to_lowercase(),
                printed.replace('-', " "),
                printed.replace('-', ""),
                format!(" {} ", printed.replace('-', " - ")),
            ] {
                let read = RecoveryCode::parse(&typed).unwrap();
                assert_eq!((read.number(), read.secret()), (code.number(), code.secret()), "{typed:?}");
            }
        }
        assert_eq!(format!("{:?}", set[0]), "RecoveryCode(…)");
    }

    #[test]
    fn what_cannot_be_a_code_is_none() {
        let code = RecoveryCode::generate_set(1, &SeededRandom::danger_from_seed(7))[0].printed();
        let short = &code[..code.len() - 1];
        for wrong in [
            "",
            short,
            &format!("{}0", short),
            &format!("{}I", short),
            &format!("{}é", short),
            &format!("{}2", code.as_str()),
            &"2".repeat(65),
        ] {
            assert!(RecoveryCode::parse(wrong).is_none(), "{wrong:?}");
        }
    }
}
