//! `/stop-reminders`: the link in mails of a rollout. Opening it changes nothing, because mail scanners follow links; the page's
//! button posts a form, a mail program's own button posts without a page (RFC 8058). The link's token is the proof of both.

use app::{
    Token,
    stop_reminders::{show_stop, stop_reminders},
};
use axum::{
    body::to_bytes,
    extract::{FromRequest as _, Query, Request, State},
    response::{IntoResponse, Response},
};
use http::StatusCode;
use serde::Deserialize;

use super::S;
use crate::{
    error::Refused,
    form::{CheckedForm, LONGEST_FORM},
    site::Site,
    view::{ErrorKind, StopReminders, StopRemindersDone, StopRemindersOver},
    visit::Visit,
};

/// What a mail program sends, and nothing else (RFC 8058, 3.2).
const ONE_CLICK: &[u8] = b"List-Unsubscribe=One-Click";

/// The link's query.
#[derive(Debug, Deserialize)]
pub struct LinkQuery {
    #[serde(default)]
    token: String,
}

/// What the page's form sends.
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
    let Some(user) = show_stop(&site.app, &parsed).await? else { return over(&site, &visit).await };
    let layout = site.layout_for(&visit, &user).await?;
    site.page(&StopReminders { layout, token }).await
}

/// Does it, for the page's button and for the mail program's.
pub async fn press(
    State(site): S,
    visit: Visit,
    Query(LinkQuery { token }): Query<LinkQuery>,
    request: Request,
) -> Result<Response, Refused> {
    let token = if token.is_empty() {
        CheckedForm::<Pressed>::from_request(request, &()).await?.0.token
    } else {
        check_one_click(request).await?;
        token
    };
    let Some(parsed) = Token::parse(&token) else { return over(&site, &visit).await };
    let Some(user) = stop_reminders(&site.app, &parsed).await? else { return over(&site, &visit).await };
    let layout = site.layout_for(&visit, &user).await?;
    site.page(&StopRemindersDone { layout }).await
}

/// As a form of one field, or as its multipart: in both the pair stands whole, or its parts in order.
async fn check_one_click(request: Request) -> Result<(), Refused> {
    let body = to_bytes(request.into_body(), LONGEST_FORM).await;
    let body = body.map_err(|_| Refused::Kind(ErrorKind::TooLarge))?;
    let text = String::from_utf8_lossy(&body);
    let multipart = text.split_once("name=\"List-Unsubscribe\"");
    let in_parts = multipart.is_some_and(|(_, rest)| {
        rest.trim_start_matches(['\r', '\n']).lines().next().is_some_and(|value| value.trim() == "One-Click")
    });
    if body.as_ref() == ONE_CLICK || in_parts { Ok(()) } else { Err(Refused::Kind(ErrorKind::BadRequest)) }
}

/// Unknown or broken: alike.
async fn over(site: &Site, visit: &Visit) -> Result<Response, Refused> {
    let layout = site.layout(visit).await?;
    Ok((StatusCode::NOT_FOUND, site.page(&StopRemindersOver { layout }).await?).into_response())
}
