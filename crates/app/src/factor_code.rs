//! The security code before a second factor is bound or chosen: whoever can do that decides who gets in, so a session alone is
//! not enough, however fresh it is. Taking a factor away needs no code; the others, or the mailbox, are left.

use delivery::mail::NoticeEvent;
use domain::{
    audit::{Actor, AuditEvent, AuditKind},
    directory::User,
    time::Timestamp,
};

use crate::{
    App, Browser, Fault,
    check_security_code::{Looked, Right, look_at_security_code},
    check_session::Signed,
};

/// Why nothing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotOpened {
    /// There is no security code, so there is no other factor than the mailbox.
    Missing,
    /// It cannot be a security code; nothing was counted.
    Malformed,
    /// It was wrong; so many more are looked at in this window.
    Wrong {
        /// Tries left.
        left: u32,
    },
    /// None is looked at before this moment.
    Paused(Timestamp),
    /// The security code is disabled until it is made anew.
    Disabled,
}

/// Looks at the security code in the budget of all doors; what is wrong is written down. The right one is to be settled in the
/// transaction of the change.
pub(crate) async fn look(
    app: &App,
    browser: &Browser,
    signed: &Signed,
    typed: &str,
) -> Result<Result<Box<Right>, NotOpened>, Fault> {
    let policy = app.directory().await?.policy(signed.user.company);
    let user = &signed.user;
    Ok(Err(match look_at_security_code(app, user.id, &policy, typed).await? {
        Looked::Right(right) => return Ok(Ok(right)),
        Looked::Wrong { left } => {
            record_miss(app, browser, user).await?;
            NotOpened::Wrong { left }
        }
        Looked::WrongThenPaused(until) => {
            record_miss(app, browser, user).await?;
            NotOpened::Paused(until)
        }
        Looked::WrongThenDisabled => {
            record_miss(app, browser, user).await?;
            record_disabled(app, browser, user).await?;
            NotOpened::Disabled
        }
        Looked::Malformed => NotOpened::Malformed,
        Looked::Paused(until) => NotOpened::Paused(until),
        Looked::Disabled => NotOpened::Disabled,
        Looked::Missing => NotOpened::Missing,
    }))
}

/// Writes down that somebody who is signed in entered a wrong security code.
pub(crate) async fn record_miss(app: &App, browser: &Browser, user: &User) -> Result<(), Fault> {
    let event = AuditEvent::new(AuditKind::SecurityCodeMissed, Actor::User)
        .about(user.id, user.company)
        .personal("network", &browser.network)
        .personal("browser", browser.name());
    let mut tx = app.db.begin().await?;
    app.audit(&mut tx, event).await?;
    Ok(tx.commit().await?)
}

/// Writes down that it was one too many, at whichever door, and tells the owner at once.
pub(crate) async fn record_disabled(app: &App, browser: &Browser, user: &User) -> Result<(), Fault> {
    let event = AuditEvent::new(AuditKind::FactorDisabled, Actor::User)
        .about(user.id, user.company)
        .fact("factor", "security_code");
    let mut tx = app.db.begin().await?;
    app.audit(&mut tx, event).await?;
    app.notify(&mut tx, user.id, &browser.name(), NoticeEvent::SecurityCodeDisabled).await?;
    tx.commit().await?;
    app.mail_bell.notify_one();
    Ok(())
}
