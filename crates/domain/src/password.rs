//! New passwords: NIST SP 800-63B-4, 3.1.1.2, and ASVS 6.2, with the reason of a refusal.
//!
//! There are no rules of composition: length, strength (zxcvbn) and a list of passwords known from break-ins decide.

mod known;
mod personal;
mod strength;
#[cfg(test)]
mod tests;

pub use self::{
    known::{Likeness, likeness},
    personal::PersonalWords,
    strength::{CrackTime, Strength, Weakness},
};

use std::fmt;

use precis_profiles::{OpaqueString, precis_core::profile::PrecisFastInvocation as _};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use crate::policy::PasswordPolicy;

/// A password as typed, in the one form that is hashed and compared (RFC 8265 OpaqueString). Never printed; wiped on drop.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// Normalises what was typed. Never fails, so that a login with an odd password is just a wrong one: what OpaqueString
    /// refuses (control and unassigned characters) is only composed (NFC). Nothing is trimmed or cut.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        let normal =
            OpaqueString::enforce(text).map_or_else(|_| text.nfc().collect(), |normal| normal.into_owned());
        Self(Zeroizing::new(normal))
    }

    /// The text to hash.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Length in code points.
    #[must_use]
    pub fn characters(&self) -> usize {
        self.0.chars().count()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Why a new password is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasswordProblem {
    /// Fewer characters than policy asks for.
    #[error("the password has {characters} characters, at least {min} are needed")]
    TooShort {
        /// Code points.
        characters: usize,
        /// `password.min_length`.
        min: u32,
    },
    /// More characters than policy allows; the password is refused, not cut.
    #[error("the password has more than {max} characters")]
    TooLong {
        /// `password.max_length`.
        max: u32,
    },
    /// Line breaks, NUL and the like, which not every login form sends alike.
    #[error("the password holds a control character")]
    ControlCharacter,
    /// It is known from break-ins.
    #[error("the password is on the list of common passwords")]
    Common(Likeness),
    /// It is made from the person's own name, address, user ID or company.
    #[error("the password is made from personal words")]
    Personal,
    /// It is easy to guess.
    #[error("the password is too weak")]
    Weak {
        /// How weak.
        strength: Strength,
        /// What makes it so, when it can be told.
        weakness: Option<Weakness>,
    },
}

/// Checks a new password against policy and tells its strength.
///
/// # Errors
/// The first reason to refuse it, in the order of [`PasswordProblem`].
pub fn check_new_password(
    typed: &str,
    policy: &PasswordPolicy,
    personal: &PersonalWords,
) -> Result<Strength, PasswordProblem> {
    // Composition changes at most this much; far longer texts are refused before they cost anything.
    let max = policy.max_length as usize;
    if typed.chars().nth(max.saturating_mul(4)).is_some() {
        return Err(PasswordProblem::TooLong { max: policy.max_length });
    }
    let password = Password::typed(typed);
    let characters = password.characters();
    if characters < policy.min_length as usize {
        return Err(PasswordProblem::TooShort { characters, min: policy.min_length });
    }
    if characters > max {
        return Err(PasswordProblem::TooLong { max: policy.max_length });
    }
    if password.expose().contains(char::is_control) {
        return Err(PasswordProblem::ControlCharacter);
    }
    if policy.refuse_breached
        && let Some(likeness) = likeness(password.expose())
    {
        return Err(PasswordProblem::Common(likeness));
    }
    if personal.makes_up(password.expose()) {
        return Err(PasswordProblem::Personal);
    }
    let (strength, weakness) = strength::estimate(password.expose(), personal);
    if strength.score < policy.min_strength {
        return Err(PasswordProblem::Weak { strength, weakness });
    }
    Ok(strength)
}

/// Whether a word stands on the list of passwords known from break-ins exactly as given; security codes are on it too.
pub(crate) fn is_listed(word: &str) -> bool {
    known::contains(word)
}

/// How strong a text would be as a password, for the meter beside the field. At most 100 characters are looked at.
#[must_use]
pub fn estimate(typed: &str, personal: &PersonalWords) -> Strength {
    let bounded: Zeroizing<String> = Zeroizing::new(typed.chars().take(strength::LOOKED_AT).collect());
    strength::estimate(Password::typed(&bounded).expose(), personal).0
}
