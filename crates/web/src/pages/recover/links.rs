//! Links of mails about recovery. Opening one changes nothing, because mail scanners follow links.

use app::{
    Token,
    remove_factors::{cancel_removal, show_removal},
    request_user_ids::{follow_link, show_link},
};
use axum::{
    extract::{Query, State},
    response::Response,
};
use serde::Deserialize;

use super::{S, ended, go_to};
use crate::{
    error::Refused,
    form::CheckedForm,
    view::{RecoverCancel, RecoverContinue, RecoverEnd},
    visit::Visit,
};

/// The link's query.
#[derive(Debug, Deserialize)]
pub struct LinkQuery {
    #[serde(default)]
    token: String,
}

/// What the form for a User ID sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chosen {
    token: String,
    user_id: String,
}

/// What a form with one button sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pressed {
    token: String,
}

/// Which of the User IDs of the address.
pub async fn show_continue(
    State(site): S,
    visit: Visit,
    Query(LinkQuery { token }): Query<LinkQuery>,
) -> Result<Response, Refused> {
    let found = match Token::parse(&token) {
        Some(parsed) => show_link(&site.app, &parsed).await?,
        None => None,
    };
    let Some((ids, until)) = found else { return ended(&site, &visit, RecoverEnd::LinkOver).await };
    let layout = site.layout(&visit).await?;
    site.page(&RecoverContinue { layout, token, ids, until }).await
}

/// Goes on with it.
pub async fn go_on(
    State(site): S,
    visit: Visit,
    CheckedForm(Chosen { token, user_id }): CheckedForm<Chosen>,
) -> Result<Response, Refused> {
    let followed = match Token::parse(&token) {
        Some(parsed) => follow_link(&site.app, &visit.browser, &parsed, &user_id).await?,
        None => None,
    };
    match followed {
        Some(recovery) => Ok(go_to(&site, &recovery, "/recover/security-code")),
        None => ended(&site, &visit, RecoverEnd::LinkOver).await,
    }
}

/// What the button stops.
pub async fn show_cancel(
    State(site): S,
    visit: Visit,
    Query(LinkQuery { token }): Query<LinkQuery>,
) -> Result<Response, Refused> {
    let due = match Token::parse(&token) {
        Some(parsed) => show_removal(&site.app, &parsed).await?,
        None => None,
    };
    let Some(due) = due else { return ended(&site, &visit, RecoverEnd::LinkOver).await };
    let layout = site.layout(&visit).await?;
    site.page(&RecoverCancel { layout, token, due }).await
}

/// Stops it.
pub async fn cancel(
    State(site): S,
    visit: Visit,
    CheckedForm(Pressed { token }): CheckedForm<Pressed>,
) -> Result<Response, Refused> {
    let cancelled = match Token::parse(&token) {
        Some(parsed) => cancel_removal(&site.app, &parsed).await?,
        None => false,
    };
    let end = if cancelled { RecoverEnd::Cancelled } else { RecoverEnd::LinkOver };
    ended(&site, &visit, end).await
}
