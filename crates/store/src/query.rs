//! Sends a statement to either database: the one place that does.

use crate::{
    dialect::{Executor, Link, Record},
    error::StoreError,
    statement::Statement,
    tx::Tx,
    value::Value,
};

macro_rules! query {
    ($statement:ident, $values:ident) => {
        $values.into_iter().fold(sqlx::query($statement.sql), |query, value| match value {
            Value::Text(text) => query.bind(text),
            Value::Integer(number) => query.bind(number),
            Value::Bytes(bytes) => query.bind(bytes),
        })
    };
}

macro_rules! dispatch {
    ($executor:ident, $statement:ident, $values:ident, $method:ident, |$answer:ident| $read:expr) => {{
        let outcome = match $executor.link()? {
            Link::Sqlite(link) => query!($statement, $values).$method(link).await.map(|$answer| $read),
            Link::Postgres(link) => query!($statement, $values).$method(link).await.map(|$answer| $read),
        };
        outcome.map_err(|error| {
            $executor.refused();
            named($statement, error.into())
        })
    }};
}

/// Behind `fetch_optional!`; a statement that gives more than one row answers with the first.
pub(crate) async fn fetch_optional<T: Record>(
    executor: &mut impl Executor,
    statement: &'static Statement,
    values: Vec<Value>,
) -> Result<Option<T>, StoreError> {
    dispatch!(executor, statement, values, fetch_optional, |row| row.as_ref().map(T::from_row).transpose())?
        .map_err(|error| unreadable(statement, &error))
}

/// Behind `fetch_one!`.
pub(crate) async fn fetch_one<T: Record>(
    executor: &mut impl Executor,
    statement: &'static Statement,
    values: Vec<Value>,
) -> Result<T, StoreError> {
    let row = fetch_optional(executor, statement, values).await?;
    row.ok_or_else(|| StoreError::Other(format!("{}: gave no row", statement.name)))
}

/// Behind `fetch_all!`.
pub(crate) async fn fetch_all<T: Record>(
    executor: &mut impl Executor,
    statement: &'static Statement,
    values: Vec<Value>,
) -> Result<Vec<T>, StoreError> {
    dispatch!(executor, statement, values, fetch_all, |rows| rows
        .iter()
        .map(T::from_row)
        .collect::<Result<_, _>>())?
    .map_err(|error| unreadable(statement, &error))
}

/// Behind `execute!`; takes a [`Tx`], for readers cannot write.
pub(crate) async fn execute(
    executor: &mut Tx,
    statement: &'static Statement,
    values: Vec<Value>,
) -> Result<u64, StoreError> {
    dispatch!(executor, statement, values, execute, |done| done.rows_affected())
}

/// Runs several statements without parameters, as a migration has them.
pub(crate) async fn execute_script(executor: &mut Tx, script: String) -> Result<(), StoreError> {
    let script = sqlx::raw_sql(sqlx::AssertSqlSafe(script));
    let outcome = match executor.link()? {
        Link::Sqlite(link) => script.execute(link).await.map(drop),
        Link::Postgres(link) => script.execute(link).await.map(drop),
    };
    outcome.map_err(|error| {
        executor.refused();
        error.into()
    })
}

fn named(statement: &Statement, error: StoreError) -> StoreError {
    match error {
        StoreError::Other(text) => StoreError::Other(format!("{}: {text}", statement.name)),
        other => other,
    }
}

fn unreadable(statement: &Statement, error: &sqlx::Error) -> StoreError {
    StoreError::Inconsistent { table: statement.name, what: error.to_string() }
}
