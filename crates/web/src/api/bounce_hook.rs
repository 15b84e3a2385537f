//! `POST /hooks/bounce`: a mail service reports what it could not deliver, signed as Standard Webhooks say. What of it concerned
//! anybody here is never told.

use app::{
    SignedHook,
    note_bounces::{HookOutcome, take_hook},
};
use axum::{
    body::to_bytes,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header::CONTENT_TYPE};

use super::body::problem;
use crate::{error::Refused, pages::S, view::ErrorKind};

/// The longest message, in bytes.
const LONGEST: usize = 256 * 1024;

/// Takes a message.
pub async fn take(State(site): S, request: Request) -> Result<Response, Refused> {
    let headers = request.headers().clone();
    if !header(&headers, CONTENT_TYPE.as_str()).to_ascii_lowercase().starts_with("application/json") {
        return Err(Refused::Kind(ErrorKind::UnsupportedType));
    }
    let Some(secret) = &site.bounce_secret else { return Err(Refused::Kind(ErrorKind::NotFound)) };
    let body = to_bytes(request.into_body(), LONGEST).await;
    let body = body.map_err(|_| Refused::Kind(ErrorKind::TooLarge))?;
    let signed = SignedHook {
        id: header(&headers, "webhook-id"),
        timestamp: header(&headers, "webhook-timestamp"),
        signatures: header(&headers, "webhook-signature"),
    };
    Ok(match take_hook(&site.app, secret, signed, &body).await? {
        HookOutcome::Taken => StatusCode::NO_CONTENT.into_response(),
        HookOutcome::NotBelieved(why) => {
            tracing::warn!(%why, "a webhook's message was refused");
            problem(StatusCode::UNAUTHORIZED, "not-signed", &why.to_string())
        }
        HookOutcome::TooEarly => {
            problem(StatusCode::SERVICE_UNAVAILABLE, "too-early", "send this message again in a moment")
        }
        HookOutcome::Unreadable => {
            let expected = "one event (a JSON object), or a list of at most 1000";
            problem(StatusCode::BAD_REQUEST, "invalid-body", expected)
        }
    })
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
