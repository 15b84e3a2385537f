//! Passkeys.

use domain::{
    id::{PasskeyId, UserId},
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
        "id, user_id, credential_id, public_key, sign_count, flags, record, name, created_at, last_used_at"
    };
}

statements! {
    LIST = concat!("SELECT ", columns!(), " FROM passkeys WHERE user_id = $1 ORDER BY created_at, id");
    FIND = concat!("SELECT ", columns!(), " FROM passkeys WHERE credential_id = $1");
    /// A credential belongs to one account for ever (Web Authentication, Level 3, section 7.1, step 26).
    INSERT = "INSERT INTO passkeys (id, user_id, credential_id, public_key, sign_count, flags, record, name, created_at, \
              version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0) ON CONFLICT (credential_id) DO NOTHING";
    /// Of all answers with one count, exactly one changes the row. Passkeys without a counter always say 0.
    USE_COUNT = "UPDATE passkeys SET sign_count = $2, flags = $3, record = $4, last_used_at = $5, version = version + 1 \
                 WHERE id = $1 AND (sign_count < $2 OR (sign_count = 0 AND $2 = 0))";
    RENAME = "UPDATE passkeys SET name = $3, version = version + 1 WHERE id = $1 AND user_id = $2";
    REMOVE = "DELETE FROM passkeys WHERE id = $1 AND user_id = $2";
    REMOVE_OF_USER = "DELETE FROM passkeys WHERE user_id = $1";
}

/// A passkey, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyRow {
    /// Its key.
    pub id: PasskeyId,
    /// Whose it is.
    pub user: UserId,
    /// Its public identifier.
    pub credential_id: Vec<u8>,
    /// Its public key, as JSON.
    pub public_key: Vec<u8>,
    /// The last signature counter.
    pub sign_count: u32,
    /// Bit 0: it may be backed up. Bit 1: it is.
    pub flags: u32,
    /// What the library keeps.
    pub record: String,
    /// What its owner calls it.
    pub name: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last opened a login.
    pub last_used_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Id<PasskeyId>,
    user_id: Id<UserId>,
    credential_id: Vec<u8>,
    public_key: Vec<u8>,
    sign_count: i64,
    flags: i64,
    record: String,
    name: String,
    created_at: i64,
    last_used_at: Option<i64>,
}

impl From<Row> for PasskeyRow {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0,
            user: row.user_id.0,
            credential_id: row.credential_id,
            public_key: row.public_key,
            sign_count: u32::try_from(row.sign_count).unwrap_or(u32::MAX),
            flags: u32::try_from(row.flags).unwrap_or(0),
            record: row.record,
            name: row.name,
            created_at: Timestamp(row.created_at),
            last_used_at: row.last_used_at.map(Timestamp),
        }
    }
}

/// The user's passkeys, oldest first.
pub async fn list(conn: &mut impl Executor, user: UserId) -> Result<Vec<PasskeyRow>, StoreError> {
    let rows: Vec<Row> = fetch_all!(conn, LIST, user)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The passkey of this public identifier, whoever's it is.
pub async fn find(conn: &mut impl Executor, credential_id: &[u8]) -> Result<Option<PasskeyRow>, StoreError> {
    let row: Option<Row> = fetch_optional!(conn, FIND, credential_id)?;
    Ok(row.map(Into::into))
}

/// Stores a new one; false when somebody has it already.
pub async fn insert(tx: &mut Tx, passkey: &PasskeyRow) -> Result<bool, StoreError> {
    let PasskeyRow { id, user, sign_count, flags, created_at, .. } = *passkey;
    let (credential, key) = (&passkey.credential_id, &passkey.public_key);
    let (record, name) = (&passkey.record, &passkey.name);
    Ok(execute!(tx, INSERT, id, user, credential, key, sign_count, flags, record, name, created_at)? == 1)
}

/// Writes a signature down; false when its counter is not greater than the last one.
pub async fn use_count(
    tx: &mut Tx,
    id: PasskeyId,
    sign_count: u32,
    flags: u32,
    record: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(execute!(tx, USE_COUNT, id, sign_count, flags, record, now)? == 1)
}

/// Gives it another name; false when the user has no such passkey.
pub async fn rename(tx: &mut Tx, id: PasskeyId, user: UserId, name: &str) -> Result<bool, StoreError> {
    Ok(execute!(tx, RENAME, id, user, name)? == 1)
}

/// Removes it; false when the user has no such passkey.
pub async fn remove(tx: &mut Tx, id: PasskeyId, user: UserId) -> Result<bool, StoreError> {
    Ok(execute!(tx, REMOVE, id, user)? == 1)
}

/// Removes all of the user's.
pub async fn remove_of_user(tx: &mut Tx, user: UserId) -> Result<u64, StoreError> {
    execute!(tx, REMOVE_OF_USER, user)
}
