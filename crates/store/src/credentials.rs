//! Hashes of passwords and security codes.

use domain::{id::UserId, time::Timestamp};

use crate::{
    dialect::{Executor, execute, fetch_optional, statements},
    error::StoreError,
    tx::Tx,
};

statements! {
    FIND_PASSWORD = "SELECT hash, changed_at FROM passwords WHERE user_id = $1";
    PUT_PASSWORD = "INSERT INTO passwords (user_id, hash, changed_at) VALUES ($1, $2, $3) \
                    ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at";
    REHASH_PASSWORD = "UPDATE passwords SET hash = $3 WHERE user_id = $1 AND hash = $2";
    FIND_SECURITY_CODE = "SELECT hash, changed_at FROM security_codes WHERE user_id = $1";
    DELETE_SECURITY_CODE = "DELETE FROM security_codes WHERE user_id = $1";
    PUT_SECURITY_CODE = "INSERT INTO security_codes (user_id, hash, changed_at) VALUES ($1, $2, $3) \
                         ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, \
                         changed_at = excluded.changed_at, disabled_at = NULL";
    /// Of two first codes at once, one is stored.
    PUT_FIRST_SECURITY_CODE = "INSERT INTO security_codes (user_id, hash, changed_at) VALUES ($1, $2, $3) \
                               ON CONFLICT (user_id) DO NOTHING";
}

/// A stored hash, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredHash {
    /// In PHC string format.
    pub hash: String,
    /// Since when it counts.
    pub changed_at: Timestamp,
}

impl From<(String, i64)> for StoredHash {
    fn from((hash, changed_at): (String, i64)) -> Self {
        Self { hash, changed_at: Timestamp(changed_at) }
    }
}

/// The user's password.
pub async fn find_password(conn: &mut impl Executor, user: UserId) -> Result<Option<StoredHash>, StoreError> {
    let row: Option<(String, i64)> = fetch_optional!(conn, FIND_PASSWORD, user)?;
    Ok(row.map(Into::into))
}

/// Stores a new password.
pub async fn put_password(tx: &mut Tx, user: UserId, hash: &str, now: Timestamp) -> Result<(), StoreError> {
    execute!(tx, PUT_PASSWORD, user, hash, now).map(drop)
}

/// Stores the same password under today's costs, unless it was changed meanwhile.
pub async fn rehash_password(tx: &mut Tx, user: UserId, old: &str, new: &str) -> Result<(), StoreError> {
    execute!(tx, REHASH_PASSWORD, user, old, new).map(drop)
}

/// The user's security code.
pub async fn find_security_code(
    conn: &mut impl Executor,
    user: UserId,
) -> Result<Option<StoredHash>, StoreError> {
    let row: Option<(String, i64)> = fetch_optional!(conn, FIND_SECURITY_CODE, user)?;
    Ok(row.map(Into::into))
}

/// Forgets the security code; false when there was none.
pub async fn delete_security_code(tx: &mut Tx, user: UserId) -> Result<bool, StoreError> {
    Ok(execute!(tx, DELETE_SECURITY_CODE, user)? == 1)
}

/// Stores a security code.
pub async fn put_security_code(
    tx: &mut Tx,
    user: UserId,
    hash: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    execute!(tx, PUT_SECURITY_CODE, user, hash, now).map(drop)
}

/// Stores the first security code; false when there is one already.
pub async fn put_first_security_code(
    tx: &mut Tx,
    user: UserId,
    hash: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(execute!(tx, PUT_FIRST_SECURITY_CODE, user, hash, now)? == 1)
}
