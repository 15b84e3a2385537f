//! Pending logins and onboardings. A row becomes a machine by one exhaustive match; anything else is inconsistent.

mod state;

use domain::{
    attempt::{Attempt, Entry, Reason},
    device::Reauthorisation,
    id::{AttemptId, DeviceId, SessionId, UserId},
    time::Timestamp,
};

use crate::{
    dialect::{Executor, execute, fetch_optional, statements},
    error::StoreError,
    tx::Tx,
    value::Id,
};
use state::{StateColumns, machine, state_columns};

statements! {
    INSERT = "INSERT INTO attempts (id, token_hash, browser_hash, entry, user_id, reason, reason_at, return_to, browser_name, network, \
              created_at, expires_at, state, first_method, first_at, second_method, second_device, second_at, follow, \
              enrolment, not_now, misses, refusal, offer, confirms, version) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, 0)";
    FIND = "SELECT id, browser_hash, entry, user_id, reason, reason_at, return_to, browser_name, network, created_at, expires_at, state, \
            first_method, first_at, second_method, second_device, second_at, follow, enrolment, not_now, misses, refusal, offer, \
            confirms, version FROM attempts WHERE token_hash = $1";
    RESUMABLE = "SELECT id, browser_hash, entry, user_id, reason, reason_at, return_to, browser_name, network, created_at, expires_at, \
            state, first_method, first_at, second_method, second_device, second_at, follow, enrolment, not_now, misses, refusal, offer, \
            confirms, version FROM attempts WHERE user_id = $1 AND browser_hash = $2 AND expires_at > $3 \
            AND state IN ('mailbox', 'user_id') ORDER BY created_at DESC, id DESC LIMIT 1";
    /// Guarded by the version: of two answers at once, one is told that the step is gone.
    SAVE = "UPDATE attempts SET state = $3, first_method = $4, first_at = $5, second_method = $6, second_device = $7, \
            second_at = $8, follow = $9, enrolment = $10, not_now = $11, misses = $12, refusal = $13, offer = $14, version = version + 1 \
            WHERE id = $1 AND version = $2";
    RENEW_TOKEN = "UPDATE attempts SET token_hash = $2, expires_at = $3, return_to = $4 WHERE id = $1";
    END_OF_USER = "UPDATE attempts SET state = 'refused', refusal = 'ended', follow = NULL, enrolment = NULL, not_now = NULL, \
                   version = version + 1 WHERE user_id = $1 AND id <> $2 AND state NOT IN ('signed_in', 'refused')";
    END = "UPDATE attempts SET state = 'refused', refusal = 'ended', follow = NULL, enrolment = NULL, not_now = NULL, \
           version = version + 1 WHERE id = $1 AND state NOT IN ('signed_in', 'refused')";
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Id<AttemptId>,
    browser_hash: Vec<u8>,
    entry: String,
    user_id: Option<Id<UserId>>,
    reason: Option<String>,
    reason_at: Option<i64>,
    return_to: Option<String>,
    browser_name: String,
    network: String,
    created_at: i64,
    expires_at: i64,
    state: String,
    first_method: Option<String>,
    first_at: Option<i64>,
    second_method: Option<String>,
    second_device: Option<Id<DeviceId>>,
    second_at: Option<i64>,
    follow: Option<String>,
    enrolment: Option<String>,
    not_now: Option<String>,
    misses: i64,
    refusal: Option<String>,
    offer: Option<String>,
    confirms: Option<Id<SessionId>>,
    version: i64,
}

/// Stores a new attempt under the digest of its token.
pub async fn insert(tx: &mut Tx, attempt: &Attempt, token_hash: &[u8; 32]) -> Result<(), StoreError> {
    let StateColumns { state, proofs, follow, enrolment, not_now, misses, refusal, offer } =
        state_columns(&attempt.machine);
    let Attempt { id, user, created_at, expires_at, .. } = *attempt;
    let (entry, reason) = (entry_name(attempt.entry), attempt.reason.map(|reason| reason_name(reason.why)));
    let (return_to, browser_name) = (attempt.return_to.as_deref(), attempt.browser_name.as_str());
    execute!(
        tx,
        INSERT,
        id,
        token_hash,
        &attempt.browser,
        entry,
        user,
        reason,
        attempt.reason.map(|reason| reason.at),
        return_to,
        browser_name,
        &attempt.network,
        created_at,
        expires_at,
        state,
        proofs.first_method,
        proofs.first_at,
        proofs.second_method,
        proofs.second_device,
        proofs.second_at,
        follow,
        enrolment,
        not_now,
        misses,
        refusal,
        offer,
        attempt.confirms,
    )?;
    Ok(())
}

/// Finds an attempt by the digest of its token, expired or not.
pub async fn find(conn: &mut impl Executor, token_hash: &[u8; 32]) -> Result<Option<Attempt>, StoreError> {
    let row: Option<Row> = fetch_optional!(conn, FIND, token_hash)?;
    row.map(Attempt::try_from).transpose()
}

/// The user's onboarding that this browser left half-way.
pub async fn find_resumable(
    conn: &mut impl Executor,
    user: UserId,
    browser: &[u8; 32],
    now: Timestamp,
) -> Result<Option<Attempt>, StoreError> {
    let row: Option<Row> = fetch_optional!(conn, RESUMABLE, user, browser, now)?;
    row.map(Attempt::try_from).transpose()
}

/// Saves the machine; false when another answer was faster.
pub async fn save(tx: &mut Tx, attempt: &Attempt) -> Result<bool, StoreError> {
    let StateColumns { state, proofs, follow, enrolment, not_now, misses, refusal, offer } =
        state_columns(&attempt.machine);
    let changed = execute!(
        tx,
        SAVE,
        attempt.id,
        attempt.version,
        state,
        proofs.first_method,
        proofs.first_at,
        proofs.second_method,
        proofs.second_device,
        proofs.second_at,
        follow,
        enrolment,
        not_now,
        misses,
        refusal,
        offer,
    )?;
    Ok(changed == 1)
}

/// Exchanges the attempt's token at a change of what is proven, or when it is resumed.
pub async fn renew_token(tx: &mut Tx, attempt: &Attempt, token_hash: &[u8; 32]) -> Result<(), StoreError> {
    execute!(tx, RENEW_TOKEN, attempt.id, token_hash, attempt.expires_at, attempt.return_to.as_deref())
        .map(drop)
}

/// Ends every pending attempt of the user, except `spared`.
pub async fn end_of_user(tx: &mut Tx, user: UserId, spared: Option<AttemptId>) -> Result<u64, StoreError> {
    let spared = spared.map_or_else(String::new, |id| id.to_string());
    execute!(tx, END_OF_USER, user, spared)
}

/// Ends one pending attempt.
pub async fn end(tx: &mut Tx, id: AttemptId) -> Result<(), StoreError> {
    execute!(tx, END, id).map(drop)
}

impl TryFrom<Row> for Attempt {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let odd = |what: &str| StoreError::inconsistent("attempts", what);
        let user = row.user_id.map(|id| id.0).ok_or_else(|| odd("user_id is missing"))?;
        Ok(Self {
            id: row.id.0,
            browser: row
                .browser_hash
                .as_slice()
                .try_into()
                .map_err(|_| odd("browser_hash has a wrong length"))?,
            entry: match row.entry.as_str() {
                "login" => Entry::Login,
                "start" => Entry::Start,
                "invite" => Entry::Invite,
                "confirm" => Entry::Confirm,
                _ => return Err(odd("unknown entry")),
            },
            confirms: row.confirms.map(|id| id.0),
            machine: machine(&row, user)?,
            user,
            reason: match (row.reason.as_deref(), row.reason_at) {
                (Some(why), Some(at)) => Some(Reason { why: reason_named(why)?, at: Timestamp(at) }),
                (Some(_), None) | (None, _) => None,
            },
            return_to: row.return_to,
            browser_name: row.browser_name,
            network: row.network,
            created_at: Timestamp(row.created_at),
            expires_at: Timestamp(row.expires_at),
            version: row.version,
        })
    }
}

const fn entry_name(entry: Entry) -> &'static str {
    match entry {
        Entry::Login => "login",
        Entry::Start => "start",
        Entry::Invite => "invite",
        Entry::Confirm => "confirm",
    }
}

const fn reason_name(reason: Reauthorisation) -> &'static str {
    match reason {
        Reauthorisation::NotTrusted => "not_trusted",
        Reauthorisation::Expired => "expired",
        Reauthorisation::Idle => "idle",
        Reauthorisation::Removed => "removed",
        Reauthorisation::KeyMissing => "key_missing",
        Reauthorisation::Alarm => "alarm",
    }
}

fn reason_named(name: &str) -> Result<Reauthorisation, StoreError> {
    match name {
        "not_trusted" => Ok(Reauthorisation::NotTrusted),
        "expired" => Ok(Reauthorisation::Expired),
        "idle" => Ok(Reauthorisation::Idle),
        "removed" => Ok(Reauthorisation::Removed),
        "key_missing" => Ok(Reauthorisation::KeyMissing),
        "alarm" => Ok(Reauthorisation::Alarm),
        _ => Err(StoreError::inconsistent("attempts", "unknown reason")),
    }
}
