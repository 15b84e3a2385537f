//! A table or view in PostgreSQL that holds password hashes.
//!
//! The hash is fetched and verified on Vestibule's own bounded hashing threads; the password never goes there. Names of
//! tables and columns are quoted, the login name is a parameter, the transaction is read only and has a time-out of its
//! own.

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, Row as _,
    postgres::{PgConnectOptions, PgRow, PgSslMode},
};

use super::{
    Answer, Cage, Limits, LoginCase, ProfileMap, Reach, SourceSpec, SqlSpec, SqlTls, Step, Tell, Trouble,
    relay::{PORT, Relay},
    tls,
};
use crate::ImportedHash;

/// A table that can be asked.
pub(super) struct SqlWay {
    spec: SqlSpec,
    profile: ProfileMap,
    cage: Cage,
    limits: Limits,
    ca_file: Option<std::path::PathBuf>,
    password: SecretString,
    query: Arc<str>,
}

struct Open {
    connection: PgConnection,
    _relay: Relay,
}

impl SqlWay {
    pub(super) fn open(source: &SourceSpec, spec: &SqlSpec, reach: &Reach) -> Result<Self, Trouble> {
        if spec.tls == SqlTls::Verify {
            let file = source.ca_file.as_ref();
            let file = file
                .ok_or_else(|| Trouble::setup("`ca_file` is missing: TLS needs an authority to believe"))?;
            std::fs::metadata(file)
                .map_err(|error| Trouble::setup(format!("the authorities in {}: {error}", file.display())))?;
        }
        Ok(Self {
            password: tls::secret(reach, &spec.secret)?,
            query: query(spec, &source.profile).into(),
            spec: spec.clone(),
            profile: source.profile.clone(),
            cage: reach.cage.clone(),
            limits: source.limits,
            ca_file: source.ca_file.clone(),
        })
    }

    pub(super) async fn ask(&self, login: &str, tell: Tell<'_>) -> Result<Answer, Trouble> {
        let mut open = self.connect(&mut *tell).await?;
        let mut rows = self.look_up(&mut open.connection, login).await?;
        let row = match (rows.pop(), rows.is_empty()) {
            (None, _) => {
                tell(Step { what: "look-up", finding: "no row".to_owned() });
                return Ok(Answer::Wrong);
            }
            (Some(_), false) => {
                return Err(Trouble::odd("several rows are meant: the login name must be unique"));
            }
            (Some(row), true) => row,
        };
        let text = |index: usize| row.try_get::<Option<String>, _>(index).ok().flatten();
        let Some(hash) = text(0) else {
            tell(Step { what: "look-up", finding: "one row, without a hash".to_owned() });
            return Ok(Answer::Wrong);
        };
        let hash = ImportedHash::parse(&hash)
            .map_err(|problem| Trouble::odd(format!("the hash cannot be verified: {problem}")))?;
        tell(Step { what: "look-up", finding: format!("one row, hash of the format {:?}", hash.scheme()) });
        let places = self.profile.places();
        let profile = self.profile.read(|place| {
            let index = places.iter().position(|other| *other == place);
            index.and_then(|index| text(index + 1)).into_iter().collect()
        });
        Ok(Answer::Hash(hash, profile))
    }

    pub(super) async fn reach(&self, tell: Tell<'_>) -> Result<(), Trouble> {
        let mut open = self.connect(tell).await?;
        // Nobody's login name has a control character: the look-up is tried, and finds nobody.
        self.look_up(&mut open.connection, "\u{1}").await.map(drop)
    }

    async fn connect(&self, tell: Tell<'_>) -> Result<Open, Trouble> {
        let SqlSpec { host, port, tls, .. } = &self.spec;
        let connected = tokio::time::timeout(self.limits.connect(), self.cage.connect(host, *port)).await;
        let (stream, address) = connected.map_err(|_| Trouble::TimedOut(self.limits.connect()))??;
        tell(Step { what: "address", finding: address.to_string() });
        let mode = match tls {
            SqlTls::Verify => PgSslMode::VerifyFull,
            SqlTls::None => {
                self.cage.check_unprotected(host, address.ip())?;
                PgSslMode::Disable
            }
        };
        let relay = Relay::open(stream)
            .map_err(|error| Trouble::setup(format!("a socket for the driver: {error}")))?;
        let mut options = PgConnectOptions::new_without_pgpass()
            .host(host)
            .port(PORT)
            .socket(relay.folder.path())
            .username(&self.spec.user)
            .password(self.password.expose_secret())
            .database(&self.spec.database)
            .application_name("vestibule")
            .statement_cache_capacity(0)
            .ssl_mode(mode)
            .disable_statement_logging();
        if let Some(file) = &self.ca_file {
            options = options.ssl_root_cert(file);
        }
        let connection = PgConnection::connect_with(&options).await.map_err(|error| connecting(&error))?;
        let how = match tls {
            SqlTls::Verify => "with TLS, certificate believed",
            SqlTls::None => "without TLS",
        };
        tell(Step { what: "connection", finding: format!("as {}, {how}", self.spec.user) });
        Ok(Open { connection, _relay: relay })
    }

    async fn look_up(&self, connection: &mut PgConnection, login: &str) -> Result<Vec<PgRow>, Trouble> {
        let begin = format!(
            "BEGIN READ ONLY; SET LOCAL statement_timeout = {}",
            self.limits.whole_ms.clamp(1, 60_000)
        );
        sqlx::raw_sql(AssertSqlSafe(begin))
            .execute(&mut *connection)
            .await
            .map_err(|error| refused(&error))?;
        let query = sqlx::query(AssertSqlSafe(self.query.as_ref())).bind(login);
        let rows = query.fetch_all(&mut *connection).await.map_err(|error| refused(&error))?;
        sqlx::raw_sql("ROLLBACK").execute(connection).await.map_err(|error| refused(&error))?;
        Ok(rows)
    }
}

/// Two rows are enough to see that the login name is not unique.
fn query(spec: &SqlSpec, profile: &ProfileMap) -> String {
    let columns: Vec<_> = std::iter::once(spec.hash.as_str())
        .chain(profile.places())
        .map(|column| format!("{}::text", quoted(column)))
        .collect();
    let table: Vec<_> = spec.table.iter().map(|part| quoted(part)).collect();
    let login = quoted(&spec.login);
    let compared = match spec.login_case {
        LoginCase::Exact => format!("{login} = $1"),
        LoginCase::Lower => format!("lower({login}) = lower($1)"),
    };
    format!("SELECT {} FROM {} WHERE {compared} LIMIT 2", columns.join(", "), table.join("."))
}

/// An identifier (PostgreSQL, 4.1.1): whatever is in it, it stays one.
fn quoted(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}

fn connecting(error: &sqlx::Error) -> Trouble {
    match error {
        sqlx::Error::Tls(error) => Trouble::Tls(error.to_string()),
        sqlx::Error::Io(io) if io.get_ref().is_some_and(|inner| inner.is::<rustls::Error>()) => {
            Trouble::Tls(io.to_string())
        }
        sqlx::Error::Database(_) => refused(error),
        other => Trouble::Unreachable(other.to_string()),
    }
}

/// The server's own words could quote what was typed, so only its code is told.
fn refused(error: &sqlx::Error) -> Trouble {
    match error {
        sqlx::Error::Database(error) => match error.code().as_deref() {
            Some("57014") => {
                Trouble::odd("the look-up took too long and was ended (57014): is there an index?")
            }
            Some(code @ ("28P01" | "28000")) => {
                Trouble::setup(format!("the server refuses Vestibule's own user or password ({code})"))
            }
            Some(code) if code.starts_with("57P") || code.starts_with("08") || code.starts_with("53") => {
                Trouble::Unreachable(format!("the server is not available ({code})"))
            }
            Some(code) => Trouble::setup(format!("the server refuses the look-up (SQLSTATE {code})")),
            None => Trouble::odd("the server refuses the look-up without a reason"),
        },
        other => Trouble::Unreachable(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_quoted_and_the_login_name_is_a_parameter() {
        let spec = SqlSpec {
            host: "db.example".to_owned(),
            port: 5432,
            database: "crm".to_owned(),
            user: "reader".to_owned(),
            secret: "crm-db".to_owned(),
            tls: SqlTls::Verify,
            table: vec!["old".to_owned(), "use\"rs; --".to_owned()],
            login: "Login Name".to_owned(),
            hash: "pw".to_owned(),
            login_case: LoginCase::Lower,
        };
        let profile = ProfileMap { email: Some("mail".to_owned()), ..ProfileMap::default() };
        assert_eq!(
            query(&spec, &profile),
            "SELECT \"pw\"::text, \"mail\"::text FROM \"old\".\"use\"\"rs; --\" \
             WHERE lower(\"Login Name\") = lower($1) LIMIT 2"
        );
        let exact = SqlSpec { login_case: LoginCase::Exact, ..spec };
        assert!(query(&exact, &ProfileMap::default()).ends_with("WHERE \"Login Name\" = $1 LIMIT 2"));
    }
}
