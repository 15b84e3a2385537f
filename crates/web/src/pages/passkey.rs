//! `/login/passkey` after the password, and `/login/with-passkey` without one.

use app::{
    Remember,
    passkey_ceremony::Begun,
    passkey_login::{self, Beginning, begin_passkey_login, finish_passkey_login},
    passkey_second_step::{self, begin_passkey_step, finish_passkey_step},
};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{attempt::Entry, proof::SecondMethod};
use http::{
    StatusCode,
    header::{CACHE_CONTROL, RETRY_AFTER},
};
use serde::Deserialize;

use super::{
    S,
    code::Nothing,
    progress::{go_on, gone, login_gone, path_of},
    second_step::{around, pending},
};
use crate::{
    error::Refused,
    form::CheckedForm,
    view::{LoginPasskey, Problems},
    visit::Visit,
};

/// What the form of a second step sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    ceremony: String,
    credential: String,
    #[serde(default)]
    remember_device: Option<String>,
    #[serde(default)]
    device_key: String,
}

/// What the form of a login without a name sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShownFirst {
    ceremony: String,
    credential: String,
    #[serde(default)]
    to: String,
}

/// Shows the page.
pub async fn show(State(site): S, visit: Visit) -> Result<Response, Refused> {
    let Some((_, view)) = pending(&site, &visit).await? else { return login_gone(&site, &visit).await };
    match view.offer {
        Some(offer) if offer.allows(SecondMethod::Passkey) => {
            let layout = site.layout_for(&visit, &view.user).await?;
            site.page(&LoginPasskey { layout, step: around(&view, offer, None) }).await
        }
        Some(_) | None => Ok(Redirect::to(path_of(view.step, view.entry)).into_response()),
    }
}

/// Begins the ceremony of a second step.
pub async fn begin(
    State(site): S,
    visit: Visit,
    CheckedForm(Nothing {}): CheckedForm<Nothing>,
) -> Result<Response, Refused> {
    let begun = match &visit.attempt {
        Some(token) => begin_passkey_step(&site.app, &visit.browser, token).await?,
        None => None,
    };
    Ok(begun.map_or_else(over, options))
}

/// Finishes it.
pub async fn submit(
    State(site): S,
    visit: Visit,
    CheckedForm(shown): CheckedForm<Shown>,
) -> Result<Response, Refused> {
    let Some((token, view)) = pending(&site, &visit).await? else { return login_gone(&site, &visit).await };
    let browser = visit.browser.clone().offering(&shown.device_key)?;
    let remember = Remember { device: shown.remember_device.is_some(), name: None };
    let Shown { ceremony, credential, .. } = shown;
    match finish_passkey_step(&site.app, &browser, &token, &ceremony, &credential, &remember).await? {
        passkey_second_step::Outcome::Proven(progress, device) => {
            go_on(&site, view.entry, progress, device).await
        }
        passkey_second_step::Outcome::Gone => Ok(gone(&site, view.entry)),
        passkey_second_step::Outcome::Refused => {
            let Some(offer) = view.offer else { return Ok(gone(&site, view.entry)) };
            let layout = site.layout_for(&visit, &view.user).await?.with_problems(refused(&visit));
            let page = site
                .page(&LoginPasskey { layout, step: around(&view, offer, Some(remember.device)) })
                .await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// Begins a login without a name.
pub async fn begin_first(
    State(site): S,
    visit: Visit,
    CheckedForm(Nothing {}): CheckedForm<Nothing>,
) -> Result<Response, Refused> {
    Ok(match begin_passkey_login(&site.app, &visit.browser).await? {
        Beginning::Begun(begun) => options(begun),
        Beginning::TooMany(until) => {
            let seconds = until.since(site.app.now()).as_secs().max(1);
            ([(RETRY_AFTER, seconds.to_string())], StatusCode::TOO_MANY_REQUESTS).into_response()
        }
        Beginning::Impossible => StatusCode::NOT_FOUND.into_response(),
    })
}

/// Finishes it. A passkey that opens nothing is answered alike, whatever was wrong with it.
pub async fn submit_first(
    State(site): S,
    visit: Visit,
    CheckedForm(shown): CheckedForm<ShownFirst>,
) -> Result<Response, Refused> {
    let to = site.checked_return(Some(&shown.to)).await?;
    let finished =
        finish_passkey_login(&site.app, &visit.browser, &shown.ceremony, &shown.credential, to.clone());
    match finished.await? {
        passkey_login::Outcome::Proven(progress) => go_on(&site, Entry::Login, progress, None).await,
        passkey_login::Outcome::Refused => {
            super::login::again(&site, &visit, String::new(), to, refused(&visit)).await
        }
    }
}

pub(super) fn options(begun: Begun) -> Response {
    let told = serde_json::json!({ "ceremony": begun.ceremony, "options": begun.options });
    ([(CACHE_CONTROL, "no-store")], Json(told)).into_response()
}

pub(super) fn over() -> Response {
    let told = serde_json::json!({ "to": "/login?ended=attempt" });
    (StatusCode::GONE, [(CACHE_CONTROL, "no-store")], Json(told)).into_response()
}

pub(super) fn refused(visit: &Visit) -> Problems {
    let text = visit.text;
    Problems::one(
        text.get("factor-passkey-refused-title"),
        "passkey",
        text.get("factor-passkey-refused"),
        text.get("factor-passkey-refused-detail"),
    )
}
