//! Taking users over from the application's old table: rows in, a report out. Safe to run twice.
//!
//! A row is known by its company and old login name, or by its company and e-mail address where it has none. Confirmed names
//! and addresses are never overwritten: a case is opened for the servicing team instead.

use std::collections::{BTreeMap, HashSet};

use crypto::{random::RandomExt as _, seal::Place};
use domain::{
    audit::{Actor, AuditEvent, AuditKind},
    directory::{Company, User},
    enterprise_user_id::{LegacyLogin, LegacyLoginProblem},
    id::{CaseId, UserId},
    role::{Region, Role},
};
use email_address::EmailAddress;
use legacy::{HashProblem, ImportedHash};
use store::{Tx, cases::NewCase, identities::LegacyLogin as StoredLogin, users::NewUser};

use crate::{App, Fault, directory::Directory, submit_legacy_credentials::seal_credential};

/// The longest name of a person, in characters.
pub const LONGEST_NAME: usize = 200;
/// Rows that are written in one transaction.
const BATCH: usize = 500;

/// One row, as read; nothing is checked yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Where it stands in the file, for the report.
    pub line: u64,
    /// The company's slug.
    pub company: String,
    /// The old login name; empty for a user who needs an invitation.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// The business e-mail address.
    pub email: String,
    /// `end_user` or `program_administrator`; empty for the first.
    pub role: String,
    /// The imported hash; empty for a user who needs an invitation.
    pub password_hash: String,
    /// BCP 47 tag; empty for the company's.
    pub language: String,
}

/// What is wrong with a row. It is left out; the others are not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RowProblem {
    /// No such company.
    #[error("there is no company {0:?}: add it with `vestibule apply` first")]
    Company(String),
    /// Not an address.
    #[error("the e-mail address is not one: write it as name@company.example")]
    Email,
    /// No name, too long, or one with control characters.
    #[error("the name is empty, longer than {LONGEST_NAME} characters, or holds control characters")]
    Name,
    /// A name that a spreadsheet would run.
    #[error("the name begins like a spreadsheet formula (= + - @)")]
    Formula,
    /// No such role, or one that an import may not give.
    #[error("the role is neither end_user nor program_administrator")]
    Role,
    /// Not a login name.
    #[error("the login name: {0}")]
    Login(LegacyLoginProblem),
    /// A hash without a login name to go with it.
    #[error("there is a password hash but no login name")]
    HashWithoutLogin,
    /// A hash of a format that is not taken over, or with hostile parameters.
    #[error("the password hash: {0}")]
    Hash(HashProblem),
    /// The login name comes twice in the file.
    #[error("the login name stands in an earlier row as well, perhaps with other capitals")]
    Repeated,
    /// The login name belongs to a user of another company.
    #[error("the login name belongs to a user of another company")]
    OtherCompany,
    /// Somebody's Enterprise User ID is, or looks like, this login name.
    #[error("the login name is, or looks like, the Enterprise User ID of another user")]
    ResemblesId,
}

/// What an import did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Users that are new.
    pub added: u64,
    /// Users whose name, address or hash changed.
    pub changed: u64,
    /// Users that were there already, just so.
    pub unchanged: u64,
    /// Cases opened because a confirmed name or address differs.
    pub cases: u64,
    /// Rows left out, by line.
    pub rejected: Vec<(u64, RowProblem)>,
}

/// Whether anything is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Nothing is: the report says what would happen.
    DryRun,
    /// Each batch in one transaction.
    Write,
}

/// A row that can be written.
struct Checked {
    company: Company,
    login: Option<LegacyLogin>,
    name: String,
    email: String,
    role: Role,
    hash: Option<ImportedHash>,
    language: Option<String>,
}

enum Done {
    Added,
    Changed,
    Unchanged,
    CaseOpened,
    Rejected(RowProblem),
}

/// Imports `rows`; `progress` is told how many are done.
///
/// # Errors
/// [`Fault::Store`]; batches before it are kept, and running it again goes on from there.
pub async fn import_users(
    app: &App,
    rows: &[Row],
    mode: Mode,
    mut progress: impl FnMut(usize),
) -> Result<Report, Fault> {
    let directory = app.directory().await?;
    let companies: BTreeMap<&str, &Company> =
        directory.companies.values().map(|company| (company.slug.as_str(), company)).collect();
    let mut report = Report::default();
    let mut seen = HashSet::new();
    for (batch, chunk) in rows.chunks(BATCH).enumerate() {
        let mut tx = app.db.begin().await?;
        for row in chunk {
            let done = match check(row, &companies, &mut seen) {
                Ok(checked) => put(app, &mut tx, &directory, checked).await?,
                Err(problem) => Done::Rejected(problem),
            };
            report.count(row.line, done);
        }
        match mode {
            Mode::Write => tx.commit().await?,
            Mode::DryRun => drop(tx),
        }
        progress((batch * BATCH + chunk.len()).min(rows.len()));
    }
    Ok(report)
}

impl Report {
    fn count(&mut self, line: u64, done: Done) {
        match done {
            Done::Added => self.added += 1,
            Done::Changed => self.changed += 1,
            Done::Unchanged => self.unchanged += 1,
            Done::CaseOpened => self.cases += 1,
            Done::Rejected(problem) => self.rejected.push((line, problem)),
        }
    }
}

fn check(
    row: &Row,
    companies: &BTreeMap<&str, &Company>,
    seen: &mut HashSet<String>,
) -> Result<Checked, RowProblem> {
    let company = companies.get(row.company.trim());
    let company = company.ok_or_else(|| RowProblem::Company(row.company.trim().to_owned()))?;
    let name = row.name.trim();
    if name.is_empty() || name.chars().nth(LONGEST_NAME).is_some() || name.chars().any(char::is_control) {
        return Err(RowProblem::Name);
    }
    if name.starts_with(['=', '+', '-', '@']) {
        return Err(RowProblem::Formula);
    }
    let email = row.email.trim();
    if !EmailAddress::is_valid(email) || email.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(RowProblem::Email);
    }
    let role = match row.role.trim() {
        "" | "end_user" => Role::EndUser,
        "program_administrator" => Role::ProgramAdministrator,
        _ => return Err(RowProblem::Role),
    };
    let login = match row.login.trim() {
        "" => None,
        login => Some(LegacyLogin::parse(login).map_err(RowProblem::Login)?),
    };
    let hash = match (row.password_hash.trim(), &login) {
        ("", _) => None,
        (_, None) => return Err(RowProblem::HashWithoutLogin),
        (hash, Some(_)) => Some(ImportedHash::parse(hash).map_err(RowProblem::Hash)?),
    };
    if let Some(login) = &login
        && !seen.insert(login.canonical())
    {
        return Err(RowProblem::Repeated);
    }
    let language = Some(row.language.trim()).filter(|language| !language.is_empty()).map(str::to_owned);
    let (name, email) = (name.to_owned(), email.to_owned());
    Ok(Checked { company: Company::clone(company), login, name, email, role, hash, language })
}

async fn put(app: &App, tx: &mut Tx, directory: &Directory, row: Checked) -> Result<Done, Fault> {
    let known = match find(tx, &row).await? {
        Ok(known) => known,
        Err(problem) => return Ok(Done::Rejected(problem)),
    };
    if let Some(login) = &row.login
        && let Some((owner, _)) = store::identities::id_that_resembles(tx, &login.skeleton()).await?
        && known.as_ref().is_none_or(|user| user.id != owner)
    {
        return Ok(Done::Rejected(RowProblem::ResemblesId));
    }
    match known {
        Some(user) => update(app, tx, directory, &user, &row).await,
        None => add(app, tx, &row).await,
    }
}

/// The user of this row, if there is one already.
async fn find(tx: &mut Tx, row: &Checked) -> Result<Result<Option<User>, RowProblem>, Fault> {
    let company = Some(row.company.id);
    let Some(login) = &row.login else {
        let found = store::users::find_by_email(tx, &row.email).await?;
        return Ok(Ok(found.into_iter().find(|user| user.company == company)));
    };
    let Some(stored) = store::identities::find_legacy(tx, &login.canonical()).await? else { return Ok(Ok(None)) };
    let user = store::users::find(tx, stored.user).await?;
    Ok(match user {
        Some(user) if user.company == company => Ok(Some(user)),
        Some(_) | None => Err(RowProblem::OtherCompany),
    })
}

async fn add(app: &App, tx: &mut Tx, row: &Checked) -> Result<Done, Fault> {
    let now = app.now();
    let user = NewUser {
        id: UserId(app.new_uuid()),
        company: Some(row.company.id),
        role: row.role,
        region: None,
        name: row.name.clone(),
        email: row.email.clone(),
        language: row.language.clone(),
    };
    store::users::insert(tx, &user, now).await?;
    if let Some(login) = &row.login {
        let stored =
            StoredLogin { user: user.id, display: login.as_str().to_owned(), source: "import".to_owned() };
        store::identities::insert_legacy(tx, &login.canonical(), &login.skeleton(), &stored, now).await?;
    }
    put_hash(app, tx, user.id, row).await?;
    let event = AuditEvent::new(AuditKind::UserImported, Actor::CommandLine).about(user.id, user.company);
    app.audit(tx, event).await?;
    Ok(Done::Added)
}

async fn update(
    app: &App,
    tx: &mut Tx,
    directory: &Directory,
    user: &User,
    row: &Checked,
) -> Result<Done, Fault> {
    // Whoever has an ID needs no old hash; whoever has logged in has one of ours, made of the same password.
    let has_id = store::identities::id_of(tx, user.id).await?.is_some();
    let has_hash = store::identities::find_credential(tx, user.id).await?.is_some();
    let takes_hash = row.hash.is_some() && !has_id && !has_hash;
    if takes_hash {
        put_hash(app, tx, user.id, row).await?;
    }
    if user.name == row.name && user.email == row.email {
        return Ok(if takes_hash { Done::Changed } else { Done::Unchanged });
    }
    if store::users::propose_profile(tx, user.id, &row.name, &row.email).await? {
        return Ok(Done::Changed);
    }
    if store::cases::open_of_user(tx, user.id, PROPOSED).await?.is_some() {
        return Ok(Done::Unchanged);
    }
    open_case(app, tx, directory, user, row).await?;
    Ok(Done::CaseOpened)
}

const PROPOSED: &str = "profile_proposed";

async fn put_hash(app: &App, tx: &mut Tx, user: UserId, row: &Checked) -> Result<(), Fault> {
    let Some(hash) = &row.hash else { return Ok(()) };
    let sealed = seal_credential(app, user, hash.as_str())?;
    Ok(store::identities::put_credential(tx, user, &sealed, app.now()).await?)
}

async fn open_case(
    app: &App,
    tx: &mut Tx,
    directory: &Directory,
    user: &User,
    row: &Checked,
) -> Result<(), Fault> {
    let id = CaseId(app.new_uuid());
    let drawn: [u8; 4] = app.random.bytes();
    let reference = format!("IMP-{:08X}", u32::from_be_bytes(drawn));
    let said = serde_json::json!({ "name": row.name, "email": row.email }).to_string();
    let place = Place { column: "cases.sealed", row: &id.to_string() };
    let sealed = app.seal_for(tx, user.id, place, said.as_bytes()).await?;
    let region = directory.region_of(user).unwrap_or_else(|| Region("unassigned".to_owned()));
    let case = NewCase {
        id,
        reference: &reference,
        user: user.id,
        company: user.company,
        region: &region,
        kind: PROPOSED,
        sealed: &sealed,
    };
    store::cases::insert(tx, &case, app.now()).await?;
    let event = AuditEvent::new(AuditKind::CaseOpened, Actor::CommandLine)
        .about(user.id, user.company)
        .fact("case", &reference);
    app.audit(tx, event).await
}
