//! The last of staff lost password and security code: no two others can vouch, so the command line does. It chooses no password;
//! the mailbox is proven as in every recovery.

use delivery::mail::Mail;
use domain::{
    approval::{LIFETIME, NEEDED, may_vouch},
    audit::{Actor, AuditEvent, AuditKind},
    id::UserId,
    role::{Region, Role},
};
use store::Executor;

use crate::{App, Fault, ask_staff::KIND, decide_case::canonical_reference};

/// Staff looked at when those who could vouch are counted.
const MOST_COUNTED: u32 = 1_000;

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Vouched for: they can go on in the browser where they began.
    Vouched,
    /// They are no staff, or disabled: staff vouch for them.
    NotStaff,
    /// There is no open recovery of theirs with that number.
    NoCase,
    /// Two others can vouch, so they have to.
    OthersCan,
}

/// Vouches for a member of staff in the case with this number, where no two others can.
///
/// # Errors
/// [`Fault::Store`].
pub async fn vouch_for_last_staff(app: &App, person: UserId, reference: &str) -> Result<Outcome, Fault> {
    let directory = app.directory().await?;
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let user = store::users::find(&mut tx, person).await?;
    let Some(user) = user.filter(|user| user.role.is_staff() && user.disabled_at.is_none()) else {
        return Ok(Outcome::NotStaff);
    };
    let case = store::cases::find_by_reference(&mut tx, &canonical_reference(reference)).await?;
    let Some(case) = case.filter(|case| case.case.user == person && case.case.kind == KIND) else {
        return Ok(Outcome::NoCase);
    };
    if others_who_may_vouch(&mut tx, person, &case.region).await? >= NEEDED {
        return Ok(Outcome::OthersCan);
    }
    if !store::cases::command(&mut tx, case.case.id, now).await? {
        return Ok(Outcome::NoCase);
    }
    let event = AuditEvent::new(AuditKind::CaseApproved, Actor::CommandLine)
        .about(person, user.company)
        .fact("case", &case.case.reference)
        .fact("why", "last_of_staff");
    app.audit(&mut tx, event).await?;
    let mail = Mail::CaseApproved { number: case.case.reference, valid_until: now + LIFETIME, at: now };
    app.post(&mut tx, &directory, &user, mail, now + LIFETIME).await?;
    tx.commit().await?;
    app.mail_bell.notify_one();
    Ok(Outcome::Vouched)
}

/// How many could vouch for `person`: with the right, and with an Enterprise User ID by which they are named.
async fn others_who_may_vouch(
    conn: &mut impl Executor,
    person: UserId,
    region: &Region,
) -> Result<usize, Fault> {
    let mut staff = Vec::new();
    for role in Role::ALL.into_iter().filter(|role| role.is_staff()) {
        staff.extend(store::users::list_of_staff(conn, role, MOST_COUNTED).await?);
    }
    let mut able = 0;
    for other in staff.iter().filter(|other| may_vouch(other, person, region).is_ok()) {
        able += usize::from(store::identities::id_of(conn, other.id).await?.is_some());
    }
    Ok(able)
}
