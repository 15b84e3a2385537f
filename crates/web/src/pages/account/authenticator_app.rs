//! `/account/authenticator-app`: setting one up, and taking it away.

use std::time::Duration;

use app::{
    add_authenticator_app::{Beginning, Outcome, Removal, begin_app, confirm_app, pending_app, remove_app},
    list_factors::list_factors,
};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use domain::{factor::Channel, otp::OtpProblem};
use http::StatusCode;
use serde::Deserialize;

use super::{factor_code, factor_use};
use crate::{
    error::Refused,
    form::CheckedForm,
    pages::{S, code::Nothing},
    signed_in::{FreshByBoth, SignedIn},
    site::Site,
    view::{AccountApp, AccountAppNew, ErrorKind, Problems, QrCode},
    visit::Visit,
};

const PAGE: &str = "/account/authenticator-app";
const SET_UP: &str = "/account/authenticator-app/set-up";

/// `?done=`.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    done: Option<String>,
}

/// What the form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    code: String,
}

/// Shows what is set up.
pub async fn show(
    State(site): S,
    visit: Visit,
    FreshByBoth(user): FreshByBoth,
    Query(asked): Query<Asked>,
) -> Result<Response, Refused> {
    let done = match asked.done.as_deref() {
        Some("added") => Some("factor-done-app"),
        Some("removed") => Some("factor-done-app-removed"),
        Some(_) | None => None,
    };
    let text = visit.text;
    let problems = match asked.done.as_deref() {
        Some("gone") => {
            Problems::heading(text.get("factor-app-gone-title")).with_note(text.get("factor-app-gone"))
        }
        Some(_) | None => Problems::none(),
    };
    render(&site, &visit, &user, done, problems).await
}

async fn render(
    site: &Site,
    visit: &Visit,
    user: &SignedIn,
    done: Option<&'static str>,
    problems: Problems,
) -> Result<Response, Refused> {
    let factors = list_factors(&site.app, &user.signed).await?;
    let page = AccountApp {
        layout: user.layout(site, visit).await?.with_problems(problems),
        has_security_code: factors.has_security_code,
        app: factors.app.map(factor_use),
        is_in_use: factors.channel == Channel::AuthenticatorApp,
        done,
    };
    site.page(&page).await
}

/// Begins to set one up.
pub async fn begin(
    State(site): S,
    visit: Visit,
    FreshByBoth(user): FreshByBoth,
    CheckedForm(typed): CheckedForm<factor_code::Typed>,
) -> Result<Response, Refused> {
    match begin_app(&site.app, &visit.browser, &user.signed, &typed.security_code).await? {
        Beginning::Begun => Ok(Redirect::to(SET_UP).into_response()),
        Beginning::Gone => Ok(Redirect::to("/login").into_response()),
        Beginning::NotOpened(why) => {
            let problems = factor_code::problems(visit.text, &user.layout(&site, &visit).await?, why);
            let page = render(&site, &visit, &user, None, problems).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// Shows picture and key.
pub async fn show_new(
    State(site): S,
    visit: Visit,
    FreshByBoth(user): FreshByBoth,
) -> Result<Response, Refused> {
    render_new(&site, &visit, &user, Problems::none()).await
}

/// Confirms it with a code.
pub async fn confirm(
    State(site): S,
    visit: Visit,
    FreshByBoth(user): FreshByBoth,
    CheckedForm(typed): CheckedForm<Typed>,
) -> Result<Response, Refused> {
    let text = visit.text;
    let detail = match confirm_app(&site.app, &visit.browser, &user.signed, &typed.code).await? {
        Outcome::Added => return Ok(Redirect::to("/account/authenticator-app?done=added").into_response()),
        Outcome::Gone => return Ok(Redirect::to("/account/authenticator-app?done=gone").into_response()),
        Outcome::Malformed(problem) => not_a_code(&visit, &problem),
        Outcome::Wrong => text.get("factor-app-new-wrong"),
        Outcome::ClockIsWrong { by, ahead } => clock_words(&visit, by, ahead),
    };
    let problems =
        Problems::one(text.get("factor-app-wrong-title"), "code", text.get("factor-app-not-code"), detail);
    let page = render_new(&site, &visit, &user, problems).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// Takes it away.
pub async fn remove(
    State(site): S,
    visit: Visit,
    FreshByBoth(user): FreshByBoth,
    CheckedForm(Nothing {}): CheckedForm<Nothing>,
) -> Result<Response, Refused> {
    Ok(match remove_app(&site.app, &visit.browser, &user.signed).await? {
        Removal::Removed => Redirect::to("/account/authenticator-app?done=removed").into_response(),
        Removal::InUse | Removal::None | Removal::Gone => Redirect::to(PAGE).into_response(),
    })
}

async fn render_new(
    site: &Site,
    visit: &Visit,
    user: &SignedIn,
    problems: Problems,
) -> Result<Response, Refused> {
    let layout = user.layout(site, visit).await?.with_problems(problems);
    let Some(pending) = pending_app(&site.app, &user.signed, &layout.application_name()).await? else {
        return Ok(Redirect::to(PAGE).into_response());
    };
    let picture = QrCode::of(&pending.address).ok_or(Refused::Kind(ErrorKind::Fault))?;
    site.page(&AccountAppNew { layout, picture, key: pending.key.to_string() }).await
}

fn not_a_code(visit: &Visit, problem: &OtpProblem) -> String {
    match problem {
        OtpProblem::Empty => visit.text.get("problem-code-empty"),
        OtpProblem::NotDigits => visit.text.get("problem-code-not-digits"),
        OtpProblem::WrongLength { expected } => {
            visit.text.message("problem-code-length").with("digits", *expected).to_string()
        }
    }
}

fn clock_words(visit: &Visit, by: Duration, ahead: bool) -> String {
    let id = if ahead { "factor-app-clock-ahead" } else { "factor-app-clock-behind" };
    visit.text.message(id).with("span", visit.text.span_words(by)).to_string()
}
