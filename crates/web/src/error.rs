//! How refusals become answers, in this one place: a page for a person, RFC 9457 for a script. Internals are never shown.

use std::sync::Arc;

use app::Fault;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{
    HeaderValue, StatusCode,
    header::{CONTENT_TYPE, RETRY_AFTER},
};

use crate::{
    site::Site,
    view::{ErrorKind, ErrorPage, Kept},
    visit::{REQUEST_ID, Shown, Visit},
};

/// Why a request gets no answer of its own.
#[derive(Debug)]
pub enum Refused {
    /// A known kind, with what was typed.
    Kept(ErrorKind, Vec<Kept>),
    /// A known kind.
    Kind(ErrorKind),
    /// A fault of ours.
    Fault(Fault),
}

impl Refused {
    /// A fault, on a page that shows again what was typed, so that nothing is lost.
    #[must_use]
    pub fn keeping(fault: &Fault, label: String, value: &str) -> Self {
        Self::keeping_all(fault, vec![Kept { label, value: value.to_owned() }])
    }

    /// The same with several fields.
    #[must_use]
    pub fn keeping_all(fault: &Fault, kept: Vec<Kept>) -> Self {
        Self::Kept(kind_of(fault), kept)
    }
}

impl From<app::NotAKey> for Refused {
    fn from(_: app::NotAKey) -> Self {
        Self::Kind(ErrorKind::BadRequest)
    }
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// What the rendering layer needs, carried by an answer without a body.
#[derive(Debug, Clone)]
struct ToRender {
    kind: ErrorKind,
    kept: Vec<Kept>,
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (kind, kept) = match self {
            Self::Kept(kind, kept) => (kind, kept),
            Self::Kind(kind) => (kind, Vec::new()),
            Self::Fault(fault) => (kind_of(&fault), Vec::new()),
        };
        let mut response = kind.status().into_response();
        response.extensions_mut().insert(ToRender { kind, kept });
        response
    }
}

/// Logs a fault once, here, and names what the person can do.
fn kind_of(fault: &Fault) -> ErrorKind {
    match fault {
        Fault::Busy(wait) => {
            tracing::warn!("a login was turned away: too many at once");
            ErrorKind::Busy(wait.as_secs().max(1))
        }
        fault if fault.is_passing() => {
            app::health::tell(fault);
            ErrorKind::Busy(5)
        }
        fault => {
            tracing::error!(%fault, "a request failed");
            ErrorKind::Fault
        }
    }
}

/// Gives every refusal its body.
pub async fn render(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let wants_json = request.uri().path().starts_with("/api/");
    let shown = request.extensions().get::<Arc<Shown>>().cloned();
    let reference = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok()).map(str::to_owned);
    let response = next.run(request).await;
    let Some(ToRender { kind, kept }) = to_render(&response) else { return response };
    let mut rendered = match shown {
        Some(shown) if !wants_json => {
            page(&site, shown.visit(), kind, kept, reference.unwrap_or_default()).await
        }
        _ => problem(kind),
    };
    for (name, value) in response.headers() {
        if !rendered.headers().contains_key(name) && name != http::header::CONTENT_LENGTH {
            rendered.headers_mut().insert(name, value.clone());
        }
    }
    if let Some(seconds) = kind.retry_after() {
        rendered.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    rendered
}

fn to_render(response: &Response) -> Option<ToRender> {
    if let Some(refused) = response.extensions().get::<ToRender>() {
        return Some(refused.clone());
    }
    if is_page(response) {
        return None;
    }
    // Answers of the router and its layers, which have no words of ours.
    let kind = match response.status() {
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => ErrorKind::BadRequest,
        StatusCode::FORBIDDEN => ErrorKind::Forbidden,
        StatusCode::NOT_FOUND => ErrorKind::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => ErrorKind::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => ErrorKind::TooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ErrorKind::UnsupportedType,
        StatusCode::INTERNAL_SERVER_ERROR => ErrorKind::Fault,
        _ => return None,
    };
    Some(ToRender { kind, kept: Vec::new() })
}

/// Whether the answer has words already.
fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.starts_with("text/html") || kind.contains("json")
}

async fn page(site: &Site, visit: &Visit, kind: ErrorKind, kept: Vec<Kept>, reference: String) -> Response {
    let layout = match site.layout(visit).await {
        Ok(layout) => layout,
        // The directory lies in the database; without it the page still stands.
        Err(_) => site.remembered_layout(visit),
    };
    let view = ErrorPage { layout, kind, reference, kept, back_href: String::new() };
    match site.page(&view).await {
        Ok(mut response) => {
            *response.status_mut() = kind.status();
            response
        }
        Err(_) => match askama::Template::render(&view) {
            Ok(html) => (kind.status(), axum::response::Html(html)).into_response(),
            Err(_) => problem(kind),
        },
    }
}

/// The same for a script.
fn problem(kind: ErrorKind) -> Response {
    let status = kind.status();
    let name = status.canonical_reason().unwrap_or("error").to_lowercase().replace(' ', "-");
    let body = serde_json::json!({
        "type": format!("urn:vestibule:problem:{name}"),
        "title": status.canonical_reason(),
        "status": status.as_u16(),
    });
    let kind = [(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))];
    (status, kind, body.to_string()).into_response()
}
