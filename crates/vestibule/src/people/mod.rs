//! The file of `vestibule import users`: one person a row, as CSV (RFC 4180) with a header, or as JSON Lines.
//!
//! | column | |
//! |---|---|
//! | `company` | the company's short name; left out when `--company` says it for all |
//! | `region` | where it differs from the company's |
//! | `name`, `email` | as prepopulated for the user to verify |
//! | `login`, `hash` | the old login name and the hash of its password; empty for users who get an invitation |
//! | `salt` | where the hash is a bare digest, told by a template |
//! | `role` | `end_user` (when empty) or `program_administrator` |
//! | `language` | such as `es`; the company's when empty |
//!
//! A file may have a million rows, so it is never held: [`survey`] reads it once to find out how it is written, and [`Rows`]
//! gives one row after the other, as often as it is asked. A row that is wrong is left out and told by its line, the others
//! are taken. A header that is wrong stops everything, because then every row is.

mod columns;
mod decode;
mod names;
mod problem;
mod rejects;
mod row;
mod rows;
mod survey;

use std::collections::BTreeMap;

use encoding_rs::Encoding;
use legacy::DigestTemplate;

pub use self::{
    columns::Column,
    decode::BytesRead,
    names::{Clash, FileNames},
    problem::{Kind, Problem},
    rejects::Rejects,
    rows::{Original, Row, Rows},
    survey::survey,
};

/// The longest row that is read, in bytes of UTF-8. Longer ones mean a quote that is never closed, or another kind of file.
pub const LONGEST_ROW: usize = 1024 * 1024;

/// The rule that `region` shares with the short names of companies.
pub(crate) use crate::apply::rules;

/// How a file is written, as far as the operator said so.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The company of all rows.
    pub company: Option<String>,
    /// CSV or JSON Lines; told from the file where absent.
    pub format: Option<Format>,
    /// What stands between the fields of CSV; told from the header where absent.
    pub delimiter: Option<u8>,
    /// The encoding; told from the file where absent. A byte order mark is always believed first.
    pub encoding: Option<&'static Encoding>,
    /// What the file calls our columns, where it has names of its own.
    pub columns: BTreeMap<Column, String>,
    /// Whether columns that nobody asked for are passed over.
    pub ignores_others: bool,
    /// How bare digests were made.
    pub digest: Option<DigestTemplate>,
}

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Comma-separated values, whatever the separator.
    Csv,
    /// One JSON object a line.
    JsonLines,
}

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// CSV or JSON Lines.
    pub format: Format,
    /// What stands between the fields of CSV.
    pub delimiter: u8,
    /// The encoding.
    pub encoding: &'static Encoding,
}
