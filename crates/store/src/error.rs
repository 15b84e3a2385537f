//! What can go wrong in a database, in the few kinds that callers treat differently.
//!
//! Messages never hold bound values: PostgreSQL's "detail" line would show them, so only message and code are kept.

use sqlx::error::DatabaseError;

/// A fault of the database or of what is stored in it. A row that is not there is no fault but an `Option`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The database did not answer in time, refused the connection, was busy, or gave up in favour of another
    /// transaction. The same call may succeed later.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// A unique constraint already holds this value. Nothing was changed.
    #[error("already taken: {0}")]
    Conflict(String),
    /// The database refuses to be written to.
    #[error("the database is read-only: {0}")]
    ReadOnly(String),
    /// The database has no room left.
    #[error("the database's disk is full: {0}")]
    DiskFull(String),
    /// A stored row does not say what its table promises.
    #[error("inconsistent row in {table}: {what}")]
    Inconsistent {
        /// The table that holds the row.
        table: &'static str,
        /// What is wrong with it, without its values.
        what: String,
    },
    /// An earlier statement of this transaction failed, so none of it was kept.
    #[error("the transaction was given up because an earlier statement of it failed")]
    Aborted,
    /// Anything else: a statement or a setting is wrong.
    #[error("{0}")]
    Other(String),
}

impl StoreError {
    /// A row of `table` that cannot be turned into what it stands for; `what` must not repeat personal data.
    pub fn inconsistent(table: &'static str, what: impl ToString) -> Self {
        Self::Inconsistent { table, what: what.to_string() }
    }

    /// Whether a unique constraint refused the write.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Conflict(_))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(e) => from_database(e.as_ref()),
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            // What a server that goes down in the middle of an answer leaves behind.
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Unavailable(error.to_string()),
            _ => Self::Other(error.to_string()),
        }
    }
}

fn from_database(error: &dyn DatabaseError) -> StoreError {
    let code = error.code().unwrap_or_default();
    let text = format!("{} ({code})", error.message());
    if error.is_unique_violation() {
        return StoreError::Conflict(error.message().to_owned());
    }
    let kind =
        if error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() { sqlite } else { postgres };
    kind(&code)(text)
}

/// Result codes of <https://www.sqlite.org/rescode.html>; the low byte is the primary code.
fn sqlite(code: &str) -> fn(String) -> StoreError {
    match code.parse::<i32>().map(|c| c & 0xff) {
        Ok(5 | 6 | 7 | 10 | 14 | 15) => StoreError::Unavailable,
        Ok(8) => StoreError::ReadOnly,
        Ok(13) => StoreError::DiskFull,
        _ => StoreError::Other,
    }
}

/// SQLSTATE codes of PostgreSQL's appendix A.
fn postgres(code: &str) -> fn(String) -> StoreError {
    match code {
        "53100" => StoreError::DiskFull,
        "25006" => StoreError::ReadOnly,
        "40001" | "40P01" | "55P03" | "57014" => StoreError::Unavailable,
        _ if ["08", "53", "57P", "58"].iter().any(|class| code.starts_with(class)) => StoreError::Unavailable,
        _ => StoreError::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_both_databases_become_the_same_kinds() {
        type Kind = fn(String) -> StoreError;
        let check = |kind: Kind, ours: &[&str], theirs: &[&str]| {
            for code in ours {
                assert_eq!(sqlite(code)(String::new()), kind(String::new()), "SQLite {code}");
            }
            for code in theirs {
                assert_eq!(postgres(code)(String::new()), kind(String::new()), "PostgreSQL {code}");
            }
        };
        check(
            StoreError::Unavailable,
            &["5", "261", "517", "6", "10", "778", "14"],
            &["08006", "53300", "57P01", "57014", "40P01"],
        );
        check(StoreError::ReadOnly, &["8", "264", "1032"], &["25006"]);
        check(StoreError::DiskFull, &["13"], &["53100"]);
        check(StoreError::Other, &["1", "787", "275", "", "x"], &["42P01", "23503", "22021", ""]);
    }
}
