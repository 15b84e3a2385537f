//! The runner of migrations: whole versions, once, in order, and never over a schema it does not know.

use futures_util::future::join_all;

use super::*;
use crate::{MIGRATIONS, MigrateError, Migration, apply, check, migrate, schema_version};

const FIRST: Migration =
    Migration { version: 1, name: "0001_first", sql: "CREATE TABLE one (data {{BYTES}})" };
const SECOND: Migration = Migration {
    version: 2,
    name: "0002_second",
    sql: "CREATE TABLE two (id BIGINT); INSERT INTO two (id) VALUES (1); CREATE TABLE three (id BIGINT)",
};
const BROKEN: Migration = Migration {
    version: 2,
    name: "0002_second",
    sql: "CREATE TABLE two (id BIGINT); INSERT INTO nowhere (id) VALUES (1); CREATE TABLE three (id BIGINT)",
};

async fn empty() -> [TestDb; 2] {
    [TestDb::empty_sqlite().await, TestDb::empty_postgres().await]
}

async fn has_table(db: &Db, name: &'static str) -> bool {
    db.read().await.unwrap().has_table(name).await.unwrap()
}

#[tokio::test]
async fn the_products_schema_is_made_once_and_then_found_complete() {
    for db in empty().await {
        let newest = MIGRATIONS.last().unwrap().version;
        assert_eq!(check(&db).await, Err(MigrateError::Pending { found: 0, known: newest }));
        let applied = migrate(&db).await.unwrap();
        assert_eq!(applied.version, newest);
        assert_eq!(applied.names, MIGRATIONS.iter().map(|m| m.name).collect::<Vec<_>>());
        assert!(migrate(&db).await.unwrap().names.is_empty());
        assert_eq!(check(&db).await, Ok(()));
        assert_eq!(schema_version(&db).await, Ok(newest));
    }
}

#[tokio::test]
async fn a_version_that_fails_half_way_leaves_the_one_before() {
    for db in empty().await {
        let error = apply(&db, &[FIRST, BROKEN]).await.unwrap_err();
        assert!(matches!(error, MigrateError::Failed { version: 2, .. }), "{error:?}");
        assert!(has_table(&db, "one").await);
        assert!(!has_table(&db, "two").await);
        assert_eq!(schema_version(&db).await, Ok(1));

        assert_eq!(apply(&db, &[FIRST, SECOND]).await.unwrap().names, ["0002_second"]);
        assert!(has_table(&db, "three").await);
    }
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_alone() {
    for db in empty().await {
        apply(&db, &[FIRST, SECOND]).await.unwrap();
        let error = apply(&db, &[FIRST]).await.unwrap_err();
        assert_eq!(error, MigrateError::Newer { found: 2, known: 1 });
        assert!(error.to_string().contains("start the newer program"), "{error}");
        assert_eq!(schema_version(&db).await, Ok(2));
    }
}

#[tokio::test]
async fn a_version_with_another_text_or_name_is_refused() {
    for db in empty().await {
        apply(&db, &[FIRST]).await.unwrap();
        for changed in [
            Migration { sql: "CREATE TABLE one (data {{BYTES}} )", ..FIRST },
            Migration { name: "0001_another", ..FIRST },
            Migration { version: 3, ..FIRST },
        ] {
            let error = apply(&db, &[changed, SECOND]).await.unwrap_err();
            assert_eq!(error, MigrateError::Changed { version: changed.version, name: changed.name });
        }
        assert!(!has_table(&db, "two").await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_runners_each_version_is_applied_by_one() {
    for home in empty().await {
        let runners = (0..6).map(|_| {
            let config = home.config().clone();
            tokio::spawn(async move {
                let db = Db::open(&config).await.unwrap();
                apply(&db, &[FIRST, SECOND]).await.unwrap()
            })
        });
        let mut names = Vec::new();
        for applied in join_all(runners).await {
            let applied = applied.unwrap();
            assert_eq!(applied.version, 2);
            names.extend(applied.names);
        }
        names.sort_unstable();
        assert_eq!(names, ["0001_first", "0002_second"]);
    }
}
