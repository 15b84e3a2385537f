//! The extractor for a signed-in user: it can load sessions, and nothing else.

use std::sync::Arc;

use app::{
    Token,
    check_session::{Check, Signed, Use, check_session},
    confirm_identity::{is_fresh, is_fresh_by_both},
};
use axum::{
    Json,
    extract::FromRequestParts,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use domain::time::Timestamp;
use http::{Method, StatusCode, header::ACCEPT, request::Parts};

use crate::{
    cookies::SESSION,
    error::Refused,
    layout::Layout,
    pages::to::{account_page, page_of_form, with_to},
    site::Site,
    visit::{ShownSession, Visit},
};

/// Where somebody who is signed in proves it afresh.
const CONFIRM: &str = "/account/confirm";

/// A signed-in user.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The session and its user.
    pub signed: Arc<Signed>,
    /// When the session ends if nothing happens.
    pub idle_end: Timestamp,
    /// Its token.
    pub token: Token,
}

/// Sends a person to the login, with the reason; tells a script.
#[derive(Debug)]
pub enum NotSignedIn {
    /// There is no session.
    None(CookieJar),
    /// It was not used for too long.
    Idle(CookieJar),
    /// A fault.
    Refused(Refused),
}

impl IntoResponse for NotSignedIn {
    fn into_response(self) -> Response {
        match self {
            Self::None(jar) => (jar, Redirect::to("/login")).into_response(),
            Self::Idle(jar) => (jar, Redirect::to("/login?ended=idle")).into_response(),
            Self::Refused(refused) => refused.into_response(),
        }
    }
}

impl FromRequestParts<Arc<Site>> for SignedIn {
    type Rejection = NotSignedIn;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, NotSignedIn> {
        let Ok(ShownSession(token)) = ShownSession::from_request_parts(parts, site).await;
        let gone = CookieJar::new().add(site.remove_cookie(SESSION));
        let Some(token) = token else { return Err(NotSignedIn::None(CookieJar::new())) };
        match check_session(&site.app, &token, Use::Request).await {
            Ok(Check::Alive(signed, idle_end)) => Ok(Self { signed, idle_end, token }),
            Ok(Check::Idle) => Err(NotSignedIn::Idle(gone)),
            Ok(Check::None) => Err(NotSignedIn::None(gone)),
            Err(fault) => Err(NotSignedIn::Refused(fault.into())),
        }
    }
}

/// A signed-in user who has proven it by hand a moment ago, with everything that the company's stage demands: what a
/// sensitive page or change asks for.
#[derive(Debug, Clone)]
pub struct Fresh(pub SignedIn);

/// Sends a person to prove it afresh, and then back to the page; tells a script where.
#[derive(Debug)]
pub enum NotFresh {
    /// Not even signed in.
    NotSignedIn(NotSignedIn),
    /// A person, and where they prove it.
    Page(String),
    /// A script, and where its person proves it.
    Script(String),
}

impl IntoResponse for NotFresh {
    fn into_response(self) -> Response {
        match self {
            Self::NotSignedIn(not) => not.into_response(),
            Self::Page(confirm) => Redirect::to(&confirm).into_response(),
            Self::Script(confirm) => {
                (StatusCode::FORBIDDEN, Json(serde_json::json!({ "confirm": confirm }))).into_response()
            }
        }
    }
}

impl FromRequestParts<Arc<Site>> for Fresh {
    type Rejection = NotFresh;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, NotFresh> {
        let signed = SignedIn::from_request_parts(parts, site).await.map_err(NotFresh::NotSignedIn)?;
        match is_fresh(&site.app, &signed.signed).await {
            Ok(true) => Ok(Self(signed)),
            Ok(false) => Err(not_fresh(parts)),
            Err(fault) => Err(NotFresh::NotSignedIn(NotSignedIn::Refused(fault.into()))),
        }
    }
}

/// The same with both factors at every stage: what binds, chooses or removes a factor asks for, since a password alone must never
/// become a lasting way in.
#[derive(Debug, Clone)]
pub struct FreshByBoth(pub SignedIn);

impl FromRequestParts<Arc<Site>> for FreshByBoth {
    type Rejection = NotFresh;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, NotFresh> {
        let signed = SignedIn::from_request_parts(parts, site).await.map_err(NotFresh::NotSignedIn)?;
        match is_fresh_by_both(&site.app, &signed.signed).await {
            Ok(true) => Ok(Self(signed)),
            Ok(false) => Err(not_fresh(parts)),
            Err(fault) => Err(NotFresh::NotSignedIn(NotSignedIn::Refused(fault.into()))),
        }
    }
}

/// A form that was sent is answered by its page, to be sent again: what it did would have been done unproven.
fn not_fresh(parts: &Parts) -> NotFresh {
    let path = parts.uri.path();
    if parts.method == Method::GET {
        // Without its query, only the page that leads there can be shown.
        let back = if parts.uri.query().is_some() { page_of_form(path) } else { account_page(Some(path)) };
        return NotFresh::Page(with_to(CONFIRM, Some(back)));
    }
    let accepts = parts.headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let to = with_to(CONFIRM, Some(page_of_form(path)));
    if accepts.contains("application/json") {
        return NotFresh::Script(to);
    }
    NotFresh::Page(format!("{to}&kept=no"))
}

impl SignedIn {
    /// The frame of a page of this user.
    ///
    /// # Errors
    /// [`Refused`].
    pub async fn layout(&self, site: &Site, visit: &Visit) -> Result<Layout, Refused> {
        Ok(site.layout_signed_in(visit, &self.signed, self.idle_end).await?)
    }
}

/// For scripts: the session, or 401.
///
/// # Errors
/// [`Refused`] when sessions cannot be looked up.
pub async fn session_of(
    site: &Site,
    visit: &Visit,
    why: Use,
) -> Result<Result<(Arc<Signed>, Timestamp), StatusCode>, Refused> {
    session_shown(site, visit.session.as_ref(), why).await
}

/// The same for whoever knows nothing else of the visitor.
///
/// # Errors
/// As [`session_of`].
pub async fn session_shown(
    site: &Site,
    token: Option<&Token>,
    why: Use,
) -> Result<Result<(Arc<Signed>, Timestamp), StatusCode>, Refused> {
    let Some(token) = token else { return Ok(Err(StatusCode::UNAUTHORIZED)) };
    Ok(match check_session(&site.app, token, why).await? {
        Check::Alive(signed, idle_end) => Ok((signed, idle_end)),
        Check::Idle | Check::None => Err(StatusCode::UNAUTHORIZED),
    })
}
