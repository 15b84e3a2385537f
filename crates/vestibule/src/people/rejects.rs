//! Rejected rows in a file that can be mended and imported again.
//!
//! The first column, `why`, says what is wrong; the others are as they were. The file holds hashes, so only its owner reads
//! it. A spreadsheet must not run what stands in it: a value that begins like a formula gets an apostrophe in front, and
//! loses it again when the file is imported.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde_json::{Map, Value};
use tempfile::NamedTempFile;

use super::{Format, Layout, Original, columns::WHY};

/// Marks UTF-8, whatever encoding the operator states for the file from which the rows came.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The file of rejected rows. It appears under its name when it is complete.
pub struct Rejects {
    output: Output,
    to: PathBuf,
}

enum Output {
    Csv(Box<csv::Writer<NamedTempFile>>),
    JsonLines(io::BufWriter<NamedTempFile>),
}

impl Rejects {
    /// Begins the file; `names` are the columns of the file from which rows come.
    ///
    /// # Errors
    /// When nothing can be written beside `to`.
    pub fn create(to: &Path, layout: Layout, names: &[String]) -> io::Result<Self> {
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
        // Readable by its owner only, from the first byte.
        let mut file = NamedTempFile::new_in(folder.unwrap_or_else(|| Path::new(".")))?;
        let output = match layout.format {
            Format::Csv => {
                file.write_all(BYTE_ORDER_MARK)?;
                let mut builder = csv::WriterBuilder::new();
                let mut writer = builder.flexible(true).delimiter(layout.delimiter).from_writer(file);
                writer.write_record(
                    std::iter::once(WHY).chain(names.iter().map(String::as_str).filter(|name| !is_why(name))),
                )?;
                Output::Csv(Box::new(writer))
            }
            Format::JsonLines => Output::JsonLines(io::BufWriter::new(file)),
        };
        Ok(Self { output, to: to.to_owned() })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When the disk is full, for one.
    pub fn add(&mut self, original: &Original, why: &str) -> io::Result<()> {
        match (&mut self.output, original) {
            (Output::Csv(writer), Original::Fields(fields)) => {
                let fields = fields.iter().map(|field| escaped(field));
                writer.write_record(std::iter::once(why.to_owned()).chain(fields))?;
            }
            (Output::JsonLines(writer), Original::Object(object)) => write_line(writer, object, why)?,
            (Output::JsonLines(writer), Original::Text(text)) => {
                // A line that is no JSON cannot carry a reason; it goes back as it was, to be mended.
                writeln!(writer, "{text}")?;
            }
            (Output::Csv(_), _) | (Output::JsonLines(_), Original::Fields(_)) => {
                return Err(io::Error::other("a row of another kind of file"));
            }
        }
        Ok(())
    }

    /// Completes the file under its name, in place of an earlier one.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self) -> io::Result<()> {
        let file = match self.output {
            Output::Csv(writer) => {
                writer.into_inner().map_err(|error| io::Error::other(error.to_string()))?
            }
            Output::JsonLines(writer) => writer.into_inner().map_err(io::IntoInnerError::into_error)?,
        };
        file.as_file().sync_all()?;
        file.persist(&self.to).map(drop).map_err(|error| error.error)
    }
}

fn is_why(name: &str) -> bool {
    name.trim().eq_ignore_ascii_case(WHY)
}

fn write_line(writer: &mut impl Write, object: &Map<String, Value>, why: &str) -> io::Result<()> {
    let mut line = Map::new();
    line.insert(WHY.to_owned(), Value::String(why.to_owned()));
    line.extend(object.clone());
    serde_json::to_writer(&mut *writer, &line)?;
    writeln!(writer)
}

fn is_formula(value: &str) -> bool {
    value.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// A value that no spreadsheet runs.
fn escaped(value: &str) -> String {
    if is_formula(value) { format!("'{value}") } else { value.to_owned() }
}

/// The value as it was before [`escaped`]; none where it was not escaped.
pub(super) fn unescaped(value: &str) -> Option<&str> {
    value.strip_prefix('\'').filter(|rest| is_formula(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_escaped_comes_back() {
        for value in ["", "Marta", "=1+1", "'=1+1", "''@x", "'quoted'", "-", "+34 900", "O'Neill", "'"] {
            let written = escaped(value);
            assert!(!written.starts_with(['=', '+', '-', '@']), "{value}");
            assert_eq!(unescaped(&written).unwrap_or(&written), value);
        }
    }
}
