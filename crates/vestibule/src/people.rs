//! The file of `vestibule import users`: one person a line, as CSV (RFC 4180) with a header.
//!
//! | column | |
//! |---|---|
//! | `company` | the company's short name; left out when `--company` says it for all |
//! | `name`, `email` | as prepopulated for the user to verify |
//! | `login`, `hash` | the old login name and its bcrypt or Argon2 hash; empty for users who get an invitation |
//! | `role` | `end_user` (when empty) or `program_administrator` |
//! | `language` | such as `es`; the company's when empty |
//!
//! A row that is wrong is left out and told by its line; the others are taken. A header that is wrong stops everything,
//! because then every row is.

use std::{collections::HashMap, io::Read};

use app::import_users::Person;
use csv::{ReaderBuilder, StringRecord, Trim};
use domain::{enterprise_user_id::LegacyLogin, role::Role};
use legacy::ImportedHash;

use crate::{apply::rules, document::nearest};

/// The columns, in the order in which they are told.
const COLUMNS: [&str; 7] = ["company", "name", "email", "login", "hash", "role", "language"];

/// What a file holds.
#[derive(Debug, Default)]
pub struct People {
    /// The rows that are right, each with its line.
    pub rows: Vec<(u64, Person)>,
    /// The others, with what is wrong. Never repeats a value.
    pub rejected: Vec<(u64, String)>,
}

/// Reads a file; `company` holds for all rows when it is given.
///
/// # Errors
/// When the header is wrong: a sentence that says how.
pub fn read(input: impl Read, company: Option<&str>) -> Result<People, String> {
    let mut reader = ReaderBuilder::new().trim(Trim::All).flexible(true).from_reader(input);
    let header = reader.headers().map_err(|error| format!("the header cannot be read: {error}"))?.clone();
    let columns = columns(&header, company)?;
    let mut people = People::default();
    let mut logins: HashMap<String, u64> = HashMap::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                let sentence = match error.kind() {
                    csv::ErrorKind::Utf8 { .. } => "is not UTF-8 text".to_owned(),
                    _ => format!("cannot be read: {error}"),
                };
                people.rejected.push((line, sentence));
                if error.is_io_error() {
                    return Err(format!("the file cannot be read any further after line {line}: {error}"));
                }
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        let row = Row { record: &record, columns: &columns, width: header.len() };
        match row.person(company).and_then(|person| once(person, line, &mut logins)) {
            Ok(person) => people.rows.push((line, person)),
            Err(why) => people.rejected.push((line, why)),
        }
    }
    Ok(people)
}

/// Where each column stands.
fn columns(header: &StringRecord, company: Option<&str>) -> Result<HashMap<&'static str, usize>, String> {
    let mut columns = HashMap::new();
    for (index, name) in header.iter().enumerate() {
        let name = name.trim_start_matches('\u{feff}').to_lowercase();
        let Some(column) = COLUMNS.iter().find(|column| **column == name) else {
            let hint = nearest(&name, COLUMNS).map_or_else(
                || format!("known are {}", COLUMNS.join(", ")),
                |near| format!("did you mean {near:?}?"),
            );
            return Err(format!("line 1: unknown column {name:?}; {hint}"));
        };
        if columns.insert(*column, index).is_some() {
            return Err(format!("line 1: the column {column:?} is there twice"));
        }
    }
    let needed = ["name", "email"].into_iter().chain(company.is_none().then_some("company"));
    for column in needed {
        if !columns.contains_key(column) {
            let remedy =
                if column == "company" { "; add it, or name one company with --company" } else { "" };
            return Err(format!("line 1: the column {column:?} is missing{remedy}"));
        }
    }
    Ok(columns)
}

/// A login name stands in a file once, else it would depend on the order who has which password.
fn once(person: Person, line: u64, logins: &mut HashMap<String, u64>) -> Result<Person, String> {
    if let Some(login) = &person.login {
        if let Some(first) = logins.get(&login.canonical()) {
            return Err(format!("the login name stands in line {first} already, capitals ignored"));
        }
        logins.insert(login.canonical(), line);
    }
    Ok(person)
}

struct Row<'r> {
    record: &'r StringRecord,
    columns: &'r HashMap<&'static str, usize>,
    width: usize,
}

impl Row<'_> {
    fn get(&self, column: &str) -> Option<&str> {
        let value = self.record.get(*self.columns.get(column)?)?;
        Some(value).filter(|value| !value.is_empty())
    }

    fn person(&self, company: Option<&str>) -> Result<Person, String> {
        if self.record.len() != self.width {
            return Err(format!("has {} fields; the header has {}", self.record.len(), self.width));
        }
        let checked = |column: &str, rule: &crate::document::Rule<String>| match self.get(column) {
            Some(value) => (rule.read)(value).map_err(|_| format!("`{column}` must be {}", rule.must)),
            None => Err(format!("`{column}` is empty; it must be {}", rule.must)),
        };
        let company = match (self.get("company"), company) {
            (Some(own), Some(all)) if own != all => {
                return Err(format!("`company` is not the one of --company, {all:?}"));
            }
            (_, Some(all)) => all.to_owned(),
            (_, None) => checked("company", &rules::SLUG)?,
        };
        let login =
            self.get("login").map(LegacyLogin::parse).transpose().map_err(|problem| problem.to_string())?;
        let hash =
            self.get("hash").map(ImportedHash::parse).transpose().map_err(|problem| problem.to_string())?;
        if login.is_none() && hash.is_some() {
            return Err("`hash` is given without `login`".to_owned());
        }
        Ok(Person {
            company,
            role: self.get("role").map_or(Ok(Role::EndUser), |role| {
                (rules::ROLE.read)(role).map_err(|_| format!("`role` must be {}", rules::ROLE.must))
            })?,
            name: checked("name", &rules::NAME)?,
            email: checked("email", &rules::EMAIL)?,
            language: self.get("language").map(|_| checked("language", &rules::LANGUAGE)).transpose()?,
            login,
            hash,
        })
    }
}
