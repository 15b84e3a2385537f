//! `/account/passkeys`: adding, renaming and removing them.

use app::{
    Zeroizing,
    add_authenticator_app::Removal,
    add_passkey::{Beginning, Outcome, begin_passkey, finish_passkey, remove_passkey, rename_passkey},
    factor_code::NotOpened,
    list_factors::{Factors, list_factors},
};
use axum::{
    Json,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use domain::{factor::Channel, id::PasskeyId};
use http::{StatusCode, header::CACHE_CONTROL};
use serde::Deserialize;

use super::{factor_code, factor_use};
use crate::{
    error::Refused,
    form::CheckedForm,
    pages::{S, passkey::options},
    signed_in::{FreshByBoth, SignedIn},
    site::Site,
    view::{AccountPasskeys, ErrorKind, PasskeyLine, Problems},
    visit::Visit,
};

const PAGE: &str = "/account/passkeys";

/// `?done=`.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    done: Option<String>,
}

/// What an authenticator answered. The security code was looked at when the ceremony began.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    ceremony: String,
    credential: String,
    #[serde(default)]
    name: String,
    #[serde(default, rename = "security_code")]
    _security_code: Zeroizing<String>,
}

/// Which one, and how it is to be called.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rename {
    passkey: String,
    name: String,
}

/// Which one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remove {
    passkey: String,
}

/// Shows them.
pub async fn show(
    State(site): S,
    visit: Visit,
    FreshByBoth(user): FreshByBoth,
    Query(asked): Query<Asked>,
) -> Result<Response, Refused> {
    let done = match asked.done.as_deref() {
        Some("added") => Some("factor-done-passkey"),
        Some("renamed") => Some("factor-done-passkey-renamed"),
        Some("removed") => Some("factor-done-passkey-removed"),
        Some(_) | None => None,
    };
    render(&site, &visit, &user, done, Problems::none()).await
}

/// Begins to add one, for the script of the page.
pub async fn begin(
    State(site): S,
    visit: Visit,
    FreshByBoth(user): FreshByBoth,
    CheckedForm(typed): CheckedForm<factor_code::Typed>,
) -> Result<Response, Refused> {
    let tell =
        |status, told: serde_json::Value| (status, [(CACHE_CONTROL, "no-store")], Json(told)).into_response();
    Ok(match begin_passkey(&site.app, &visit.browser, &user.signed, &typed.security_code).await? {
        Beginning::Begun(begun) => options(begun),
        // The page says what is missing.
        Beginning::Full
        | Beginning::Impossible
        | Beginning::Gone
        | Beginning::NotOpened(NotOpened::Missing | NotOpened::Disabled) => {
            tell(StatusCode::CONFLICT, serde_json::json!({ "to": PAGE }))
        }
        Beginning::NotOpened(why) => {
            let words = factor_code::words(visit.text, &user.layout(&site, &visit).await?, why);
            tell(StatusCode::UNPROCESSABLE_ENTITY, serde_json::json!({ "problem": words }))
        }
    })
}

/// Adds it.
pub async fn finish(
    State(site): S,
    visit: Visit,
    FreshByBoth(user): FreshByBoth,
    CheckedForm(answer): CheckedForm<Answer>,
) -> Result<Response, Refused> {
    let Answer { ceremony, credential, name, .. } = answer;
    let detail =
        match finish_passkey(&site.app, &visit.browser, &user.signed, &ceremony, &credential, &name).await? {
            Outcome::Added => return Ok(Redirect::to("/account/passkeys?done=added").into_response()),
            Outcome::Full | Outcome::Gone => return Ok(Redirect::to(PAGE).into_response()),
            Outcome::Refused => "factor-passkey-not-added-detail",
            Outcome::Taken => "factor-passkey-taken-detail",
        };
    let text = visit.text;
    let problems = Problems::one(
        text.get("factor-passkey-not-added-title"),
        "passkey",
        text.get("factor-passkey-not-added"),
        text.get(detail),
    )
    .with_note(text.get(detail));
    let page = render(&site, &visit, &user, None, problems).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// Gives one another name.
pub async fn rename(
    State(site): S,
    visit: Visit,
    FreshByBoth(user): FreshByBoth,
    CheckedForm(form): CheckedForm<Rename>,
) -> Result<Response, Refused> {
    let id: PasskeyId = form.passkey.parse().map_err(|_| Refused::Kind(ErrorKind::NotFound))?;
    if form.name.trim().is_empty() {
        let text = visit.text;
        let words = text.get("factor-passkey-no-name");
        let problems = Problems::one(words.clone(), "passkeys", words.clone(), words);
        let page = render(&site, &visit, &user, None, problems).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    if !rename_passkey(&site.app, &user.signed, id, &form.name).await? {
        return Err(Refused::Kind(ErrorKind::NotFound));
    }
    Ok(Redirect::to("/account/passkeys?done=renamed").into_response())
}

/// Removes one.
pub async fn remove(
    State(site): S,
    visit: Visit,
    FreshByBoth(user): FreshByBoth,
    CheckedForm(form): CheckedForm<Remove>,
) -> Result<Response, Refused> {
    let id: PasskeyId = form.passkey.parse().map_err(|_| Refused::Kind(ErrorKind::NotFound))?;
    match remove_passkey(&site.app, &visit.browser, &user.signed, id).await? {
        Removal::Removed => Ok(Redirect::to("/account/passkeys?done=removed").into_response()),
        Removal::InUse | Removal::Gone => Ok(Redirect::to(PAGE).into_response()),
        Removal::None => Err(Refused::Kind(ErrorKind::NotFound)),
    }
}

async fn render(
    site: &Site,
    visit: &Visit,
    user: &SignedIn,
    done: Option<&'static str>,
    problems: Problems,
) -> Result<Response, Refused> {
    let factors = list_factors(&site.app, &user.signed).await?;
    let page = AccountPasskeys {
        layout: user.layout(site, visit).await?.with_problems(problems),
        has_security_code: factors.has_security_code,
        passkeys: lines(&factors),
        most: factors.most_passkeys,
        is_possible: factors.passkeys_possible,
        is_in_use: factors.channel == Channel::Passkey,
        suggested_name: visit.browser.name(),
        done,
    };
    site.page(&page).await
}

fn lines(factors: &Factors) -> Vec<PasskeyLine> {
    let line = |passkey: &app::list_factors::Passkey| PasskeyLine {
        id: passkey.id.to_string(),
        name: passkey.name.clone(),
        usage: factor_use(passkey.usage),
        is_synchronised: passkey.is_synchronised,
    };
    factors.passkeys.iter().map(line).collect()
}
