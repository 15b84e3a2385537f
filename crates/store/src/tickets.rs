//! One-time tickets from the portal to an application host.

use domain::{
    id::{ApplicationId, SessionId},
    time::Timestamp,
};

use crate::{
    dialect::{execute, fetch_optional, statements},
    error::StoreError,
    tx::Tx,
    value::Id,
};

statements! {
    INSERT = "INSERT INTO tickets (token_hash, nonce_hash, session_id, application_id, expires_at) \
              VALUES ($1, $2, $3, $4, $5)";
    /// Of all bearers at once, exactly one changes the row; with a wrong nonce or host it is spent as well.
    CONSUME = "UPDATE tickets SET consumed_at = $2 WHERE token_hash = $1 AND consumed_at IS NULL AND expires_at > $2 \
               RETURNING session_id, nonce_hash, application_id";
}

/// Stores a ticket.
pub async fn insert(
    tx: &mut Tx,
    token_hash: &[u8; 32],
    nonce_hash: &[u8; 32],
    session: SessionId,
    application: ApplicationId,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    execute!(tx, INSERT, token_hash, nonce_hash, session, application, expires_at).map(drop)
}

/// Uses a ticket up, and tells whose session it carries to this host and browser. Commit even when the answer is `None`.
pub async fn consume(
    tx: &mut Tx,
    token_hash: &[u8; 32],
    nonce_hash: &[u8; 32],
    application: ApplicationId,
    now: Timestamp,
) -> Result<Option<SessionId>, StoreError> {
    type Row = (Id<SessionId>, Vec<u8>, Id<ApplicationId>);
    let row: Option<Row> = fetch_optional!(tx, CONSUME, token_hash, now)?;
    let fits = |(_, nonce, host): &Row| nonce == nonce_hash && host.0 == application;
    Ok(row.filter(fits).map(|(session, _, _)| session.0))
}
