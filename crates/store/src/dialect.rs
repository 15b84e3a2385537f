//! Where SQLite and PostgreSQL differ, and the macros by which aggregates run their statements.

use sqlx::{FromRow, PgConnection, SqliteConnection, postgres::PgRow, sqlite::SqliteRow};

use crate::error::StoreError;
pub(crate) use crate::statement::statements;

/// A connection of either database, borrowed for one statement.
#[derive(Debug)]
pub enum Link<'c> {
    /// SQLite.
    Sqlite(&'c mut SqliteConnection),
    /// PostgreSQL.
    Postgres(&'c mut PgConnection),
}

/// What can be asked: a reader ([`Conn`](crate::Conn)) or a write transaction ([`Tx`](crate::Tx)).
pub trait Executor: Send {
    /// The connection to send the next statement on.
    ///
    /// # Errors
    /// [`StoreError::Aborted`] after an earlier statement of the same transaction failed.
    fn link(&mut self) -> Result<Link<'_>, StoreError>;

    /// Tells that the database refused a statement, so that nothing more of the transaction is kept.
    fn refused(&mut self);
}

/// A row struct: `#[derive(sqlx::FromRow)]` with fields `String`, `i64`, `Vec<u8>`, [`Id`](crate::Id) or `Option` of
/// these; or a tuple of them.
pub trait Record: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Record for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// Bytes columns are the only type whose name differs; migrations write `{{BYTES}}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Dialect {
    /// The text of a migration as this database reads it.
    #[must_use]
    pub fn translate(self, migration: &str) -> String {
        let bytes = match self {
            Self::Sqlite => "BLOB",
            Self::Postgres => "BYTEA",
        };
        migration.replace("{{BYTES}}", bytes)
    }
}

/// Runs a statement that gives at most one row: `let row: Option<Row> = fetch_optional!(conn, FIND, id)?;`
macro_rules! fetch_optional {
    ($($call:tt)+) => { $crate::dialect::run!(fetch_optional, $($call)+) };
}

/// Runs a statement that gives exactly one row, such as a count.
macro_rules! fetch_one {
    ($($call:tt)+) => { $crate::dialect::run!(fetch_one, $($call)+) };
}

/// Runs a statement that gives any number of rows.
macro_rules! fetch_all {
    ($($call:tt)+) => { $crate::dialect::run!(fetch_all, $($call)+) };
}

/// Runs a statement that changes rows, in a transaction, and gives their number (`u64`).
macro_rules! execute {
    ($($call:tt)+) => { $crate::dialect::run!(execute, $($call)+) };
}

/// The number of bound values is checked while building.
macro_rules! run {
    ($function:ident, $link:expr, $statement:path $(, $value:expr)* $(,)?) => {{
        const _: () = assert!(
            $statement.takes(<[&str]>::len(&[$(stringify!($value)),*])),
            "bind exactly as many values as the statement's highest $n"
        );
        $crate::query::$function($link, &$statement, ::std::vec![$($crate::value::Bind::bind($value)),*]).await
    }};
}
pub(crate) use {execute, fetch_all, fetch_one, fetch_optional, run};
