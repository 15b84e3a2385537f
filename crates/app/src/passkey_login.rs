//! Login without a name: a passkey whose authenticator verified its user is both proofs in one gesture.

use crypto::{
    passkeys::{FirstStep, PasskeyProblem, ShownPasskey, StoredPasskey},
    verify::passkey_first_proof,
};
use domain::{
    attempt::Entry,
    audit::{Actor, AuditEvent, AuditKind},
    factor::{DeviceTrust, Offer},
    login::LoginEvent,
    time::Timestamp,
};
use store::passkeys::PasskeyRow;

use crate::{
    App, Browser, Fault, Progress,
    admission::admission_of,
    guesses::{self, Count},
    passkey_ceremony::{Begun, Counted, Purpose, passkey_fault},
    submit_password::refusal_of,
    turn::Turn,
};

/// What came of the beginning.
#[derive(Debug)]
pub enum Beginning {
    /// Ask the browser.
    Begun(Begun),
    /// Too many began from this network.
    TooMany(Timestamp),
    /// This portal cannot have passkeys.
    Impossible,
}

/// What came of the answer.
#[derive(Debug)]
pub enum Outcome {
    /// It opens nothing: one answer for unknown, removed and copied passkeys and for wrong signatures.
    Refused,
    /// The passkey was right.
    Proven(Progress),
}

/// Begins a login without a name. The answer is alike for everybody: nothing is known yet.
///
/// # Errors
/// [`Fault::Store`].
pub async fn begin_passkey_login(app: &App, browser: &Browser) -> Result<Beginning, Fault> {
    let Some(passkeys) = app.passkeys() else { return Ok(Beginning::Impossible) };
    let (options, state) = passkeys.begin_first_step().map_err(passkey_fault)?;
    let mut tx = app.db.begin().await?;
    let budget = app.ceremony_budget(browser);
    if let Count::Paused(until) = guesses::count(&mut tx, &[budget], app.now()).await? {
        return Ok(Beginning::TooMany(until));
    }
    let ceremony = app.begin_ceremony(&mut tx, browser, None, Purpose::Login, &state).await?;
    tx.commit().await?;
    Ok(Beginning::Begun(Begun { ceremony, options }))
}

/// Finishes a login without a name.
///
/// # Errors
/// [`Fault::Store`].
pub async fn finish_passkey_login(
    app: &App,
    browser: &Browser,
    ceremony: &str,
    answer: &str,
    return_to: Option<String>,
) -> Result<Outcome, Fault> {
    let Some((row, shown)) = shown_passkey(app, browser, ceremony, answer).await? else {
        return refuse(app, browser).await;
    };
    let directory = app.directory().await?;
    let mut tx = app.db.begin().await?;
    if let Counted::Bad = app.count_signature(&mut tx, browser, &row, &shown).await? {
        tx.commit().await?;
        app.mail_bell.notify_one();
        return refuse(app, browser).await;
    }
    let Some(user) = store::users::find(&mut tx, row.user).await? else { return Ok(Outcome::Refused) };
    let Some(proof) = passkey_first_proof(&shown, user.id, app.now()) else { return Ok(Outcome::Refused) };
    let admission = admission_of(app, &mut tx, &directory, &user).await?;
    let owned = store::factors::owned(&mut tx, user.id).await?;
    let offer = Offer::of(user.channel, owned, DeviceTrust::DoesNotCount);
    // A dead password stands for an account in doubt: recovery comes first, whatever is shown.
    let refusal = refusal_of(&user);
    let mut turn = Turn::begin(app, directory, user, browser, tx, Entry::Login, return_to);
    let event = turn.event(AuditKind::FirstProven).fact("passkey", row.id);
    app.audit(&mut turn.tx, event).await?;
    let event = match refusal {
        Some(refusal) => LoginEvent::Refuse(refusal),
        None => LoginEvent::FirstProven(proof, admission, offer),
    };
    turn.login(event).await?;
    let progress = turn.finish().await?.ok_or(Fault::Inconsistent("a new attempt was changed by another"))?;
    Ok(Outcome::Proven(progress))
}

/// One stable line for each failed login.
async fn refuse(app: &App, browser: &Browser) -> Result<Outcome, Fault> {
    tracing::warn!(target: "vestibule::auth", client = %browser.network, reason = "wrong_passkey", "login failed");
    let event =
        AuditEvent::new(AuditKind::LoginFailed, Actor::Stranger).personal("network", &browser.network);
    let mut tx = app.db.begin().await?;
    app.audit(&mut tx, event).await?;
    tx.commit().await?;
    Ok(Outcome::Refused)
}

/// The stored passkey that the answer claims, and that signed. Everything else is `None`; a copy raises the alarm.
async fn shown_passkey(
    app: &App,
    browser: &Browser,
    ceremony: &str,
    answer: &str,
) -> Result<Option<(PasskeyRow, ShownPasskey)>, Fault> {
    let Some(passkeys) = app.passkeys() else { return Ok(None) };
    let Some(state) = app.take_ceremony::<FirstStep>(browser, ceremony, Purpose::Login).await? else {
        return Ok(None);
    };
    let Ok((claimed, credential)) = passkeys.claimed(answer) else { return Ok(None) };
    let mut conn = app.db.read().await?;
    let row = store::passkeys::find(&mut conn, &credential).await?;
    drop(conn);
    // The user handle is the authenticator's word; the row is ours (Level 3, section 7.2, step 6).
    let Some(row) = row.filter(|row| row.user == claimed) else { return Ok(None) };
    let stored = StoredPasskey::from_record(&row.record).map_err(passkey_fault)?;
    match passkeys.finish_first_step(answer, state, &stored) {
        Ok(shown) => Ok(Some((row, shown))),
        Err(PasskeyProblem::Copied) => {
            let mut tx = app.db.begin().await?;
            app.alarm_of_passkey(&mut tx, browser, &row).await?;
            tx.commit().await?;
            app.mail_bell.notify_one();
            Ok(None)
        }
        Err(PasskeyProblem::Malformed | PasskeyProblem::Refused | PasskeyProblem::Fault) => Ok(None),
    }
}
