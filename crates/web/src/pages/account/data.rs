//! `/account/data`: a copy of what is kept about oneself.

use app::export_own_data::export_own_data;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};

use super::super::{S, code::Nothing};
use crate::{
    error::Refused,
    form::CheckedForm,
    signed_in::{Fresh, SignedIn},
    view::AccountData,
    visit::Visit,
};

/// Says what is in it.
pub async fn show(State(site): S, visit: Visit, user: SignedIn) -> Result<Response, Refused> {
    site.page(&AccountData { layout: user.layout(&site, &visit).await? }).await
}

/// The file.
pub async fn take(
    State(site): S,
    visit: Visit,
    Fresh(user): Fresh,
    CheckedForm(Nothing {}): CheckedForm<Nothing>,
) -> Result<Response, Refused> {
    let data = export_own_data(&site.app, &visit.browser, &user.signed).await?;
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CONTENT_DISPOSITION, "attachment; filename=\"your-data.json\""),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, format!("{data:#}\n")).into_response())
}
