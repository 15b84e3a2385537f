//! The application's old credentials: the first step of an onboarding.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use crypto::{
    hashing::{HashCheck, PasswordHash},
    seal::{Place, open, seal},
    verify::first_proof,
};
use domain::{
    access::{Key, Then},
    attempt::{Entry, Machine},
    audit::AuditKind,
    directory::User,
    enterprise_user_id::canonical_login,
    id::UserId,
    login::Refusal,
    onboarding::{Onboarding, OnboardingEvent},
    proof::{First, FirstMethod, Proof},
    time::Timestamp,
};
use legacy::ImportedHash;
use zeroize::Zeroizing;

use crate::{
    App, Browser, Fault, Progress, Token,
    admission::admission_of,
    begin_recovery::{Asked, ask_for_door},
    directory::Directory,
    guesses::{self, Count},
    recovery::Door,
    submit_password::{Credentials, count_guess, door_budgets, pause_of, record_failure},
    turn::{ATTEMPT_LIFETIME, Turn},
};

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// Not right, or dead since the Enterprise User ID was made: one answer, which says where to go.
    Wrong,
    /// Nothing is looked at before this moment; alike for unknown names.
    Paused(Timestamp),
    /// Nothing is looked at before the mailbox is proven; alike for unknown names. The token is for the recovery's cookie.
    Guarded(Token),
    /// The credentials were right.
    Proven(Progress),
}

const CREDENTIAL: &str = "legacy_credentials.sealed_hash";
/// Marks a hash of our own, made at the first success in place of the imported one.
const OWN: &str = "vestibule:";

/// Checks legacy credentials. Answers on a fixed time grid, whatever was looked up.
///
/// # Errors
/// [`Fault::Busy`] when too many logins wait; [`Fault::Store`].
pub async fn submit_legacy_credentials(
    app: &App,
    browser: &Browser,
    typed: Credentials,
) -> Result<Outcome, Fault> {
    let began = Instant::now();
    let outcome = submit(app, browser, typed).await;
    if matches!(outcome, Ok(Outcome::Wrong | Outcome::Paused(_) | Outcome::Guarded(_))) {
        wait_for_grid(began, app.settings.start_grid).await;
    }
    outcome
}

async fn submit(app: &App, browser: &Browser, typed: Credentials) -> Result<Outcome, Fault> {
    let name = canonical_login(&typed.name);
    let directory = app.directory().await?;
    let found = find(app, &name).await?;
    // Before a first proof one rule holds for every name: a company's own would tell whose name it is.
    let policy = directory.policy(None);
    let (budgets, cleared) = door_budgets(app, Door::Start, &name, browser, &policy).await?;
    app.hasher.check_room()?;
    match count_guess(app, &budgets).await? {
        Count::Counted => {}
        Count::Paused(until) => return Ok(Outcome::Paused(until)),
        Count::Disabled => return guarded(app, browser, typed).await,
    }
    let stored = found.as_ref().and_then(|(_, stored)| stored.clone());
    let check = check(app, stored.clone(), typed.password.clone()).await?;
    let user = found.map(|(user, _)| user);
    let proof = user.as_ref().and_then(|user| first_proof(check, user.id, FirstMethod::Legacy, app.now()));
    let (Some(user), Some(proof)) = (user.as_ref(), proof) else {
        record_failure(app, browser, user.map(|user| user.id)).await?;
        return Ok(pause_of(app, &budgets).await?.map_or(Outcome::Wrong, Outcome::Paused));
    };
    let own = match stored {
        Some(hash) if !hash.starts_with(OWN) => {
            Some(app.hasher.hash(typed.password, app.random.as_ref()).await?)
        }
        Some(_) | None => None,
    };

    let mut tx = app.db.begin().await?;
    guesses::clear(&mut tx, &[budgets, cleared].concat()).await?;
    // Somebody may have made the ID meanwhile: then the old credentials are dead.
    if store::identities::find_credential(&mut tx, user.id).await?.is_none() {
        return Ok(Outcome::Wrong);
    }
    if let Some(own) = own {
        replace_hash(app, &mut tx, user.id, &own).await?;
    }
    let user = store::users::find(&mut tx, user.id).await?.ok_or(Fault::Inconsistent("a user vanished"))?;
    let turn = open_turn(app, directory, browser, tx, user, proof, typed.return_to).await?;
    let progress = turn.finish().await?.ok_or(Fault::Inconsistent("an attempt was changed by another"))?;
    Ok(Outcome::Proven(progress))
}

async fn guarded(app: &App, browser: &Browser, typed: Credentials) -> Result<Outcome, Fault> {
    Ok(match ask_for_door(app, browser, Door::Start, &typed.name, typed.return_to).await? {
        Asked::Begun(token) => Outcome::Guarded(token),
        Asked::TooMany(until) => Outcome::Paused(until),
    })
}

/// Goes on where this browser left an onboarding, or begins one.
async fn open_turn<'a>(
    app: &'a App,
    directory: Arc<Directory>,
    browser: &'a Browser,
    mut tx: store::Tx,
    user: User,
    proof: Proof<First>,
    return_to: Option<String>,
) -> Result<Turn<'a>, Fault> {
    let now = app.now();
    let admission = admission_of(app, &mut tx, &directory, &user).await?;
    let half_way = store::attempts::find_resumable(&mut tx, user.id, &browser.key, now).await?;
    // Past the cut-off they open nothing any more, what was begun before it included.
    let opens = admission.key == Key::Legacy && matches!(admission.then, Then::Onboarding(_));
    let goes_on = opens && user.disabled_at.is_none();
    if let Some(mut attempt) = half_way.filter(|_| goes_on) {
        attempt.expires_at = now + ATTEMPT_LIFETIME;
        attempt.return_to = return_to.or(attempt.return_to);
        let mut turn = Turn::resume(app, directory, user, browser, tx, attempt);
        turn.renew_token();
        turn.audit(AuditKind::FirstProven).await?;
        if let Machine::Onboarding(Onboarding::ProveMailbox { .. }) = turn.attempt.machine {
            turn.send_code_unless_open().await?;
        }
        return Ok(turn);
    }
    let disabled = user.disabled_at.is_some();
    let mut turn = Turn::begin(app, directory, user, browser, tx, Entry::Start, return_to);
    turn.audit(AuditKind::FirstProven).await?;
    if admission.then == Then::ApplicationWithAnnouncement {
        turn.announce();
    }
    let event = if disabled {
        OnboardingEvent::Refuse(Refusal::Disabled)
    } else {
        OnboardingEvent::FirstProven(proof, admission)
    };
    turn.onboarding(event).await?;
    Ok(turn)
}

/// The user of an old login name, and the stored hash where one is left.
async fn find(app: &App, name: &str) -> Result<Option<(User, Option<Zeroizing<String>>)>, Fault> {
    let mut conn = app.db.read().await?;
    let Some(login) = store::identities::find_legacy(&mut conn, name).await? else { return Ok(None) };
    let Some(user) = store::users::find(&mut conn, login.user).await? else { return Ok(None) };
    let Some(sealed) = store::identities::find_credential(&mut conn, user.id).await? else {
        return Ok(Some((user, None)));
    };
    let place = Place { column: CREDENTIAL, row: &user.id.to_string() };
    let text = open(app.keys.envelope(), place, &sealed)?;
    let text =
        String::from_utf8(text.to_vec()).map_err(|_| Fault::Inconsistent("a stored hash is no text"))?;
    Ok(Some((user, Some(Zeroizing::new(text)))))
}

/// Runs on the bounded hashing threads. Without a hash, the work of one of ours is done for nothing.
async fn check(
    app: &App,
    stored: Option<Zeroizing<String>>,
    password: Zeroizing<String>,
) -> Result<HashCheck, Fault> {
    let Some(stored) = stored else { return Ok(app.hasher.check(password, None).await?) };
    if let Some(own) = stored.strip_prefix(OWN) {
        return Ok(app.hasher.check(password, Some(PasswordHash::from_stored(own.to_owned()))).await?);
    }
    let compare =
        move || ImportedHash::parse(&stored).is_ok_and(|imported| imported.verify(password.as_bytes()));
    Ok(app.hasher.check_foreign(compare).await?)
}

/// Seals a hash for the legacy credentials of one user.
pub(crate) fn seal_credential(app: &App, user: UserId, hash: &str) -> Result<Vec<u8>, Fault> {
    let place = Place { column: CREDENTIAL, row: &user.to_string() };
    Ok(seal(app.keys.envelope(), place, hash.as_bytes(), app.random.as_ref())?)
}

async fn replace_hash(app: &App, tx: &mut store::Tx, user: UserId, own: &PasswordHash) -> Result<(), Fault> {
    let sealed = seal_credential(app, user, &format!("{OWN}{}", own.as_str()))?;
    Ok(store::identities::put_credential(tx, user, &sealed, app.now()).await?)
}

/// Waits until the next multiple of `grid` since `began`: what was looked up cannot be told from the time it took.
async fn wait_for_grid(began: Instant, grid: Duration) {
    let (took, step) = (began.elapsed().as_micros(), grid.as_micros().max(1));
    let rest = step - took % step;
    tokio::time::sleep(Duration::from_micros(u64::try_from(rest).unwrap_or(0))).await;
}
