//! Which generations of keys the nodes of this database have had.

use domain::time::Timestamp;

use crate::{
    dialect::{Executor, execute, fetch_all, statements},
    error::StoreError,
    tx::Tx,
};

statements! {
    LIST = "SELECT no, fingerprint, active_from, resealed_at, retired_at FROM key_generations ORDER BY no";
    NOTE = "INSERT INTO key_generations (no, fingerprint, active_from, first_seen_at) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (no) DO NOTHING";
    RESEALED = "UPDATE key_generations SET resealed_at = $2 WHERE no = $1 AND resealed_at IS NULL";
    RETIRED = "UPDATE key_generations SET retired_at = $2 WHERE no = $1 AND retired_at IS NULL";
}

/// A generation as the database knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownGeneration {
    /// Its number.
    pub no: u32,
    /// Tells whether a node's keys are the same.
    pub fingerprint: String,
    /// When it is used for what is new.
    pub active_from: Timestamp,
    /// Since when nothing is sealed by an older one.
    pub resealed_at: Option<Timestamp>,
    /// Since when its keys are gone.
    pub retired_at: Option<Timestamp>,
}

type Row = (i64, String, i64, Option<i64>, Option<i64>);

/// All of them, oldest first.
pub async fn list(conn: &mut impl Executor) -> Result<Vec<KnownGeneration>, StoreError> {
    let rows: Vec<Row> = fetch_all!(conn, LIST)?;
    let known = |(no, fingerprint, active_from, resealed_at, retired_at): Row| {
        let no = u32::try_from(no);
        Ok(KnownGeneration {
            no: no.map_err(|_| StoreError::inconsistent("key_generations", "a number out of range"))?,
            fingerprint,
            active_from: Timestamp(active_from),
            resealed_at: resealed_at.map(Timestamp),
            retired_at: retired_at.map(Timestamp),
        })
    };
    rows.into_iter().map(known).collect()
}

/// Writes down that a node has a generation; one that is known stays as it is.
pub async fn note(
    tx: &mut Tx,
    no: u32,
    fingerprint: &str,
    active_from: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    execute!(tx, NOTE, no, fingerprint, active_from, now).map(drop)
}

/// Nothing is sealed by an older generation any more.
pub async fn record_resealed(tx: &mut Tx, no: u32, now: Timestamp) -> Result<(), StoreError> {
    execute!(tx, RESEALED, no, now).map(drop)
}

/// Its keys are gone.
pub async fn record_retired(tx: &mut Tx, no: u32, now: Timestamp) -> Result<(), StoreError> {
    execute!(tx, RETIRED, no, now).map(drop)
}
