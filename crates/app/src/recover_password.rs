//! The end of a recovery: a new password. Nobody is signed in by it, and nothing that was open before stays open.

use crypto::token::Token;
use delivery::mail::NoticeEvent;
use domain::{
    audit::AuditKind,
    directory::User,
    password::{PasswordProblem, Strength},
    proof::KnowledgeMethod,
    recovery::{Recovery, RecoveryEffect, RecoveryEvent},
    revocation::Cause,
};
use std::sync::Arc;

use crate::{
    App, Browser, Fault,
    directory::Directory,
    forgive::forgive,
    guesses, new_password,
    recovery::{Door, RecoveryTurn},
    remove_new_factors::remove_factors_since,
    revoke::{InHand, revoke},
};

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// The password cannot be taken; nothing was stored.
    Refused(PasswordProblem),
    /// There is no such step.
    Gone,
    /// It counts from now on.
    Completed,
}

/// Stores a new password, when the mailbox and what its owner alone knows were proven on this browser.
///
/// # Errors
/// [`Fault::Busy`] when too many passwords are being hashed; [`Fault::Store`].
pub async fn recover_password(
    app: &App,
    browser: &Browser,
    token: &Token,
    typed: &str,
) -> Result<Outcome, Fault> {
    let Some((directory, user, user_id)) = look(app, browser, token).await? else { return Ok(Outcome::Gone) };
    if let Err(problem) = new_password::check(&directory, &user, &user_id, typed) {
        return Ok(Outcome::Refused(problem));
    }
    let hash = new_password::hash(app, typed).await?;

    let Some(mut turn) = app.recovery_turn(browser, token).await? else { return Ok(Outcome::Gone) };
    let Some(user) = turn.person().await? else { return Ok(Outcome::Gone) };
    let by_staff = matches!(
        turn.recovery.state,
        Recovery::ChoosePassword { knowledge, .. } if matches!(knowledge.method(), KnowledgeMethod::Approval(_))
    );
    let stepped = turn.step(RecoveryEvent::PasswordChosen).await?;
    if !stepped.is_some_and(|effects| effects.contains(&RecoveryEffect::ReplacePassword)) {
        return Ok(Outcome::Gone);
    }
    store::credentials::put_password(&mut turn.tx, user.id, hash.as_str(), app.now()).await?;
    if let Some(disowned_at) = user.password_dead_at {
        // Whoever had the password then may have made a way in of their own, as long ago as a mail can be disowned.
        let since = disowned_at - turn.directory.policy(user.company).not_me_link_lifetime;
        remove_factors_since(app, &mut turn.tx, user.id, since).await?;
    }
    store::users::revive_password(&mut turn.tx, user.id).await?;
    if by_staff {
        forget_security_code(&mut turn, &user).await?;
    }
    end_and_clear(&mut turn, browser, &user).await?;
    turn.audit(AuditKind::RecoveryCompleted).await?;
    turn.notify(NoticeEvent::RecoveryDone).await?;
    let done = turn.finish().await?.is_some();
    app.forget_sessions_of(user.id);
    Ok(if done { Outcome::Completed } else { Outcome::Gone })
}

/// How strong a password would be for this user, for the page to say while it is typed. `None` when that step is not open.
///
/// # Errors
/// [`Fault::Store`].
pub async fn judge_new_password(
    app: &App,
    browser: &Browser,
    token: &Token,
    typed: &str,
) -> Result<Option<(Strength, Option<PasswordProblem>)>, Fault> {
    let found = look(app, browser, token).await?;
    Ok(found.map(|(directory, user, user_id)| new_password::judge(&directory, &user, &user_id, typed)))
}

async fn look(
    app: &App,
    browser: &Browser,
    token: &Token,
) -> Result<Option<(Arc<Directory>, User, String)>, Fault> {
    let directory = app.directory().await?;
    let mut conn = app.db.read().await?;
    let Some(recovery) = app.load_recovery(&mut conn, browser, token).await? else { return Ok(None) };
    let (Recovery::ChoosePassword { .. }, Some(user)) = (recovery.state, recovery.user) else {
        return Ok(None);
    };
    let user = store::users::find(&mut conn, user).await?.filter(|user| user.disabled_at.is_none());
    let Some(user) = user else { return Ok(None) };
    let user_id = store::identities::id_of(&mut conn, user.id).await?.unwrap_or_default();
    Ok(Some((directory, user, user_id)))
}

/// A code that staff had to stand in for is forgotten or was guessed at too often: the next login asks for a new one.
async fn forget_security_code(turn: &mut RecoveryTurn<'_>, user: &User) -> Result<(), Fault> {
    if store::credentials::delete_security_code(&mut turn.tx, user.id).await? {
        store::users::forget_enrolment(&mut turn.tx, user.id).await?;
    }
    Ok(())
}

/// What the revocation matrix says, and every count of failures, this browser's too: the owner is back.
async fn end_and_clear(turn: &mut RecoveryTurn<'_>, browser: &Browser, user: &User) -> Result<(), Fault> {
    let (app, now) = (turn.app, turn.app.now());
    let in_hand = InHand { recovery: Some(turn.recovery.id), ..InHand::default() };
    let reason = "recovery_completed";
    revoke(&mut turn.tx, user.id, Cause::RecoveryCompleted, in_hand, reason, now).await?;
    let policy = turn.directory.policy(user.company);
    forgive(app, &mut turn.tx, user, &policy).await?;
    let here = [Door::Login, Door::Start].map(|door| app.browser_budget(door.name(), browser, &policy));
    guesses::clear(&mut turn.tx, &here).await
}
