//! The code of a recovery: the proof of the mailbox. A code of a name that nobody has is counted and answered alike.

use crypto::{otp::RecoveryBinding, token::Token, verify::mailbox_code_proof};
use domain::{
    audit::AuditKind,
    id::UserId,
    otp::{OtpProblem, parse_otp},
    proof::{Mailbox, Proof},
    recovery::{Recovery, RecoveryEvent},
    time::Timestamp,
};

use crate::{
    App, Browser, Fault,
    guesses::{self, Budget, Count},
    record::NOBODY,
    recovery::{LIFETIME, RecoveryTurn},
};

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// It cannot be a code; nothing was counted.
    Malformed(OtpProblem),
    /// Not right; so many tries are left with this code.
    Wrong {
        /// Tries left.
        left: u32,
    },
    /// This code takes no more tries: too many, too late, or used. A new one is needed.
    Worthless,
    /// No code is looked at before this moment.
    Paused(Timestamp),
    /// There is no such step: another browser, over, or answered already.
    Gone,
    /// It was right; the new token is for the recovery's cookie.
    Proven(Token),
}

/// Checks a code against the recovery of this browser.
///
/// # Errors
/// [`Fault::Store`].
pub async fn verify_recovery_code(
    app: &App,
    browser: &Browser,
    token: &Token,
    typed: &str,
) -> Result<Outcome, Fault> {
    let Some(mut turn) = app.recovery_turn(browser, token).await? else { return Ok(Outcome::Gone) };
    if !matches!(turn.recovery.state, Recovery::ProveMailbox { .. }) {
        return Ok(Outcome::Gone);
    }
    let policy = turn.policy_for_anybody();
    let digits = match parse_otp(typed, policy.otp.digits) {
        Ok(digits) => digits,
        Err(problem) => return Ok(Outcome::Malformed(problem)),
    };
    let now = app.now();
    let budget = app.recovery_code_budget(&turn.recovery.name_hash, browser, &policy);
    match guesses::count(&mut turn.tx, std::slice::from_ref(&budget), now).await? {
        Count::Counted => {}
        Count::Paused(until) => return Ok(Outcome::Paused(until)),
        // This budget disables nothing: whoever asked is a stranger.
        Count::Disabled => return Ok(Outcome::Worthless),
    }
    let most = policy.otp.tries_per_code;
    if !store::recoveries::count_try(&mut turn.tx, &turn.recovery, most, now).await? {
        // Nothing is looked at, so nothing is counted: the transaction is dropped.
        return Ok(Outcome::Worthless);
    }
    match prove(&mut turn, &digits, now).await? {
        Some(proof) if store::recoveries::consume(&mut turn.tx, &turn.recovery, now).await? => {
            guesses::clear(&mut turn.tx, &[budget]).await?;
            accept(turn, proof, now).await
        }
        Some(_) | None => refuse(turn, &budget, most, now).await,
    }
}

/// The same work for a name that nobody has, and for a mail that was never sent.
async fn prove(
    turn: &mut RecoveryTurn<'_>,
    digits: &str,
    now: Timestamp,
) -> Result<Option<Proof<Mailbox>>, Fault> {
    let person = turn.person().await?.map(|user| user.id);
    let StoredCode { user, mac } = match (person, &turn.recovery.code.mac) {
        (Some(user), Some(mac)) => StoredCode { user, mac: mac.clone() },
        (Some(_) | None, _) => StoredCode { user: NOBODY, mac: Vec::new() },
    };
    let (code, recovery, goal) = (turn.recovery.code.id, turn.recovery.id, turn.recovery.goal);
    let binding = RecoveryBinding { code, recovery, user, goal };
    Ok(mailbox_code_proof(&turn.app.keys, &binding, digits, &mac, now))
}

struct StoredCode {
    user: UserId,
    mac: Vec<u8>,
}

async fn accept(mut turn: RecoveryTurn<'_>, proof: Proof<Mailbox>, now: Timestamp) -> Result<Outcome, Fault> {
    if turn.step(RecoveryEvent::MailboxProven(proof)).await?.is_none() {
        return Ok(Outcome::Gone);
    }
    let kind = match turn.recovery.state {
        Recovery::DoorOpen { .. } => {
            turn.recovery.expires_at = now + LIFETIME;
            AuditKind::DoorOpened
        }
        _ => AuditKind::RecoveryStarted,
    };
    turn.audit(kind).await?;
    if turn.person().await?.is_some_and(|user| user.email_confirmed_at.is_none()) {
        store::users::confirm_email(&mut turn.tx, proof.user(), now).await?;
    }
    store::bounces::clear(&mut turn.tx, proof.user(), now).await?;
    turn.renew_token();
    Ok(turn.finish().await?.flatten().map_or(Outcome::Gone, Outcome::Proven))
}

async fn refuse(
    mut turn: RecoveryTurn<'_>,
    budget: &Budget,
    most: u32,
    now: Timestamp,
) -> Result<Outcome, Fault> {
    turn.audit(AuditKind::RecoveryCodeFailed).await?;
    turn.step(RecoveryEvent::MailboxFailed).await?;
    let after = guesses::look(&mut turn.tx, budget, now).await?;
    let left = most.saturating_sub(turn.recovery.code.tries.saturating_add(1));
    turn.finish_miss().await?;
    Ok(match after {
        Count::Paused(until) => Outcome::Paused(until),
        Count::Counted | Count::Disabled if left == 0 => Outcome::Worthless,
        Count::Counted | Count::Disabled => Outcome::Wrong { left },
    })
}
