//! `/account/confirm`: proving it afresh before a change that matters.

use std::time::Duration;

use askama::Template;

use crate::layout::Layout;

/// Asks who is signed in for the password again.
#[derive(Clone, Debug, Template)]
#[template(path = "confirm.html")]
pub struct Confirm {
    /// The frame.
    pub layout: Layout,
    /// Their name.
    pub name: String,
    /// Their Enterprise User ID; without one there is no password to ask for.
    pub user_id: Option<String>,
    /// The page to go on to.
    pub to: String,
    /// Whether a passkey does instead.
    pub has_passkey: bool,
    /// Whether a code by hand follows.
    pub asks_code: bool,
    /// How long the proof counts.
    pub window: Duration,
    /// Why this page is shown, where a link did not lead here.
    pub why: Option<ConfirmWhy>,
}

/// Why somebody finds themselves here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfirmWhy {
    /// A form was sent, and did nothing.
    NotSaved,
    /// The confirmation was over.
    Ended,
}

impl Confirm {
    const fn notice(&self) -> Option<(&'static str, &'static str)> {
        match self.why {
            None => None,
            Some(ConfirmWhy::NotSaved) => Some(("confirm-not-saved-title", "confirm-not-saved")),
            Some(ConfirmWhy::Ended) => Some(("confirm-ended-title", "confirm-ended")),
        }
    }
}
