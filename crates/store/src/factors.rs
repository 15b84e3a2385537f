//! Which second factors a person has; each kind has a file of its own.

use domain::{factor::Owned, id::UserId, time::Timestamp};

use crate::{
    dialect::{Executor, execute, fetch_one, statements},
    error::StoreError,
    tx::Tx,
    users,
};

statements! {
    OWNED = "SELECT (SELECT count(*) FROM authenticator_apps WHERE user_id = $1 AND confirmed_at IS NOT NULL), \
             (SELECT count(*) FROM passkeys WHERE user_id = $1), \
             (SELECT count(*) FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL)";
    REMOVE_APPS_SINCE = "DELETE FROM authenticator_apps WHERE user_id = $1 AND confirmed_at >= $2";
    REMOVE_PASSKEYS_SINCE = "DELETE FROM passkeys WHERE user_id = $1 AND created_at >= $2";
    REMOVE_RECOVERY_CODES_SINCE = "DELETE FROM recovery_codes WHERE user_id = $1 AND created_at >= $2";
}

/// Removes what has opened logins since `since`, that moment included. Gives what went.
pub async fn remove_since(tx: &mut Tx, user: UserId, since: Timestamp) -> Result<Owned, StoreError> {
    users::hold(tx, user).await?;
    Ok(Owned {
        authenticator_app: execute!(tx, REMOVE_APPS_SINCE, user, since)? > 0,
        passkey: execute!(tx, REMOVE_PASSKEYS_SINCE, user, since)? > 0,
        recovery_code: execute!(tx, REMOVE_RECOVERY_CODES_SINCE, user, since)? > 0,
    })
}

/// What the user has beside the mailbox.
pub async fn owned(conn: &mut impl Executor, user: UserId) -> Result<Owned, StoreError> {
    let (apps, passkeys, codes): (i64, i64, i64) = fetch_one!(conn, OWNED, user)?;
    Ok(Owned { authenticator_app: apps > 0, passkey: passkeys > 0, recovery_code: codes > 0 })
}
