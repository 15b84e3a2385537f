//! "This was not me": links in mails with codes, and what administrators are told about those that were pressed.

use domain::{
    id::{AttemptId, CompanyId, RecoveryId, ReportId, UserId},
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
        "user_id, purpose, attempt_id, recovery_id, browser_name, created_at, expires_at, used_at"
    };
}

statements! {
    INSERT = "INSERT INTO not_me_links (token_hash, user_id, purpose, attempt_id, recovery_id, browser_name, created_at, \
              expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    FIND = concat!("SELECT ", columns!(), " FROM not_me_links WHERE token_hash = $1");
    USE = concat!("UPDATE not_me_links SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2 \
                   RETURNING ", columns!());
    /// Every mail of one attempt has a link of its own; one use is the use of all.
    USE_SIBLINGS = "UPDATE not_me_links SET used_at = $3 WHERE used_at IS NULL AND user_id = $1 \
                    AND coalesce(attempt_id, recovery_id) = $2";
    RECOVERY_STATE = "SELECT state FROM recoveries WHERE id = $1";
    RECOVERED_SINCE = "SELECT count(*) FROM recoveries WHERE user_id = $1 AND state = 'completed' AND created_at > $2";
    REPORT = "INSERT INTO not_me_reports (id, user_id, company_id, at) VALUES ($1, $2, $3, $4)";
    WAITING = "SELECT DISTINCT company_id FROM not_me_reports AS waiting WHERE told_at IS NULL AND company_id IS NOT NULL \
               AND (SELECT count(*) FROM not_me_reports AS told WHERE told.company_id = waiting.company_id \
               AND told.told_at > $1) = 0";
    TELL = "UPDATE not_me_reports SET told_at = $2 WHERE company_id = $1 AND told_at IS NULL RETURNING user_id, at";
}

/// A link of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Who got the mail.
    pub user: UserId,
    /// What the code was for, in the word that was given to [`insert`].
    pub purpose: String,
    /// The login or onboarding that asked for it.
    pub attempt: Option<AttemptId>,
    /// The recovery that asked for it.
    pub recovery: Option<RecoveryId>,
    /// The browser that asked for it.
    pub browser_name: String,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When the link is worth nothing any more.
    pub expires_at: Timestamp,
    /// When it was pressed.
    pub used_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    user_id: Id<UserId>,
    purpose: String,
    attempt_id: Option<Id<AttemptId>>,
    recovery_id: Option<Id<RecoveryId>>,
    browser_name: String,
    created_at: i64,
    expires_at: i64,
    used_at: Option<i64>,
}

impl From<Row> for Link {
    fn from(row: Row) -> Self {
        Self {
            user: row.user_id.0,
            purpose: row.purpose,
            attempt: row.attempt_id.map(|id| id.0),
            recovery: row.recovery_id.map(|id| id.0),
            browser_name: row.browser_name,
            created_at: Timestamp(row.created_at),
            expires_at: Timestamp(row.expires_at),
            used_at: row.used_at.map(Timestamp),
        }
    }
}

/// Stores a link under the digest of its token.
pub async fn insert(tx: &mut Tx, token_hash: &[u8; 32], link: &Link) -> Result<(), StoreError> {
    let Link { user, attempt, recovery, created_at, expires_at, .. } = *link;
    let (purpose, browser) = (&link.purpose, &link.browser_name);
    execute!(tx, INSERT, token_hash, user, purpose, attempt, recovery, browser, created_at, expires_at)?;
    Ok(())
}

/// Finds a link, whatever became of it.
pub async fn find(conn: &mut impl Executor, token_hash: &[u8; 32]) -> Result<Option<Link>, StoreError> {
    let row: Option<Row> = fetch_optional!(conn, FIND, token_hash)?;
    Ok(row.map(Into::into))
}

/// Uses a link, once, and with it all links of the same attempt.
pub async fn take(tx: &mut Tx, token_hash: &[u8; 32], now: Timestamp) -> Result<Option<Link>, StoreError> {
    let row: Option<Row> = fetch_optional!(tx, USE, token_hash, now)?;
    let Some(link) = row.map(Link::from) else { return Ok(None) };
    let asked = link.attempt.map(|id| id.to_string()).or_else(|| link.recovery.map(|id| id.to_string()));
    execute!(tx, USE_SIBLINGS, link.user, asked, now)?;
    Ok(Some(link))
}

/// Whether a recovery made a new password.
pub async fn recovery_is_completed(conn: &mut impl Executor, id: RecoveryId) -> Result<bool, StoreError> {
    let row: Option<(String,)> = fetch_optional!(conn, RECOVERY_STATE, id)?;
    Ok(row.is_some_and(|(state,)| state == "completed"))
}

/// Whether a recovery that began after `since` made a new password.
pub async fn has_recovered_since(
    conn: &mut impl Executor,
    user: UserId,
    since: Timestamp,
) -> Result<bool, StoreError> {
    let row: Option<(i64,)> = fetch_optional!(conn, RECOVERED_SINCE, user, since)?;
    Ok(row.is_some_and(|(count,)| count > 0))
}

/// Writes down for the administrators that a link was pressed.
pub async fn report(
    tx: &mut Tx,
    id: ReportId,
    user: UserId,
    company: Option<CompanyId>,
    now: Timestamp,
) -> Result<(), StoreError> {
    execute!(tx, REPORT, id, user, company, now).map(drop)
}

/// Companies with reports that nobody was told of, unless somebody there was told something after `told_after`.
pub async fn companies_waiting(
    conn: &mut impl Executor,
    told_after: Timestamp,
) -> Result<Vec<CompanyId>, StoreError> {
    let rows: Vec<(Id<CompanyId>,)> = fetch_all!(conn, WAITING, told_after)?;
    Ok(rows.into_iter().map(|(company,)| company.0).collect())
}

/// Marks all reports of the company as told, and gives them.
pub async fn tell(
    tx: &mut Tx,
    company: CompanyId,
    now: Timestamp,
) -> Result<Vec<(UserId, Timestamp)>, StoreError> {
    let rows: Vec<(Id<UserId>, i64)> = fetch_all!(tx, TELL, company, now)?;
    Ok(rows.into_iter().map(|(user, at)| (user.0, Timestamp(at))).collect())
}
