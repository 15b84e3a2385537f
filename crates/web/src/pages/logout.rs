//! `/logout`: asks first, because a link alone must not end anything.

use app::{
    check_session::Use,
    log_out::{cancel_attempt, log_out},
    manage_access::list_access,
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;

use super::{S, code::Nothing};
use crate::{
    cookies::{ATTEMPT, SESSION},
    error::Refused,
    form::CheckedForm,
    signed_in::session_of,
    view::{EndReason, LoggedOut, Logout},
    visit::Visit,
};

/// Asks.
pub async fn show(State(site): S, visit: Visit) -> Result<Response, Refused> {
    let layout = site.layout(&visit).await?;
    if session_of(&site, &visit, Use::Glance).await?.is_err() {
        return site.page(&LoggedOut { layout, reason: EndReason::NotLoggedIn, still_trusted: false }).await;
    }
    let back_href = site.destination(None).await?;
    site.page(&Logout { layout, back_href }).await
}

/// Logs out; a login that this browser has begun ends too.
pub async fn confirm(
    State(site): S,
    visit: Visit,
    CheckedForm(Nothing {}): CheckedForm<Nothing>,
) -> Result<Response, Refused> {
    let (mut reason, mut still_trusted) = (EndReason::NotLoggedIn, false);
    if let Ok((signed, _)) = session_of(&site, &visit, Use::Glance).await? {
        let access = list_access(&site.app, &visit.browser, &signed).await?;
        still_trusted = access.devices.iter().any(|device| Some(device.id) == access.this_device);
        reason = EndReason::LoggedOut;
    }
    if let Some(token) = &visit.session {
        log_out(&site.app, token).await?;
    }
    if let Some(pending) = &visit.attempt {
        cancel_attempt(&site.app, &visit.browser, pending).await?;
    }
    let layout = site.layout(&visit).await?;
    let page = site.page(&LoggedOut { layout, reason, still_trusted }).await?;
    let jar = CookieJar::new().add(site.remove_cookie(SESSION)).add(site.remove_cookie(ATTEMPT));
    Ok((jar, page).into_response())
}
