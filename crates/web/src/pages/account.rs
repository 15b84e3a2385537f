//! `/account`: the profile, and where the user is trusted and logged in.

use app::{
    check_session::Use,
    manage_access::{Access, end_everything_else, end_session, list_access, revoke_device},
};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::id::{DeviceId, SessionId};
use http::StatusCode;
use serde::Deserialize;

use super::{S, code::Nothing};
use crate::{
    error::Refused,
    form::CheckedForm,
    signed_in::{SignedIn, session_of},
    view::{Account, AccountDevices, Browser, BrowserKind, DeviceRow, ErrorKind, RemoveDevice, SessionRow},
    visit::Visit,
};

/// Which device, and whether the question was answered.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remove {
    device: String,
    #[serde(default)]
    sure: Option<String>,
}

/// Which session.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    session: String,
}

/// Shows the profile.
pub async fn show(State(site): S, visit: Visit, user: SignedIn) -> Result<Response, Refused> {
    let directory = site.app.directory().await?;
    let person = &user.signed.user;
    let page = Account {
        layout: user.layout(&site, &visit).await?,
        name: person.name.clone(),
        email: person.email.clone(),
        company: directory.company_of(person).map(|company| company.name.clone()),
        user_id: user.signed.user_id.clone(),
        security_code_since: person.enrolled_at,
        open_case: app::report_wrong_details::open_case(&site.app, person.id).await?,
    };
    site.page(&page).await
}

/// Shows devices and sessions.
pub async fn show_devices(State(site): S, visit: Visit, user: SignedIn) -> Result<Response, Refused> {
    let access = list_access(&site.app, &visit.browser, &user.signed).await?;
    let page = AccountDevices {
        layout: user.layout(&site, &visit).await?,
        devices: device_rows(&access),
        most: access.most_devices,
        sessions: session_rows(&access, user.signed.session.id),
        done: None,
    };
    site.page(&page).await
}

/// Removes a device; asks first when it is the one in use.
pub async fn remove_device(
    State(site): S,
    visit: Visit,
    user: SignedIn,
    CheckedForm(form): CheckedForm<Remove>,
) -> Result<Response, Refused> {
    let id: DeviceId = form.device.parse().map_err(|_| Refused::Kind(ErrorKind::NotFound))?;
    let access = list_access(&site.app, &visit.browser, &user.signed).await?;
    if access.this_device == Some(id) && form.sure.is_none() {
        let row = device_rows(&access).into_iter().find(|row| row.is_this);
        let device = row.ok_or(Refused::Kind(ErrorKind::NotFound))?;
        return site.page(&RemoveDevice { layout: user.layout(&site, &visit).await?, device }).await;
    }
    if !revoke_device(&site.app, &user.signed, id).await? {
        return Err(Refused::Kind(ErrorKind::NotFound));
    }
    Ok(Redirect::to("/account/devices").into_response())
}

/// Ends a session.
pub async fn end(
    State(site): S,
    user: SignedIn,
    CheckedForm(form): CheckedForm<End>,
) -> Result<Response, Refused> {
    let id: SessionId = form.session.parse().map_err(|_| Refused::Kind(ErrorKind::NotFound))?;
    if !end_session(&site.app, &user.signed, id).await? {
        return Err(Refused::Kind(ErrorKind::NotFound));
    }
    Ok(Redirect::to("/account/devices").into_response())
}

/// Ends everything but this session.
pub async fn end_everything(
    State(site): S,
    user: SignedIn,
    CheckedForm(Nothing {}): CheckedForm<Nothing>,
) -> Result<Response, Refused> {
    end_everything_else(&site.app, &user.signed).await?;
    Ok(Redirect::to("/account/devices").into_response())
}

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

fn device_rows(access: &Access) -> Vec<DeviceRow> {
    let mut rows: Vec<_> = access
        .devices
        .iter()
        .map(|device| DeviceRow {
            id: device.id.to_string(),
            browser: browser(&device.name),
            is_this: access.this_device == Some(device.id),
            first_seen: device.created_at,
            last_used: device.last_used_at,
            trusted_until: device.expires_at,
        })
        .collect();
    rows.sort_by_key(|row| !row.is_this);
    rows
}

fn session_rows(access: &Access, this: SessionId) -> Vec<SessionRow> {
    let mut rows: Vec<_> = access
        .sessions
        .iter()
        .map(|session| SessionRow {
            id: session.id.to_string(),
            browser: browser(&session.browser_name),
            is_this: session.id == this,
            since: session.created_at,
            last_used: session.last_seen_at,
            ends_at: session.ends_at,
        })
        .collect();
    rows.sort_by_key(|row| !row.is_this);
    rows
}

fn browser(name: &str) -> Browser {
    let on_phone = ["iPhone", "Android", "iPad"].iter().any(|phone| name.contains(phone));
    let kind = if on_phone { BrowserKind::Phone } else { BrowserKind::Computer };
    Browser { name: name.to_owned(), kind }
}
