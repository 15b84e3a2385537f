//! What became of the rows, by kind: as readable for a million rows as for ten.

use std::{collections::BTreeMap, io, path::Path};

use serde::Serialize;

use crate::{
    cli::Screen,
    people::{Format, Kind, Layout, Problem},
};

/// Rows of a kind that are told by their line.
const EXAMPLES: usize = 5;

/// What became of a row that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    Added,
    Changed,
    Same,
    Case,
}

#[derive(Debug, Serialize)]
pub(super) struct Report {
    for_good: bool,
    format: Format,
    encoding: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    delimiter: Option<char>,
    rows: u64,
    added: u64,
    changed: u64,
    same: u64,
    cases: u64,
    pub(super) rejected: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected_rows_in: Option<String>,
    #[serde(serialize_with = "as_list")]
    findings: BTreeMap<Kind, Finding>,
}

#[derive(Debug, Default)]
struct Finding {
    rows: u64,
    examples: Vec<Example>,
}

#[derive(Debug, Serialize)]
struct Example {
    line: u64,
    #[serde(skip_serializing_if = "String::is_empty")]
    why: String,
}

impl Report {
    pub(super) fn new(for_good: bool, layout: Layout, rejected: Option<&Path>) -> Self {
        Self {
            for_good,
            format: layout.format,
            encoding: layout.encoding.name(),
            delimiter: (layout.format == Format::Csv).then_some(char::from(layout.delimiter)),
            rows: 0,
            added: 0,
            changed: 0,
            same: 0,
            cases: 0,
            rejected: 0,
            rejected_rows_in: rejected.map(|file| file.display().to_string()),
            findings: BTreeMap::new(),
        }
    }

    /// Counts a row that was taken, with what is worth a look.
    pub(super) fn count(&mut self, line: u64, counted: Counted, notes: impl Iterator<Item = Kind>) {
        self.rows += 1;
        *match counted {
            Counted::Added => &mut self.added,
            Counted::Changed => &mut self.changed,
            Counted::Same => &mut self.same,
            Counted::Case => &mut self.cases,
        } += 1;
        for kind in notes {
            self.find(line, kind, String::new());
        }
    }

    /// Counts a row that was not.
    pub(super) fn reject(&mut self, line: u64, problem: Problem) {
        self.rows += 1;
        self.rejected += 1;
        self.find(line, problem.kind, problem.why);
    }

    fn find(&mut self, line: u64, kind: Kind, why: String) {
        let finding = self.findings.entry(kind).or_default();
        finding.rows += 1;
        if finding.examples.len() < EXAMPLES {
            finding.examples.push(Example { line, why });
        }
    }

    /// Whether running it for good would change anything.
    pub(super) const fn changes_anything(&self) -> bool {
        self.added + self.changed + self.cases > 0
    }

    pub(super) fn show(&self, screen: &mut Screen) -> io::Result<()> {
        screen.line(self.how_it_was_read())?;
        let counts = [
            ("added", self.added),
            ("changed", self.changed),
            ("as they were", self.same),
            ("cases for servicing", self.cases),
            ("rejected", self.rejected),
        ];
        let rows = counts.map(|(word, count)| [word.to_owned(), count.to_string()]).to_vec();
        screen.table([if self.for_good { "IMPORTED" } else { "WOULD BE" }, "USERS"], rows)?;
        self.table("REJECTED BECAUSE", |kind| !kind.is_taken(), screen)?;
        self.table("TAKEN, WORTH A LOOK", Kind::is_taken, screen)?;
        match (&self.rejected_rows_in, self.rejected) {
            (_, 0) => Ok(()),
            (Some(file), _) => {
                screen.line(format!("{file} has the rejected rows: mend them and import it again"))
            }
            (None, _) => {
                screen.line("--rejected FILE keeps the rejected rows, for mending and importing again")
            }
        }
    }

    fn how_it_was_read(&self) -> String {
        let Self { encoding, rows, .. } = self;
        match self.delimiter {
            Some('\t') => format!("{rows} rows of CSV, separated by tabs, in {encoding}"),
            Some(sign) => format!("{rows} rows of CSV, separated by \"{sign}\", in {encoding}"),
            None => format!("{rows} rows of JSON Lines, in {encoding}"),
        }
    }

    fn table(&self, head: &'static str, is_shown: fn(Kind) -> bool, screen: &mut Screen) -> io::Result<()> {
        let shown = self.findings.iter().filter(|(kind, _)| is_shown(**kind));
        let rows: Vec<_> = shown.map(|(kind, finding)| finding.row(*kind)).collect();
        if rows.is_empty() { Ok(()) } else { screen.table([head, "ROWS", "LINES", "FOR EXAMPLE"], rows) }
    }
}

impl Finding {
    fn row(&self, kind: Kind) -> [String; 4] {
        let lines: Vec<_> = self.examples.iter().map(|example| example.line.to_string()).collect();
        let told = u64::try_from(lines.len()).unwrap_or(u64::MAX);
        let more = if self.rows > told { " …" } else { "" };
        let why = self.examples.first().map(|example| example.why.clone()).unwrap_or_default();
        [kind.words().to_owned(), self.rows.to_string(), format!("{}{more}", lines.join(", ")), why]
    }
}

fn as_list<S: serde::Serializer>(
    findings: &BTreeMap<Kind, Finding>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Entry<'f> {
        kind: Kind,
        taken: bool,
        rows: u64,
        examples: &'f [Example],
    }
    serializer.collect_seq(findings.iter().map(|(kind, finding)| Entry {
        kind: *kind,
        taken: kind.is_taken(),
        rows: finding.rows,
        examples: &finding.examples,
    }))
}
