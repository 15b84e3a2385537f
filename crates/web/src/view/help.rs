//! Help that needs no login: `/help`, `/help/contacts`, `/privacy`.

use std::time::Duration;

use askama::Template;

use super::Contact;
use crate::layout::Layout;

/// `/help`: questions and answers about the change.
#[derive(Clone, Debug, Template)]
#[template(path = "help.html")]
pub struct Help {
    /// The frame.
    pub layout: Layout,
    /// How long a code works.
    pub code_lifetime: Duration,
    /// How long a browser stays trusted.
    pub trust_lifetime: Duration,
    /// The fewest and the most digits of a security code.
    pub security_code_digits: (u8, u8),
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
    /// For everybody.
    pub users: Option<Contact>,
    /// For Program Administrators.
    pub administrators: Option<Contact>,
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
}
