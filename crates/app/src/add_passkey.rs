//! Adding, renaming and removing passkeys.

use crypto::passkeys::{Registration, StoredPasskey};
use delivery::mail::{Factor, NoticeEvent};
use domain::{audit::AuditKind, factor::Channel, id::PasskeyId, revocation::Cause};
use store::passkeys::PasskeyRow;

use crate::{
    App, Browser, Fault,
    add_authenticator_app::Removal,
    check_session::Signed,
    factor_change::FactorChange,
    factor_code::{self, NotOpened},
    passkey_ceremony::{Begun, Purpose, passkey_fault},
    passkey_second_step::read_all,
};

/// Passkeys that one person may have.
pub const MOST: usize = 10;
/// Names of passkeys are cut here, in characters.
pub const LONGEST_NAME: usize = 60;

/// What came of the beginning.
#[derive(Debug)]
pub enum Beginning {
    /// Ask the browser.
    Begun(Begun),
    /// There are [`MOST`] already.
    Full,
    /// The security code did not open it.
    NotOpened(NotOpened),
    /// This portal cannot have passkeys.
    Impossible,
    /// The session ended meanwhile.
    Gone,
}

/// What came of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The answer does not fit, came too late or twice.
    Refused,
    /// Somebody has this passkey already.
    Taken,
    /// There are [`MOST`] already.
    Full,
    /// The session ended meanwhile.
    Gone,
    /// The passkey is the user's now.
    Added,
}

/// Begins to add a passkey, with the security code: the ceremony that it opens is the session's alone.
///
/// # Errors
/// [`Fault::Busy`] when too many hashes are being computed; [`Fault::Store`].
pub async fn begin_passkey(
    app: &App,
    browser: &Browser,
    signed: &Signed,
    security_code: &str,
) -> Result<Beginning, Fault> {
    let Some(passkeys) = app.passkeys() else { return Ok(Beginning::Impossible) };
    let user = &signed.user;
    if store::passkeys::list(&mut app.db.read().await?, user.id).await?.len() >= MOST {
        return Ok(Beginning::Full);
    }
    let right = match factor_code::look(app, browser, signed, security_code).await? {
        Ok(right) => right,
        Err(why) => return Ok(Beginning::NotOpened(why)),
    };
    let Some(FactorChange { mut tx, .. }) = app.change_factor(browser, signed).await? else {
        return Ok(Beginning::Gone);
    };
    if !right.settle(&mut tx).await? {
        return Ok(Beginning::NotOpened(NotOpened::Missing));
    }
    let existing = store::passkeys::list(&mut tx, user.id).await?;
    let login = signed.user_id.as_deref().unwrap_or(&user.email);
    let begun = passkeys.begin_registration(user.id, login, &user.name, &read_all(&existing)?);
    let (options, state) = begun.map_err(passkey_fault)?;
    let purpose = Purpose::Register(signed.session.id);
    let ceremony = app.begin_ceremony(&mut tx, browser, Some(user.id), purpose, &state).await?;
    tx.commit().await?;
    Ok(Beginning::Begun(Begun { ceremony, options }))
}

/// Adds the passkey that answered.
///
/// # Errors
/// [`Fault::Store`].
pub async fn finish_passkey(
    app: &App,
    browser: &Browser,
    signed: &Signed,
    ceremony: &str,
    answer: &str,
    name: &str,
) -> Result<Outcome, Fault> {
    let Some(passkeys) = app.passkeys() else { return Ok(Outcome::Refused) };
    let purpose = Purpose::Register(signed.session.id);
    let Some(state) = app.take_ceremony::<Registration>(browser, ceremony, purpose).await? else {
        return Ok(Outcome::Refused);
    };
    let Ok(made) = passkeys.finish_registration(answer, &state) else { return Ok(Outcome::Refused) };
    let Some(mut change) = app.change_factor(browser, signed).await? else { return Ok(Outcome::Gone) };
    if store::passkeys::list(&mut change.tx, signed.user.id).await?.len() >= MOST {
        return Ok(Outcome::Full);
    }
    let row = row(app, browser, signed, &made, name)?;
    if !store::passkeys::insert(&mut change.tx, &row).await? {
        return Ok(Outcome::Taken);
    }
    change.record(Cause::FactorAdded, AuditKind::FactorAdded, Channel::Passkey.name()).await?;
    change.tell(NoticeEvent::FactorAdded { factor: Factor::Passkey }).await?;
    change.commit().await?;
    Ok(Outcome::Added)
}

fn row(
    app: &App,
    browser: &Browser,
    signed: &Signed,
    made: &StoredPasskey,
    name: &str,
) -> Result<PasskeyRow, Fault> {
    let given = cut(name);
    Ok(PasskeyRow {
        id: PasskeyId(app.new_uuid()),
        user: signed.user.id,
        credential_id: made.credential_id().to_vec(),
        public_key: made.public_key(),
        sign_count: made.sign_count(),
        flags: made.flags(),
        record: made.to_record().map_err(passkey_fault)?,
        name: if given.is_empty() { browser.name() } else { given },
        created_at: app.now(),
        last_used_at: None,
    })
}

fn cut(name: &str) -> String {
    name.trim().chars().filter(|sign| !sign.is_control()).take(LONGEST_NAME).collect()
}

/// Gives a passkey another name; false when the user has no such passkey, or the name is empty.
///
/// # Errors
/// [`Fault::Store`].
pub async fn rename_passkey(app: &App, signed: &Signed, id: PasskeyId, name: &str) -> Result<bool, Fault> {
    let name = cut(name);
    if name.is_empty() {
        return Ok(false);
    }
    let mut tx = app.db.begin().await?;
    let renamed = store::passkeys::rename(&mut tx, id, signed.user.id, &name).await?;
    tx.commit().await?;
    Ok(renamed)
}

/// Removes a passkey; everything but this session ends.
///
/// # Errors
/// [`Fault::Store`].
pub async fn remove_passkey(
    app: &App,
    browser: &Browser,
    signed: &Signed,
    id: PasskeyId,
) -> Result<Removal, Fault> {
    let Some(mut change) = app.change_factor(browser, signed).await? else { return Ok(Removal::Gone) };
    if is_last_in_use(&mut change).await? {
        return Ok(Removal::InUse);
    }
    if !store::passkeys::remove(&mut change.tx, id, signed.user.id).await? {
        return Ok(Removal::None);
    }
    change.record(Cause::FactorChanged, AuditKind::FactorRemoved, Channel::Passkey.name()).await?;
    change.tell(NoticeEvent::FactorRemoved { factor: Factor::Passkey }).await?;
    change.commit().await?;
    Ok(Removal::Removed)
}

/// The last passkey of somebody whose logins ask for one.
async fn is_last_in_use(change: &mut FactorChange<'_>) -> Result<bool, Fault> {
    let left = store::passkeys::list(&mut change.tx, change.signed.user.id).await?.len();
    Ok(left <= 1 && change.channel().await? == Channel::Passkey)
}
