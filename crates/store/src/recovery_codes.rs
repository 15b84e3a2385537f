//! Recovery codes, as hashes.

use domain::{id::UserId, time::Timestamp};

use crate::{
    dialect::{Executor, execute, fetch_one, fetch_optional, statements},
    error::StoreError,
    tx::Tx,
    users,
};

statements! {
    FIND = "SELECT hash FROM recovery_codes WHERE user_id = $1 AND number = $2 AND used_at IS NULL";
    REMOVE_ALL = "DELETE FROM recovery_codes WHERE user_id = $1";
    INSERT = "INSERT INTO recovery_codes (user_id, number, hash, created_at) VALUES ($1, $2, $3, $4)";
    /// Of all right answers at once, exactly one changes the row; the hash is part of it, because a new set may have the number.
    CONSUME = "UPDATE recovery_codes SET used_at = $4 \
               WHERE user_id = $1 AND number = $2 AND hash = $3 AND used_at IS NULL";
    STANDING = "SELECT count(*), coalesce(max(created_at), 0) FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL";
}

/// The hash of the user's unused code of this number.
pub async fn find(
    conn: &mut impl Executor,
    user: UserId,
    number: &str,
) -> Result<Option<String>, StoreError> {
    let row: Option<(String,)> = fetch_optional!(conn, FIND, user, number)?;
    Ok(row.map(|(hash,)| hash))
}

/// Stores a new set, numbers with hashes; the one before is worth nothing any more.
pub async fn replace(
    tx: &mut Tx,
    user: UserId,
    set: &[(String, String)],
    now: Timestamp,
) -> Result<(), StoreError> {
    users::hold(tx, user).await?;
    execute!(tx, REMOVE_ALL, user)?;
    for (number, hash) in set {
        execute!(tx, INSERT, user, number, hash, now)?;
    }
    Ok(())
}

/// Removes all of the user's.
pub async fn remove_of_user(tx: &mut Tx, user: UserId) -> Result<u64, StoreError> {
    execute!(tx, REMOVE_ALL, user)
}

/// Uses the code up; false when somebody was faster, or there is a new set.
pub async fn consume(
    tx: &mut Tx,
    user: UserId,
    number: &str,
    hash: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(execute!(tx, CONSUME, user, number, hash, now)? == 1)
}

/// How many are left, and when they were made.
pub async fn standing(
    conn: &mut impl Executor,
    user: UserId,
) -> Result<(u32, Option<Timestamp>), StoreError> {
    let (left, made): (i64, i64) = fetch_one!(conn, STANDING, user)?;
    Ok((u32::try_from(left).unwrap_or(0), (left > 0).then_some(Timestamp(made))))
}
