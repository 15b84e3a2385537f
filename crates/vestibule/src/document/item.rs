//! The parsed document: values with the place they came from.

use std::{collections::BTreeMap, fmt, sync::Arc};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
    value::Datetime,
};

use super::{Problem, Problems};

/// Where a value was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A line of a file, counted from 1.
    Line {
        /// The file as it was named by whoever started the program.
        file: Arc<str>,
        /// Its line.
        line: usize,
    },
    /// A file as a whole.
    File(Arc<str>),
    /// An environment variable.
    Variable(String),
    /// Nowhere: no file was found.
    Nowhere,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { file, line } => write!(f, "{file}:{line}"),
            Self::File(file) => f.write_str(file),
            Self::Variable(name) => write!(f, "environment variable {name}"),
            Self::Nowhere => f.write_str("configuration"),
        }
    }
}

/// A value as TOML or an environment variable gives it.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// Text. From an environment variable it may stand for any other kind.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// A number with a fraction; no key takes one.
    Real(String),
    /// True or false.
    Flag(bool),
    /// A date, with or without a time and an offset.
    Moment(Datetime),
    /// A list.
    List(Vec<Entry>),
    /// A table.
    Table(Entries),
}

/// A value and where it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The value.
    pub item: Item,
    /// Where.
    pub place: Place,
}

/// The entries of a table by key.
pub type Entries = BTreeMap<String, Entry>;

impl Item {
    /// The value as an error message shows it, shortened to be readable.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) => {
                let short: String = text.chars().take(60).collect();
                let dots = if short.len() < text.len() { "…" } else { "" };
                format!("{:?}", format!("{short}{dots}"))
            }
            Self::Whole(number) => number.to_string(),
            Self::Real(number) => number.clone(),
            Self::Flag(flag) => flag.to_string(),
            Self::Moment(moment) => moment.to_string(),
            Self::List(_) => "a list".to_owned(),
            Self::Table(_) => "a table".to_owned(),
        }
    }
}

/// Parses a TOML document.
///
/// # Errors
/// Every place at which it is no TOML.
pub fn parse(file: &str, text: &str) -> Result<Entries, Problems> {
    let lines = Lines { file: file.into(), text };
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return Ok(lines.entries(table.get_ref()));
    }
    let mut problems = Problems::default();
    for error in errors {
        let place =
            error.span().map_or_else(|| Place::File(lines.file.clone()), |span| lines.place(span.start));
        problems.add(Problem::new(place, format!("this is not valid TOML: {}", error.message().trim())));
    }
    Err(problems)
}

struct Lines<'t> {
    file: Arc<str>,
    text: &'t str,
}

impl Lines<'_> {
    fn place(&self, offset: usize) -> Place {
        let before = self.text.as_bytes().get(..offset).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        Place::Line { file: self.file.clone(), line }
    }

    fn entries(&self, table: &DeTable<'_>) -> Entries {
        table
            .iter()
            .map(|(key, value)| {
                let place = self.place(key.span().start);
                (key.get_ref().to_string(), Entry { item: self.item(value), place })
            })
            .collect()
    }

    fn item(&self, value: &Spanned<DeValue<'_>>) -> Item {
        match value.get_ref() {
            DeValue::String(text) => Item::Text(text.to_string()),
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .map_or_else(|_| Item::Real(number.to_string()), Item::Whole),
            DeValue::Float(number) => Item::Real(number.to_string()),
            DeValue::Boolean(flag) => Item::Flag(*flag),
            DeValue::Datetime(moment) => Item::Moment(*moment),
            DeValue::Array(items) => Item::List(
                items
                    .iter()
                    .map(|value| Entry { item: self.item(value), place: self.place(value.span().start) })
                    .collect(),
            ),
            DeValue::Table(table) => Item::Table(self.entries(table)),
        }
    }
}
