//! The schema's versions: applied one by one under a lock, each in a transaction of its own.
//!
//! Whoever comes second waits for the lock and finds the work done; whoever is killed leaves a whole number of versions.

use sha2::{Digest, Sha256};

use crate::{
    db::Db,
    dialect::{Dialect, execute, fetch_all, statements},
    error::StoreError,
    query::execute_script,
    tx::Tx,
};

/// One version of the schema; `{{BYTES}}` in its text becomes the database's type for bytes.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// 1, 2, 3 and so on without gaps.
    pub version: i64,
    /// The file's name.
    pub name: &'static str,
    /// The file's text.
    pub sql: &'static str,
}

macro_rules! migrations {
    ($($version:literal $name:literal),+ $(,)?) => {
        &[$(Migration {
            version: $version,
            name: $name,
            sql: include_str!(concat!("../migrations/", $name, ".sql")),
        }),+]
    };
}

/// Every version this program knows, oldest first. A published one is never changed.
pub const MIGRATIONS: &[Migration] =
    migrations![1 "0001_initial", 2 "0002_recovery_and_factors", 3 "0003_take_over"];

statements! {
    /// What was applied to this database.
    APPLIED = "SELECT version, name, checksum FROM migrations ORDER BY version";
    /// Writes down that a version was applied.
    RECORD = "INSERT INTO migrations (version, name, checksum) VALUES ($1, $2, $3)";
}

const LEDGER: &str = "CREATE TABLE IF NOT EXISTS migrations (
    version BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)";
/// SQLite's write transaction is a lock by itself. The number spells "vestibul".
const LOCK_POSTGRES: &str = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0;
    SELECT pg_advisory_xact_lock(8531352012944733548)";
/// How often to wait again for another process that is migrating the same SQLite file, five seconds each.
const WAITS: u32 = 24;

/// Why a schema cannot be used or brought up to date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MigrateError {
    /// The database was migrated by a newer program.
    #[error(
        "the database has schema version {found}, but this program knows only up to {known}: start the newer \
         program, or restore the backup made before its migration"
    )]
    Newer {
        /// The database's version.
        found: i64,
        /// The newest version of this program.
        known: i64,
    },
    /// A version that was applied had another text than this program's.
    #[error(
        "schema version {version} ({name}) of the database was made by a different program: start the program that \
         made it, or restore a backup"
    )]
    Changed {
        /// The version.
        version: i64,
        /// Its name in this program.
        name: &'static str,
    },
    /// Versions are missing.
    #[error(
        "the database has schema version {found}, this program needs {known}: run `vestibule migrate` first"
    )]
    Pending {
        /// The database's version; 0 is an empty database.
        found: i64,
        /// The newest version of this program.
        known: i64,
    },
    /// The database failed; nothing of the version being applied was kept.
    #[error("schema version {version} could not be applied: {source}")]
    Failed {
        /// The version.
        version: i64,
        /// Why.
        source: StoreError,
    },
    /// The database failed before or between versions.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a run of [`migrate`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The schema's version now.
    pub version: i64,
    /// The versions that this run applied, oldest first; empty when there was nothing to do.
    pub names: Vec<&'static str>,
}

/// Brings the schema to the newest version this program knows. Any number of processes may do so at once.
///
/// # Errors
/// See [`MigrateError`]; what was applied before the error stays and is a whole version.
pub async fn migrate(db: &Db) -> Result<Applied, MigrateError> {
    apply(db, MIGRATIONS).await
}

/// The schema's version; 0 for an empty database.
///
/// # Errors
/// When the database cannot be read.
pub async fn schema_version(db: &Db) -> Result<i64, StoreError> {
    Ok(read_ledger(db).await?.last().map_or(0, |row| row.version))
}

/// Refuses a schema that is not exactly the newest one this program knows.
///
/// # Errors
/// [`MigrateError::Pending`], [`MigrateError::Newer`] or [`MigrateError::Changed`], or the database's.
pub async fn check(db: &Db) -> Result<(), MigrateError> {
    match next(&read_ledger(db).await?, MIGRATIONS)? {
        None => Ok(()),
        Some(missing) => Err(MigrateError::Pending { found: missing.version - 1, known: newest(MIGRATIONS) }),
    }
}

/// [`migrate`] with versions of the caller's own, oldest first and without gaps.
///
/// # Errors
/// As [`migrate`].
pub async fn apply(db: &Db, known: &[Migration]) -> Result<Applied, MigrateError> {
    let mut names = Vec::new();
    loop {
        // The lock lives as long as the transaction, so what was applied is read anew for each version.
        let mut tx = begin_locked(db).await?;
        let applied: Vec<Row> = fetch_all!(&mut tx, APPLIED)?;
        let Some(migration) = next(&applied, known)? else {
            tx.commit().await?;
            return Ok(Applied { version: newest(known), names });
        };
        let done = apply_one(tx, db.dialect(), migration).await;
        done.map_err(|source| MigrateError::Failed { version: migration.version, source })?;
        tracing::info!(
            schema.version = migration.version,
            schema.name = migration.name,
            "migrated the database"
        );
        names.push(migration.name);
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    version: i64,
    name: String,
    checksum: String,
}

async fn begin_locked(db: &Db) -> Result<Tx, StoreError> {
    let mut waits = 0;
    let mut tx = loop {
        match db.begin().await {
            Err(StoreError::Unavailable(_)) if db.dialect() == Dialect::Sqlite && waits < WAITS => waits += 1,
            begun => break begun?,
        }
    };
    if db.dialect() == Dialect::Postgres {
        execute_script(&mut tx, LOCK_POSTGRES.to_owned()).await?;
    }
    execute_script(&mut tx, LEDGER.to_owned()).await?;
    Ok(tx)
}

async fn apply_one(mut tx: Tx, dialect: Dialect, migration: &Migration) -> Result<(), StoreError> {
    execute_script(&mut tx, dialect.translate(migration.sql)).await?;
    execute!(&mut tx, RECORD, migration.version, migration.name, checksum(migration))?;
    tx.commit().await
}

async fn read_ledger(db: &Db) -> Result<Vec<Row>, StoreError> {
    let mut conn = db.read().await?;
    if conn.has_table("migrations").await? { fetch_all!(&mut conn, APPLIED) } else { Ok(Vec::new()) }
}

/// The version to apply next, after comparing those that were applied with those that are known.
fn next<'k>(applied: &[Row], known: &'k [Migration]) -> Result<Option<&'k Migration>, MigrateError> {
    if let Some(row) = applied.last()
        && row.version > newest(known)
    {
        return Err(MigrateError::Newer { found: row.version, known: newest(known) });
    }
    for (row, migration) in applied.iter().zip(known) {
        if (row.version, &row.name[..], &row.checksum)
            != (migration.version, migration.name, &checksum(migration))
        {
            return Err(MigrateError::Changed { version: migration.version, name: migration.name });
        }
    }
    Ok(known.get(applied.len()))
}

fn newest(known: &[Migration]) -> i64 {
    known.last().map_or(0, |migration| migration.version)
}

fn checksum(migration: &Migration) -> String {
    Sha256::digest(migration.sql).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_follow_each_other_and_every_file_is_one() {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
        let mut files: Vec<_> = std::fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".sql"))
            .collect();
        files.sort();
        assert_eq!(files, MIGRATIONS.iter().map(|m| format!("{}.sql", m.name)).collect::<Vec<_>>());
        for (migration, version) in MIGRATIONS.iter().zip(1_i64..) {
            assert_eq!(migration.version, version);
            assert!(migration.name.starts_with(&format!("{version:04}_")), "{}", migration.name);
        }
    }
}
