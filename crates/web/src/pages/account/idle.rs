//! `/session`: for the idle warning of every page.

use app::check_session::Use;
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::StatusCode;

use super::super::{S, code::Nothing};
use crate::{error::Refused, form::CheckedForm, signed_in::session_of, visit::Visit};

/// For the idle warning: how long the session lives; asking does not prolong it.
pub async fn session_left(State(site): S, visit: Visit) -> Result<Response, Refused> {
    tell_left(&site, &visit, Use::Glance).await
}

/// "Stay logged in."
pub async fn stay(
    State(site): S,
    visit: Visit,
    CheckedForm(Nothing {}): CheckedForm<Nothing>,
) -> Result<Response, Refused> {
    tell_left(&site, &visit, Use::Request).await
}

async fn tell_left(site: &crate::site::Site, visit: &Visit, why: Use) -> Result<Response, Refused> {
    Ok(match session_of(site, visit, why).await? {
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
