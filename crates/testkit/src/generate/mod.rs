//! Companies and users by the million, invented, the same at every run: for benches, for trying operations, for tests.
//!
//! The users look like a real export: several hash formats, capitals and spaces where nobody wants them, rows without a
//! password, and a stated share that is wrong. All passwords are [`PASSWORD`]; the hashes are few and cheap and shared among
//! users, so that a million rows take seconds.

mod companies;
mod rows;

use std::{
    collections::BTreeMap,
    fmt,
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

pub use self::rows::{BAD, PASSWORD};
use self::{companies::Companies, rows::Users};

/// What to make.
#[derive(Debug, Clone)]
pub struct Spec {
    /// Rows of `users.csv`, the wrong ones included.
    pub users: u64,
    /// Companies, 1 to 9,999. Users are spread over them evenly.
    pub companies: u32,
    /// Another seed, other names.
    pub seed: u64,
    /// Of so many rows one is wrong; 0 for none.
    pub bad_one_in: u64,
    /// The day on which phase 1 of the first wave begins, as `YYYY-MM-DD`.
    pub start: jiff::civil::Date,
    /// `host` and `upstream` of the application.
    pub application: (String, String),
}

impl Default for Spec {
    fn default() -> Self {
        Self {
            users: 1_000,
            companies: 10,
            seed: 1,
            bad_one_in: 50,
            start: jiff::civil::date(2027, 1, 11),
            application: ("reconcile.harbour.example".to_owned(), "http://127.0.0.1:3000".to_owned()),
        }
    }
}

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Companies of `installation.toml`.
    pub companies: u32,
    /// Rows of `users.csv`.
    pub users: u64,
    /// Rows that an import takes.
    pub good: u64,
    /// Rows that it rejects, by what is wrong with them.
    pub bad: BTreeMap<&'static str, u64>,
}

impl fmt::Display for Made {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "installation.toml: {} companies", self.companies)?;
        writeln!(
            out,
            "users.csv: {} rows, {} of them right; the password of all is {PASSWORD:?}",
            self.users, self.good
        )?;
        for (what, rows) in &self.bad {
            writeln!(out, "  {rows:>8} {what}")?;
        }
        Ok(())
    }
}

/// Writes `installation.toml` and `users.csv` into a folder, which is made where it is missing.
///
/// # Errors
/// When something cannot be written, or there is no company.
pub fn generate(folder: &Path, spec: &Spec) -> io::Result<Made> {
    if !(1..=9_999).contains(&spec.companies) {
        return Err(io::Error::other(format!("1 to 9999 companies can be made, not {}", spec.companies)));
    }
    std::fs::create_dir_all(folder)?;
    let companies = Companies::new(spec);
    std::fs::write(folder.join("installation.toml"), companies.installation(spec))?;
    let mut file = BufWriter::with_capacity(1 << 20, File::create(folder.join("users.csv"))?);
    let made = Users::new(spec, &companies).write(&mut file)?;
    file.flush()?;
    Ok(made)
}

/// Numbers that look random and are the same for the same seed (SplitMix64).
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) const fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// One of these.
    pub(crate) fn pick<'t, T>(&mut self, these: &'t [T]) -> &'t T {
        let length = u64::try_from(these.len()).unwrap_or(1);
        &these[usize::try_from(self.roll() % length).unwrap_or(0)]
    }

    /// Whether one in so many came up.
    pub(crate) const fn one_in(&mut self, many: u64) -> bool {
        self.roll().is_multiple_of(many)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(spec: &Spec) -> (Made, String, String) {
        let folder = tempfile::tempdir().unwrap();
        let made = generate(folder.path(), spec).unwrap();
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        (made, read("installation.toml"), read("users.csv"))
    }

    #[test]
    fn the_same_seed_makes_the_same_files() {
        let spec = Spec { users: 3_000, companies: 25, ..Spec::default() };
        assert_eq!(made(&spec), made(&spec));
        assert_ne!(made(&spec).2, made(&Spec { seed: 2, ..spec }).2);
    }

    #[test]
    fn what_is_said_is_what_is_there() {
        let spec = Spec { users: 3_000, companies: 25, ..Spec::default() };
        let (made, installation, users) = made(&spec);
        assert_eq!(made.good + made.bad.values().sum::<u64>(), 3_000);
        assert_eq!(made.bad.len(), BAD.len(), "{made}");
        assert_eq!(installation.matches("[[company]]").count(), 25);
        let breaks = made.bad["line break in the name"];
        assert_eq!(users.matches("\r\n").count() as u64, 3_001 + breaks);
        let clean = Spec { bad_one_in: 0, ..spec };
        assert_eq!(super::tests::made(&clean).0.good, 3_000);
    }

    #[test]
    fn companies_are_bounded() {
        let folder = tempfile::tempdir().unwrap();
        for companies in [0, 10_000] {
            assert!(generate(folder.path(), &Spec { companies, ..Spec::default() }).is_err());
        }
        assert!(generate(folder.path(), &Spec { companies: 9_999, users: 10, ..Spec::default() }).is_ok());
    }
}
