//! Which login names a file holds more than once.
//!
//! A login name stands in a file once, else it would depend on the order who has which password; where two companies claim
//! it, neither gets it. The whole file is looked at before anybody is taken over. What is remembered of a row is 16 bytes
//! (a keyed hash, the line and a mark), about 35 MiB for a million rows, and not the names.

use std::{
    collections::HashMap,
    hash::{BuildHasher as _, RandomState},
};

use app::import_users::Person;
use store::users::email_key;

use super::{Kind, Problem};

/// What a row has in common with another row of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clash {
    /// The login name stands in an earlier line.
    Login(u64),
    /// Another company claims the login name in that line.
    Companies(u64),
    /// The address stands in an earlier line, and neither row has a login name.
    Address(u64),
    /// The login name looks like the one in an earlier line. Both are taken.
    LookAlike,
}

const LOGIN: &str = "the login name stands in line ";
const COMPANIES: &str = "the login name is claimed for another company in line ";
const ADDRESS: &str = "the address stands in line ";
/// What the file of rejected rows is told in its column `why`.
const DECIDE: &str = "decide which row is right, and empty its `why` before it is imported again";

impl Clash {
    /// Why the row is not taken; none where it is.
    #[must_use]
    pub fn problem(self) -> Option<Problem> {
        let (kind, why) = match self {
            Self::Login(line) => {
                (Kind::RepeatedLogin, format!("{LOGIN}{line} already, capitals ignored; {DECIDE}"))
            }
            Self::Companies(line) => (Kind::TwoCompanies, format!("{COMPANIES}{line}; {DECIDE}")),
            Self::Address(line) => {
                let remedy = "give login names to tell them apart";
                (Kind::Ambiguous, format!("{ADDRESS}{line} already; {remedy}, or {DECIDE}"))
            }
            Self::LookAlike => return None,
        };
        Some(Problem::new(kind, why))
    }
}

/// What is still wrong with a row of a file of rejected rows: the other row of a clash is not in that file, so nothing but the
/// column `why` says that somebody has to decide.
pub(super) fn undecided(why: &str) -> Option<Problem> {
    let kinds = [(LOGIN, Kind::RepeatedLogin), (COMPANIES, Kind::TwoCompanies), (ADDRESS, Kind::Ambiguous)];
    let (_, kind) = kinds.into_iter().find(|(beginning, _)| why.starts_with(beginning))?;
    Some(Problem::new(kind, why))
}

/// The names of a file.
#[derive(Debug, Default)]
pub struct FileNames {
    keys: RandomState,
    /// By the hash of a skeleton or of an address.
    first: HashMap<u64, Seen>,
    /// Look-alikes of an earlier name, by the hash of their canonical form. They are few.
    others: HashMap<u64, Seen>,
    clashes: HashMap<u64, Clash>,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    line: u32,
    /// 20 bits of the hash of the canonical form, 12 of that of the company.
    mark: u32,
}

const COMPANY_BITS: u32 = 12;

impl FileNames {
    /// Remembers a row that is right.
    pub fn see(&mut self, line: u64, person: &Person) {
        let Some(login) = &person.login else {
            let key = self.keys.hash_one(("address", &person.company, email_key(&person.email)));
            let seen = self.seen(line, "", &person.company);
            if let Some(first) = self.first.get(&key) {
                self.clashes.insert(line, Clash::Address(u64::from(first.line)));
            } else {
                self.first.insert(key, seen);
            }
            return;
        };
        let canonical = login.canonical();
        let key = self.keys.hash_one(("skeleton", login.skeleton()));
        let seen = self.seen(line, &canonical, &person.company);
        let Some(first) = self.first.get(&key).copied() else {
            self.first.insert(key, seen);
            return;
        };
        if first.mark >> COMPANY_BITS == seen.mark >> COMPANY_BITS {
            return self.repeat(line, first, seen);
        }
        let key = self.keys.hash_one(("canonical", &canonical));
        if let Some(other) = self.others.get(&key).copied() {
            return self.repeat(line, other, seen);
        }
        self.others.insert(key, seen);
        self.clashes.insert(line, Clash::LookAlike);
    }

    /// What a line has in common with another.
    #[must_use]
    pub fn clash(&self, line: u64) -> Option<Clash> {
        self.clashes.get(&line).copied()
    }

    fn seen(&self, line: u64, canonical: &str, company: &str) -> Seen {
        let canonical = self.keys.hash_one(canonical) as u32;
        let company = self.keys.hash_one(company) as u32 & ((1 << COMPANY_BITS) - 1);
        Seen { line: u32::try_from(line).unwrap_or(u32::MAX), mark: canonical << COMPANY_BITS | company }
    }

    fn repeat(&mut self, line: u64, first: Seen, second: Seen) {
        let first_line = u64::from(first.line);
        if first.mark == second.mark {
            self.clashes.insert(line, Clash::Login(first_line));
        } else {
            self.clashes.insert(line, Clash::Companies(first_line));
            self.clashes.insert(first_line, Clash::Companies(line));
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{enterprise_user_id::LegacyLogin, role::Role};

    use super::*;

    fn clashes(rows: &[(&str, &str, &str)]) -> Vec<Option<Clash>> {
        let mut names = FileNames::default();
        for (line, (company, login, email)) in (2..).zip(rows) {
            let person = Person {
                company: (*company).to_owned(),
                region: None,
                role: Role::EndUser,
                name: "Marta Ruiz".to_owned(),
                email: (*email).to_owned(),
                language: None,
                login: LegacyLogin::parse(login).ok(),
                hash: None,
            };
            names.see(line, &person);
        }
        (2..).zip(rows).map(|(line, _)| names.clash(line)).collect()
    }

    #[test]
    fn a_clash_stays_undecided_until_its_reason_is_removed() {
        for clash in [Clash::Login(2), Clash::Companies(3), Clash::Address(4)] {
            let problem = clash.problem().unwrap();
            assert_eq!(undecided(&problem.why), Some(problem));
        }
        assert_eq!(undecided(""), None);
        assert_eq!(undecided("`name` is empty; it must be one line of 1 to 120 characters"), None);
    }

    #[test]
    fn a_name_stands_once() {
        let rows =
            [("quay", "mruiz", "a"), ("quay", "jsato", "a"), ("quay", "MRuiz", "b"), ("quay", "MRUIZ", "c")];
        let twice = Some(Clash::Login(2));
        assert_eq!(clashes(&rows), [None, None, twice, twice]);
    }

    #[test]
    fn two_companies_get_nothing() {
        let rows = [("quay", "mruiz", "a"), ("foods", "mruiz", "a"), ("quay", "other", "a")];
        assert_eq!(clashes(&rows), [Some(Clash::Companies(3)), Some(Clash::Companies(2)), None]);
    }

    #[test]
    fn look_alikes_are_noted_and_still_stand_once() {
        let rows =
            [("quay", "paul", "a"), ("quay", "pau1", "a"), ("quay", "PAU1", "a"), ("foods", "pauI1", "a")];
        assert_eq!(clashes(&rows)[..3], [None, Some(Clash::LookAlike), Some(Clash::Login(3))]);
    }

    #[test]
    fn an_address_tells_one_person_of_a_company() {
        let rows = [("quay", "", "a@x"), ("quay", "", "A@x"), ("foods", "", "a@x"), ("quay", "mruiz", "a@x")];
        assert_eq!(clashes(&rows), [None, Some(Clash::Address(2)), None, None]);
    }
}
