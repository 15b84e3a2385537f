//! The rules that every aggregate stands on, on both databases.

mod backup;
mod group_commit;
mod killed;
mod known_browsers;
mod migrations;
mod opening;
mod outbox;
mod plans;
mod prepared;
mod transactions;

use std::{
    collections::BTreeSet,
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

use crate::{
    Db, Statement, StoreError, Tx,
    dialect::{Executor, execute, fetch_one},
    query::execute_script,
    testing::TestDb,
};

/// Makes one mark.
const MARK: Statement = Statement::new("MARK", "INSERT INTO marks (name) VALUES ($1)");
/// How many marks there are.
const COUNT: Statement = Statement::new("COUNT", "SELECT count(*) FROM marks");
/// How many marks have this name.
const COUNT_NAMED: Statement = Statement::new("COUNT_NAMED", "SELECT count(*) FROM marks WHERE name = $1");

/// A table of unique names, beside the product's own.
async fn make_marks(db: &Db) {
    script(db, "CREATE TABLE marks (name TEXT PRIMARY KEY)").await.unwrap();
}

async fn sqlite_with_marks() -> TestDb {
    let db = TestDb::empty_sqlite().await;
    make_marks(&db).await;
    db
}

async fn script(db: &Db, sql: &str) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    execute_script(&mut tx, sql.to_owned()).await?;
    tx.commit().await
}

async fn mark(tx: &mut Tx, name: &str) -> Result<u64, StoreError> {
    execute!(tx, MARK, name)
}

/// A whole transaction that makes one mark.
async fn mark_once(db: Db, name: String) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    mark(&mut tx, &name).await?;
    tx.commit().await
}

async fn marks(executor: &mut impl Executor) -> i64 {
    let (count,): (i64,) = fetch_one!(executor, COUNT).unwrap();
    count
}

async fn visible_marks(db: &Db) -> i64 {
    marks(&mut db.read().await.unwrap()).await
}

async fn is_marked(db: &Db, name: &str) -> bool {
    let mut conn = db.read().await.unwrap();
    let (count,): (i64,) = fetch_one!(&mut conn, COUNT_NAMED, name).unwrap();
    count == 1
}

/// Polls `future` at most `polls` times and then drops it, as a caller does who goes away.
async fn abandon_after<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending if left <= 1 => Poll::Ready(None),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

/// The tables that there are after all migrations, in the order of their names.
pub(crate) fn tables() -> Vec<&'static str> {
    let mut tables = BTreeSet::new();
    for line in crate::MIGRATIONS.iter().flat_map(|migration| migration.sql.lines()) {
        let words: Vec<_> = line.split([' ', '(', ';']).collect();
        match words[..] {
            ["CREATE", "TABLE", table, ..] => _ = tables.insert(table),
            ["DROP", "TABLE", table, ..] => _ = tables.remove(table),
            ["ALTER", "TABLE", before, "RENAME", "TO", after, ..] => {
                tables.remove(before);
                tables.insert(after);
            }
            _ => {}
        }
    }
    tables.into_iter().collect()
}
