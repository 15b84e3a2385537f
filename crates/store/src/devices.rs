//! Trusted Devices.

use domain::{
    device::{DeviceRecord, TokenMatch},
    id::{AttemptId, DeviceId, UserId},
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
        "id, user_id, attempt_id, name, browser, platform, network, token_hash, previous_hash, created_at, last_used_at, \
         expires_at, revoked_at, revoked_reason, public_key, challenged_at, version"
    };
}

statements! {
    INSERT = "INSERT INTO devices (id, user_id, attempt_id, name, browser, platform, network, token_hash, created_at, \
              last_used_at, expires_at, public_key, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $11, 0)";
    FIND = concat!("SELECT ", columns!(), " FROM devices WHERE id = $1");
    FIND_OF_ATTEMPT = concat!("SELECT ", columns!(), " FROM devices WHERE attempt_id = $1 AND revoked_at IS NULL");
    LIVE_OF_USER = concat!("SELECT ", columns!(), " FROM devices WHERE user_id = $1 AND revoked_at IS NULL \
                           AND expires_at > $2 ORDER BY created_at DESC, id DESC");
    /// Guarded by the version: two logins at once do not both rotate, and no challenge is answered twice.
    ROTATE = "UPDATE devices SET token_hash = $3, previous_hash = $4, last_used_at = $5, network = $6, \
              challenged_at = coalesce($7, challenged_at), version = version + 1 \
              WHERE id = $1 AND version = $2 AND revoked_at IS NULL";
    RENAME = "UPDATE devices SET name = $3 WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL AND expires_at > $4";
    REVOKE = "UPDATE devices SET revoked_at = $3, revoked_reason = $4, version = version + 1 \
              WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL";
    REVOKE_OF_USER = "UPDATE devices SET revoked_at = $2, revoked_reason = $3, version = version + 1 \
                      WHERE user_id = $1 AND revoked_at IS NULL";
    REVOKE_OF_ATTEMPT = "UPDATE devices SET revoked_at = $2, revoked_reason = $3, version = version + 1 \
                         WHERE revoked_at IS NULL AND id IN (\
                         SELECT made.id FROM devices AS made WHERE made.attempt_id = $1 \
                         UNION SELECT beside.id FROM attempts JOIN sessions AS proven ON proven.id = attempts.confirms \
                         JOIN devices AS beside ON beside.attempt_id = proven.attempt_id WHERE attempts.id = $1)";
}

/// A Trusted Device, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its key.
    pub id: DeviceId,
    /// Whose trust it is.
    pub user: UserId,
    /// The attempt that earned the trust.
    pub attempt: AttemptId,
    /// "Firefox on Windows", or as the user named it.
    pub name: String,
    /// "Firefox".
    pub browser: String,
    /// "Windows".
    pub platform: String,
    /// The network address it was last used from.
    pub network: String,
    /// Digest of the newest token.
    pub token_hash: Vec<u8>,
    /// Digest of the one before.
    pub previous_hash: Option<Vec<u8>>,
    /// First seen.
    pub created_at: Timestamp,
    /// Last used.
    pub last_used_at: Timestamp,
    /// When trust ends.
    pub expires_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// And why, in the word that was given to [`revoke`].
    pub revoked_reason: Option<String>,
    /// The public half of its key (SEC 1, uncompressed); without one it is recognised by its cookie.
    pub public_key: Option<Vec<u8>>,
    /// When the newest challenge was made that its key has signed.
    pub challenged_at: Option<Timestamp>,
    /// Guards the rotation.
    pub version: i64,
}

impl Device {
    /// What the rule of recognition needs.
    #[must_use]
    pub const fn record(&self) -> DeviceRecord {
        DeviceRecord {
            user: self.user,
            expires_at: self.expires_at,
            last_used_at: self.last_used_at,
            revoked_at: self.revoked_at,
            challenged_at: self.challenged_at,
        }
    }

    /// Which of its tokens this is.
    #[must_use]
    pub fn match_token(&self, hash: &[u8; 32]) -> TokenMatch {
        if self.token_hash == hash {
            TokenMatch::Current
        } else if self.previous_hash.as_deref() == Some(hash) {
            TokenMatch::Previous
        } else {
            TokenMatch::Neither
        }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Id<DeviceId>,
    user_id: Id<UserId>,
    attempt_id: Id<AttemptId>,
    name: String,
    browser: String,
    platform: String,
    network: String,
    token_hash: Vec<u8>,
    previous_hash: Option<Vec<u8>>,
    created_at: i64,
    last_used_at: i64,
    expires_at: i64,
    revoked_at: Option<i64>,
    revoked_reason: Option<String>,
    public_key: Option<Vec<u8>>,
    challenged_at: Option<i64>,
    version: i64,
}

impl From<Row> for Device {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0,
            user: row.user_id.0,
            attempt: row.attempt_id.0,
            name: row.name,
            browser: row.browser,
            platform: row.platform,
            network: row.network,
            token_hash: row.token_hash,
            previous_hash: row.previous_hash,
            created_at: Timestamp(row.created_at),
            last_used_at: Timestamp(row.last_used_at),
            expires_at: Timestamp(row.expires_at),
            revoked_at: row.revoked_at.map(Timestamp),
            revoked_reason: row.revoked_reason,
            public_key: row.public_key,
            challenged_at: row.challenged_at.map(Timestamp),
            version: row.version,
        }
    }
}

/// Stores a new device.
pub async fn insert(tx: &mut Tx, device: &Device) -> Result<(), StoreError> {
    let Device { id, user, attempt, created_at, expires_at, .. } = *device;
    let (name, browser, platform) = (&device.name, &device.browser, &device.platform);
    let (network, hash) = (&device.network, &device.token_hash);
    let key = device.public_key.as_deref();
    execute!(
        tx, INSERT, id, user, attempt, name, browser, platform, network, hash, created_at, expires_at, key
    )?;
    Ok(())
}

/// Finds a device, revoked or not.
pub async fn find(conn: &mut impl Executor, id: DeviceId) -> Result<Option<Device>, StoreError> {
    let row: Option<Row> = fetch_optional!(conn, FIND, id)?;
    Ok(row.map(Into::into))
}

/// The device that an attempt earned.
pub async fn find_of_attempt(
    conn: &mut impl Executor,
    attempt: AttemptId,
) -> Result<Option<Device>, StoreError> {
    let row: Option<Row> = fetch_optional!(conn, FIND_OF_ATTEMPT, attempt)?;
    Ok(row.map(Into::into))
}

/// The devices that are trusted at `now`, newest first.
pub async fn list_live(
    conn: &mut impl Executor,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<Device>, StoreError> {
    let rows: Vec<Row> = fetch_all!(conn, LIVE_OF_USER, user, now)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// What a trusted login changes about its device.
#[derive(Debug, Clone, Copy)]
pub struct Rotation<'a> {
    /// Digest of the token that was shown; it stays good until the new one is seen.
    pub shown: &'a [u8; 32],
    /// Digest of the new token.
    pub new: &'a [u8; 32],
    /// When the challenge was made that the device's key has signed, where it has one.
    pub challenged_at: Option<Timestamp>,
    /// Where it was used.
    pub network: &'a str,
}

/// Exchanges the token that was shown for a new one. False when another login was faster.
pub async fn rotate(
    tx: &mut Tx,
    device: &Device,
    rotation: Rotation<'_>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Rotation { shown, new, challenged_at, network } = rotation;
    let rotated = execute!(tx, ROTATE, device.id, device.version, new, shown, now, network, challenged_at)?;
    Ok(rotated == 1)
}

/// Gives a device that is trusted at `now` another name; false when the user has no such device.
pub async fn rename(
    tx: &mut Tx,
    id: DeviceId,
    user: UserId,
    name: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(execute!(tx, RENAME, id, user, name, now)? == 1)
}

/// Ends the trust of one device of the user; false when there was none.
pub async fn revoke(
    tx: &mut Tx,
    id: DeviceId,
    user: UserId,
    reason: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(execute!(tx, REVOKE, id, user, now, reason)? == 1)
}

/// Ends the trust of all devices of the user.
pub async fn revoke_of_user(
    tx: &mut Tx,
    user: UserId,
    reason: &str,
    now: Timestamp,
) -> Result<u64, StoreError> {
    execute!(tx, REVOKE_OF_USER, user, now, reason)
}

/// Ends the trust that an attempt earned.
pub async fn revoke_of_attempt(
    tx: &mut Tx,
    attempt: AttemptId,
    reason: &str,
    now: Timestamp,
) -> Result<u64, StoreError> {
    execute!(tx, REVOKE_OF_ATTEMPT, attempt, now, reason)
}
