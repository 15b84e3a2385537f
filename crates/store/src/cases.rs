//! Cases for the servicing teams.

use domain::{
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

statements! {
    INSERT = "INSERT INTO cases (id, reference, user_id, company_id, region, kind, sealed, state, created_at, version) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8, 0)";
    OPEN_OF_USER = "SELECT reference FROM cases WHERE user_id = $1 AND kind = $2 AND state = 'open' \
                    ORDER BY created_at DESC, id DESC LIMIT 1";
    OPEN_OF_REGION = "SELECT id, reference, user_id, kind, sealed, created_at FROM cases \
                      WHERE region = $1 AND state = 'open' ORDER BY created_at, id LIMIT $2";
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
    /// `wrong_details` or `profile_proposed`.
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
