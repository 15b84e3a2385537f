//! `/recover/…`: getting back in. Until the mailbox is proven, every name is answered alike.

pub mod code;
pub mod knowledge;
pub mod links;
pub mod new_password;
pub mod user_id;

use app::{
    Token,
    begin_recovery::{Asked, begin_recovery},
    recovery::{Door, LIFETIME_WITH_STAFF},
    show_recovery::{Step, View, show_recovery},
};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use domain::{recovery::Goal, time::Timestamp};
use http::StatusCode;
use serde::Deserialize;

use super::{
    S,
    to::{To, with_to},
};
use crate::{
    cookies::RECOVERY,
    error::Refused,
    form::CheckedForm,
    site::Site,
    view::{LockReason, LoginLocked, Problems, Recover, RecoverAsk, RecoverEnd, RecoverEnded, RecoverWhat},
    visit::Visit,
};

/// What the forms that ask for a name send.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Name {
    user_id: String,
}

/// The choices.
pub async fn show(State(site): S, visit: Visit, query: Query<To>) -> Result<Response, Refused> {
    let page = Recover { layout: site.layout(&visit).await?, ended: query.ended.is_some() };
    site.page(&page).await
}

/// A forgotten password.
pub async fn show_password(State(site): S, visit: Visit) -> Result<Response, Refused> {
    ask(&site, &visit, RecoverWhat::Password).await
}

/// A paused or locked login.
pub async fn show_unlock(State(site): S, visit: Visit) -> Result<Response, Refused> {
    ask(&site, &visit, RecoverWhat::Unlock).await
}

/// A lost authenticator app or passkey.
pub async fn show_factor(State(site): S, visit: Visit) -> Result<Response, Refused> {
    ask(&site, &visit, RecoverWhat::Factor).await
}

/// Begins, for a forgotten password.
pub async fn begin_password(
    State(site): S,
    visit: Visit,
    CheckedForm(typed): CheckedForm<Name>,
) -> Result<Response, Refused> {
    begin(&site, &visit, RecoverWhat::Password, typed).await
}

/// Begins, for a paused or locked login.
pub async fn begin_unlock(
    State(site): S,
    visit: Visit,
    CheckedForm(typed): CheckedForm<Name>,
) -> Result<Response, Refused> {
    begin(&site, &visit, RecoverWhat::Unlock, typed).await
}

/// Begins, for a lost authenticator app or passkey.
pub async fn begin_factor(
    State(site): S,
    visit: Visit,
    CheckedForm(typed): CheckedForm<Name>,
) -> Result<Response, Refused> {
    begin(&site, &visit, RecoverWhat::Factor, typed).await
}

/// The new password counts.
pub async fn done(State(site): S, visit: Visit) -> Result<Response, Refused> {
    ended(&site, &visit, RecoverEnd::Done).await
}

/// The lost factor will be removed.
pub async fn scheduled(State(site): S, visit: Visit) -> Result<Response, Refused> {
    ended(&site, &visit, RecoverEnd::Scheduled).await
}

async fn ask(site: &Site, visit: &Visit, what: RecoverWhat) -> Result<Response, Refused> {
    let layout = site.layout(visit).await?;
    site.page(&RecoverAsk { layout, what, user_id: String::new() }).await
}

async fn begin(site: &Site, visit: &Visit, what: RecoverWhat, typed: Name) -> Result<Response, Refused> {
    if typed.user_id.trim().is_empty() {
        let mut problems = Problems::none();
        problems.add(&visit.text, "user-id", "problem-user-id-missing");
        let layout = site.layout(visit).await?.with_problems(problems);
        let view = RecoverAsk { layout, what, user_id: String::new() };
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, site.page(&view).await?).into_response());
    }
    let goal = match what {
        RecoverWhat::Password | RecoverWhat::Unlock => Goal::Password,
        RecoverWhat::Factor => Goal::Factor,
    };
    match begin_recovery(&site.app, &visit.browser, goal, &typed.user_id).await? {
        Asked::Begun(token) => Ok(go_to(site, &token, "/recover/code")),
        Asked::TooMany(until) => paused(site, visit, LockReason::Mails, until).await,
    }
}

/// Sets the cookie of a recovery and goes on: 303 always, so that nothing is sent twice.
pub(super) fn go_to(site: &Site, token: &Token, path: &str) -> Response {
    let kept = Some(LIFETIME_WITH_STAFF.as_secs());
    let jar = CookieJar::new().add(site.cookie(RECOVERY, token.expose(), kept));
    (jar, Redirect::to(path)).into_response()
}

/// There is no such step: over, done already, or of another browser. Back to the beginning, with a word.
pub(super) fn gone(site: &Site) -> Response {
    let jar = CookieJar::new().add(site.remove_cookie(RECOVERY));
    (jar, Redirect::to("/recover?ended=recovery")).into_response()
}

/// The pause page, alike for every typed name.
pub(super) async fn paused(
    site: &Site,
    visit: &Visit,
    reason: LockReason,
    until: Timestamp,
) -> Result<Response, Refused> {
    let view = LoginLocked { layout: site.layout(visit).await?, reason, until };
    Ok((StatusCode::TOO_MANY_REQUESTS, site.page(&view).await?).into_response())
}

pub(super) async fn ended(site: &Site, visit: &Visit, end: RecoverEnd) -> Result<Response, Refused> {
    site.page(&RecoverEnded { layout: site.layout(visit).await?, end }).await
}

/// The pending recovery of this browser.
pub(super) async fn pending(site: &Site, visit: &Visit) -> Result<Option<(Token, View)>, Refused> {
    let Some(token) = visit.recovery.clone() else { return Ok(None) };
    let view = show_recovery(&site.app, &visit.browser, &token).await?;
    Ok(view.map(|view| (token, view)))
}

/// The page of the step that is open, for a form of another one: a second tab, or a form sent twice.
pub(super) fn elsewhere(view: &View) -> Response {
    Redirect::to(&path_of(view)).into_response()
}

/// Where a step's page is.
pub(super) fn path_of(view: &View) -> String {
    match (&view.step, view.door) {
        (Step::Code(_), _) => "/recover/code".to_owned(),
        (Step::DoorOpen, Door::Start) => opened("/start", view.to.as_deref()),
        (Step::DoorOpen, Door::Login | Door::Recover) => opened("/login", view.to.as_deref()),
        (Step::Knowledge(_), _) => "/recover/security-code".to_owned(),
        (Step::Password { .. }, _) => "/recover/new-password".to_owned(),
    }
}

fn opened(door: &str, to: Option<&str>) -> String {
    match to {
        Some(_) => with_to(door, to) + "&ended=door",
        None => format!("{door}?ended=door"),
    }
}

/// What was typed at a door that is open for this browser now, to be shown there again; empty when none is.
pub(super) async fn opened_name(site: &Site, visit: &Visit, door: Door) -> Result<String, Refused> {
    let view = pending(site, visit).await?.map(|(_, view)| view);
    let open = view.filter(|view| matches!(view.step, Step::DoorOpen) && view.door == door);
    Ok(open.map(|view| view.typed).unwrap_or_default())
}
