//! Notices that wait a moment, so that several become one mail.

use domain::{
    id::{NoticeId, UserId},
    time::Timestamp,
};

use crate::{
    dialect::{Executor, execute, fetch_all, statements},
    error::StoreError,
    tx::Tx,
    value::Id,
};

statements! {
    INSERT = "INSERT INTO notices (id, user_id, sealed, created_at, due_at) VALUES ($1, $2, $3, $4, $5)";
    DUE = "SELECT user_id FROM notices WHERE due_at <= $1 GROUP BY user_id ORDER BY min(due_at) LIMIT $2";
    /// Of two workers one gets the rows.
    TAKE = "DELETE FROM notices WHERE user_id = $1 RETURNING id, sealed, created_at";
}

/// A notice as it waits.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Its key.
    pub id: NoticeId,
    /// Its sealed facts.
    pub sealed: Vec<u8>,
    /// When it was written.
    pub created_at: Timestamp,
}

/// Lets a notice wait until `due_at`.
pub async fn insert(
    tx: &mut Tx,
    id: NoticeId,
    user: UserId,
    sealed: &[u8],
    created_at: Timestamp,
    due_at: Timestamp,
) -> Result<(), StoreError> {
    execute!(tx, INSERT, id, user, sealed, created_at, due_at).map(drop)
}

/// Up to `most` people of whom one notice has waited long enough.
pub async fn due(conn: &mut impl Executor, most: u32, now: Timestamp) -> Result<Vec<UserId>, StoreError> {
    let rows: Vec<(Id<UserId>,)> = fetch_all!(conn, DUE, now, most)?;
    Ok(rows.into_iter().map(|(user,)| user.0).collect())
}

/// Takes all notices of the user, oldest first; none when another worker was faster.
pub async fn take(tx: &mut Tx, user: UserId) -> Result<Vec<Waiting>, StoreError> {
    let rows: Vec<(Id<NoticeId>, Vec<u8>, i64)> = fetch_all!(tx, TAKE, user)?;
    let mut taken: Vec<Waiting> = rows
        .into_iter()
        .map(|(id, sealed, at)| Waiting { id: id.0, sealed, created_at: Timestamp(at) })
        .collect();
    taken.sort_by_key(|notice| (notice.created_at, notice.id));
    Ok(taken)
}
