//! The invented customer's companies, applications and contacts. Dates are counted from the moment the demo starts, so that
//! every phase is always there to be seen.

use std::time::Duration;

use app::apply::{ApplicationState, CompanyState, ContactState, InstallationState, RegionState};
use domain::{
    policy::{Layer, LayerName},
    role::{Region, Role},
    rollout::Rollout,
    time::Timestamp,
};

use super::Places;

const DAY: Duration = Duration::from_hours(24);

pub(super) fn installation(now: Timestamp, places: &Places) -> InstallationState {
    let application = ApplicationState {
        slug: "reconcile".to_owned(),
        name: "Harbour Reconcile".to_owned(),
        host: places.application_host.clone(),
        upstream: places.application_upstream.clone(),
        legacy_source: None,
        rules: domain::path_rule::PathRules::default(),
        policy: Layer::empty(LayerName::Application),
    };
    InstallationState {
        regions: REGIONS
            .iter()
            .map(|(slug, name)| RegionState { region: region(slug), name: (*name).to_owned() })
            .collect(),
        contacts: contacts(),
        countries: Vec::new(),
        sources: Vec::new(),
        companies: companies(now),
        applications: vec![application],
    }
}

const REGIONS: [(&str, &str); 3] = [
    ("europe-asia-pacific", "Europe and Asia-Pacific"),
    ("latin-america", "Latin America"),
    ("us-canada", "US and Canada"),
];

/// Region, role, phone, address, opening hours, time zone. Numbers are of ranges kept for fiction.
type ContactLine = (&'static str, Role, &'static str, &'static str, [&'static str; 3]);

/// Latin America has one that is for Brazil alone.
const OF_BRAZIL: ContactLine = (
    "latin-america",
    Role::EndUser,
    "+1 202 555 0147",
    "help-brazil@harbourcards.example",
    ["09:00", "18:00", "America/Sao_Paulo"],
);

const CONTACTS: [ContactLine; 6] = [
    (
        "europe-asia-pacific",
        Role::EndUser,
        "+44 1632 960 142",
        "help-emea@harbourcards.example",
        ["07:00", "19:00", "Europe/Amsterdam"],
    ),
    (
        "europe-asia-pacific",
        Role::ProgramAdministrator,
        "+44 1632 960 150",
        "administrators-emea@harbourcards.example",
        ["07:00", "19:00", "Europe/Amsterdam"],
    ),
    (
        "latin-america",
        Role::EndUser,
        "+1 202 555 0143",
        "help-latam@harbourcards.example",
        ["08:00", "18:00", "America/Sao_Paulo"],
    ),
    (
        "latin-america",
        Role::ProgramAdministrator,
        "+1 202 555 0144",
        "administrators-latam@harbourcards.example",
        ["08:00", "18:00", "America/Sao_Paulo"],
    ),
    (
        "us-canada",
        Role::EndUser,
        "+1 202 555 0117",
        "help-us@harbourcards.example",
        ["08:00", "20:00", "America/Chicago"],
    ),
    (
        "us-canada",
        Role::ProgramAdministrator,
        "+1 202 555 0118",
        "administrators-us@harbourcards.example",
        ["08:00", "20:00", "America/Chicago"],
    ),
];

fn contacts() -> Vec<ContactState> {
    let of_brazil = ContactState { country: Some("BR".to_owned()), ..contact(&OF_BRAZIL) };
    CONTACTS.iter().map(contact).chain([of_brazil]).collect()
}

fn contact(&(region_slug, role, phone, email, [opens, closes, zone]): &ContactLine) -> ContactState {
    ContactState {
        region: region(region_slug),
        role,
        country: None,
        phone: phone.to_owned(),
        email: email.to_owned(),
        days: "Monday to Friday".to_owned(),
        opens: opens.to_owned(),
        closes: closes.to_owned(),
        time_zone: zone.to_owned(),
    }
}

fn region(slug: &str) -> Region {
    Region(slug.to_owned())
}

fn companies(now: Timestamp) -> Vec<CompanyState> {
    let ahead = |days: u32| Some(now + DAY * days);
    let ago = |days: u32| Some(now - DAY * days);
    let northgate =
        Rollout { phase1_at: ago(14), phase2_at: ahead(14), deadline_at: ahead(44), cutoff_at: ahead(74) };
    let andina =
        Rollout { phase1_at: ago(60), phase2_at: ago(20), deadline_at: ahead(20), cutoff_at: ahead(50) };
    let lakeshore =
        Rollout { phase1_at: ahead(21), phase2_at: ahead(51), deadline_at: ahead(81), cutoff_at: ahead(111) };
    [
        ("northgate", "Northgate Shipping", "NL", "europe-asia-pacific", "Europe/Amsterdam", northgate),
        ("andina", "Andina Agro", "BR", "latin-america", "America/Sao_Paulo", andina),
        ("lakeshore", "Lakeshore Foods", "US", "us-canada", "America/Chicago", lakeshore),
    ]
    .map(|(slug, name, country, region_slug, zone, rollout)| CompanyState {
        slug: slug.to_owned(),
        name: name.to_owned(),
        country: country.to_owned(),
        region: region(region_slug),
        time_zone: zone.to_owned(),
        language: "en".to_owned(),
        rollout,
        legacy_source: None,
        policy: Layer::empty(LayerName::Company),
    })
    .into()
}

pub(super) fn company_name(slug: &str) -> &'static str {
    match slug {
        "northgate" => "Northgate Shipping",
        "andina" => "Andina Agro",
        _ => "Lakeshore Foods",
    }
}

/// Where a company stands, in a few words for the terminal.
#[must_use]
pub fn situation(company: &str) -> &'static str {
    match company {
        "Northgate Shipping" => "Europe and Asia-Pacific; phase 1: users make their Enterprise User ID",
        "Andina Agro" => "Latin America; phase 2: two-factor login",
        "Staff" => "vouch in cases on the control page",
        _ => "US and Canada; before phase 1: nothing has changed yet",
    }
}
