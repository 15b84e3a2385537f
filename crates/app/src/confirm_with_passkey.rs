//! Step-up by a passkey: who is signed in proves it afresh with one gesture, which is both proofs.

use crypto::{
    passkeys::{PasskeyProblem, SecondStep},
    verify::passkey_first_proof,
};

use crate::{
    App, Browser, Fault, Progress,
    check_session::Signed,
    confirm_identity::{Afresh, Asks, begin_confirmation},
    passkey_ceremony::{Begun, Counted, Purpose, passkey_fault},
    passkey_second_step::read_all,
};

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// It proves nothing.
    Refused,
    /// The session ended meanwhile.
    Gone,
    /// The passkey was right.
    Proven(Progress),
}

/// Whether who is signed in has a passkey to confirm with.
///
/// # Errors
/// [`Fault::Store`].
pub async fn can_confirm_with_passkey(app: &App, signed: &Signed) -> Result<bool, Fault> {
    if app.passkeys().is_none() {
        return Ok(false);
    }
    let mut conn = app.db.read().await?;
    Ok(store::factors::owned(&mut conn, signed.user.id).await?.passkey)
}

/// Begins, with the passkeys of who is signed in; `None` when there are none.
///
/// # Errors
/// [`Fault::Store`].
pub async fn begin_passkey_confirmation(
    app: &App,
    browser: &Browser,
    signed: &Signed,
) -> Result<Option<Begun>, Fault> {
    let Some(passkeys) = app.passkeys() else { return Ok(None) };
    let mut tx = app.db.begin().await?;
    let stored = read_all(&store::passkeys::list(&mut tx, signed.user.id).await?)?;
    if stored.is_empty() {
        return Ok(None);
    }
    let (options, state) = passkeys.begin_second_step(&stored).map_err(passkey_fault)?;
    let purpose = Purpose::Confirm(signed.session.id);
    let ceremony = app.begin_ceremony(&mut tx, browser, Some(signed.user.id), purpose, &state).await?;
    tx.commit().await?;
    Ok(Some(Begun { ceremony, options }))
}

/// Finishes with the authenticator's answer; goes on to `return_to`, a page of the account.
///
/// # Errors
/// [`Fault::Store`].
pub async fn confirm_with_passkey(
    app: &App,
    browser: &Browser,
    signed: &Signed,
    ceremony: &str,
    answer: &str,
    return_to: String,
) -> Result<Outcome, Fault> {
    let Some(passkeys) = app.passkeys() else { return Ok(Outcome::Refused) };
    let purpose = Purpose::Confirm(signed.session.id);
    let Some(state) = app.take_ceremony::<SecondStep>(browser, ceremony, purpose).await? else {
        return Ok(Outcome::Refused);
    };
    let shown = passkeys.finish_second_step(answer, &state);
    let mut tx = app.db.begin().await?;
    let credential = passkeys.claimed_credential(answer).unwrap_or_default();
    let row = store::passkeys::find(&mut tx, &credential).await?;
    let Some(row) = row.filter(|row| row.user == signed.user.id) else { return Ok(Outcome::Refused) };
    let shown = match shown {
        Ok(shown) => shown,
        Err(PasskeyProblem::Copied) => {
            app.alarm_of_passkey(&mut tx, browser, &row).await?;
            tx.commit().await?;
            app.mail_bell.notify_one();
            return Ok(Outcome::Refused);
        }
        Err(PasskeyProblem::Malformed | PasskeyProblem::Refused | PasskeyProblem::Fault) => {
            return Ok(Outcome::Refused);
        }
    };
    if let Counted::Bad = app.count_signature(&mut tx, browser, &row, &shown).await? {
        tx.commit().await?;
        app.mail_bell.notify_one();
        return Ok(Outcome::Refused);
    }
    let Some(user) = store::users::find(&mut tx, row.user).await? else { return Ok(Outcome::Gone) };
    let Some(proof) = passkey_first_proof(&shown, user.id, app.now()) else { return Ok(Outcome::Refused) };
    // It is both factors already.
    let proven = Afresh { session: signed.session.id, proof, asks: Asks::Stage };
    let progress = begin_confirmation(app, browser, tx, user, proven, return_to).await?;
    Ok(progress.map_or(Outcome::Gone, Outcome::Proven))
}
