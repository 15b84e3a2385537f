//! `/recover/code`: the mailed code. Nothing on the page tells whether there is such a person.

use app::{
    begin_recovery::{AskedAgain, ask_again},
    show_recovery::{CodeView, Step, View},
    verify_recovery_code::{Outcome, verify_recovery_code},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{budget::Allowance, otp::OtpProblem, recovery::Goal};
use http::StatusCode;
use serde::Deserialize;

use super::{S, elsewhere, go_to, gone, path_of, paused, pending};
use crate::{
    error::Refused,
    form::CheckedForm,
    pages::code::Nothing,
    site::Site,
    view::{
        CodeSlip, CodeState, Delivery, DeliveryState, LockReason, Masked, Problems, RecoverCode, RecoverWhy,
        Resend,
    },
    visit::Visit,
};

/// What the form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    code: String,
}

/// Shows the page.
pub async fn show(State(site): S, visit: Visit) -> Result<Response, Refused> {
    let Some((_, view)) = pending(&site, &visit).await? else { return Ok(gone(&site)) };
    page(&site, &visit, &view, String::new(), Problems::none()).await
}

/// Checks the code.
pub async fn submit(
    State(site): S,
    visit: Visit,
    CheckedForm(typed): CheckedForm<Typed>,
) -> Result<Response, Refused> {
    let Some((token, view)) = pending(&site, &visit).await? else { return Ok(gone(&site)) };
    if !matches!(view.step, Step::Code(_)) {
        return Ok(elsewhere(&view));
    }
    let problems = match verify_recovery_code(&site.app, &visit.browser, &token, &typed.code).await? {
        Outcome::Proven(token) => return go_on(&site, &visit, token).await,
        Outcome::Gone => return Ok(gone(&site)),
        Outcome::Paused(until) => return paused(&site, &visit, LockReason::RecoveryCodes, until).await,
        Outcome::Worthless => Problems::none(),
        Outcome::Malformed(problem) => malformed(&visit, &view, &problem),
        Outcome::Wrong { left } => wrong(&visit, &view, left),
    };
    let Some((_, view)) = pending(&site, &visit).await? else { return Ok(gone(&site)) };
    let page = page(&site, &visit, &view, typed.code, problems).await?;
    let status =
        if page.status() == StatusCode::OK { StatusCode::UNPROCESSABLE_ENTITY } else { page.status() };
    Ok((status, page).into_response())
}

/// Asks for another code.
pub async fn resend(
    State(site): S,
    visit: Visit,
    CheckedForm(Nothing {}): CheckedForm<Nothing>,
) -> Result<Response, Refused> {
    let Some((token, _)) = pending(&site, &visit).await? else { return Ok(gone(&site)) };
    match ask_again(&site.app, &visit.browser, &token).await? {
        AskedAgain::Gone => Ok(gone(&site)),
        // The page says what came of it: a new tag, or from when another can be had.
        AskedAgain::Noted | AskedAgain::TooMany(_) => Ok(Redirect::to("/recover/code").into_response()),
    }
}

/// The step that the new token leads to.
async fn go_on(site: &Site, visit: &Visit, token: app::Token) -> Result<Response, Refused> {
    let visit = Visit { recovery: Some(token.clone()), ..visit.clone() };
    let Some((_, view)) = pending(site, &visit).await? else { return Ok(gone(site)) };
    Ok(go_to(site, &token, &path_of(&view)))
}

async fn page(
    site: &Site,
    visit: &Visit,
    view: &View,
    typed: String,
    problems: Problems,
) -> Result<Response, Refused> {
    let Step::Code(code) = &view.step else { return Ok(elsewhere(view)) };
    if let Some(until) = code.paused_until {
        return paused(site, visit, LockReason::RecoveryCodes, until).await;
    }
    let layout = site.layout(visit).await?.with_problems(problems);
    let why = match view.goal {
        Goal::OpenDoor => RecoverWhy::Guarded,
        Goal::Password | Goal::Factor => RecoverWhy::Lost,
    };
    let resend = match code.resend {
        Allowance::Now { left, within } => Resend::Allowed { more: left, within },
        Allowance::Later(at) => Resend::NotBefore(at),
    };
    let code = slip(view, code, layout.now);
    site.page(&RecoverCode { layout, why, code, typed, resend }).await
}

fn slip(view: &View, code: &CodeView, now: domain::time::Timestamp) -> CodeSlip {
    let nowhere =
        Masked { shown: String::new(), first: String::new(), last: String::new(), domain: String::new() };
    let state = match code.tries_left {
        _ if now >= code.expires_at => CodeState::Expired,
        0 => CodeState::UsedUp,
        _ => CodeState::Open,
    };
    CodeSlip {
        tag: code.tag.clone(),
        digits: view.policy.otp.digits,
        masked: nowhere,
        sent_at: code.sent_at,
        expires_at: code.expires_at,
        state,
        // Told to nobody: it would tell whether there is a mail at all.
        delivery: Delivery { state: DeliveryState::Queued, url: "" },
    }
}

fn summary(visit: &Visit, view: &View) -> String {
    let tag = match &view.step {
        Step::Code(code) => code.tag.clone(),
        _ => String::new(),
    };
    let message = visit.text.message("recover-problem-code").with("digits", view.policy.otp.digits);
    message.with("tag", tag).to_string()
}

fn malformed(visit: &Visit, view: &View, problem: &OtpProblem) -> Problems {
    let text = visit.text;
    let detail = match problem {
        OtpProblem::Empty => text.get("problem-code-empty"),
        OtpProblem::NotDigits => text.get("problem-code-not-digits"),
        OtpProblem::WrongLength { expected } => {
            text.message("problem-code-length").with("digits", *expected).to_string()
        }
    };
    Problems::one(text.get("problem-code-malformed-title"), "code", summary(visit, view), detail)
        .with_note(text.get("problem-code-not-counted"))
}

fn wrong(visit: &Visit, view: &View, left: u32) -> Problems {
    let text = visit.text;
    let tag = match &view.step {
        Step::Code(code) => code.tag.clone(),
        _ => String::new(),
    };
    let detail = text.message("problem-code-wrong").with("tag", tag).to_string();
    let note = text.message("problem-code-left").with("left", left).to_string();
    Problems::one(text.get("problem-code-wrong-title"), "code", summary(visit, view), detail).with_note(note)
}
