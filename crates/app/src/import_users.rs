//! Taking over the people of the application, with the hashes of their old passwords.
//!
//! An import never changes what its owner confirmed, never brings dead credentials back, and never moves anybody to
//! another company. It can be run again at any time: what is as the file says stays as it is. So an import that was cut off
//! goes on by being run again, and nothing has to be remembered about how far it came.
//!
//! People come by the hundred. What is known about them is asked once for all of them, then each is decided about without
//! the database ([`decide`]), and what follows is written in a few statements ([`write`]).

mod decide;
mod write;

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use domain::{directory::Company, enterprise_user_id::LegacyLogin, id::CompanyId, role::Region, role::Role};
use legacy::ImportedHash;
use store::{StoreError, users::email_key};

use crate::{App, Fault, directory::Directory};

pub use self::write::IMPORTED;
pub(crate) use self::write::open_case;
use self::{decide::decide, write::carry_out};

/// How often a batch is tried that met another writer of the same names.
const TRIES: u32 = 5;

/// A person to take over.
#[derive(Debug, Clone)]
pub struct Person {
    /// The company's slug.
    pub company: String,
    /// Where it differs from the company's region. Taken over when the person is added.
    pub region: Option<Region>,
    /// End User or Program Administrator. Taken over when the person is added.
    pub role: Role,
    /// Name.
    pub name: String,
    /// Business e-mail address.
    pub email: String,
    /// BCP 47 tag; the company's when absent. Taken over when the person is added.
    pub language: Option<String>,
    /// The old login name; without one the person needs an invitation.
    pub login: Option<LegacyLogin>,
    /// The hash of the old password. Without one it is checked at the company's legacy source.
    pub hash: Option<ImportedHash>,
}

/// What became of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// New.
    Added,
    /// Name, address or hash were taken over.
    Changed,
    /// Was so already.
    Same,
    /// Name or address differ from confirmed ones: a case was opened, nothing was changed.
    CaseOpened,
    /// Not taken over.
    Rejected(Rejection),
}

/// Why a person was not taken over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// No such company.
    #[error("there is no company \"{0}\"; add it with `vestibule apply` first")]
    NoCompany(String),
    /// No such region.
    #[error(
        "there is no region \"{0}\"; add it with `vestibule apply` first, or leave it empty for the company's"
    )]
    NoRegion(String),
    /// The login name belongs to somebody of another company.
    #[error("the login name belongs to a user of another company")]
    OtherCompany,
    /// The login name is, or looks like, the Enterprise User ID of somebody else.
    #[error(
        "the login name equals or resembles the Enterprise User ID of another user; ask them to change it first"
    )]
    ResemblesId,
    /// Several people of the company have this address, and the row has no login name to tell them apart.
    #[error("several users of the company have this e-mail address; give the login name")]
    Ambiguous,
}

/// What became of a person, and what somebody may want to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// What became of them.
    pub outcome: Outcome,
    /// Whether the login name looks like that of another user. Both stay as they are: the application tells them apart.
    pub looks_like_a_login: bool,
}

/// Whether to keep what an import does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// Find out what would happen. Reads only, so that nobody waits for it.
    Rehearsal,
    /// Do it.
    ForGood,
}

/// An import under way: the companies as they were when it began.
pub struct Import {
    app: App,
    run: Run,
    directory: Arc<Directory>,
    companies: HashMap<String, CompanyId>,
    regions: BTreeSet<String>,
}

impl Import {
    /// Begins an import.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn begin(app: &App, run: Run) -> Result<Self, Fault> {
        let directory = app.directory().await?;
        let mut conn = app.db.read().await?;
        let regions = store::companies::list_regions(&mut conn).await?;
        let companies = directory.companies.values().map(|company| (company.slug.clone(), company.id));
        Ok(Self {
            app: app.clone(),
            run,
            companies: companies.collect(),
            directory,
            regions: regions.into_iter().map(|(slug, _)| slug).collect(),
        })
    }

    /// Takes people over in one transaction, in order; one answer for each. A few hundred at a time keep logins quick.
    ///
    /// # Errors
    /// [`Fault::Store`]; nothing of this call is kept then.
    pub async fn take_over(&self, people: &[Person]) -> Result<Vec<Taken>, Fault> {
        let mut tries = 1;
        loop {
            match self.try_to_take_over(people).await {
                // Another import, or somebody's first login, was quicker with one of these names: it is known now.
                Err(Fault::Store(StoreError::Conflict(_))) if tries < TRIES => tries += 1,
                done => return done,
            }
        }
    }

    async fn try_to_take_over(&self, people: &[Person]) -> Result<Vec<Taken>, Fault> {
        let mut taken = Vec::with_capacity(people.len());
        match self.run {
            Run::Rehearsal => {
                let mut conn = self.app.db.read().await?;
                for round in rounds(people) {
                    let decided = decide(self, &mut conn, round).await?;
                    taken.extend(decided.into_iter().map(decide::Decided::into_taken));
                }
            }
            Run::ForGood => {
                let mut tx = self.app.db.begin().await?;
                for round in rounds(people) {
                    let decided = decide(self, &mut tx, round).await?;
                    taken.extend(carry_out(self, &mut tx, round, decided).await?);
                }
                tx.commit().await?;
            }
        }
        Ok(taken)
    }

    fn company(&self, person: &Person) -> Option<&Company> {
        self.directory.companies.get(self.companies.get(&person.company)?)
    }
}

/// Takes a few people over at once; see [`Import::take_over`].
///
/// # Errors
/// [`Fault::Store`]; nothing of this call is kept then.
pub async fn import_users(app: &App, people: &[Person], run: Run) -> Result<Vec<Outcome>, Fault> {
    let taken = Import::begin(app, run).await?.take_over(people).await?;
    Ok(taken.into_iter().map(|taken| taken.outcome).collect())
}

/// Cuts people up so that nobody comes twice in one round: whoever comes again is known by then.
fn rounds(people: &[Person]) -> Vec<&[Person]> {
    let (mut rounds, mut begin) = (Vec::new(), 0);
    let (mut logins, mut addresses) = (BTreeSet::new(), BTreeSet::new());
    for (index, person) in people.iter().enumerate() {
        let (login, address) = (person.login.as_ref().map(LegacyLogin::canonical), email_key(&person.email));
        let comes_again = match &login {
            Some(login) => logins.contains(login),
            None => addresses.contains(&address),
        };
        if comes_again {
            rounds.push(&people[begin..index]);
            begin = index;
            logins.clear();
            addresses.clear();
        }
        logins.extend(login);
        addresses.insert(address);
    }
    rounds.push(&people[begin..]);
    rounds
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(login: &str, email: &str) -> Person {
        Person {
            company: "north-quay".to_owned(),
            region: None,
            role: Role::EndUser,
            name: "Marta Ruiz".to_owned(),
            email: email.to_owned(),
            language: None,
            login: LegacyLogin::parse(login).ok(),
            hash: None,
        }
    }

    #[test]
    fn whoever_comes_again_comes_in_the_next_round() {
        let people = [
            person("mruiz", "m@x.example"),
            person("jsato", "m@x.example"),
            person("MRUIZ", "j@x.example"),
            person("", "J@x.example"),
            person("", "k@x.example"),
        ];
        let lengths: Vec<_> = rounds(&people).into_iter().map(<[Person]>::len).collect();
        assert_eq!(lengths, [2, 1, 2]);
        assert_eq!(rounds(&[]).concat().len(), 0);
    }
}
