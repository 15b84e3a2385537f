//! `/recover/user-id`: User IDs go by mail alone, and every address is answered alike.

use app::request_user_ids::{Requested, request_user_ids};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use http::StatusCode;
use serde::Deserialize;

use super::{S, paused};
use crate::{
    error::Refused,
    form::CheckedForm,
    site::Site,
    view::{LockReason, Problems, RecoverUserId, RecoverUserIdSent},
    visit::Visit,
};

/// What the form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    email: String,
}

/// Shows the form.
pub async fn show(State(site): S, visit: Visit) -> Result<Response, Refused> {
    page(&site, &visit, String::new(), Problems::none()).await
}

/// Notes the request.
pub async fn submit(
    State(site): S,
    visit: Visit,
    CheckedForm(typed): CheckedForm<Typed>,
) -> Result<Response, Refused> {
    if !looks_like_an_address(&typed.email) {
        let mut problems = Problems::none();
        problems.add(&visit.text, "email", "recover-user-id-missing");
        let page = page(&site, &visit, typed.email, problems).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    match request_user_ids(&site.app, &visit.browser, &typed.email).await? {
        Requested::Noted => Ok(Redirect::to("/recover/user-id/sent").into_response()),
        Requested::TooMany(until) => paused(&site, &visit, LockReason::Mails, until).await,
    }
}

/// The same for every address.
pub async fn sent(State(site): S, visit: Visit) -> Result<Response, Refused> {
    site.page(&RecoverUserIdSent { layout: site.layout(&visit).await? }).await
}

async fn page(site: &Site, visit: &Visit, email: String, problems: Problems) -> Result<Response, Refused> {
    let layout = site.layout(visit).await?.with_problems(problems);
    site.page(&RecoverUserId { layout, email }).await
}

/// A slip of the pen is told; whether an address is somebody's is not.
fn looks_like_an_address(typed: &str) -> bool {
    let parts = typed.trim().rsplit_once('@');
    parts.is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
}
