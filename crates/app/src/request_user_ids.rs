//! "Which Enterprise User IDs do I have?" Only stored and counted; the answer goes by mail alone, and leads on.

use crypto::{
    seal::{Place, open, seal},
    token::Token,
    verify::mailbox_link_proof,
};
use domain::{
    audit::AuditKind,
    directory::User,
    enterprise_user_id::canonical_login,
    id::{RecoveryId, UserIdRequestId},
    recovery::{Goal, Recovery, RecoveryEvent},
    time::Timestamp,
};
use store::{
    Executor,
    recoveries::StoredRecovery,
    user_id_requests::{Link, ToResolve},
};

use crate::{
    App, Browser, Fault,
    guesses::{self, Count},
    recovery::{Door, LIFETIME, Typed},
};

/// Where the address of a request is sealed.
pub(crate) const ADDRESS: &str = "user_id_requests.sealed_address";

/// What came of it, whoever's the address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requested {
    /// It is noted.
    Noted,
    /// Not before this moment.
    TooMany(Timestamp),
}

/// Notes that the IDs of an address are asked for.
///
/// # Errors
/// [`Fault::Store`].
pub async fn request_user_ids(app: &App, browser: &Browser, address: &str) -> Result<Requested, Fault> {
    /// The longest address of RFC 5321, in bytes; nothing longer is anybody's.
    const LONGEST: usize = 320;
    let policy = app.directory().await?.policy(None);
    let now = app.now();
    let address: String = store::users::email_key(address).chars().take(LONGEST).collect();
    let hash = app.keys.mac("recovery address", &[address.as_bytes()]);
    let id = UserIdRequestId(app.new_uuid());
    let place = Place { column: ADDRESS, row: &id.to_string() };
    let request = ToResolve {
        id,
        sealed_address: seal(app.keys.envelope(), place, address.as_bytes(), app.random.as_ref())?,
        browser: browser.key,
        browser_name: browser.name(),
        network: browser.network.clone(),
    };
    let mut tx = app.db.begin().await?;
    let budgets = app.asking_budgets(&mut tx, &hash, browser, &policy).await?;
    if let Count::Paused(until) = guesses::count(&mut tx, &budgets, now).await? {
        return Ok(Requested::TooMany(until));
    }
    store::user_id_requests::insert(&mut tx, &request, &hash, now).await?;
    tx.commit().await?;
    app.recovery_bell.notify_one();
    Ok(Requested::Noted)
}

/// Where a link leads on.
#[derive(Debug)]
pub struct LinkView {
    /// The IDs of the address, at least one.
    pub ids: Vec<String>,
    /// Until when it works.
    pub until: Timestamp,
    /// Who has the first of them.
    pub user: User,
}

/// What a link leads on for; `None` when it is over, was used, or is none. Changes nothing, because mail
/// scanners follow links.
///
/// # Errors
/// [`Fault::Store`].
pub async fn show_link(app: &App, token: &Token) -> Result<Option<LinkView>, Fault> {
    let mut conn = app.db.read().await?;
    let Some(link) = good_link(app, &mut conn, token).await? else { return Ok(None) };
    let people = people_of(app, &mut conn, &link).await?;
    let Some(user) = people.first().map(|(user, _)| user.clone()) else { return Ok(None) };
    let ids = people.into_iter().map(|(_, id)| id).collect();
    Ok(Some(LinkView { ids, until: link.ends_at, user }))
}

/// Goes on with one of the IDs: the link proves the mailbox. `None` when the link is not good or the ID not among them; else the
/// token for the recovery's cookie.
///
/// # Errors
/// [`Fault::Store`].
pub async fn follow_link(
    app: &App,
    browser: &Browser,
    token: &Token,
    chosen: &str,
) -> Result<Option<Token>, Fault> {
    let directory = app.directory().await?;
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let Some(link) = good_link(app, &mut tx, token).await? else { return Ok(None) };
    let mut people = people_of(app, &mut tx, &link).await?.into_iter();
    let Some((user, id)) = people.find(|(_, id)| canonical_login(id) == canonical_login(chosen)) else {
        return Ok(None);
    };
    let Some(proof) = mailbox_link_proof(token, &link.hash, user.id, now) else { return Ok(None) };
    // Once: of all that follow the link at once, one changes the row.
    if !store::user_id_requests::use_link(&mut tx, link.id, now).await? {
        return Ok(None);
    }
    let typed = Typed { door: Door::Recover, name: canonical_login(&id), to: None };
    let recovery_id = RecoveryId(app.new_uuid());
    let goal = Goal::Password;
    let mut code = app.next_code(&directory.policy(None), None);
    // There is no code to wait for.
    code.expires_at = now;
    let recovery = StoredRecovery {
        id: recovery_id,
        browser: browser.key,
        goal,
        state: Recovery::ProveMailbox { goal, misses: 0 },
        sealed_name: app.seal_typed(recovery_id, &typed)?,
        name_hash: app.recovery_name(typed.door, &typed.name),
        user: Some(user.id),
        code,
        case: None,
        browser_name: browser.name(),
        network: browser.network.clone(),
        created_at: now,
        expires_at: now + LIFETIME,
        version: 0,
    };
    store::recoveries::insert(&mut tx, &recovery, &app.new_token().hash(), None).await?;
    let mut turn = app.recovery_turn_of(directory, tx, recovery);
    if turn.step(RecoveryEvent::MailboxProven(proof)).await?.is_none() {
        return Ok(None);
    }
    turn.audit(AuditKind::RecoveryStarted).await?;
    turn.renew_token();
    Ok(turn.finish().await?.flatten())
}

async fn good_link(app: &App, conn: &mut impl Executor, token: &Token) -> Result<Option<Link>, Fault> {
    let link = store::user_id_requests::find_link(conn, &token.hash()).await?;
    Ok(link.filter(|link| link.used_at.is_none() && app.now() < link.ends_at))
}

/// Who has an ID at the address of a link, as of now.
async fn people_of(app: &App, conn: &mut impl Executor, link: &Link) -> Result<Vec<(User, String)>, Fault> {
    let place = Place { column: ADDRESS, row: &link.id.to_string() };
    let address = open(app.keys.envelope(), place, &link.sealed_address)?;
    let address = std::str::from_utf8(&address).map_err(|_| Fault::Inconsistent("an address is no text"))?;
    let mut people = Vec::new();
    for user in store::users::find_by_email(conn, address).await? {
        if let (None, Some(id)) = (user.disabled_at, store::identities::id_of(conn, user.id).await?) {
            people.push((user, id));
        }
    }
    Ok(people)
}
