//! The link in mails of a rollout that stops its reminders. Opening it changes nothing, because mail scanners follow links;
//! a mail program's own button posts to it without a page (RFC 8058).

use crypto::token::Token;
use domain::{
    audit::{Actor, AuditEvent, AuditKind},
    directory::User,
};

use crate::{App, Fault};

/// Whose link it is; `None` when it is none of ours.
///
/// # Errors
/// [`Fault::Store`].
pub async fn show_stop(app: &App, token: &Token) -> Result<Option<User>, Fault> {
    let mut conn = app.db.read().await?;
    let Some(owner) = store::rollouts::owner_of_link(&mut conn, &token.hash()).await? else {
        return Ok(None);
    };
    Ok(store::users::find(&mut conn, owner).await?)
}

/// Stops the reminders of whoever got the mail; pressing twice is no mistake. `None` when the link is none of ours.
///
/// # Errors
/// [`Fault::Store`].
pub async fn stop_reminders(app: &App, token: &Token) -> Result<Option<User>, Fault> {
    let mut tx = app.db.begin().await?;
    let Some(owner) = store::rollouts::owner_of_link(&mut tx, &token.hash()).await? else { return Ok(None) };
    let Some(user) = store::users::find(&mut tx, owner).await? else { return Ok(None) };
    if store::rollouts::stop_reminders(&mut tx, user.id, app.now()).await? {
        let event = AuditEvent::new(AuditKind::RemindersStopped, Actor::User);
        app.audit(&mut tx, event.about(user.id, user.company)).await?;
    }
    tx.commit().await?;
    Ok(Some(user))
}
