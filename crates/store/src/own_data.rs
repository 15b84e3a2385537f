//! What is kept about one person, for the copy that they take of it: no secrets, and nothing of anybody else.

use domain::{id::UserId, time::Timestamp};

use crate::{
    dialect::{Executor, fetch_all, statements},
    error::StoreError,
    value::Id,
};

statements! {
    SESSIONS = "SELECT browser_name, network, first_method, second_method, created_at, last_seen_at, ends_at, ended_at, end_reason \
                FROM sessions WHERE user_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2";
    DEVICES = "SELECT name, browser, platform, network, created_at, last_used_at, expires_at, revoked_at, revoked_reason \
               FROM devices WHERE user_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2";
    CASES = "SELECT id, reference, kind, state, sealed, created_at, closed_at FROM cases WHERE user_id = $1 \
             ORDER BY created_at DESC, id DESC LIMIT $2";
    SUBJECTS = "SELECT a.name, s.subject, s.created_at FROM subjects s JOIN applications a ON a.id = s.application_id \
                WHERE s.user_id = $1 ORDER BY a.name";
    PASSKEYS = "SELECT name, created_at, last_used_at FROM passkeys WHERE user_id = $1 ORDER BY created_at, id";
    APPS = "SELECT created_at, confirmed_at, last_used_at FROM authenticator_apps WHERE user_id = $1 \
            AND confirmed_at IS NOT NULL ORDER BY created_at, id";
    RECOVERY_CODES = "SELECT created_at, used_at FROM recovery_codes WHERE user_id = $1 ORDER BY number";
    ADDED = "SELECT created_at FROM users WHERE id = $1";
}

/// A session, ended or not.
#[derive(Debug, sqlx::FromRow)]
pub struct SessionRow {
    /// "Firefox on Windows".
    pub browser_name: String,
    /// The network address it was made from.
    pub network: String,
    /// How it was opened.
    pub first_method: String,
    /// How it was completed.
    pub second_method: Option<String>,
    /// When it began, in epoch milliseconds, as all moments here.
    pub created_at: i64,
    /// When it was last used.
    pub last_seen_at: i64,
    /// When it ends at the latest.
    pub ends_at: i64,
    /// When it ended.
    pub ended_at: Option<i64>,
    /// Why.
    pub end_reason: Option<String>,
}

/// A Trusted Device, ended or not.
#[derive(Debug, sqlx::FromRow)]
pub struct DeviceRow {
    /// Its name.
    pub name: String,
    /// "Firefox".
    pub browser: String,
    /// "Windows".
    pub platform: String,
    /// The network address it was last used from.
    pub network: String,
    /// When it was made trusted.
    pub created_at: i64,
    /// When it was last used.
    pub last_used_at: i64,
    /// When trust ends.
    pub expires_at: i64,
    /// When trust was ended.
    pub revoked_at: Option<i64>,
    /// Why.
    pub revoked_reason: Option<String>,
}

/// A case.
#[derive(Debug, sqlx::FromRow)]
pub struct CaseRow {
    /// Its key, to which what was said is sealed.
    pub id: Id<domain::id::CaseId>,
    /// The number that people quote.
    pub reference: String,
    /// What it is about.
    pub kind: String,
    /// How it stands.
    pub state: String,
    /// What was said, sealed.
    pub sealed: Vec<u8>,
    /// When it was opened.
    pub created_at: i64,
    /// When it was closed.
    pub closed_at: Option<i64>,
}

/// An application's name, what it calls the user, and since when.
pub type Subject = (String, String, i64);
/// A passkey's name, since when there is, and when it was last used.
pub type Passkey = (String, i64, Option<i64>);
/// When an authenticator app was begun, confirmed and last used.
pub type AuthenticatorApp = (i64, Option<i64>, Option<i64>);
/// When a recovery code was made and used.
pub type RecoveryCode = (i64, Option<i64>);

/// The user's sessions, the newest first.
pub async fn sessions(
    conn: &mut impl Executor,
    user: UserId,
    limit: u32,
) -> Result<Vec<SessionRow>, StoreError> {
    fetch_all!(conn, SESSIONS, user, limit)
}

/// The user's Trusted Devices, the newest first.
pub async fn devices(
    conn: &mut impl Executor,
    user: UserId,
    limit: u32,
) -> Result<Vec<DeviceRow>, StoreError> {
    fetch_all!(conn, DEVICES, user, limit)
}

/// The user's cases, the newest first.
pub async fn cases(conn: &mut impl Executor, user: UserId, limit: u32) -> Result<Vec<CaseRow>, StoreError> {
    fetch_all!(conn, CASES, user, limit)
}

/// What the applications call the user.
pub async fn subjects(conn: &mut impl Executor, user: UserId) -> Result<Vec<Subject>, StoreError> {
    fetch_all!(conn, SUBJECTS, user)
}

/// The user's passkeys.
pub async fn passkeys(conn: &mut impl Executor, user: UserId) -> Result<Vec<Passkey>, StoreError> {
    fetch_all!(conn, PASSKEYS, user)
}

/// The user's authenticator apps.
pub async fn authenticator_apps(
    conn: &mut impl Executor,
    user: UserId,
) -> Result<Vec<AuthenticatorApp>, StoreError> {
    fetch_all!(conn, APPS, user)
}

/// The user's recovery codes.
pub async fn recovery_codes(conn: &mut impl Executor, user: UserId) -> Result<Vec<RecoveryCode>, StoreError> {
    fetch_all!(conn, RECOVERY_CODES, user)
}

/// Since when the person is known.
pub async fn added_at(conn: &mut impl Executor, user: UserId) -> Result<Option<Timestamp>, StoreError> {
    let rows: Vec<(i64,)> = fetch_all!(conn, ADDED, user)?;
    Ok(rows.first().map(|(at,)| Timestamp(*at)))
}
