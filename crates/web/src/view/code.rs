//! A code on its way: where it went, how far it has come, how long it works, and how another one is had.

use std::time::Duration;

use domain::time::Timestamp;

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
    /// The first character of the part before the at sign, for a screen reader.
    pub first: String,
    /// The last character of that part.
    pub last: String,
    /// The beginning of the domain.
    pub domain: String,
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

    /// Whether it stays as it is: nothing to ask again for.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::HandedOver | Self::Failed)
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
