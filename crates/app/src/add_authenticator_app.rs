//! Setting up an authenticator app: a secret that only counts once a code of it was entered; and taking it away.

use std::time::Duration;

use crypto::totp::{self, AppSecret, Reach, STEP};
use delivery::mail::{Factor, NoticeEvent};
use domain::{
    audit::AuditKind,
    factor::Channel,
    id::AuthenticatorAppId,
    otp::{OtpProblem, parse_otp},
    revocation::Cause,
};
use zeroize::Zeroizing;

use crate::{
    App, Browser, Fault,
    check_session::Signed,
    factor_code::{self, NotOpened},
    guesses,
    verify_app_code::{FACTOR, drift},
};

/// A secret that nobody confirmed is worth nothing after this long.
const LIFETIME: Duration = Duration::from_mins(30);

/// What the page shows to be taken into the app.
#[derive(Debug)]
pub struct Pending {
    /// To be typed.
    pub key: Zeroizing<String>,
    /// To be read from a picture.
    pub address: Zeroizing<String>,
}

/// What came of a code.
#[derive(Debug)]
pub enum Outcome {
    /// It cannot be a code.
    Malformed(OtpProblem),
    /// Not a code of this app at this time.
    Wrong,
    /// It is a code of this app, of so much later (or earlier): its clock is wrong.
    ClockIsWrong {
        /// By how much.
        by: Duration,
        /// Whether it is ahead.
        ahead: bool,
    },
    /// This session sets nothing up, or ended meanwhile.
    Gone,
    /// The app is the user's now.
    Added,
}

/// What came of the wish to remove it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// It is gone.
    Removed,
    /// It is what every login asks for: another way has to be chosen first.
    InUse,
    /// There was none.
    None,
    /// The session ended meanwhile.
    Gone,
}

/// What came of the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beginning {
    /// The security code did not open it.
    NotOpened(NotOpened),
    /// The session ended meanwhile.
    Gone,
    /// A secret waits for its first code.
    Begun,
}

/// Begins to set up an app, with the security code: what it opens is the session's alone.
///
/// # Errors
/// [`Fault::Busy`] when too many hashes are being computed; [`Fault::Store`].
pub async fn begin_app(
    app: &App,
    browser: &Browser,
    signed: &Signed,
    security_code: &str,
) -> Result<Beginning, Fault> {
    let right = match factor_code::look(app, browser, signed, security_code).await? {
        Ok(right) => right,
        Err(why) => return Ok(Beginning::NotOpened(why)),
    };
    let id = AuthenticatorAppId(app.new_uuid());
    let secret = AppSecret::generate(app.random.as_ref());
    let sealed = app.seal_app_secret(id, &secret)?;
    let Some(mut change) = app.change_factor(browser, signed).await? else { return Ok(Beginning::Gone) };
    if !right.settle(&mut change.tx).await? {
        return Ok(Beginning::NotOpened(NotOpened::Missing));
    }
    let (user, session) = (signed.user.id, signed.session.id);
    store::authenticator_apps::begin(&mut change.tx, id, user, session, &sealed, app.now()).await?;
    change.tx.commit().await?;
    Ok(Beginning::Begun)
}

/// What this session is setting up. `issuer` is what the app will call it.
///
/// # Errors
/// [`Fault::Store`].
pub async fn pending_app(app: &App, signed: &Signed, issuer: &str) -> Result<Option<Pending>, Fault> {
    let mut conn = app.db.read().await?;
    let found = store::authenticator_apps::find_pending(&mut conn, signed.user.id, signed.session.id).await?;
    let Some(found) = found.filter(|found| app.now().since(found.created_at) < LIFETIME) else {
        return Ok(None);
    };
    let secret = app.open_app_secret(&found)?;
    let account = signed.user_id.as_deref().unwrap_or(&signed.user.email);
    Ok(Some(Pending { key: secret.typed_by_hand(), address: secret.address(issuer, account) }))
}

/// Confirms the app with one of its codes. It takes the place of the one before, whose codes then open nothing.
///
/// # Errors
/// [`Fault::Store`].
pub async fn confirm_app(
    app: &App,
    browser: &Browser,
    signed: &Signed,
    typed: &str,
) -> Result<Outcome, Fault> {
    let digits = match parse_otp(typed, totp::DIGITS) {
        Ok(digits) => digits,
        Err(problem) => return Ok(Outcome::Malformed(problem)),
    };
    let (user, now) = (signed.user.id, app.now());
    let Some(mut change) = app.change_factor(browser, signed).await? else { return Ok(Outcome::Gone) };
    let found = store::authenticator_apps::find_pending(&mut change.tx, user, signed.session.id).await?;
    let Some(found) = found.filter(|found| now.since(found.created_at) < LIFETIME) else {
        return Ok(Outcome::Gone);
    };
    let secret = app.open_app_secret(&found)?;
    let here = totp::step_at(now);
    let Some(step) = secret.find_step(&digits, here, Reach::Login) else {
        let elsewhere = secret.find_step(&digits, here, Reach::Diagnosis);
        return Ok(elsewhere.map_or(Outcome::Wrong, |step| Outcome::ClockIsWrong {
            by: STEP * u32::try_from(step.abs_diff(here)).unwrap_or(u32::MAX),
            ahead: step > here,
        }));
    };
    let replaced = store::authenticator_apps::find_confirmed(&mut change.tx, user).await?.is_some();
    if !store::authenticator_apps::confirm(&mut change.tx, &found, step, drift(step, here), now).await? {
        return Ok(Outcome::Gone);
    }
    let policy = app.directory().await?.policy(signed.user.company);
    guesses::clear(&mut change.tx, &[app.factor_budget(FACTOR, user, &policy)]).await?;
    let cause = if replaced { Cause::FactorChanged } else { Cause::FactorAdded };
    change.record(cause, AuditKind::FactorAdded, Channel::AuthenticatorApp.name()).await?;
    if replaced {
        change.tell(NoticeEvent::FactorRemoved { factor: Factor::AuthenticatorApp }).await?;
    }
    change.tell(NoticeEvent::FactorAdded { factor: Factor::AuthenticatorApp }).await?;
    change.commit().await?;
    Ok(Outcome::Added)
}

/// Takes the app away; everything but this session ends.
///
/// # Errors
/// [`Fault::Store`].
pub async fn remove_app(app: &App, browser: &Browser, signed: &Signed) -> Result<Removal, Fault> {
    let Some(mut change) = app.change_factor(browser, signed).await? else { return Ok(Removal::Gone) };
    if change.channel().await? == Channel::AuthenticatorApp {
        return Ok(Removal::InUse);
    }
    if !store::authenticator_apps::remove(&mut change.tx, signed.user.id).await? {
        return Ok(Removal::None);
    }
    change.record(Cause::FactorChanged, AuditKind::FactorRemoved, Channel::AuthenticatorApp.name()).await?;
    change.tell(NoticeEvent::FactorRemoved { factor: Factor::AuthenticatorApp }).await?;
    change.commit().await?;
    Ok(Removal::Removed)
}
