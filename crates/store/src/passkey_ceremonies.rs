//! Ceremonies of Web Authentication that have begun: each is for one browser and takes one answer.

use domain::{
    id::{CeremonyId, UserId},
    time::Timestamp,
};

use crate::{
    dialect::{execute, fetch_optional, statements},
    error::StoreError,
    tx::Tx,
};

statements! {
    INSERT = "INSERT INTO passkey_ceremonies (id, browser_hash, user_id, purpose, sealed_state, created_at, expires_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7)";
    FIND = "SELECT sealed_state FROM passkey_ceremonies \
            WHERE id = $1 AND browser_hash = $2 AND purpose = $3 AND expires_at > $4";
    /// Of all answers at once, exactly one deletes the row.
    TAKE = "DELETE FROM passkey_ceremonies WHERE id = $1";
}

/// A ceremony that begins.
#[derive(Debug)]
pub struct NewCeremony<'a> {
    /// Its key; the page carries it.
    pub id: CeremonyId,
    /// Digest of the browser's identifier.
    pub browser: &'a [u8; 32],
    /// Whose it is, where that is known.
    pub user: Option<UserId>,
    /// What it is for, and of which attempt or session.
    pub purpose: &'a str,
    /// The state, sealed for this row.
    pub sealed_state: &'a [u8],
    /// When its answer comes too late.
    pub expires_at: Timestamp,
}

/// Stores a ceremony; one browser may have several, in several windows.
pub async fn insert(tx: &mut Tx, ceremony: &NewCeremony<'_>, now: Timestamp) -> Result<(), StoreError> {
    let NewCeremony { id, browser, user, purpose, sealed_state, expires_at } = *ceremony;
    execute!(tx, INSERT, id, browser, user, purpose, sealed_state, now, expires_at).map(drop)
}

/// Takes a ceremony's state, once; `None` when there is none for this browser and purpose, or it is too late.
pub async fn take(
    tx: &mut Tx,
    id: CeremonyId,
    browser: &[u8; 32],
    purpose: &str,
    now: Timestamp,
) -> Result<Option<Vec<u8>>, StoreError> {
    let row: Option<(Vec<u8>,)> = fetch_optional!(tx, FIND, id, browser, purpose, now)?;
    let Some((sealed,)) = row else { return Ok(None) };
    Ok((execute!(tx, TAKE, id)? == 1).then_some(sealed))
}
