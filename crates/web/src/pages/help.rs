//! Pages that need no login: questions and answers, contacts, privacy, and getting back in.

use axum::{extract::State, response::Response};
use domain::role::Role;

use super::{S, questions::topics};
use crate::{
    error::Refused,
    site::contact_view,
    view::{Contacts, Help, Privacy, RegionContacts},
    visit::Visit,
};

/// Questions and answers.
pub async fn show(State(site): S, visit: Visit) -> Result<Response, Refused> {
    let policy = site.policy_of_visitor(&visit).await?;
    let layout = site.layout(&visit).await?;
    site.page(&Help { topics: topics(layout.text, &policy), layout }).await
}

/// Contacts by region and role, the visitor's own region first.
pub async fn contacts(State(site): S, visit: Visit) -> Result<Response, Refused> {
    let directory = site.app.directory().await?;
    let layout = site.layout(&visit).await?;
    let now = layout.now;
    let mut regions: Vec<RegionContacts> = Vec::new();
    for contact in &directory.contacts {
        let known = regions.iter().position(|region| region.region == contact.region_name);
        let at = known.unwrap_or_else(|| {
            let region = contact.region_name.clone();
            regions.push(RegionContacts { region, is_own: false, users: None, administrators: None });
            regions.len() - 1
        });
        let Some(region) = regions.get_mut(at) else { continue };
        match contact.role {
            Role::EndUser => region.users = Some(contact_view(contact, now)),
            Role::ProgramAdministrator => region.administrators = Some(contact_view(contact, now)),
            Role::ServicingAgent | Role::Operator => {}
        }
    }
    // Whose the visitor is, is known from the first proof on; the contact of the frame is theirs then.
    let own = layout.contact.as_ref().filter(|_| !layout.names_zone).map(|contact| contact.region.clone());
    for region in &mut regions {
        region.is_own = own.as_ref() == Some(&region.region);
    }
    regions.sort_by_key(|region| !region.is_own);
    site.page(&Contacts { layout, regions }).await
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
    };
    site.page(&page).await
}
