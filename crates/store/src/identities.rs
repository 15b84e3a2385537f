//! Login names: Enterprise User IDs, the application's old ones, and what applications call a user.

use domain::{
    enterprise_user_id::EnterpriseUserId,
    id::{ApplicationId, UserId},
    time::Timestamp,
};

use crate::{
    dialect::{Executor, execute, fetch_optional, statements},
    error::StoreError,
    tx::Tx,
    value::Id,
};

statements! {
    FIND_BY_ID = "SELECT user_id, display FROM enterprise_user_ids WHERE canonical = $1";
    ID_OF = "SELECT display FROM enterprise_user_ids WHERE user_id = $1";
    /// Look-alikes share a skeleton, so 50 parallel claims make one row; nobody takes another user's old login name.
    CLAIM = "INSERT INTO enterprise_user_ids (canonical, skeleton, display, user_id, created_at) \
             SELECT $1, $2, $3, $4, $5 \
             WHERE NOT EXISTS (SELECT 1 FROM legacy_logins WHERE skeleton = $2 AND user_id <> $4) \
             ON CONFLICT DO NOTHING";
    HOLD_NAMES = "INSERT INTO installation (name, value) VALUES ('names', '') \
                  ON CONFLICT (name) DO UPDATE SET value = installation.value";
    COUNT_TAKEN = "SELECT (SELECT count(*) FROM enterprise_user_ids WHERE skeleton = $1 OR canonical = $2) \
                   + (SELECT count(*) FROM legacy_logins WHERE skeleton = $1 AND user_id <> $3)";
    FIND_LEGACY = "SELECT user_id, display, source FROM legacy_logins WHERE canonical = $1";
    LEGACY_OF = "SELECT user_id, display, source FROM legacy_logins WHERE user_id = $1";
    INSERT_LEGACY = "INSERT INTO legacy_logins (canonical, skeleton, display, user_id, source, created_at) \
                     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    RESEMBLES_ID = "SELECT user_id, display FROM enterprise_user_ids WHERE skeleton = $1";
    FIND_CREDENTIAL = "SELECT sealed_hash FROM legacy_credentials WHERE user_id = $1";
    PUT_CREDENTIAL = "INSERT INTO legacy_credentials (user_id, sealed_hash, created_at) VALUES ($1, $2, $3) \
                      ON CONFLICT (user_id) DO UPDATE SET sealed_hash = excluded.sealed_hash, \
                      created_at = excluded.created_at";
    DELETE_CREDENTIAL = "DELETE FROM legacy_credentials WHERE user_id = $1";
    DELETE_OF_COMPANY = "DELETE FROM legacy_credentials WHERE user_id IN (SELECT c.user_id FROM users u \
                         JOIN legacy_credentials c ON c.user_id = u.id WHERE u.company_id = $1 LIMIT $2)";
    FIND_SUBJECT = "SELECT subject FROM subjects WHERE user_id = $1 AND application_id = $2";
    INSERT_SUBJECT = "INSERT INTO subjects (user_id, application_id, subject, created_at) VALUES ($1, $2, $3, $4) \
                      ON CONFLICT DO NOTHING";
}

#[derive(sqlx::FromRow)]
struct LegacyRow {
    user_id: Id<UserId>,
    display: String,
    source: String,
}

/// An old login name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegacyLogin {
    /// Whose it is.
    pub user: UserId,
    /// As the application writes it.
    pub display: String,
    /// Where its password is checked: `import` for an imported hash.
    pub source: String,
}

impl From<LegacyRow> for LegacyLogin {
    fn from(row: LegacyRow) -> Self {
        Self { user: row.user_id.0, display: row.display, source: row.source }
    }
}

/// Whose Enterprise User ID this canonical name is, and how it is written.
pub async fn find_by_id(
    conn: &mut impl Executor,
    canonical: &str,
) -> Result<Option<(UserId, String)>, StoreError> {
    let row: Option<(Id<UserId>, String)> = fetch_optional!(conn, FIND_BY_ID, canonical)?;
    Ok(row.map(|(user, display)| (user.0, display)))
}

/// The user's Enterprise User ID, as written.
pub async fn id_of(conn: &mut impl Executor, user: UserId) -> Result<Option<String>, StoreError> {
    let row: Option<(String,)> = fetch_optional!(conn, ID_OF, user)?;
    Ok(row.map(|(display,)| display))
}

/// Claims an ID for good; false when it, or one that looks like it, is taken, or the user has one.
pub async fn claim(
    tx: &mut Tx,
    user: UserId,
    id: &EnterpriseUserId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    hold_names(tx).await?;
    Ok(execute!(tx, CLAIM, id.canonical(), id.skeleton(), id.display(), user, now)? == 1)
}

/// Holds the making of names until the transaction ends: of an ID and an old login name that look alike and come at the same
/// moment, on two nodes, the second sees the first. Taken after the rows of people.
pub async fn hold_names(tx: &mut Tx) -> Result<(), StoreError> {
    execute!(tx, HOLD_NAMES).map(drop)
}

/// Whether an ID, or one that looks like it, is taken, as seen by `user`.
pub async fn is_taken(
    conn: &mut impl Executor,
    user: UserId,
    id: &EnterpriseUserId,
) -> Result<bool, StoreError> {
    let row: Option<(i64,)> = fetch_optional!(conn, COUNT_TAKEN, id.skeleton(), id.canonical(), user)?;
    Ok(row.is_some_and(|(count,)| count > 0))
}

/// Whose ID this skeleton belongs to: a collision to report when an import brings an old login name that looks like it.
pub async fn id_that_resembles(
    conn: &mut impl Executor,
    skeleton: &str,
) -> Result<Option<(UserId, String)>, StoreError> {
    let row: Option<(Id<UserId>, String)> = fetch_optional!(conn, RESEMBLES_ID, skeleton)?;
    Ok(row.map(|(user, display)| (user.0, display)))
}

/// Finds an old login name.
pub async fn find_legacy(
    conn: &mut impl Executor,
    canonical: &str,
) -> Result<Option<LegacyLogin>, StoreError> {
    let row: Option<LegacyRow> = fetch_optional!(conn, FIND_LEGACY, canonical)?;
    Ok(row.map(Into::into))
}

/// The user's old login name.
pub async fn legacy_of(conn: &mut impl Executor, user: UserId) -> Result<Option<LegacyLogin>, StoreError> {
    let row: Option<LegacyRow> = fetch_optional!(conn, LEGACY_OF, user)?;
    Ok(row.map(Into::into))
}

/// Adds an old login name; false when the name is taken or the user has one.
pub async fn insert_legacy(
    tx: &mut Tx,
    canonical: &str,
    skeleton: &str,
    login: &LegacyLogin,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let LegacyLogin { user, display, source } = login;
    Ok(execute!(tx, INSERT_LEGACY, canonical, skeleton, display, *user, source, now)? == 1)
}

/// The sealed imported hash.
pub async fn find_credential(conn: &mut impl Executor, user: UserId) -> Result<Option<Vec<u8>>, StoreError> {
    let row: Option<(Vec<u8>,)> = fetch_optional!(conn, FIND_CREDENTIAL, user)?;
    Ok(row.map(|(sealed,)| sealed))
}

/// Stores a sealed imported hash.
pub async fn put_credential(
    tx: &mut Tx,
    user: UserId,
    sealed: &[u8],
    now: Timestamp,
) -> Result<(), StoreError> {
    execute!(tx, PUT_CREDENTIAL, user, sealed, now).map(drop)
}

/// Deletes the imported hash: the old credentials open nothing from now on.
pub async fn delete_credential(tx: &mut Tx, user: UserId) -> Result<(), StoreError> {
    execute!(tx, DELETE_CREDENTIAL, user).map(drop)
}

/// Deletes a company's imported hashes, at most `most` at once: its cut-off has passed. Gives their number.
pub async fn delete_credentials_of_company(
    tx: &mut Tx,
    company: domain::id::CompanyId,
    most: u32,
) -> Result<u64, StoreError> {
    execute!(tx, DELETE_OF_COMPANY, company, most)
}

/// What the application calls the user.
pub async fn find_subject(
    conn: &mut impl Executor,
    user: UserId,
    application: ApplicationId,
) -> Result<Option<String>, StoreError> {
    let row: Option<(String,)> = fetch_optional!(conn, FIND_SUBJECT, user, application)?;
    Ok(row.map(|(subject,)| subject))
}

/// Settles for good what the application calls the user; false when that name is somebody else's.
pub async fn settle_subject(
    tx: &mut Tx,
    user: UserId,
    application: ApplicationId,
    subject: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(execute!(tx, INSERT_SUBJECT, user, application, subject, now)? == 1)
}
