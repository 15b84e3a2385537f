//! `/not-me`: the way out in mails with codes. Opening the link changes nothing, because mail scanners follow links.

use app::{
    Token,
    not_me::{say_not_me, show_not_me},
};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use http::StatusCode;
use serde::Deserialize;

use super::S;
use crate::{
    error::Refused,
    form::CheckedForm,
    site::Site,
    view::{NotMe, NotMeDone, NotMeOver},
    visit::Visit,
};

/// The link's query.
#[derive(Debug, Deserialize)]
pub struct LinkQuery {
    #[serde(default)]
    token: String,
}

/// What the form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pressed {
    token: String,
}

/// Says what the button will do.
pub async fn show(
    State(site): S,
    visit: Visit,
    Query(LinkQuery { token }): Query<LinkQuery>,
) -> Result<Response, Refused> {
    let Some(parsed) = Token::parse(&token) else { return over(&site, &visit).await };
    let Some(link) = show_not_me(&site.app, &parsed).await? else { return over(&site, &visit).await };
    let layout = site.layout_for(&visit, &link.user).await?;
    site.page(&NotMe { layout, token, purpose: link.purpose, at: link.at, browser: link.browser }).await
}

/// Does it.
pub async fn press(
    State(site): S,
    visit: Visit,
    CheckedForm(Pressed { token }): CheckedForm<Pressed>,
) -> Result<Response, Refused> {
    let Some(parsed) = Token::parse(&token) else { return over(&site, &visit).await };
    let Some(done) = say_not_me(&site.app, &parsed).await? else { return over(&site, &visit).await };
    let layout = site.layout_for(&visit, &done.user).await?;
    site.page(&NotMeDone { layout, purpose: done.purpose, password_dead: done.password_dead }).await
}

/// Unknown, used or too old: alike.
async fn over(site: &Site, visit: &Visit) -> Result<Response, Refused> {
    let layout = site.layout(visit).await?;
    Ok((StatusCode::NOT_FOUND, site.page(&NotMeOver { layout }).await?).into_response())
}
