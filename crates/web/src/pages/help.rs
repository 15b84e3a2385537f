//! Pages that need no login: questions and answers, contacts, privacy, and getting back in.

use axum::{extract::State, response::Response};
use domain::role::Role;

use super::S;
use crate::{
    error::Refused,
    site::contact_view,
    view::{Contacts, Help, Privacy, RegionContacts},
    visit::Visit,
};

/// Questions and answers.
pub async fn show(State(site): S, visit: Visit) -> Result<Response, Refused> {
    let policy = site.app.directory().await?.policy(None);
    let page = Help {
        layout: site.layout(&visit).await?,
        code_lifetime: policy.otp.lifetime,
        trust_lifetime: policy.device.trust_lifetime,
        security_code_digits: (policy.security_code.min_digits, policy.security_code.max_digits),
    };
    site.page(&page).await
}

/// Contacts by region and role.
pub async fn contacts(State(site): S, visit: Visit) -> Result<Response, Refused> {
    let directory = site.app.directory().await?;
    let mut regions: Vec<RegionContacts> = Vec::new();
    for contact in &directory.contacts {
        let known = regions.iter().position(|region| region.region == contact.region_name);
        let at = known.unwrap_or_else(|| {
            let region = contact.region_name.clone();
            regions.push(RegionContacts { region, users: None, administrators: None });
            regions.len() - 1
        });
        let Some(region) = regions.get_mut(at) else { continue };
        match contact.role {
            Role::EndUser => region.users = Some(contact_view(contact)),
            Role::ProgramAdministrator => region.administrators = Some(contact_view(contact)),
            Role::ServicingAgent | Role::Operator => {}
        }
    }
    site.page(&Contacts { layout: site.layout(&visit).await?, regions }).await
}

/// What is kept and why.
pub async fn privacy(State(site): S, visit: Visit) -> Result<Response, Refused> {
    let policy = site.app.directory().await?.policy(None);
    let page = Privacy {
        layout: site.layout(&visit).await?,
        audit_retention: policy.audit_retention,
        trust_lifetime: policy.device.trust_lifetime,
    };
    site.page(&page).await
}
