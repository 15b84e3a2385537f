//! Browsers on which a user has completed a login with both factors. Mails that are asked for there have budgets of their own, so
//! that strangers cannot use up the owner's.

use domain::{id::UserId, time::Timestamp};

use crate::{
    dialect::{Executor, execute, fetch_one, statements},
    error::StoreError,
    tx::Tx,
};

statements! {
    REMEMBER = "INSERT INTO known_browsers (user_id, browser_hash, last_login_at) VALUES ($1, $2, $3) \
                ON CONFLICT (user_id, browser_hash) DO UPDATE SET last_login_at = excluded.last_login_at";
    /// The browser of this moment stays, whatever its clock says.
    FORGET_OLDEST = "DELETE FROM known_browsers WHERE user_id = $1 AND browser_hash NOT IN (SELECT browser_hash \
                     FROM known_browsers WHERE user_id = $1 ORDER BY browser_hash = $2 DESC, last_login_at DESC LIMIT $3)";
    COUNT_OF_USER = "SELECT count(*) FROM known_browsers WHERE user_id = $1 AND browser_hash = $2";
    COUNT_OF_ANYBODY = "SELECT count(*) FROM known_browsers WHERE browser_hash = $1";
    FORGET_OF_USER = "DELETE FROM known_browsers WHERE user_id = $1";
    FORGET = "DELETE FROM known_browsers WHERE last_login_at < $1";
}

/// Browsers of one user that are known at once: each is a budget of mails of its own, so they are not made without end.
pub const MOST_OF_USER: u32 = 10;

/// The user has completed a login on this browser; `browser` is the digest of its long-lived identifier. Beyond
/// [`MOST_OF_USER`], the one that was used longest ago is a stranger's again.
pub async fn remember(
    tx: &mut Tx,
    user: UserId,
    browser: &[u8; 32],
    now: Timestamp,
) -> Result<(), StoreError> {
    execute!(tx, REMEMBER, user, browser, now)?;
    execute!(tx, FORGET_OLDEST, user, browser, MOST_OF_USER).map(drop)
}

/// Whether this user has logged in there.
pub async fn is_known_to(
    conn: &mut impl Executor,
    user: UserId,
    browser: &[u8; 32],
) -> Result<bool, StoreError> {
    let (count,): (i64,) = fetch_one!(conn, COUNT_OF_USER, user, browser)?;
    Ok(count > 0)
}

/// Whether anybody has logged in there: all that may be asked before a name is looked up.
pub async fn is_known(conn: &mut impl Executor, browser: &[u8; 32]) -> Result<bool, StoreError> {
    let (count,): (i64,) = fetch_one!(conn, COUNT_OF_ANYBODY, browser)?;
    Ok(count > 0)
}

/// What ends Trusted Devices of a user ends this as well.
pub async fn forget_of_user(tx: &mut Tx, user: UserId) -> Result<(), StoreError> {
    execute!(tx, FORGET_OF_USER, user).map(drop)
}

/// Forgets browsers where nobody has logged in since `before`.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<u64, StoreError> {
    execute!(tx, FORGET, before)
}
