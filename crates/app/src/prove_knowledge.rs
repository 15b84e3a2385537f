//! After the mailbox: the security code, or an approved case in its place.

use crypto::{
    token::Token,
    verify::{approval_proof, knowledge_proof},
};
use delivery::mail::{Mail, Secret};
use domain::{
    audit::AuditKind,
    directory::User,
    id::FactorRemovalId,
    proof::{Knowledge, Proof},
    recovery::{Goal, Recovery, RecoveryEffect, RecoveryEvent},
    role::Role,
    time::Timestamp,
};
use std::time::Duration;

use crate::{
    App, Browser, Fault,
    check_security_code::{Looked, Right, look_at_security_code},
    factor_code::record_disabled,
    recovery::RecoveryTurn,
    vouching::vouched_in,
};

/// A lost factor is removed after this long.
pub const FACTOR_DELAY: Duration = Duration::from_hours(24);

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// It cannot be a security code; nothing was counted.
    Malformed,
    /// Not right; so many more are looked at for now.
    Wrong {
        /// Tries left.
        left: u32,
    },
    /// None is looked at before this moment.
    Paused(Timestamp),
    /// There is none that works: staff have to help.
    NeedsStaff,
    /// There is no such step.
    Gone,
    /// It was right: the new password is next. The new token is for the recovery's cookie.
    Proven(Token),
    /// It was right: the lost factor will be removed at this moment.
    Scheduled(Timestamp),
}

/// Checks a security code for the recovery of this browser. It is counted before it is looked at, and only after the mailed
/// code was right, so that no stranger can use up the tries.
///
/// # Errors
/// [`Fault::Busy`] when too many hashes are being computed; [`Fault::Store`].
pub async fn prove_security_code(
    app: &App,
    browser: &Browser,
    token: &Token,
    typed: &str,
) -> Result<Outcome, Fault> {
    let Some(user) = person_at_this_step(app, browser, token).await? else { return Ok(Outcome::Gone) };
    let policy = app.directory().await?.policy(user.company);
    match look_at_security_code(app, user.id, &policy, typed).await? {
        Looked::Right(right) => accept_code(app, browser, token, *right).await,
        Looked::Malformed => Ok(Outcome::Malformed),
        Looked::Wrong { left } => {
            record_miss(app, browser, token, AuditKind::SecurityCodeFailed).await?;
            Ok(Outcome::Wrong { left })
        }
        Looked::WrongThenPaused(until) => {
            record_miss(app, browser, token, AuditKind::SecurityCodeFailed).await?;
            Ok(Outcome::Paused(until))
        }
        Looked::WrongThenDisabled => {
            record_miss(app, browser, token, AuditKind::SecurityCodeFailed).await?;
            record_disabled(app, browser, &user).await?;
            Ok(Outcome::NeedsStaff)
        }
        Looked::Paused(until) => Ok(Outcome::Paused(until)),
        Looked::Disabled | Looked::Missing => Ok(Outcome::NeedsStaff),
    }
}

/// Goes on where two members of staff have vouched for the person.
///
/// # Errors
/// [`Fault::Store`].
pub async fn prove_by_approval(app: &App, browser: &Browser, token: &Token) -> Result<Outcome, Fault> {
    let Some(mut turn) = app.recovery_turn(browser, token).await? else { return Ok(Outcome::Gone) };
    let Some(user) = turn.person().await?.filter(|user| may_go_on(&turn.recovery.state, user)) else {
        return Ok(Outcome::Gone);
    };
    let Some(case) = turn.recovery.case else { return Ok(Outcome::NeedsStaff) };
    let now = app.now();
    let Some(whole) = store::cases::find(&mut turn.tx, case).await? else { return Ok(Outcome::NeedsStaff) };
    let vouched = vouched_in(&mut turn.tx, &whole).await?;
    let Some(proof) = approval_proof(case, &vouched, user.id, now) else { return Ok(Outcome::NeedsStaff) };
    // Once: of two answers at once, or of an answer and a refusal, one changes the row.
    if !store::cases::close(&mut turn.tx, case, "used", now).await? {
        return Ok(Outcome::NeedsStaff);
    }
    let event = turn.event(AuditKind::CaseClosed).fact("case", case).fact("why", "used");
    app.audit(&mut turn.tx, event).await?;
    accept(turn, proof).await
}

/// Whoever administers others gets a lost factor removed by people alone: staff at the command line, Program Administrators by the
/// operator too. Mailbox and security code would be less than what their console asks for.
pub(crate) const fn may_go_on(state: &Recovery, user: &User) -> bool {
    match state {
        Recovery::ProveKnowledge { goal: Goal::Factor, .. } => matches!(user.role, Role::EndUser),
        Recovery::ProveKnowledge { .. } => true,
        _ => false,
    }
}

async fn person_at_this_step(app: &App, browser: &Browser, token: &Token) -> Result<Option<User>, Fault> {
    let mut conn = app.db.read().await?;
    let Some(recovery) = app.load_recovery(&mut conn, browser, token).await? else { return Ok(None) };
    let Some(user) = recovery.user else { return Ok(None) };
    let user = store::users::find(&mut conn, user).await?;
    Ok(user.filter(|user| user.disabled_at.is_none() && may_go_on(&recovery.state, user)))
}

async fn accept_code(app: &App, browser: &Browser, token: &Token, right: Right) -> Result<Outcome, Fault> {
    let Some(mut turn) = app.recovery_turn(browser, token).await? else { return Ok(Outcome::Gone) };
    let Some(user) = turn.person().await? else { return Ok(Outcome::Gone) };
    let proof = knowledge_proof(right.check, user.id, app.now());
    let settled = right.settle(&mut turn.tx).await?;
    match proof {
        Some(proof) if settled => accept(turn, proof).await,
        Some(_) | None => Ok(Outcome::Gone),
    }
}

async fn accept(mut turn: RecoveryTurn<'_>, proof: Proof<Knowledge>) -> Result<Outcome, Fault> {
    let Some(effects) = turn.step(RecoveryEvent::KnowledgeProven(proof)).await? else {
        return Ok(Outcome::Gone);
    };
    turn.audit(AuditKind::RecoveryProven).await?;
    if effects.contains(&RecoveryEffect::ScheduleFactorRemoval) {
        return schedule_removal(turn).await;
    }
    turn.renew_token();
    Ok(turn.finish().await?.flatten().map_or(Outcome::Gone, Outcome::Proven))
}

async fn schedule_removal(mut turn: RecoveryTurn<'_>) -> Result<Outcome, Fault> {
    let Some(user) = turn.person().await? else { return Ok(Outcome::Gone) };
    let (app, now) = (turn.app, turn.app.now());
    let due = now + FACTOR_DELAY;
    let token = Token::generate(app.random.as_ref());
    let id = FactorRemovalId(app.new_uuid());
    // A newer request takes the place of an older one; its day begins anew.
    store::factor_removals::cancel_of_user(&mut turn.tx, user.id, now).await?;
    store::factor_removals::insert(&mut turn.tx, id, user.id, &token.hash(), due, now).await?;
    let mail = Mail::FactorRemoval {
        due,
        cancel: Secret::from(app.portal(&format!("/recover/cancel?token={}", token.expose()))),
        at: now,
        browser: turn.recovery.browser_name.clone(),
    };
    app.post(&mut turn.tx, &turn.directory, &user, mail, due).await?;
    turn.ring();
    let event = turn.event(AuditKind::FactorRemovalScheduled).fact("removal", id);
    app.audit(&mut turn.tx, event).await?;
    Ok(turn.finish().await?.map_or(Outcome::Gone, |_| Outcome::Scheduled(due)))
}

/// What was counted already is written down; the machine tells the miss where it still waits.
async fn record_miss(app: &App, browser: &Browser, token: &Token, kind: AuditKind) -> Result<(), Fault> {
    let Some(mut turn) = app.recovery_turn(browser, token).await? else { return Ok(()) };
    turn.audit(kind).await?;
    turn.step(RecoveryEvent::KnowledgeFailed).await?;
    turn.finish_miss().await
}
