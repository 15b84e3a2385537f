//! `/api/v1/session`: who is signed in, how strongly, and for how long.

use app::{
    check_session::Use,
    log_out::{cancel_attempt, log_out},
};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use http::{HeaderMap, StatusCode};

use super::body::{has_token, problem};
use crate::{
    cookies::{ATTEMPT, SESSION},
    error::Refused,
    pages::S,
    signed_in::session_of,
    view::ErrorKind,
    visit::Visit,
};

/// The session. Asking uses it.
pub async fn show(State(site): S, visit: Visit) -> Result<Response, Refused> {
    let Ok((signed, idle_end)) = session_of(&site, &visit, Use::Request).await? else {
        return Ok(problem(StatusCode::UNAUTHORIZED, "not-signed-in", "there is no session"));
    };
    let assurance = signed.session.assurance;
    let told = serde_json::json!({
        "state": "signed_in",
        "user_id": signed.user_id,
        "name": signed.user.name,
        "acr": assurance.acr(),
        "amr": assurance.amr(),
        "auth_time": assurance.auth_time(),
        "idle_end": idle_end,
        "ends_at": signed.session.ends_at,
        "csrf": visit.csrf,
    });
    Ok(([(http::header::CACHE_CONTROL, "no-store")], Json(told)).into_response())
}

/// Logs out; a login that this browser has begun ends too.
pub async fn end(State(site): S, visit: Visit, headers: HeaderMap) -> Result<Response, Refused> {
    if !has_token(&headers, &visit) {
        return Err(Refused::Kind(ErrorKind::Forbidden));
    }
    if let Some(token) = &visit.session {
        log_out(&site.app, token).await?;
    }
    if let Some(pending) = &visit.attempt {
        cancel_attempt(&site.app, &visit.browser, pending).await?;
    }
    let jar = CookieJar::new().add(site.remove_cookie(SESSION)).add(site.remove_cookie(ATTEMPT));
    Ok((jar, StatusCode::NO_CONTENT).into_response())
}
