//! From the values of one row to a person.

use app::import_users::Person;
use domain::{
    enterprise_user_id::{LegacyLogin, LegacyLoginProblem},
    role::{Region, Role},
};
use legacy::ImportedHash;

use super::{Column, Kind, Options, Problem, rules};
use crate::document::Rule;

/// Most characters of a name.
const LONGEST_NAME: usize = 120;
/// Most bytes of an address. (RFC 5321, 4.5.3.1.3, without the angle brackets)
const LONGEST_ADDRESS: usize = 254;

/// The values of a row that are not empty.
pub(super) struct Values<'v>([Option<&'v str>; Column::ALL.len()]);

impl<'v> Values<'v> {
    pub(super) fn new(get: impl Fn(Column) -> Option<&'v str>) -> Self {
        Self(Column::ALL.map(|column| get(column).filter(|value| !value.is_empty())))
    }

    const fn get(&self, column: Column) -> Option<&'v str> {
        self.0[column as usize]
    }

    fn read<T>(&self, column: Column, rule: &Rule<T>, kind: Kind) -> Result<Option<T>, Problem> {
        let Some(value) = self.get(column) else { return Ok(None) };
        let wrong = |_| Problem::new(kind, format!("`{}` must be {}", column.name(), rule.must));
        (rule.read)(value).map(Some).map_err(wrong)
    }

    fn need<T>(&self, column: Column, rule: &Rule<T>, kind: Kind) -> Result<T, Problem> {
        let missing =
            || Problem::new(Kind::Missing, format!("`{}` is empty; it must be {}", column.name(), rule.must));
        self.read(column, rule, kind)?.ok_or_else(missing)
    }

    /// What would be dangerous, or not text at all, in any column.
    fn inert(&self) -> Result<(), Problem> {
        for (column, value) in Column::ALL.into_iter().zip(self.0) {
            let (name, value) = (column.name(), value.unwrap_or_default());
            if value.contains('\u{fffd}') {
                let why = format!("`{name}` holds bytes of another encoding; state it with --encoding");
                return Err(Problem::new(Kind::Encoding, why));
            }
            if value.contains(char::is_control) {
                let why = format!("`{name}` holds a line break or another control character; remove it");
                return Err(Problem::new(Kind::ControlCharacter, why));
            }
        }
        Ok(())
    }

    fn short(&self) -> Result<(), Problem> {
        let name = self.get(Column::Name).unwrap_or_default();
        if name.chars().nth(LONGEST_NAME).is_some() {
            let why = format!("`name` has more than {LONGEST_NAME} characters");
            return Err(Problem::new(Kind::TooLong, why));
        }
        if self.get(Column::Email).is_some_and(|email| email.len() > LONGEST_ADDRESS) {
            let why = format!("`email` has more than {LONGEST_ADDRESS} bytes");
            return Err(Problem::new(Kind::TooLong, why));
        }
        Ok(())
    }
}

/// Reads a person, and says what is worth a look.
pub(super) fn person(values: &Values<'_>, options: &Options) -> (Result<Person, Problem>, Option<Kind>) {
    let person = read(values, options);
    // Spreadsheets take such a name for a formula, and no name that people have begins so.
    let note = person.as_ref().is_ok_and(|person| person.name.starts_with(['=', '+', '-', '@']));
    (person, note.then_some(Kind::FormulaLike))
}

fn read(values: &Values<'_>, options: &Options) -> Result<Person, Problem> {
    values.inert()?;
    values.short()?;
    let login = values.get(Column::Login).map(LegacyLogin::parse).transpose().map_err(login_problem)?;
    let hash = hash(values, options)?;
    if login.is_none() && hash.is_some() {
        return Err(Problem::new(Kind::Missing, "`hash` is given without `login`"));
    }
    Ok(Person {
        company: company(values, options)?,
        region: values.read(Column::Region, &rules::SLUG, Kind::UnknownRegion)?.map(Region),
        role: values.read(Column::Role, &rules::ROLE, Kind::BadValue)?.unwrap_or(Role::EndUser),
        name: values.need(Column::Name, &rules::NAME, Kind::BadValue)?,
        email: values.need(Column::Email, &rules::EMAIL, Kind::BadAddress)?,
        language: values.read(Column::Language, &rules::LANGUAGE, Kind::BadValue)?,
        login,
        hash,
    })
}

fn company(values: &Values<'_>, options: &Options) -> Result<String, Problem> {
    match (values.get(Column::Company), &options.company) {
        (Some(own), Some(all)) if own != all => {
            let why = format!("`company` is not the one of --company, {all:?}");
            Err(Problem::new(Kind::UnknownCompany, why))
        }
        (_, Some(all)) => Ok(all.clone()),
        (_, None) => values.need(Column::Company, &rules::SLUG, Kind::UnknownCompany),
    }
}

/// With a template for bare digests, formats that say what they are keep saying it.
fn hash(values: &Values<'_>, options: &Options) -> Result<Option<ImportedHash>, Problem> {
    let Some(text) = values.get(Column::Hash) else { return Ok(None) };
    let read = match &options.digest {
        Some(template) if !text.contains(['$', '{']) => template.read(text, values.get(Column::Salt)),
        Some(_) | None => ImportedHash::parse(text),
    };
    read.map(Some).map_err(Problem::from)
}

fn login_problem(problem: LegacyLoginProblem) -> Problem {
    let kind = match problem {
        LegacyLoginProblem::Empty => Kind::Missing,
        LegacyLoginProblem::TooLong => Kind::TooLong,
        LegacyLoginProblem::ControlCharacter => Kind::ControlCharacter,
    };
    Problem::new(kind, problem.to_string())
}
