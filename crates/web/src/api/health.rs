//! Whether the process lives, and whether it can serve.

use axum::{extract::State, response::IntoResponse};
use http::{StatusCode, header::CACHE_CONTROL};

use crate::pages::S;

/// The process answers.
pub async fn live() -> impl IntoResponse {
    ([(CACHE_CONTROL, "no-store")], "live\n")
}

/// The database answers too.
pub async fn ready(State(site): S) -> impl IntoResponse {
    let status = match site.app.is_ready().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(fault) => {
            tracing::error!(%fault, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    };
    (status.0, [(CACHE_CONTROL, "no-store")], status.1)
}
