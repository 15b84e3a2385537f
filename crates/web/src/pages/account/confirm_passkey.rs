//! `/account/confirm/passkey`: the fresh proof by a passkey.

use app::confirm_with_passkey::{Outcome, begin_passkey_confirmation, confirm_with_passkey};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::attempt::Entry;
use http::StatusCode;
use serde::Deserialize;

use super::confirm::page;
use crate::{
    error::Refused,
    form::CheckedForm,
    pages::{
        S,
        code::Nothing,
        passkey::{options, over, refused},
        progress::go_on,
        to::goal,
    },
    signed_in::SignedIn,
    visit::Visit,
};

/// What the form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    ceremony: String,
    credential: String,
    to: String,
}

/// Begins the ceremony.
pub async fn begin(
    State(site): S,
    visit: Visit,
    user: SignedIn,
    CheckedForm(Nothing {}): CheckedForm<Nothing>,
) -> Result<Response, Refused> {
    let begun = begin_passkey_confirmation(&site.app, &visit.browser, &user.signed).await?;
    Ok(begun.map_or_else(over, options))
}

/// Finishes it.
pub async fn submit(
    State(site): S,
    visit: Visit,
    user: SignedIn,
    CheckedForm(shown): CheckedForm<Shown>,
) -> Result<Response, Refused> {
    let to = goal(&site, Some(&shown.to)).await?;
    let Shown { ceremony, credential, .. } = &shown;
    let (browser, signed) = (&visit.browser, &user.signed);
    match confirm_with_passkey(&site.app, browser, signed, ceremony, credential, to.clone()).await? {
        Outcome::Proven(progress) => go_on(&site, Entry::Confirm, progress, None).await,
        Outcome::Gone => Ok(Redirect::to("/login").into_response()),
        Outcome::Refused => {
            let page = page(&site, &visit, &user, &to, None, refused(&visit)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}
