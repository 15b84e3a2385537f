//! Asking for a mailed code before anything is proven. The request is only stored and counted: whether there is such a person
//! is found out by a worker after the answer, so the answer cannot tell.

use crypto::token::Token;
use domain::{
    enterprise_user_id::canonical_login,
    id::RecoveryId,
    recovery::{Goal, Recovery},
    time::Timestamp,
};
use store::recoveries::StoredRecovery;

use crate::{
    App, Browser, Fault,
    guesses::{self, Count},
    recovery::{Door, LIFETIME, Typed},
};

/// What came of it, whoever's the name is.
#[derive(Debug)]
pub enum Asked {
    /// It is noted; the token is for the recovery's cookie.
    Begun(Token),
    /// Not before this moment.
    TooMany(Timestamp),
}

/// What came of asking for another code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskedAgain {
    /// It is noted.
    Noted,
    /// Not before this moment.
    TooMany(Timestamp),
    /// There is no such step.
    Gone,
}

/// Begins a recovery for a typed Enterprise User ID.
///
/// # Errors
/// [`Fault::Store`].
pub async fn begin_recovery(app: &App, browser: &Browser, goal: Goal, name: &str) -> Result<Asked, Fault> {
    let typed = Typed { door: Door::Recover, name: canonical_login(name), to: None };
    begin(app, browser, goal, &typed).await
}

/// Asks for the door of a name that is under attack to be opened for this browser. A browser that has asked already goes on
/// with that.
///
/// # Errors
/// [`Fault::Store`].
pub(crate) async fn ask_for_door(
    app: &App,
    browser: &Browser,
    door: Door,
    name: &str,
    to: Option<String>,
) -> Result<Asked, Fault> {
    let typed = Typed { door, name: canonical_login(name), to };
    let name = app.recovery_name(door, &typed.name);
    let mut tx = app.db.begin().await?;
    let asked = store::recoveries::find_asked_door(&mut tx, &name, &browser.key, app.now()).await?;
    let Some(asked) = asked else {
        drop(tx);
        return begin(app, browser, Goal::OpenDoor, &typed).await;
    };
    let token = Token::generate(app.random.as_ref());
    store::recoveries::renew_token(&mut tx, asked.id, &token.hash()).await?;
    tx.commit().await?;
    Ok(Asked::Begun(token))
}

async fn begin(app: &App, browser: &Browser, goal: Goal, typed: &Typed) -> Result<Asked, Fault> {
    let policy = app.directory().await?.policy(None);
    let now = app.now();
    let name_hash = app.recovery_name(typed.door, &typed.name);
    let id = RecoveryId(app.new_uuid());
    let recovery = StoredRecovery {
        id,
        browser: browser.key,
        goal,
        state: Recovery::ProveMailbox { goal, misses: 0 },
        sealed_name: app.seal_typed(id, typed)?,
        name_hash,
        user: None,
        code: app.next_code(&policy, None),
        case: None,
        browser_name: browser.name(),
        network: browser.network.clone(),
        created_at: now,
        expires_at: now + LIFETIME,
        version: 0,
    };
    let token = Token::generate(app.random.as_ref());
    let mut tx = app.db.begin().await?;
    let budgets = app.asking_budgets(&mut tx, &name_hash, browser, &policy).await?;
    if let Count::Paused(until) = guesses::count(&mut tx, &budgets, now).await? {
        return Ok(Asked::TooMany(until));
    }
    store::recoveries::insert(&mut tx, &recovery, &token.hash(), Some(now)).await?;
    tx.commit().await?;
    app.recovery_bell.notify_one();
    Ok(Asked::Begun(token))
}

/// Asks for another code for the recovery of this browser; the one before is worthless.
///
/// # Errors
/// [`Fault::Store`].
pub async fn ask_again(app: &App, browser: &Browser, token: &Token) -> Result<AskedAgain, Fault> {
    let Some(mut turn) = app.recovery_turn(browser, token).await? else { return Ok(AskedAgain::Gone) };
    let policy = turn.policy_for_anybody();
    let name = turn.recovery.name_hash;
    let budgets = app.asking_budgets(&mut turn.tx, &name, browser, &policy).await?;
    if let Count::Paused(until) = guesses::count(&mut turn.tx, &budgets, app.now()).await? {
        return Ok(AskedAgain::TooMany(until));
    }
    if let Some(message) = turn.recovery.code.message {
        store::outbox::withdraw(&mut turn.tx, message).await?;
    }
    let code = app.next_code(&policy, Some(&turn.recovery.code.tag));
    if !store::recoveries::ask_again(&mut turn.tx, turn.recovery.id, &code).await? {
        return Ok(AskedAgain::Gone);
    }
    turn.tx.commit().await?;
    app.recovery_bell.notify_one();
    Ok(AskedAgain::Noted)
}
