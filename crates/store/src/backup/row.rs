//! One row between a database and the text of a backup: text as a string, a number as one, bytes as `{"b": base64}`.

use serde::{Deserialize, Serialize};
use sqlx::{Row as _, postgres::PgRow, sqlite::SqliteRow};

use super::{
    BackupError,
    catalogue::{Column, Kind},
};
use crate::{error::StoreError, value::Value};

/// One value.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Cell {
    Null,
    Integer(i64),
    Text(String),
    Bytes { b: String },
}

/// A row of either database.
pub(super) trait CellRow {
    fn cells(&self, columns: &[Column]) -> Result<Vec<Cell>, StoreError>;
}

macro_rules! cell_row {
    ($row:ty) => {
        impl CellRow for $row {
            fn cells(&self, columns: &[Column]) -> Result<Vec<Cell>, StoreError> {
                let cell = |(at, column): (usize, &Column)| {
                    Ok(match column.kind {
                        Kind::Text => self.try_get::<Option<String>, _>(at)?.map(Cell::Text),
                        Kind::Integer => self.try_get::<Option<i64>, _>(at)?.map(Cell::Integer),
                        Kind::Bytes => self
                            .try_get::<Option<Vec<u8>>, _>(at)?
                            .map(|bytes| Cell::Bytes { b: to_base64(&bytes) }),
                    }
                    .unwrap_or(Cell::Null))
                };
                columns.iter().enumerate().map(cell).collect()
            }
        }
    };
}

cell_row!(SqliteRow);
cell_row!(PgRow);

impl Cell {
    /// As it is bound to a column of this kind.
    pub(super) fn into_value(self, kind: Kind) -> Result<Value, BackupError> {
        let odd = || BackupError::Damaged("a value is not of its column's type".to_owned());
        Ok(match (self, kind) {
            (Self::Null, Kind::Text) => Value::Text(None),
            (Self::Null, Kind::Integer) => Value::Integer(None),
            (Self::Null, Kind::Bytes) => Value::Bytes(None),
            (Self::Text(text), Kind::Text) => Value::Text(Some(text)),
            (Self::Integer(number), Kind::Integer) => Value::Integer(Some(number)),
            (Self::Bytes { b }, Kind::Bytes) => Value::Bytes(Some(from_base64(&b).ok_or_else(odd)?)),
            _ => return Err(odd()),
        })
    }
}

fn to_base64(bytes: &[u8]) -> String {
    base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes)
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text).ok()
}
