//! The security code, made or changed in the account: by who is signed in, has proven it afresh, and knows the one before.

use delivery::mail::NoticeEvent;
use domain::{
    audit::{Actor, AuditEvent, AuditKind},
    directory::User,
    id::SessionId,
    revocation::Cause,
    security_code::{PersonalDigits, PersonalSource, SecurityCode, SecurityCodeProblem},
    time::Timestamp,
};
use store::{Executor, Tx};
use zeroize::Zeroizing;

use crate::{
    App, Browser, Fault,
    check_security_code::{Looked, look_at_security_code},
    check_session::Signed,
    directory::Directory,
    factor_code::{record_disabled, record_miss},
    revoke::{self, InHand},
    secrets_since::secrets_since,
};

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// The new one is weak or malformed; the one before was not looked at.
    Refused(SecurityCodeProblem),
    /// The new one is the one before.
    Same,
    /// The one before was not right; so many more tries are looked at.
    WrongCurrent(u32),
    /// The one before cannot be a code; nothing was counted.
    Malformed,
    /// None is looked at before this moment.
    Paused(Timestamp),
    /// It was wrong too often in a row: recovery makes a new one.
    Disabled,
    /// There is no Enterprise User ID yet.
    NoUserId,
    /// It was made or changed on another page meanwhile.
    Overtaken,
    /// The session ended meanwhile.
    Gone,
    /// It counts from now on.
    Changed,
}

/// What was typed.
#[derive(Debug)]
pub struct Change {
    /// The code before; empty where there was none.
    pub current: Zeroizing<String>,
    /// The new one.
    pub new: Zeroizing<String>,
}

/// Changes the security code, or makes the first one, which completes enrolment.
///
/// # Errors
/// [`Fault::Busy`] when too many hashes are being computed; [`Fault::Store`].
pub async fn change_security_code(
    app: &App,
    browser: &Browser,
    signed: &Signed,
    typed: Change,
) -> Result<Outcome, Fault> {
    if signed.user_id.is_none() {
        return Ok(Outcome::NoUserId);
    }
    let directory = app.directory().await?;
    let code = match check_new(app, &directory, &signed.user, &typed.new).await? {
        Ok(code) => code,
        Err(problem) => return Ok(Outcome::Refused(problem)),
    };
    let policy = directory.policy(signed.user.company);
    let right = match look_at_security_code(app, signed.user.id, &policy, &typed.current).await? {
        Looked::Right(right) => Some(right),
        Looked::Missing => None,
        Looked::Malformed => match secrets_since(app, signed).await?.security_code {
            Some(_) => return Ok(Outcome::Malformed),
            None => None,
        },
        Looked::Wrong { left } => {
            record_miss(app, browser, &signed.user).await?;
            return Ok(Outcome::WrongCurrent(left));
        }
        Looked::WrongThenPaused(until) => {
            record_miss(app, browser, &signed.user).await?;
            return Ok(Outcome::Paused(until));
        }
        Looked::WrongThenDisabled => {
            record_miss(app, browser, &signed.user).await?;
            record_disabled(app, browser, &signed.user).await?;
            return Ok(Outcome::Disabled);
        }
        Looked::Paused(until) => return Ok(Outcome::Paused(until)),
        Looked::Disabled => return Ok(Outcome::Disabled),
    };
    let is_same = right.is_some()
        && SecurityCode::typed(&typed.current).is_some_and(|current| current.expose() == code.expose());
    if is_same {
        return Ok(Outcome::Same);
    }
    let secret = Zeroizing::new(code.expose().to_owned());
    let hash = app.hasher.hash(secret, app.random.as_ref()).await?;

    let mut tx = app.db.begin().await?;
    let held = store::sessions::find_by_id(&mut tx, signed.session.id).await?;
    if !held.is_some_and(|session| session.is_alive(app.now())) {
        return Ok(Outcome::Gone);
    }
    let (is_first, user, now) = (right.is_none(), signed.user.id, app.now());
    let stored = match right {
        Some(right) => {
            let settled = right.settle(&mut tx).await?;
            if settled {
                store::credentials::put_security_code(&mut tx, user, hash.as_str(), now).await?;
            }
            settled
        }
        None => store::credentials::put_first_security_code(&mut tx, user, hash.as_str(), now).await?,
    };
    if !stored {
        return Ok(Outcome::Overtaken);
    }
    if is_first {
        complete_enrolment(app, &mut tx, browser, &signed.user).await?;
    }
    tell(app, &mut tx, browser, &signed.user, signed.session.id, is_first).await?;
    tx.commit().await?;
    app.forget_sessions_of(signed.user.id);
    app.mail_bell.notify_one();
    Ok(Outcome::Changed)
}

/// What belongs to every change: codes that are out end, the log and the owner are told.
async fn tell(
    app: &App,
    tx: &mut Tx,
    browser: &Browser,
    user: &User,
    session: SessionId,
    is_first: bool,
) -> Result<(), Fault> {
    let now = app.now();
    let in_hand = InHand { session: Some(session), ..InHand::default() };
    revoke::revoke(tx, user.id, Cause::SecurityCodeChanged, in_hand, "security_code_changed", now).await?;
    let kind = if is_first { AuditKind::SecurityCodeMade } else { AuditKind::SecurityCodeChanged };
    app.audit(tx, event(kind, browser, user)).await?;
    let told = if is_first { NoticeEvent::SecurityCodeMade } else { NoticeEvent::SecurityCodeChanged };
    app.notify(tx, user.id, &browser.name(), told).await
}

/// The page shows name and address: whoever makes the first code there says that they are right.
async fn complete_enrolment(app: &App, tx: &mut Tx, browser: &Browser, user: &User) -> Result<(), Fault> {
    let now = app.now();
    if user.profile_confirmed_at.is_none() {
        store::users::confirm_profile(tx, user.id, now).await?;
    }
    if user.enrolled_at.is_none() {
        store::users::record_enrolled(tx, user.id, now).await?;
        app.audit(tx, event(AuditKind::Enrolled, browser, user)).await?;
    }
    Ok(())
}

fn event(kind: AuditKind, browser: &Browser, user: &User) -> AuditEvent {
    AuditEvent::new(kind, Actor::User)
        .about(user.id, user.company)
        .personal("network", &browser.network)
        .personal("browser", browser.name())
}

async fn check_new(
    app: &App,
    directory: &Directory,
    user: &User,
    typed: &str,
) -> Result<Result<SecurityCode, SecurityCodeProblem>, Fault> {
    let mut conn = app.db.read().await?;
    let personal = personal_digits(&mut conn, user).await?;
    Ok(SecurityCode::parse(typed, &directory.policy(user.company).security_code, &personal))
}

/// What a security code must not be part of.
pub(crate) async fn personal_digits(conn: &mut impl Executor, user: &User) -> Result<PersonalDigits, Fault> {
    let id = store::identities::id_of(conn, user.id).await?.unwrap_or_default();
    let legacy = store::identities::legacy_of(conn, user.id).await?;
    let legacy = legacy.map(|login| login.display).unwrap_or_default();
    Ok(PersonalDigits::default()
        .with(PersonalSource::UserId, &id)
        .with(PersonalSource::LegacyLogin, &legacy)
        .with(PersonalSource::Email, &user.email))
}
