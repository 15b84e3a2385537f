//! A runner that is killed at any moment leaves a whole number of versions, and the next one finishes the work.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use super::*;
use crate::{DbConfig, Migration, apply, schema_version};

const URL: &str = "VESTIBULE_TEST_MIGRATE";
const VERSIONS: i64 = 200;

/// Each version makes a table in two steps, so that a half-applied one would be seen.
fn versions() -> Vec<Migration> {
    let leak = |text: String| -> &'static str { text.leak() };
    (1..=VERSIONS)
        .map(|version| Migration {
            version,
            name: leak(format!("{version:04}_step")),
            sql: leak(format!(
                "CREATE TABLE step{version} (id BIGINT); INSERT INTO step{version} (id) VALUES (1)"
            )),
        })
        .collect()
}

/// Runs in a process of its own, to be killed; alone it has nothing to do.
#[tokio::test]
async fn child() {
    let Ok(url) = std::env::var(URL) else { return };
    let db = Db::open(&DbConfig::new(url)).await.unwrap();
    println!("\nready");
    apply(&db, &versions()).await.unwrap();
}

fn start_child(url: &str) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tests::killed_migration::child", "--nocapture"])
        .env(URL, url)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.as_mut().unwrap());
    assert!(output.lines().any(|line| line.unwrap() == "ready"));
    child
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_runner_leaves_whole_versions() {
    for home in [TestDb::empty_sqlite().await, TestDb::empty_postgres().await] {
        let mut child = start_child(&home.config().url);
        while schema_version(&home).await.unwrap() < VERSIONS / 20 {
            tokio::task::yield_now().await;
        }
        child.kill().unwrap();
        child.wait().unwrap();

        // Beginning takes the lock, so whatever the killed process had sent is over.
        home.begin().await.unwrap().commit().await.unwrap();
        let reached = schema_version(&home).await.unwrap();
        assert!(reached < VERSIONS, "the runner was done before it was killed");
        let applied = apply(&home, &versions()).await.unwrap();
        assert_eq!(applied.version, VERSIONS);
        let mut conn = home.read().await.unwrap();
        for version in 1..=VERSIONS {
            let sql = format!("SELECT count(*) FROM step{version}");
            let sql = sqlx::AssertSqlSafe(sql);
            let rows: i64 = match conn.link().unwrap() {
                crate::dialect::Link::Sqlite(link) => sqlx::query_scalar(sql).fetch_one(link).await.unwrap(),
                crate::dialect::Link::Postgres(link) => {
                    sqlx::query_scalar(sql).fetch_one(link).await.unwrap()
                }
            };
            assert_eq!(rows, 1, "step {version}");
        }
    }
}
