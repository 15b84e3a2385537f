//! `/account`: what is the user's own.

pub mod activity;
pub mod authenticator_app;
pub mod channel;
pub mod confirm;
pub mod confirm_passkey;
pub mod data;
pub mod devices;
mod factor_code;
pub mod home;
pub mod idle;
pub mod language;
pub mod passkeys;
pub mod password;
pub mod recovery_codes;
pub mod security_code;
pub mod sessions;
pub mod wrong;

use serde::Deserialize;

/// Whether a page is shown after what was asked for on it.
#[derive(Debug, Default, Deserialize)]
pub struct Done {
    #[serde(default)]
    done: Option<String>,
}

impl Done {
    /// Whether it is.
    pub(super) const fn is_done(&self) -> bool {
        self.done.is_some()
    }
}

/// Since when a factor is there, for a page.
pub(super) const fn factor_use(usage: app::list_factors::FactorUse) -> crate::view::FactorUse {
    crate::view::FactorUse { since: usage.since, last_used: usage.last_used }
}
