//! A process that is killed at any moment leaves whole versions of the schema, and every change it acknowledged.

use std::{
    io::{BufRead, BufReader, Lines},
    process::{Child, ChildStdout, Command, Stdio},
};

use futures_util::future::join_all;

use super::*;
use crate::{DbConfig, Migration, apply, schema_version};

const URL: &str = "VESTIBULE_TEST_MIGRATE";
const VERSIONS: i64 = 200;
const WRITERS: usize = 16;

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
async fn migrating_child() {
    let Ok(url) = std::env::var(URL) else { return };
    let db = Db::open(&DbConfig::new(url)).await.unwrap();
    apply(&db, &versions()).await.unwrap();
}

/// As [`migrating_child`]; says "made NAME" for each mark whose commit was acknowledged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writing_child() {
    let Ok(url) = std::env::var(URL) else { return };
    let db = Db::open(&DbConfig::new(url)).await.unwrap();
    let writer = |writer: usize| {
        let db = db.clone();
        tokio::spawn(async move {
            for n in 0..1_000_000 {
                let name = format!("{writer}-{n}");
                mark_once(db.clone(), name.clone()).await.unwrap();
                println!("\nmade {name}");
            }
        })
    };
    join_all((0..WRITERS).map(writer)).await;
}

fn start_child(name: &str, url: &str) -> (Child, Lines<BufReader<ChildStdout>>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("tests::killed::{name}"), "--nocapture"])
        .env(URL, url)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap()).lines();
    (child, output)
}

fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_writer_has_kept_whatever_it_acknowledged() {
    for home in [TestDb::empty_sqlite().await, TestDb::empty_postgres().await] {
        make_marks(&home).await;
        let (child, mut output) = start_child("writing_child", &home.config().url);
        let made = |line: std::io::Result<String>| line.unwrap().strip_prefix("made ").map(str::to_owned);
        let mut acknowledged: Vec<_> = output.by_ref().filter_map(made).take(300).collect();
        kill(child);
        acknowledged.extend(output.filter_map(made));

        assert!(acknowledged.len() >= 300);
        for name in acknowledged {
            assert!(is_marked(&home, &name).await, "{name} was acknowledged");
        }
        mark_once(Db::clone(&home), "after".to_owned()).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_runner_leaves_whole_versions() {
    for home in [TestDb::empty_sqlite().await, TestDb::empty_postgres().await] {
        let (child, _output) = start_child("migrating_child", &home.config().url);
        while schema_version(&home).await.unwrap() < VERSIONS / 20 {
            tokio::task::yield_now().await;
        }
        kill(child);

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
