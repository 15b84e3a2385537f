//! `/api/v1/login/app`, `/recovery-code` and `/passkey`: second steps beside the mailed code, for a script.

use app::{
    Browser, Remember,
    passkey_second_step::{self, begin_passkey_step, finish_passkey_step},
    use_recovery_code::{self, use_recovery_code},
    verify_app_code::{self, verify_app_code},
};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use super::{
    body::{CheckedJson, has_token, problem},
    login::{no_attempt, no_store, paused, progressed},
};
use crate::{error::Refused, pages::S, view::ErrorKind, visit::Visit};

/// `POST login/app` and `POST login/recovery-code`.
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

/// `POST login/passkey`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passkey {
    ceremony: String,
    credential: serde_json::Value,
    remember_device: bool,
    #[serde(default)]
    device_name: Option<String>,
    #[serde(default)]
    device_key: String,
}

/// A code of the authenticator app.
pub async fn app(
    State(site): S,
    visit: Visit,
    CheckedJson(typed): CheckedJson<Code>,
) -> Result<Response, Refused> {
    let Some(token) = visit.attempt.clone() else { return Ok(no_attempt()) };
    let Code { code, remember_device, device_name, device_key } = typed;
    let (browser, remember) = match chosen(&visit, remember_device, device_name, &device_key) {
        Ok(chosen) => chosen,
        Err(why) => return Ok(problem(StatusCode::BAD_REQUEST, "invalid-body", &why)),
    };
    match verify_app_code(&site.app, &browser, &token, &code, &remember).await? {
        verify_app_code::Outcome::Proven(progress, device) => progressed(&site, progress, device),
        verify_app_code::Outcome::Malformed(why) => {
            Ok(problem(StatusCode::UNPROCESSABLE_ENTITY, "malformed-code", &why.to_string()))
        }
        verify_app_code::Outcome::Wrong => Ok(wrong_code()),
        verify_app_code::Outcome::Paused(until) => Ok(paused(&site, until)),
        verify_app_code::Outcome::Disabled => Err(Refused::Kind(ErrorKind::CodesDisabled)),
        verify_app_code::Outcome::Gone => Ok(no_attempt()),
    }
}

/// A recovery code.
pub async fn recovery_code(
    State(site): S,
    visit: Visit,
    CheckedJson(typed): CheckedJson<Code>,
) -> Result<Response, Refused> {
    let Some(token) = visit.attempt.clone() else { return Ok(no_attempt()) };
    let Code { code, remember_device, device_name, device_key } = typed;
    let (browser, remember) = match chosen(&visit, remember_device, device_name, &device_key) {
        Ok(chosen) => chosen,
        Err(why) => return Ok(problem(StatusCode::BAD_REQUEST, "invalid-body", &why)),
    };
    match use_recovery_code(&site.app, &browser, &token, &code, &remember).await? {
        use_recovery_code::Outcome::Proven(progress, device) => progressed(&site, progress, device),
        use_recovery_code::Outcome::Malformed => {
            Ok(problem(StatusCode::UNPROCESSABLE_ENTITY, "malformed-code", "a recovery code has 16 signs"))
        }
        use_recovery_code::Outcome::Wrong => Ok(wrong_code()),
        use_recovery_code::Outcome::Paused(until) => Ok(paused(&site, until)),
        use_recovery_code::Outcome::Disabled => Err(Refused::Kind(ErrorKind::CodesDisabled)),
        use_recovery_code::Outcome::Gone => Ok(no_attempt()),
    }
}

/// Begins the ceremony of a passkey.
pub async fn begin_passkey(State(site): S, visit: Visit, headers: HeaderMap) -> Result<Response, Refused> {
    if !has_token(&headers, &visit) {
        return Err(Refused::Kind(ErrorKind::Forbidden));
    }
    let Some(token) = &visit.attempt else { return Ok(no_attempt()) };
    Ok(match begin_passkey_step(&site.app, &visit.browser, token).await? {
        Some(begun) => {
            let told = serde_json::json!({ "ceremony": begun.ceremony, "options": begun.options });
            no_store(Json(told)).into_response()
        }
        None => no_attempt(),
    })
}

/// Finishes it.
pub async fn passkey(
    State(site): S,
    visit: Visit,
    CheckedJson(shown): CheckedJson<Passkey>,
) -> Result<Response, Refused> {
    let Some(token) = visit.attempt.clone() else { return Ok(no_attempt()) };
    let Passkey { ceremony, credential, remember_device, device_name, device_key } = shown;
    let (browser, remember) = match chosen(&visit, remember_device, device_name, &device_key) {
        Ok(chosen) => chosen,
        Err(why) => return Ok(problem(StatusCode::BAD_REQUEST, "invalid-body", &why)),
    };
    let credential = credential.to_string();
    match finish_passkey_step(&site.app, &browser, &token, &ceremony, &credential, &remember).await? {
        passkey_second_step::Outcome::Proven(progress, device) => progressed(&site, progress, device),
        passkey_second_step::Outcome::Refused => Ok(problem(
            StatusCode::UNPROCESSABLE_ENTITY,
            "wrong-passkey",
            "this passkey does not complete the login",
        )),
        passkey_second_step::Outcome::Gone => Ok(no_attempt()),
    }
}

/// The browser with the key that it offers, and the choice about it; or what is wrong with them.
fn chosen(
    visit: &Visit,
    device: bool,
    name: Option<String>,
    device_key: &str,
) -> Result<(Browser, Remember), String> {
    if name.as_deref().is_some_and(|name| name.contains('\0')) {
        return Err("device_name: NUL is no part of a name".to_owned());
    }
    let browser = visit.browser.clone().offering(device_key).map_err(|why| why.to_string())?;
    Ok((browser, Remember { device, name }))
}

fn wrong_code() -> Response {
    problem(StatusCode::UNPROCESSABLE_ENTITY, "wrong-code", "the code is not right, or it was used already")
}
