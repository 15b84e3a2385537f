//! Recoveries: what is asked for before anything is proven, and how far it has come.

mod state;

use domain::{
    id::{CaseId, CodeId, MessageId, RecoveryId, UserId},
    recovery::{Goal, Recovery},
    time::Timestamp,
};

use crate::{
    dialect::{Executor, execute, fetch_all, fetch_optional, statements},
    error::StoreError,
    tx::Tx,
    value::Id,
};
use state::{StateColumns, goal_name, goal_named, machine, state_columns};

macro_rules! columns {
    () => {
        "id, browser_hash, goal, state, sealed_name, name_hash, user_id, code_id, code_tag, code_mac, code_message, \
         code_sent_at, code_expires_at, code_tries, code_consumed_at, mailbox_method, mailbox_at, case_id, \
         knowledge_method, knowledge_at, misses, browser_name, network, created_at, expires_at, version"
    };
}

statements! {
    INSERT = "INSERT INTO recoveries (id, token_hash, browser_hash, goal, state, sealed_name, name_hash, user_id, resolve_at, \
              code_id, code_tag, code_sent_at, code_expires_at, code_tries, mailbox_method, mailbox_at, misses, \
              browser_name, network, created_at, expires_at, version) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, $14, $15, 0, $16, $17, $12, $18, 0)";
    FIND = concat!("SELECT ", columns!(), " FROM recoveries WHERE token_hash = $1");
    FIND_BY_ID = concat!("SELECT ", columns!(), " FROM recoveries WHERE id = $1");
    /// Of this browser and name, the newest that is in a state.
    NEWEST = concat!("SELECT ", columns!(), " FROM recoveries WHERE name_hash = $1 AND browser_hash = $2 AND goal = 'open_door' \
             AND state = $3 AND expires_at > $4 ORDER BY created_at DESC, id DESC LIMIT 1");
    TO_RESOLVE = "SELECT id FROM recoveries WHERE resolve_at <= $1 AND silenced_at IS NULL ORDER BY resolve_at, id LIMIT $2";
    /// Of two workers, one changes the row.
    CLAIM = "UPDATE recoveries SET resolve_at = NULL WHERE id = $1 AND resolve_at <= $2";
    RESOLVE = "UPDATE recoveries SET user_id = $2, code_mac = $3, code_message = $4 WHERE id = $1";
    ASK_AGAIN = "UPDATE recoveries SET resolve_at = $2, code_id = $3, code_tag = $4, code_mac = NULL, code_message = NULL, \
                 code_sent_at = $2, code_expires_at = $5, code_tries = 0, code_consumed_at = NULL \
                 WHERE id = $1 AND state = 'mailbox'";
    /// Counts before the digits are looked at; no row means that there is nothing left to try.
    COUNT_TRY = "UPDATE recoveries SET code_tries = code_tries + 1 WHERE id = $1 AND code_id = $2 AND code_tries < $3 \
                 AND code_consumed_at IS NULL AND code_expires_at > $4 AND state = 'mailbox'";
    /// Of all right answers at once, exactly one changes the row.
    CONSUME = "UPDATE recoveries SET code_consumed_at = $3 WHERE id = $1 AND code_id = $2 AND code_consumed_at IS NULL \
               AND code_expires_at > $3 AND state = 'mailbox'";
    /// Guarded by the version: of two answers at once, one is told that the step is gone.
    SAVE = "UPDATE recoveries SET state = $3, mailbox_method = $4, mailbox_at = $5, knowledge_method = $6, knowledge_at = $7, \
            misses = $8, case_id = $9, expires_at = $10, version = version + 1 WHERE id = $1 AND version = $2";
    RENEW_TOKEN = "UPDATE recoveries SET token_hash = $2 WHERE id = $1";
    END = "UPDATE recoveries SET state = 'ended', version = version + 1 \
           WHERE id = $1 AND state NOT IN ('mailbox', 'completed', 'scheduled', 'ended')";
    /// While nothing is proven the page stays as it is for a name that nobody has: no code is right, and none is mailed.
    SILENCE = "UPDATE recoveries SET code_mac = NULL, silenced_at = $2 WHERE id = $1 AND state = 'mailbox'";
    END_OF_USER = "UPDATE recoveries SET state = 'ended', version = version + 1 \
                   WHERE user_id = $1 AND id <> $2 AND state NOT IN ('mailbox', 'completed', 'scheduled', 'ended')";
    SILENCE_OF_USER = "UPDATE recoveries SET code_mac = NULL, silenced_at = $3 \
                       WHERE user_id = $1 AND id <> $2 AND state = 'mailbox'";
    END_CODES_OF_USER = "UPDATE recoveries SET code_mac = NULL WHERE user_id = $1 AND state = 'mailbox'";
    /// A network in which the user has logged in lately, or has a Trusted Device.
    COUNT_KNOWN = "SELECT (SELECT count(*) FROM sessions WHERE user_id = $1 AND network = $2) \
                   + (SELECT count(*) FROM devices WHERE user_id = $1 AND network = $2 AND revoked_at IS NULL)";
}

/// A recovery, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRecovery {
    /// Its key.
    pub id: RecoveryId,
    /// Digest of the browser's long-lived identifier.
    pub browser: [u8; 32],
    /// What it is for.
    pub goal: Goal,
    /// Where it stands.
    pub state: Recovery,
    /// What was typed, sealed.
    pub sealed_name: Vec<u8>,
    /// Keyed MAC of what was typed.
    pub name_hash: [u8; 32],
    /// Whose it is: from the first proof on, and before it what the worker found.
    pub user: Option<UserId>,
    /// The code.
    pub code: MailedCode,
    /// The case in which staff vouch for the person.
    pub case: Option<CaseId>,
    /// "Firefox on Windows".
    pub browser_name: String,
    /// The network address it came from.
    pub network: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it is over.
    pub expires_at: Timestamp,
    /// Guards against two answers at once.
    pub version: i64,
}

/// The code of a recovery. Page and limits are the same whether or not it was ever mailed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailedCode {
    /// Its key.
    pub id: CodeId,
    /// "K3".
    pub tag: String,
    /// Keyed MAC of the digits, once a mail is queued.
    pub mac: Option<Vec<u8>>,
    /// The mail that carries it.
    pub message: Option<MessageId>,
    /// When it was asked for.
    pub sent_at: Timestamp,
    /// When it is worthless.
    pub expires_at: Timestamp,
    /// Guesses counted.
    pub tries: u32,
    /// When it was used, or made worthless.
    pub consumed_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Id<RecoveryId>,
    browser_hash: Vec<u8>,
    goal: String,
    state: String,
    sealed_name: Vec<u8>,
    name_hash: Vec<u8>,
    user_id: Option<Id<UserId>>,
    code_id: Id<CodeId>,
    code_tag: String,
    code_mac: Option<Vec<u8>>,
    code_message: Option<Id<MessageId>>,
    code_sent_at: i64,
    code_expires_at: i64,
    code_tries: i64,
    code_consumed_at: Option<i64>,
    mailbox_method: Option<String>,
    mailbox_at: Option<i64>,
    case_id: Option<Id<CaseId>>,
    knowledge_method: Option<String>,
    knowledge_at: Option<i64>,
    misses: i64,
    browser_name: String,
    network: String,
    created_at: i64,
    expires_at: i64,
    version: i64,
}

impl TryFrom<Row> for StoredRecovery {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let digest = |bytes: &[u8]| {
            bytes.try_into().map_err(|_| StoreError::inconsistent("recoveries", "a digest of a wrong length"))
        };
        let goal = goal_named(&row.goal)?;
        Ok(Self {
            id: row.id.0,
            browser: digest(&row.browser_hash)?,
            goal,
            state: machine(&row, goal)?,
            name_hash: digest(&row.name_hash)?,
            sealed_name: row.sealed_name,
            user: row.user_id.map(|id| id.0),
            code: MailedCode {
                id: row.code_id.0,
                tag: row.code_tag,
                mac: row.code_mac,
                message: row.code_message.map(|id| id.0),
                sent_at: Timestamp(row.code_sent_at),
                expires_at: Timestamp(row.code_expires_at),
                tries: u32::try_from(row.code_tries).unwrap_or(u32::MAX),
                consumed_at: row.code_consumed_at.map(Timestamp),
            },
            case: row.case_id.map(|id| id.0),
            browser_name: row.browser_name,
            network: row.network,
            created_at: Timestamp(row.created_at),
            expires_at: Timestamp(row.expires_at),
            version: row.version,
        })
    }
}

/// Stores a new recovery under the digest of its token; one whose mailbox is proven already is not to be resolved.
pub async fn insert(
    tx: &mut Tx,
    recovery: &StoredRecovery,
    token_hash: &[u8; 32],
    resolve_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let StateColumns { state, mailbox_method, mailbox_at, .. } = state_columns(&recovery.state);
    let StoredRecovery { id, user, created_at, expires_at, .. } = *recovery;
    let (goal, code) = (goal_name(recovery.goal), &recovery.code);
    execute!(
        tx,
        INSERT,
        id,
        token_hash,
        &recovery.browser,
        goal,
        state,
        &recovery.sealed_name,
        &recovery.name_hash,
        user,
        resolve_at,
        code.id,
        &code.tag,
        created_at,
        code.expires_at,
        mailbox_method,
        mailbox_at,
        &recovery.browser_name,
        &recovery.network,
        expires_at,
    )
    .map(drop)
}

/// Finds a recovery by the digest of its token, over or not.
pub async fn find(
    conn: &mut impl Executor,
    token_hash: &[u8; 32],
) -> Result<Option<StoredRecovery>, StoreError> {
    let row: Option<Row> = fetch_optional!(conn, FIND, token_hash)?;
    row.map(StoredRecovery::try_from).transpose()
}

/// Finds a recovery by its key.
pub async fn find_by_id(
    conn: &mut impl Executor,
    id: RecoveryId,
) -> Result<Option<StoredRecovery>, StoreError> {
    let row: Option<Row> = fetch_optional!(conn, FIND_BY_ID, id)?;
    row.map(StoredRecovery::try_from).transpose()
}

/// The door that is open for this browser and name.
pub async fn find_door(
    conn: &mut impl Executor,
    name_hash: &[u8; 32],
    browser: &[u8; 32],
    now: Timestamp,
) -> Result<Option<StoredRecovery>, StoreError> {
    let row: Option<Row> = fetch_optional!(conn, NEWEST, name_hash, browser, "door_open", now)?;
    row.map(StoredRecovery::try_from).transpose()
}

/// The door that this browser has asked to be opened for the name.
pub async fn find_asked_door(
    conn: &mut impl Executor,
    name_hash: &[u8; 32],
    browser: &[u8; 32],
    now: Timestamp,
) -> Result<Option<StoredRecovery>, StoreError> {
    let row: Option<Row> = fetch_optional!(conn, NEWEST, name_hash, browser, "mailbox", now)?;
    row.map(StoredRecovery::try_from).transpose()
}

/// What waits for the worker.
pub async fn to_resolve(
    conn: &mut impl Executor,
    now: Timestamp,
    most: u32,
) -> Result<Vec<RecoveryId>, StoreError> {
    let rows: Vec<(Id<RecoveryId>,)> = fetch_all!(conn, TO_RESOLVE, now, most)?;
    Ok(rows.into_iter().map(|(id,)| id.0).collect())
}

/// Takes one of them; false when another worker has.
pub async fn claim(tx: &mut Tx, id: RecoveryId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(execute!(tx, CLAIM, id, now)? == 1)
}

/// What the worker found, and the mail that it queued.
pub async fn resolve(
    tx: &mut Tx,
    id: RecoveryId,
    user: UserId,
    mac: &[u8; 32],
    message: MessageId,
) -> Result<(), StoreError> {
    execute!(tx, RESOLVE, id, user, mac, message).map(drop)
}

/// Another code is asked for; the one before is worthless. False when the mailbox is proven already.
pub async fn ask_again(tx: &mut Tx, id: RecoveryId, code: &MailedCode) -> Result<bool, StoreError> {
    Ok(execute!(tx, ASK_AGAIN, id, code.sent_at, code.id, &code.tag, code.expires_at)? == 1)
}

/// Counts a guess; false when the code takes none: expired, used, replaced, or out of tries.
pub async fn count_try(
    tx: &mut Tx,
    recovery: &StoredRecovery,
    most: u32,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(execute!(tx, COUNT_TRY, recovery.id, recovery.code.id, most, now)? == 1)
}

/// Uses the code up; false when somebody was faster.
pub async fn consume(tx: &mut Tx, recovery: &StoredRecovery, now: Timestamp) -> Result<bool, StoreError> {
    Ok(execute!(tx, CONSUME, recovery.id, recovery.code.id, now)? == 1)
}

/// Saves the machine; false when another answer was faster.
pub async fn save(tx: &mut Tx, recovery: &StoredRecovery) -> Result<bool, StoreError> {
    let StateColumns { state, mailbox_method, mailbox_at, knowledge_method, knowledge_at, misses } =
        state_columns(&recovery.state);
    let StoredRecovery { id, version, case, expires_at, .. } = *recovery;
    let changed = execute!(
        tx,
        SAVE,
        id,
        version,
        state,
        mailbox_method,
        mailbox_at,
        knowledge_method,
        knowledge_at,
        misses,
        case,
        expires_at,
    )?;
    Ok(changed == 1)
}

/// Exchanges the token at a change of what is proven.
pub async fn renew_token(tx: &mut Tx, id: RecoveryId, token_hash: &[u8; 32]) -> Result<(), StoreError> {
    execute!(tx, RENEW_TOKEN, id, token_hash).map(drop)
}

/// Ends one. While nothing is proven it goes on for whoever asked, as if nobody had that name. Gives the mail of its code.
pub async fn end(tx: &mut Tx, id: RecoveryId, now: Timestamp) -> Result<Option<MessageId>, StoreError> {
    execute!(tx, END, id)?;
    execute!(tx, SILENCE, id, now)?;
    Ok(find_by_id(tx, id).await?.and_then(|recovery| recovery.code.message))
}

/// Ends every pending one of the user, except `spared`.
pub async fn end_of_user(
    tx: &mut Tx,
    user: UserId,
    spared: Option<RecoveryId>,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let spared = spared.map_or_else(String::new, |id| id.to_string());
    execute!(tx, SILENCE_OF_USER, user, &spared, now)?;
    execute!(tx, END_OF_USER, user, spared)
}

/// Makes every open code of the user worthless.
pub async fn end_codes_of_user(tx: &mut Tx, user: UserId) -> Result<u64, StoreError> {
    execute!(tx, END_CODES_OF_USER, user)
}

/// Whether the user has logged in from this network lately, or trusts a device there.
pub async fn is_known_network(
    conn: &mut impl Executor,
    user: UserId,
    network: &str,
) -> Result<bool, StoreError> {
    let row: Option<(i64,)> = fetch_optional!(conn, COUNT_KNOWN, user, network)?;
    Ok(row.is_some_and(|(count,)| count > 0))
}
