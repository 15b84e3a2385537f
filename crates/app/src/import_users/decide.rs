//! What is to become of people of a file, without changing anything: a handful of look-ups for all of them.

use std::collections::{BTreeMap, HashMap};

use domain::{
    id::{CompanyId, UserId},
    rollout::Stage,
};
use store::{Executor, imports, imports::Known, users::email_key};

use super::{Import, Outcome, Person, Rejection, Taken};
use crate::Fault;

/// The kind of a case about a name or an address that differs from a confirmed one.
pub(super) const CASE: &str = "import_differs";

/// What is to become of one person.
pub(super) struct Decided {
    pub(super) decision: Decision,
    pub(super) names: Option<Names>,
    pub(super) looks_like_a_login: bool,
}

/// The forms of an old login name.
pub(super) struct Names {
    pub(super) canonical: String,
    pub(super) skeleton: String,
}

pub(super) enum Decision {
    /// Leave out.
    Reject(Rejection),
    /// A new person of this company.
    Add { company: CompanyId, hash: Option<[u8; 32]> },
    /// A known person; what differs is taken over.
    Update { known: Box<Known>, hash: Option<[u8; 32]>, profile: Profile },
}

/// Name and address of a known person, against the file's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Profile {
    /// As the file says.
    Same,
    /// Nobody confirmed them: the file's are taken over.
    Proposed,
    /// They were confirmed: somebody has to look.
    Disputed,
    /// They were confirmed, and somebody is looking already.
    InDispute,
}

impl Decided {
    /// What is told in a rehearsal.
    pub(super) fn into_taken(self) -> Taken {
        let outcome = match self.decision {
            Decision::Reject(rejection) => Outcome::Rejected(rejection),
            Decision::Add { .. } => Outcome::Added,
            Decision::Update { hash, profile, .. } => match profile {
                Profile::Disputed => Outcome::CaseOpened,
                Profile::Proposed => Outcome::Changed,
                Profile::Same | Profile::InDispute if hash.is_some() => Outcome::Changed,
                Profile::Same | Profile::InDispute => Outcome::Same,
            },
        };
        Taken { outcome, looks_like_a_login: self.looks_like_a_login }
    }
}

/// Decides about people of whom nobody comes twice.
pub(super) async fn decide(
    import: &Import,
    conn: &mut impl Executor,
    people: &[Person],
) -> Result<Vec<Decided>, Fault> {
    let names: Vec<_> = people.iter().map(names_of).collect();
    let around = Around::look(conn, people, &names).await?;
    let mut decided = Vec::with_capacity(people.len());
    for (person, names) in people.iter().zip(names) {
        let looks_like_a_login = names.as_ref().is_some_and(|names| around.has_look_alike(names));
        let decision = decide_one(import, conn, &around, person, names.as_ref()).await?;
        decided.push(Decided { decision, names, looks_like_a_login });
    }
    Ok(decided)
}

fn names_of(person: &Person) -> Option<Names> {
    let login = person.login.as_ref()?;
    Some(Names { canonical: login.canonical(), skeleton: login.skeleton() })
}

/// Who is there already.
struct Around {
    by_login: HashMap<String, Known>,
    by_address: HashMap<String, Vec<Known>>,
    ids: HashMap<String, UserId>,
    logins: BTreeMap<String, Vec<String>>,
}

impl Around {
    async fn look(
        conn: &mut impl Executor,
        people: &[Person],
        names: &[Option<Names>],
    ) -> Result<Self, Fault> {
        let named = || names.iter().flatten();
        let canonicals: Vec<&str> = named().map(|names| names.canonical.as_str()).collect();
        let skeletons: Vec<&str> = named().map(|names| names.skeleton.as_str()).collect();
        let nameless = people.iter().filter(|person| person.login.is_none());
        let addresses: Vec<&str> = nameless.map(|person| person.email.as_str()).collect();
        let mut by_address: HashMap<String, Vec<Known>> = HashMap::new();
        for known in imports::known_by_address(conn, &addresses).await? {
            by_address.entry(email_key(&known.user.email)).or_default().push(known);
        }
        let mut logins: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (skeleton, canonical) in imports::logins_like(conn, &skeletons).await? {
            logins.entry(skeleton).or_default().push(canonical);
        }
        Ok(Self {
            by_login: imports::known_by_login(conn, &canonicals).await?,
            by_address,
            ids: imports::ids_like(conn, &skeletons).await?,
            logins,
        })
    }

    fn has_look_alike(&self, names: &Names) -> bool {
        let alike = self.logins.get(&names.skeleton);
        alike.is_some_and(|alike| alike.iter().any(|canonical| *canonical != names.canonical))
    }

    /// The person as they are known: by login name, and by address where the row has none.
    fn find(
        &self,
        company: CompanyId,
        person: &Person,
        names: Option<&Names>,
    ) -> Result<Option<&Known>, Rejection> {
        let Some(names) = names else {
            let known = self.by_address.get(&email_key(&person.email)).into_iter().flatten();
            let mut known = known.filter(|known| known.user.company == Some(company));
            return match (known.next(), known.next()) {
                (found, None) => Ok(found),
                (_, Some(_)) => Err(Rejection::Ambiguous),
            };
        };
        let known = self.by_login.get(&names.canonical);
        if known.is_some_and(|known| known.user.company != Some(company)) {
            return Err(Rejection::OtherCompany);
        }
        let resembled = self.ids.get(&names.skeleton);
        match resembled.filter(|owner| known.is_none_or(|known| known.user.id != **owner)) {
            Some(_) => Err(Rejection::ResemblesId),
            None => Ok(known),
        }
    }
}

async fn decide_one(
    import: &Import,
    conn: &mut impl Executor,
    around: &Around,
    person: &Person,
    names: Option<&Names>,
) -> Result<Decision, Fault> {
    let Some(company) = import.company(person) else {
        return Ok(Decision::Reject(Rejection::NoCompany(person.company.clone())));
    };
    if let Some(region) = person.region.as_ref().filter(|region| !import.regions.contains(&region.0)) {
        return Ok(Decision::Reject(Rejection::NoRegion(region.0.clone())));
    }
    // Once the cut-off has passed old credentials are dead, and an import does not bring them back.
    let over = company.rollout.stage(import.app.now()) == Stage::CutOffPassed;
    let known = match around.find(company.id, person, names) {
        Ok(known) => known,
        Err(rejection) => return Ok(Decision::Reject(rejection)),
    };
    let Some(known) = known else {
        let hash = if over { None } else { fingerprint(import, person) };
        return Ok(Decision::Add { company: company.id, hash });
    };
    // Nor once the ID is made. A hash that was imported before is known, also where a better one took its place.
    let hash = fingerprint(import, person)
        .filter(|mac| !over && !known.has_id && known.imported_mac.as_deref() != Some(mac.as_slice()));
    let profile = profile(conn, known, person).await?;
    Ok(Decision::Update { known: Box::new(known.clone()), hash, profile })
}

async fn profile(conn: &mut impl Executor, known: &Known, person: &Person) -> Result<Profile, Fault> {
    let user = &known.user;
    if (user.name.as_str(), user.email.as_str()) == (person.name.as_str(), person.email.as_str()) {
        return Ok(Profile::Same);
    }
    if user.profile_confirmed_at.is_none() && user.email_confirmed_at.is_none() {
        return Ok(Profile::Proposed);
    }
    let open = store::cases::open_of_user(conn, user.id, CASE).await?;
    Ok(if open.is_some() { Profile::InDispute } else { Profile::Disputed })
}

fn fingerprint(import: &Import, person: &Person) -> Option<[u8; 32]> {
    let hash = person.hash.as_ref()?;
    Some(import.app.keys.mac("imported hash", &[hash.as_str().as_bytes()]))
}
