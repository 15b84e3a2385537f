//! Every statement of the crate is understood by both databases, with the same parameters and the agreed types.

use std::{collections::BTreeSet, fs};

use sqlx::{Column, Either, Executor as _, SqlSafeStr, Statement as _, TypeInfo};

use super::*;
use crate::{MIGRATIONS, dialect::Link};

/// What PostgreSQL may infer for a parameter or answer in a column; `name` is what `pg_tables` and its like speak.
const TYPES: [&str; 3] = ["TEXT", "INT8", "BYTEA"];

async fn prepare(executor: &mut impl Executor, statement: &'static Statement) -> Result<usize, String> {
    let sql = statement.sql.into_sql_str();
    match executor.link().map_err(|e| e.to_string())? {
        Link::Sqlite(link) => {
            let prepared = link.prepare(sql).await.map_err(|e| e.to_string())?;
            Ok(prepared.parameters().map_or(0, |parameters| parameters.either(<[_]>::len, |count| count)))
        }
        Link::Postgres(link) => {
            let prepared = link.prepare(sql).await.map_err(|e| e.to_string())?;
            let Some(Either::Left(parameters)) = prepared.parameters() else { return Ok(0) };
            let columns = prepared.columns().iter().map(Column::type_info);
            match parameters.iter().chain(columns).find(|t| !TYPES.contains(&t.name())) {
                Some(odd) => Err(format!("uses the type {}, which SQLite has not", odd.name())),
                None => Ok(parameters.len()),
            }
        }
    }
}

crate::both_databases! {
    async fn every_statement_can_be_prepared(db: TestDb) {
        let mut conn = db.read().await.unwrap();
        let mut problems = Vec::new();
        for statement in crate::statements() {
            match prepare(&mut conn, statement).await {
                Ok(binds) if binds == statement.binds => {}
                Ok(binds) => problems.push(format!("{}: takes {binds} values, not {}", statement.name, statement.binds)),
                Err(problem) => problems.push(format!("{}: {problem}", statement.name)),
            }
        }
        assert!(problems.is_empty(), "{}", problems.join("\n"));
    }

    async fn a_wrong_statement_is_noticed(db: TestDb) {
        static WRONG: Statement = Statement::new("wrong", "SELECT name FROM no_such_table WHERE id = $1");
        assert!(prepare(&mut db.read().await.unwrap(), &WRONG).await.is_err());
    }
}

#[test]
fn every_file_with_statements_is_listed() {
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    let files: BTreeSet<String> = fs::read_dir(sources)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file() && fs::read_to_string(path).unwrap().contains("\nstatements! {"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let listed: BTreeSet<String> =
        crate::statements().map(|s| s.name.split("::").nth(1).unwrap().to_owned()).collect();
    assert_eq!(files, listed, "FILES in lib.rs lists the STATEMENTS of each file with statements!");
    assert!(files.contains("migrate"));
}

/// In a group commit such a constraint would fail the COMMIT of other people's transactions.
#[test]
fn no_constraint_is_deferred() {
    for migration in MIGRATIONS {
        assert!(!migration.sql.to_uppercase().contains("DEFER"), "{}", migration.name);
    }
}
