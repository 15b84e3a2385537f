//! Attempt budgets: one row a key, counted before a guess is answered.

use domain::{budget::Counter, time::Timestamp};

use crate::{
    dialect::{Executor, execute, fetch_one, fetch_optional, statements},
    error::StoreError,
    tx::Tx,
};

statements! {
    /// Takes the row's lock, so that parallel guesses are counted one after the other on every node.
    LOCK = "INSERT INTO counters (name, failures, updated_at) VALUES ($1, 0, $2) \
            ON CONFLICT (name) DO UPDATE SET updated_at = excluded.updated_at \
            RETURNING failures, window_started_at, blocked_until";
    FIND = "SELECT failures, window_started_at, blocked_until FROM counters WHERE name = $1";
    STORE = "UPDATE counters SET failures = $2, window_started_at = $3, blocked_until = $4 WHERE name = $1";
    CLEAR = "DELETE FROM counters WHERE name = $1";
    CLEAR_ALL = "DELETE FROM counters WHERE substr(name, 1, length($1)) = $1";
    FORGET = "DELETE FROM counters WHERE updated_at < $1 AND substr(name, 1, 5) <> 'code-'";
}

type Row = (i64, Option<i64>, Option<i64>);

fn counter((failures, started, blocked): Row) -> Counter {
    Counter {
        failures: u32::try_from(failures).unwrap_or(u32::MAX),
        window_started_at: started.map(Timestamp),
        blocked_until: blocked.map(Timestamp),
    }
}

/// Reads a counter and keeps it locked until the transaction ends.
pub async fn lock(tx: &mut Tx, name: &str, now: Timestamp) -> Result<Counter, StoreError> {
    fetch_one!(tx, LOCK, name, now).map(counter)
}

/// Reads a counter without holding it.
pub async fn find(conn: &mut impl Executor, name: &str) -> Result<Counter, StoreError> {
    let row: Option<Row> = fetch_optional!(conn, FIND, name)?;
    Ok(row.map(counter).unwrap_or_default())
}

/// Stores a locked counter.
pub async fn store(tx: &mut Tx, name: &str, counter: Counter) -> Result<(), StoreError> {
    let Counter { failures, window_started_at, blocked_until } = counter;
    execute!(tx, STORE, name, failures, window_started_at, blocked_until).map(drop)
}

/// Starts anew, after a success or an unlock.
pub async fn clear(tx: &mut Tx, name: &str) -> Result<(), StoreError> {
    execute!(tx, CLEAR, name).map(drop)
}

/// The same for all counters whose name begins so.
pub async fn clear_all(tx: &mut Tx, prefix: &str) -> Result<(), StoreError> {
    execute!(tx, CLEAR_ALL, prefix).map(drop)
}

/// Forgets counters that nobody touched since `before`, except those of codes: a hundred failures in a row disable a factor,
/// however long they take.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<u64, StoreError> {
    execute!(tx, FORGET, before)
}
