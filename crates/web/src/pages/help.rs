//! Pages that need no login: questions and answers, contacts, privacy, and getting back in.

use std::collections::BTreeSet;

use app::directory::Directory;
use axum::{extract::State, response::Response};
use domain::{
    directory::Contact,
    role::{Region, Role},
    time::Timestamp,
};
use text::Text;

use super::{S, questions::topics};
use crate::{
    error::Refused,
    site::contact_view,
    view::{ContactCard, Contacts, Help, Privacy, RegionContacts},
    visit::Visit,
};

/// Questions and answers.
pub async fn show(State(site): S, visit: Visit) -> Result<Response, Refused> {
    let policy = site.policy_of_visitor(&visit).await?;
    let layout = site.layout(&visit).await?;
    site.page(&Help { topics: topics(layout.text, &policy), layout }).await
}

/// Contacts by region, role and country, the visitor's own region first.
pub async fn contacts(State(site): S, visit: Visit) -> Result<Response, Refused> {
    let directory = site.app.directory().await?;
    let layout = site.layout(&visit).await?;
    let now = layout.now;
    let mut regions: Vec<RegionContacts> = Vec::new();
    for contact in &directory.contacts {
        let known = regions.iter().position(|region| region.region == contact.region_name);
        let at = known.unwrap_or_else(|| {
            let region = contact.region_name.clone();
            let countries = countries_of(layout.text, &directory, &contact.region);
            regions.push(RegionContacts { region, is_own: false, countries, cards: Vec::new() });
            regions.len() - 1
        });
        let Some(region) = regions.get_mut(at) else { continue };
        add_card(&mut region.cards, layout.text, contact, now);
    }
    // Whose the visitor is, is known from the first proof on; the contact of the frame is theirs then.
    let own = layout.contact.as_ref().filter(|_| !layout.names_zone).map(|contact| contact.region.clone());
    for region in &mut regions {
        region.is_own = own.as_ref() == Some(&region.region);
    }
    regions.sort_by_key(|region| !region.is_own);
    site.page(&Contacts { layout, regions }).await
}

/// The countries of the companies of a region, by name: so that a reader finds theirs.
fn countries_of(text: Text, directory: &Directory, region: &Region) -> Vec<String> {
    let companies = directory.companies.values().filter(|company| company.region == *region);
    let names = companies.map(|company| country_name(text, &company.country));
    names.collect::<BTreeSet<_>>().into_iter().collect()
}

fn country_name(text: Text, code: &str) -> String {
    text.message("country-name").with("code", code.to_uppercase()).to_string()
}

/// Countries that share everything of a contact share a card.
fn add_card(cards: &mut Vec<ContactCard>, text: Text, contact: &Contact, now: Timestamp) {
    let for_administrators = match contact.role {
        Role::EndUser => false,
        Role::ProgramAdministrator => true,
        Role::ServicingAgent | Role::Operator => return,
    };
    let country = contact.country.as_deref().map(|code| country_name(text, code));
    let view = contact_view(contact, now);
    let same = cards.iter_mut().find(|card| {
        card.for_administrators == for_administrators
            && card.countries.is_empty() == country.is_none()
            && card.contact == view
    });
    match (same, country) {
        (Some(card), Some(country)) => card.countries.push(country),
        (_, country) => cards.push(ContactCard {
            for_administrators,
            countries: country.into_iter().collect(),
            contact: view,
        }),
    }
}

/// What is kept, why and how long, by the policy that holds for the reader.
pub async fn privacy(State(site): S, visit: Visit) -> Result<Response, Refused> {
    let policy = site.policy_of_visitor(&visit).await?;
    let page = Privacy {
        layout: site.layout(&visit).await?,
        audit_retention: policy.audit_retention,
        trust_lifetime: policy.device.trust_lifetime,
        session_total: policy.session.total,
        code_lifetime: policy.otp.lifetime,
        link_lifetime: policy.not_me_link_lifetime,
        attempt_lifetime: app::ATTEMPT_LIFETIME,
        recovery_lifetime: app::recovery::LIFETIME,
        waiting_lifetime: app::recovery::LIFETIME_WITH_STAFF,
        recovery_kept: app::clean_up::LONGEST_DISOWNED,
    };
    site.page(&page).await
}
