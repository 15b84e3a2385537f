//! Authenticator apps: at most one that is confirmed, and one that is being set up.

use domain::{
    id::{AuthenticatorAppId, SessionId, UserId},
    time::Timestamp,
};

use crate::{
    dialect::{Executor, execute, fetch_optional, statements},
    error::StoreError,
    tx::Tx,
    users,
    value::Id,
};

statements! {
    FIND_CONFIRMED = "SELECT id, user_id, sealed_secret, last_step, drift_steps, created_at, confirmed_at, last_used_at \
                      FROM authenticator_apps WHERE user_id = $1 AND confirmed_at IS NOT NULL";
    FIND_PENDING = "SELECT id, user_id, sealed_secret, last_step, drift_steps, created_at, confirmed_at, last_used_at \
                    FROM authenticator_apps WHERE user_id = $1 AND session_id = $2 AND confirmed_at IS NULL";
    INSERT = "INSERT INTO authenticator_apps (id, user_id, session_id, sealed_secret, last_step, drift_steps, created_at) \
              VALUES ($1, $2, $3, $4, -1, 0, $5)";
    REMOVE_PENDING = "DELETE FROM authenticator_apps WHERE user_id = $1 AND confirmed_at IS NULL";
    REMOVE_CONFIRMED = "DELETE FROM authenticator_apps WHERE user_id = $1 AND confirmed_at IS NOT NULL";
    CONFIRM = "UPDATE authenticator_apps SET confirmed_at = $4, last_step = $2, drift_steps = $3 \
               WHERE id = $1 AND confirmed_at IS NULL";
    /// Of all answers with one step, exactly one changes the row; nor does any earlier step.
    USE_STEP = "UPDATE authenticator_apps SET last_step = $2, drift_steps = $3, last_used_at = $4 \
                WHERE id = $1 AND confirmed_at IS NOT NULL AND last_step < $2";
}

/// An authenticator app, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthenticatorApp {
    /// Its key.
    pub id: AuthenticatorAppId,
    /// Whose it is.
    pub user: UserId,
    /// The shared secret, sealed for this row.
    pub sealed_secret: Vec<u8>,
    /// The last step that was used; none before it opens anything any more.
    pub last_step: i64,
    /// How many steps the app's clock is ahead of ours.
    pub drift: i64,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When its owner showed that it works.
    pub confirmed_at: Option<Timestamp>,
    /// When it last opened a login.
    pub last_used_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Id<AuthenticatorAppId>,
    user_id: Id<UserId>,
    sealed_secret: Vec<u8>,
    last_step: i64,
    drift_steps: i64,
    created_at: i64,
    confirmed_at: Option<i64>,
    last_used_at: Option<i64>,
}

impl From<Row> for AuthenticatorApp {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0,
            user: row.user_id.0,
            sealed_secret: row.sealed_secret,
            last_step: row.last_step,
            drift: row.drift_steps,
            created_at: Timestamp(row.created_at),
            confirmed_at: row.confirmed_at.map(Timestamp),
            last_used_at: row.last_used_at.map(Timestamp),
        }
    }
}

/// The one that opens logins.
pub async fn find_confirmed(
    conn: &mut impl Executor,
    user: UserId,
) -> Result<Option<AuthenticatorApp>, StoreError> {
    let row: Option<Row> = fetch_optional!(conn, FIND_CONFIRMED, user)?;
    Ok(row.map(Into::into))
}

/// The one that is being set up in this session: what another one began is none of its business.
pub async fn find_pending(
    conn: &mut impl Executor,
    user: UserId,
    session: SessionId,
) -> Result<Option<AuthenticatorApp>, StoreError> {
    let row: Option<Row> = fetch_optional!(conn, FIND_PENDING, user, session)?;
    Ok(row.map(Into::into))
}

/// Begins to set one up; one that was begun before is forgotten.
pub async fn begin(
    tx: &mut Tx,
    id: AuthenticatorAppId,
    user: UserId,
    session: SessionId,
    sealed_secret: &[u8],
    now: Timestamp,
) -> Result<(), StoreError> {
    users::hold(tx, user).await?;
    execute!(tx, REMOVE_PENDING, user)?;
    execute!(tx, INSERT, id, user, session, sealed_secret, now).map(drop)
}

/// Puts the one that was set up into the place of the one before; false when another answer was faster.
pub async fn confirm(
    tx: &mut Tx,
    app: &AuthenticatorApp,
    step: i64,
    drift: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    // The row of the person is held first: two that are confirmed at once would be two apps.
    users::hold(tx, app.user).await?;
    execute!(tx, REMOVE_CONFIRMED, app.user)?;
    Ok(execute!(tx, CONFIRM, app.id, step, drift, now)? == 1)
}

/// Uses a step up; false when it, or a later one, was used before.
pub async fn use_step(
    tx: &mut Tx,
    id: AuthenticatorAppId,
    step: i64,
    drift: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(execute!(tx, USE_STEP, id, step, drift, now)? == 1)
}

/// Forgets what the user was setting up.
pub async fn end_pending(tx: &mut Tx, user: UserId) -> Result<(), StoreError> {
    execute!(tx, REMOVE_PENDING, user).map(drop)
}

/// Removes the user's app, and what was being set up; false when there was none that opened anything.
pub async fn remove(tx: &mut Tx, user: UserId) -> Result<bool, StoreError> {
    execute!(tx, REMOVE_PENDING, user)?;
    Ok(execute!(tx, REMOVE_CONFIRMED, user)? > 0)
}
