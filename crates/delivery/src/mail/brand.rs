//! What a customer gives to its mails: name, sender and colours.

use std::{fmt, str::FromStr};

use lettre::{Address, message::Mailbox};

use super::address;

/// The looks and the sender of all mails of an installation.
#[derive(Clone, Debug)]
pub struct Brand {
    /// Who writes, for example `Harbour Commercial Cards`.
    pub name: String,
    /// From whose address.
    pub sender: Sender,
    /// Codes, edges and links on white. The contrast is the business of whoever checks the brand as a whole.
    pub accent: Colour,
    /// The same on a dark sheet.
    pub accent_dark: Colour,
    /// The ground around the sheet.
    pub ground: Colour,
    /// The same in dark.
    pub ground_dark: Colour,
}

impl Brand {
    /// The neutral looks of the reference design.
    #[must_use]
    pub fn neutral(name: impl Into<String>, sender: Sender) -> Self {
        Self {
            name: name.into(),
            sender,
            accent: Colour(0x00_57_4f),
            accent_dark: Colour(0x7b_d5_c5),
            ground: Colour(0xe9_f0_ee),
            ground_dark: Colour(0x0b_12_12),
        }
    }
}

/// The name and address in the `From` header and the envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender(Mailbox);

impl Sender {
    /// Takes the name as it is shown, and the address.
    ///
    /// # Errors
    /// [`AddressProblem`] when the address is not one.
    pub fn new(name: &str, address: &str) -> Result<Self, AddressProblem> {
        Ok(Self(address::mailbox(name, address)?))
    }

    pub(super) fn mailbox(&self) -> &Mailbox {
        &self.0
    }

    pub(super) fn address(&self) -> &Address {
        &self.0.email
    }
}

/// A text that is not an e-mail address. The text itself is not repeated, because it may be somebody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address: write it as name@company.example, without a display name")]
pub struct AddressProblem;

/// A colour, 24 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(u32);

impl FromStr for Colour {
    type Err = ColourProblem;

    fn from_str(words: &str) -> Result<Self, Self::Err> {
        let digits = words.strip_prefix('#').filter(|digits| digits.len() == 6);
        let digits =
            digits.filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit())).ok_or(ColourProblem)?;
        u32::from_str_radix(digits, 16).map(Self).map_err(|_| ColourProblem)
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:06x}", self.0)
    }
}

/// A text that is not a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a colour is written as # and six hexadecimal digits, for example #00574f")]
pub struct ColourProblem;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_six_digits() {
        assert_eq!("#00574F".parse::<Colour>().unwrap().to_string(), "#00574f");
        for words in ["", "#", "00574f", "#00574", "#00574ff", "#00574g", "#+0574f", "red", "#00574f;}"] {
            assert_eq!(words.parse::<Colour>(), Err(ColourProblem), "{words}");
        }
    }
}
