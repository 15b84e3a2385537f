//! No statement reads a whole table that grows with the users: with a million of them it would take seconds.
//!
//! Each database is asked how it would carry out every statement of the crate. The tables are filled and analysed, so that
//! the planners know what they are about. PostgreSQL is also told to avoid reading a table from end to end, and the joins
//! that do: at the size of a test that is often the cheapest plan, and the question is whether there is another one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _, SqliteConnection};

use crate::{Dialect, Statement, testing::TestDb};

/// Rows of each table.
const ROWS: usize = 2_000;

/// Tables that stay small however many users there are.
const SMALL: [&str; 12] = [
    "migrations",
    "installation",
    "regions",
    "contacts",
    "companies",
    "applications",
    "policy_values",
    "leases",
    // One row a rotation, a source, a company, a step of a company's timetable.
    "key_generations",
    "legacy_sources",
    "rollout_holds",
    "rollout_steps",
];

/// Statements that read a whole table all the same, each with the reason why nobody waits for it.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("store::audit::COUNT_OF_KIND", "only tests count events of a kind"),
    ("store::backup::END_DEVICES", "a restore ends the trust in all devices, before anybody is served"),
    ("store::backup::END_FACTOR_REMOVALS", "a restore ends all removals, before anybody is served"),
    ("store::backup::END_INVITATIONS", "a restore ends all invitations, before anybody is served"),
    ("store::backup::END_SESSIONS", "a restore ends all sessions, before anybody is served"),
    ("store::backup::END_USER_ID_REQUESTS", "a restore ends all requests, before anybody is served"),
    ("store::outbox::COUNT_BY_STATE", "an operator asks how the mail stands, and means all of it"),
    (
        "store::rollout_status::LOCKS",
        "an operator asks who is locked: few people at a time, and all of them are meant",
    ),
    ("store::rollout_status::OF_ALL", "an operator asks how far everybody has come"),
    ("store::sealed::COUNT_APPS", "`keys` tells what an old key still seals; once a rotation"),
    ("store::sealed::COUNT_CEREMONIES", "`keys` tells what an old key still seals; once a rotation"),
    ("store::sealed::COUNT_CREDENTIALS", "`keys` tells what an old key still seals; once a rotation"),
    ("store::sealed::COUNT_PERSON_KEYS", "`keys` tells what an old key still seals; once a rotation"),
    ("store::sealed::COUNT_RECOVERIES", "`keys` tells what an old key still seals; once a rotation"),
    ("store::sealed::COUNT_REQUESTS", "`keys` tells what an old key still seals; once a rotation"),
    ("store::sealed::PASSWORDS_OF_PEPPER", "`keys` tells what rests on an old pepper; once a rotation"),
    ("store::sealed::RECOVERY_CODES_OF_PEPPER", "`keys` tells what rests on an old pepper; once a rotation"),
    ("store::sealed::SECURITY_CODES_OF_PEPPER", "`keys` tells what rests on an old pepper; once a rotation"),
    ("store::users::COUNT", "only the demo asks whether its database is empty"),
];

/// A table that a statement reads from end to end.
type Scans = BTreeMap<&'static str, BTreeSet<String>>;

#[tokio::test]
async fn no_statement_reads_a_whole_table_of_sqlite() {
    let db = TestDb::sqlite().await;
    let mut link = SqliteConnection::connect(db.config().url.as_str()).await.unwrap();
    link.execute("PRAGMA foreign_keys = OFF").await.unwrap();
    let tables = tables_of_sqlite(&mut link).await;
    fill(Dialect::Sqlite, &tables, async |sql| {
        link.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
    })
    .await;
    let mut scans = Scans::new();
    for statement in planned() {
        let plan = format!("EXPLAIN QUERY PLAN {}", statement.sql);
        for step in link.fetch_all(sqlx::raw_sql(AssertSqlSafe(plan))).await.unwrap() {
            let step: String = step.get("detail");
            let Some(target) = step.strip_prefix("SCAN ") else { continue };
            let target = target.split_whitespace().next().unwrap_or_default();
            if let Some(table) = named(statement.sql, target, &tables) {
                scans.entry(statement.name).or_default().insert(table);
            }
        }
    }
    judge(&scans);
}

#[tokio::test]
async fn no_statement_reads_a_whole_table_of_postgres() {
    let db = TestDb::postgres().await;
    let mut link = PgConnection::connect(db.config().url.as_str()).await.unwrap();
    link.execute("SET session_replication_role = replica").await.unwrap();
    let tables = tables_of_postgres(&mut link).await;
    fill(Dialect::Postgres, &tables, async |sql| {
        link.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
    })
    .await;
    for way in ["enable_seqscan", "enable_hashjoin", "enable_mergejoin"] {
        link.execute(AssertSqlSafe(format!("SET {way} = off"))).await.unwrap();
    }
    link.execute("SET plan_cache_mode = force_generic_plan").await.unwrap();
    let mut scans = Scans::new();
    for statement in planned() {
        let prepare = format!("PREPARE asked AS {}", statement.sql);
        link.execute(sqlx::raw_sql(AssertSqlSafe(prepare))).await.unwrap();
        let nothing = vec!["NULL"; statement.binds].join(", ");
        let values = if statement.binds == 0 { String::new() } else { format!("({nothing})") };
        let explain = format!("EXPLAIN (FORMAT JSON) EXECUTE asked{values}");
        let plan = link.fetch_one(sqlx::raw_sql(AssertSqlSafe(explain))).await.unwrap();
        let plan: Value = plan.get(0);
        scans_of(&plan[0]["Plan"], false, scans.entry(statement.name).or_default());
        link.execute("DEALLOCATE asked").await.unwrap();
    }
    judge(&scans);
}

/// Statements that have a plan; those of migrations change the schema.
fn planned() -> impl Iterator<Item = &'static Statement> {
    crate::statements().filter(|statement| {
        ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].iter().any(|word| statement.sql.starts_with(word))
    })
}

fn judge(scans: &Scans) {
    let mut wrong = Vec::new();
    for (statement, tables) in scans {
        let large: Vec<_> = tables.iter().filter(|table| !SMALL.contains(&table.as_str())).collect();
        if large.is_empty() {
            continue;
        }
        if !EXCEPTIONS.iter().any(|(name, _)| name == statement) {
            wrong.push(format!("{statement} reads all of {large:?}"));
        }
    }
    assert!(wrong.is_empty(), "add an index, or a reason to EXCEPTIONS:\n{}", wrong.join("\n"));
    assert!(planned().count() > 200, "statements are looked at");
}

#[test]
fn every_exception_is_a_statement_with_a_reason() {
    for (name, reason) in EXCEPTIONS {
        assert!(crate::statements().any(|statement| statement.name == *name), "{name} is gone");
        assert!(reason.len() > 20, "{name}");
    }
}

/// What a plan of PostgreSQL reads from end to end: a table, or an index without a condition. To take the first rows in the
/// order of an index is no such thing, as long as none of them is passed over.
fn scans_of(node: &Value, is_limited: bool, found: &mut BTreeSet<String>) {
    let text = |key: &str| node[key].as_str().unwrap_or_default();
    let kind = text("Node Type");
    let walks_index = kind.starts_with("Index") && kind.contains("Scan") && node["Index Cond"].is_null();
    let takes_first = walks_index && is_limited && node["Filter"].is_null();
    if kind == "Seq Scan" || walks_index && !takes_first {
        found.insert(text("Relation Name").to_owned());
    }
    for part in node["Plans"].as_array().into_iter().flatten() {
        let passes_on =
            kind == "Limit" || is_limited && matches!(kind, "Result" | "Subquery Scan" | "LockRows");
        scans_of(part, passes_on, found);
    }
}

/// The table that a statement calls so.
fn named(sql: &str, alias: &str, tables: &Tables) -> Option<String> {
    let words: Vec<&str> =
        sql.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| !w.is_empty()).collect();
    let meant = words.windows(3).find_map(|window| {
        let behind = if window[1].eq_ignore_ascii_case("as") { window[2] } else { window[1] };
        (behind == alias && tables.contains_key(window[0])).then(|| window[0].to_owned())
    });
    meant.or_else(|| tables.contains_key(alias).then(|| alias.to_owned()))
}

/// Names and types of the columns of each table.
type Tables = BTreeMap<String, Vec<(String, String)>>;

async fn tables_of_sqlite(link: &mut SqliteConnection) -> Tables {
    let sql = "SELECT m.name AS t, c.name AS c, c.type AS k FROM sqlite_master m JOIN pragma_table_info(m.name) c \
               WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'";
    gather(link.fetch_all(sql).await.unwrap().iter().map(|row| (row.get("t"), row.get("c"), row.get("k"))))
}

async fn tables_of_postgres(link: &mut PgConnection) -> Tables {
    let sql = "SELECT table_name::text AS t, column_name::text AS c, data_type::text AS k \
               FROM information_schema.columns WHERE table_schema = current_schema()";
    gather(link.fetch_all(sql).await.unwrap().iter().map(|row| (row.get("t"), row.get("c"), row.get("k"))))
}

fn gather(rows: impl Iterator<Item = (String, String, String)>) -> Tables {
    let mut tables = Tables::new();
    for (table, column, kind) in rows {
        tables.entry(table).or_default().push((column, kind.to_uppercase()));
    }
    tables.remove("migrations");
    assert!(tables.len() > 30, "{tables:?}");
    tables
}

/// Gives every table rows that differ in every column, and lets the planner look at them.
async fn fill(dialect: Dialect, tables: &Tables, mut run: impl AsyncFnMut(String)) {
    let numbers = match dialect {
        Dialect::Sqlite => {
            format!(
                "(WITH RECURSIVE g (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < {ROWS}) SELECT n FROM g)"
            )
        }
        Dialect::Postgres => format!("(SELECT n FROM generate_series(1, {ROWS}) AS n)"),
    };
    for (table, columns) in tables {
        let names: Vec<_> = columns.iter().map(|(name, _)| name.as_str()).collect();
        let values: Vec<_> = columns.iter().map(|(_, kind)| value(dialect, kind)).collect();
        run(format!(
            "DELETE FROM {table}; INSERT INTO {table} ({}) SELECT {} FROM {numbers} AS numbers",
            names.join(", "),
            values.join(", ")
        ))
        .await;
    }
    run("ANALYZE".to_owned()).await;
}

fn value(dialect: Dialect, kind: &str) -> &'static str {
    match (kind, dialect) {
        ("TEXT", _) => "'value ' || n",
        ("BLOB", Dialect::Sqlite) => "CAST('value ' || n AS BLOB)",
        ("BYTEA", Dialect::Postgres) => "convert_to('value ' || n, 'UTF8')",
        _ => "n",
    }
}
