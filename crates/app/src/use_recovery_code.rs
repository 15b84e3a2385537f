//! A recovery code in place of a lost authenticator app or passkey: each works once.

use crypto::{
    hashing::{Guest, PasswordHash, Work},
    recovery_codes::RecoveryCode,
    token::Token,
    verify::recovery_code_proof,
};
use delivery::mail::NoticeEvent;
use domain::{audit::AuditKind, proof::SecondMethod, time::Timestamp};

use crate::{
    App, Browser, DeviceCookie, Fault, Progress, Remember,
    guesses::{self, Count},
    second_step::Missed,
    verify_app_code::takes,
};

/// The factor's name in budgets and audit events.
pub(crate) const FACTOR: &str = "recovery";

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// It cannot be a recovery code; nothing was counted.
    Malformed,
    /// Not right, or used already.
    Wrong,
    /// No code is looked at before this moment.
    Paused(Timestamp),
    /// Recovery codes are disabled until a new set is made.
    Disabled,
    /// There is no such step: another browser, over, or none is asked for.
    Gone,
    /// It was right.
    Proven(Progress, Option<DeviceCookie>),
}

/// Checks a recovery code against the attempt of this browser. The guess is counted and committed before its hash is computed.
///
/// # Errors
/// [`Fault::Busy`] when too many hashes are being computed; [`Fault::Store`].
pub async fn use_recovery_code(
    app: &App,
    browser: &Browser,
    token: &Token,
    typed: &str,
    remember: &Remember,
) -> Result<Outcome, Fault> {
    let Some(code) = RecoveryCode::parse(typed) else { return Ok(Outcome::Malformed) };
    let seat = app.hasher.admit(Guest::Proven, Work::Own)?;
    let Some(mut turn) = app.turn(browser, token).await? else { return Ok(Outcome::Gone) };
    if !takes(&turn.attempt.machine, SecondMethod::RecoveryCode) {
        return Ok(Outcome::Gone);
    }
    let user = turn.user.id;
    let budget = app.factor_budget(FACTOR, user, &turn.policy);
    match guesses::count(&mut turn.tx, std::slice::from_ref(&budget), app.now()).await? {
        Count::Counted => {}
        Count::Paused(until) => return Ok(Outcome::Paused(until)),
        Count::Disabled => return Ok(Outcome::Disabled),
    }
    let stored = store::recovery_codes::find(&mut turn.tx, user, code.number()).await?;
    turn.commit().await?;

    let hash = stored.clone().map(PasswordHash::from_stored);
    let check = seat.check(code.secret(), hash).await?;

    let Some(mut turn) = app
        .turn(browser, token)
        .await?
        .filter(|turn| takes(&turn.attempt.machine, SecondMethod::RecoveryCode))
    else {
        return Ok(Outcome::Gone);
    };
    let now = app.now();
    if let (Some(proof), Some(hash)) = (recovery_code_proof(check, user, now), &stored)
        && store::recovery_codes::consume(&mut turn.tx, user, code.number(), hash, now).await?
    {
        guesses::clear(&mut turn.tx, &[budget]).await?;
        let (left, _) = store::recovery_codes::standing(&mut turn.tx, user).await?;
        let event = turn.event(AuditKind::RecoveryCodeUsed).fact("left", left);
        app.audit(&mut turn.tx, event).await?;
        turn.notify(NoticeEvent::RecoveryCodeUsed).await?;
        let proven = turn.complete_second(proof, remember).await?;
        return Ok(proven.map_or(Outcome::Gone, |(progress, cookie)| Outcome::Proven(progress, cookie)));
    }
    Ok(match turn.miss_second(FACTOR, &budget).await? {
        Missed::Wrong => Outcome::Wrong,
        Missed::Paused(until) => Outcome::Paused(until),
        Missed::Disabled => Outcome::Disabled,
    })
}
