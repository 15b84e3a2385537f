//! `/login`: Enterprise User ID and password.

use app::{
    Zeroizing,
    recovery::Door,
    submit_password::{Credentials, Outcome, submit_password},
};
use axum::{
    Json,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use domain::{attempt::Entry, time::Timestamp};
use http::StatusCode;
use serde::Deserialize;

use super::{
    S,
    progress::go_on,
    recover::{go_to, opened_name},
    to::{To, with_to},
};
use crate::{
    error::Refused,
    form::CheckedForm,
    site::Site,
    view::{LockReason, Login, LoginLocked, LoginNotice, Problems},
    visit::Visit,
};

/// What the form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    user_id: String,
    password: Zeroizing<String>,
    #[serde(default)]
    to: String,
    #[serde(default)]
    device_challenge: String,
    #[serde(default)]
    device_proofs: String,
}

/// Shows the form. Whoever is signed in already goes on.
pub async fn show(State(site): S, visit: Visit, Query(query): Query<To>) -> Result<Response, Refused> {
    let to = site.checked_return(query.to.as_deref()).await?;
    let signed = crate::signed_in::session_of(&site, &visit, app::check_session::Use::Glance).await?;
    if signed.is_ok() && query.ended.is_none() {
        return Ok(Redirect::to(&site.destination(to).await?).into_response());
    }
    let layout = site.layout(&visit).await?;
    let policy = site.app.directory().await?.policy(None);
    let typed_before = match query.ended.as_deref() {
        Some("door") => opened_name(&site, &visit, Door::Login).await?,
        Some(_) | None => String::new(),
    };
    let notice = match query.ended.as_deref() {
        Some("idle") => Some(LoginNotice::IdleEnded(policy.session.idle)),
        Some("attempt") => Some(LoginNotice::AttemptExpired),
        Some("password") => Some(LoginNotice::PasswordDead),
        Some("not-me") => Some(LoginNotice::Disowned),
        Some("not-me-change") => Some(LoginNotice::DisownedStands),
        Some("revoked") => Some(LoginNotice::Revoked),
        Some("door") if !typed_before.is_empty() => Some(LoginNotice::DoorOpen),
        Some("user-id") => Some(LoginNotice::UseYourUserId),
        Some(_) | None => None,
    };
    let start_href = with_to("/start", to.as_deref());
    let view = Login {
        layout,
        user_id: typed_before,
        to: to.unwrap_or_default(),
        start_href,
        notice,
        device_challenge: site.app.device_challenge(&visit.browser),
        has_passkeys: site.app.has_passkeys(),
    };
    site.page(&view).await
}

/// A fresh challenge for the keys of Trusted Devices, for a page that was open for long.
pub async fn challenge(State(site): S, visit: Visit) -> Response {
    let challenge = site.app.device_challenge(&visit.browser);
    Json(serde_json::json!({ "challenge": challenge })).into_response()
}

/// Checks ID and password.
pub async fn submit(
    State(site): S,
    visit: Visit,
    CheckedForm(typed): CheckedForm<Typed>,
) -> Result<Response, Refused> {
    let keep = |fault| Refused::keeping(&fault, visit.text.get("login-user-id"), &typed.user_id);
    let to = site.checked_return(Some(&typed.to)).await.map_err(keep)?;
    let missing = missing(&visit, &typed);
    if missing.any() {
        return again(&site, &visit, typed.user_id, to, missing).await;
    }
    let credentials =
        Credentials { name: typed.user_id.clone(), password: typed.password, return_to: to.clone() };
    let browser = visit.browser.clone().answering(typed.device_challenge, typed.device_proofs);
    match submit_password(&site.app, &browser, credentials).await.map_err(keep)? {
        Outcome::Proven(progress, device) => go_on(&site, Entry::Login, progress, device).await,
        Outcome::Paused(until) => paused(&site, &visit, until).await,
        Outcome::Guarded(token) => Ok(go_to(&site, &token, "/recover/code")),
        Outcome::Wrong => {
            let text = visit.text;
            let problems = Problems::one(
                text.get("problem-login-title"),
                "user-id",
                text.get("problem-login-summary"),
                text.get("problem-login-detail"),
            );
            again(&site, &visit, typed.user_id, to, problems).await
        }
    }
}

fn missing(visit: &Visit, typed: &Typed) -> Problems {
    let mut problems = Problems::none();
    for (empty, field, message) in [
        (typed.user_id.trim().is_empty(), "user-id", "problem-user-id-missing"),
        (typed.password.is_empty(), "password", "problem-password-missing"),
    ] {
        if empty {
            problems.add(&visit.text, field, message);
        }
    }
    problems
}

pub(super) async fn again(
    site: &Site,
    visit: &Visit,
    user_id: String,
    to: Option<String>,
    problems: Problems,
) -> Result<Response, Refused> {
    let layout = site.layout(visit).await?.with_problems(problems);
    let start_href = with_to("/start", to.as_deref());
    let device_challenge = site.app.device_challenge(&visit.browser);
    let to = to.unwrap_or_default();
    let has_passkeys = site.app.has_passkeys();
    let view = Login { layout, user_id, to, start_href, notice: None, device_challenge, has_passkeys };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, site.page(&view).await?).into_response())
}

/// The pause page, alike for every typed name.
pub async fn paused(site: &Site, visit: &Visit, until: Timestamp) -> Result<Response, Refused> {
    let layout = site.layout(visit).await?;
    let view = LoginLocked { layout, reason: LockReason::Passwords, until };
    Ok((StatusCode::TOO_MANY_REQUESTS, site.page(&view).await?).into_response())
}
