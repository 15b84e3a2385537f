//! Which second factors a person has; each kind has a file of its own.

use domain::{factor::Owned, id::UserId};

use crate::{
    dialect::{Executor, fetch_one, statements},
    error::StoreError,
};

statements! {
    OWNED = "SELECT (SELECT count(*) FROM authenticator_apps WHERE user_id = $1 AND confirmed_at IS NOT NULL), \
             (SELECT count(*) FROM passkeys WHERE user_id = $1), \
             (SELECT count(*) FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL)";
}

/// What the user has beside the mailbox.
pub async fn owned(conn: &mut impl Executor, user: UserId) -> Result<Owned, StoreError> {
    let (apps, passkeys, codes): (i64, i64, i64) = fetch_one!(conn, OWNED, user)?;
    Ok(Owned { authenticator_app: apps > 0, passkey: passkeys > 0, recovery_code: codes > 0 })
}
