//! `/not-me`: what the button will do, what it did, and a link that is over.

use app::not_me::Purpose;
use askama::Template;
use domain::time::Timestamp;

use crate::layout::Layout;

/// What the button will do.
#[derive(Clone, Debug, Template)]
#[template(path = "not-me.html")]
pub struct NotMe {
    /// The frame.
    pub layout: Layout,
    /// The link's token, for the form.
    pub token: String,
    /// What the code was asked for.
    pub purpose: Purpose,
    /// When.
    pub at: Timestamp,
    /// By which browser.
    pub browser: String,
}

impl NotMe {
    fn lead(&self) -> String {
        let id = match self.purpose {
            Purpose::Login => "notme-login-lead",
            Purpose::Onboarding => "notme-onboarding-lead",
            Purpose::Recovery => "notme-recovery-lead",
        };
        let at = self.layout.date_and_clock(&self.at);
        self.layout.m(id).with("at", at).with("application", self.layout.application_name()).to_string()
    }

    /// What it does, one sentence each.
    fn effects(&self) -> Vec<String> {
        let ids: &[&str] = match self.purpose {
            Purpose::Login => &["notme-ends", "notme-password", "notme-tells"],
            Purpose::Onboarding => &["notme-ends", "notme-legacy", "notme-tells"],
            Purpose::Recovery => &["notme-ends-recovery", "notme-tells"],
        };
        ids.iter().map(|id| self.layout.t(id)).collect()
    }
}

/// What it did.
#[derive(Clone, Debug, Template)]
#[template(path = "not-me-done.html")]
pub struct NotMeDone {
    /// The frame.
    pub layout: Layout,
    /// What the code was asked for.
    pub purpose: Purpose,
    /// Whether the password opens nothing any more.
    pub password_dead: bool,
}

impl NotMeDone {
    fn next(&self) -> Option<String> {
        let id = match (self.password_dead, self.purpose) {
            (true, _) => "notme-done-password",
            (false, Purpose::Onboarding) => "notme-done-legacy",
            (false, Purpose::Recovery) => "notme-done-recovery",
            (false, Purpose::Login) => return None,
        };
        Some(self.layout.t(id))
    }
}

/// A link that is unknown, used or too old.
#[derive(Clone, Debug, Template)]
#[template(path = "not-me-over.html")]
pub struct NotMeOver {
    /// The frame.
    pub layout: Layout,
}
