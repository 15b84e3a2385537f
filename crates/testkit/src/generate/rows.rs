//! Users, as an application exports them.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use super::{
    Dice, Made, Spec,
    companies::{Companies, Company},
};

/// The password of everybody.
pub const PASSWORD: &str = "correct horse";

/// Hashes of [`PASSWORD`] with the cheapest parameters that are accepted, made by passlib 1.7.4.
const HASHES: [&str; 10] = [
    "$2b$04$RHaz2hxGuZuqJ7KZOMelDuQb2CipeqSxeLqRznDtAw6g97Hgbg2Ju",
    "$2y$05$o4EvOp9T47iMsIM47CBPruimaIO79J9S17emXFGJRPTgJv5eoHwlm",
    "$argon2id$v=19$m=64,t=2,p=4$pRQCYMwZ4xwDoJTyXqvVmg$szt5+Xb7Q6MF2G58SNNLWYjzQxh2VpdFe0fJTvynxVw",
    "$scrypt$ln=4,r=8,p=1$aE3JmTOmtLYWAgCgdI5xrg$uIsrovBHCTR7Ut0xHhqetPQJ/B+smb3dFGrO64MMx04",
    "$pbkdf2-sha256$11$T6n1HiMEQAhhLAUgJKQ0Zg$6/tDZSQUTXj3Uq/LCPCpXvUTy34VmFJejIsU0mw8Pro",
    "$5$rounds=1000$15.C4KfIZB/HNw2H$jGERNDRcpCEw6c68CHD4ZpoP6IFl8LS9EDqs98n9B87",
    "$1$jA97LHV9$0opqotQbL033MDhrIRngm1",
    "$P$52//PDZCSRpJ8J8nODnLaBZVUky4lJ0",
    "{SHA}L55TUjtiq8FBorTWAZ0jy6g129A=",
    "ANYG9Ia5dx03+bSJwuMXozEFhNnjr29MhA3l5vYR53GfMIwg9W9V4qTRq63wb8F9GQ==",
];

const GIVEN: [&str; 24] = [
    "Marta", "Jun", "Ada", "Tomás", "Lucía", "Diego", "Kenji", "Amara", "Ingrid", "Grace", "Bjørn", "Zoë",
    "Paweł", "Aisha", "Ravi", "Chloé", "Mateo", "Sofía", "Noah", "Freya", "Omar", "Yuki", "Nia", "Łukasz",
];
const FAMILY: [&str; 24] = [
    "Ruiz",
    "Sato",
    "Novak",
    "Herrera",
    "Navarro",
    "Salas",
    "Okafor",
    "Solheim",
    "Whitfield",
    "Gil",
    "de Vries",
    "O'Neill",
    "Kowalski",
    "Nguyen",
    "Patel",
    "Muñoz",
    "Bauer",
    "Rossi",
    "Haddad",
    "Silva",
    "Lindqvist",
    "Mbeki",
    "Castro",
    "Young-Lee",
];

/// What is wrong with the rows that are, in turn.
pub const BAD: [&str; 14] = [
    "login name repeated with other capitals",
    "two companies claim one login name",
    "unknown company",
    "unknown region",
    "bad address",
    "line break in the name",
    "over-long name",
    "unknown hash format",
    "unsafe hash format",
    "hostile hash parameters",
    "too few fields",
    "name missing",
    "hash without a login name",
    "unknown role",
];

const HEADER: &str = "login,name,email,company,region,role,language,hash\r\n";

/// The values of a row, in the order of [`HEADER`].
type Row = [String; 8];
const LOGIN: usize = 0;
const NAME: usize = 1;
const EMAIL: usize = 2;
const COMPANY: usize = 3;
const REGION: usize = 4;
const ROLE: usize = 5;
const HASH: usize = 7;

pub(super) struct Users<'s> {
    spec: &'s Spec,
    companies: &'s Companies,
    dice: Dice,
    made: Made,
    /// Login name and company of the last row that is right and has one.
    last: Option<(String, String)>,
}

impl<'s> Users<'s> {
    pub(super) fn new(spec: &'s Spec, companies: &'s Companies) -> Self {
        let made = Made { companies: spec.companies, users: spec.users, good: 0, bad: BTreeMap::new() };
        Self { spec, companies, dice: Dice::new(!spec.seed), made, last: None }
    }

    pub(super) fn write(mut self, file: &mut impl Write) -> io::Result<Made> {
        // As spreadsheets on Windows write it.
        write!(file, "\u{feff}{HEADER}")?;
        let (mut number, mut turn) = (0, 0);
        while number < self.spec.users {
            let row = self.row(number);
            let is_bad =
                self.spec.bad_one_in > 0 && number % self.spec.bad_one_in == self.spec.bad_one_in - 1;
            if is_bad {
                let kind = BAD[turn % BAD.len()];
                turn += 1;
                number += self.write_bad(file, kind, row, number)?;
            } else {
                write_row(file, &row)?;
                self.made.good += 1;
                number += 1;
                if !row[LOGIN].is_empty() {
                    self.last = Some((row[LOGIN].clone(), row[COMPANY].clone()));
                }
            }
        }
        Ok(self.made)
    }

    /// Writes one or two rows that are wrong; gives their number.
    fn write_bad(
        &mut self,
        file: &mut impl Write,
        kind: &'static str,
        mut row: Row,
        number: u64,
    ) -> io::Result<u64> {
        let has_next = number + 1 < self.spec.users && self.companies.0.len() > 1;
        let kind = match kind {
            "two companies claim one login name" if !has_next => "unknown role",
            "login name repeated with other capitals" if self.last.is_none() => "unknown role",
            kind => kind,
        };
        let mut rows = 1;
        match kind {
            "two companies claim one login name" => {
                row[LOGIN] = format!("contested{number}");
                write_row(file, &row)?;
                let next = self.company(number + 1).slug.clone();
                row[COMPANY] = next;
                rows = 2;
            }
            "login name repeated with other capitals" => {
                let (login, company) = self.last.clone().unwrap_or_default();
                (row[LOGIN], row[COMPANY]) = (login.to_lowercase(), company);
            }
            "unknown company" => "nowhere-at-all".clone_into(&mut row[COMPANY]),
            "unknown region" => "atlantis".clone_into(&mut row[REGION]),
            "bad address" => row[EMAIL] = row[EMAIL].replace('@', " at "),
            "line break in the name" => row[NAME].push_str("\r\nBcc: everybody@harbour.example"),
            "over-long name" => row[NAME] = "Long ".repeat(40),
            "unknown hash format" => "plainly not a hash".clone_into(&mut row[HASH]),
            "unsafe hash format" => "5f4dcc3b5aa765d61d8327deb882cf99".clone_into(&mut row[HASH]),
            "hostile hash parameters" => row[HASH] = HASHES[2].replace("m=64", "m=4194304"),
            "too few fields" => {
                write!(file, "{},{}\r\n", row[LOGIN], row[NAME])?;
                *self.made.bad.entry(kind).or_default() += 1;
                return Ok(1);
            }
            "name missing" => row[NAME].clear(),
            "hash without a login name" => {
                HASHES[0].clone_into(&mut row[HASH]);
                row[LOGIN].clear();
            }
            _ => "wizard".clone_into(&mut row[ROLE]),
        }
        if !row[LOGIN].is_empty() && row[HASH].is_empty() {
            HASHES[0].clone_into(&mut row[HASH]);
        }
        write_row(file, &row)?;
        *self.made.bad.entry(kind).or_default() += rows;
        Ok(rows)
    }

    fn company(&self, number: u64) -> &'s Company {
        let many = u64::try_from(self.companies.0.len()).unwrap_or(1);
        &self.companies.0[usize::try_from(number % many).unwrap_or(0)]
    }

    fn row(&mut self, number: u64) -> Row {
        let company = self.company(number);
        let dice = &mut self.dice;
        let (given, family) = (*dice.pick(&GIVEN), *dice.pick(&FAMILY));
        let mut email = format!("user{number}@{}.example", company.slug);
        if dice.one_in(20) {
            email = email.to_uppercase();
        }
        let mut name = format!("{given} {family}");
        if dice.one_in(30) {
            name = format!(" {family}, {given} ");
        }
        let role = if number < u64::from(self.spec.companies) { "program_administrator" } else { "" };
        // Some never had a password, some nobody exported.
        let (login, hash) = match dice.roll() % 100 {
            0..3 => (String::new(), ""),
            3..8 => (login(company, number), ""),
            _ => (login(company, number), *dice.pick(&HASHES)),
        };
        let language = if dice.one_in(8) { "es" } else { "" };
        [
            login,
            name,
            email,
            company.slug.clone(),
            String::new(),
            role.to_owned(),
            language.to_owned(),
            hash.to_owned(),
        ]
    }
}

/// Unique, because of the number.
fn login(company: &Company, number: u64) -> String {
    format!("{}-{number:07}", company.prefix)
}

fn write_row(file: &mut impl Write, row: &Row) -> io::Result<()> {
    for (index, value) in row.iter().enumerate() {
        if index > 0 {
            file.write_all(b",")?;
        }
        if value.contains([',', '"', '\n']) {
            write!(file, "\"{}\"", value.replace('"', "\"\""))?;
        } else {
            file.write_all(value.as_bytes())?;
        }
    }
    file.write_all(b"\r\n")
}
