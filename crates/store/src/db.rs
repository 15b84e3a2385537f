//! Opening a database, and its readers and writers.

use std::{path::Path, str::FromStr, sync::Arc, time::Duration};

use sqlx::{
    ConnectOptions, Postgres, Sqlite, SqlitePool,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPool, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{
    dialect::{Dialect, Executor, Link},
    error::StoreError,
    tx::{Side, Tx},
    writer::Writer,
};

/// More than there are statements, so that each is prepared once per connection.
const PREPARED_STATEMENTS: usize = 512;

/// A connection that was used a moment ago is taken to live still.
const TRUSTED_FOR: Duration = Duration::from_secs(1);

const ADDRESS: &str = "the database URL must name a SQLite file, such as sqlite:///var/lib/vestibule/vestibule.db, \
                       or a PostgreSQL database, such as postgres://vestibule@localhost/vestibule";

/// Which database, and how much of it to use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DbConfig {
    /// `sqlite://path/to/file` or `postgres://user:password@host/database`.
    pub url: String,
    /// Connections of this process at most: to PostgreSQL all of them, to SQLite the readers. 1 to 1000.
    pub max_connections: u32,
    /// How long a caller waits for a free connection, or for another process that writes to the same SQLite file.
    pub patience: Duration,
}

impl DbConfig {
    /// The defaults: 16 connections, for more only queue inside a database of common size, and 5 seconds.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), max_connections: 16, patience: Duration::from_secs(5) }
    }
}

/// An open database. Cloning gives another handle to the same pools.
#[derive(Debug, Clone)]
pub enum Db {
    /// One file, one serving process.
    Sqlite(SqliteDb),
    /// A server that several nodes share.
    Postgres(PgPool),
}

/// A SQLite file: many readers, one writer.
#[derive(Debug, Clone)]
pub struct SqliteDb {
    readers: SqlitePool,
    writer: Arc<Writer>,
}

impl Db {
    /// Opens the database; a missing SQLite file is made, readable by its owner only. No schema is made or checked:
    /// see [`migrate`](crate::migrate) and [`check`](crate::check).
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when nothing answers; [`StoreError::Other`] for a URL that names no database, or a
    /// number of connections out of range.
    pub async fn open(config: &DbConfig) -> Result<Self, StoreError> {
        if !(1..=1000).contains(&config.max_connections) {
            let count = config.max_connections;
            return Err(StoreError::Other(format!("a database takes 1 to 1000 connections, not {count}")));
        }
        match config.url.split_once("://") {
            Some(("sqlite", path)) if names_file(path) => open_sqlite(config).await.map(Self::Sqlite),
            Some(("postgres" | "postgresql", _)) => open_postgres(config).await.map(Self::Postgres),
            _ => Err(StoreError::Other(ADDRESS.to_owned())),
        }
    }

    /// Begins a write transaction. On SQLite it has the only writer until it ends, so nothing slow belongs inside.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when no connection is free in time.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(Tx::new(match self {
            Self::Sqlite(db) => Side::Sqlite(db.writer.begin().await?),
            Self::Postgres(pool) => Side::Postgres(pool.begin().await?),
        }))
    }

    /// A reader. Each of its statements sees what is committed when it starts.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when no connection is free in time.
    pub async fn read(&self) -> Result<Conn, StoreError> {
        Ok(Conn(match self {
            Self::Sqlite(db) => Reader::Sqlite(db.readers.acquire().await?),
            Self::Postgres(pool) => Reader::Postgres(pool.acquire().await?),
        }))
    }

    /// Which of the two databases this is.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Closes all connections, after the transactions that have begun.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(db) => {
                db.readers.close().await;
                db.writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// A reader on either database. It goes back to its pool when dropped.
#[derive(Debug)]
pub struct Conn(Reader);

#[derive(Debug)]
enum Reader {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

impl Conn {
    /// Whether the schema has a table of this name. The two databases keep different catalogues.
    pub(crate) async fn has_table(&mut self, name: &'static str) -> Result<bool, StoreError> {
        let count: i64 = match self.link()? {
            Link::Sqlite(link) => {
                let count = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = $1";
                sqlx::query_scalar(count).bind(name).fetch_one(link).await?
            }
            Link::Postgres(link) => {
                let count =
                    "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1";
                sqlx::query_scalar(count).bind(name).fetch_one(link).await?
            }
        };
        Ok(count > 0)
    }
}

impl Executor for Conn {
    fn link(&mut self) -> Result<Link<'_>, StoreError> {
        Ok(match &mut self.0 {
            Reader::Sqlite(connection) => Link::Sqlite(connection),
            Reader::Postgres(connection) => Link::Postgres(connection),
        })
    }

    fn refused(&mut self) {}
}

/// A database in memory would be gone with its last connection, and every reader would have one of its own.
fn names_file(path: &str) -> bool {
    !path.is_empty() && !path.starts_with([':', '?']) && !path.contains("mode=memory")
}

async fn open_sqlite(config: &DbConfig) -> Result<SqliteDb, StoreError> {
    let options = SqliteConnectOptions::from_str(&config.url)?
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(config.patience)
        .statement_cache_capacity(PREPARED_STATEMENTS)
        .disable_statement_logging();
    create_private(options.get_filename())?;
    let writer = Writer::open(options.clone().journal_mode(SqliteJournalMode::Wal)).await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(config.max_connections)
        .acquire_timeout(config.patience)
        .test_before_acquire(false)
        .connect_lazy_with(options.pragma("query_only", "ON"));
    Ok(SqliteDb { readers, writer })
}

/// Makes the file before SQLite does, because its log files take over these permissions.
fn create_private(path: &Path) -> Result<(), StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path);
    file.map(drop).map_err(|error| StoreError::Unavailable(format!("{}: {error}", path.display())))
}

async fn open_postgres(config: &DbConfig) -> Result<PgPool, StoreError> {
    let options = PgConnectOptions::from_str(&config.url)?
        .application_name("vestibule")
        .statement_cache_capacity(PREPARED_STATEMENTS)
        .options([
            ("default_transaction_isolation", "read committed"),
            ("statement_timeout", "10s"),
            ("lock_timeout", "5s"),
            ("idle_in_transaction_session_timeout", "60s"),
            // The hook below rolls back connections that are mostly outside a transaction, which is worth no warning.
            ("client_min_messages", "error"),
        ])
        .disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(config.max_connections)
        .acquire_timeout(config.patience)
        .test_before_acquire(false)
        // A server that was restarted has closed what lay here; asking costs nothing beside what was idle for so long.
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                Ok(meta.idle_for < TRUSTED_FOR || sqlx::Connection::ping(connection).await.is_ok())
            })
        })
        // A begin() whose caller went away can leave its BEGIN behind on the connection (sqlx issue 4385): without
        // this, a later reader would sit inside a transaction that never ends.
        .after_release(|connection, _| {
            Box::pin(async move {
                // One that cannot even do this is closed, without a word: whoever used it has told why.
                Ok(sqlx::Executor::execute(&mut *connection, "ROLLBACK").await.is_ok())
            })
        })
        .connect_with(options)
        .await?;
    Ok(pool)
}
