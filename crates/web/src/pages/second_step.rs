//! `/login/app`, `/login/recovery-code` and `/login/method`: second steps beside the mailed code.

use app::{
    Remember, Token,
    show_attempt::{Budgeted, Standing, View, factor_standing, show_attempt},
    use_recovery_code::{self, use_recovery_code},
    verify_app_code::{self, verify_app_code},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    attempt::Entry,
    factor::{Channel, Offer},
    otp::OtpProblem,
    proof::SecondMethod,
    time::Timestamp,
};
use http::StatusCode;
use serde::Deserialize;

use super::{
    S,
    progress::{go_on, gone, login_gone, path_of},
};
use crate::{
    error::Refused,
    form::CheckedForm,
    layout::Layout,
    site::Site,
    view::{
        LockReason, LoginApp, LoginLocked, LoginMethod, LoginRecoveryCode, Problems, SecondStep, TrustOffer,
        Way,
    },
    visit::Visit,
};

/// What the forms send.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    code: String,
    #[serde(default)]
    remember_device: Option<String>,
    #[serde(default)]
    device_key: String,
}

/// Shows the page of the authenticator app.
pub async fn show_app(State(site): S, visit: Visit) -> Result<Response, Refused> {
    show(&site, &visit, SecondMethod::AuthenticatorApp).await
}

/// Shows the page of a recovery code.
pub async fn show_recovery_code(State(site): S, visit: Visit) -> Result<Response, Refused> {
    show(&site, &visit, SecondMethod::RecoveryCode).await
}

/// Shows what else is on offer.
pub async fn show_methods(State(site): S, visit: Visit) -> Result<Response, Refused> {
    let Some((_, view)) = pending(&site, &visit).await? else { return login_gone(&site, &visit).await };
    let Some(offer) = view.offer else {
        return Ok(Redirect::to(path_of(view.step, view.entry)).into_response());
    };
    let layout = site.layout_for(&visit, &view.user).await?;
    let step = around(&view, offer, None);
    site.page(&LoginMethod { layout, step, ways: ways(offer) }).await
}

/// Checks a code of the authenticator app.
pub async fn submit_app(
    State(site): S,
    visit: Visit,
    CheckedForm(typed): CheckedForm<Typed>,
) -> Result<Response, Refused> {
    let Some((token, view)) = pending(&site, &visit).await? else { return login_gone(&site, &visit).await };
    let browser = visit.browser.clone().offering(&typed.device_key)?;
    let remember = Remember { device: typed.remember_device.is_some(), name: None };
    let problems = match verify_app_code(&site.app, &browser, &token, &typed.code, &remember).await? {
        verify_app_code::Outcome::Proven(progress, device) => {
            return go_on(&site, view.entry, progress, device).await;
        }
        verify_app_code::Outcome::Gone => return Ok(gone(&site, view.entry)),
        verify_app_code::Outcome::Paused(_) | verify_app_code::Outcome::Disabled => Problems::none(),
        verify_app_code::Outcome::Malformed(problem) => malformed(&visit, &problem),
        verify_app_code::Outcome::Wrong => {
            wrong(&visit, "factor-app-wrong-title", "factor-app-wrong", "factor-app-wrong-detail")
        }
    };
    again(&site, &visit, SecondMethod::AuthenticatorApp, remember.device, problems).await
}

/// Checks a recovery code.
pub async fn submit_recovery_code(
    State(site): S,
    visit: Visit,
    CheckedForm(typed): CheckedForm<Typed>,
) -> Result<Response, Refused> {
    let Some((token, view)) = pending(&site, &visit).await? else { return login_gone(&site, &visit).await };
    let browser = visit.browser.clone().offering(&typed.device_key)?;
    let remember = Remember { device: typed.remember_device.is_some(), name: None };
    let problems = match use_recovery_code(&site.app, &browser, &token, &typed.code, &remember).await? {
        use_recovery_code::Outcome::Proven(progress, device) => {
            return go_on(&site, view.entry, progress, device).await;
        }
        use_recovery_code::Outcome::Gone => return Ok(gone(&site, view.entry)),
        use_recovery_code::Outcome::Paused(_) | use_recovery_code::Outcome::Disabled => Problems::none(),
        use_recovery_code::Outcome::Malformed => {
            let [title, summary, detail] =
                ["factor-code-wrong-title", "factor-code-malformed", "factor-code-malformed-detail"];
            wrong(&visit, title, summary, detail)
        }
        use_recovery_code::Outcome::Wrong => {
            wrong(&visit, "factor-code-wrong-title", "factor-code-wrong", "factor-code-wrong-detail")
        }
    };
    again(&site, &visit, SecondMethod::RecoveryCode, remember.device, problems).await
}

async fn show(site: &Site, visit: &Visit, method: SecondMethod) -> Result<Response, Refused> {
    let Some((_, view)) = pending(site, visit).await? else { return login_gone(site, visit).await };
    match view.offer {
        Some(offer) if offer.allows(method) => {
            render(site, visit, &view, offer, method, None, Problems::none()).await
        }
        Some(_) | None => Ok(Redirect::to(path_of(view.step, view.entry)).into_response()),
    }
}

async fn again(
    site: &Site,
    visit: &Visit,
    method: SecondMethod,
    ticked: bool,
    problems: Problems,
) -> Result<Response, Refused> {
    let Some((_, view)) = pending(site, visit).await? else { return login_gone(site, visit).await };
    let Some(offer) = view.offer else { return Ok(gone(site, view.entry)) };
    let page = render(site, visit, &view, offer, method, Some(ticked), problems).await?;
    // The page of a pause has a status of its own.
    let status =
        if page.status() == StatusCode::OK { StatusCode::UNPROCESSABLE_ENTITY } else { page.status() };
    Ok((status, page).into_response())
}

async fn render(
    site: &Site,
    visit: &Visit,
    view: &View,
    offer: Offer,
    method: SecondMethod,
    ticked: Option<bool>,
    problems: Problems,
) -> Result<Response, Refused> {
    let layout = site.layout_for(visit, &view.user).await?.with_problems(problems);
    let step = around(view, offer, ticked);
    let is_app = method == SecondMethod::AuthenticatorApp;
    let factor = if is_app { Budgeted::AuthenticatorApp } else { Budgeted::RecoveryCode };
    let is_disabled = match factor_standing(&site.app, view, factor).await? {
        Standing::Open => false,
        Standing::Disabled => true,
        Standing::Paused(until) => return paused(site, layout, view, until).await,
    };
    if is_app {
        let digits = app::verify_app_code::DIGITS;
        return site.page(&LoginApp { layout, step, digits, is_disabled }).await;
    }
    site.page(&LoginRecoveryCode { layout, step, is_disabled }).await
}

async fn paused(site: &Site, layout: Layout, view: &View, until: Timestamp) -> Result<Response, Refused> {
    let reason = LockReason::Codes(view.policy.otp.failures_before_wait);
    let page = site.page(&LoginLocked { layout, reason, until }).await?;
    Ok((StatusCode::TOO_MANY_REQUESTS, page).into_response())
}

pub(super) async fn pending(site: &Site, visit: &Visit) -> Result<Option<(Token, View)>, Refused> {
    let Some(token) = visit.attempt.clone() else { return Ok(None) };
    let view = show_attempt(&site.app, &visit.browser, &token).await?;
    Ok(view.map(|view| (token, view)))
}

/// What every page of a second step shows around its question. Trust is offered at a login, not where a session is proven
/// afresh.
pub(super) fn around(view: &View, offer: Offer, ticked: Option<bool>) -> SecondStep {
    let trust = (view.entry != Entry::Confirm).then_some(TrustOffer {
        until: view.trust_until,
        chosen: ticked.unwrap_or(view.user.remembers_device),
        needs_key: view.policy.device.require_key,
    });
    SecondStep {
        user_id: view.user_id.clone().unwrap_or_default(),
        browser: view.browser_name.clone(),
        trust,
        has_other_ways: ways(offer).len() > 1,
        has_recovery_codes: offer.has_recovery_code(),
    }
}

/// What is on offer, the safest first.
pub(super) fn ways(offer: Offer) -> Vec<Way> {
    let mut ways: Vec<Way> = offer
        .channels()
        .map(|channel| match channel {
            Channel::Email => Way::Email,
            Channel::AuthenticatorApp => Way::App,
            Channel::Passkey => Way::Passkey,
        })
        .collect();
    ways.reverse();
    if offer.has_recovery_code() {
        ways.push(Way::RecoveryCode);
    }
    ways
}

fn wrong(visit: &Visit, title: &str, summary: &str, detail: &str) -> Problems {
    let text = visit.text;
    let digits = app::verify_app_code::DIGITS;
    let summary = text.message(summary).with("digits", digits).to_string();
    Problems::one(text.get(title), "code", summary, text.get(detail))
}

fn malformed(visit: &Visit, problem: &OtpProblem) -> Problems {
    let text = visit.text;
    let digits = app::verify_app_code::DIGITS;
    let detail = match problem {
        OtpProblem::Empty => text.get("problem-code-empty"),
        OtpProblem::NotDigits => text.get("problem-code-not-digits"),
        OtpProblem::WrongLength { expected } => {
            text.message("problem-code-length").with("digits", *expected).to_string()
        }
    };
    let summary = text.message("factor-app-wrong").with("digits", digits).to_string();
    Problems::one(text.get("problem-code-malformed-title"), "code", summary, detail)
        .with_note(text.get("problem-code-not-counted"))
}
