//! What tables there are, with their columns, in an order in which each comes after those that it points at.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::BackupError;
use crate::{
    dialect::{Executor, Link},
    error::StoreError,
};

/// Holds what was applied to a database, which a restored one has by itself.
const LEDGER: &str = "migrations";

/// One table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// The three types that both databases share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Text,
    Integer,
    Bytes,
}

impl Kind {
    fn of(declared: &str) -> Option<Self> {
        match declared.to_ascii_lowercase().as_str() {
            "text" => Some(Self::Text),
            "bigint" => Some(Self::Integer),
            "blob" | "bytea" => Some(Self::Bytes),
            _ => None,
        }
    }
}

impl Table {
    pub(super) fn select(&self) -> String {
        format!("SELECT {} FROM \"{}\"", self.column_list(), self.name)
    }

    pub(super) fn column_list(&self) -> String {
        let quoted: Vec<_> = self.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
        quoted.join(", ")
    }
}

const COLUMNS_SQLITE: &str = "SELECT m.name, c.name, c.type FROM sqlite_master m, pragma_table_info(m.name) c \
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY m.name, c.cid";
const COLUMNS_POSTGRES: &str = "SELECT c.table_name::text, c.column_name::text, c.data_type::text \
    FROM information_schema.columns c JOIN information_schema.tables t \
    ON t.table_schema = c.table_schema AND t.table_name = c.table_name \
    WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' ORDER BY c.table_name, c.ordinal_position";
const REFERENCES_SQLITE: &str = "SELECT m.name, f.\"table\" FROM sqlite_master m, pragma_foreign_key_list(m.name) f \
    WHERE m.type = 'table'";
const REFERENCES_POSTGRES: &str = "SELECT a.relname::text, b.relname::text FROM pg_constraint c \
    JOIN pg_class a ON a.oid = c.conrelid JOIN pg_class b ON b.oid = c.confrelid \
    WHERE c.contype = 'f' AND a.relnamespace = current_schema()::regnamespace";

/// All tables but the ledger of migrations.
pub(super) async fn tables(conn: &mut impl Executor) -> Result<Vec<Table>, BackupError> {
    let (columns, references) = read(conn).await?;
    let mut found: BTreeMap<String, Vec<Column>> = BTreeMap::new();
    for (table, name, declared) in columns {
        if table == LEDGER {
            continue;
        }
        let kind = Kind::of(&declared).ok_or_else(|| {
            let what = format!("{table}.{name} has the type {declared}, which a backup has no form for");
            BackupError::Store(StoreError::Other(what))
        })?;
        found.entry(table).or_default().push(Column { name, kind });
    }
    Ok(in_order(found, &references))
}

async fn read(
    conn: &mut impl Executor,
) -> Result<(Vec<(String, String, String)>, Vec<(String, String)>), StoreError> {
    Ok(match conn.link()? {
        Link::Sqlite(link) => (
            sqlx::query_as(COLUMNS_SQLITE).fetch_all(&mut *link).await?,
            sqlx::query_as(REFERENCES_SQLITE).fetch_all(link).await?,
        ),
        Link::Postgres(link) => (
            sqlx::query_as(COLUMNS_POSTGRES).fetch_all(&mut *link).await?,
            sqlx::query_as(REFERENCES_POSTGRES).fetch_all(link).await?,
        ),
    })
}

fn in_order(mut left: BTreeMap<String, Vec<Column>>, references: &[(String, String)]) -> Vec<Table> {
    let mut done = BTreeSet::new();
    let mut ordered = Vec::new();
    while !left.is_empty() {
        let waits = |table: &String| {
            let targets = references.iter().filter(|(from, to)| from == table && to != table);
            targets.into_iter().any(|(_, to)| !done.contains(to))
        };
        // Of tables in a circle none is free; there are none, and a restore would say so.
        let free = left.keys().find(|table| !waits(table)).or_else(|| left.keys().next()).cloned();
        let Some((name, columns)) = free.and_then(|name| left.remove_entry(&name)) else { break };
        done.insert(name.clone());
        ordered.push(Table { name, columns });
    }
    ordered
}
