//! What describes a source: everything but the values of its secrets.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};
use url::Url;

use super::{Expect, ProfileMap, Template};

/// A source as it is applied and stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceSpec {
    /// Its short name.
    pub name: String,
    /// How it is asked.
    pub kind: Kind,
    /// The company (its short name) whose users it makes when somebody unknown is right; nobody is made without one.
    pub company: Option<String>,
    /// Where name, address and so on stand in its answer.
    pub profile: ProfileMap,
    /// PEM file of the only authorities to believe; the system's own when absent.
    pub ca_file: Option<PathBuf>,
    /// How long and how often.
    pub limits: Limits,
}

/// The kinds of sources.
#[expect(clippy::large_enum_variant, reason = "an installation has a handful of sources")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A request of the application's own making.
    Http(HttpSpec),
    /// A directory: search, then bind.
    Ldap(LdapSpec),
    /// A table or view that holds password hashes.
    Sql(SqlSpec),
    /// The password migration hook of Ory Kratos.
    Hook(HookSpec),
}

impl Kind {
    /// The word for it in the apply file.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Http(_) => "http",
            Self::Ldap(_) => "ldap",
            Self::Sql(_) => "sql",
            Self::Hook(_) => "hook",
        }
    }

    /// The name of the secret that it needs.
    #[must_use]
    pub fn secret(&self) -> Option<&str> {
        match self {
            Self::Http(http) => http.secret.as_ref().map(|secret| secret.secret.as_str()),
            Self::Ldap(ldap) => ldap.bind.as_ref().map(|(_, secret)| secret.as_str()),
            Self::Sql(sql) => Some(&sql.secret),
            Self::Hook(hook) => Some(&hook.secret.secret),
        }
    }
}

/// Times in milliseconds, so that they are stored as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// A connection may take so long.
    pub connect_ms: u64,
    /// The whole answer may take so long. Every refusal at `/start` waits for it, so that time tells nothing.
    pub whole_ms: u64,
    /// Calls at once, for each node.
    pub at_once: u32,
    /// Failures in a row after which it is left alone.
    pub failures: u32,
    /// And for how long.
    pub pause_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect_ms: 1_000, whole_ms: 2_000, at_once: 16, failures: 5, pause_ms: 30_000 }
    }
}

impl Limits {
    /// A connection may take so long.
    #[must_use]
    pub const fn connect(&self) -> Duration {
        Duration::from_millis(self.connect_ms)
    }

    /// The whole answer may take so long.
    #[must_use]
    pub const fn whole(&self) -> Duration {
        Duration::from_millis(self.whole_ms)
    }

    /// How long a source is left alone.
    #[must_use]
    pub const fn pause(&self) -> Duration {
        Duration::from_millis(self.pause_ms)
    }
}

/// A header whose value is a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretHeader {
    /// The header's name, in small letters.
    pub header: String,
    /// The secret's name.
    pub secret: String,
}

/// A POST request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpSpec {
    /// Where.
    pub url: Url,
    /// What.
    pub body: Body,
    /// The key that Vestibule shows, if one is asked for.
    pub secret: Option<SecretHeader>,
    /// The credentials are right.
    pub right: Expect,
    /// They are wrong. Any other answer is trouble.
    pub wrong: Expect,
}

/// What is posted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// `application/x-www-form-urlencoded`.
    Form(BTreeMap<String, Template>),
    /// JSON whose texts are templates.
    Json(serde_json::Value),
}

/// Search, then bind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LdapSpec {
    /// The directory's name, as its certificate has it.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// When the connection becomes private.
    pub tls: LdapTls,
    /// Whom Vestibule searches as, with the name of the secret; nobody when absent.
    pub bind: Option<(String, String)>,
    /// Where people are.
    pub base: String,
    /// Who is meant, such as `(uid={login})`; the login name is escaped.
    pub filter: Template,
}

/// When an LDAP connection becomes private.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LdapTls {
    /// From the first byte, usually on port 636.
    Ldaps,
    /// By StartTLS (RFC 4511, 4.14), required, usually on port 389.
    Starttls,
    /// Never; only where the configuration file lists the address.
    None,
}

impl LdapTls {
    /// The port that is usual for it.
    #[must_use]
    pub const fn usual_port(self) -> u16 {
        match self {
            Self::Ldaps => 636,
            Self::Starttls | Self::None => 389,
        }
    }
}

/// A look-up in PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SqlSpec {
    /// The server's name, as its certificate has it.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The database.
    pub database: String,
    /// The role that may read the table and nothing else.
    pub user: String,
    /// The name of its password.
    pub secret: String,
    /// Whether the connection is private.
    pub tls: SqlTls,
    /// Schema, if one is needed, and table or view.
    pub table: Vec<String>,
    /// The column of login names.
    pub login: String,
    /// The column of password hashes.
    pub hash: String,
    /// How login names are compared.
    pub login_case: LoginCase,
}

/// Whether an SQL connection is private.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SqlTls {
    /// With a certificate for this name by one of the authorities in `ca_file`.
    Verify,
    /// Not; only where the configuration file lists the address.
    None,
}

/// How login names are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginCase {
    /// As they are.
    Exact,
    /// In small letters: the column needs an index on `lower(…)`.
    Lower,
}

/// `POST {"identifier": …, "password": …}`, answered with `{"status": "password_match"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HookSpec {
    /// Where.
    pub url: Url,
    /// The key that Vestibule shows.
    pub secret: SecretHeader,
}
