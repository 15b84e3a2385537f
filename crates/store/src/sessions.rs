//! Sessions of the portal.

use std::time::Duration;

use domain::{
    id::{AttemptId, DeviceId, SessionId, UserId},
    session::Session,
    time::{Timestamp, millis},
};

use crate::{
    dialect::{Executor, execute, fetch_all, fetch_optional, statements},
    error::StoreError,
    proofs::{ProofColumns, StoredProofs},
    tx::Tx,
    value::Id,
};

macro_rules! columns {
    () => {
        "s.id, s.user_id, s.attempt_id, s.device_id, s.first_method, s.first_at, s.second_method, s.second_device, \
         s.second_at, s.browser_name, s.network, s.created_at, s.last_seen_at, s.idle_ms, s.ends_at"
    };
}

statements! {
    INSERT = "INSERT INTO sessions (id, token_hash, user_id, attempt_id, device_id, first_method, first_at, second_method, \
              second_device, second_at, browser_name, network, created_at, last_seen_at, idle_ms, ends_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14, $15)";
    FIND = concat!("SELECT ", columns!(), " FROM sessions s JOIN users u ON u.id = s.user_id \
                   WHERE s.token_hash = $1 AND s.ended_at IS NULL AND u.disabled_at IS NULL");
    FIND_OF_APPLICATION = concat!("SELECT ", columns!(), " FROM application_sessions a \
                   JOIN sessions s ON s.id = a.session_id JOIN users u ON u.id = s.user_id \
                   WHERE a.token_hash = $1 AND a.application_id = $2 AND s.ended_at IS NULL AND u.disabled_at IS NULL");
    FIND_BY_ID = concat!("SELECT ", columns!(), " FROM sessions s JOIN users u ON u.id = s.user_id \
                   WHERE s.id = $1 AND s.ended_at IS NULL AND u.disabled_at IS NULL");
    LIVE_OF_USER = concat!("SELECT ", columns!(), " FROM sessions s WHERE s.user_id = $1 AND s.ended_at IS NULL \
                   AND s.ends_at > $2 AND s.last_seen_at + s.idle_ms > $2 ORDER BY s.last_seen_at DESC, s.id");
    TOUCH = "UPDATE sessions SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2";
    END = "UPDATE sessions SET ended_at = $3, end_reason = $4 WHERE id = $1 AND user_id = $2 AND ended_at IS NULL";
    END_OF_USER = "UPDATE sessions SET ended_at = $3, end_reason = $4 WHERE user_id = $1 AND id <> $2 AND ended_at IS NULL";
    /// Those made from the attempt, those made with the Trusted Device that it earned, and, where it proved a session afresh,
    /// that session and what took its place.
    END_OF_ATTEMPT = "UPDATE sessions SET ended_at = $2, end_reason = $3 WHERE ended_at IS NULL AND id IN (\
                      SELECT made.id FROM sessions AS made WHERE made.attempt_id = $1 \
                      UNION SELECT opened.id FROM devices JOIN sessions AS opened ON opened.device_id = devices.id \
                      WHERE devices.attempt_id = $1 \
                      UNION SELECT beside.id FROM attempts JOIN sessions AS proven ON proven.id = attempts.confirms \
                      JOIN sessions AS beside ON beside.attempt_id = proven.attempt_id WHERE attempts.id = $1)";
    END_OF_DEVICE = "UPDATE sessions SET ended_at = $2, end_reason = $3 WHERE device_id = $1 AND ended_at IS NULL";
    INSERT_OF_APPLICATION = "INSERT INTO application_sessions (token_hash, session_id, application_id, created_at) \
                   VALUES ($1, $2, $3, $4)";
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Id<SessionId>,
    user_id: Id<UserId>,
    attempt_id: Id<AttemptId>,
    device_id: Option<Id<DeviceId>>,
    first_method: String,
    first_at: i64,
    second_method: Option<String>,
    second_device: Option<Id<DeviceId>>,
    second_at: Option<i64>,
    browser_name: String,
    network: String,
    created_at: i64,
    last_seen_at: i64,
    idle_ms: i64,
    ends_at: i64,
}

impl TryFrom<Row> for Session {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let proofs = StoredProofs {
            table: "sessions",
            user: row.user_id.0,
            first_method: Some(&row.first_method),
            first_at: Some(row.first_at),
            second_method: row.second_method.as_deref(),
            second_device: row.second_device,
            second_at: row.second_at,
        };
        Ok(Self {
            id: row.id.0,
            assurance: proofs.assurance()?,
            attempt: row.attempt_id.0,
            device: row.device_id.map(|id| id.0),
            browser_name: row.browser_name,
            network: row.network,
            created_at: Timestamp(row.created_at),
            last_seen_at: Timestamp(row.last_seen_at),
            idle: Duration::from_millis(u64::try_from(row.idle_ms).unwrap_or(0)),
            ends_at: Timestamp(row.ends_at),
        })
    }
}

/// Stores a new session under the digest of its token.
pub async fn insert(tx: &mut Tx, session: &Session, token_hash: &[u8; 32]) -> Result<(), StoreError> {
    let proofs = ProofColumns::from(session.assurance);
    let Session { id, attempt, device, created_at, idle, ends_at, .. } = *session;
    execute!(
        tx,
        INSERT,
        id,
        token_hash,
        session.user(),
        attempt,
        device,
        proofs.first_method,
        proofs.first_at,
        proofs.second_method,
        proofs.second_device,
        proofs.second_at,
        &session.browser_name,
        &session.network,
        created_at,
        millis(idle),
        ends_at,
    )?;
    Ok(())
}

/// Finds a session that was not ended, of a user who is not disabled. Idleness and total time are for the caller to judge.
pub async fn find(conn: &mut impl Executor, token_hash: &[u8; 32]) -> Result<Option<Session>, StoreError> {
    let row: Option<Row> = fetch_optional!(conn, FIND, token_hash)?;
    row.map(Session::try_from).transpose()
}

/// The same by its key.
pub async fn find_by_id(conn: &mut impl Executor, id: SessionId) -> Result<Option<Session>, StoreError> {
    let row: Option<Row> = fetch_optional!(conn, FIND_BY_ID, id)?;
    row.map(Session::try_from).transpose()
}

/// The same by the digest of an application host's token.
pub async fn find_of_application(
    conn: &mut impl Executor,
    token_hash: &[u8; 32],
    application: domain::id::ApplicationId,
) -> Result<Option<Session>, StoreError> {
    let row: Option<Row> = fetch_optional!(conn, FIND_OF_APPLICATION, token_hash, application)?;
    row.map(Session::try_from).transpose()
}

/// The user's sessions that hold at `now`.
pub async fn list_live(
    conn: &mut impl Executor,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<Session>, StoreError> {
    let rows: Vec<Row> = fetch_all!(conn, LIVE_OF_USER, user, now)?;
    rows.into_iter().map(Session::try_from).collect()
}

/// Records that the session was used.
pub async fn touch(tx: &mut Tx, id: SessionId, now: Timestamp) -> Result<(), StoreError> {
    execute!(tx, TOUCH, id, now).map(drop)
}

/// Ends one session of the user; false when there was none.
pub async fn end(
    tx: &mut Tx,
    id: SessionId,
    user: UserId,
    reason: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(execute!(tx, END, id, user, now, reason)? == 1)
}

/// Ends the user's sessions, except `spared`.
pub async fn end_of_user(
    tx: &mut Tx,
    user: UserId,
    spared: Option<SessionId>,
    reason: &str,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let spared = spared.map_or_else(String::new, |id| id.to_string());
    execute!(tx, END_OF_USER, user, spared, now, reason)
}

/// Ends the sessions that an attempt made.
pub async fn end_of_attempt(
    tx: &mut Tx,
    attempt: AttemptId,
    reason: &str,
    now: Timestamp,
) -> Result<u64, StoreError> {
    execute!(tx, END_OF_ATTEMPT, attempt, now, reason)
}

/// Ends the sessions of a device.
pub async fn end_of_device(
    tx: &mut Tx,
    device: DeviceId,
    reason: &str,
    now: Timestamp,
) -> Result<u64, StoreError> {
    execute!(tx, END_OF_DEVICE, device, now, reason)
}

/// Stores the weaker session of one application host.
pub async fn insert_of_application(
    tx: &mut Tx,
    token_hash: &[u8; 32],
    session: SessionId,
    application: domain::id::ApplicationId,
    now: Timestamp,
) -> Result<(), StoreError> {
    execute!(tx, INSERT_OF_APPLICATION, token_hash, session, application, now).map(drop)
}
