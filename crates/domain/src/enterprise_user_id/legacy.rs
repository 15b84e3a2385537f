//! Login names of the application's own login, which may hold almost any character.

use std::fmt;

use super::{canonical_login, skeleton_of};

/// Most characters of a legacy login name.
const MAX_CHARACTERS: usize = 256;

/// A legacy login name, kept exactly as the application knows it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct LegacyLogin(String);

/// Why a text cannot be a legacy login name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LegacyLoginProblem {
    /// Nothing but space.
    #[error("the login name is empty")]
    Empty,
    /// More than 256 characters.
    #[error("the login name has more than {MAX_CHARACTERS} characters")]
    TooLong,
    /// Line breaks, NUL and the like.
    #[error("the login name holds a control character")]
    ControlCharacter,
}

impl LegacyLogin {
    /// Takes a login name over; spaces around it do not count.
    ///
    /// # Errors
    /// Empty, too long, or a control character in it.
    pub fn parse(text: &str) -> Result<Self, LegacyLoginProblem> {
        let text = text.trim();
        if text.is_empty() {
            return Err(LegacyLoginProblem::Empty);
        }
        if text.chars().nth(MAX_CHARACTERS).is_some() {
            return Err(LegacyLoginProblem::TooLong);
        }
        if text.contains(char::is_control) {
            return Err(LegacyLoginProblem::ControlCharacter);
        }
        Ok(Self(text.to_owned()))
    }

    /// As the application knows it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form that is looked up and counted, the same as [`canonical_login`] of what is typed.
    #[must_use]
    pub fn canonical(&self) -> String {
        canonical_login(&self.0)
    }

    /// Equal for all names that look alike, Enterprise User IDs included.
    #[must_use]
    pub fn skeleton(&self) -> String {
        skeleton_of(&self.0)
    }
}

impl fmt::Debug for LegacyLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LegacyLogin({})", self.0.escape_debug())
    }
}
