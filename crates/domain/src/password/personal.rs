//! Words that an attacker who knows the person would try first.

use std::{collections::BTreeSet, fmt};

/// Words of fewer characters occur in any text.
const SHORTEST: usize = 3;
/// Words that are kept; zxcvbn compares each with every part of the password.
const MOST: usize = 40;
/// Share of a password that may be made from personal words, in parts of ten.
const TENTHS: usize = 6;

/// A person's name, e-mail address, user ID, legacy login and company, taken apart into words. Never printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PersonalWords(Vec<String>);

impl PersonalWords {
    /// Takes the texts apart; whole ones, and each run of letters or digits of at least three characters, in small letters.
    #[must_use]
    pub fn from_texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut words = BTreeSet::new();
        for text in texts {
            let text: String = text.trim().chars().take(128).flat_map(char::to_lowercase).collect();
            let runs = text.split(|c: char| !c.is_alphanumeric());
            let joined: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
            for word in runs.chain([text.as_str(), joined.as_str()]) {
                if word.chars().count() >= SHORTEST {
                    words.insert(word.to_owned());
                }
            }
        }
        let mut longest_first: Vec<_> = words.into_iter().collect();
        longest_first.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
        longest_first.truncate(MOST);
        Self(longest_first)
    }

    pub(super) fn as_strs(&self) -> Vec<&str> {
        self.0.iter().map(String::as_str).collect()
    }

    /// Whether most of a password is made from these words, forwards or backwards.
    pub(super) fn makes_up(&self, password: &str) -> bool {
        let lower: String =
            password.chars().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect();
        let all = lower.chars().count();
        let mut rest = lower;
        for word in &self.0 {
            let backwards: String = word.chars().rev().collect();
            // A sign in the place of the word keeps its neighbours from making another one.
            rest = rest.replace(word.as_str(), "\0").replace(backwards.as_str(), "\0");
        }
        let left = rest.chars().filter(|c| *c != '\0').count();
        all > 0 && (all - left) * 10 >= all * TENTHS
    }
}

impl fmt::Debug for PersonalWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonalWords({})", self.0.len())
    }
}
