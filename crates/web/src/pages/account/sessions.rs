//! Where the user is logged in.

use app::manage_access::{Access, end_everything_else, end_session};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::id::SessionId;
use serde::Deserialize;

use super::{
    super::{S, code::Nothing},
    devices::browser,
};
use crate::{
    error::Refused,
    form::CheckedForm,
    signed_in::SignedIn,
    view::{ErrorKind, SessionRow},
};

/// Which session.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    session: String,
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

pub(super) fn session_rows(access: &Access, this: SessionId) -> Vec<SessionRow> {
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
