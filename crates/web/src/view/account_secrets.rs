//! `/account/password` and `/account/security-code`: the secrets that a user makes.

use askama::Template;
use domain::time::Timestamp;

use crate::layout::Layout;

/// `/account/password`.
#[derive(Clone, Debug, Template)]
#[template(path = "account-password.html")]
pub struct AccountPassword {
    /// The frame.
    pub layout: Layout,
    /// Their Enterprise User ID; without one there is no password of ours.
    pub user_id: Option<String>,
    /// The fewest characters of a password.
    pub least_password: u32,
    /// Whether it was changed just now.
    pub done: bool,
}

/// `/account/security-code`.
#[derive(Clone, Debug, Template)]
#[template(path = "account-security-code.html")]
pub struct AccountSecurityCode {
    /// The frame.
    pub layout: Layout,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Whether they have an Enterprise User ID; without one there is nothing to protect.
    pub has_user_id: bool,
    /// When the code was made; none before the first.
    pub since: Option<Timestamp>,
    /// The fewest digits.
    pub least: u8,
    /// The most digits.
    pub most: u8,
    /// Whether it was made or changed just now.
    pub done: bool,
}
