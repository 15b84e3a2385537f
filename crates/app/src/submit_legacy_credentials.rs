//! The application's old credentials: the first step of an onboarding.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use crypto::{
    hashing::{Guest, PasswordHash, Work},
    seal::{Place, seal},
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
    proof::{First, Proof},
    time::Timestamp,
};
use legacy::source::{Kind, Profile, slowest};

use crate::{
    App, Browser, Fault, Progress, Token,
    admission::admission_of,
    begin_recovery::{Asked, ask_for_door},
    directory::Directory,
    guesses::{self, Budget, Count},
    look_at_legacy::{Candidate, CheckedBy, Door as From, Looked, candidate, look},
    recovery::Door,
    submit_password::{Credentials, count_guess, door_budgets, pause_of, record_failure},
    take_in::{compare, take_in},
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
    /// Nobody could tell, or something is out of order and refusals look alike for every name. Try again after this.
    Unanswered(Duration),
    /// The credentials were right.
    Proven(Progress),
}

/// What was typed, and where.
#[derive(Debug)]
pub struct Typed {
    /// Name and password.
    pub credentials: Credentials,
    /// The company whose entry link was followed (its short name), unchecked.
    pub company: Option<String>,
}

pub(crate) const CREDENTIAL: &str = "legacy_credentials.sealed_hash";
/// Marks a hash of our own, made at the first success in place of the imported one.
pub(crate) const OWN: &str = "vestibule:";
/// Beside the slowest source, the answer takes a hash and a few look-ups.
const BESIDE_A_SOURCE: Duration = Duration::from_millis(500);
/// When to try again while a source is out of order; one answer for every name.
const TRY_AGAIN: Duration = Duration::from_secs(30);

/// Checks legacy credentials. Refusals come on a fixed time grid, whatever was looked up and whoever was asked.
///
/// # Errors
/// [`Fault::Busy`] when too many logins wait; [`Fault::Store`].
pub async fn submit_legacy_credentials(app: &App, browser: &Browser, typed: Typed) -> Result<Outcome, Fault> {
    let began = Instant::now();
    let directory = app.directory().await?;
    let grid = grid(app, &directory);
    let mut is_looked_at = false;
    let outcome = submit(app, browser, directory, typed, &mut is_looked_at).await;
    // Who is turned away before that, whatever the name, need not wait; later on the time would tell who was asked.
    let may_leave = matches!(outcome, Ok(Outcome::Proven(_))) || (outcome.is_err() && !is_looked_at);
    if !may_leave {
        wait_for_grid(began, grid).await;
    }
    outcome
}

/// Above the slowest source, so that the time does not tell whether one was asked.
fn grid(app: &App, directory: &Directory) -> Duration {
    match slowest(directory.sources.values()) {
        Duration::ZERO => app.settings.start_grid,
        // What a table gives is hashed after it was asked, and waits for its turn.
        slowest if directory.sources.values().any(|source| matches!(source.kind, Kind::Sql(_))) => {
            app.settings.start_grid.max(slowest + BESIDE_A_SOURCE + app.hasher.max_wait())
        }
        slowest => app.settings.start_grid.max(slowest + BESIDE_A_SOURCE),
    }
}

async fn submit(
    app: &App,
    browser: &Browser,
    directory: Arc<Directory>,
    typed: Typed,
    is_looked_at: &mut bool,
) -> Result<Outcome, Fault> {
    let Typed { credentials: typed, company } = typed;
    let name = canonical_login(&typed.name);
    let from = From { company: company.as_deref(), return_to: typed.return_to.as_deref() };
    let found = candidate(app, &directory, &name, &typed.name, from).await?;
    // Before a first proof one rule holds for every name: a company's own would tell whose name it is.
    let policy = directory.policy(None);
    let (budgets, cleared) = door_budgets(app, Door::Start, &name, browser, &policy).await?;
    // Room for either kind of hash: which one it will be would tell whose name was typed.
    let seat = app.hasher.admit(Guest::Stranger { network: &browser.network }, Work::Any)?;
    match count_guess(app, &budgets).await? {
        Count::Counted => {}
        Count::Paused(until) => return Ok(Outcome::Paused(until)),
        Count::Disabled => return guarded(app, browser, typed).await,
    }
    *is_looked_at = true;
    let (evidence, profile) = match look(app, browser, seat, &found.checked_by, &typed.password).await? {
        Looked::Right(evidence, profile) => (evidence, profile),
        Looked::Wrong => return refused(app, browser, &budgets, found.user.map(|user| user.id)).await,
        Looked::Unanswered => {
            take_back(app, &budgets).await?;
            return Ok(Outcome::Unanswered(TRY_AGAIN));
        }
    };
    let own = match &found.checked_by {
        CheckedBy::Hash(hash) if is_renewed(app, hash) => {
            Some(app.hasher.hash(typed.password, app.random.as_ref()).await?)
        }
        CheckedBy::Hash(_) | CheckedBy::Source(..) | CheckedBy::Nobody => None,
    };

    let mut tx = app.db.begin().await?;
    let Some(user) = settle(app, &mut tx, &directory, &found, profile).await? else {
        drop(tx);
        return refused(app, browser, &budgets, found.user.map(|user| user.id)).await;
    };
    let proof = evidence.proof(user.id, app.now()).ok_or(Fault::Inconsistent("a check without a proof"))?;
    guesses::clear(&mut tx, &[budgets, cleared].concat()).await?;
    if let Some(own) = own {
        replace_hash(app, &mut tx, user.id, &own).await?;
    }
    let turn = open_turn(app, directory, browser, tx, user, proof, typed.return_to).await?;
    let progress = turn.finish().await?.ok_or(Fault::Inconsistent("an attempt was changed by another"))?;
    Ok(Outcome::Proven(progress))
}

/// Who it is, now that the password was right. `None` when the credentials died while they were being checked, or when
/// nobody can be made of whom the source knows.
async fn settle(
    app: &App,
    tx: &mut store::Tx,
    directory: &Directory,
    found: &Candidate,
    profile: Option<Profile>,
) -> Result<Option<User>, Fault> {
    let profile = profile.unwrap_or_default();
    let user = match (&found.user, &found.checked_by) {
        (None, CheckedBy::Source(source, login)) => {
            return take_in(app, tx, directory, source, login, &profile).await;
        }
        (None, CheckedBy::Hash(_) | CheckedBy::Nobody) | (Some(_), CheckedBy::Nobody) => return Ok(None),
        (Some(user), CheckedBy::Hash(_) | CheckedBy::Source(..)) => user.id,
    };
    store::users::hold(tx, user).await?;
    // Somebody may have made the ID meanwhile, or the cut-off may have come: then the old credentials are dead.
    let lives = match &found.checked_by {
        CheckedBy::Hash(_) => store::identities::find_credential(tx, user).await?.is_some(),
        CheckedBy::Source(..) | CheckedBy::Nobody => store::identities::id_of(tx, user).await?.is_none(),
    };
    if !lives {
        return Ok(None);
    }
    let user = store::users::find(tx, user).await?.ok_or(Fault::Inconsistent("a user vanished"))?;
    match &found.checked_by {
        CheckedBy::Source(source, _) => Ok(Some(compare(app, tx, directory, source, user, &profile).await?)),
        CheckedBy::Hash(_) | CheckedBy::Nobody => Ok(Some(user)),
    }
}

/// The one answer for wrong, unknown and dead. While a source is out of order it says so instead, for every name.
async fn refused(
    app: &App,
    browser: &Browser,
    budgets: &[Budget],
    user: Option<UserId>,
) -> Result<Outcome, Fault> {
    record_failure(app, browser, user).await?;
    Ok(match pause_of(app, budgets).await? {
        Some(until) => Outcome::Paused(until),
        None if app.sources().any_ailing(app.now()) => Outcome::Unanswered(TRY_AGAIN),
        None => Outcome::Wrong,
    })
}

/// A guess that nobody looked at is not the owner's.
async fn take_back(app: &App, budgets: &[Budget]) -> Result<(), Fault> {
    let mut tx = app.db.begin().await?;
    guesses::take_back(&mut tx, budgets, app.now()).await?;
    Ok(tx.commit().await?)
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

/// Seals a hash for the legacy credentials of one user.
pub(crate) fn seal_credential(app: &App, user: UserId, hash: &str) -> Result<Vec<u8>, Fault> {
    let place = Place { column: CREDENTIAL, row: &user.to_string() };
    Ok(seal(app.keys.envelope(), place, hash.as_bytes(), app.random.as_ref())?)
}

/// Another program's hash, and one of ours with an older pepper or other costs, makes way for a new one.
fn is_renewed(app: &App, hash: &str) -> bool {
    let own = hash.strip_prefix(OWN).map(|own| PasswordHash::from_stored(own.to_owned()));
    own.is_none_or(|own| app.hasher.is_outdated(&own))
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
