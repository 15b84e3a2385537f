//! Where commands show their results: tables on a terminal, plain columns elsewhere, JSON when asked for.

use std::io::{self, IsTerminal, Write};

use comfy_table::{Attribute, Cell, ContentArrangement, Table, presets};
use serde::Serialize;

use super::Failure;

/// The two outputs of a command.
pub struct Screen {
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
    is_terminal: bool,
    json: bool,
}

impl Screen {
    /// Standard output and standard error.
    #[must_use]
    pub fn standard() -> Self {
        let is_terminal = io::stdout().is_terminal();
        Self { out: Box::new(io::stdout()), err: Box::new(io::stderr()), is_terminal, json: false }
    }

    /// Two outputs that are no terminal.
    pub fn plain(out: impl Write + Send + 'static, err: impl Write + Send + 'static) -> Self {
        Self { out: Box::new(out), err: Box::new(err), is_terminal: false, json: false }
    }

    /// Whether to print JSON.
    pub(super) const fn use_json(&mut self, json: bool) {
        self.json = json;
    }

    /// Whether JSON was asked for.
    pub(super) const fn is_json(&self) -> bool {
        self.json
    }

    /// Whether a person is looking.
    pub(super) const fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// Shows a result: as JSON when that was asked for, and otherwise as `people` shows it.
    pub(super) fn show<T: Serialize>(
        &mut self,
        value: &T,
        people: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> Result<(), Failure> {
        if !self.json {
            return Ok(people(self)?);
        }
        let text = serde_json::to_string_pretty(value).map_err(|error| Failure::Failed(error.to_string()))?;
        Ok(writeln!(self.out, "{text}")?)
    }

    /// A line for people.
    pub(super) fn line(&mut self, text: impl AsRef<str>) -> io::Result<()> {
        writeln!(self.out, "{}", text.as_ref())
    }

    /// A table for people. Columns that do not fit the terminal are wrapped.
    pub(super) fn table<const N: usize>(
        &mut self,
        head: [&str; N],
        rows: Vec<[String; N]>,
    ) -> io::Result<()> {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        if self.is_terminal {
            table.set_content_arrangement(ContentArrangement::Dynamic);
            table.set_header(head.map(|name| Cell::new(name).add_attribute(Attribute::Bold)));
        } else {
            table.set_content_arrangement(ContentArrangement::Disabled);
            table.set_header(head);
        }
        table.add_rows(rows);
        // Without borders a table has spaces at its ends, which only disturb.
        for line in table.to_string().lines() {
            let line = line.strip_prefix(' ').unwrap_or(line);
            writeln!(self.out, "{}", line.trim_end())?;
        }
        Ok(())
    }

    /// What a program wants to read byte by byte, such as the completions of a shell.
    pub(super) fn raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)
    }

    /// A word about progress, which belongs to no result.
    pub(super) fn note(&mut self, text: impl AsRef<str>) -> io::Result<()> {
        writeln!(self.err, "{}", text.as_ref())
    }

    /// Says why a command was not done. When even that cannot be said, the exit code still tells.
    pub(super) fn complain(&mut self, failure: &Failure) {
        for line in failure.to_string().lines() {
            let _ = writeln!(self.err, "vestibule: {line}");
        }
    }
}
