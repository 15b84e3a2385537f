//! A passkey as the second step of a login, after the password.

use crypto::{
    passkeys::{PasskeyProblem, SecondStep, StoredPasskey},
    token::Token,
    verify::passkey_second_proof,
};
use domain::{audit::AuditKind, login::LoginEvent, proof::SecondMethod};
use store::passkeys::PasskeyRow;

use crate::{
    App, Browser, DeviceCookie, Fault, Progress, Remember,
    passkey_ceremony::{Begun, Counted, Purpose, passkey_fault},
    turn::Turn,
    verify_app_code::takes,
};

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// It does not complete this login.
    Refused,
    /// There is no such step: another browser, over, or no passkey is asked for.
    Gone,
    /// The passkey was right.
    Proven(Progress, Option<DeviceCookie>),
}

/// Begins, with the passkeys of the user whose password was right; `None` when there is no such step.
///
/// # Errors
/// [`Fault::Store`].
pub async fn begin_passkey_step(app: &App, browser: &Browser, token: &Token) -> Result<Option<Begun>, Fault> {
    let Some(passkeys) = app.passkeys() else { return Ok(None) };
    let Some(mut turn) = app.turn(browser, token).await? else { return Ok(None) };
    if !takes(&turn.attempt.machine, SecondMethod::Passkey) {
        return Ok(None);
    }
    let rows = store::passkeys::list(&mut turn.tx, turn.user.id).await?;
    let stored = read_all(&rows)?;
    if stored.is_empty() {
        return Ok(None);
    }
    let (options, state) = passkeys.begin_second_step(&stored).map_err(passkey_fault)?;
    let purpose = Purpose::SecondStep(turn.attempt.id);
    let ceremony = app.begin_ceremony(&mut turn.tx, browser, Some(turn.user.id), purpose, &state).await?;
    turn.commit().await?;
    Ok(Some(Begun { ceremony, options }))
}

/// Finishes with the authenticator's answer.
///
/// # Errors
/// [`Fault::Store`].
pub async fn finish_passkey_step(
    app: &App,
    browser: &Browser,
    token: &Token,
    ceremony: &str,
    answer: &str,
    remember: &Remember,
) -> Result<Outcome, Fault> {
    let Some(passkeys) = app.passkeys() else { return Ok(Outcome::Gone) };
    let Some(peek) =
        app.peek(browser, token).await?.filter(|peek| takes(&peek.attempt.machine, SecondMethod::Passkey))
    else {
        return Ok(Outcome::Gone);
    };
    let purpose = Purpose::SecondStep(peek.attempt.id);
    let state = app.take_ceremony::<SecondStep>(browser, ceremony, purpose).await?;
    let shown = state.map(|state| passkeys.finish_second_step(answer, &state));

    let Some(mut turn) =
        app.turn(browser, token).await?.filter(|turn| takes(&turn.attempt.machine, SecondMethod::Passkey))
    else {
        return Ok(Outcome::Gone);
    };
    let shown = match shown {
        Some(Ok(shown)) => shown,
        Some(Err(PasskeyProblem::Copied)) => {
            if let Ok(credential) = passkeys.claimed_credential(answer)
                && let Some(row) = store::passkeys::find(&mut turn.tx, &credential).await?
                && row.user == turn.user.id
            {
                app.alarm_of_passkey(&mut turn.tx, browser, &row).await?;
            }
            return refuse(turn).await;
        }
        Some(Err(_)) | None => return refuse(turn).await,
    };
    let row = store::passkeys::find(&mut turn.tx, shown.credential_id()).await?;
    let Some(row) = row.filter(|row| row.user == turn.user.id) else { return refuse(turn).await };
    if let Counted::Bad = app.count_signature(&mut turn.tx, browser, &row, &shown).await? {
        return refuse(turn).await;
    }
    let Some(proof) = passkey_second_proof(&shown, turn.user.id, app.now()) else {
        return refuse(turn).await;
    };
    let proven = turn.complete_second(proof, remember).await?;
    Ok(proven.map_or(Outcome::Gone, |(progress, cookie)| Outcome::Proven(progress, cookie)))
}

async fn refuse(mut turn: Turn<'_>) -> Result<Outcome, Fault> {
    let event = turn.event(AuditKind::CodeFailed).fact("factor", "passkey");
    turn.app.audit(&mut turn.tx, event).await?;
    turn.login(LoginEvent::SecondFailed).await?;
    store::attempts::save(&mut turn.tx, &turn.attempt).await?;
    turn.tx.commit().await?;
    turn.app.mail_bell.notify_one();
    Ok(Outcome::Refused)
}

pub(crate) fn read_all(rows: &[PasskeyRow]) -> Result<Vec<StoredPasskey>, Fault> {
    rows.iter().map(|row| StoredPasskey::from_record(&row.record).map_err(passkey_fault)).collect()
}
