//! `/handoff`: from an application's host to the login, and with a ticket back to the page that was wanted.

use app::{Token, check_session::Use, hand_over::issue_ticket};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use url::Url;

use super::{S, to::with_to};
use crate::{destinations::within, error::Refused, signed_in::session_of, view::ErrorKind, visit::Visit};

/// What the gateway asks.
#[derive(Debug, Deserialize)]
pub struct Asked {
    app: String,
    nonce: String,
    #[serde(default)]
    path: String,
}

/// With a session: a ticket for that host and browser. Without: to the login, and back to where the user wanted to go.
pub async fn hand_off(State(site): S, visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Refused> {
    let directory = site.app.directory().await?;
    let application = directory.applications.iter().find(|application| application.slug == asked.app);
    let (Some(application), Some(nonce)) = (application, Token::parse(&asked.nonce)) else {
        return Err(Refused::Kind(ErrorKind::BadRequest));
    };
    let base =
        Url::parse(&site.address_of(&application.host)).map_err(|_| Refused::Kind(ErrorKind::Fault))?;
    let wanted = within(&base, &asked.path);
    let Ok((signed, _)) = session_of(&site, &visit, Use::Request).await? else {
        let door = if visit.is_known { "/login" } else { "/" };
        return Ok(Redirect::to(&with_to(door, Some(wanted.as_str()))).into_response());
    };
    let ticket = issue_ticket(&site.app, &signed, application, &nonce).await?;
    let mut back = base;
    back.set_path("/.vestibule/session");
    let path =
        wanted.query().map_or_else(|| wanted.path().to_owned(), |query| format!("{}?{query}", wanted.path()));
    back.query_pairs_mut().append_pair("ticket", &ticket.expose()).append_pair("path", &path);
    Ok(Redirect::to(back.as_str()).into_response())
}
