//! `/account/confirm`: whoever is signed in proves it afresh, and goes on to where that was asked for.

use app::{
    Zeroizing,
    confirm_identity::{Outcome, asks_code, confirm_identity},
    confirm_with_passkey::can_confirm_with_passkey,
};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use domain::attempt::Entry;
use http::StatusCode;
use serde::Deserialize;

use super::super::{
    S,
    login::paused,
    progress::go_on,
    to::{asks, goal, with_to},
};
use crate::{
    error::Refused,
    form::CheckedForm,
    signed_in::SignedIn,
    site::Site,
    view::{Confirm, ConfirmWhy, Problems},
    visit::Visit,
};

/// Where to go on to, and why this page is shown.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    to: Option<String>,
    #[serde(default)]
    kept: Option<String>,
    #[serde(default)]
    ended: Option<String>,
}

/// What the form sends. The ID is there for password managers alone.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    password: Zeroizing<String>,
    to: String,
    #[serde(default, rename = "user_id")]
    _user_id: String,
}

/// Asks for the password.
pub async fn show(
    State(site): S,
    visit: Visit,
    user: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Refused> {
    let why = match (&asked.kept, &asked.ended) {
        (_, Some(_)) => Some(ConfirmWhy::Ended),
        (Some(_), None) => Some(ConfirmWhy::NotSaved),
        (None, None) => None,
    };
    let to = goal(&site, asked.to.as_deref()).await?;
    page(&site, &visit, &user, &to, why, Problems::none()).await
}

/// Checks it.
pub async fn submit(
    State(site): S,
    visit: Visit,
    user: SignedIn,
    CheckedForm(typed): CheckedForm<Typed>,
) -> Result<Response, Refused> {
    let to = goal(&site, Some(&typed.to)).await?;
    let to = to.as_str();
    let problems = if typed.password.is_empty() {
        let mut problems = Problems::none();
        problems.add(&visit.text, "password", "confirm-missing");
        problems
    } else {
        let (browser, signed) = (&visit.browser, &user.signed);
        match confirm_identity(&site.app, browser, signed, &typed.password, asks(to), to.to_owned()).await? {
            Outcome::Proven(progress) => return go_on(&site, Entry::Confirm, progress, None).await,
            Outcome::Paused(until) => return paused(&site, &visit, until).await,
            Outcome::NoPassword => {
                return Ok(Redirect::to(&with_to("/account/confirm", Some(to))).into_response());
            }
            Outcome::Gone => return Ok(Redirect::to("/login").into_response()),
            Outcome::Wrong => wrong(&visit, &user),
        }
    };
    let page = page(&site, &visit, &user, to, None, problems).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn wrong(visit: &Visit, user: &SignedIn) -> Problems {
    let text = visit.text;
    let user_id = user.signed.user_id.clone().unwrap_or_default();
    Problems::one(
        text.get("confirm-wrong-title"),
        "password",
        text.get("confirm-wrong-summary"),
        text.message("confirm-wrong").with("user-id", user_id).to_string(),
    )
}

pub(super) async fn page(
    site: &Site,
    visit: &Visit,
    user: &SignedIn,
    to: &str,
    why: Option<ConfirmWhy>,
    problems: Problems,
) -> Result<Response, Refused> {
    let person = &user.signed.user;
    let policy = site.app.directory().await?.policy(person.company);
    let page = Confirm {
        layout: user.layout(site, visit).await?.with_problems(problems),
        name: person.name.clone(),
        user_id: user.signed.user_id.clone(),
        to: to.to_owned(),
        has_passkey: can_confirm_with_passkey(&site.app, &user.signed).await?,
        asks_code: asks_code(&site.app, &user.signed, asks(to)).await?,
        window: policy.session.sensitive_window,
        why,
    };
    site.page(&page).await
}
