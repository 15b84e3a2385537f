//! "This was not me", on the activity page: everything of this user ends, here and everywhere.

use delivery::mail::NoticeEvent;
use domain::{
    audit::{Actor, AuditEvent, AuditKind},
    id::ReportId,
    revocation::Cause,
};

use crate::{
    App, Browser, Fault,
    check_security_code::has_security_code,
    check_session::Signed,
    revoke::{self, InHand},
};

/// What was done beside ending everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The password opens nothing until recovery makes a new one.
    PasswordDead,
    /// The password still works, because its owner has no security code to make a new one with: it is to be changed at once.
    PasswordStands,
}

/// Whether the user could make a new password, with mailbox and security code.
///
/// # Errors
/// [`Fault::Store`].
pub async fn can_recover(app: &App, signed: &Signed) -> Result<bool, Fault> {
    let policy = app.directory().await?.policy(signed.user.company);
    let mut conn = app.db.read().await?;
    Ok(signed.user_id.is_some() && has_security_code(app, &mut conn, signed.user.id, &policy).await?)
}

/// Ends every session, every Trusted Device, whatever is pending, and the password where its owner can make a new one.
///
/// # Errors
/// [`Fault::Store`].
pub async fn disown_activity(app: &App, browser: &Browser, signed: &Signed) -> Result<Outcome, Fault> {
    let (user, now) = (&signed.user, app.now());
    let policy = app.directory().await?.policy(user.company);
    let mut tx = app.db.begin().await?;
    let can_recover = signed.user_id.is_some() && has_security_code(app, &mut tx, user.id, &policy).await?;
    revoke::revoke(&mut tx, user.id, Cause::NotMeFromActivity, InHand::default(), "not_me", now).await?;
    if can_recover {
        store::users::kill_password(&mut tx, user.id, now).await?;
        app.notify(&mut tx, user.id, &browser.name(), NoticeEvent::NotMe).await?;
    }
    store::not_me::report(&mut tx, ReportId(app.new_uuid()), user.id, user.company, now).await?;
    let event = AuditEvent::new(AuditKind::ActivityDisowned, Actor::User)
        .about(user.id, user.company)
        .fact("password", if can_recover { "dead" } else { "stands" })
        .personal("network", &browser.network)
        .personal("browser", browser.name());
    app.audit(&mut tx, event).await?;
    tx.commit().await?;
    app.forget_sessions_of(user.id);
    app.mail_bell.notify_one();
    Ok(if can_recover { Outcome::PasswordDead } else { Outcome::PasswordStands })
}
