//! `/start`: existing credentials.

use app::{
    Zeroizing,
    recovery::Door,
    submit_legacy_credentials::{Outcome, submit_legacy_credentials},
    submit_password::Credentials,
};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use domain::attempt::Entry;
use http::StatusCode;
use serde::Deserialize;

use super::{
    S,
    login::paused,
    progress::go_on,
    recover::{go_to, opened_name},
    to::{To, with_to},
};
use crate::{
    error::Refused,
    form::CheckedForm,
    site::Site,
    view::{Problems, Start},
    visit::Visit,
};

/// What the form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    login_name: String,
    password: Zeroizing<String>,
    #[serde(default)]
    to: String,
}

/// Shows the form.
pub async fn show(State(site): S, visit: Visit, Query(query): Query<To>) -> Result<Response, Refused> {
    let to = site.checked_return(query.to.as_deref()).await?;
    if query.ended.as_deref() == Some("door") {
        let typed_before = opened_name(&site, &visit, Door::Start).await?;
        return page(&site, &visit, typed_before, to, Problems::none()).await;
    }
    let problems = if query.ended.is_some() {
        Problems::heading(visit.text.get("problem-ended-title")).with_note(visit.text.get("problem-ended"))
    } else {
        Problems::none()
    };
    page(&site, &visit, String::new(), to, problems).await
}

/// Checks the credentials.
pub async fn submit(
    State(site): S,
    visit: Visit,
    CheckedForm(typed): CheckedForm<Typed>,
) -> Result<Response, Refused> {
    let keep = |fault| Refused::keeping(&fault, visit.text.get("start-existing-login"), &typed.login_name);
    let to = site.checked_return(Some(&typed.to)).await.map_err(keep)?;
    let mut problems = Problems::none();
    for (empty, field, message) in [
        (typed.login_name.trim().is_empty(), "login-name", "problem-login-name-missing"),
        (typed.password.is_empty(), "password", "problem-password-missing"),
    ] {
        if empty {
            problems.add(&visit.text, field, message);
        }
    }
    if problems.any() {
        return again(&site, &visit, typed.login_name, to, problems).await;
    }
    let credentials =
        Credentials { name: typed.login_name.clone(), password: typed.password, return_to: to.clone() };
    match submit_legacy_credentials(&site.app, &visit.browser, credentials).await.map_err(keep)? {
        Outcome::Proven(progress) => go_on(&site, Entry::Start, progress, None).await,
        Outcome::Paused(until) => paused(&site, &visit, until).await,
        Outcome::Guarded(token) => Ok(go_to(&site, &token, "/recover/code")),
        Outcome::Wrong => {
            let text = visit.text;
            let problems = Problems::one(
                text.get("problem-legacy-title"),
                "login-name",
                text.get("problem-legacy-summary"),
                text.get("problem-legacy-detail"),
            )
            .with_note(text.get("problem-legacy-note"))
            .with_way_out("/login", text.get("problem-legacy-way-out"));
            again(&site, &visit, typed.login_name, to, problems).await
        }
    }
}

async fn again(
    site: &Site,
    visit: &Visit,
    login_name: String,
    to: Option<String>,
    problems: Problems,
) -> Result<Response, Refused> {
    let page = page(site, visit, login_name, to, problems).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn page(
    site: &Site,
    visit: &Visit,
    login_name: String,
    to: Option<String>,
    problems: Problems,
) -> Result<Response, Refused> {
    let layout = site.layout(visit).await?.with_problems(problems);
    let login_href = with_to("/login", to.as_deref());
    site.page(&Start { layout, login_name, to: to.unwrap_or_default(), login_href, replaced: false }).await
}
