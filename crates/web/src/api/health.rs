//! Whether the process lives, and whether it can serve.

use axum::{extract::State, response::IntoResponse};
use http::{
    StatusCode,
    header::{CACHE_CONTROL, RETRY_AFTER},
};

use crate::pages::S;

/// The process answers, whatever else is ill: restarting it would mend nothing.
pub async fn live() -> impl IntoResponse {
    ([(CACHE_CONTROL, "no-store")], "live\n")
}

/// The parts that requests rest on are well, one line for each that is not.
pub async fn ready(State(site): S) -> impl IntoResponse {
    let health = site.app.health().await;
    let (status, word) = match health.is_ready() {
        true => (StatusCode::OK, "ready\n"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "not ready\n"),
    };
    let parts = [
        ("database", health.database),
        ("writing", health.writing),
        ("keys", health.keys),
        ("keys", health.coming_keys),
        ("mail", health.mail),
    ];
    let ill = parts.iter().filter_map(|(part, what)| Some(format!("{part}: {}\n", (*what)?)));
    let told: String = std::iter::once(word.to_owned()).chain(ill).collect();
    (status, [(CACHE_CONTROL, "no-store"), (RETRY_AFTER, "5")], told)
}
