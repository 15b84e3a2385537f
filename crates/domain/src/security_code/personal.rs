//! Digits of the person's own that do not belong in a security code.

use std::fmt;

use zeroize::Zeroizing;

/// As many digits of a phone number in a row make a code a part of it.
const PHONE_RUN: usize = 5;
/// As many digits of a name in a row make a code a part of it.
const NAME_RUN: usize = 4;

/// Where digits of a code were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonalSource {
    /// The phone number.
    Phone,
    /// The Enterprise User ID.
    UserId,
    /// The legacy login name.
    LegacyLogin,
    /// The e-mail address.
    Email,
}

/// The digits in a person's phone number, names and address. Never printed.
#[derive(Clone, Default)]
pub struct PersonalDigits(Vec<(PersonalSource, Zeroizing<String>)>);

impl PersonalDigits {
    /// Adds a text; only its digits are kept. Signs between the digits of a phone number do not count, those in a name
    /// separate.
    #[must_use]
    pub fn with(mut self, source: PersonalSource, text: &str) -> Self {
        let text = text.chars().take(256);
        let digits: String = match source {
            PersonalSource::Phone => text.filter(char::is_ascii_digit).collect(),
            PersonalSource::UserId | PersonalSource::LegacyLogin | PersonalSource::Email => {
                text.map(|c| if c.is_ascii_digit() { c } else { ' ' }).collect()
            }
        };
        let runs = digits.split(' ').filter(|run| run.len() >= NAME_RUN);
        self.0.extend(runs.map(|run| (source, Zeroizing::new(run.to_owned()))));
        self
    }

    /// Where the code shares too many digits in a row.
    pub(super) fn overlap(&self, code: &str) -> Option<PersonalSource> {
        let shares = |(source, digits): &&(PersonalSource, Zeroizing<String>)| {
            let run = if *source == PersonalSource::Phone { PHONE_RUN } else { NAME_RUN };
            (0..=code.len().saturating_sub(run))
                .any(|at| code.get(at..at + run).is_some_and(|part| digits.contains(part)))
        };
        self.0.iter().find(shares).map(|(source, _)| *source)
    }
}

impl fmt::Debug for PersonalDigits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonalDigits({})", self.0.len())
    }
}
