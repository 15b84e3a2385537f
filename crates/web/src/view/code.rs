//! A code on its way: where it went, how far it has come, how long it works, and how another one is had.

use std::time::Duration;

use domain::{mask::MaskedEmail, time::Timestamp};
use text::Text;

/// The slip on the code page: everything about the code but the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeSlip {
    /// Its name on page and mail, such as "K3".
    pub tag: String,
    /// How many digits it has.
    pub digits: u8,
    /// Where it went.
    pub masked: Masked,
    /// When it was asked for.
    pub sent_at: Timestamp,
    /// When it stops working.
    pub expires_at: Timestamp,
    /// Whether it still works.
    pub state: CodeState,
    /// How far the mail has come.
    pub delivery: Delivery,
}

/// An address that is recognised by its owner and by nobody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked {
    /// As shown: `a•••r@north•••.example`.
    pub shown: String,
    /// The first character of the part before the at sign; empty when it is not shown.
    pub first: String,
    /// The last character of that part; empty when it is not shown.
    pub last: String,
    /// The beginning of the domain; empty when it is not shown.
    pub domain: String,
}

impl From<&MaskedEmail> for Masked {
    fn from(masked: &MaskedEmail) -> Self {
        let spell = |character: Option<char>| character.map(String::from).unwrap_or_default();
        Self {
            shown: masked.to_string(),
            first: spell(masked.first),
            last: spell(masked.last),
            domain: masked.domain_begins.clone(),
        }
    }
}

/// Whether a code still works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeState {
    /// It can be entered.
    Open,
    /// Its time is over.
    Expired,
    /// A newer code took its place, on this or another page.
    Superseded,
    /// It was guessed wrong too often.
    UsedUp,
    /// None is out: a limit forbade sending one.
    NotSent,
}

/// How far the mail with the code has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The state.
    pub state: DeliveryState,
    /// Where a script asks again; none where it would be pointless.
    pub url: &'static str,
}

/// The states of a mail that its reader can do something about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// Waiting to be handed over.
    Queued,
    /// Tried, and to be tried again.
    Retrying,
    /// The mail server of the address has it.
    HandedOver,
    /// It will not arrive.
    Failed,
}

impl DeliveryState {
    /// The message that tells it, in one line.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::Queued => "login-delivery-queued",
            Self::Retrying => "login-delivery-retrying",
            Self::HandedOver => "login-delivery-handed-over",
            Self::Failed => "login-delivery-failed",
        }
    }

    /// The class that colours it: `ok`, `wait` or `bad`.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Queued | Self::Retrying => "wait",
            Self::HandedOver => "ok",
            Self::Failed => "bad",
        }
    }

    /// Whether it stays as it is: nothing to ask again for. What was handed over may still come back.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Failed)
    }
}

/// Whether another code can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resend {
    /// So many more, within that time.
    Allowed {
        /// How many, at least 1.
        more: u32,
        /// In what time the limit counts.
        within: Duration,
    },
    /// Not before that moment.
    NotBefore(Timestamp),
}

impl CodeSlip {
    /// Where the code went, for a screen reader, which does not read the dots of a masked address well.
    #[must_use]
    pub fn spoken_address(&self, text: &Text) -> String {
        let Masked { first, last, domain, .. } = &self.masked;
        if domain.is_empty() {
            return text.get("login-code-where-spoken-plain");
        }
        let message = match (first.is_empty(), last.is_empty()) {
            (false, false) => text.message("login-code-where-spoken").with("first", first).with("last", last),
            (false, true) => text.message("login-code-where-spoken-first").with("first", first),
            (true, _) => text.message("login-code-where-spoken-domain"),
        };
        message.with("domain", domain).to_string()
    }

    /// The longest text worth typing: the digits, and room for the spaces and dashes that are forgiven.
    #[must_use]
    pub fn longest_input(&self) -> u8 {
        self.digits.saturating_mul(2).saturating_add(2)
    }

    /// Whether it can still be entered.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state == CodeState::Open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masked_addresses_can_be_spoken() {
        let spoken = |address: &str| {
            let slip = CodeSlip {
                tag: "K3".into(),
                digits: 6,
                masked: Masked::from(&MaskedEmail::new(address)),
                sent_at: Timestamp(0),
                expires_at: Timestamp(0),
                state: CodeState::Open,
                delivery: Delivery { state: DeliveryState::Queued, url: "" },
            };
            slip.spoken_address(&Text::default())
        };
        assert_eq!(
            spoken("amara.okafor@northgate-shipping.example"),
            "your business address, which begins with a and ends in r, at a domain that begins with north"
        );
        assert_eq!(
            spoken("ann@ngs.example"),
            "your business address, which begins with a, at a domain that begins with n"
        );
        assert_eq!(spoken("a@ngs.example"), "your business address at a domain that begins with n");
        assert_eq!(spoken("a@n.example"), "your business address");
    }
}
