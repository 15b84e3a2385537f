//! The audit log.

use domain::{
    audit::{Actor, AuditEvent},
    id::{AuditId, UserId},
    time::Timestamp,
};

use crate::{
    dialect::{Executor, execute, fetch_all, statements},
    error::StoreError,
    tx::Tx,
    value::Id,
};

statements! {
    INSERT = "INSERT INTO audit_events (id, at, kind, actor, user_id, company_id, facts, personal) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    LATEST_OF_USER = "SELECT id, at, kind, facts, personal FROM audit_events WHERE user_id = $1 ORDER BY at DESC, id DESC LIMIT $2";
    PAGE_OF_USER = "SELECT id, at, kind, facts, personal FROM audit_events WHERE user_id = $1 \
                    AND (at < $2 OR (at = $2 AND id < $3)) ORDER BY at DESC, id DESC LIMIT $4";
    COUNT_OF_KIND = "SELECT count(*) FROM audit_events WHERE kind = $1";
}

/// An event as read.
#[derive(Debug, Clone)]
pub struct StoredEvent {
    /// Its key.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// The stable name of its kind.
    pub kind: String,
    /// Its details, as JSON.
    pub facts: String,
    /// Its personal details, sealed with the person's key.
    pub personal: Option<Vec<u8>>,
}

/// Records an event in the transaction of what it reports.
pub async fn insert(
    tx: &mut Tx,
    id: AuditId,
    event: &AuditEvent,
    sealed_personal: Option<&[u8]>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (actor, facts) = (actor_name(event.actor), facts_text(event)?);
    let kind = event.kind.name();
    execute!(tx, INSERT, id, now, kind, actor, event.user, event.company, facts, sealed_personal).map(drop)
}

/// How an actor is stored.
pub(crate) const fn actor_name(actor: Actor) -> &'static str {
    match actor {
        Actor::User => "user",
        Actor::Stranger => "stranger",
        Actor::CommandLine => "command_line",
        Actor::System => "system",
    }
}

/// How an event's details are stored.
pub(crate) fn facts_text(event: &AuditEvent) -> Result<String, StoreError> {
    serde_json::to_string(&event.facts).map_err(|error| StoreError::Other(error.to_string()))
}

/// The user's latest events.
pub async fn latest_of_user(
    conn: &mut impl Executor,
    user: UserId,
    limit: u32,
) -> Result<Vec<StoredEvent>, StoreError> {
    let rows: Vec<Row> = fetch_all!(conn, LATEST_OF_USER, user, limit)?;
    Ok(rows.into_iter().map(event).collect())
}

/// The user's events that are older than the one at `before`, the latest first.
pub async fn page_of_user(
    conn: &mut impl Executor,
    user: UserId,
    before: (Timestamp, &str),
    limit: u32,
) -> Result<Vec<StoredEvent>, StoreError> {
    let (at, id) = before;
    let rows: Vec<Row> = fetch_all!(conn, PAGE_OF_USER, user, at, id, limit)?;
    Ok(rows.into_iter().map(event).collect())
}

type Row = (Id<AuditId>, i64, String, String, Option<Vec<u8>>);

fn event((id, at, kind, facts, personal): Row) -> StoredEvent {
    StoredEvent { id: id.0, at: Timestamp(at), kind, facts, personal }
}

/// How many events of a kind there are.
pub async fn count_of_kind(conn: &mut impl Executor, kind: &str) -> Result<i64, StoreError> {
    let rows: Vec<(i64,)> = fetch_all!(conn, COUNT_OF_KIND, kind)?;
    Ok(rows.first().map_or(0, |(count,)| *count))
}
