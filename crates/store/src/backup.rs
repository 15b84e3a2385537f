//! A backup of everything in one portable text: the same for SQLite and PostgreSQL, so that it also moves an installation.
//!
//! JSON Lines: a head (schema version, tables, columns and their types), then for each table its name and its rows as
//! arrays, and a last line with the number of rows of each table and the SHA-256 of every byte before it. Tables come in the
//! order of their foreign keys. Columns are read from the database's own catalogue, so none is forgotten. Memory holds one
//! row at a time.

mod catalogue;
mod load;
mod row;

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use domain::time::Timestamp;
use futures_util::TryStreamExt as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use self::load::{Restored, load, read_head, verify};
use self::{catalogue::Table, row::CellRow};
use crate::{
    db::{Conn, Db},
    dialect::{Executor as _, Link, execute, statements},
    error::StoreError,
    migrate,
    tx::Tx,
};

statements! {
    /// What must not come back to life after a loss: it may have ended since the backup was made.
    END_SESSIONS = "UPDATE sessions SET ended_at = $1, end_reason = 'restored' WHERE ended_at IS NULL";
    END_DEVICES = "UPDATE devices SET revoked_at = $1, revoked_reason = 'restored', version = version + 1 \
                   WHERE revoked_at IS NULL";
    END_RECOVERIES = "UPDATE recoveries SET expires_at = $1, version = version + 1 WHERE expires_at > $1";
    END_ATTEMPTS = "UPDATE attempts SET expires_at = $1, version = version + 1 WHERE expires_at > $1";
    END_INVITATIONS = "UPDATE invitations SET revoked_at = $1 WHERE accepted_at IS NULL AND revoked_at IS NULL \
                       AND user_id IN (SELECT user_id FROM enterprise_user_ids)";
    /// Its owner may have objected since.
    END_FACTOR_REMOVALS = "UPDATE factor_removals SET cancelled_at = $1 WHERE cancelled_at IS NULL AND done_at IS NULL";
    /// The mail may have been answered, and the link in it used.
    END_RESOLVING = "UPDATE recoveries SET resolve_at = NULL WHERE resolve_at IS NOT NULL";
    END_USER_ID_REQUESTS = "UPDATE user_id_requests SET resolve_at = NULL, link_ends_at = $1, used_at = $1 \
                            WHERE used_at IS NULL";
    END_TICKETS = "UPDATE tickets SET expires_at = $1 WHERE expires_at > $1";
    END_CEREMONIES = "UPDATE passkey_ceremonies SET expires_at = $1 WHERE expires_at > $1";
    /// The case may have been refused since: staff decide again.
    END_APPROVALS = "DELETE FROM case_approvals WHERE case_id IN (SELECT id FROM cases WHERE state = 'open')";
    END_COMMANDS = "UPDATE cases SET commanded_at = NULL, version = version + 1 \
                    WHERE state = 'open' AND commanded_at IS NOT NULL";
    /// Who stopped reminders since, and who got them, is not known: an operator lets the mails out again.
    HOLD_ROLLOUTS = "INSERT INTO rollout_holds (company_id, held_at) SELECT id, $1 FROM companies \
                     WHERE phase1_at IS NOT NULL AND id NOT IN (SELECT company_id FROM rollout_holds)";
}

/// The version of the text's own form.
const FORMAT: u32 = 1;

/// Why a backup cannot be made or taken.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The schema cannot be brought to the backup's version.
    #[error(transparent)]
    Migrate(#[from] migrate::MigrateError),
    /// The file.
    #[error("the backup cannot be read or written: {0}")]
    Io(#[from] io::Error),
    /// The file ends too early, was changed, or is none.
    #[error("this is no whole backup: {0}; take another copy of it")]
    Damaged(String),
    /// It cannot be put here.
    #[error("{0}")]
    Refused(String),
}

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The form of the text.
    vestibule_backup: u32,
    /// The schema's version.
    pub schema: i64,
    /// The program that made it.
    pub program: String,
    /// The moment of the snapshot, in milliseconds since 1970.
    pub made_at: Timestamp,
    tables: Vec<Table>,
}

/// The line before a table's rows.
#[derive(Debug, Serialize, Deserialize)]
struct Section {
    table: String,
}

/// The last line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tail {
    /// Rows of each table.
    pub rows: BTreeMap<String, u64>,
    /// SHA-256 of every byte before this line, in hexadecimal.
    pub sha256: String,
}

/// Writes everything as of one moment. Whoever logs in or onboards meanwhile is not disturbed.
///
/// # Errors
/// [`BackupError::Store`] and [`BackupError::Io`]; a schema that is not this program's is refused.
pub async fn dump(db: &Db, program: &str, now: Timestamp, out: &mut impl Write) -> Result<Tail, BackupError> {
    migrate::check(db).await?;
    let mut conn = db.read().await?;
    begin_snapshot(&mut conn).await?;
    let written = write_all(&mut conn, program, now, out).await;
    let ended = run(&mut conn, "ROLLBACK").await;
    let tail = written?;
    ended?;
    Ok(tail)
}

/// Ends what may have ended since the backup was made: sessions, pending logins and recoveries, Trusted Devices, invitations
/// of those who have an ID, removals of factors, links to Enterprise User IDs, approvals of open cases. Mails of rollouts are
/// held back. Gives the number of companies whose mails are.
///
/// # Errors
/// The database's.
pub async fn after_loss(tx: &mut Tx, now: Timestamp) -> Result<u64, BackupError> {
    execute!(tx, END_SESSIONS, now)?;
    execute!(tx, END_DEVICES, now)?;
    execute!(tx, END_RECOVERIES, now)?;
    execute!(tx, END_ATTEMPTS, now)?;
    execute!(tx, END_INVITATIONS, now)?;
    execute!(tx, END_FACTOR_REMOVALS, now)?;
    execute!(tx, END_RESOLVING)?;
    execute!(tx, END_USER_ID_REQUESTS, now)?;
    execute!(tx, END_TICKETS, now)?;
    execute!(tx, END_CEREMONIES, now)?;
    execute!(tx, END_APPROVALS)?;
    execute!(tx, END_COMMANDS)?;
    Ok(execute!(tx, HOLD_ROLLOUTS, now)?)
}

async fn write_all(
    conn: &mut Conn,
    program: &str,
    now: Timestamp,
    out: &mut impl Write,
) -> Result<Tail, BackupError> {
    let tables = catalogue::tables(conn).await?;
    let newest = migrate::MIGRATIONS.last().map_or(0, |migration| migration.version);
    let mut out = Digesting { out, digest: Sha256::new() };
    let head = Head {
        vestibule_backup: FORMAT,
        schema: newest,
        program: program.to_owned(),
        made_at: now,
        tables: tables.clone(),
    };
    out.line(&head)?;
    let mut rows = BTreeMap::new();
    for table in &tables {
        out.line(&Section { table: table.name.clone() })?;
        rows.insert(table.name.clone(), write_rows(conn, table, &mut out).await?);
    }
    let sha256 = out.digest.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let tail = Tail { rows, sha256 };
    out.line(&tail)?;
    out.out.flush()?;
    Ok(tail)
}

async fn write_rows<W: Write>(
    conn: &mut Conn,
    table: &Table,
    out: &mut Digesting<'_, W>,
) -> Result<u64, BackupError> {
    let mut count = 0;
    let query = sqlx::query(sqlx::AssertSqlSafe(table.select())).persistent(false);
    match conn.link()? {
        Link::Sqlite(link) => {
            let mut rows = query.fetch(link);
            while let Some(row) = rows.try_next().await.map_err(StoreError::from)? {
                out.line(&row.cells(&table.columns)?)?;
                count += 1;
            }
        }
        Link::Postgres(link) => {
            let query = sqlx::query(sqlx::AssertSqlSafe(table.select())).persistent(false);
            let mut rows = query.fetch(link);
            while let Some(row) = rows.try_next().await.map_err(StoreError::from)? {
                out.line(&row.cells(&table.columns)?)?;
                count += 1;
            }
        }
    }
    Ok(count)
}

/// SQLite's snapshot begins with the first read, which follows at once.
async fn begin_snapshot(conn: &mut Conn) -> Result<(), StoreError> {
    match conn.link()? {
        Link::Sqlite(_) => run(conn, "BEGIN").await,
        Link::Postgres(_) => {
            run(conn, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
            run(conn, "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")
                .await
        }
    }
}

async fn run(conn: &mut Conn, sql: &'static str) -> Result<(), StoreError> {
    match conn.link()? {
        Link::Sqlite(link) => sqlx::raw_sql(sql).execute(link).await.map(|_| ())?,
        Link::Postgres(link) => sqlx::raw_sql(sql).execute(link).await.map(|_| ())?,
    }
    Ok(())
}

struct Digesting<'w, W> {
    out: &'w mut W,
    digest: Sha256,
}

impl<W: Write> Digesting<'_, W> {
    fn line(&mut self, value: &impl Serialize) -> Result<(), BackupError> {
        let mut line = serde_json::to_vec(value).map_err(io::Error::from)?;
        line.push(b'\n');
        self.digest.update(&line);
        Ok(self.out.write_all(&line)?)
    }
}
