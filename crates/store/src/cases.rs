//! Cases for the servicing teams.

use domain::{
    approval::Approval,
    id::{CaseId, CompanyId, UserId},
    role::Region,
    time::Timestamp,
};

use crate::{
    dialect::{Executor, execute, fetch_all, fetch_optional, statements},
    error::StoreError,
    tx::Tx,
    value::Id,
};

macro_rules! columns {
    () => {
        "id, reference, user_id, company_id, region, kind, sealed, state, created_at, commanded_at"
    };
}

statements! {
    INSERT = "INSERT INTO cases (id, reference, user_id, company_id, region, kind, sealed, state, created_at, version) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8, 0)";
    OPEN_OF_USER = "SELECT reference FROM cases WHERE user_id = $1 AND kind = $2 AND state = 'open' \
                    ORDER BY created_at DESC, id DESC LIMIT 1";
    OPEN_OF_REGION = "SELECT id, reference, user_id, kind, sealed, created_at FROM cases \
                      WHERE region = $1 AND state = 'open' ORDER BY created_at, id LIMIT $2";
    OPEN = concat!("SELECT ", columns!(), " FROM cases WHERE state = 'open' ORDER BY created_at, id LIMIT $1");
    OVERDUE = concat!("SELECT ", columns!(), " FROM cases WHERE kind = $1 AND state = 'open' AND created_at <= $2 \
                      ORDER BY created_at, id LIMIT $3");
    FIND_BY_REFERENCE = concat!("SELECT ", columns!(), " FROM cases WHERE reference = $1");
    FIND = concat!("SELECT ", columns!(), " FROM cases WHERE id = $1");
    /// Used once: of two that close a case, one changes the row.
    CLOSE = "UPDATE cases SET state = $2, closed_at = $3, version = version + 1 WHERE id = $1 AND state = 'open'";
    /// Of a case that is being closed, none is approved: its row is held first.
    HOLD = "UPDATE cases SET version = version + 1 WHERE id = $1 AND state = 'open'";
    APPROVE = "INSERT INTO case_approvals (case_id, staff, at, note) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (case_id, staff) DO UPDATE SET at = excluded.at, note = excluded.note \
               WHERE case_approvals.at <= $5";
    COMMAND = "UPDATE cases SET commanded_at = $2, version = version + 1 WHERE id = $1 AND state = 'open'";
    APPROVALS = "SELECT staff, at FROM case_approvals WHERE case_id = $1 ORDER BY at, staff";
}

/// A case as stored.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its key.
    pub id: CaseId,
    /// The number that people quote.
    pub reference: String,
    /// Whom it is about.
    pub user: UserId,
    /// What it is about.
    pub kind: String,
    /// What was said, sealed.
    pub sealed: Vec<u8>,
    /// When it was opened.
    pub created_at: Timestamp,
}

/// A case to be opened.
#[derive(Debug)]
pub struct NewCase<'a> {
    /// Its key.
    pub id: CaseId,
    /// The number that people quote.
    pub reference: &'a str,
    /// Whom it is about.
    pub user: UserId,
    /// Their company.
    pub company: Option<CompanyId>,
    /// Whose work it is.
    pub region: &'a Region,
    /// `wrong_details`, `profile_proposed` or `recovery`.
    pub kind: &'a str,
    /// What was said, sealed.
    pub sealed: &'a [u8],
}

/// Opens a case.
pub async fn insert(tx: &mut Tx, case: &NewCase<'_>, now: Timestamp) -> Result<(), StoreError> {
    let NewCase { id, reference, user, company, region, kind, sealed } = *case;
    execute!(tx, INSERT, id, reference, user, company, region.0.as_str(), kind, sealed, now).map(drop)
}

/// The number of the user's newest open case of a kind.
pub async fn open_of_user(
    conn: &mut impl Executor,
    user: UserId,
    kind: &str,
) -> Result<Option<String>, StoreError> {
    let row: Option<(String,)> = fetch_optional!(conn, OPEN_OF_USER, user, kind)?;
    Ok(row.map(|(reference,)| reference))
}

/// The oldest open cases of a region.
pub async fn list_open(
    conn: &mut impl Executor,
    region: &Region,
    limit: u32,
) -> Result<Vec<Case>, StoreError> {
    type Row = (Id<CaseId>, String, Id<UserId>, String, Vec<u8>, i64);
    let rows: Vec<Row> = fetch_all!(conn, OPEN_OF_REGION, region.0.as_str(), limit)?;
    let case = |(id, reference, user, kind, sealed, at): Row| Case {
        id: id.0,
        reference,
        user: user.0,
        kind,
        sealed,
        created_at: Timestamp(at),
    };
    Ok(rows.into_iter().map(case).collect())
}

/// A case with how it stands.
#[derive(Debug, Clone)]
pub struct WholeCase {
    /// What every case has.
    pub case: Case,
    /// The company of whom it is about.
    pub company: Option<CompanyId>,
    /// Whose work it is.
    pub region: Region,
    /// `open`, `used`, `refused` or `closed`.
    pub state: String,
    /// When the command line vouched for the person.
    pub commanded_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct WholeRow {
    id: Id<CaseId>,
    reference: String,
    user_id: Id<UserId>,
    company_id: Option<Id<CompanyId>>,
    region: String,
    kind: String,
    sealed: Vec<u8>,
    state: String,
    created_at: i64,
    commanded_at: Option<i64>,
}

impl From<WholeRow> for WholeCase {
    fn from(row: WholeRow) -> Self {
        Self {
            case: Case {
                id: row.id.0,
                reference: row.reference,
                user: row.user_id.0,
                kind: row.kind,
                sealed: row.sealed,
                created_at: Timestamp(row.created_at),
            },
            company: row.company_id.map(|id| id.0),
            region: Region(row.region),
            state: row.state,
            commanded_at: row.commanded_at.map(Timestamp),
        }
    }
}

/// The oldest open cases of all regions.
pub async fn list_all_open(conn: &mut impl Executor, limit: u32) -> Result<Vec<WholeCase>, StoreError> {
    let rows: Vec<WholeRow> = fetch_all!(conn, OPEN, limit)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The oldest open cases of a kind that were opened at `before` or earlier.
pub async fn list_overdue(
    conn: &mut impl Executor,
    kind: &str,
    before: Timestamp,
    limit: u32,
) -> Result<Vec<WholeCase>, StoreError> {
    let rows: Vec<WholeRow> = fetch_all!(conn, OVERDUE, kind, before, limit)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Finds a case by the number that people quote.
pub async fn find_by_reference(
    conn: &mut impl Executor,
    reference: &str,
) -> Result<Option<WholeCase>, StoreError> {
    let row: Option<WholeRow> = fetch_optional!(conn, FIND_BY_REFERENCE, reference)?;
    Ok(row.map(Into::into))
}

/// Finds a case by its key.
pub async fn find(conn: &mut impl Executor, id: CaseId) -> Result<Option<WholeCase>, StoreError> {
    let row: Option<WholeRow> = fetch_optional!(conn, FIND, id)?;
    Ok(row.map(Into::into))
}

/// Closes a case as `used`, `refused` or `closed`; false when it was closed already.
pub async fn close(tx: &mut Tx, id: CaseId, state: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(execute!(tx, CLOSE, id, state, now)? == 1)
}

/// A member of staff vouches for the person of an open case; false when the case is closed, or they have since `renewable`.
pub async fn approve(
    tx: &mut Tx,
    id: CaseId,
    approval: Approval,
    note: &[u8],
    renewable: Timestamp,
) -> Result<bool, StoreError> {
    if execute!(tx, HOLD, id)? != 1 {
        return Ok(false);
    }
    Ok(execute!(tx, APPROVE, id, approval.staff, approval.at, note, renewable)? == 1)
}

/// The command line vouches for the person of an open case; false when it is closed.
pub async fn command(tx: &mut Tx, id: CaseId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(execute!(tx, COMMAND, id, now)? == 1)
}

/// Who has vouched in a case, and when.
pub async fn approvals(conn: &mut impl Executor, id: CaseId) -> Result<Vec<Approval>, StoreError> {
    let rows: Vec<(Id<UserId>, i64)> = fetch_all!(conn, APPROVALS, id)?;
    Ok(rows.into_iter().map(|(staff, at)| Approval { staff: staff.0, at: Timestamp(at) }).collect())
}
