//! Reading a backup: first whole, to see that it is; then into an empty database, in one transaction.

use std::{
    collections::BTreeMap,
    io::{BufRead, Read as _},
};

use sha2::{Digest as _, Sha256};

use super::{BackupError, FORMAT, Head, Section, Tail, catalogue, catalogue::Table, row::Cell};
use crate::{
    db::Db,
    dialect::{Executor as _, Link},
    error::StoreError,
    migrate::{self, MIGRATIONS},
    tx::Tx,
    value::Value,
};

/// Values bound to one INSERT; SQLite takes 32,766, PostgreSQL 65,535.
const MOST_VALUES: usize = 4_000;
/// A longer line is no row of ours.
const LONGEST_LINE: u64 = 64 * 1024 * 1024;

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The backup's head.
    pub head: Head,
    /// Its last line.
    pub tail: Tail,
}

/// The head alone.
///
/// # Errors
/// [`BackupError::Damaged`] when there is none, [`BackupError::Refused`] when a newer program made it.
pub fn read_head(input: &mut impl BufRead) -> Result<Head, BackupError> {
    Reader::open(input).map(|(_, head)| head)
}

/// Reads a backup to its end and compares numbers and digest; nothing is written.
///
/// # Errors
/// As [`read_head`]; [`BackupError::Damaged`] for anything that was changed or cut off.
pub fn verify(input: &mut impl BufRead) -> Result<Restored, BackupError> {
    let (mut reader, head) = Reader::open(input)?;
    while let Some(part) = reader.next(&head)? {
        if let Part::End(tail) = part {
            return Ok(Restored { head, tail });
        }
    }
    Err(cut_off())
}

/// Puts a backup into an empty database and brings its schema to this program's version. All of it, or nothing but an empty
/// schema.
///
/// # Errors
/// [`BackupError::Refused`] when the database is not empty or its schema not the backup's; else as [`verify`].
pub async fn load(
    db: &Db,
    input: &mut impl BufRead,
    finish: impl AsyncFnOnce(&mut Tx, &Head) -> Result<(), BackupError>,
) -> Result<Restored, BackupError> {
    let (mut reader, head) = Reader::open(input)?;
    prepare(db, &head).await?;
    let mut tx = db.begin().await?;
    let here = catalogue::tables(&mut tx).await?;
    refuse_unless_fitting(&mut tx, &head, &here).await?;
    let mut batch = Batch::default();
    let tail = loop {
        match reader.next(&head)?.ok_or_else(cut_off)? {
            Part::Table(table) => {
                batch.flush(&mut tx).await?;
                batch.table = Some(head.tables[table].clone());
            }
            Part::Row(cells) => batch.add(&mut tx, cells).await?,
            Part::End(tail) => break tail,
        }
    };
    batch.flush(&mut tx).await?;
    finish(&mut tx, &head).await?;
    tx.commit().await?;
    migrate::migrate(db).await?;
    Ok(Restored { head, tail })
}

/// An empty database gets the schema that the backup was made with; another one must have it.
async fn prepare(db: &Db, head: &Head) -> Result<(), BackupError> {
    let found = migrate::schema_version(db).await?;
    if found == 0 {
        let until: Vec<_> = MIGRATIONS.iter().filter(|known| known.version <= head.schema).copied().collect();
        migrate::apply(db, &until).await?;
    } else if found != head.schema {
        return Err(BackupError::Refused(format!(
            "the database has schema version {found}, the backup {}: name a database without any tables in `database.url`",
            head.schema
        )));
    }
    Ok(())
}

async fn refuse_unless_fitting(tx: &mut Tx, head: &Head, here: &[Table]) -> Result<(), BackupError> {
    let sorted = |tables: &[Table]| {
        let mut tables: Vec<_> = tables
            .iter()
            .map(|table| {
                let mut columns: Vec<_> =
                    table.columns.iter().map(|c| (c.name.clone(), c.kind as u8)).collect();
                columns.sort();
                (table.name.clone(), columns)
            })
            .collect();
        tables.sort();
        tables
    };
    if sorted(here) != sorted(&head.tables) {
        let what =
            "the backup has other tables than its schema version says: it was made by a different program";
        return Err(BackupError::Refused(what.to_owned()));
    }
    for table in here {
        if has_rows(tx, table).await? {
            return Err(BackupError::Refused(format!(
                "the database is not empty (there is something in {}); a backup is restored into a new one",
                table.name
            )));
        }
    }
    Ok(())
}

async fn has_rows(tx: &mut Tx, table: &Table) -> Result<bool, StoreError> {
    let sql = format!("SELECT count(*) FROM (SELECT 1 FROM \"{}\" LIMIT 1) AS found", table.name);
    let query = sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(sql.clone())).persistent(false);
    let count = match tx.link()? {
        Link::Sqlite(link) => query.fetch_one(link).await?,
        Link::Postgres(link) => {
            sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(sql)).persistent(false).fetch_one(link).await?
        }
    };
    Ok(count > 0)
}

/// Rows of one table that wait for their INSERT.
#[derive(Default)]
struct Batch {
    table: Option<Table>,
    values: Vec<Value>,
}

impl Batch {
    async fn add(&mut self, tx: &mut Tx, cells: Vec<Cell>) -> Result<(), BackupError> {
        let Some(table) = &self.table else {
            return Err(BackupError::Damaged("a row before any table".to_owned()));
        };
        for (cell, column) in cells.into_iter().zip(&table.columns) {
            self.values.push(cell.into_value(column.kind)?);
        }
        if self.values.len() + table.columns.len() > MOST_VALUES { self.flush(tx).await } else { Ok(()) }
    }

    async fn flush(&mut self, tx: &mut Tx) -> Result<(), BackupError> {
        let Some(table) = &self.table else { return Ok(()) };
        let width = table.columns.len();
        let values = std::mem::take(&mut self.values);
        if values.is_empty() {
            return Ok(());
        }
        let rows: Vec<_> = (0..values.len() / width)
            .map(|row| {
                let marks: Vec<_> = (1..=width).map(|at| format!("${}", row * width + at)).collect();
                format!("({})", marks.join(","))
            })
            .collect();
        let sql =
            format!("INSERT INTO \"{}\" ({}) VALUES {}", table.name, table.column_list(), rows.join(","));
        Ok(insert(tx, sql, values).await?)
    }
}

async fn insert(tx: &mut Tx, sql: String, values: Vec<Value>) -> Result<(), StoreError> {
    macro_rules! bound {
        () => {
            values.into_iter().fold(
                sqlx::query(sqlx::AssertSqlSafe(sql)).persistent(false),
                |query, value| match value {
                    Value::Text(text) => query.bind(text),
                    Value::Integer(number) => query.bind(number),
                    Value::Bytes(bytes) => query.bind(bytes),
                },
            )
        };
    }
    let done = match tx.link()? {
        Link::Sqlite(link) => bound!().execute(link).await.map(drop),
        Link::Postgres(link) => bound!().execute(link).await.map(drop),
    };
    done.map_err(|error| {
        tx.refused();
        error.into()
    })
}

enum Part {
    /// The place of a table in the head.
    Table(usize),
    Row(Vec<Cell>),
    End(Tail),
}

/// Reads line by line, counting and digesting.
struct Reader<'r, R> {
    input: &'r mut R,
    digest: Sha256,
    counted: BTreeMap<String, u64>,
    table: Option<usize>,
    line: Vec<u8>,
}

impl<'r, R: BufRead> Reader<'r, R> {
    fn open(input: &'r mut R) -> Result<(Self, Head), BackupError> {
        let mut reader =
            Self { input, digest: Sha256::new(), counted: BTreeMap::new(), table: None, line: Vec::new() };
        reader.read_line()?;
        let head: Head = serde_json::from_slice(&reader.line)
            .map_err(|_| BackupError::Damaged("it does not begin like one".to_owned()))?;
        let newest = MIGRATIONS.last().map_or(0, |migration| migration.version);
        if head.vestibule_backup > FORMAT || head.schema > newest {
            let program = &head.program;
            return Err(BackupError::Refused(format!(
                "the backup was made by a newer program ({program}): restore it with that one"
            )));
        }
        reader.digest.update(&reader.line);
        Ok((reader, head))
    }

    fn next(&mut self, head: &Head) -> Result<Option<Part>, BackupError> {
        if !self.read_line()? {
            return Ok(None);
        }
        let odd = |what: &str| BackupError::Damaged(what.to_owned());
        if self.line.first() == Some(&b'[') {
            let cells: Vec<Cell> =
                serde_json::from_slice(&self.line).map_err(|_| odd("a row cannot be read"))?;
            let table = self.table.map(|at| &head.tables[at]).ok_or_else(|| odd("a row before any table"))?;
            if cells.len() != table.columns.len() {
                return Err(odd("a row has too many or too few values"));
            }
            *self.counted.entry(table.name.clone()).or_default() += 1;
            self.digest.update(&self.line);
            return Ok(Some(Part::Row(cells)));
        }
        if let Ok(section) = serde_json::from_slice::<Section>(&self.line) {
            self.digest.update(&self.line);
            let at = head.tables.iter().position(|table| table.name == section.table);
            let at = at.ok_or_else(|| odd("rows of a table that the head does not name"))?;
            self.counted.entry(section.table).or_default();
            self.table = Some(at);
            return Ok(Some(Part::Table(at)));
        }
        let tail: Tail = serde_json::from_slice(&self.line).map_err(|_| odd("a line cannot be read"))?;
        let digest: String =
            self.digest.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        if tail.sha256 != digest {
            return Err(odd("its digest is another: it was changed"));
        }
        if tail.rows != self.counted {
            return Err(odd("rows are missing"));
        }
        Ok(Some(Part::End(tail)))
    }

    /// False at the end of the file.
    fn read_line(&mut self) -> Result<bool, BackupError> {
        self.line.clear();
        let read = self.input.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut self.line);
        let read = read.map_err(|error| match error.kind() {
            std::io::ErrorKind::UnexpectedEof
            | std::io::ErrorKind::InvalidInput
            | std::io::ErrorKind::InvalidData => BackupError::Damaged(error.to_string()),
            _ => BackupError::Io(error),
        })?;
        if read > 0 && self.line.last() != Some(&b'\n') {
            return Err(cut_off());
        }
        Ok(read > 0)
    }
}

fn cut_off() -> BackupError {
    BackupError::Damaged("its end is missing".to_owned())
}
