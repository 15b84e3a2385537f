//! Another password, by who is signed in, has proven it afresh, and knows the one before.

use delivery::mail::NoticeEvent;
use domain::{
    audit::{Actor, AuditEvent, AuditKind},
    password::{PasswordProblem, Strength},
    revocation::Cause,
    time::Timestamp,
};
use zeroize::Zeroizing;

use crate::{
    App, Browser, Fault,
    check_session::Signed,
    new_password,
    revoke::{self, InHand},
    submit_password::{Asking, Looked, look_at_password},
};

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// The new one breaks a rule; the one before was not looked at.
    Refused(PasswordProblem),
    /// The new one is the one before.
    Same,
    /// The one before was not right.
    WrongCurrent,
    /// None is looked at before this moment.
    Paused(Timestamp),
    /// There is none yet: it is made with the Enterprise User ID.
    NoPassword,
    /// It opens nothing since its owner said "this was not me": recovery makes a new one.
    Dead,
    /// The session ended meanwhile.
    Gone,
    /// It is changed; every other session and every Trusted Device ended.
    Changed,
}

/// What was typed.
#[derive(Debug)]
pub struct Change {
    /// The password before.
    pub current: Zeroizing<String>,
    /// The new one.
    pub new: Zeroizing<String>,
}

/// Changes the password.
///
/// # Errors
/// [`Fault::Busy`] when too many passwords are being hashed; [`Fault::Store`].
pub async fn change_password(
    app: &App,
    browser: &Browser,
    signed: &Signed,
    typed: Change,
) -> Result<Outcome, Fault> {
    let Some(name) = &signed.user_id else { return Ok(Outcome::NoPassword) };
    let directory = app.directory().await?;
    if let Err(problem) = new_password::check(&directory, &signed.user, name, &typed.new) {
        return Ok(Outcome::Refused(problem));
    }
    let asking = Asking::Session(signed.session.id);
    let right = match look_at_password(app, browser, name, &typed.current, asking).await? {
        Looked::Right(right) => right,
        // Nobody is guarded against who is signed in.
        Looked::Wrong | Looked::Guarded => return Ok(Outcome::WrongCurrent),
        Looked::Paused(until) => return Ok(Outcome::Paused(until)),
    };
    if *typed.new == *typed.current {
        return Ok(Outcome::Same);
    }
    let hash = new_password::hash(app, &typed.new).await?;

    let (session, now) = (signed.session.id, app.now());
    let mut tx = app.db.begin().await?;
    let held = store::sessions::find_by_id(&mut tx, session).await?;
    if !held.is_some_and(|session| session.is_alive(now)) {
        return Ok(Outcome::Gone);
    }
    let Some((user, _)) = right.settle(&mut tx).await? else { return Ok(Outcome::WrongCurrent) };
    if user.password_dead_at.is_some() {
        return Ok(Outcome::Dead);
    }
    store::credentials::put_password(&mut tx, user.id, hash.as_str(), now).await?;
    let in_hand = InHand { session: Some(session), ..InHand::default() };
    revoke::revoke(&mut tx, user.id, Cause::PasswordChanged, in_hand, "password_changed", now).await?;
    let event = AuditEvent::new(AuditKind::PasswordChanged, Actor::User)
        .about(user.id, user.company)
        .fact("session", session)
        .personal("network", &browser.network)
        .personal("browser", browser.name());
    app.audit(&mut tx, event).await?;
    app.notify(&mut tx, user.id, &browser.name(), NoticeEvent::PasswordChanged).await?;
    tx.commit().await?;
    app.forget_sessions_of(user.id);
    app.mail_bell.notify_one();
    Ok(Outcome::Changed)
}

/// How strong a password would be for this user, for the page to say while it is typed.
///
/// # Errors
/// [`Fault::Store`].
pub async fn judge_password(
    app: &App,
    signed: &Signed,
    typed: &str,
) -> Result<(Strength, Option<PasswordProblem>), Fault> {
    let directory = app.directory().await?;
    let name = signed.user_id.as_deref().unwrap_or_default();
    Ok(new_password::judge(&directory, &signed.user, name, typed))
}
