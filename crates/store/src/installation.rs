//! Facts about the installation as a whole, and its policy layers.

use crate::{
    dialect::{Executor, execute, fetch_all, fetch_optional, statements},
    error::StoreError,
    tx::Tx,
};

statements! {
    FIND = "SELECT value FROM installation WHERE name = $1";
    PUT = "INSERT INTO installation (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    POLICY_VALUES = "SELECT scope_kind, scope_key, name, value, is_floor FROM policy_values ORDER BY scope_kind, scope_key, name";
    PUT_POLICY = "INSERT INTO policy_values (scope_kind, scope_key, name, value, is_floor) VALUES ($1, $2, $3, $4, $5) \
                  ON CONFLICT (scope_kind, scope_key, name) DO UPDATE SET value = excluded.value, is_floor = excluded.is_floor";
    CLEAR_POLICY = "DELETE FROM policy_values WHERE scope_kind = $1 AND scope_key = $2";
}

/// One value of a policy layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyValue {
    /// `installation`, `country`, `company` or `application`.
    pub scope_kind: String,
    /// Country code or slug; empty for the installation.
    pub scope_key: String,
    /// The key, as in the policy table.
    pub name: String,
    /// Its value, as text.
    pub value: String,
    /// Whether stronger layers may only tighten it.
    pub is_floor: bool,
}

/// A fact about the installation.
pub async fn find(conn: &mut impl Executor, name: &str) -> Result<Option<String>, StoreError> {
    let row: Option<(String,)> = fetch_optional!(conn, FIND, name)?;
    Ok(row.map(|(value,)| value))
}

/// Records a fact about the installation.
pub async fn put(tx: &mut Tx, name: &str, value: &str) -> Result<(), StoreError> {
    execute!(tx, PUT, name, value).map(drop)
}

/// All values of all layers.
pub async fn policy_values(conn: &mut impl Executor) -> Result<Vec<PolicyValue>, StoreError> {
    let rows: Vec<(String, String, String, String, i64)> = fetch_all!(conn, POLICY_VALUES)?;
    let value = |(scope_kind, scope_key, name, value, is_floor)| PolicyValue {
        scope_kind,
        scope_key,
        name,
        value,
        is_floor: is_floor != 0,
    };
    Ok(rows.into_iter().map(value).collect())
}

/// Replaces the values of one layer.
pub async fn replace_policy(
    tx: &mut Tx,
    scope_kind: &str,
    scope_key: &str,
    values: &[PolicyValue],
) -> Result<(), StoreError> {
    execute!(tx, CLEAR_POLICY, scope_kind, scope_key)?;
    for PolicyValue { name, value, is_floor, .. } in values {
        execute!(tx, PUT_POLICY, scope_kind, scope_key, name, value, i64::from(*is_floor))?;
    }
    Ok(())
}

/// Every table with rows of the installation's life, those that refer to others first.
const TABLES: &[&str] = &[
    "known_browsers",
    "rollout_mails",
    "rollout_stops",
    "rollout_steps",
    "rollout_holds",
    "mail_bounces",
    "hook_messages",
    "lock_notes",
    "notices",
    "not_me_reports",
    "not_me_links",
    "recovery_codes",
    "passkey_ceremonies",
    "passkeys",
    "authenticator_apps",
    "factor_removals",
    "case_approvals",
    "recoveries",
    "user_id_requests",
    "tickets",
    "application_sessions",
    "sessions",
    "devices",
    "codes",
    "code_sends",
    "attempts",
    "counters",
    "invitations",
    "cases",
    "outbox",
    "audit_events",
    "person_keys",
    "security_codes",
    "passwords",
    "subjects",
    "legacy_credentials",
    "legacy_logins",
    "enterprise_user_ids",
    "role_grants",
    "users",
    "policy_values",
    "applications",
    "companies",
    "legacy_sources",
    "contacts",
    "regions",
    "leases",
];

/// Deletes every row of every table, for a demo that starts over.
pub async fn danger_wipe(tx: &mut Tx) -> Result<(), StoreError> {
    for table in TABLES {
        crate::query::execute_script(tx, format!("DELETE FROM {table}")).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What marks the database as a demo's stays, and what the node's keys are: it goes on with the same ones.
    const KEPT: &[&str] = &["installation", "key_generations"];

    #[test]
    fn a_demo_that_starts_over_forgets_every_table() {
        for table in crate::tests::tables() {
            assert!(TABLES.contains(&table) != KEPT.contains(&table), "{table}");
        }
    }
}
