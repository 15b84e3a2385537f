//! Messages that wait for delivery. A message is written in the transaction of what it tells.

use domain::{
    id::{MessageId, UserId},
    time::Timestamp,
};

use crate::{
    dialect::{Executor, execute, fetch_all, fetch_one, fetch_optional, statements},
    error::StoreError,
    tx::Tx,
    value::Id,
};

statements! {
    INSERT = "INSERT INTO outbox (id, user_id, kind, sealed, state, attempts, answers, next_attempt_at, deadline_at, created_at) \
              VALUES ($1, $2, $3, $4, 'queued', 0, 0, $5, $6, $5)";
    DUE = "SELECT id, user_id, kind, sealed, attempts, answers, deadline_at FROM outbox \
           WHERE state = 'queued' AND next_attempt_at <= $1 AND (leased_until IS NULL OR leased_until <= $1) \
           ORDER BY next_attempt_at, id LIMIT $2";
    /// Repeats the predicate, so that of two workers one gets the job.
    LEASE = "UPDATE outbox SET lease = $2, leased_until = $3, attempts = attempts + 1 \
             WHERE id = $1 AND state = 'queued' AND (leased_until IS NULL OR leased_until <= $4)";
    RENEW = "UPDATE outbox SET leased_until = $2 WHERE lease = $1 AND state = 'queued'";
    HANDED_OVER = "UPDATE outbox SET state = 'handed_over', handed_over_at = $3, sealed = NULL, lease = NULL, \
                   leased_until = NULL, last_error = NULL WHERE id = $1 AND lease = $2";
    FAILED = "UPDATE outbox SET state = 'failed', sealed = NULL, lease = NULL, leased_until = NULL, last_error = $3 \
              WHERE id = $1 AND lease = $2";
    RETRY = "UPDATE outbox SET next_attempt_at = $3, answers = $4, last_error = $5, lease = NULL, leased_until = NULL \
             WHERE id = $1 AND lease = $2";
    EXPIRE = "UPDATE outbox SET state = 'expired', sealed = NULL, lease = NULL, leased_until = NULL \
              WHERE state = 'queued' AND deadline_at <= $1 AND (leased_until IS NULL OR leased_until <= $1)";
    WITHDRAW_CODES = "UPDATE outbox SET state = 'withdrawn', sealed = NULL WHERE user_id = $1 AND state = 'queued' \
                      AND lease IS NULL AND kind IN ('login_code', 'confirm_code', 'onboarding_code', \
                      'recovery_code', 'door_code')";
    WITHDRAW = "UPDATE outbox SET state = 'withdrawn', sealed = NULL WHERE id = $1 AND state = 'queued' AND lease IS NULL";
    STATE = "SELECT state, attempts, lease, handed_over_at FROM outbox WHERE id = $1";
    NEXT = "SELECT min(next_attempt_at) FROM outbox WHERE state = 'queued' AND (leased_until IS NULL OR leased_until <= $1)";
    STUCK = "SELECT count(*) FROM outbox WHERE state = 'queued' AND last_error IS NOT NULL AND deadline_at > $1";
    COUNT_BY_STATE = "SELECT state, count(*) FROM outbox GROUP BY state ORDER BY state";
}

/// A message as the worker takes it.
#[derive(Debug, Clone)]
pub struct Due {
    /// Its key; the Message-ID is made of it.
    pub id: MessageId,
    /// Whom it concerns.
    pub user: Option<UserId>,
    /// What kind of message.
    pub kind: String,
    /// The sealed payload.
    pub sealed: Vec<u8>,
    /// Tries before this one.
    pub attempts: u32,
    /// Times a server answered with a temporary failure.
    pub answers: u32,
    /// Never handed over later.
    pub deadline_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct DueRow {
    id: Id<MessageId>,
    user_id: Option<Id<UserId>>,
    kind: String,
    sealed: Option<Vec<u8>>,
    attempts: i64,
    answers: i64,
    deadline_at: i64,
}

/// How a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It waits; so many tries have failed.
    Queued {
        /// Tries that have failed.
        attempts: u32,
    },
    /// A mail server has it.
    HandedOver(Timestamp),
    /// A mail server had it, and reported that it cannot be delivered.
    Bounced,
    /// Refused for good.
    Failed,
    /// Its deadline passed first.
    Expired,
    /// Made worthless before it was sent.
    Withdrawn,
}

/// A message to be queued.
#[derive(Debug)]
pub struct NewMessage<'a> {
    /// Its key.
    pub id: MessageId,
    /// Whom it concerns.
    pub user: Option<UserId>,
    /// What kind of message.
    pub kind: &'a str,
    /// The sealed payload.
    pub sealed: &'a [u8],
    /// Never handed over later.
    pub deadline_at: Timestamp,
}

/// Queues a message.
pub async fn insert(tx: &mut Tx, message: &NewMessage<'_>, now: Timestamp) -> Result<(), StoreError> {
    let NewMessage { id, user, kind, sealed, deadline_at } = *message;
    execute!(tx, INSERT, id, user, kind, sealed, now, deadline_at).map(drop)
}

/// Leases up to `most` messages that are due, until `until`.
pub async fn claim(
    tx: &mut Tx,
    lease: &str,
    most: u32,
    until: Timestamp,
    now: Timestamp,
) -> Result<Vec<Due>, StoreError> {
    execute!(tx, EXPIRE, now)?;
    let rows: Vec<DueRow> = fetch_all!(tx, DUE, now, most)?;
    let mut claimed = Vec::with_capacity(rows.len());
    for row in rows {
        if execute!(tx, LEASE, row.id.0, lease, until, now)? == 1 {
            claimed.push(Due {
                id: row.id.0,
                user: row.user_id.map(|id| id.0),
                kind: row.kind,
                sealed: row
                    .sealed
                    .ok_or_else(|| StoreError::inconsistent("outbox", "a queued message is empty"))?,
                attempts: u32::try_from(row.attempts).unwrap_or(u32::MAX),
                answers: u32::try_from(row.answers).unwrap_or(u32::MAX),
                deadline_at: Timestamp(row.deadline_at),
            });
        }
    }
    Ok(claimed)
}

/// Keeps what was leased until `until`: the worker lives and is at it still.
pub async fn renew(tx: &mut Tx, lease: &str, until: Timestamp) -> Result<(), StoreError> {
    execute!(tx, RENEW, lease, until).map(drop)
}

/// A mail server has it; the payload is wiped. False when the lease was lost.
pub async fn record_handed_over(
    tx: &mut Tx,
    id: MessageId,
    lease: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(execute!(tx, HANDED_OVER, id, lease, now)? == 1)
}

/// Refused for good; the payload is wiped.
pub async fn record_failed(tx: &mut Tx, id: MessageId, lease: &str, error: &str) -> Result<bool, StoreError> {
    Ok(execute!(tx, FAILED, id, lease, error)? == 1)
}

/// To be tried again.
pub async fn record_retry(
    tx: &mut Tx,
    id: MessageId,
    lease: &str,
    at: Timestamp,
    answers: u32,
    error: &str,
) -> Result<bool, StoreError> {
    Ok(execute!(tx, RETRY, id, lease, at, answers, error)? == 1)
}

/// Wipes what was queued and is past its deadline.
pub async fn expire(tx: &mut Tx, now: Timestamp) -> Result<u64, StoreError> {
    execute!(tx, EXPIRE, now)
}

/// Wipes queued codes of the user: they are worthless already.
pub async fn withdraw_codes(tx: &mut Tx, user: UserId) -> Result<u64, StoreError> {
    execute!(tx, WITHDRAW_CODES, user)
}

/// Wipes one queued message.
pub async fn withdraw(tx: &mut Tx, id: MessageId) -> Result<(), StoreError> {
    execute!(tx, WITHDRAW, id).map(drop)
}

/// How a message stands.
pub async fn state(conn: &mut impl Executor, id: MessageId) -> Result<Option<State>, StoreError> {
    let row: Option<(String, i64, Option<String>, Option<i64>)> = fetch_optional!(conn, STATE, id)?;
    row.map(|(state, attempts, lease, handed_over_at)| match (state.as_str(), handed_over_at) {
        // Who holds a lease is trying at this moment; that try has not failed.
        ("queued", _) => {
            let failed = attempts - i64::from(lease.is_some());
            Ok(State::Queued { attempts: u32::try_from(failed).unwrap_or_default() })
        }
        ("handed_over", Some(at)) => Ok(State::HandedOver(Timestamp(at))),
        ("bounced", _) => Ok(State::Bounced),
        ("failed", _) => Ok(State::Failed),
        ("expired", _) => Ok(State::Expired),
        ("withdrawn", _) => Ok(State::Withdrawn),
        _ => Err(StoreError::inconsistent("outbox", "unknown state")),
    })
    .transpose()
}

/// When the next message is due.
pub async fn next_due(conn: &mut impl Executor, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    let row: Option<(Option<i64>,)> = fetch_optional!(conn, NEXT, now)?;
    Ok(row.and_then(|(at,)| at).map(Timestamp))
}

/// Whether a message waits that a server did not take.
pub async fn is_stuck(conn: &mut impl Executor, now: Timestamp) -> Result<bool, StoreError> {
    let (count,): (i64,) = fetch_one!(conn, STUCK, now)?;
    Ok(count > 0)
}

/// How many messages are in each state.
pub async fn count_by_state(conn: &mut impl Executor) -> Result<Vec<(String, i64)>, StoreError> {
    fetch_all!(conn, COUNT_BY_STATE)
}
