//! Enterprise User ID and password: the first step of a login.

use crypto::{hashing::PasswordHash, verify::first_proof};
use domain::{
    attempt::Entry,
    audit::{Actor, AuditEvent, AuditKind},
    directory::User,
    enterprise_user_id::canonical_login,
    factor::{DeviceTrust, Offer},
    id::DeviceId,
    login::{LoginEvent, Refusal},
    password::Password,
    proof::FirstMethod,
    time::Timestamp,
};
use store::credentials::StoredHash;
use zeroize::Zeroizing;

use crate::{
    App, Browser, DeviceCookie, Fault, Progress,
    admission::admission_of,
    directory::Directory,
    guesses::{self, Budget, Count},
    trusted_device::trusted_device,
    turn::Turn,
};

/// What was typed.
#[derive(Debug)]
pub struct Credentials {
    /// The login name, as typed.
    pub name: String,
    /// The password, as typed.
    pub password: Zeroizing<String>,
    /// Where the user wants to go; checked already.
    pub return_to: Option<String>,
}

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// Not right: one answer for unknown, known, disabled and legacy names.
    Wrong,
    /// Nothing is looked at before this moment; alike for unknown names.
    Paused(Timestamp),
    /// The password was right.
    Proven(Progress, Option<DeviceCookie>),
}

/// Who might be meant.
struct Candidate {
    user: User,
    stored: StoredHash,
    device: Option<DeviceId>,
}

/// Checks an Enterprise User ID and its password.
///
/// # Errors
/// [`Fault::Busy`] when too many logins wait; [`Fault::Store`].
pub async fn submit_password(app: &App, browser: &Browser, typed: Credentials) -> Result<Outcome, Fault> {
    let name = canonical_login(&typed.name);
    let directory = app.directory().await?;
    let candidate = find(app, &directory, browser, &name).await?;
    // Before a first proof one rule holds for every name: a company's own would tell whose name it is.
    let policy = directory.policy(None);
    let device = candidate.as_ref().and_then(|candidate| candidate.device);
    let budgets = app.password_budgets("login", &name, browser, device, &policy);
    app.hasher.check_room()?;
    if let Some(until) = count_guess(app, &budgets).await? {
        return Ok(Outcome::Paused(until));
    }
    let stored = candidate.as_ref().map(|candidate| PasswordHash::from_stored(candidate.stored.hash.clone()));
    let password = Zeroizing::new(Password::typed(&typed.password).expose().to_owned());
    let check = app.hasher.check(password.clone(), stored.clone()).await?;
    let user = candidate.as_ref().map(|candidate| candidate.user.id);
    let proof = user.and_then(|user| first_proof(check, user, FirstMethod::Password, app.now()));
    let (Some(candidate), Some(proof)) = (candidate, proof) else {
        record_failure(app, browser, user).await?;
        return Ok(Outcome::Wrong);
    };
    let renewed = renewed_hash(app, stored, password).await?;

    let mut tx = app.db.begin().await?;
    let user = store::users::find(&mut tx, candidate.user.id).await?;
    let now_stored = store::credentials::find_password(&mut tx, candidate.user.id).await?;
    let (Some(user), true) = (user, now_stored.as_ref() == Some(&candidate.stored)) else {
        // The password was changed while it was being checked.
        return Ok(Outcome::Wrong);
    };
    guesses::clear(&mut tx, &budgets).await?;
    if let Some(renewed) = renewed {
        store::credentials::rehash_password(&mut tx, user.id, &candidate.stored.hash, renewed.as_str())
            .await?;
    }
    let refusal = refusal_of(&user);
    let admission = admission_of(app, &mut tx, &directory, &user).await?;
    let owned = store::factors::owned(&mut tx, user.id).await?;
    let offer = Offer::of(user.channel, owned, DeviceTrust::Counts);
    let mut turn = Turn::begin(app, directory, user, browser, tx, Entry::Login, typed.return_to);
    turn.audit(AuditKind::FirstProven).await?;
    let event = match refusal {
        Some(refusal) => LoginEvent::Refuse(refusal),
        None => LoginEvent::FirstProven(proof, admission, offer),
    };
    turn.login(event).await?;
    let cookie = turn.ask_device().await?;
    turn.send_code_if_asked().await?;
    let progress = turn.finish().await?.ok_or(Fault::Inconsistent("a new attempt was changed by another"))?;
    Ok(Outcome::Proven(progress, cookie))
}

/// Why the right password opens nothing; told only because it was right.
const fn refusal_of(user: &User) -> Option<Refusal> {
    match (user.disabled_at, user.password_dead_at) {
        (Some(_), _) => Some(Refusal::Disabled),
        (None, Some(_)) => Some(Refusal::PasswordDead),
        (None, None) => None,
    }
}

async fn find(
    app: &App,
    directory: &Directory,
    browser: &Browser,
    name: &str,
) -> Result<Option<Candidate>, Fault> {
    let mut conn = app.db.read().await?;
    let Some((id, _)) = store::identities::find_by_id(&mut conn, name).await? else { return Ok(None) };
    let Some(user) = store::users::find(&mut conn, id).await? else { return Ok(None) };
    let Some(stored) = store::credentials::find_password(&mut conn, id).await? else { return Ok(None) };
    let policy = directory.policy(user.company);
    let device = trusted_device(app, &mut conn, browser, id, &policy).await?;
    Ok(Some(Candidate { user, stored, device }))
}

/// Counts the guess in a transaction of its own, so that it counts whatever happens next.
pub(crate) async fn count_guess(app: &App, budgets: &[Budget]) -> Result<Option<Timestamp>, Fault> {
    let mut tx = app.db.begin().await?;
    let counted = guesses::count(&mut tx, budgets, app.now()).await?;
    tx.commit().await?;
    Ok(match counted {
        Count::Counted => None,
        Count::Paused(until) => Some(until),
        // No password budget disables anything.
        Count::Disabled => Some(app.now()),
    })
}

/// One stable line for each failed login, and an audit event where the name is somebody's.
pub(crate) async fn record_failure(
    app: &App,
    browser: &Browser,
    user: Option<domain::id::UserId>,
) -> Result<(), Fault> {
    tracing::warn!(target: "vestibule::auth", client = %browser.network, reason = "wrong_password", "login failed");
    let mut event =
        AuditEvent::new(AuditKind::LoginFailed, Actor::Stranger).personal("network", &browser.network);
    event.user = user;
    let mut tx = app.db.begin().await?;
    app.audit(&mut tx, event).await?;
    Ok(tx.commit().await?)
}

async fn renewed_hash(
    app: &App,
    stored: Option<PasswordHash>,
    password: Zeroizing<String>,
) -> Result<Option<PasswordHash>, Fault> {
    match stored {
        Some(stored) if app.hasher.is_outdated(&stored) => {
            Ok(Some(app.hasher.hash(password, app.random.as_ref()).await?))
        }
        Some(_) | None => Ok(None),
    }
}
