//! From what a use case says to the next page.

use app::{DeviceCookie, Progress, Step, show_attempt::unfinished_confirmation};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use domain::{attempt::Entry, login::Refusal};

use super::to::{goal, with_to};
use crate::{
    cookies::{ATTEMPT, SESSION},
    error::Refused,
    site::Site,
    view::ErrorKind,
    visit::Visit,
};

/// Where a step's page is.
pub(super) const fn path_of(step: Step, entry: Entry) -> &'static str {
    match (step, entry) {
        (Step::Code, _) => "/login/code",
        (Step::AppCode, _) => "/login/app",
        (Step::Passkey, _) => "/login/passkey",
        (Step::Profile, _) => "/start/profile",
        (Step::Mailbox, _) => "/start/email",
        (Step::UserId, _) => "/start/user-id",
        (Step::EnrolProfile, _) => "/enrol/profile",
        (Step::SecurityCode, Entry::Login | Entry::Confirm) => "/enrol/security-code",
        (Step::SecurityCode, Entry::Start | Entry::Invite) => "/start/security-code",
    }
}

/// Sets the cookies and goes on: 303 always, so that nothing is sent twice.
pub(super) async fn go_on(
    site: &Site,
    entry: Entry,
    progress: Progress,
    device: Option<DeviceCookie>,
) -> Result<Response, Refused> {
    let mut jar = CookieJar::new();
    if let Some(device) = device {
        jar = jar.add(site.device_cookie(device));
    }
    let (jar, to) = match progress {
        Progress::At(step, token) => {
            if let Some(token) = token {
                jar = jar.add(site.cookie(ATTEMPT, token.expose(), Some(app::ATTEMPT_LIFETIME.as_secs())));
            }
            (jar, path_of(step, entry).to_owned())
        }
        Progress::SignedIn(done) => {
            jar = jar.add(site.remove_cookie(ATTEMPT));
            jar = jar.add(site.cookie(SESSION, done.session.expose(), None));
            let to = if done.entry == Entry::Confirm {
                goal(site, done.return_to.as_deref()).await?
            } else if done.role.is_staff() {
                "/account".to_owned()
            } else {
                site.destination(done.return_to.clone()).await?
            };
            let is_onboarded = matches!(done.entry, Entry::Start | Entry::Invite);
            let to = if done.enrolled_now && is_onboarded {
                super::to::with_to("/start/channel", Some(&to))
            } else if done.announcement {
                super::to::with_to("/start/announcement", Some(&to))
            } else {
                to
            };
            (jar, to)
        }
        Progress::Refused(Refusal::NotAdmitted) => {
            (jar.add(site.remove_cookie(ATTEMPT)), "/login?ended=user-id".to_owned())
        }
        Progress::Refused(Refusal::Disabled) => return Err(Refused::Kind(ErrorKind::AccountDisabled)),
        Progress::Refused(Refusal::PasswordDead) => {
            (jar.add(site.remove_cookie(ATTEMPT)), "/login?ended=password".to_owned())
        }
        Progress::Refused(Refusal::Ended | Refusal::Expired) => {
            (jar.add(site.remove_cookie(ATTEMPT)), "/login?ended=attempt".to_owned())
        }
    };
    Ok((jar, Redirect::to(&to)).into_response())
}

/// There is no such step of a login. Who was proving a session afresh goes back to that, while the session lives.
pub(super) async fn login_gone(site: &Site, visit: &Visit) -> Result<Response, Refused> {
    let (Some(token), true) = (&visit.attempt, visit.session.is_some()) else {
        return Ok(gone(site, Entry::Login));
    };
    let Some(to) = unfinished_confirmation(&site.app, &visit.browser, token).await? else {
        return Ok(gone(site, Entry::Login));
    };
    let to = goal(site, Some(&to)).await?;
    let again = with_to("/account/confirm", Some(&to)) + "&ended=attempt";
    Ok((CookieJar::new().add(site.remove_cookie(ATTEMPT)), Redirect::to(&again)).into_response())
}

/// There is no such step: over, answered already, or of another browser. Back to the door, with a word.
pub(super) fn gone(site: &Site, entry: Entry) -> Response {
    let door = match entry {
        Entry::Login => "/login?ended=attempt",
        Entry::Confirm => "/account/confirm?ended=attempt",
        Entry::Start | Entry::Invite => "/start?ended=attempt",
    };
    (CookieJar::new().add(site.remove_cookie(ATTEMPT)), Redirect::to(door)).into_response()
}
