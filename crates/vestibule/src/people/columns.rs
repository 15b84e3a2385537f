//! Which of our columns a file has, and what it calls them.

use std::str::FromStr;

use super::Options;
use crate::document::nearest;

macro_rules! columns {
    ($($column:ident = $name:literal),* $(,)?) => {
        /// A column of ours.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "their meaning is in the table of the module above")]
        pub enum Column { $($column),* }

        impl Column {
            /// All of them, in the order in which they are told.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$column),*];

            /// What it is called.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$column => $name),* }
            }
        }
    };
}

columns! {
    Company = "company", Region = "region", Name = "name", Email = "email", Login = "login", Hash = "hash",
    Salt = "salt", Role = "role", Language = "language",
}

/// The column that our own file of rejected rows has on top.
pub(super) const WHY: &str = "why";

impl FromStr for Column {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wanted = text.trim().to_lowercase();
        Self::ALL
            .into_iter()
            .find(|column| column.name() == wanted)
            .ok_or_else(|| format!("unknown column {text:?}; {}", hint(&wanted)))
    }
}

fn hint(name: &str) -> String {
    let names = Column::ALL.map(Column::name);
    nearest(name, names)
        .map_or_else(|| format!("known are {}", names.join(", ")), |near| format!("did you mean {near:?}?"))
}

/// What a name in a file stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Ours(Column),
    Why,
    Other,
}

impl Options {
    /// What a file means by the name of a column; capitals make no difference.
    pub(super) fn meaning(&self, name: &str) -> Meaning {
        let name = name.trim().to_lowercase();
        let mapped = self.columns.iter().find(|(_, theirs)| theirs.trim().to_lowercase() == name);
        if let Some((column, _)) = mapped {
            return Meaning::Ours(*column);
        }
        // Where the file has a name of its own for a column, ours means nothing in it.
        match Column::ALL.into_iter().find(|column| column.name() == name) {
            Some(column) if !self.columns.contains_key(&column) => Meaning::Ours(column),
            None if name == WHY => Meaning::Why,
            Some(_) | None => Meaning::Other,
        }
    }

    /// What the file calls a column.
    pub(super) fn called(&self, column: Column) -> &str {
        self.columns.get(&column).map_or_else(|| column.name(), String::as_str)
    }
}

/// Where each column stands in a header.
#[derive(Debug, Clone)]
pub(super) struct Header {
    places: [Option<usize>; Column::ALL.len()],
    /// Fields of the header.
    pub(super) width: usize,
    /// Whether the file is one of ours, with rejected rows.
    pub(super) why: Option<usize>,
}

impl Header {
    /// Reads the names of a header.
    pub(super) fn read<'h>(names: impl Iterator<Item = &'h str>, options: &Options) -> Result<Self, String> {
        let mut header = Self { places: [None; Column::ALL.len()], width: 0, why: None };
        for (index, name) in names.enumerate() {
            header.width += 1;
            match options.meaning(name) {
                Meaning::Ours(column) if header.places[column as usize].is_some() => {
                    return Err(format!("line 1: the column {:?} is there twice", options.called(column)));
                }
                Meaning::Ours(column) => header.places[column as usize] = Some(index),
                Meaning::Why => header.why = Some(index),
                Meaning::Other if options.ignores_others => {}
                Meaning::Other => {
                    return Err(format!(
                        "line 1: unknown column {name:?}; {}; --ignore-others passes over such",
                        hint(&name.trim().to_lowercase())
                    ));
                }
            }
        }
        header.complete(options)?;
        Ok(header)
    }

    fn complete(&self, options: &Options) -> Result<(), String> {
        let company = options.company.is_none().then_some(Column::Company);
        let mapped = options.columns.keys().copied();
        for column in [Column::Name, Column::Email].into_iter().chain(company).chain(mapped) {
            if self.places[column as usize].is_none() {
                let remedy = match column {
                    Column::Company => "; add it, or name one company with --company",
                    _ if options.columns.contains_key(&column) => "; see --column",
                    _ => "",
                };
                let called = options.called(column);
                return Err(format!("line 1: the column {called:?} is missing{remedy}"));
            }
        }
        Ok(())
    }

    /// Where a column stands.
    pub(super) const fn place(&self, column: Column) -> Option<usize> {
        self.places[column as usize]
    }
}
