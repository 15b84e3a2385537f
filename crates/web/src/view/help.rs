//! Help that needs no login: `/help`, `/help/contacts`, `/privacy`.

use std::time::Duration;

use askama::Template;
use text::Html;

use super::Contact;
use crate::layout::Layout;

/// `/help`: questions and answers about the change.
#[derive(Clone, Debug, Template)]
#[template(path = "help.html")]
pub struct Help {
    /// The frame.
    pub layout: Layout,
    /// Questions by topic.
    pub topics: Vec<HelpTopic>,
}

/// Questions that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelpTopic {
    /// The anchor.
    pub id: &'static str,
    /// The message that names it.
    pub title: &'static str,
    /// The questions.
    pub questions: Vec<HelpQuestion>,
}

/// One question with its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelpQuestion {
    /// The anchor.
    pub id: &'static str,
    /// The message that asks it.
    pub title: &'static str,
    /// The answer.
    pub answer: Html,
}

/// `/help/contacts`: by region and role.
#[derive(Clone, Debug, Template)]
#[template(path = "contacts.html")]
pub struct Contacts {
    /// The frame.
    pub layout: Layout,
    /// The regions, the visitor's own first.
    pub regions: Vec<RegionContacts>,
}

/// The contacts of one region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegionContacts {
    /// The region's name.
    pub region: String,
    /// Whether it is the visitor's own.
    pub is_own: bool,
    /// The countries of the companies that it serves, by their names.
    pub countries: Vec<String>,
    /// Its contacts: those for everybody first, and of these the one for all countries first.
    pub cards: Vec<ContactCard>,
}

/// One contact, and for whom it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactCard {
    /// Whether it is for Program Administrators; else it is for everybody.
    pub for_administrators: bool,
    /// The countries that it is for, by their names; empty where it is for all others.
    pub countries: Vec<String>,
    /// Whom to reach.
    pub contact: Contact,
}

/// `/privacy`: what is kept and why.
#[derive(Clone, Debug, Template)]
#[template(path = "privacy.html")]
pub struct Privacy {
    /// The frame.
    pub layout: Layout,
    /// How long security events are kept.
    pub audit_retention: Duration,
    /// How long a browser stays trusted.
    pub trust_lifetime: Duration,
    /// How long a session lasts at most.
    pub session_total: Duration,
    /// How long a code works.
    pub code_lifetime: Duration,
    /// How long "this was not me" in a mail works.
    pub link_lifetime: Duration,
    /// How long a login that was begun is kept.
    pub attempt_lifetime: Duration,
    /// How long a recovery may take.
    pub recovery_lifetime: Duration,
    /// The same where staff help.
    pub waiting_lifetime: Duration,
    /// How long a completed recovery can still be disowned.
    pub recovery_kept: Duration,
}
