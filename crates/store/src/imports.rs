//! Many people at once: what an import asks and writes, in statements over [`ROWS`] rows each.
//!
//! A row of a file costs a fraction of a statement and not several statements, which is what makes a million of them
//! bearable. The functions take any number of rows and cut them up themselves.

use std::collections::HashMap;

use domain::{
    audit::AuditEvent,
    directory::User,
    id::{AuditId, UserId},
    time::Timestamp,
};

use crate::{
    audit::{actor_name, facts_text},
    dialect::{Executor, statements},
    error::StoreError,
    query,
    repeat::{ROWS, repeat},
    statement::Statement,
    tx::Tx,
    users::{NewUser, UserRow, email_key, user_columns},
    value::{Bind as _, Id, Value},
};

/// What an import wants to know of a person, beside their row.
macro_rules! known {
    ($from:expr, $where:expr) => {
        concat!(
            "SELECT l.canonical, i.user_id AS id_made, c.imported_mac, ",
            user_columns!(),
            " FROM ",
            $from,
            " LEFT JOIN enterprise_user_ids i ON i.user_id = u.id \
             LEFT JOIN legacy_credentials c ON c.user_id = u.id WHERE ",
            $where
        )
    };
}

const USERS: &str = "INSERT INTO users (id, company_id, role, region, name, email, email_key, language, created_at, \
                     postponed_count, remembers_device, version) VALUES ";
const LOGINS: &str =
    "INSERT INTO legacy_logins (canonical, skeleton, display, user_id, source, created_at) VALUES ";
const CREDENTIALS: &str =
    "INSERT INTO legacy_credentials (user_id, sealed_hash, imported_mac, created_at) VALUES ";
const CREDENTIALS_AGAIN: &str = " ON CONFLICT (user_id) DO UPDATE SET sealed_hash = excluded.sealed_hash, \
                                 imported_mac = excluded.imported_mac, created_at = excluded.created_at";
const EVENTS: &str = "INSERT INTO audit_events (id, at, kind, actor, user_id, company_id, facts) VALUES ";

statements! {
    KNOWN_BY_LOGIN = repeat!(known!("legacy_logins l JOIN users u ON u.id = l.user_id", "l.canonical IN "), 1, ROWS, "", "");
    KNOWN_BY_ADDRESS = repeat!(known!("users u LEFT JOIN legacy_logins l ON l.user_id = u.id", "u.email_key IN "), 1, ROWS, "",
                               " ORDER BY u.id");
    IDS_LIKE = repeat!("SELECT skeleton, user_id FROM enterprise_user_ids WHERE skeleton IN ", 1, ROWS, "", "");
    LOGINS_LIKE = repeat!("SELECT skeleton, canonical FROM legacy_logins WHERE skeleton IN ", 1, ROWS, "", "");
    ADD_USERS = repeat!(USERS, ROWS, 9, ", 0, 0, 0", "");
    ADD_USER = repeat!(USERS, 1, 9, ", 0, 0, 0", "");
    ADD_LOGINS = repeat!(LOGINS, ROWS, 6, "", "");
    ADD_LOGIN = repeat!(LOGINS, 1, 6, "", "");
    PUT_CREDENTIALS = repeat!(CREDENTIALS, ROWS, 4, "", CREDENTIALS_AGAIN);
    PUT_CREDENTIAL = repeat!(CREDENTIALS, 1, 4, "", CREDENTIALS_AGAIN);
    ADD_EVENTS = repeat!(EVENTS, ROWS, 7, "", "");
    ADD_EVENT = repeat!(EVENTS, 1, 7, "", "");
}

/// A person who is known already.
#[derive(Debug, Clone)]
pub struct Known {
    /// Their row.
    pub user: User,
    /// The canonical form of their old login name.
    pub login: Option<String>,
    /// Whether they have an Enterprise User ID, so that old credentials are dead.
    pub has_id: bool,
    /// The keyed fingerprint of the hash that was imported last, where one is left.
    pub imported_mac: Option<Vec<u8>>,
}

#[derive(sqlx::FromRow)]
struct KnownRow {
    canonical: Option<String>,
    id_made: Option<String>,
    imported_mac: Option<Vec<u8>>,
    #[sqlx(flatten)]
    user: UserRow,
}

impl TryFrom<KnownRow> for Known {
    type Error = StoreError;
    fn try_from(row: KnownRow) -> Result<Self, StoreError> {
        Ok(Self {
            user: row.user.try_into()?,
            login: row.canonical,
            has_id: row.id_made.is_some(),
            imported_mac: row.imported_mac,
        })
    }
}

/// An old login name to be added.
#[derive(Debug)]
pub struct NewLogin<'a> {
    /// Whose it is.
    pub user: UserId,
    /// The form that is looked up.
    pub canonical: &'a str,
    /// The form that look-alikes share.
    pub skeleton: &'a str,
    /// As the application writes it.
    pub display: &'a str,
    /// Where its password is checked.
    pub source: &'a str,
}

/// An imported hash to be kept, in place of an earlier one.
#[derive(Debug)]
pub struct NewCredential {
    /// Whose it is.
    pub user: UserId,
    /// The hash, sealed.
    pub sealed: Vec<u8>,
    /// Its keyed fingerprint, by which the same hash is known when it comes again.
    pub mac: [u8; 32],
}

/// The people of these canonical login names, by name.
pub async fn known_by_login(
    conn: &mut impl Executor,
    logins: &[&str],
) -> Result<HashMap<String, Known>, StoreError> {
    let rows: Vec<KnownRow> = look_up(conn, &KNOWN_BY_LOGIN, logins.iter().copied()).await?;
    let known = rows.into_iter().map(Known::try_from);
    known.map(|known| known.map(|known| (known.login.clone().unwrap_or_default(), known))).collect()
}

/// Everybody with one of these addresses.
pub async fn known_by_address(conn: &mut impl Executor, emails: &[&str]) -> Result<Vec<Known>, StoreError> {
    let keys: Vec<String> = emails.iter().map(|email| email_key(email)).collect();
    let rows: Vec<KnownRow> = look_up(conn, &KNOWN_BY_ADDRESS, keys.iter().map(String::as_str)).await?;
    rows.into_iter().map(Known::try_from).collect()
}

/// Whose Enterprise User ID looks like one of these skeletons, by skeleton.
pub async fn ids_like(
    conn: &mut impl Executor,
    skeletons: &[&str],
) -> Result<HashMap<String, UserId>, StoreError> {
    let rows: Vec<(String, Id<UserId>)> = look_up(conn, &IDS_LIKE, skeletons.iter().copied()).await?;
    Ok(rows.into_iter().map(|(skeleton, user)| (skeleton, user.0)).collect())
}

/// The canonical forms of the old login names that look like one of these skeletons, each with its skeleton.
pub async fn logins_like(
    conn: &mut impl Executor,
    skeletons: &[&str],
) -> Result<Vec<(String, String)>, StoreError> {
    look_up(conn, &LOGINS_LIKE, skeletons.iter().copied()).await
}

/// Adds people.
pub async fn add_users(tx: &mut Tx, users: &[NewUser], now: Timestamp) -> Result<(), StoreError> {
    let row = |user: &NewUser| {
        vec![
            user.id.bind(),
            user.company.bind(),
            user.role.name().bind(),
            user.region.as_ref().map(|region| region.0.as_str()).bind(),
            user.name.as_str().bind(),
            user.email.as_str().bind(),
            email_key(&user.email).bind(),
            user.language.as_deref().bind(),
            now.bind(),
        ]
    };
    write(tx, (&ADD_USERS, &ADD_USER), users, row).await
}

/// Adds old login names.
///
/// # Errors
/// [`StoreError::Conflict`] when one is there already, which a look-up in the same transaction rules out on SQLite and
/// nearly so on PostgreSQL.
pub async fn add_logins(tx: &mut Tx, logins: &[NewLogin<'_>], now: Timestamp) -> Result<(), StoreError> {
    let row = |login: &NewLogin<'_>| {
        vec![
            login.canonical.bind(),
            login.skeleton.bind(),
            login.display.bind(),
            login.user.bind(),
            login.source.bind(),
            now.bind(),
        ]
    };
    write(tx, (&ADD_LOGINS, &ADD_LOGIN), logins, row).await
}

/// Keeps hashes; each person at most once in `credentials`.
pub async fn put_credentials(
    tx: &mut Tx,
    credentials: &[NewCredential],
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = |credential: &NewCredential| {
        vec![credential.user.bind(), credential.sealed.as_slice().bind(), credential.mac.bind(), now.bind()]
    };
    write(tx, (&PUT_CREDENTIALS, &PUT_CREDENTIAL), credentials, row).await
}

/// Records audit events without personal details.
pub async fn add_events(
    tx: &mut Tx,
    events: &[(AuditId, AuditEvent)],
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut rows = Vec::with_capacity(events.len());
    for (id, event) in events {
        rows.push((id, event, facts_text(event)?));
    }
    let row = |(id, event, facts): &(&AuditId, &AuditEvent, String)| {
        vec![
            (**id).bind(),
            now.bind(),
            event.kind.name().bind(),
            actor_name(event.actor).bind(),
            event.user.bind(),
            event.company.bind(),
            facts.as_str().bind(),
        ]
    };
    write(tx, (&ADD_EVENTS, &ADD_EVENT), &rows, row).await
}

/// Looks up [`ROWS`] keys at a time; the last one is repeated where there are fewer.
async fn look_up<'k, T: crate::dialect::Record>(
    conn: &mut impl Executor,
    statement: &'static Statement,
    keys: impl Iterator<Item = &'k str>,
) -> Result<Vec<T>, StoreError> {
    let keys: Vec<&str> = keys.collect();
    let mut found = Vec::new();
    for chunk in keys.chunks(ROWS) {
        let last = chunk.last().copied().unwrap_or_default();
        let padded = chunk.iter().copied().chain(std::iter::repeat(last)).take(ROWS);
        found.extend(query::fetch_all(conn, statement, padded.map(|key| key.bind()).collect()).await?);
    }
    Ok(found)
}

/// Writes [`ROWS`] rows at a time, and the rest one by one.
async fn write<T>(
    tx: &mut Tx,
    (many, one): (&'static Statement, &'static Statement),
    rows: &[T],
    values: impl Fn(&T) -> Vec<Value>,
) -> Result<(), StoreError> {
    let (chunks, rest) = rows.as_chunks::<ROWS>();
    for chunk in chunks {
        query::execute(tx, many, chunk.iter().flat_map(&values).collect()).await?;
    }
    for row in rest {
        query::execute(tx, one, values(row)).await?;
    }
    Ok(())
}
