//! `/account`: the profile, read only.

use axum::{extract::State, response::Response};

use super::super::S;
use crate::{error::Refused, signed_in::SignedIn, view::Account, visit::Visit};

/// Shows the profile.
pub async fn show(State(site): S, visit: Visit, user: SignedIn) -> Result<Response, Refused> {
    let directory = site.app.directory().await?;
    let person = &user.signed.user;
    let page = Account {
        layout: user.layout(&site, &visit).await?,
        name: person.name.clone(),
        email: person.email.clone(),
        company: directory.company_of(person).map(|company| company.name.clone()),
        user_id: user.signed.user_id.clone(),
        security_code_since: person.enrolled_at,
        open_case: app::report_wrong_details::open_case(&site.app, person.id).await?,
    };
    site.page(&page).await
}
