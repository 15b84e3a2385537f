//! Enterprise User ID and password: the first step of a login.

use crypto::{
    hashing::{Guest, PasswordHash, Work},
    verify::first_proof,
};
use domain::{
    attempt::Entry,
    audit::{Actor, AuditEvent, AuditKind},
    directory::User,
    enterprise_user_id::canonical_login,
    factor::{DeviceTrust, Offer},
    id::{DeviceId, SessionId, UserId},
    login::{LoginEvent, Refusal},
    password::Password,
    policy::Policy,
    proof::{First, FirstMethod, Proof},
    time::Timestamp,
};
use store::{Tx, credentials::StoredHash};
use zeroize::Zeroizing;

use crate::{
    App, Browser, DeviceCookie, Fault, Progress, Token,
    admission::admission_of,
    begin_recovery::{Asked, ask_for_door},
    directory::Directory,
    guesses::{self, Budget, Count},
    record::NOBODY,
    recovery::Door,
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
    /// So many wrong passwords for this name that an unknown browser has to prove the mailbox before one is looked at; alike for
    /// unknown names. The token is for the recovery's cookie.
    Guarded(Token),
    /// The password was right.
    Proven(Progress, Option<DeviceCookie>),
}

/// Who might be meant.
struct Candidate {
    user: UserId,
    stored: StoredHash,
    device: Option<DeviceId>,
}

/// A password that was looked at, after the guess was counted.
pub(crate) enum Looked {
    /// It was right.
    Right(Box<Right>),
    /// It was not; that is recorded.
    Wrong,
    /// Nothing is looked at before this moment.
    Paused(Timestamp),
    /// Nothing is looked at before the mailbox is proven.
    Guarded,
}

/// Where a password is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asking {
    /// At the door, by anybody.
    Login,
    /// In this session, by who is signed in: what strangers do at the door does not matter there.
    Session(SessionId),
}

/// The right password, until it is settled in a transaction.
pub(crate) struct Right {
    user: UserId,
    stored: StoredHash,
    renewed: Option<PasswordHash>,
    proof: Proof<First>,
    budgets: Vec<Budget>,
}

/// Checks an Enterprise User ID and its password.
///
/// # Errors
/// [`Fault::Busy`] when too many logins wait; [`Fault::Store`].
pub async fn submit_password(app: &App, browser: &Browser, typed: Credentials) -> Result<Outcome, Fault> {
    let right = match look_at_password(app, browser, &typed.name, &typed.password, Asking::Login).await? {
        Looked::Right(right) => right,
        Looked::Wrong => return Ok(Outcome::Wrong),
        Looked::Paused(until) => return Ok(Outcome::Paused(until)),
        Looked::Guarded => {
            let asked = ask_for_door(app, browser, Door::Login, &typed.name, typed.return_to).await?;
            return Ok(match asked {
                Asked::Begun(token) => Outcome::Guarded(token),
                Asked::TooMany(until) => Outcome::Paused(until),
            });
        }
    };
    let directory = app.directory().await?;
    let mut tx = app.db.begin().await?;
    let Some((user, proof)) = right.settle(&mut tx).await? else { return Ok(Outcome::Wrong) };
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

/// Counts the guess in every budget that applies, then looks at it. No transaction is open while the hash is computed.
pub(crate) async fn look_at_password(
    app: &App,
    browser: &Browser,
    name: &str,
    typed: &str,
    asking: Asking,
) -> Result<Looked, Fault> {
    let name = canonical_login(name);
    let directory = app.directory().await?;
    let candidate = find(app, &directory, browser, &name).await?;
    // Before a first proof one rule holds for every name: a company's own would tell whose name it is.
    let policy = directory.policy(None);
    let device = candidate.as_ref().and_then(|candidate| candidate.device);
    let (budgets, cleared) = match (asking, device) {
        (Asking::Session(session), _) => (vec![app.confirm_budget(session, &policy)], vec![]),
        (Asking::Login, Some(_)) => (app.password_budgets("login", &name, browser, device, &policy), vec![]),
        (Asking::Login, None) => door_budgets(app, Door::Login, &name, browser, &policy).await?,
    };
    let guest = match (asking, device) {
        (Asking::Session(_), _) | (Asking::Login, Some(_)) => Guest::Proven,
        (Asking::Login, None) => Guest::Stranger { network: &browser.network },
    };
    let seat = app.hasher.admit(guest, Work::Own)?;
    match count_guess(app, &budgets).await? {
        Count::Counted => {}
        Count::Paused(until) => return Ok(Looked::Paused(until)),
        Count::Disabled => return Ok(Looked::Guarded),
    }
    let hash = candidate.as_ref().map(|candidate| PasswordHash::from_stored(candidate.stored.hash.clone()));
    let password = Zeroizing::new(Password::typed(typed).expose().to_owned());
    let check = seat.check(password.clone(), hash.clone()).await?;
    let user = candidate.as_ref().map(|candidate| candidate.user);
    let proof = user.and_then(|user| first_proof(check, user, FirstMethod::Password, app.now()));
    let (Some(candidate), Some(proof)) = (candidate, proof) else {
        record_failure(app, browser, user).await?;
        return Ok(pause_of(app, &budgets).await?.map_or(Looked::Wrong, Looked::Paused));
    };
    let renewed = renewed_hash(app, hash, password).await?;
    let Candidate { user, stored, .. } = candidate;
    let budgets = [budgets, cleared].concat();
    Ok(Looked::Right(Box::new(Right { user, stored, renewed, proof, budgets })))
}

impl Right {
    /// Clears the budgets. `None` when the password was changed while it was being checked: nothing is proven.
    pub(crate) async fn settle(self, tx: &mut Tx) -> Result<Option<(User, Proof<First>)>, Fault> {
        store::users::hold(tx, self.user).await?;
        let user = store::users::find(tx, self.user).await?;
        let stored = store::credentials::find_password(tx, self.user).await?;
        let (Some(user), true) = (user, stored.as_ref() == Some(&self.stored)) else { return Ok(None) };
        guesses::clear(tx, &self.budgets).await?;
        if let Some(renewed) = self.renewed {
            store::credentials::rehash_password(tx, user.id, &self.stored.hash, renewed.as_str()).await?;
        }
        Ok(Some((user, self.proof)))
    }
}

/// Why the right password opens nothing; told only because it was right.
pub(crate) const fn refusal_of(user: &User) -> Option<Refusal> {
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
    let named = store::identities::find_by_id(&mut conn, name).await?;
    // Who is nobody is looked up all the same: the time of the answer must not tell.
    let id = named.map_or(NOBODY, |(id, _)| id);
    let user = store::users::find(&mut conn, id).await?;
    let stored = store::credentials::find_password(&mut conn, id).await?;
    let (Some(user), Some(stored)) = (user, stored) else { return Ok(None) };
    let policy = directory.policy(user.company);
    let device = trusted_device(app, &mut conn, browser, id, &policy).await?;
    Ok(Some(Candidate { user: id, stored, device }))
}

/// What a browser that nobody trusts is counted in at a door, and what its success clears besides. Behind a mailbox that it has
/// proven for this name it has a budget of its own.
pub(crate) async fn door_budgets(
    app: &App,
    door: Door,
    name: &str,
    browser: &Browser,
    policy: &Policy,
) -> Result<(Vec<Budget>, Vec<Budget>), Fault> {
    let usual = app.password_budgets(door.name(), name, browser, None, policy);
    let hash = app.recovery_name(door, name);
    let mut conn = app.db.read().await?;
    let open = store::recoveries::find_door(&mut conn, &hash, &browser.key, app.now()).await?;
    Ok(match open {
        Some(open) => (vec![app.door_budget(&open, policy)], usual),
        None => (usual, Vec::new()),
    })
}

/// Counts the guess in a transaction of its own, so that it counts whatever happens next.
pub(crate) async fn count_guess(app: &App, budgets: &[Budget]) -> Result<Count, Fault> {
    let _passage = match budgets.first() {
        Some(first) => Some(app.turnstile.enter(first.name().as_bytes()).await),
        None => None,
    };
    let mut tx = app.db.begin().await?;
    let counted = guesses::count(&mut tx, budgets, app.now()).await?;
    tx.commit().await?;
    Ok(counted)
}

/// Until when nothing more is looked at, where the guess that was just counted was the last: the page of a pause is the same at
/// the moment of locking and on return.
pub(crate) async fn pause_of(app: &App, budgets: &[Budget]) -> Result<Option<Timestamp>, Fault> {
    let mut conn = app.db.read().await?;
    let mut paused = None;
    for budget in budgets {
        if let Count::Paused(until) = guesses::look(&mut conn, budget, app.now()).await? {
            paused = paused.max(Some(until));
        }
    }
    Ok(paused)
}

/// One stable line for each failed login, and an audit event where the name is somebody's.
pub(crate) async fn record_failure(app: &App, browser: &Browser, user: Option<UserId>) -> Result<(), Fault> {
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
