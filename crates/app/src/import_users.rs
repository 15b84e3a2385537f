//! Taking over the people of the application, with the hashes of their old passwords.
//!
//! An import never changes what its owner confirmed, never brings dead credentials back, and never moves anybody to
//! another company. It can be run again at any time: what is as the file says stays as it is.

use crypto::seal::Place;
use domain::{
    audit::{Actor, AuditEvent, AuditKind},
    directory::{Company, User},
    enterprise_user_id::LegacyLogin,
    id::{CaseId, UserId},
    role::Role,
};
use legacy::ImportedHash;
use store::{Tx, cases::NewCase, identities, users, users::NewUser};

use crate::{
    App, Fault, directory::Directory, report_wrong_details::reference,
    submit_legacy_credentials::seal_credential,
};

/// Where imported passwords are checked, as `legacy_logins.source` says it.
const SOURCE: &str = "import";
/// The kind of a case about a name or an address that differs from a confirmed one.
const CASE: &str = "import_differs";

/// A person to take over.
#[derive(Debug, Clone)]
pub struct Person {
    /// The company's slug.
    pub company: String,
    /// End User or Program Administrator.
    pub role: Role,
    /// Name.
    pub name: String,
    /// Business e-mail address.
    pub email: String,
    /// BCP 47 tag; the company's when absent.
    pub language: Option<String>,
    /// The old login name; without one the person needs an invitation.
    pub login: Option<LegacyLogin>,
    /// The hash of the old password.
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

/// Whether to keep what an import does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// Find out what would happen, and change nothing.
    Rehearsal,
    /// Do it.
    ForGood,
}

/// Takes people over in one transaction, in order; one outcome for each. A few hundred at a time keep logins quick.
///
/// # Errors
/// [`Fault::Store`]; nothing of this call is kept then.
pub async fn import_users(app: &App, people: &[Person], run: Run) -> Result<Vec<Outcome>, Fault> {
    let directory = app.directory().await?;
    let mut tx = app.db.begin().await?;
    let mut outcomes = Vec::with_capacity(people.len());
    for person in people {
        outcomes.push(take_over(app, &mut tx, &directory, person).await?);
    }
    match run {
        Run::Rehearsal => drop(tx),
        Run::ForGood => tx.commit().await?,
    }
    Ok(outcomes)
}

async fn take_over(app: &App, tx: &mut Tx, directory: &Directory, person: &Person) -> Result<Outcome, Fault> {
    let company = directory.companies.values().find(|company| company.slug == person.company);
    let Some(company) = company else {
        return Ok(Outcome::Rejected(Rejection::NoCompany(person.company.clone())));
    };
    match find(tx, company, person).await? {
        Err(rejection) => Ok(Outcome::Rejected(rejection)),
        Ok(None) => add(app, tx, company, person).await,
        Ok(Some(user)) => update(app, tx, directory, &user, person).await,
    }
}

/// The person as they are known: by login name, and by address where the row or the user has no login name.
async fn find(
    tx: &mut Tx,
    company: &Company,
    person: &Person,
) -> Result<Result<Option<User>, Rejection>, Fault> {
    if let Some(login) = &person.login {
        let resembled = identities::id_that_resembles(tx, &login.skeleton()).await?.map(|(user, _)| user);
        if let Some(known) = identities::find_legacy(tx, &login.canonical()).await? {
            let user =
                users::find(tx, known.user).await?.ok_or(Fault::Inconsistent("a login without a user"))?;
            return Ok(match user.company {
                other if other != Some(company.id) => Err(Rejection::OtherCompany),
                _ if resembled.is_some_and(|resembled| resembled != user.id) => Err(Rejection::ResemblesId),
                _ => Ok(Some(user)),
            });
        }
        if resembled.is_some() {
            return Ok(Err(Rejection::ResemblesId));
        }
        return Ok(Ok(None));
    }
    let mut known = users::find_by_email(tx, &person.email).await?;
    known.retain(|user| user.company == Some(company.id));
    Ok(match known.len() {
        0 => Ok(None),
        1 => Ok(known.pop()),
        _ => Err(Rejection::Ambiguous),
    })
}

async fn add(app: &App, tx: &mut Tx, company: &Company, person: &Person) -> Result<Outcome, Fault> {
    let id = UserId(app.new_uuid());
    let user = NewUser {
        id,
        company: Some(company.id),
        role: person.role,
        region: None,
        name: person.name.clone(),
        email: person.email.clone(),
        language: person.language.clone(),
    };
    users::insert(tx, &user, app.now()).await?;
    if let Some(login) = &person.login {
        let row = identities::LegacyLogin {
            user: id,
            display: login.as_str().to_owned(),
            source: SOURCE.to_owned(),
        };
        let added =
            identities::insert_legacy(tx, &login.canonical(), &login.skeleton(), &row, app.now()).await?;
        if !added {
            return Err(Fault::Inconsistent("a login name appeared in the middle of an import"));
        }
    }
    put_hash(app, tx, id, person).await?;
    let event = AuditEvent::new(AuditKind::UserImported, Actor::CommandLine).about(id, Some(company.id));
    app.audit(tx, event.fact("outcome", "added")).await?;
    Ok(Outcome::Added)
}

async fn update(
    app: &App,
    tx: &mut Tx,
    directory: &Directory,
    user: &User,
    person: &Person,
) -> Result<Outcome, Fault> {
    // Once the ID is made the old credentials are dead, and an import does not bring them back.
    let takes_hash = person.hash.is_some() && identities::id_of(tx, user.id).await?.is_none();
    let is_known = (user.name.as_str(), user.email.as_str()) == (person.name.as_str(), person.email.as_str());
    let is_new_hash = takes_hash && identities::find_credential(tx, user.id).await?.is_none();
    if takes_hash {
        put_hash(app, tx, user.id, person).await?;
    }
    let outcome = if is_known {
        if is_new_hash { Outcome::Changed } else { Outcome::Same }
    } else if users::propose_profile(tx, user.id, &person.name, &person.email).await? {
        Outcome::Changed
    } else {
        open_case(app, tx, directory, user, person).await?
    };
    if outcome != Outcome::Same {
        let event = AuditEvent::new(AuditKind::UserImported, Actor::CommandLine).about(user.id, user.company);
        let word = if outcome == Outcome::CaseOpened { "case" } else { "changed" };
        app.audit(tx, event.fact("outcome", word)).await?;
    }
    Ok(outcome)
}

/// One case stays open, however often the same file comes.
async fn open_case(
    app: &App,
    tx: &mut Tx,
    directory: &Directory,
    user: &User,
    person: &Person,
) -> Result<Outcome, Fault> {
    let region = directory.region_of(user);
    let open = store::cases::open_of_user(tx, user.id, CASE).await?;
    let (Some(region), None) = (region, open) else { return Ok(Outcome::Same) };
    let id = CaseId(app.new_uuid());
    let reference = reference(app);
    let place = Place { column: "cases.sealed", row: &id.to_string() };
    let proposal = format!("{} <{}>", person.name, person.email);
    let sealed = app.seal_for(tx, user.id, place, proposal.as_bytes()).await?;
    let case = NewCase {
        id,
        reference: &reference,
        user: user.id,
        company: user.company,
        region: &region,
        kind: CASE,
        sealed: &sealed,
    };
    store::cases::insert(tx, &case, app.now()).await?;
    let event = AuditEvent::new(AuditKind::CaseOpened, Actor::CommandLine).about(user.id, user.company);
    app.audit(tx, event.fact("case", &reference)).await?;
    Ok(Outcome::CaseOpened)
}

async fn put_hash(app: &App, tx: &mut Tx, user: UserId, person: &Person) -> Result<(), Fault> {
    let Some(hash) = &person.hash else { return Ok(()) };
    let sealed = seal_credential(app, user, hash.as_str())?;
    Ok(identities::put_credential(tx, user, &sealed, app.now()).await?)
}
