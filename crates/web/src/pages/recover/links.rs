//! Links of mails about recovery. Opening one changes nothing, because mail scanners follow links.

use app::{
    Token,
    remove_factors::{cancel_removal, show_removal},
    request_user_ids::{follow_link, show_link},
    show_recovery::person_of_removal,
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
    view::{RecoverCancel, RecoverContinue, RecoverEnd, RecoverEnded},
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
    let Some(link) = found else { return ended(&site, &visit, RecoverEnd::LinkOver).await };
    let layout = site.layout_for(&visit, &link.user).await?;
    site.page(&RecoverContinue { layout, token, ids: link.ids, until: link.until }).await
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
    let Some(parsed) = Token::parse(&token) else {
        return ended(&site, &visit, RecoverEnd::LinkOver).await;
    };
    let due = show_removal(&site.app, &parsed).await?;
    let person = person_of_removal(&site.app, &parsed).await?;
    let (Some(due), Some(person)) = (due, person) else {
        return ended(&site, &visit, RecoverEnd::LinkOver).await;
    };
    let layout = site.layout_for(&visit, &person).await?;
    site.page(&RecoverCancel { layout, token, due }).await
}

/// Stops it.
pub async fn cancel(
    State(site): S,
    visit: Visit,
    CheckedForm(Pressed { token }): CheckedForm<Pressed>,
) -> Result<Response, Refused> {
    let Some(parsed) = Token::parse(&token) else {
        return ended(&site, &visit, RecoverEnd::LinkOver).await;
    };
    if !cancel_removal(&site.app, &parsed).await? {
        return ended(&site, &visit, RecoverEnd::LinkOver).await;
    }
    let layout = match person_of_removal(&site.app, &parsed).await? {
        Some(person) => site.layout_for(&visit, &person).await?,
        None => site.layout(&visit).await?,
    };
    site.page(&RecoverEnded { layout, end: RecoverEnd::Cancelled }).await
}
