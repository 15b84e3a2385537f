//! Lost authenticator apps and passkeys, on their way out: a day in which the owner can object, then the mailbox is the second step
//! again.

use crypto::token::Token;
use domain::{
    audit::{Actor, AuditEvent, AuditKind},
    id::{FactorRemovalId, UserId},
    revocation::Cause,
    time::Timestamp,
};
use std::time::Duration;
use store::Tx;

use crate::{
    App, Fault,
    check_session::Signed,
    remove_new_factors::remove_since,
    revoke::{InHand, revoke},
};

/// What one round takes at most.
const BATCH: u32 = 32;
/// How often the worker looks.
const EVERY: Duration = Duration::from_secs(5);

/// Runs until the task is dropped.
pub async fn run(app: App) {
    loop {
        if let Err(fault) = remove_due_factors(&app).await {
            crate::health::tell_of_work(&fault, "lost factors cannot be removed");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Removes what is due. Gives how many people it was; any number of nodes may do so at once.
///
/// # Errors
/// [`Fault::Store`].
pub async fn remove_due_factors(app: &App) -> Result<usize, Fault> {
    app.has_keys()?;
    let mut conn = app.db.read().await?;
    let due = store::factor_removals::due(&mut conn, app.now(), BATCH).await?;
    drop(conn);
    let mut removed = 0;
    for (id, user) in due {
        match remove(app, id, user).await {
            Err(fault) if fault.is_damage() => give_up(app, id, user, &fault).await?,
            done => removed += usize::from(done?),
        }
    }
    Ok(removed)
}

async fn remove(app: &App, id: FactorRemovalId, user: UserId) -> Result<bool, Fault> {
    let mut tx = app.db.begin().await?;
    if !store::factor_removals::carry_out(&mut tx, id, app.now()).await? {
        return Ok(false);
    }
    remove_all_factors(app, &mut tx, user, Cause::FactorChanged, Actor::System).await?;
    tx.commit().await?;
    app.forget_sessions_of(user);
    app.mail_bell.notify_one();
    Ok(true)
}

/// Whoever cannot be told that their factors are gone keeps them; the removal is stopped, so that it is not the first of every
/// round.
async fn give_up(app: &App, id: FactorRemovalId, user: UserId, fault: &Fault) -> Result<(), Fault> {
    tracing::error!("user.id" = %user, %fault, "lost factors of a user were not removed");
    let mut tx = app.db.begin().await?;
    if store::factor_removals::cancel(&mut tx, id, app.now()).await? {
        let mut event = AuditEvent::new(AuditKind::FactorRemovalCancelled, Actor::System).fact("removal", id);
        event.user = Some(user);
        app.audit(&mut tx, event).await?;
    }
    Ok(tx.commit().await?)
}

/// Removes every second factor beside the mailbox, ends what `cause` ends, and tells the owner of each kind that went. Forget the
/// user's sessions and ring `mail_bell` after the commit.
pub(crate) async fn remove_all_factors(
    app: &App,
    tx: &mut Tx,
    user: UserId,
    cause: Cause,
    actor: Actor,
) -> Result<(), Fault> {
    revoke(tx, user, cause, InHand::default(), "factors_removed", app.now()).await?;
    remove_since(app, tx, user, Timestamp(i64::MIN), actor).await
}

/// When the factors of a cancel link will be removed; `None` when it is over, was cancelled, or is none. Changes nothing, because
/// mail scanners follow links.
///
/// # Errors
/// [`Fault::Store`].
pub async fn show_removal(app: &App, token: &Token) -> Result<Option<Timestamp>, Fault> {
    let mut conn = app.db.read().await?;
    let removal = store::factor_removals::find(&mut conn, &token.hash()).await?;
    let open = removal.filter(|removal| removal.cancelled_at.is_none() && removal.done_at.is_none());
    Ok(open.map(|removal| removal.due_at))
}

/// The owner objects: nothing is removed. False when it is too late, or there is nothing to cancel.
///
/// # Errors
/// [`Fault::Store`].
pub async fn cancel_removal(app: &App, token: &Token) -> Result<bool, Fault> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let Some(removal) = store::factor_removals::find(&mut tx, &token.hash()).await? else { return Ok(false) };
    if !store::factor_removals::cancel(&mut tx, removal.id, now).await? {
        return Ok(false);
    }
    let mut event =
        AuditEvent::new(AuditKind::FactorRemovalCancelled, Actor::User).fact("removal", removal.id);
    event.user = Some(removal.user);
    app.audit(&mut tx, event).await?;
    tx.commit().await?;
    Ok(true)
}

/// The owner objects while signed in. False when there is nothing to stop.
///
/// # Errors
/// [`Fault::Store`].
pub async fn stop_removal(app: &App, signed: &Signed) -> Result<bool, Fault> {
    let user = &signed.user;
    let mut tx = app.db.begin().await?;
    let stopped = store::factor_removals::cancel_of_user(&mut tx, user.id, app.now()).await? > 0;
    if stopped {
        let event = AuditEvent::new(AuditKind::FactorRemovalCancelled, Actor::User);
        app.audit(&mut tx, event.about(user.id, user.company)).await?;
    }
    tx.commit().await?;
    Ok(stopped)
}
