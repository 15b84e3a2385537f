//! Opening a database, its settings and its limits.

use std::time::Duration;

use super::*;
use crate::{DbConfig, dialect::Link};

fn impatient(db: &TestDb, max_connections: u32, patience: Duration) -> DbConfig {
    DbConfig { max_connections, patience, ..db.config().clone() }
}

async fn setting(db: &Db, sql: &'static str) -> String {
    let mut conn = db.read().await.unwrap();
    match conn.link().unwrap() {
        Link::Sqlite(link) => sqlx::query_scalar(sql).fetch_one(link).await.unwrap(),
        Link::Postgres(link) => sqlx::query_scalar(sql).fetch_one(link).await.unwrap(),
    }
}

#[tokio::test]
async fn a_url_of_something_else_is_refused_with_what_to_write() {
    for url in [
        "",
        "vestibule.db",
        "mysql://localhost/vestibule",
        "sqlite::memory:",
        "sqlite://",
        "sqlite://:memory:",
        "sqlite://?mode=memory",
        "sqlite://vestibule.db?mode=memory",
    ] {
        let error = Db::open(&DbConfig::new(url)).await.unwrap_err().to_string();
        assert!(error.contains("sqlite:///var/lib/vestibule/vestibule.db"), "{url}: {error}");
    }
}

#[tokio::test]
async fn the_number_of_connections_has_limits() {
    let home = TestDb::empty_sqlite().await;
    for (max_connections, accepted) in [(0, false), (1, true), (1000, true), (1001, false)] {
        let opened = Db::open(&DbConfig { max_connections, ..home.config().clone() }).await;
        assert_eq!(opened.is_ok(), accepted, "{max_connections}: {:?}", opened.err());
    }
}

#[tokio::test]
async fn what_does_not_answer_is_unavailable() {
    for url in
        ["sqlite:///nowhere/at/all/vestibule.db", "postgres://nobody@localhost/none?host=/nowhere/at/all"]
    {
        let config = DbConfig { patience: Duration::from_millis(100), ..DbConfig::new(url) };
        let error = Db::open(&config).await.unwrap_err();
        assert!(matches!(error, StoreError::Unavailable(_)), "{url}: {error:?}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_new_sqlite_file_and_its_logs_are_for_the_owner_only() {
    use std::os::unix::fs::PermissionsExt;

    let db = sqlite_with_marks().await;
    let path = db.config().url.strip_prefix("sqlite://").unwrap();
    for suffix in ["", "-wal", "-shm"] {
        let mode = std::fs::metadata(format!("{path}{suffix}")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{suffix}");
    }
}

#[tokio::test]
async fn sqlite_is_durable_and_minds_foreign_keys() {
    let db = sqlite_with_marks().await;
    assert_eq!(setting(&db, "PRAGMA journal_mode").await, "wal");
    assert_eq!(setting(&db, "SELECT CAST(synchronous AS TEXT) FROM pragma_synchronous").await, "2");
    script(&db, "CREATE TABLE notes (mark TEXT REFERENCES marks (name))").await.unwrap();
    assert!(script(&db, "INSERT INTO notes VALUES ('nobody')").await.is_err());
}

#[tokio::test]
async fn postgres_reads_what_is_committed_and_stops_runaway_statements() {
    let db = TestDb::empty_postgres().await;
    assert_eq!(setting(&db, "SHOW transaction_isolation").await, "read committed");
    assert_eq!(setting(&db, "SHOW statement_timeout").await, "10s");
    assert_eq!(setting(&db, "SHOW lock_timeout").await, "5s");
}

crate::both_databases! {
    async fn a_pool_gives_as_many_readers_as_it_has_and_no_more(db: TestDb) {
        // Long enough to connect on a busy machine, for the readers that there are.
        let db = Db::open(&impatient(&db, 2, Duration::from_secs(2))).await.unwrap();
        let first = db.read().await.unwrap();
        let second = db.read().await.unwrap();
        assert!(matches!(db.read().await, Err(StoreError::Unavailable(_))));
        drop(first);
        drop((second, db.read().await.unwrap()));
    }
}

#[tokio::test]
async fn another_process_that_writes_to_the_file_is_waited_for_and_then_reported() {
    let home = sqlite_with_marks().await;
    let other = Db::open(&impatient(&home, 1, Duration::from_millis(100))).await.unwrap();
    let busy = home.begin().await.unwrap();
    assert!(matches!(other.begin().await, Err(StoreError::Unavailable(_))));
    busy.commit().await.unwrap();
    mark_once(other, "mine".to_owned()).await.unwrap();
    assert!(is_marked(&home, "mine").await);
}

#[tokio::test]
async fn a_closed_database_refuses() {
    for home in [TestDb::empty_sqlite().await, TestDb::empty_postgres().await] {
        home.close().await;
        assert!(matches!(home.read().await, Err(StoreError::Unavailable(_))));
        assert!(matches!(home.begin().await, Err(StoreError::Unavailable(_))));
    }
}
