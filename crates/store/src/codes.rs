//! One-time passwords.

use domain::{
    id::{AttemptId, CodeId, MessageId, UserId},
    time::Timestamp,
};

use crate::{
    dialect::{Executor, execute, fetch_all, fetch_optional, statements},
    error::StoreError,
    tx::Tx,
    value::Id,
};

statements! {
    INSERT = "INSERT INTO codes (id, attempt_id, user_id, purpose, channel, tag, mac, message_id, sent_at, expires_at, tries) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0)";
    RECORD_SEND = "INSERT INTO code_sends (user_id, code_id, sent_at, place) VALUES ($1, $2, $3, $4)";
    SENDS = "SELECT sent_at FROM code_sends WHERE user_id = $1 AND sent_at > $2 AND place = $3";
    SUPERSEDE = "UPDATE codes SET superseded_at = $2 \
                 WHERE attempt_id = $1 AND superseded_at IS NULL AND consumed_at IS NULL";
    /// Of two that were sent in one millisecond, the one that superseded the other.
    LATEST = "SELECT id, attempt_id, user_id, purpose, channel, tag, mac, message_id, sent_at, expires_at, tries, \
              consumed_at, superseded_at FROM codes WHERE attempt_id = $1 \
              ORDER BY superseded_at IS NOT NULL, sent_at DESC, id DESC LIMIT 1";
    /// Counts before the digits are looked at; no row means that there is nothing left to try.
    COUNT_TRY = "UPDATE codes SET tries = tries + 1 WHERE id = $1 AND tries < $2 AND consumed_at IS NULL \
                 AND superseded_at IS NULL AND expires_at > $3";
    /// Of all right answers at once, exactly one changes the row.
    CONSUME = "UPDATE codes SET consumed_at = $2 WHERE id = $1 AND consumed_at IS NULL AND superseded_at IS NULL \
               AND expires_at > $2";
    END_OF_USER = "UPDATE codes SET superseded_at = $2 \
                   WHERE user_id = $1 AND superseded_at IS NULL AND consumed_at IS NULL";
}

/// A code, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Its key.
    pub id: CodeId,
    /// The attempt it belongs to.
    pub attempt: AttemptId,
    /// Whose it is.
    pub user: UserId,
    /// What it is for.
    pub purpose: String,
    /// How it travels.
    pub channel: String,
    /// "K3".
    pub tag: String,
    /// Keyed MAC of the digits.
    pub mac: Vec<u8>,
    /// The mail that carries it.
    pub message: MessageId,
    /// When it was made.
    pub sent_at: Timestamp,
    /// When it is worthless.
    pub expires_at: Timestamp,
    /// Guesses counted.
    pub tries: u32,
    /// When it was used.
    pub consumed_at: Option<Timestamp>,
    /// When a newer one, or an event of the revocation matrix, made it worthless.
    pub superseded_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Id<CodeId>,
    attempt_id: Id<AttemptId>,
    user_id: Id<UserId>,
    purpose: String,
    channel: String,
    tag: String,
    mac: Vec<u8>,
    message_id: Id<MessageId>,
    sent_at: i64,
    expires_at: i64,
    tries: i64,
    consumed_at: Option<i64>,
    superseded_at: Option<i64>,
}

impl From<Row> for Code {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0,
            attempt: row.attempt_id.0,
            user: row.user_id.0,
            purpose: row.purpose,
            channel: row.channel,
            tag: row.tag,
            mac: row.mac,
            message: row.message_id.0,
            sent_at: Timestamp(row.sent_at),
            expires_at: Timestamp(row.expires_at),
            tries: u32::try_from(row.tries).unwrap_or(u32::MAX),
            consumed_at: row.consumed_at.map(Timestamp),
            superseded_at: row.superseded_at.map(Timestamp),
        }
    }
}

/// Stores a code that is about to be sent, makes its forerunners worthless, and remembers the sending and from whose budget it
/// was: `place` is empty for all browsers together that the user is not known on.
pub async fn insert(tx: &mut Tx, code: &Code, place: &str) -> Result<(), StoreError> {
    execute!(tx, SUPERSEDE, code.attempt, code.sent_at)?;
    let Code { id, attempt, user, message, sent_at, expires_at, .. } = *code;
    let (purpose, channel, tag, mac) = (&code.purpose, &code.channel, &code.tag, &code.mac);
    execute!(tx, INSERT, id, attempt, user, purpose, channel, tag, mac, message, sent_at, expires_at)?;
    execute!(tx, RECORD_SEND, user, id, sent_at, place).map(drop)
}

/// When codes were sent to the user from the budget of `place` since `since`. Whoever decides by it holds the user's row
/// ([`users::hold`](crate::users::hold)), so that two nodes never count the same history at once.
pub async fn sends(
    conn: &mut impl Executor,
    user: UserId,
    place: &str,
    since: Timestamp,
) -> Result<Vec<Timestamp>, StoreError> {
    let rows: Vec<(i64,)> = fetch_all!(conn, SENDS, user, since, place)?;
    Ok(rows.into_iter().map(|(at,)| Timestamp(at)).collect())
}

/// The newest code of an attempt.
pub async fn latest(conn: &mut impl Executor, attempt: AttemptId) -> Result<Option<Code>, StoreError> {
    let row: Option<Row> = fetch_optional!(conn, LATEST, attempt)?;
    Ok(row.map(Into::into))
}

/// Counts a guess; false when the code takes none: expired, used, superseded, or out of tries.
pub async fn count_try(tx: &mut Tx, id: CodeId, most: u32, now: Timestamp) -> Result<bool, StoreError> {
    Ok(execute!(tx, COUNT_TRY, id, most, now)? == 1)
}

/// Uses the code up; false when somebody was faster.
pub async fn consume(tx: &mut Tx, id: CodeId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(execute!(tx, CONSUME, id, now)? == 1)
}

/// Makes every open code of the user worthless.
pub async fn end_of_user(tx: &mut Tx, user: UserId, now: Timestamp) -> Result<u64, StoreError> {
    execute!(tx, END_OF_USER, user, now)
}
