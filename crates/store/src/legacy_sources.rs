//! Live legacy sources as they were applied. Their secrets are in the configuration, never here.

use domain::time::Timestamp;

use crate::{
    dialect::{Executor, execute, fetch_all, statements},
    error::StoreError,
    tx::Tx,
};

statements! {
    LIST = "SELECT name, spec FROM legacy_sources ORDER BY name";
    PUT = "INSERT INTO legacy_sources (name, spec, created_at, changed_at) VALUES ($1, $2, $3, $3) \
           ON CONFLICT (name) DO UPDATE SET spec = excluded.spec, changed_at = excluded.changed_at";
}

/// All sources: name and description (JSON), by name.
pub async fn list(conn: &mut impl Executor) -> Result<Vec<(String, String)>, StoreError> {
    fetch_all!(conn, LIST)
}

/// Adds a source, or changes the one of the same name.
pub async fn put(tx: &mut Tx, name: &str, spec: &str, now: Timestamp) -> Result<(), StoreError> {
    execute!(tx, PUT, name, spec, now).map(drop)
}
