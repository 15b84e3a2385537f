//! Enterprise User ID and password: what onboarding is for. Claimed, stored and the legacy credentials deleted, all or nothing.

use crypto::{token::Token, verify::new_password_proof};
use delivery::mail::Mail;
use domain::{
    attempt::Machine,
    audit::AuditKind,
    directory::User,
    enterprise_user_id::{EnterpriseUserId, UserIdProblem, suggestions},
    onboarding::{Onboarding, OnboardingEvent},
    password::{PasswordProblem, Strength},
    time::Timestamp,
};
use zeroize::Zeroizing;

use crate::{
    App, Browser, Fault, Progress,
    guesses::{self, Count},
    new_password,
    turn::Peek,
};

/// How many suggestions a page shows.
const SUGGESTIONS: usize = 3;
/// How many candidates are looked up at most.
const CANDIDATES: usize = 40;

/// What was typed.
#[derive(Debug)]
pub struct Choice {
    /// The ID, as typed.
    pub user_id: String,
    /// The password, as typed.
    pub password: Zeroizing<String>,
}

/// Why an ID is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdRefusal {
    /// It breaks a rule.
    Rule(UserIdProblem),
    /// It, or one that looks like it, is somebody's.
    Taken,
    /// Too many questions; ask again after this.
    TooMany(Timestamp),
}

/// What came of the choice.
#[derive(Debug)]
pub enum Outcome {
    /// Something has to be mended; nothing was stored.
    Refused {
        /// About the ID.
        user_id: Option<IdRefusal>,
        /// About the password.
        password: Option<PasswordProblem>,
    },
    /// That step is not open.
    Gone,
    /// The ID is made, and the legacy credentials are dead.
    Made(Progress),
}

/// Makes the Enterprise User ID with its password.
///
/// # Errors
/// [`Fault::Busy`] when too many passwords are being hashed; [`Fault::Store`].
pub async fn choose_user_id(
    app: &App,
    browser: &Browser,
    token: &Token,
    choice: Choice,
) -> Result<Outcome, Fault> {
    let Some(peek) = look(app, browser, token).await? else { return Ok(Outcome::Gone) };
    let checked = new_password::check(&peek.directory, &peek.user, &choice.user_id, &choice.password).err();
    let id = match EnterpriseUserId::parse(&choice.user_id) {
        Ok(id) => id,
        Err(problem) => {
            let user_id = Some(IdRefusal::Rule(problem));
            return Ok(Outcome::Refused { user_id, password: checked });
        }
    };
    // Whether a name is free is told as often as policy allows, here too.
    if let Some(refusal) = ask(app, &peek, &id).await? {
        return Ok(Outcome::Refused { user_id: Some(refusal), password: checked });
    }
    if checked.is_some() {
        return Ok(Outcome::Refused { user_id: None, password: checked });
    }
    let hash = new_password::hash(app, &choice.password).await?;

    let Some(mut turn) = app.turn(browser, token).await? else { return Ok(Outcome::Gone) };
    let (user, now) = (turn.user.id, app.now());
    if !store::identities::claim(&mut turn.tx, user, &id, now).await? {
        return Ok(Outcome::Refused { user_id: Some(IdRefusal::Taken), password: None });
    }
    store::credentials::put_password(&mut turn.tx, user, hash.as_str(), now).await?;
    store::identities::delete_credential(&mut turn.tx, user).await?;
    store::invitations::accept_of_user(&mut turn.tx, user, now).await?;
    // Whoever began on another browser has nothing to finish there; one-factor sessions end with the old credentials.
    store::attempts::end_of_user(&mut turn.tx, user, Some(turn.attempt.id)).await?;
    store::sessions::end_of_user(&mut turn.tx, user, None, "credentials_replaced", now).await?;
    turn.ends_sessions = true;
    let proof = new_password_proof(&hash, user, now);
    if !turn.onboarding(OnboardingEvent::UserIdMade(proof)).await? {
        return Ok(Outcome::Gone);
    }
    turn.renew_token();
    turn.audit(AuditKind::UserIdMade).await?;
    let ready = Mail::UserIdReady {
        user_id: id.display().to_owned(),
        login_link: app.portal("/login"),
        at: now,
        browser: turn.attempt.browser_name.clone(),
    };
    turn.tell(ready).await?;
    Ok(turn.finish().await?.map_or(Outcome::Gone, Outcome::Made))
}

/// Whether an ID is free, for the page to say while it is typed. `None` when that step is not open.
///
/// # Errors
/// [`Fault::Store`].
pub async fn ask_user_id(
    app: &App,
    browser: &Browser,
    token: &Token,
    typed: &str,
) -> Result<Option<Result<EnterpriseUserId, IdRefusal>>, Fault> {
    let Some(peek) = look(app, browser, token).await? else { return Ok(None) };
    let id = match EnterpriseUserId::parse(typed) {
        Ok(id) => id,
        Err(problem) => return Ok(Some(Err(IdRefusal::Rule(problem)))),
    };
    Ok(Some(ask(app, &peek, &id).await?.map_or(Ok(id), Err)))
}

/// How strong a password would be for this user, for the page to say while it is typed.
///
/// # Errors
/// [`Fault::Store`].
pub async fn estimate_password(
    app: &App,
    browser: &Browser,
    token: &Token,
    choice: &Choice,
) -> Result<Option<(Strength, Option<PasswordProblem>)>, Fault> {
    let Some(peek) = look(app, browser, token).await? else { return Ok(None) };
    Ok(Some(new_password::judge(&peek.directory, &peek.user, &choice.user_id, &choice.password)))
}

/// A few free IDs made from the user's name.
///
/// # Errors
/// [`Fault::Store`].
pub async fn suggest_user_ids(app: &App, user: &User) -> Result<Vec<String>, Fault> {
    let directory = app.directory().await?;
    let company = directory.company_of(user).map(|company| company.slug.clone()).unwrap_or_default();
    let mut conn = app.db.read().await?;
    let legacy = store::identities::legacy_of(&mut conn, user.id).await?.map(|login| login.display);
    let mut free = Vec::with_capacity(SUGGESTIONS);
    for id in suggestions(&user.name, &company, legacy.as_deref()).take(CANDIDATES) {
        if free.len() == SUGGESTIONS {
            break;
        }
        if !store::identities::is_taken(&mut conn, user.id, &id).await? {
            free.push(id.display().to_owned());
        }
    }
    Ok(free)
}

async fn look(app: &App, browser: &Browser, token: &Token) -> Result<Option<Peek>, Fault> {
    let peek = app.peek(browser, token).await?;
    Ok(peek
        .filter(|peek| matches!(peek.attempt.machine, Machine::Onboarding(Onboarding::ChooseUserId { .. }))))
}

/// Counts the question and answers it.
async fn ask(app: &App, peek: &Peek, id: &EnterpriseUserId) -> Result<Option<IdRefusal>, Fault> {
    let budget = app.asks_budget(peek.user.id, &peek.policy);
    let mut tx = app.db.begin().await?;
    if let Count::Paused(until) = guesses::count(&mut tx, &[budget], app.now()).await? {
        return Ok(Some(IdRefusal::TooMany(until)));
    }
    let taken = store::identities::is_taken(&mut tx, peek.user.id, id).await?;
    tx.commit().await?;
    Ok(taken.then_some(IdRefusal::Taken))
}
