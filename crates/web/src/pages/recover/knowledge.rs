//! `/recover/security-code`: what its owner alone knows, or staff in its place. The mailbox is proven, so the truth is told.

use app::{
    Zeroizing,
    ask_staff::ask_staff,
    prove_knowledge::{Outcome, prove_by_approval, prove_security_code},
    show_recovery::{Step, View, Way},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::time::Timestamp;
use http::StatusCode;
use serde::Deserialize;

use super::{S, elsewhere, go_to, gone, pending};
use crate::{
    error::Refused,
    form::CheckedForm,
    pages::code::Nothing,
    site::Site,
    view::{LockReason, LoginLocked, Problems, RecoverSecurityCode, RecoverWay},
    visit::Visit,
};

const HERE: &str = "/recover/security-code";

/// What the form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    security_code: Zeroizing<String>,
}

/// Shows how it goes on.
pub async fn show(State(site): S, visit: Visit) -> Result<Response, Refused> {
    let Some((_, view)) = pending(&site, &visit).await? else { return Ok(gone(&site)) };
    page(&site, &visit, &view, Problems::none()).await
}

/// Checks the security code.
pub async fn submit(
    State(site): S,
    visit: Visit,
    CheckedForm(typed): CheckedForm<Typed>,
) -> Result<Response, Refused> {
    let Some((token, view)) = pending(&site, &visit).await? else { return Ok(gone(&site)) };
    if !matches!(view.step, Step::Knowledge(_)) {
        return Ok(elsewhere(&view));
    }
    let text = visit.text;
    let detail = match prove_security_code(&site.app, &visit.browser, &token, &typed.security_code).await? {
        Outcome::Wrong { left } => {
            let left = text.message("recover-security-code-left").with("left", left).to_string();
            Problems::one(
                text.get("recover-security-code-wrong-title"),
                "security-code",
                text.get("recover-security-code-enter"),
                text.get("recover-security-code-wrong"),
            )
            .with_note(left)
        }
        Outcome::Malformed => Problems::one(
            text.get("recover-security-code-wrong-title"),
            "security-code",
            text.get("recover-security-code-enter"),
            text.get("recover-security-code-malformed"),
        )
        .with_note(text.get("problem-code-not-counted")),
        Outcome::Paused(until) => return locked(&site, &visit, &view, until).await,
        other => return Ok(proceed(&site, other)),
    };
    let page = page(&site, &visit, &view, detail).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// Opens a case.
pub async fn open_case(
    State(site): S,
    visit: Visit,
    CheckedForm(Nothing {}): CheckedForm<Nothing>,
) -> Result<Response, Refused> {
    let Some(token) = &visit.recovery else { return Ok(gone(&site)) };
    Ok(match ask_staff(&site.app, &visit.browser, token).await? {
        Some(_) => Redirect::to(HERE).into_response(),
        None => gone(&site),
    })
}

/// Goes on where staff have vouched.
pub async fn approved(
    State(site): S,
    visit: Visit,
    CheckedForm(Nothing {}): CheckedForm<Nothing>,
) -> Result<Response, Refused> {
    let Some(token) = &visit.recovery else { return Ok(gone(&site)) };
    let outcome = prove_by_approval(&site.app, &visit.browser, token).await?;
    Ok(proceed(&site, outcome))
}

fn proceed(site: &Site, outcome: Outcome) -> Response {
    match outcome {
        Outcome::Proven(token) => go_to(site, &token, "/recover/new-password"),
        // The cookie stays: the last page still knows whose contact to name.
        Outcome::Scheduled(_) => Redirect::to("/recover/scheduled").into_response(),
        Outcome::Gone => gone(site),
        Outcome::NeedsStaff | Outcome::Malformed | Outcome::Wrong { .. } | Outcome::Paused(_) => {
            Redirect::to(HERE).into_response()
        }
    }
}

async fn page(site: &Site, visit: &Visit, view: &View, problems: Problems) -> Result<Response, Refused> {
    let Step::Knowledge(step) = &view.step else { return Ok(elsewhere(view)) };
    let way = match &step.way {
        Way::SecurityCode { paused_until: Some(until) } => return locked(site, visit, view, *until).await,
        Way::SecurityCode { paused_until: None } => RecoverWay::SecurityCode,
        Way::Staff => RecoverWay::Staff,
        Way::Waiting { case, vouched, needed, until, has_security_code } => RecoverWay::Waiting {
            case: case.clone(),
            vouched: *vouched,
            needed: *needed,
            until: *until,
            has_security_code: *has_security_code,
        },
        Way::Refused { case, has_security_code } => {
            RecoverWay::Refused { case: case.clone(), has_security_code: *has_security_code }
        }
        Way::Approved => RecoverWay::Approved,
        Way::NeverHere => RecoverWay::NeverHere,
        Way::NothingToRemove => RecoverWay::NothingToRemove,
    };
    let layout = site.layout_for(visit, &step.user).await?.with_problems(problems);
    site.page(&RecoverSecurityCode { layout, user_id: step.user_id.clone(), way }).await
}

async fn locked(site: &Site, visit: &Visit, view: &View, until: Timestamp) -> Result<Response, Refused> {
    let layout = match &view.step {
        Step::Knowledge(step) => site.layout_for(visit, &step.user).await?,
        _ => site.layout(visit).await?,
    };
    let view = LoginLocked { layout, reason: LockReason::SecurityCodes, until };
    Ok((StatusCode::TOO_MANY_REQUESTS, site.page(&view).await?).into_response())
}
