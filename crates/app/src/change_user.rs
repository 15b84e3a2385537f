//! What an operator does to a user from the command line: find, disable, enable, unlock.

use domain::{
    audit::{Actor, AuditEvent, AuditKind},
    directory::User,
    enterprise_user_id::canonical_login,
    id::UserId,
    revocation::Cause,
    time::Timestamp,
};

use crate::{
    App, Fault,
    forgive::{forgive, forgive_browsers, forgive_factors, forgive_name},
    recovery::Door,
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
    /// Second steps beside the mailbox.
    pub second_steps: SecondSteps,
}

/// What confirms somebody's logins.
#[derive(Debug, Clone, Copy)]
pub struct SecondSteps {
    /// Whether there is an authenticator app.
    pub authenticator_app: bool,
    /// Passkeys.
    pub passkeys: usize,
    /// Recovery codes that were not used.
    pub recovery_codes: u32,
    /// When all of it will be removed, because its owner said it is lost.
    pub removed_at: Option<Timestamp>,
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
        second_steps: second_steps(conn, user.id).await?,
        user,
    })
}

async fn second_steps(conn: &mut impl store::Executor, user: UserId) -> Result<SecondSteps, Fault> {
    Ok(SecondSteps {
        authenticator_app: store::authenticator_apps::find_confirmed(conn, user).await?.is_some(),
        passkeys: store::passkeys::list(conn, user).await?.len(),
        recovery_codes: store::recovery_codes::standing(conn, user).await?.0,
        removed_at: store::factor_removals::open_of_user(conn, user).await?,
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

/// Ends waits, and what disabled a code, an authenticator app or a security code: counting starts anew. Opens nothing by itself.
///
/// # Errors
/// [`Fault::Store`].
pub async fn unlock_user(app: &App, found: &Found) -> Result<(), Fault> {
    let directory = app.directory().await?;
    let policy = directory.policy(found.user.company);
    let mut tx = app.db.begin().await?;
    forgive(app, &mut tx, &found.user, &policy).await?;
    forgive_factors(app, &mut tx, found.user.id, &policy).await?;
    forgive_browsers(app, &mut tx, found.user.id, &policy).await?;
    let event =
        AuditEvent::new(AuditKind::UserUnlocked, Actor::CommandLine).about(found.user.id, found.user.company);
    app.audit(&mut tx, event).await?;
    Ok(tx.commit().await?)
}

/// Ends the waits for a name as it is typed, also where nobody has it: whom only a live source knows is nobody's user yet, and
/// strangers could have used up their guesses.
///
/// # Errors
/// [`Fault::Store`].
pub async fn unlock_name(app: &App, name: &str) -> Result<(), Fault> {
    let policy = app.directory().await?.policy(None);
    let mut tx = app.db.begin().await?;
    for door in [Door::Start, Door::Login, Door::Recover] {
        forgive_name(app, &mut tx, door, name, &policy).await?;
    }
    app.audit(&mut tx, AuditEvent::new(AuditKind::UserUnlocked, Actor::CommandLine)).await?;
    Ok(tx.commit().await?)
}
