//! Lost factors on their way out: removed after a day, unless their owner cancels.

use domain::{
    id::{FactorRemovalId, UserId},
    time::Timestamp,
};

use crate::{
    dialect::{Executor, execute, fetch_all, fetch_optional, statements},
    error::StoreError,
    tx::Tx,
    value::Id,
};

statements! {
    INSERT = "INSERT INTO factor_removals (id, user_id, cancel_hash, created_at, due_at) VALUES ($1, $2, $3, $4, $5)";
    FIND = "SELECT id, user_id, due_at, cancelled_at, done_at FROM factor_removals WHERE cancel_hash = $1";
    OPEN_OF_USER = "SELECT due_at FROM factor_removals WHERE user_id = $1 AND cancelled_at IS NULL AND done_at IS NULL \
                    ORDER BY due_at LIMIT 1";
    CANCEL = "UPDATE factor_removals SET cancelled_at = $2 WHERE id = $1 AND cancelled_at IS NULL AND done_at IS NULL";
    CANCEL_OF_USER = "UPDATE factor_removals SET cancelled_at = $2 \
                      WHERE user_id = $1 AND cancelled_at IS NULL AND done_at IS NULL";
    DUE = "SELECT id, user_id FROM factor_removals WHERE due_at <= $1 AND cancelled_at IS NULL AND done_at IS NULL \
           ORDER BY due_at, id LIMIT $2";
    /// Of two workers, or a worker and its owner's "stop", one changes the row.
    DONE = "UPDATE factor_removals SET done_at = $2 WHERE id = $1 AND cancelled_at IS NULL AND done_at IS NULL";
}

/// A removal, as its cancel link finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    /// Its key.
    pub id: FactorRemovalId,
    /// Whose factor it is.
    pub user: UserId,
    /// When it is due.
    pub due_at: Timestamp,
    /// When its owner stopped it.
    pub cancelled_at: Option<Timestamp>,
    /// When it was done.
    pub done_at: Option<Timestamp>,
}

/// Stores a removal.
pub async fn insert(
    tx: &mut Tx,
    id: FactorRemovalId,
    user: UserId,
    cancel_hash: &[u8; 32],
    due_at: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    execute!(tx, INSERT, id, user, cancel_hash, now, due_at).map(drop)
}

/// Finds a removal by the digest of its cancel link, over or not.
pub async fn find(conn: &mut impl Executor, cancel_hash: &[u8; 32]) -> Result<Option<Removal>, StoreError> {
    type Row = (Id<FactorRemovalId>, Id<UserId>, i64, Option<i64>, Option<i64>);
    let row: Option<Row> = fetch_optional!(conn, FIND, cancel_hash)?;
    Ok(row.map(|(id, user, due_at, cancelled_at, done_at)| Removal {
        id: id.0,
        user: user.0,
        due_at: Timestamp(due_at),
        cancelled_at: cancelled_at.map(Timestamp),
        done_at: done_at.map(Timestamp),
    }))
}

/// When the user's factors will be removed, if they will be.
pub async fn open_of_user(conn: &mut impl Executor, user: UserId) -> Result<Option<Timestamp>, StoreError> {
    let row: Option<(i64,)> = fetch_optional!(conn, OPEN_OF_USER, user)?;
    Ok(row.map(|(at,)| Timestamp(at)))
}

/// Its owner objects; false when it is over.
pub async fn cancel(tx: &mut Tx, id: FactorRemovalId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(execute!(tx, CANCEL, id, now)? == 1)
}

/// Stops all of a user: something shows that the factor is not lost, or that the request was not theirs.
pub async fn cancel_of_user(tx: &mut Tx, user: UserId, now: Timestamp) -> Result<u64, StoreError> {
    execute!(tx, CANCEL_OF_USER, user, now)
}

/// Those that are due.
pub async fn due(
    conn: &mut impl Executor,
    now: Timestamp,
    most: u32,
) -> Result<Vec<(FactorRemovalId, UserId)>, StoreError> {
    let rows: Vec<(Id<FactorRemovalId>, Id<UserId>)> = fetch_all!(conn, DUE, now, most)?;
    Ok(rows.into_iter().map(|(id, user)| (id.0, user.0)).collect())
}

/// The day is over; false when another worker was faster, or the owner objected.
pub async fn carry_out(tx: &mut Tx, id: FactorRemovalId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(execute!(tx, DONE, id, now)? == 1)
}
