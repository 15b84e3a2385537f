//! "Which User IDs do I have?": stored, answered by mail, and continued by the mail's link.

use domain::{
    id::{UserId, UserIdRequestId},
    time::Timestamp,
};

use crate::{
    dialect::{Executor, execute, fetch_all, fetch_optional, statements},
    error::StoreError,
    tx::Tx,
    value::Id,
};

statements! {
    INSERT = "INSERT INTO user_id_requests (id, sealed_address, address_hash, browser_hash, browser_name, network, created_at, \
              resolve_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7)";
    TO_RESOLVE = "SELECT id, sealed_address, browser_hash, browser_name, network FROM user_id_requests WHERE resolve_at <= $1 \
                  ORDER BY resolve_at, id LIMIT $2";
    CLAIM = "UPDATE user_id_requests SET resolve_at = NULL WHERE id = $1 AND resolve_at <= $2";
    GIVE_LINK = "UPDATE user_id_requests SET link_hash = $2, link_ends_at = $3, mailed_to = $4 WHERE id = $1";
    FIND_LINK = "SELECT id, sealed_address, link_hash, link_ends_at, used_at FROM user_id_requests WHERE link_hash = $1";
    /// Of all that follow the link at once, one changes the row.
    USE = "UPDATE user_id_requests SET used_at = $2 WHERE id = $1 AND used_at IS NULL AND link_ends_at > $2";
    /// An event of the revocation matrix ends the links that were mailed to the user.
    END_OF_USER = "UPDATE user_id_requests SET used_at = $2 WHERE mailed_to = $1 AND used_at IS NULL";
}

/// A request that waits for the worker.
#[derive(Debug, Clone)]
pub struct ToResolve {
    /// Its key.
    pub id: UserIdRequestId,
    /// The address, sealed.
    pub sealed_address: Vec<u8>,
    /// Digest of the browser's long-lived identifier.
    pub browser: [u8; 32],
    /// "Firefox on Windows".
    pub browser_name: String,
    /// The network address it came from.
    pub network: String,
}

/// The link of a request.
#[derive(Debug, Clone)]
pub struct Link {
    /// The request.
    pub id: UserIdRequestId,
    /// The address, sealed.
    pub sealed_address: Vec<u8>,
    /// Digest of the link's token.
    pub hash: Vec<u8>,
    /// When it is over.
    pub ends_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
}

/// Stores a request.
pub async fn insert(
    tx: &mut Tx,
    request: &ToResolve,
    address_hash: &[u8; 32],
    now: Timestamp,
) -> Result<(), StoreError> {
    let ToResolve { id, sealed_address, browser, browser_name, network } = request;
    execute!(tx, INSERT, *id, sealed_address, address_hash, browser, browser_name, network, now).map(drop)
}

/// What waits for the worker.
pub async fn to_resolve(
    conn: &mut impl Executor,
    now: Timestamp,
    most: u32,
) -> Result<Vec<ToResolve>, StoreError> {
    type Row = (Id<UserIdRequestId>, Vec<u8>, Option<Vec<u8>>, String, String);
    let rows: Vec<Row> = fetch_all!(conn, TO_RESOLVE, now, most)?;
    let read = |(id, sealed_address, browser, browser_name, network): Row| ToResolve {
        id: id.0,
        sealed_address,
        browser: browser.and_then(|digest| digest.try_into().ok()).unwrap_or_default(),
        browser_name,
        network,
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Takes one of them; false when another worker has.
pub async fn claim(tx: &mut Tx, id: UserIdRequestId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(execute!(tx, CLAIM, id, now)? == 1)
}

/// Remembers the digest of the link that was mailed to a user.
pub async fn give_link(
    tx: &mut Tx,
    id: UserIdRequestId,
    hash: &[u8; 32],
    ends_at: Timestamp,
    mailed_to: UserId,
) -> Result<(), StoreError> {
    execute!(tx, GIVE_LINK, id, hash, ends_at, mailed_to).map(drop)
}

/// Finds a link by its digest, good or not.
pub async fn find_link(conn: &mut impl Executor, hash: &[u8; 32]) -> Result<Option<Link>, StoreError> {
    type Row = (Id<UserIdRequestId>, Vec<u8>, Vec<u8>, i64, Option<i64>);
    let row: Option<Row> = fetch_optional!(conn, FIND_LINK, hash)?;
    Ok(row.map(|(id, sealed_address, hash, ends_at, used_at)| Link {
        id: id.0,
        sealed_address,
        hash,
        ends_at: Timestamp(ends_at),
        used_at: used_at.map(Timestamp),
    }))
}

/// Uses a link up; false when it is over or somebody was faster.
pub async fn use_link(tx: &mut Tx, id: UserIdRequestId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(execute!(tx, USE, id, now)? == 1)
}

/// Ends the links that were mailed to a user.
pub async fn end_of_user(tx: &mut Tx, user: UserId, now: Timestamp) -> Result<(), StoreError> {
    execute!(tx, END_OF_USER, user, now).map(drop)
}
