//! Enterprise User IDs: which names may be chosen, and when two names are one.
//!
//! A name has three forms. The *display* form is what its owner typed. The *canonical* form (PRECIS UsernameCaseMapped,
//! RFC 8265) is what is compared at login, so capitals, full-width letters and ways of composing accents make no
//! difference. The *skeleton* (Unicode Technical Standard 39, section 4) is the same for all names that look alike, so one
//! unique constraint keeps `paypal` and `раураl` from being two people.

mod forms;
mod legacy;
mod reserved;
mod suggestions;
#[cfg(test)]
mod tests;

pub use self::{
    forms::{canonical_login, skeleton_of},
    legacy::{LegacyLogin, LegacyLoginProblem},
    suggestions::suggestions,
};

use std::fmt;

use unicode_security::{RestrictionLevel, RestrictionLevelDetection as _};

/// Fewest characters (code points of the canonical form).
pub const MIN_CHARACTERS: usize = 6;
/// Most characters (code points of the canonical form).
pub const MAX_CHARACTERS: usize = 40;

/// A well-formed Enterprise User ID. Whether it is free, the database decides.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EnterpriseUserId {
    display: String,
    canonical: String,
    skeleton: String,
}

/// Why a name cannot be an Enterprise User ID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UserIdProblem {
    /// Nothing was typed.
    #[error("the user ID is empty")]
    Empty,
    /// Fewer than [`MIN_CHARACTERS`].
    #[error("the user ID has {characters} characters, at least {MIN_CHARACTERS} are needed")]
    TooShort {
        /// How many there are.
        characters: usize,
    },
    /// More than [`MAX_CHARACTERS`].
    #[error("the user ID has more than {MAX_CHARACTERS} characters")]
    TooLong,
    /// Something other than letters, digits, dots and dashes.
    #[error("the user ID holds a character that is no letter, digit, dot or dash")]
    Character {
        /// The first such character.
        character: char,
    },
    /// It begins or ends with a dot or a dash.
    #[error("the user ID begins or ends with a dot or a dash")]
    Edge {
        /// Which one.
        character: char,
    },
    /// Two dots or dashes stand side by side.
    #[error("the user ID holds two dots or dashes side by side")]
    Doubled,
    /// It has no letter, so it could be taken for a code or a phone number.
    #[error("the user ID has no letter")]
    NoLetter,
    /// Letters or digits of scripts that do not go together, which is how look-alikes are made.
    #[error("the user ID mixes scripts")]
    MixedScripts,
    /// A combination of right-to-left and left-to-right that would be shown in another order than typed. (RFC 5893)
    #[error("the user ID would be shown in another order than it is typed")]
    Direction,
    /// A word that stands for a function, not for a person.
    #[error("the user ID is a reserved word")]
    Reserved {
        /// The word.
        word: &'static str,
    },
}

impl EnterpriseUserId {
    /// Reads a name as typed; spaces around it do not count.
    ///
    /// # Errors
    /// The first rule that the name breaks.
    pub fn parse(typed: &str) -> Result<Self, UserIdProblem> {
        let typed = typed.trim();
        check_length(typed)?;
        if let Some(character) = typed.chars().find(|c| !forms::is_allowed(*c)) {
            return Err(UserIdProblem::Character { character });
        }
        let canonical = forms::enforce(typed)?;
        check_shape(&canonical)?;
        check_scripts(&canonical)?;
        if let Some(word) = reserved::reserved_word(&canonical) {
            return Err(UserIdProblem::Reserved { word });
        }
        let skeleton = skeleton_of(&canonical);
        Ok(Self { display: forms::display(typed, &canonical, &skeleton), canonical, skeleton })
    }

    /// The name as its owner wrote it; in small letters where capitals would make it look like another name.
    #[must_use]
    pub fn display(&self) -> &str {
        &self.display
    }

    /// The form that is compared and stored as the key; equals [`canonical_login`] of every way to type the name.
    #[must_use]
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// Equal for all names that look alike; stored under a unique constraint. Never shown.
    #[must_use]
    pub fn skeleton(&self) -> &str {
        &self.skeleton
    }
}

impl fmt::Display for EnterpriseUserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.display)
    }
}

impl fmt::Debug for EnterpriseUserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EnterpriseUserId({})", self.canonical)
    }
}

fn check_length(name: &str) -> Result<(), UserIdProblem> {
    match name.chars().take(MAX_CHARACTERS + 1).count() {
        0 => Err(UserIdProblem::Empty),
        characters if characters < MIN_CHARACTERS => Err(UserIdProblem::TooShort { characters }),
        characters if characters > MAX_CHARACTERS => Err(UserIdProblem::TooLong),
        _ => Ok(()),
    }
}

fn check_shape(canonical: &str) -> Result<(), UserIdProblem> {
    // Composing accents can shorten a name below the limit.
    check_length(canonical)?;
    let is_mark = |c: char| matches!(c, '.' | '-');
    if let Some(character) =
        [canonical.chars().next(), canonical.chars().last()].into_iter().flatten().find(|c| is_mark(*c))
    {
        return Err(UserIdProblem::Edge { character });
    }
    if canonical.chars().zip(canonical.chars().skip(1)).any(|(a, b)| is_mark(a) && is_mark(b)) {
        return Err(UserIdProblem::Doubled);
    }
    if canonical.chars().any(char::is_alphabetic) { Ok(()) } else { Err(UserIdProblem::NoLetter) }
}

/// Highly restrictive, as UTS 39 section 5.2 defines it, and digits of one kind only (section 5.3).
fn check_scripts(canonical: &str) -> Result<(), UserIdProblem> {
    let one_script = canonical.check_restriction_level(RestrictionLevel::HighlyRestrictive);
    if one_script && !forms::mixes_digits(canonical) { Ok(()) } else { Err(UserIdProblem::MixedScripts) }
}
