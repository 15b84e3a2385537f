//! `/invite`: the way in without legacy credentials. Opening the link changes nothing, because mail scanners follow links.

use app::{
    Token,
    invite_user::{Link, accept_invitation, show_invitation},
};
use axum::{
    extract::{Query, State},
    response::Response,
};
use domain::attempt::Entry;
use serde::Deserialize;

use super::{S, progress::go_on};
use crate::{
    error::Refused,
    form::CheckedForm,
    site::Site,
    view::{Invite, InviteState},
    visit::Visit,
};

/// The link's query.
#[derive(Debug, Deserialize)]
pub struct InviteQuery {
    #[serde(default)]
    token: String,
}

/// What the form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    invitation: String,
}

/// Shows what the invitation is good for.
pub async fn show(
    State(site): S,
    visit: Visit,
    Query(InviteQuery { token }): Query<InviteQuery>,
) -> Result<Response, Refused> {
    let state = match Token::parse(&token) {
        Some(parsed) => match show_invitation(&site.app, &parsed).await? {
            Link::Good { until, .. } => InviteState::Open { token, until },
            Link::Over | Link::Unknown => InviteState::Closed,
        },
        None => InviteState::Closed,
    };
    page(&site, &visit, state).await
}

/// Begins.
pub async fn accept(
    State(site): S,
    visit: Visit,
    CheckedForm(Typed { invitation }): CheckedForm<Typed>,
) -> Result<Response, Refused> {
    let Some(token) = Token::parse(&invitation) else {
        return page(&site, &visit, InviteState::Closed).await;
    };
    match accept_invitation(&site.app, &visit.browser, &token, None).await? {
        Some(progress) => go_on(&site, Entry::Invite, progress, None).await,
        None => page(&site, &visit, InviteState::Closed).await,
    }
}

async fn page(site: &Site, visit: &Visit, state: InviteState) -> Result<Response, Refused> {
    let layout = site.layout(visit).await?;
    site.page(&Invite { layout, state }).await
}
