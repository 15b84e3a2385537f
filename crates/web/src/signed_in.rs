//! The extractor for a signed-in user: it can load sessions, and nothing else.

use std::sync::Arc;

use app::{
    Token,
    check_session::{Check, Signed, Use, check_session},
};
use axum::{
    extract::FromRequestParts,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use domain::time::Timestamp;
use http::{StatusCode, request::Parts};

use crate::{
    cookies::SESSION,
    error::Refused,
    layout::{Layout, Person},
    site::Site,
    visit::Visit,
};

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
        let visit = Visit::from_request_parts(parts, site).await.map_err(NotSignedIn::Refused)?;
        let gone = CookieJar::new().add(site.remove_cookie(SESSION));
        let Some(token) = visit.session else { return Err(NotSignedIn::None(CookieJar::new())) };
        match check_session(&site.app, &token, Use::Request).await {
            Ok(Check::Alive(signed, idle_end)) => Ok(Self { signed, idle_end, token }),
            Ok(Check::Idle) => Err(NotSignedIn::Idle(gone)),
            Ok(Check::None) => Err(NotSignedIn::None(gone)),
            Err(fault) => Err(NotSignedIn::Refused(fault.into())),
        }
    }
}

impl SignedIn {
    /// The frame of a page of this user.
    ///
    /// # Errors
    /// [`Refused`].
    pub async fn layout(&self, site: &Site, visit: &Visit) -> Result<Layout, Refused> {
        let user = &self.signed.user;
        let policy = site.app.directory().await?.policy(user.company);
        let mut layout = site.layout_for(visit, user).await?;
        layout.person = Some(Person {
            name: user.name.clone(),
            idle_left: self.idle_end.since(layout.now),
            warn_before: policy.session.warn_before,
        });
        Ok(layout)
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
    let Some(token) = &visit.session else { return Ok(Err(StatusCode::UNAUTHORIZED)) };
    Ok(match check_session(&site.app, token, why).await? {
        Check::Alive(signed, idle_end) => Ok((signed, idle_end)),
        Check::Idle | Check::None => Err(StatusCode::UNAUTHORIZED),
    })
}
