//! `/account/devices`: where the user is trusted.

use app::{
    manage_access::{Access, list_access, revoke_device},
    rename_device::{LONGEST_NAME, Outcome, rename_device},
    revoke_all_devices::revoke_all_devices,
};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use domain::id::DeviceId;
use http::StatusCode;
use serde::Deserialize;
use text::Text;

use super::{super::S, sessions::session_rows};
use crate::{
    error::Refused,
    form::CheckedForm,
    signed_in::{Fresh, SignedIn},
    site::Site,
    view::{
        AccountDevices, Browser, BrowserKind, DeviceRow, ErrorKind, Problems, RemoveAllDevices, RemoveDevice,
        RenameDevice,
    },
    visit::Visit,
};

/// What was just done.
#[derive(Debug, Deserialize)]
pub struct DoneQuery {
    #[serde(default)]
    done: String,
}

/// Which device.
#[derive(Debug, Deserialize)]
pub struct DeviceQuery {
    #[serde(default)]
    device: String,
}

/// Which device, and what it is called.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rename {
    device: String,
    name: String,
}

/// Which device, and whether the question was answered.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remove {
    device: String,
    #[serde(default)]
    sure: Option<String>,
}

/// Whether the question was answered.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveAll {
    #[serde(default)]
    sure: Option<String>,
}

/// Shows devices and sessions.
pub async fn show(
    State(site): S,
    visit: Visit,
    user: SignedIn,
    Query(DoneQuery { done }): Query<DoneQuery>,
) -> Result<Response, Refused> {
    let access = list_access(&site.app, &visit.browser, &user.signed).await?;
    let done = match done.as_str() {
        "renamed" => Some("device-renamed"),
        "removed" => Some("device-removed"),
        "all" => Some("device-all-removed"),
        _ => None,
    };
    let page = AccountDevices {
        layout: user.layout(&site, &visit).await?,
        devices: device_rows(visit.text, &access),
        most: access.most_devices,
        sessions: session_rows(&access, user.signed.session.id),
        done: done.map(|id| visit.text.get(id)),
    };
    site.page(&page).await
}

/// Asks what a device is called.
pub async fn ask_name(
    State(site): S,
    visit: Visit,
    Fresh(user): Fresh,
    Query(DeviceQuery { device }): Query<DeviceQuery>,
) -> Result<Response, Refused> {
    let device = row_of(&site, &visit, &user, &device).await?;
    let layout = user.layout(&site, &visit).await?;
    site.page(&RenameDevice { layout, typed: device.browser.name.clone(), device }).await
}

/// Gives a device another name.
pub async fn rename(
    State(site): S,
    visit: Visit,
    Fresh(user): Fresh,
    CheckedForm(form): CheckedForm<Rename>,
) -> Result<Response, Refused> {
    let device = row_of(&site, &visit, &user, &form.device).await?;
    let id: DeviceId = form.device.parse().map_err(|_| Refused::Kind(ErrorKind::NotFound))?;
    match rename_device(&site.app, &user.signed, id, &form.name).await? {
        Outcome::Renamed => Ok(Redirect::to("/account/devices?done=renamed").into_response()),
        Outcome::Unknown => Err(Refused::Kind(ErrorKind::NotFound)),
        Outcome::BadName => {
            let text = visit.text;
            let detail = text.message("device-name-problem-detail").with("most", LONGEST_NAME).to_string();
            let (title, summary) = (text.get("device-name-problem-title"), text.get("device-name-problem"));
            let problems = Problems::one(title, "name", summary, detail);
            let layout = user.layout(&site, &visit).await?.with_problems(problems);
            let page = site.page(&RenameDevice { layout, typed: form.name, device }).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
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
        let row = device_rows(visit.text, &access).into_iter().find(|row| row.is_this);
        let device = row.ok_or(Refused::Kind(ErrorKind::NotFound))?;
        return site.page(&RemoveDevice { layout: user.layout(&site, &visit).await?, device }).await;
    }
    if !revoke_device(&site.app, &user.signed, id).await? {
        return Err(Refused::Kind(ErrorKind::NotFound));
    }
    Ok(Redirect::to("/account/devices?done=removed").into_response())
}

/// Removes all devices; asks first.
pub async fn remove_all(
    State(site): S,
    visit: Visit,
    user: SignedIn,
    CheckedForm(form): CheckedForm<RemoveAll>,
) -> Result<Response, Refused> {
    if form.sure.is_none() {
        let layout = user.layout(&site, &visit).await?;
        return site.page(&RemoveAllDevices { layout }).await;
    }
    revoke_all_devices(&site.app, &user.signed).await?;
    Ok(Redirect::to("/account/devices?done=all").into_response())
}

async fn row_of(site: &Site, visit: &Visit, user: &SignedIn, device: &str) -> Result<DeviceRow, Refused> {
    let access = list_access(&site.app, &visit.browser, &user.signed).await?;
    let row = device_rows(visit.text, &access).into_iter().find(|row| row.id == device);
    row.ok_or(Refused::Kind(ErrorKind::NotFound))
}

fn device_rows(text: Text, access: &Access) -> Vec<DeviceRow> {
    let mut rows: Vec<_> = access
        .devices
        .iter()
        .map(|device| DeviceRow {
            id: device.id.to_string(),
            browser: Browser { name: device.name.clone(), kind: kind(&device.platform) },
            software: text
                .message("device-software")
                .with("browser", device.browser.as_str())
                .with("platform", device.platform.as_str())
                .to_string(),
            // One IPv4 address is its own network.
            network: device.network.trim_end_matches("/32").to_owned(),
            is_bound: device.public_key.is_some(),
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
    Browser { name: name.to_owned(), kind: kind(name) }
}

fn kind(platform: &str) -> BrowserKind {
    let on_phone = ["iPhone", "Android", "iPad"].iter().any(|phone| platform.contains(phone));
    if on_phone { BrowserKind::Phone } else { BrowserKind::Computer }
}
