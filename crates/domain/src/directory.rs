//! Who and what the installation knows: companies, people, applications, contacts.

use crate::{
    access::Standing,
    factor::Channel,
    id::{ApplicationId, CompanyId, ContactId, UserId},
    path_rule::PathRules,
    role::{Region, Role},
    rollout::Rollout,
    time::Timestamp,
};

/// A customer organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Company {
    /// Its key.
    pub id: CompanyId,
    /// Its short name in files and commands.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// ISO 3166-1 alpha-2 code; decides the country layer of policy.
    pub country: String,
    /// Decides contact and servicing team.
    pub region: Region,
    /// IANA name; dates of the rollout are meant there.
    pub time_zone: String,
    /// BCP 47 tag; the language of its mails.
    pub language: String,
    /// Its timetable.
    pub rollout: Rollout,
    /// The live source that its users' existing credentials are checked by, where no hash was imported.
    pub legacy_source: Option<String>,
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The key.
    pub id: UserId,
    /// Absent for staff.
    pub company: Option<CompanyId>,
    /// What they are.
    pub role: Role,
    /// Where it differs from the company's, and for servicing agents.
    pub region: Option<Region>,
    /// As prepopulated; only a servicing team changes it.
    pub name: String,
    /// Business e-mail address; only a servicing team changes it.
    pub email: String,
    /// BCP 47 tag, if the user chose one.
    pub language: Option<String>,
    /// When the user said that name and e-mail are right.
    pub profile_confirmed_at: Option<Timestamp>,
    /// When a code sent to the address was entered.
    pub email_confirmed_at: Option<Timestamp>,
    /// When enrolment was asked for the first time.
    pub first_prompted_at: Option<Timestamp>,
    /// When it was asked for the last time.
    pub last_prompted_at: Option<Timestamp>,
    /// How often "not now" was chosen.
    pub postponed_count: u32,
    /// When the security code was made.
    pub enrolled_at: Option<Timestamp>,
    /// When access was taken away.
    pub disabled_at: Option<Timestamp>,
    /// Whether the user ticked "Trusted Device" the last time.
    pub remembers_device: bool,
    /// The second step that the user is asked for first.
    pub channel: Channel,
    /// When "this was not me" made the password worthless, until recovery makes a new one.
    pub password_dead_at: Option<Timestamp>,
    /// Counts changes.
    pub version: i64,
}

impl User {
    /// How far the user has come, given which credentials are on record.
    #[must_use]
    pub fn standing(&self, has_id: bool, has_legacy: bool) -> Standing {
        match (has_id, self.enrolled_at, has_legacy) {
            (true, Some(_), _) => Standing::Enrolled,
            (true, None, _) => Standing::IdMade,
            (false, _, true) => Standing::Legacy,
            (false, _, false) => Standing::Invited,
        }
    }
}

/// An application behind Vestibule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Its key.
    pub id: ApplicationId,
    /// Its short name in files and addresses.
    pub slug: String,
    /// Its name, as users know it.
    pub name: String,
    /// Public host, with the port where it is not the scheme's own.
    pub host: String,
    /// Where Vestibule reaches it.
    pub upstream: String,
    /// The live source that is asked about login names nobody knows yet, from whoever comes for this application.
    pub legacy_source: Option<String>,
    /// What its paths ask of whoever wants them.
    pub rules: PathRules,
}

/// Whom a person of a region, role and, where it has its own, country can reach when stuck.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Its key.
    pub id: ContactId,
    /// Whose contact it is.
    pub region: Region,
    /// The region's name, as people know it.
    pub region_name: String,
    /// Whose contact it is.
    pub role: Role,
    /// ISO 3166-1 alpha-2 code: only for companies of this country. Absent: for whoever has no contact of their country.
    pub country: Option<String>,
    /// E.164 with spaces for reading.
    pub phone: String,
    /// Address.
    pub email: String,
    /// Days it is reached, as text: "Monday to Friday".
    pub days: String,
    /// "07:00".
    pub opens: String,
    /// "19:00".
    pub closes: String,
    /// IANA name; the hours are meant there.
    pub time_zone: String,
}
