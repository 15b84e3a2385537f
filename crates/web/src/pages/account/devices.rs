//! `/account/devices`: where the user is trusted.

use app::manage_access::{Access, list_access, revoke_device};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::id::DeviceId;
use serde::Deserialize;

use super::{super::S, sessions::session_rows};
use crate::{
    error::Refused,
    form::CheckedForm,
    signed_in::SignedIn,
    view::{AccountDevices, Browser, BrowserKind, DeviceRow, ErrorKind, RemoveDevice},
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

/// Shows devices and sessions.
pub async fn show(State(site): S, visit: Visit, user: SignedIn) -> Result<Response, Refused> {
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
pub async fn remove(
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

pub(super) fn browser(name: &str) -> Browser {
    let on_phone = ["iPhone", "Android", "iPad"].iter().any(|phone| name.contains(phone));
    let kind = if on_phone { BrowserKind::Phone } else { BrowserKind::Computer };
    Browser { name: name.to_owned(), kind }
}
