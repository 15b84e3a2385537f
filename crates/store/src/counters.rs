//! Attempt budgets: one row a key, counted before a guess is answered.

use domain::{budget::Counter, time::Timestamp};

use crate::{
    dialect::{Executor, execute, fetch_one, fetch_optional, statements},
    error::StoreError,
    tx::Tx,
};

statements! {
    /// Takes the row's lock, so that parallel guesses are counted one after the other on every node. What is only looked at
    /// grows no younger: tries that are refused would keep a lock for ever.
    LOCK = "INSERT INTO counters (name, family, failures, updated_at) VALUES ($1, $2, 0, $3) \
            ON CONFLICT (name) DO UPDATE SET failures = counters.failures \
            RETURNING failures, window_started_at, blocked_until";
    FIND = "SELECT failures, window_started_at, blocked_until FROM counters WHERE name = $1";
    STORE = "UPDATE counters SET failures = $2, window_started_at = $3, blocked_until = $4, updated_at = $5 \
             WHERE name = $1";
    CLEAR = "DELETE FROM counters WHERE name = $1";
    CLEAR_ALL = "DELETE FROM counters WHERE family = $1";
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
    fetch_one!(tx, LOCK, name, family(name), now).map(counter)
}

/// Reads a counter without holding it.
pub async fn find(conn: &mut impl Executor, name: &str) -> Result<Counter, StoreError> {
    let row: Option<Row> = fetch_optional!(conn, FIND, name)?;
    Ok(row.map(counter).unwrap_or_default())
}

/// Stores a locked counter.
pub async fn store(tx: &mut Tx, name: &str, counter: Counter, now: Timestamp) -> Result<(), StoreError> {
    let Counter { failures, window_started_at, blocked_until } = counter;
    execute!(tx, STORE, name, failures, window_started_at, blocked_until, now).map(drop)
}

/// Starts anew, after a success or an unlock.
pub async fn clear(tx: &mut Tx, name: &str) -> Result<(), StoreError> {
    execute!(tx, CLEAR, name).map(drop)
}

/// The same for all counters of a family: a name of one is "kind:whose:rest", and the family "kind:whose:".
pub async fn clear_all(tx: &mut Tx, family: &str) -> Result<(), StoreError> {
    execute!(tx, CLEAR_ALL, family).map(drop)
}

/// The family of a name that has a rest.
fn family(name: &str) -> Option<&str> {
    let (end, _) = name.match_indices(':').nth(1)?;
    name.get(..=end)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_family_is_what_comes_before_the_rest() {
        assert_eq!(super::family("door:12ab:at:34cd"), Some("door:12ab:"));
        assert_eq!(super::family("door:12ab"), None);
    }
}
