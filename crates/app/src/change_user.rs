//! What an operator does to a user from the command line: find, disable, enable, unlock.

use domain::{
    audit::{Actor, AuditEvent, AuditKind},
    directory::User,
    enterprise_user_id::canonical_login,
    id::UserId,
    revocation::Cause,
};

use crate::{
    App, Fault, guesses,
    revoke::{InHand, revoke},
};

/// A user with what is told about them.
#[derive(Debug, Clone)]
pub struct Found {
    /// The user.
    pub user: User,
    /// The Enterprise User ID, once made.
    pub user_id: Option<String>,
    /// The old login name.
    pub legacy_login: Option<String>,
    /// The company's slug.
    pub company: Option<String>,
    /// Trusted Devices at this moment.
    pub devices: usize,
    /// Sessions at this moment.
    pub sessions: usize,
}

/// Finds users by Enterprise User ID, old login name, e-mail address or key.
///
/// # Errors
/// [`Fault::Store`].
pub async fn find_users(app: &App, asked: &str) -> Result<Vec<Found>, Fault> {
    let canonical = canonical_login(asked);
    let mut conn = app.db.read().await?;
    let mut ids: Vec<UserId> = Vec::new();
    ids.extend(store::identities::find_by_id(&mut conn, &canonical).await?.map(|(user, _)| user));
    ids.extend(store::identities::find_legacy(&mut conn, &canonical).await?.map(|login| login.user));
    ids.extend(store::users::find_by_email(&mut conn, asked).await?.into_iter().map(|user| user.id));
    ids.extend(asked.parse::<UserId>().ok());
    ids.sort_unstable();
    ids.dedup();
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        if let Some(user) = store::users::find(&mut conn, id).await? {
            found.push(describe(app, &mut conn, user).await?);
        }
    }
    Ok(found)
}

async fn describe(app: &App, conn: &mut impl store::Executor, user: User) -> Result<Found, Fault> {
    let directory = app.directory().await?;
    let now = app.now();
    Ok(Found {
        user_id: store::identities::id_of(conn, user.id).await?,
        legacy_login: store::identities::legacy_of(conn, user.id).await?.map(|login| login.display),
        company: directory.company_of(&user).map(|company| company.slug.clone()),
        devices: store::devices::list_live(conn, user.id, now).await?.len(),
        sessions: store::sessions::list_live(conn, user.id, now).await?.len(),
        user,
    })
}

/// Takes access away at once, everywhere; false when it was gone already.
///
/// # Errors
/// [`Fault::Store`].
pub async fn disable_user(app: &App, user: &User) -> Result<bool, Fault> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    if !store::users::disable(&mut tx, user.id, now).await? {
        return Ok(false);
    }
    revoke(&mut tx, user.id, Cause::DisabledOrReset, InHand::default(), "disabled", now).await?;
    let event = AuditEvent::new(AuditKind::UserDisabled, Actor::CommandLine).about(user.id, user.company);
    app.audit(&mut tx, event).await?;
    tx.commit().await?;
    app.forget_sessions_of(user.id);
    Ok(true)
}

/// Gives access back; nothing that ended comes back with it. False when it was not gone.
///
/// # Errors
/// [`Fault::Store`].
pub async fn enable_user(app: &App, user: &User) -> Result<bool, Fault> {
    let mut tx = app.db.begin().await?;
    if !store::users::enable(&mut tx, user.id).await? {
        return Ok(false);
    }
    let event = AuditEvent::new(AuditKind::UserEnabled, Actor::CommandLine).about(user.id, user.company);
    app.audit(&mut tx, event).await?;
    tx.commit().await?;
    Ok(true)
}

/// Ends waits and a disabled code factor: counting starts anew. Opens nothing by itself.
///
/// # Errors
/// [`Fault::Store`].
pub async fn unlock_user(app: &App, found: &Found) -> Result<(), Fault> {
    let directory = app.directory().await?;
    let policy = directory.policy(found.user.company);
    let mut budgets = vec![app.code_budget(found.user.id, &policy), app.asks_budget(found.user.id, &policy)];
    let mut tx = app.db.begin().await?;
    for (door, name) in [("login", &found.user_id), ("start", &found.legacy_login)] {
        if let Some(name) = name {
            let name = canonical_login(name);
            budgets.push(app.account_budget(door, &name, &policy));
            store::counters::clear_all(&mut tx, &app.network_prefix(door, &name)).await?;
        }
    }
    guesses::clear(&mut tx, &budgets).await?;
    let event =
        AuditEvent::new(AuditKind::UserUnlocked, Actor::CommandLine).about(found.user.id, found.user.company);
    app.audit(&mut tx, event).await?;
    Ok(tx.commit().await?)
}
