//! `/session`: for the idle warning of every page.

use app::check_session::Use;
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::StatusCode;

use super::super::{S, code::Nothing};
use crate::{error::Refused, form::CheckedForm, signed_in::session_shown, visit::ShownSession};

/// For the idle warning: how long the session lives; asking does not prolong it.
pub async fn session_left(State(site): S, shown: ShownSession) -> Result<Response, Refused> {
    tell_left(&site, shown, Use::Glance).await
}

/// "Stay logged in."
pub async fn stay(
    State(site): S,
    shown: ShownSession,
    CheckedForm(Nothing {}): CheckedForm<Nothing>,
) -> Result<Response, Refused> {
    tell_left(&site, shown, Use::Request).await
}

async fn tell_left(
    site: &crate::site::Site,
    ShownSession(token): ShownSession,
    why: Use,
) -> Result<Response, Refused> {
    Ok(match session_shown(site, token.as_ref(), why).await? {
        Ok((_, idle_end)) => {
            let left = idle_end.since(site.app.now()).as_secs();
            let told = serde_json::json!({ "idle_seconds_left": left });
            ([(http::header::CACHE_CONTROL, "no-store")], Json(told)).into_response()
        }
        Err(_) => {
            (StatusCode::UNAUTHORIZED, Json(serde_json::json!({ "idle_seconds_left": 0 }))).into_response()
        }
    })
}
