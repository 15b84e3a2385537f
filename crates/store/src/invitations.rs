//! Invitations for users without legacy credentials.

use domain::{
    id::{InvitationId, UserId},
    time::Timestamp,
};

use crate::{
    dialect::{Executor, execute, fetch_optional, statements},
    error::StoreError,
    tx::Tx,
    value::Id,
};

statements! {
    INSERT = "INSERT INTO invitations (id, user_id, token_hash, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)";
    REVOKE_OF_USER = "UPDATE invitations SET revoked_at = $2 \
                      WHERE user_id = $1 AND accepted_at IS NULL AND revoked_at IS NULL";
    FIND = "SELECT id, user_id, token_hash, expires_at, accepted_at, revoked_at FROM invitations WHERE token_hash = $1";
    ACCEPT_OF_USER = "UPDATE invitations SET accepted_at = $2 WHERE user_id = $1 AND accepted_at IS NULL";
}

/// An invitation as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its key.
    pub id: InvitationId,
    /// Whom it invites.
    pub user: UserId,
    /// Digest of its token.
    pub token_hash: Vec<u8>,
    /// When it is over.
    pub expires_at: Timestamp,
    /// When the ID was made with it.
    pub accepted_at: Option<Timestamp>,
    /// When a newer one took its place.
    pub revoked_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Id<InvitationId>,
    user_id: Id<UserId>,
    token_hash: Vec<u8>,
    expires_at: i64,
    accepted_at: Option<i64>,
    revoked_at: Option<i64>,
}

/// Stores an invitation; earlier ones of the user are worthless.
pub async fn insert(
    tx: &mut Tx,
    id: InvitationId,
    user: UserId,
    token_hash: &[u8; 32],
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    execute!(tx, REVOKE_OF_USER, user, now)?;
    execute!(tx, INSERT, id, user, token_hash, now, expires_at).map(drop)
}

/// Finds an invitation by the digest of its token, good or not.
pub async fn find(conn: &mut impl Executor, token_hash: &[u8; 32]) -> Result<Option<Invitation>, StoreError> {
    let row: Option<Row> = fetch_optional!(conn, FIND, token_hash)?;
    Ok(row.map(|row| Invitation {
        id: row.id.0,
        user: row.user_id.0,
        token_hash: row.token_hash,
        expires_at: Timestamp(row.expires_at),
        accepted_at: row.accepted_at.map(Timestamp),
        revoked_at: row.revoked_at.map(Timestamp),
    }))
}

/// The user's ID is made: open invitations are used up.
pub async fn accept_of_user(tx: &mut Tx, user: UserId, now: Timestamp) -> Result<(), StoreError> {
    execute!(tx, ACCEPT_OF_USER, user, now).map(drop)
}
