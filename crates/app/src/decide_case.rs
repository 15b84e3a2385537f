//! Staff's part of a recovery, by the command line: who vouches for the person of a case, and who refuses.

use crypto::seal::{Place, open};
use delivery::mail::Mail;
use domain::{
    approval::{Approval, CannotVouch, LIFETIME, NEEDED, fresh, may_vouch},
    audit::{Actor, AuditEvent, AuditKind},
    directory::User,
    enterprise_user_id::canonical_login,
    role::Region,
    time::Timestamp,
};
use store::{Executor, Tx, cases::WholeCase};

use crate::{
    App, Fault,
    ask_staff::{KIND, SEALED},
    recovery::LIFETIME_WITH_STAFF,
    vouching::vouched_in,
};

/// Cases shown at once.
const MOST_SHOWN: u32 = 200;
/// The longest note, in characters.
pub const LONGEST_NOTE: usize = 1_000;

/// A case, for staff.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// The number that people quote.
    pub reference: String,
    /// `recovery`, `wrong_details` or `profile_proposed`.
    pub kind: String,
    /// `open`, `used`, `refused` or `closed`.
    pub state: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Whose work it is.
    pub region: Region,
    /// Whom it is about.
    pub person: User,
    /// The person's Enterprise User ID.
    pub user_id: Option<String>,
    /// The person's company.
    pub company: Option<String>,
    /// What was said.
    pub said: String,
    /// Who has vouched: their Enterprise User ID, and when.
    pub approvals: Vec<(String, Timestamp)>,
}

/// What came of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decided {
    /// Vouched; so many more are needed.
    Approved {
        /// How many more.
        missing: usize,
    },
    /// Refused and closed.
    Refused,
    /// There is no such case.
    NoCase,
    /// It was closed before.
    Closed,
    /// It is of a kind that nobody vouches in.
    OtherKind,
    /// Nobody on record has that Enterprise User ID.
    NoStaff,
    /// This member of staff cannot decide it.
    Cannot(CannotVouch),
    /// They have vouched already.
    Twice,
    /// Nothing was said about how the person was recognised.
    NoNote,
}

/// The open cases, oldest first.
///
/// # Errors
/// [`Fault::Store`].
pub async fn list_cases(app: &App) -> Result<Vec<Sheet>, Fault> {
    let mut conn = app.db.read().await?;
    let mut sheets = Vec::new();
    for case in store::cases::list_all_open(&mut conn, MOST_SHOWN).await? {
        sheets.push(sheet(app, &mut conn, case).await?);
    }
    Ok(sheets)
}

/// One case, by its number.
///
/// # Errors
/// [`Fault::Store`].
pub async fn show_case(app: &App, reference: &str) -> Result<Option<Sheet>, Fault> {
    let mut conn = app.db.read().await?;
    match store::cases::find_by_reference(&mut conn, &canonical_reference(reference)).await? {
        Some(case) => Ok(Some(sheet(app, &mut conn, case).await?)),
        None => Ok(None),
    }
}

/// A member of staff vouches for the person of a case: never for themselves, never twice within a day.
///
/// # Errors
/// [`Fault::Store`].
pub async fn approve_case(app: &App, reference: &str, staff: &str, note: &str) -> Result<Decided, Fault> {
    let note: String = note.trim().chars().take(LONGEST_NOTE).collect();
    if note.is_empty() {
        return Ok(Decided::NoNote);
    }
    let directory = app.directory().await?;
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let (case, staff) = match find(&mut tx, reference, staff).await? {
        Ok(found) => found,
        Err(decided) => return Ok(decided),
    };
    let person = case.case.user;
    let id = case.case.id;
    let place = Place { column: "case_approvals.note", row: &format!("{id} {}", staff.id) };
    let sealed = app.seal_for(&mut tx, person, place, note.as_bytes()).await?;
    let approval = Approval { staff: staff.id, at: now };
    if !store::cases::approve(&mut tx, id, approval, &sealed, now - LIFETIME).await? {
        return Ok(Decided::Twice);
    }
    let event = AuditEvent::new(AuditKind::CaseApproved, Actor::CommandLine)
        .about(person, case.company)
        .fact("case", &case.case.reference)
        .fact("staff", staff.id);
    app.audit(&mut tx, event).await?;
    let vouched = vouched_in(&mut tx, &case).await?;
    let missing = NEEDED.saturating_sub(fresh(&vouched.approvals, person, now));
    if missing == 0
        && let Some(user) = store::users::find(&mut tx, person).await?
    {
        let mail = Mail::CaseApproved { number: case.case.reference, valid_until: now + LIFETIME, at: now };
        app.post(&mut tx, &directory, &user, mail, now + LIFETIME).await?;
    }
    tx.commit().await?;
    app.mail_bell.notify_one();
    Ok(Decided::Approved { missing })
}

/// A member of staff refuses a case: it is closed, and nobody can vouch in it any more.
///
/// # Errors
/// [`Fault::Store`].
pub async fn refuse_case(app: &App, reference: &str, staff: &str) -> Result<Decided, Fault> {
    let directory = app.directory().await?;
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let (case, staff) = match find(&mut tx, reference, staff).await? {
        Ok(found) => found,
        Err(decided) => return Ok(decided),
    };
    if !store::cases::close(&mut tx, case.case.id, "refused", now).await? {
        return Ok(Decided::Closed);
    }
    let event = AuditEvent::new(AuditKind::CaseClosed, Actor::CommandLine)
        .about(case.case.user, case.company)
        .fact("case", &case.case.reference)
        .fact("staff", staff.id)
        .fact("why", "refused");
    app.audit(&mut tx, event).await?;
    if let Some(user) = store::users::find(&mut tx, case.case.user).await? {
        let mail = Mail::CaseRefused { number: case.case.reference, at: now };
        app.post(&mut tx, &directory, &user, mail, now + LIFETIME).await?;
    }
    tx.commit().await?;
    app.mail_bell.notify_one();
    Ok(Decided::Refused)
}

/// Closes the cases of recoveries that wait no longer.
pub(crate) async fn close_overdue(app: &App, tx: &mut Tx, now: Timestamp) -> Result<(), Fault> {
    for case in store::cases::list_overdue(tx, KIND, now - LIFETIME_WITH_STAFF, MOST_SHOWN).await? {
        if store::cases::close(tx, case.case.id, "closed", now).await? {
            let event = AuditEvent::new(AuditKind::CaseClosed, Actor::System)
                .about(case.case.user, case.company)
                .fact("case", &case.case.reference)
                .fact("why", "overdue");
            app.audit(tx, event).await?;
        }
    }
    Ok(())
}

async fn find(
    tx: &mut Tx,
    reference: &str,
    staff: &str,
) -> Result<Result<(WholeCase, User), Decided>, Fault> {
    let Some(case) = store::cases::find_by_reference(tx, &canonical_reference(reference)).await? else {
        return Ok(Err(Decided::NoCase));
    };
    if case.case.kind != KIND {
        return Ok(Err(Decided::OtherKind));
    }
    if case.state != "open" {
        return Ok(Err(Decided::Closed));
    }
    let staff = match store::identities::find_by_id(tx, &canonical_login(staff)).await? {
        Some((id, _)) => store::users::find(tx, id).await?,
        None => None,
    };
    let Some(staff) = staff else { return Ok(Err(Decided::NoStaff)) };
    Ok(match may_vouch(&staff, case.case.user, &case.region) {
        Ok(()) => Ok((case, staff)),
        Err(why) => Err(Decided::Cannot(why)),
    })
}

/// As people say it: small letters and spaces are forgiven.
pub(crate) fn canonical_reference(typed: &str) -> String {
    typed.trim().to_uppercase()
}

async fn sheet(app: &App, conn: &mut impl Executor, case: WholeCase) -> Result<Sheet, Fault> {
    let directory = app.directory().await?;
    let person = store::users::find(conn, case.case.user).await?;
    let person = person.ok_or(Fault::Inconsistent("a case about nobody"))?;
    let key = app.person_key(conn, person.id).await?.ok_or(Fault::Inconsistent("a person without a key"))?;
    let said = open(&key, Place { column: SEALED, row: &case.case.id.to_string() }, &case.case.sealed)?;
    let mut approvals = Vec::new();
    for approval in store::cases::approvals(conn, case.case.id).await? {
        let staff = store::identities::id_of(conn, approval.staff).await?;
        approvals.push((staff.unwrap_or_else(|| approval.staff.to_string()), approval.at));
    }
    Ok(Sheet {
        reference: case.case.reference,
        kind: case.case.kind,
        state: case.state,
        opened_at: case.case.created_at,
        region: case.region,
        user_id: store::identities::id_of(conn, person.id).await?,
        company: directory.company_of(&person).map(|company| company.name.clone()),
        said: String::from_utf8_lossy(&said).into_owned(),
        approvals,
        person,
    })
}
