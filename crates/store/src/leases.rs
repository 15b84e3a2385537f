//! Duties that one node holds for a while.

use domain::time::Timestamp;

use crate::{
    dialect::{execute, statements},
    error::StoreError,
    tx::Tx,
};

statements! {
    ACQUIRE = "INSERT INTO leases (name, holder, held_until) VALUES ($1, $2, $3) \
               ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until \
               WHERE leases.held_until <= $4 OR leases.holder = excluded.holder";
    RELEASE = "DELETE FROM leases WHERE name = $1 AND holder = $2";
}

/// Takes or renews a duty until `until`; false while another holder has it.
pub async fn acquire(
    tx: &mut Tx,
    name: &str,
    holder: &str,
    until: Timestamp,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(execute!(tx, ACQUIRE, name, holder, until, now)? == 1)
}

/// Gives a duty back.
pub async fn release(tx: &mut Tx, name: &str, holder: &str) -> Result<(), StoreError> {
    execute!(tx, RELEASE, name, holder).map(drop)
}
