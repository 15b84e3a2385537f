//! `/login/code` and `/start/email`: the code, and another one.

use app::{
    MailState, Remember, Step, Token,
    resend_code::{self, resend_code},
    show_attempt::{Newest, View, show_attempt},
    verify_code::{Outcome, TypedCode, verify_code},
};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{attempt::Entry, budget::Allowance, mask::MaskedEmail, otp::OtpProblem, time::Timestamp};
use http::StatusCode;
use serde::Deserialize;

use super::{
    S,
    postpone::not_now_view,
    progress::{go_on, gone, login_gone, path_of},
    second_step::ways,
};
use crate::{
    error::Refused,
    form::CheckedForm,
    site::Site,
    view::{
        CodeSlip, CodeState, Delivery, DeliveryState, EmailCode, Journey, LockReason, LoginCode, LoginLocked,
        Masked, Problems, Reauthorised, Resend, Step as PageStep, Steps, TrustOffer,
    },
    visit::Visit,
};

/// What the form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    code: String,
    #[serde(default)]
    remember_device: Option<String>,
    #[serde(default)]
    device_key: String,
}

/// A form with nothing but its token.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Shows the code page of a login.
pub async fn show_login(State(site): S, visit: Visit) -> Result<Response, Refused> {
    show(&site, &visit, Step::Code).await
}

/// Shows the code page of an onboarding.
pub async fn show_mailbox(State(site): S, visit: Visit) -> Result<Response, Refused> {
    show(&site, &visit, Step::Mailbox).await
}

/// Checks the code.
pub async fn submit(
    State(site): S,
    visit: Visit,
    CheckedForm(typed): CheckedForm<Typed>,
) -> Result<Response, Refused> {
    let Some((token, view)) = pending(&site, &visit).await? else { return login_gone(&site, &visit).await };
    let remember_device = typed.remember_device.is_some();
    let remember = Remember { device: remember_device, name: None };
    let code = TypedCode { code: typed.code.clone(), remember };
    let browser = visit.browser.clone().offering(&typed.device_key)?;
    let problems = match verify_code(&site.app, &browser, &token, code).await? {
        Outcome::Proven(progress, device) => return go_on(&site, view.entry, progress, device).await,
        Outcome::Gone => return Ok(gone(&site, view.entry)),
        Outcome::Worthless => Problems::none(),
        Outcome::Paused(_) | Outcome::Disabled => Problems::none(),
        Outcome::Malformed(problem) => malformed(&visit, &view, &problem),
        Outcome::Wrong { left } => wrong(&visit, &view, left),
    };
    let Some((_, view)) = pending(&site, &visit).await? else { return login_gone(&site, &visit).await };
    let page = render(&site, &visit, view, typed.code, Some(remember_device), problems).await?;
    // The page of a pause has a status of its own.
    let status =
        if page.status() == StatusCode::OK { StatusCode::UNPROCESSABLE_ENTITY } else { page.status() };
    Ok((status, page).into_response())
}

/// Sends another code.
pub async fn resend(
    State(site): S,
    visit: Visit,
    CheckedForm(Nothing {}): CheckedForm<Nothing>,
) -> Result<Response, Refused> {
    let Some((token, view)) = pending(&site, &visit).await? else { return login_gone(&site, &visit).await };
    match resend_code(&site.app, &visit.browser, &token).await? {
        resend_code::Outcome::Gone => Ok(gone(&site, view.entry)),
        // The page says what came of it: a new tag, or from when another can be had.
        resend_code::Outcome::Sent
        | resend_code::Outcome::TooMany(_)
        | resend_code::Outcome::Paused(_)
        | resend_code::Outcome::Disabled => Ok(Redirect::to(path_of(view.step, view.entry)).into_response()),
    }
}

/// How far the mail has come, for the script of the page.
pub async fn delivery(State(site): S, visit: Visit) -> Result<Response, Refused> {
    let Some((_, view)) = pending(&site, &visit).await? else { return Ok(StatusCode::GONE.into_response()) };
    let Some(newest) = view.code.and_then(|code| code.newest) else {
        return Ok(StatusCode::GONE.into_response());
    };
    let state = delivery_state(&newest);
    let words = visit.text.get(state.message());
    let told = serde_json::json!({ "state": state.class(), "words": words, "final": state.is_final() });
    Ok(([(http::header::CACHE_CONTROL, "no-store")], Json(told)).into_response())
}

async fn show(site: &Site, visit: &Visit, step: Step) -> Result<Response, Refused> {
    let Some((_, view)) = pending(site, visit).await? else {
        return if step == Step::Code { login_gone(site, visit).await } else { Ok(gone(site, Entry::Start)) };
    };
    if view.step != step {
        return Ok(Redirect::to(path_of(view.step, view.entry)).into_response());
    }
    render(site, visit, view, String::new(), None, Problems::none()).await
}

async fn pending(site: &Site, visit: &Visit) -> Result<Option<(Token, View)>, Refused> {
    let Some(token) = visit.attempt.clone() else { return Ok(None) };
    let view = show_attempt(&site.app, &visit.browser, &token).await?;
    Ok(view.map(|view| (token, view)))
}

async fn render(
    site: &Site,
    visit: &Visit,
    view: View,
    typed: String,
    ticked: Option<bool>,
    problems: Problems,
) -> Result<Response, Refused> {
    let layout = site.layout_for(visit, &view.user).await?.with_problems(problems);
    let Some(code) = &view.code else { return Ok(gone(site, view.entry)) };
    if code.disabled {
        return Err(Refused::Kind(crate::view::ErrorKind::CodesDisabled));
    }
    if let Some(until) = code.paused_until {
        let reason = LockReason::Codes(view.policy.otp.failures_before_wait);
        let page = site.page(&LoginLocked { layout, reason, until }).await?;
        return Ok((StatusCode::TOO_MANY_REQUESTS, page).into_response());
    }
    let resend = match code.resend {
        Allowance::Now { left, within } => Resend::Allowed { more: left, within },
        Allowance::Later(until) => Resend::NotBefore(until),
    };
    let slip = slip(&view, code.newest.as_ref(), layout.now);
    if view.step == Step::Mailbox {
        let email = EmailCode {
            steps: Steps::at(visit.text, Journey::Onboarding, PageStep::Email),
            action: "/start/email",
            resend_action: "/start/email/resend",
            back_href: "/start/profile",
            code: slip,
            typed,
            resend,
            not_now: not_now_view(&view),
            layout,
        };
        return site.page(&email).await;
    }
    let chosen = ticked.unwrap_or(view.user.remembers_device);
    // Trust is offered at a login, not where a session is proven afresh.
    let offers_trust = view.entry != Entry::Confirm;
    let trust = offers_trust.then_some(TrustOffer {
        until: code.trust_until,
        chosen,
        needs_key: view.policy.device.require_key,
    });
    let page = LoginCode {
        user_id: view.user_id.clone().unwrap_or_default(),
        browser: view.browser_name.clone(),
        code: slip,
        typed,
        reason: view.reason.map(|reason| Reauthorised { reason: reason.why, at: reason.at }),
        trust,
        resend,
        has_other_ways: view.offer.is_some_and(|offer| ways(offer).len() > 1),
        layout,
    };
    site.page(&page).await
}

/// Without a code (a limit forbade it) the slip says that none is valid and from when one can be had.
fn slip(view: &View, newest: Option<&Newest>, now: Timestamp) -> CodeSlip {
    let masked = Masked::from(&MaskedEmail::new(&view.user.email));
    let digits = view.policy.otp.digits;
    let Some(newest) = newest else {
        let delivery = Delivery { state: DeliveryState::Failed, url: "" };
        let state = CodeState::NotSent;
        return CodeSlip {
            tag: String::new(),
            digits,
            masked,
            sent_at: now,
            expires_at: now,
            state,
            delivery,
        };
    };
    let state = if now >= newest.expires_at {
        CodeState::Expired
    } else if newest.tries_left == 0 {
        CodeState::UsedUp
    } else {
        CodeState::Open
    };
    let url = match view.step {
        Step::Mailbox => "/start/email/delivery",
        _ => "/login/code/delivery",
    };
    let delivery = Delivery { state: delivery_state(newest), url };
    let tag = newest.tag.clone();
    CodeSlip { tag, digits, masked, sent_at: newest.sent_at, expires_at: newest.expires_at, state, delivery }
}

const fn delivery_state(newest: &Newest) -> DeliveryState {
    match newest.delivery {
        MailState::Queued { attempts: 0 } => DeliveryState::Queued,
        MailState::Queued { .. } => DeliveryState::Retrying,
        MailState::HandedOver(_) => DeliveryState::HandedOver,
        MailState::Bounced | MailState::Failed | MailState::Expired | MailState::Withdrawn => {
            DeliveryState::Failed
        }
    }
}

fn tag_of(view: &View) -> String {
    view.code
        .as_ref()
        .and_then(|code| code.newest.as_ref())
        .map(|newest| newest.tag.clone())
        .unwrap_or_default()
}

fn malformed(visit: &Visit, view: &View, problem: &OtpProblem) -> Problems {
    let digits = view.policy.otp.digits;
    let text = visit.text;
    let summary =
        text.message("problem-code-enter").with("digits", digits).with("tag", tag_of(view)).to_string();
    let detail = match problem {
        OtpProblem::Empty => text.get("problem-code-empty"),
        OtpProblem::NotDigits => text.get("problem-code-not-digits"),
        OtpProblem::WrongLength { expected } => {
            text.message("problem-code-length").with("digits", *expected).to_string()
        }
    };
    Problems::one(text.get("problem-code-malformed-title"), "code", summary, detail)
        .with_note(text.get("problem-code-not-counted"))
}

fn wrong(visit: &Visit, view: &View, left: u32) -> Problems {
    let text = visit.text;
    let tag = tag_of(view);
    let digits = view.policy.otp.digits;
    let summary =
        text.message("problem-code-enter").with("digits", digits).with("tag", tag.clone()).to_string();
    let detail = text.message("problem-code-wrong").with("tag", tag).to_string();
    let note = text.message("problem-code-left").with("left", left).to_string();
    Problems::one(text.get("problem-code-wrong-title"), "code", summary, detail).with_note(note)
}
