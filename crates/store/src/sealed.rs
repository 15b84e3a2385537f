//! Every column that the envelope keys seal, for sealing them anew after a rotation.
//!
//! What is sealed by a person's own key is not among them: that key is, and so what it sealed need not be touched.

use crate::{
    dialect::{Executor, fetch_all, fetch_one, statements},
    error::StoreError,
    statement::Statement,
    tx::Tx,
};

macro_rules! next {
    ($table:literal, $key:literal, $column:literal) => {
        concat!(
            "SELECT ",
            $key,
            ", ",
            $column,
            " FROM ",
            $table,
            " WHERE ",
            $key,
            " > $1 AND substr(",
            $column,
            ", 1, 5) <> $2 ORDER BY ",
            $key,
            " LIMIT $3"
        )
    };
}

macro_rules! put {
    ($table:literal, $key:literal, $column:literal) => {
        concat!("UPDATE ", $table, " SET ", $column, " = $2 WHERE ", $key, " = $1 AND ", $column, " = $3")
    };
}

macro_rules! count {
    ($table:literal, $column:literal) => {
        concat!(
            "SELECT CASE WHEN substr(",
            $column,
            ", 1, 1) = $1 THEN $2 ELSE substr(",
            $column,
            ", 1, 5) END AS head, count(*) FROM ",
            $table,
            " GROUP BY 1"
        )
    };
}

macro_rules! of_pepper {
    ($table:literal, $also:literal) => {
        concat!("SELECT count(*) FROM ", $table, " WHERE hash LIKE $1 AND hash NOT LIKE $2", $also)
    };
}

statements! {
    NEXT_PERSON_KEY = next!("person_keys", "user_id", "sealed_key");
    PUT_PERSON_KEY = put!("person_keys", "user_id", "sealed_key");
    COUNT_PERSON_KEYS = count!("person_keys", "sealed_key");
    NEXT_CREDENTIAL = next!("legacy_credentials", "user_id", "sealed_hash");
    PUT_CREDENTIAL = put!("legacy_credentials", "user_id", "sealed_hash");
    COUNT_CREDENTIALS = count!("legacy_credentials", "sealed_hash");
    NEXT_APP = next!("authenticator_apps", "id", "sealed_secret");
    PUT_APP = put!("authenticator_apps", "id", "sealed_secret");
    COUNT_APPS = count!("authenticator_apps", "sealed_secret");
    NEXT_RECOVERY = next!("recoveries", "id", "sealed_name");
    PUT_RECOVERY = put!("recoveries", "id", "sealed_name");
    COUNT_RECOVERIES = count!("recoveries", "sealed_name");
    NEXT_REQUEST = next!("user_id_requests", "id", "sealed_address");
    PUT_REQUEST = put!("user_id_requests", "id", "sealed_address");
    COUNT_REQUESTS = count!("user_id_requests", "sealed_address");
    NEXT_CEREMONY = next!("passkey_ceremonies", "id", "sealed_state");
    PUT_CEREMONY = put!("passkey_ceremonies", "id", "sealed_state");
    COUNT_CEREMONIES = count!("passkey_ceremonies", "sealed_state");
    ALL_CREDENTIALS = "SELECT user_id, sealed_hash FROM legacy_credentials WHERE user_id > $1 ORDER BY user_id LIMIT $2";
    PASSWORDS_OF_PEPPER = of_pepper!("passwords", "");
    SECURITY_CODES_OF_PEPPER = of_pepper!("security_codes", "");
    RECOVERY_CODES_OF_PEPPER = of_pepper!("recovery_codes", " AND used_at IS NULL");
}

/// A column that the envelope keys seal. Each value is sealed for this column and the row's key.
#[derive(Debug)]
pub struct SealedColumn {
    /// Table and column, as in the place that a value is sealed for.
    pub name: &'static str,
    next: &'static Statement,
    put: &'static Statement,
    count: &'static Statement,
}

/// All of them. A test compares them with the schema.
pub const COLUMNS: &[SealedColumn] = &[
    SealedColumn {
        name: "person_keys.sealed_key",
        next: &NEXT_PERSON_KEY,
        put: &PUT_PERSON_KEY,
        count: &COUNT_PERSON_KEYS,
    },
    SealedColumn {
        name: "legacy_credentials.sealed_hash",
        next: &NEXT_CREDENTIAL,
        put: &PUT_CREDENTIAL,
        count: &COUNT_CREDENTIALS,
    },
    SealedColumn {
        name: "authenticator_apps.sealed_secret",
        next: &NEXT_APP,
        put: &PUT_APP,
        count: &COUNT_APPS,
    },
    SealedColumn {
        name: "recoveries.sealed_name",
        next: &NEXT_RECOVERY,
        put: &PUT_RECOVERY,
        count: &COUNT_RECOVERIES,
    },
    SealedColumn {
        name: "user_id_requests.sealed_address",
        next: &NEXT_REQUEST,
        put: &PUT_REQUEST,
        count: &COUNT_REQUESTS,
    },
    SealedColumn {
        name: "passkey_ceremonies.sealed_state",
        next: &NEXT_CEREMONY,
        put: &PUT_CEREMONY,
        count: &COUNT_CEREMONIES,
    },
];

/// A sealed value and the key of its row.
pub type SealedRow = (String, Vec<u8>);

/// The next values after the row `after` that do not begin with `head`, at most so many.
pub async fn next(
    conn: &mut impl Executor,
    column: &'static SealedColumn,
    after: &str,
    head: &[u8],
    most: u32,
) -> Result<Vec<SealedRow>, StoreError> {
    let values = vec![bound(after), bound(head), bound(most)];
    crate::query::fetch_all(conn, column.next, values).await
}

/// Puts a value that was sealed anew in the place of `before`; false when that is not there any more.
pub async fn put(
    tx: &mut Tx,
    column: &'static SealedColumn,
    row: &str,
    before: &[u8],
    sealed: &[u8],
) -> Result<bool, StoreError> {
    let values = vec![bound(row), bound(sealed), bound(before)];
    Ok(crate::query::execute(tx, column.put, values).await? == 1)
}

/// How many values begin with which head; those whose first byte is `unnamed` are counted for the head `first`.
pub async fn count(
    conn: &mut impl Executor,
    column: &'static SealedColumn,
    unnamed: &[u8],
    first: &[u8],
) -> Result<Vec<(Vec<u8>, i64)>, StoreError> {
    crate::query::fetch_all(conn, column.count, vec![bound(unnamed), bound(first)]).await
}

/// Credentials after `after`, at most so many: hashes of our own are among them, and name their pepper inside.
pub async fn credentials(
    conn: &mut impl Executor,
    after: &str,
    most: u32,
) -> Result<Vec<SealedRow>, StoreError> {
    fetch_all!(conn, ALL_CREDENTIALS, after, most)
}

/// Passwords, security codes and unused recovery codes whose hash names this pepper; `None` for those that name none.
pub async fn hashes_of_pepper(conn: &mut impl Executor, named: Option<&str>) -> Result<[i64; 3], StoreError> {
    let (like, unlike) = match named {
        None => ("%".to_owned(), "%,keyid=%"),
        Some(named) => (format!("%,{named}$%"), ""),
    };
    let passwords: (i64,) = fetch_one!(conn, PASSWORDS_OF_PEPPER, &like, unlike)?;
    let security_codes: (i64,) = fetch_one!(conn, SECURITY_CODES_OF_PEPPER, &like, unlike)?;
    let recovery_codes: (i64,) = fetch_one!(conn, RECOVERY_CODES_OF_PEPPER, &like, unlike)?;
    Ok([passwords.0, security_codes.0, recovery_codes.0])
}

fn bound(value: impl crate::value::Bind) -> crate::value::Value {
    value.bind()
}
