//! Databases for tests: a fresh, migrated one for each test, on SQLite and on PostgreSQL.
//!
//! ```ignore
//! store::both_databases! {
//!     /// What must hold.
//!     async fn a_company_is_found_by_its_key(db: TestDb) {
//!         let mut tx = db.begin().await.unwrap();
//!         …
//!     }
//! }
//! ```
#![expect(clippy::expect_used, reason = "a test whose database cannot be made fails, and says why")]

use std::{
    ops::Deref,
    sync::atomic::{AtomicU32, Ordering},
};

use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::TempDir;
use testkit::postgres;
use tokio::sync::OnceCell;

use crate::{Db, DbConfig, MIGRATIONS, migrate};

/// Declares tests that run once on SQLite and once on PostgreSQL, each with a migrated database of its own.
///
/// `async fn name(db: TestDb) { … }` becomes the tests `name::sqlite` and `name::postgres`, on two threads each. The
/// calling crate needs tokio with `macros` and `rt-multi-thread`.
#[macro_export]
macro_rules! both_databases {
    ($($(#[$attribute:meta])* async fn $name:ident($db:ident: TestDb) $body:block)+) => {$(
        $(#[$attribute])*
        async fn $name($db: $crate::testing::TestDb) $body

        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$name($crate::testing::TestDb::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                super::$name($crate::testing::TestDb::postgres().await).await;
            }
        }
    )+};
}

/// A database that goes away with this value. Use it as the [`Db`] it holds.
#[derive(Debug)]
pub struct TestDb {
    db: Db,
    config: DbConfig,
    _home: Home,
}

impl TestDb {
    /// A migrated SQLite file in a directory of its own.
    pub async fn sqlite() -> Self {
        static MIGRATED: OnceCell<Vec<u8>> = OnceCell::const_new();
        let template = MIGRATED.get_or_init(migrated_file).await;
        let (directory, config) = new_file();
        std::fs::write(directory.path().join(FILE), template).expect("the temporary directory takes a file");
        Self::open(config, Home::Directory(directory)).await
    }

    /// A migrated PostgreSQL database.
    pub async fn postgres() -> Self {
        static MIGRATED: OnceCell<String> = OnceCell::const_new();
        let template = MIGRATED.get_or_init(migrated_database).await;
        Self::database_from(template).await
    }

    /// A SQLite file without a schema.
    pub async fn empty_sqlite() -> Self {
        let (directory, config) = new_file();
        Self::open(config, Home::Directory(directory)).await
    }

    /// A PostgreSQL database without a schema.
    pub async fn empty_postgres() -> Self {
        Self::database_from("template0").await
    }

    /// What another process, or another node, would open this database with.
    #[must_use]
    pub fn config(&self) -> &DbConfig {
        &self.config
    }

    async fn database_from(template: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("vestibule_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::SeqCst));
        let mut admin = admin().await;
        // A process of the same number may have left one behind.
        run(&mut admin, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        run(&mut admin, format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        drop(admin.close().await);
        Self::open(config_of(&name), Home::Database(name)).await
    }

    async fn open(config: DbConfig, home: Home) -> Self {
        let db = Db::open(&config).await.expect("the new database opens");
        Self { db, config, _home: home }
    }
}

impl Deref for TestDb {
    type Target = Db;
    fn deref(&self) -> &Db {
        &self.db
    }
}

const FILE: &str = "test.db";

#[derive(Debug)]
enum Home {
    Directory(#[expect(dead_code, reason = "held until the test ends")] TempDir),
    Database(String),
}

impl Drop for Home {
    fn drop(&mut self) {
        let Self::Database(name) = self else { return };
        let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        // The test's own runtime cannot be waited for in a drop.
        let dropping = std::thread::spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime starts").block_on(async { run(&mut admin().await, sql).await });
        });
        // One that is left behind only takes space until the cluster is gone.
        drop(dropping.join());
    }
}

fn new_file() -> (TempDir, DbConfig) {
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    let url = format!("sqlite://{}", directory.path().join(FILE).display());
    (directory, DbConfig { max_connections: 4, ..DbConfig::new(url) })
}

fn config_of(database: &str) -> DbConfig {
    let url = postgres::database_url(postgres::url(), database);
    DbConfig { max_connections: 8, ..DbConfig::new(url) }
}

async fn migrated_file() -> Vec<u8> {
    let (directory, config) = new_file();
    let db = Db::open(&config).await.expect("the new file opens");
    migrate(&db).await.expect("the migrations apply to SQLite");
    db.close().await;
    std::fs::read(directory.path().join(FILE)).expect("the migrated file can be read")
}

/// The template that all test processes of one server copy; made once for each text of the migrations.
async fn migrated_database() -> String {
    let mut hash = Sha256::new();
    MIGRATIONS.iter().for_each(|migration| hash.update(migration.sql));
    let digest: String = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let name = format!("vestibule_template_{digest}");
    let mut admin = admin().await;
    run(&mut admin, "SELECT pg_advisory_lock(1)".to_owned()).await;
    // The mark of a template is set last, so one without it was left half made.
    let ready: i64 =
        sqlx::query_scalar("SELECT count(*) FROM pg_database WHERE datname = $1 AND datistemplate")
            .bind(&name)
            .fetch_one(&mut admin)
            .await
            .expect("the catalogue can be read");
    if ready == 0 {
        run(&mut admin, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        run(&mut admin, format!("CREATE DATABASE {name} TEMPLATE template0")).await;
        let db = Db::open(&config_of(&name)).await.expect("the template opens");
        migrate(&db).await.expect("the migrations apply to PostgreSQL");
        db.close().await;
        run(&mut admin, format!("ALTER DATABASE {name} IS_TEMPLATE true")).await;
    }
    drop(admin.close().await);
    name
}

async fn admin() -> PgConnection {
    PgConnection::connect(postgres::url()).await.expect("the PostgreSQL server for the tests answers")
}

async fn run(connection: &mut PgConnection, sql: String) {
    connection.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.expect("the PostgreSQL server does as told");
}
