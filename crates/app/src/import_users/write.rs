//! What was decided about people of a file, written in few statements.

use crypto::seal::Place;
use domain::{
    audit::{Actor, AuditEvent, AuditKind},
    directory::User,
    id::{AuditId, CaseId, UserId},
    revocation::Cause,
};
use store::{
    Tx,
    cases::NewCase,
    identities, imports,
    imports::{NewCredential, NewLogin},
    users,
    users::NewUser,
};

use super::{
    Import, Outcome, Person, Rejection, Taken,
    decide::{CASE, Decided, Decision, Profile},
};
use crate::{
    App, Fault,
    directory::Directory,
    report_wrong_details::reference,
    revoke::{InHand, revoke},
    submit_legacy_credentials::seal_credential,
};

/// Where imported passwords are checked, as `legacy_logins.source` says it. No live source may have this name: it would be
/// asked about the imported people of all companies.
pub const IMPORTED: &str = "import";

/// What many people have in common: rows that are written together.
#[derive(Default)]
struct Rows<'r> {
    users: Vec<NewUser>,
    logins: Vec<NewLogin<'r>>,
    credentials: Vec<NewCredential>,
    events: Vec<(AuditId, AuditEvent)>,
}

/// Writes what was decided about `people`, one answer for each.
pub(super) async fn carry_out(
    import: &Import,
    tx: &mut Tx,
    people: &[Person],
    decided: Vec<Decided>,
) -> Result<Vec<Taken>, Fault> {
    let app = &import.app;
    let mut outcomes = Vec::with_capacity(people.len());
    let mut rows = Rows::default();
    // Rows of known people are held first and the names last, in the order in which making an ID does it.
    for (person, decided) in people.iter().zip(&decided) {
        outcomes.push(match &decided.decision {
            Decision::Update { known, hash, profile } => {
                let user = &known.user;
                update(import, tx, &mut rows, person, user, *hash, *profile).await?
            }
            Decision::Reject(rejection) => Outcome::Rejected(rejection.clone()),
            Decision::Add { .. } => Outcome::Added,
        });
    }
    refuse_new_collisions(tx, &decided, &mut outcomes).await?;
    for ((person, decided), outcome) in people.iter().zip(&decided).zip(&outcomes) {
        if let (Decision::Add { company, hash }, Outcome::Added) = (&decided.decision, outcome) {
            let id = UserId(app.new_uuid());
            rows.users.push(NewUser {
                id,
                company: Some(*company),
                role: person.role,
                region: person.region.clone(),
                name: person.name.clone(),
                email: person.email.clone(),
                language: person.language.clone(),
            });
            if let (Some(names), Some(login)) = (&decided.names, &person.login) {
                let (canonical, skeleton) = (names.canonical.as_str(), names.skeleton.as_str());
                let display = login.as_str();
                rows.logins.push(NewLogin { user: id, canonical, skeleton, display, source: IMPORTED });
            }
            rows.keep_hash(app, id, person, *hash)?;
            let event = AuditEvent::new(AuditKind::UserImported, Actor::CommandLine);
            rows.tell(app, event.about(id, Some(*company)).fact("outcome", "added"));
        }
    }
    // Two imports of the same names wait for each other, and not in a circle.
    rows.logins.sort_unstable_by_key(|login| login.canonical);
    rows.write(app, tx).await?;
    let taken = outcomes.into_iter().zip(decided);
    Ok(taken
        .map(|(outcome, decided)| Taken { outcome, looks_like_a_login: decided.looks_like_a_login })
        .collect())
}

/// From here on nobody makes an ID until the transaction ends; what was made since it was looked at counts.
async fn refuse_new_collisions(
    tx: &mut Tx,
    decided: &[Decided],
    outcomes: &mut [Outcome],
) -> Result<(), Fault> {
    let skeleton = |decided: &Decided| decided.names.as_ref().map(|names| names.skeleton.clone());
    let added = decided.iter().filter(|decided| matches!(decided.decision, Decision::Add { .. }));
    let skeletons: Vec<String> = added.filter_map(skeleton).collect();
    if skeletons.is_empty() {
        return Ok(());
    }
    identities::hold_names(tx).await?;
    let skeletons: Vec<&str> = skeletons.iter().map(String::as_str).collect();
    let taken = imports::ids_like(tx, &skeletons).await?;
    for (decided, outcome) in decided.iter().zip(outcomes) {
        let collides = skeleton(decided).is_some_and(|skeleton| taken.contains_key(&skeleton));
        if collides && *outcome == Outcome::Added {
            *outcome = Outcome::Rejected(Rejection::ResemblesId);
        }
    }
    Ok(())
}

impl Rows<'_> {
    fn keep_hash(
        &mut self,
        app: &App,
        user: UserId,
        person: &Person,
        mac: Option<[u8; 32]>,
    ) -> Result<(), Fault> {
        if let (Some(hash), Some(mac)) = (&person.hash, mac) {
            let sealed = seal_credential(app, user, hash.as_str())?;
            self.credentials.push(NewCredential { user, sealed, mac });
        }
        Ok(())
    }

    fn tell(&mut self, app: &App, event: AuditEvent) {
        self.events.push((AuditId(app.new_uuid()), event));
    }

    async fn write(&self, app: &App, tx: &mut Tx) -> Result<(), Fault> {
        let now = app.now();
        imports::add_users(tx, &self.users, now).await?;
        imports::add_logins(tx, &self.logins, now).await?;
        imports::put_credentials(tx, &self.credentials, now).await?;
        Ok(imports::add_events(tx, &self.events, now).await?)
    }
}

async fn update(
    import: &Import,
    tx: &mut Tx,
    rows: &mut Rows<'_>,
    person: &Person,
    user: &User,
    hash: Option<[u8; 32]>,
    profile: Profile,
) -> Result<Outcome, Fault> {
    let app = &import.app;
    if hash.is_none() && matches!(profile, Profile::Same | Profile::InDispute) {
        return Ok(Outcome::Same);
    }
    // Held until the end, so that nobody makes an ID or confirms a profile in between.
    users::hold(tx, user.id).await?;
    let hash = match hash {
        Some(mac) if identities::id_of(tx, user.id).await?.is_none() => Some(mac),
        Some(_) | None => None,
    };
    rows.keep_hash(app, user.id, person, hash)?;
    let unchanged = if hash.is_some() { Outcome::Changed } else { Outcome::Same };
    let outcome = match profile {
        Profile::Same | Profile::InDispute => unchanged,
        Profile::Proposed if users::propose_profile(tx, user.id, &person.name, &person.email).await? => {
            // A code that went to the address before proves nothing about this one.
            if user.email != person.email {
                let moved = Cause::EmailCorrected;
                revoke(tx, user.id, moved, InHand::default(), "email_imported", app.now()).await?;
            }
            Outcome::Changed
        }
        Profile::Proposed | Profile::Disputed => {
            let opened = open_case(app, tx, &import.directory, user, &person.name, &person.email).await?;
            if opened { Outcome::CaseOpened } else { unchanged }
        }
    };
    let word = match outcome {
        Outcome::Changed => "changed",
        Outcome::CaseOpened => "case",
        Outcome::Added | Outcome::Same | Outcome::Rejected(_) => return Ok(outcome),
    };
    let event = AuditEvent::new(AuditKind::UserImported, Actor::CommandLine);
    rows.tell(app, event.about(user.id, user.company).fact("outcome", word));
    Ok(outcome)
}

/// Opens a case about a name and an address that differ from confirmed ones; false when one is open already. One case stays
/// open, however often the same comes.
pub(crate) async fn open_case(
    app: &App,
    tx: &mut Tx,
    directory: &Directory,
    user: &User,
    name: &str,
    email: &str,
) -> Result<bool, Fault> {
    let region = directory.region_of(user);
    let open = store::cases::open_of_user(tx, user.id, CASE).await?;
    let (Some(region), None) = (region, open) else { return Ok(false) };
    let id = CaseId(app.new_uuid());
    let reference = reference(app);
    let place = Place { column: "cases.sealed", row: &id.to_string() };
    let proposal = format!("{name} <{email}>");
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
    Ok(true)
}
