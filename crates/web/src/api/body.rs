//! JSON bodies: of our own origin's making, strict, bounded, and wrong in a way that is told.

use std::sync::Arc;

use axum::{
    body::to_bytes,
    extract::{FromRequest, Request},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header::CONTENT_TYPE};
use serde::de::DeserializeOwned;

use crate::{
    error::Refused,
    form::LONGEST_FORM,
    view::ErrorKind,
    visit::{Shown, Visit},
};

/// The header that carries the form token.
pub const TOKEN_HEADER: &str = "vestibule-csrf";

/// A JSON body whose token was right.
#[derive(Debug)]
pub struct CheckedJson<T>(pub T);

/// RFC 9457.
#[derive(Debug)]
pub enum JsonRefused {
    /// Refused like any request.
    Refused(Refused),
    /// The body is not what is expected; says where and why, never what was sent.
    Body(String),
}

impl IntoResponse for JsonRefused {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(refused) => refused.into_response(),
            Self::Body(detail) => problem(StatusCode::BAD_REQUEST, "invalid-body", &detail),
        }
    }
}

/// A problem with words for developers.
#[must_use]
pub fn problem(status: StatusCode, kind: &str, detail: &str) -> Response {
    let body = serde_json::json!({
        "type": format!("urn:vestibule:problem:{kind}"),
        "title": status.canonical_reason(),
        "status": status.as_u16(),
        "detail": detail,
    });
    let kind = [(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))];
    (status, kind, body.to_string()).into_response()
}

/// Whether the request carries this browser's token.
#[must_use]
pub fn has_token(headers: &http::HeaderMap, visit: &Visit) -> bool {
    let shown = headers.get(TOKEN_HEADER).and_then(|token| token.to_str().ok());
    shown.is_some_and(|shown| visit.takes_token(shown))
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for CheckedJson<T> {
    type Rejection = JsonRefused;

    async fn from_request(request: Request, _: &S) -> Result<Self, JsonRefused> {
        let refused = |kind| JsonRefused::Refused(Refused::Kind(kind));
        let shown = request.extensions().get::<Arc<Shown>>().cloned().ok_or(refused(ErrorKind::Fault))?;
        if let Some(fault) = shown.standstill() {
            return Err(JsonRefused::Refused(fault.into()));
        }
        let kind =
            request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.to_ascii_lowercase().starts_with("application/json") {
            return Err(refused(ErrorKind::UnsupportedType));
        }
        if !has_token(request.headers(), shown.visit()) {
            return Err(refused(ErrorKind::Forbidden));
        }
        let body = to_bytes(request.into_body(), LONGEST_FORM).await;
        let body = body.map_err(|_| refused(ErrorKind::TooLarge))?;
        let mut reader = serde_json::Deserializer::from_slice(&body);
        let read = serde_path_to_error::deserialize(&mut reader);
        let read = read.map_err(|error| JsonRefused::Body(describe(&error)))?;
        reader.end().map_err(|_| JsonRefused::Body("there is something after the JSON".to_owned()))?;
        Ok(Self(read))
    }
}

/// Where and what, without the value that was sent.
fn describe(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    let at = error.path().to_string();
    let inner = error.inner();
    if inner.is_data() {
        let words = inner.to_string();
        let missing = words.starts_with("missing field") || words.starts_with("unknown field");
        let what = if missing || words.starts_with("duplicate field") {
            words.split(" at line").next().unwrap_or_default().to_owned()
        } else {
            "a wrong type: a text is expected".to_owned()
        };
        format!("{at}: {what}")
    } else {
        format!("this is not JSON (line {}, column {})", inner.line(), inner.column())
    }
}
