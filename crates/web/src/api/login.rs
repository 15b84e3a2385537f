//! `/api/v1/login`: the same login for a script. Its state is one of `identify`, `challenge`, `enrol`, `signed_in`, `refused`.

use app::{
    Progress, Remember, Step, Zeroizing,
    log_out::cancel_attempt,
    resend_code::{self, resend_code},
    show_attempt::show_attempt,
    submit_password::{self, Credentials, submit_password},
    verify_code::{self, TypedCode, verify_code},
};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use domain::{attempt::Entry, factor::Channel, mask::MaskedEmail, time::Timestamp};
use http::{HeaderMap, StatusCode, header::RETRY_AFTER};
use serde::Deserialize;

use super::body::{CheckedJson, has_token, problem};
use crate::{
    cookies::{ATTEMPT, SESSION},
    error::Refused,
    pages::S,
    site::Site,
    view::ErrorKind,
    visit::Visit,
};

/// `POST login/password`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Password {
    user_id: String,
    password: Zeroizing<String>,
    #[serde(default)]
    device_challenge: String,
    #[serde(default)]
    device_proofs: Vec<String>,
}

/// `POST login/code`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    code: String,
    remember_device: bool,
    #[serde(default)]
    device_name: Option<String>,
    #[serde(default)]
    device_key: String,
}

/// `POST login/resend`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resend {
    #[serde(default)]
    channel: Option<String>,
}

/// Where the login stands, and the token that changing requests carry.
pub async fn show(State(site): S, visit: Visit) -> Result<Response, Refused> {
    let mut told = state(&site, &visit).await?;
    told["csrf"] = visit.csrf.clone().into();
    told["device_challenge"] = site.app.device_challenge(&visit.browser).into();
    Ok(no_store(Json(told)))
}

async fn state(site: &Site, visit: &Visit) -> Result<serde_json::Value, Refused> {
    let identify = serde_json::json!({ "state": "identify" });
    let Some(token) = &visit.attempt else { return Ok(identify) };
    let Some(view) = show_attempt(&site.app, &visit.browser, token).await? else { return Ok(identify) };
    let Some(code) = view.code else {
        let (state, step) = (if view.offer.is_some() { "challenge" } else { "enrol" }, step_name(view.step));
        let ways: Option<Vec<&str>> = view.offer.map(|offer| offer.channels().map(Channel::name).collect());
        return Ok(serde_json::json!({ "state": state, "step": step, "channels": ways }));
    };
    let newest = code.newest.map(|newest| {
        serde_json::json!({
            "tag": newest.tag, "sent_at": newest.sent_at, "expires_at": newest.expires_at, "tries_left": newest.tries_left,
        })
    });
    Ok(serde_json::json!({
        "state": "challenge",
        "step": step_name(view.step),
        "channel": "email",
        "sent_to": MaskedEmail::new(&view.user.email).to_string(),
        "code": newest,
        "paused_until": code.paused_until,
    }))
}

const fn step_name(step: Step) -> &'static str {
    match step {
        Step::Code | Step::Mailbox => "code",
        Step::AppCode => "app",
        Step::Passkey => "passkey",
        Step::Profile | Step::EnrolProfile => "profile",
        Step::UserId => "user_id",
        Step::SecurityCode => "security_code",
    }
}

/// Enterprise User ID and password.
pub async fn password(
    State(site): S,
    visit: Visit,
    CheckedJson(typed): CheckedJson<Password>,
) -> Result<Response, Refused> {
    if typed.user_id.contains('\0') {
        return Ok(problem(StatusCode::BAD_REQUEST, "invalid-body", "user_id: NUL is no part of a name"));
    }
    let credentials = Credentials { name: typed.user_id, password: typed.password, return_to: None };
    let browser = visit.browser.clone().answering(typed.device_challenge, typed.device_proofs.join(","));
    match submit_password(&site.app, &browser, credentials).await? {
        submit_password::Outcome::Wrong => Ok(problem(
            StatusCode::UNAUTHORIZED,
            "wrong-credentials",
            "the User ID or the password is not right",
        )),
        submit_password::Outcome::Paused(until) => Ok(paused(&site, until)),
        // A script has no page for the mailed code: the person goes on in a browser.
        submit_password::Outcome::Guarded(_) => Ok(problem(
            StatusCode::FORBIDDEN,
            "mailbox-first",
            "many wrong passwords were entered for this name: log in on the page /login, which asks for a mailed code first",
        )),
        submit_password::Outcome::Proven(progress, device) => progressed(&site, progress, device),
    }
}

/// The code.
pub async fn code(
    State(site): S,
    visit: Visit,
    CheckedJson(typed): CheckedJson<Code>,
) -> Result<Response, Refused> {
    let Some(token) = visit.attempt.clone() else { return Ok(no_attempt()) };
    let Code { code, remember_device, device_name, device_key } = typed;
    if device_name.as_deref().is_some_and(|name| name.contains('\0')) {
        return Ok(problem(StatusCode::BAD_REQUEST, "invalid-body", "device_name: NUL is no part of a name"));
    }
    let typed = TypedCode { code, remember: Remember { device: remember_device, name: device_name } };
    let browser = match visit.browser.clone().offering(&device_key) {
        Ok(browser) => browser,
        Err(why) => return Ok(problem(StatusCode::BAD_REQUEST, "invalid-body", &why.to_string())),
    };
    match verify_code(&site.app, &browser, &token, typed).await? {
        verify_code::Outcome::Proven(progress, device) => progressed(&site, progress, device),
        verify_code::Outcome::Malformed(why) => {
            Ok(problem(StatusCode::UNPROCESSABLE_ENTITY, "malformed-code", &why.to_string()))
        }
        verify_code::Outcome::Wrong { left } => {
            let detail = format!("the code is not right; {left} tries are left");
            Ok(problem(StatusCode::UNPROCESSABLE_ENTITY, "wrong-code", &detail))
        }
        verify_code::Outcome::Worthless => {
            Ok(problem(StatusCode::UNPROCESSABLE_ENTITY, "worthless-code", "this code takes no more tries"))
        }
        verify_code::Outcome::Paused(until) => Ok(paused(&site, until)),
        verify_code::Outcome::Disabled => Err(Refused::Kind(ErrorKind::CodesDisabled)),
        verify_code::Outcome::Gone => Ok(no_attempt()),
    }
}

/// Another code.
pub async fn resend(
    State(site): S,
    visit: Visit,
    CheckedJson(Resend { channel }): CheckedJson<Resend>,
) -> Result<Response, Refused> {
    if channel.is_some_and(|channel| channel != "email") {
        return Ok(problem(
            StatusCode::UNPROCESSABLE_ENTITY,
            "unknown-channel",
            "channel: only \"email\" is on offer",
        ));
    }
    let Some(token) = visit.attempt.clone() else { return Ok(no_attempt()) };
    match resend_code(&site.app, &visit.browser, &token).await? {
        resend_code::Outcome::Sent => Ok(no_store(Json(state(&site, &visit).await?))),
        resend_code::Outcome::TooMany(until) | resend_code::Outcome::Paused(until) => {
            Ok(paused(&site, until))
        }
        resend_code::Outcome::Disabled => Err(Refused::Kind(ErrorKind::CodesDisabled)),
        resend_code::Outcome::Gone => Ok(no_attempt()),
    }
}

/// Ends the pending login.
pub async fn cancel(State(site): S, visit: Visit, headers: HeaderMap) -> Result<Response, Refused> {
    if !has_token(&headers, &visit) {
        return Err(Refused::Kind(ErrorKind::Forbidden));
    }
    if let Some(token) = &visit.attempt {
        cancel_attempt(&site.app, &visit.browser, token).await?;
    }
    Ok((CookieJar::new().add(site.remove_cookie(ATTEMPT)), StatusCode::NO_CONTENT).into_response())
}

pub(super) fn progressed(
    site: &Site,
    progress: Progress,
    device: Option<app::DeviceCookie>,
) -> Result<Response, Refused> {
    let mut jar = CookieJar::new();
    if let Some(device) = device {
        jar = jar.add(site.device_cookie(device));
    }
    let told = match progress {
        Progress::At(step, token) => {
            if let Some(token) = token {
                jar = jar.add(site.cookie(ATTEMPT, token.expose(), Some(app::ATTEMPT_LIFETIME.as_secs())));
            }
            let state = if matches!(step, Step::Code | Step::AppCode | Step::Passkey | Step::Mailbox) {
                "challenge"
            } else {
                "enrol"
            };
            serde_json::json!({ "state": state, "step": step_name(step) })
        }
        Progress::SignedIn(done) => {
            jar = jar.add(site.remove_cookie(ATTEMPT));
            jar = jar.add(site.cookie(SESSION, done.session.expose(), None));
            serde_json::json!({ "state": "signed_in", "entry": entry_name(done.entry) })
        }
        Progress::Refused(_) => serde_json::json!({ "state": "refused" }),
    };
    Ok((jar, no_store(Json(told))).into_response())
}

const fn entry_name(entry: Entry) -> &'static str {
    match entry {
        Entry::Login => "login",
        Entry::Start => "start",
        Entry::Invite => "invite",
        Entry::Confirm => "confirm",
    }
}

pub(super) fn no_attempt() -> Response {
    problem(
        StatusCode::CONFLICT,
        "no-such-step",
        "there is no pending login at this step on this browser; begin again",
    )
}

pub(super) fn paused(site: &Site, until: Timestamp) -> Response {
    let seconds = until.since(site.app.now()).as_secs().max(1);
    let mut response =
        problem(StatusCode::TOO_MANY_REQUESTS, "paused", &format!("try again in {seconds} seconds"));
    response.headers_mut().insert(RETRY_AFTER, seconds.into());
    response
}

pub(super) fn no_store(json: Json<serde_json::Value>) -> Response {
    ([(http::header::CACHE_CONTROL, "no-store")], json).into_response()
}
