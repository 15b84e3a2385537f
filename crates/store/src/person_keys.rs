//! One sealed key a person, for what is told about them in the audit log and the outbox.

use domain::{id::UserId, time::Timestamp};

use crate::{
    dialect::{Executor, execute, fetch_optional, statements},
    error::StoreError,
    tx::Tx,
};

statements! {
    FIND = "SELECT sealed_key FROM person_keys WHERE user_id = $1";
    INSERT = "INSERT INTO person_keys (user_id, sealed_key, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
}

/// The sealed key.
pub async fn find(conn: &mut impl Executor, user: UserId) -> Result<Option<Vec<u8>>, StoreError> {
    let row: Option<(Vec<u8>,)> = fetch_optional!(conn, FIND, user)?;
    Ok(row.map(|(sealed,)| sealed))
}

/// Stores a sealed key, unless there is one already.
pub async fn insert(tx: &mut Tx, user: UserId, sealed: &[u8], now: Timestamp) -> Result<(), StoreError> {
    execute!(tx, INSERT, user, sealed, now).map(drop)
}
