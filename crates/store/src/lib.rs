//! All SQL, for SQLite and PostgreSQL: one file for each aggregate, one text for both databases.
//!
//! # Reading and writing
//!
//! [`Db::open`] opens a database, [`migrate`] makes its schema, [`Db::read`] gives a reader ([`Conn`]), [`Db::begin`] a
//! write transaction ([`Tx`]) that [`Tx::commit`] makes durable and dropping undoes. After a statement of a transaction
//! failed, on either database, every later one and the commit answer [`StoreError::Aborted`]; what is to survive a
//! conflict says `ON CONFLICT`. An aggregate's functions take `&mut impl Executor` to read (a reader or a transaction)
//! and `&mut Tx` to write:
//!
//! ```ignore
//! use crate::{dialect::{Executor, execute, fetch_optional, statements}, error::StoreError, tx::Tx, value::Id};
//!
//! statements! {
//!     /// Finds a company by its key.
//!     FIND = "SELECT id, name, closed_at FROM companies WHERE id = $1";
//!     /// Renames a company.
//!     RENAME = "UPDATE companies SET name = $2 WHERE id = $1";
//! }
//!
//! #[derive(sqlx::FromRow)]
//! struct Row { id: Id<CompanyId>, name: String, closed_at: Option<i64> }
//!
//! pub async fn find(conn: &mut impl Executor, id: CompanyId) -> Result<Option<Company>, StoreError> {
//!     let row: Option<Row> = fetch_optional!(conn, FIND, id)?;      // binds in order of $1, $2 …
//!     row.map(Company::try_from).transpose()
//! }
//!
//! pub async fn rename(tx: &mut Tx, id: CompanyId, name: &str) -> Result<bool, StoreError> {
//!     Ok(execute!(tx, RENAME, id, name)? == 1)                      // rows changed
//! }
//! ```
//!
//! `fetch_optional!`, `fetch_one!`, `fetch_all!` and `execute!` await by themselves and give `Result<_, StoreError>`.
//! They bind identifiers of `domain::id`, `Timestamp`, `&str`, `String`, `i64`, `u32`, bytes and `Option` of these (see
//! [`value::Bind`]); too many or too few values do not compile. Row structs hold `String`, `i64`, `Vec<u8>`, [`Id`] or
//! `Option` of these; single columns come as tuples, `(i64,)`. A row that says nonsense becomes
//! [`StoreError::inconsistent`]. `statements!` lists what a file declares in its `STATEMENTS`, to be added to
//! [`statements`] below; a test prepares all of them on both databases.
//!
//! # Testing
//!
//! With the feature `testing`, `both_databases! { async fn name(db: TestDb) { … } }` makes the tests `name::sqlite` and
//! `name::postgres`, each with a fresh, migrated database. The PostgreSQL server is started from the installed programs,
//! or is the one that `VESTIBULE_TEST_POSTGRES` names (`testkit::postgres`).
//!
//! # Traps of one text for two databases
//!
//! Integers are BIGINT: `SELECT 1` is INT4 on PostgreSQL, `sum()` NUMERIC: cast to BIGINT. No BOOLEAN columns. Text with
//! a NUL byte is refused by PostgreSQL only. A claim by sub-select repeats its predicate in the outer WHERE.

pub mod attempts;
pub mod audit;
pub mod authenticator_apps;
pub mod backup;
pub mod bounces;
pub mod cases;
pub mod codes;
pub mod companies;
pub mod counters;
pub mod credentials;
mod db;
pub mod devices;
pub mod dialect;
mod error;
pub mod factor_removals;
pub mod factors;
pub mod forget;
pub mod identities;
pub mod imports;
pub mod installation;
pub mod invitations;
pub mod key_generations;
pub mod known_browsers;
pub mod leases;
pub mod legacy_sources;
mod migrate;
pub mod not_me;
pub mod notices;
pub mod outbox;
pub mod own_data;
pub mod passkey_ceremonies;
pub mod passkeys;
pub mod person_keys;
mod proofs;
mod query;
pub mod recoveries;
pub mod recovery_codes;
mod repeat;
pub mod rollout_status;
pub mod rollouts;
pub mod sealed;
pub mod sessions;
mod statement;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
pub mod tickets;
mod tx;
pub mod user_id_requests;
pub mod users;
pub mod value;
mod writer;

pub use db::{Conn, Db, DbConfig, SqliteDb};
pub use dialect::{Dialect, Executor};
pub use error::StoreError;
pub use migrate::{Applied, MIGRATIONS, MigrateError, Migration, apply, check, migrate, schema_version};
pub use statement::Statement;
pub use tx::Tx;
pub use value::Id;

/// Every statement of this crate, for the test that prepares all of them.
pub fn statements() -> impl Iterator<Item = &'static Statement> {
    FILES.iter().copied().flatten()
}

/// One entry for each file with `statements!`.
const FILES: &[&[Statement]] = &[
    migrate::STATEMENTS,
    attempts::STATEMENTS,
    audit::STATEMENTS,
    backup::STATEMENTS,
    authenticator_apps::STATEMENTS,
    bounces::STATEMENTS,
    cases::STATEMENTS,
    codes::STATEMENTS,
    companies::STATEMENTS,
    counters::STATEMENTS,
    factor_removals::STATEMENTS,
    factors::STATEMENTS,
    forget::STATEMENTS,
    credentials::STATEMENTS,
    devices::STATEMENTS,
    identities::STATEMENTS,
    imports::STATEMENTS,
    installation::STATEMENTS,
    invitations::STATEMENTS,
    known_browsers::STATEMENTS,
    key_generations::STATEMENTS,
    leases::STATEMENTS,
    legacy_sources::STATEMENTS,
    not_me::STATEMENTS,
    notices::STATEMENTS,
    outbox::STATEMENTS,
    own_data::STATEMENTS,
    passkey_ceremonies::STATEMENTS,
    passkeys::STATEMENTS,
    person_keys::STATEMENTS,
    recoveries::STATEMENTS,
    recovery_codes::STATEMENTS,
    sealed::STATEMENTS,
    rollout_status::STATEMENTS,
    rollouts::STATEMENTS,
    sessions::STATEMENTS,
    tickets::STATEMENTS,
    user_id_requests::STATEMENTS,
    users::STATEMENTS,
];
