//! A directory: who is meant is searched for, then the password is tried by binding as them (RFC 4511, RFC 4513).

use std::{borrow::Cow, sync::Arc};

use ldap3::{
    Ldap, LdapConnAsync, LdapConnSettings, LdapError, Scope, SearchEntry, SearchOptions, StdStream,
    ldap_escape,
};
use rustls::ClientConfig;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::task::AbortHandle;
use url::Url;
use zeroize::Zeroizing;

use super::{
    Answer, Cage, Confirmed, LdapSpec, LdapTls, Limits, Profile, ProfileMap, Reach, SourceSpec, Step, Tell,
    Trouble, tls,
};

/// The result codes that are told apart (RFC 4511, appendix A).
const SUCCESS: u32 = 0;
const SIZE_LIMIT_EXCEEDED: u32 = 4;
const NO_SUCH_OBJECT: u32 = 32;
const INVALID_CREDENTIALS: u32 = 49;
/// "No attributes" (RFC 4511, 4.5.1.8).
const NO_ATTRIBUTES: &str = "1.1";

/// A directory that can be asked.
pub(super) struct LdapWay {
    spec: LdapSpec,
    profile: ProfileMap,
    cage: Cage,
    tls: Arc<ClientConfig>,
    limits: Limits,
    bind: Option<(String, SecretString)>,
}

/// A connection that ends with this value.
struct Connection {
    ldap: Ldap,
    driver: AbortHandle,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

/// The one entry that is meant.
struct Found {
    dn: String,
    profile: Profile,
}

impl LdapWay {
    pub(super) fn open(source: &SourceSpec, spec: &LdapSpec, reach: &Reach) -> Result<Self, Trouble> {
        let bind = match &spec.bind {
            Some((dn, name)) => Some((dn.clone(), tls::secret(reach, name)?)),
            None => None,
        };
        if bind.as_ref().is_some_and(|(_, secret)| secret.expose_secret().is_empty()) {
            return Err(Trouble::setup("the password to bind with is empty, which binds as nobody"));
        }
        Ok(Self {
            spec: spec.clone(),
            profile: source.profile.clone(),
            cage: reach.cage.clone(),
            tls: Arc::new(tls::client(source)?),
            limits: source.limits,
            bind,
        })
    }

    pub(super) async fn ask(
        &self,
        login: &str,
        password: &Zeroizing<String>,
        tell: Tell<'_>,
    ) -> Result<Answer, Trouble> {
        let mut connection = self.connect(&mut *tell).await?;
        self.bind_own(&mut connection, &mut *tell).await?;
        let Some(found) = self.find(&mut connection, login).await? else {
            tell(Step { what: "search", finding: "no entry".to_owned() });
            return Ok(Answer::Wrong);
        };
        tell(Step { what: "search", finding: format!("one entry: {}", found.dn) });
        let bound =
            connection.ldap.simple_bind(&found.dn, password).await.map_err(|error| trouble(&error))?;
        tell(Step { what: "bind as the user", finding: format!("result code {}", bound.rc) });
        match bound.rc {
            SUCCESS => Ok(Answer::Right(Confirmed::new(), found.profile)),
            INVALID_CREDENTIALS => Ok(Answer::Wrong),
            code => Err(Trouble::odd(format!("binding as the user ends with result code {code}"))),
        }
    }

    pub(super) async fn reach(&self, tell: Tell<'_>) -> Result<(), Trouble> {
        let mut connection = self.connect(&mut *tell).await?;
        self.bind_own(&mut connection, tell).await
    }

    async fn connect(&self, tell: Tell<'_>) -> Result<Connection, Trouble> {
        let LdapSpec { host, port, tls, .. } = &self.spec;
        let connected = tokio::time::timeout(self.limits.connect(), self.cage.connect(host, *port)).await;
        let (stream, address) = connected.map_err(|_| Trouble::TimedOut(self.limits.connect()))??;
        tell(Step { what: "address", finding: address.to_string() });
        let (scheme, starttls) = match tls {
            LdapTls::Ldaps => ("ldaps", false),
            LdapTls::Starttls => ("ldap", true),
            LdapTls::None => {
                self.cage.check_unprotected(host, address.ip())?;
                ("ldap", false)
            }
        };
        let stream = stream.into_std().map_err(|error| Trouble::Unreachable(error.to_string()))?;
        let settings = LdapConnSettings::new()
            .set_config(Arc::clone(&self.tls))
            .set_starttls(starttls)
            .set_std_stream(StdStream::Tcp(stream));
        let url = Url::parse(&format!("{scheme}://{host}:{port}"))
            .map_err(|_| Trouble::setup(format!("{host:?} is no host name")))?;
        let opened = LdapConnAsync::from_url_with_settings(settings, &url).await;
        let (connection, ldap) = opened.map_err(|error| match tls {
            LdapTls::None => trouble(&error),
            LdapTls::Ldaps | LdapTls::Starttls => Trouble::Tls(plain(&error)),
        })?;
        let how = match tls {
            LdapTls::None => "without TLS",
            LdapTls::Ldaps | LdapTls::Starttls => "with TLS, certificate believed",
        };
        tell(Step { what: "connection", finding: how.to_owned() });
        let driver = tokio::spawn(async move { drop(connection.drive().await) }).abort_handle();
        Ok(Connection { ldap, driver })
    }

    async fn bind_own(&self, connection: &mut Connection, tell: Tell<'_>) -> Result<(), Trouble> {
        let Some((dn, secret)) = &self.bind else { return Ok(()) };
        let bound = connection.ldap.simple_bind(dn, secret.expose_secret()).await;
        let code = bound.map_err(|error| trouble(&error))?.rc;
        tell(Step { what: "bind", finding: format!("as {dn}, result code {code}") });
        match code {
            SUCCESS => Ok(()),
            INVALID_CREDENTIALS => Err(Trouble::setup(format!("the directory refuses the password of {dn}"))),
            code => Err(Trouble::odd(format!("binding as {dn} ends with result code {code}"))),
        }
    }

    /// Exactly one entry is meant, or nobody. Referrals are not followed: they name other servers.
    async fn find(&self, connection: &mut Connection, login: &str) -> Result<Option<Found>, Trouble> {
        let filter = self.spec.filter.fill(&ldap_escape(Cow::Borrowed(login)), "");
        let mut attributes = self.profile.places();
        if attributes.is_empty() {
            attributes.push(NO_ATTRIBUTES);
        }
        let options = SearchOptions::new().sizelimit(2);
        let ldap = connection.ldap.with_search_options(options);
        let searched = ldap.search(&self.spec.base, Scope::Subtree, filter.as_str(), attributes).await;
        let ldap3::SearchResult(entries, result) = searched.map_err(|error| trouble(&error))?;
        match result.rc {
            SUCCESS | SIZE_LIMIT_EXCEEDED => {}
            NO_SUCH_OBJECT => {
                return Err(Trouble::setup(format!("there is nothing at the base {:?}", self.spec.base)));
            }
            code => return Err(Trouble::odd(format!("the search ends with result code {code}"))),
        }
        let mut entries = entries.into_iter().filter(|entry| !entry.is_ref() && !entry.is_intermediate());
        let entry = match (entries.next(), entries.next(), result.rc) {
            (None, _, SUCCESS) => return Ok(None),
            (Some(entry), None, SUCCESS) => entry,
            _ => return Err(Trouble::odd("several entries are meant: make the filter or the base narrower")),
        };
        let entry = SearchEntry::construct(entry);
        if entry.dn.is_empty() {
            return Err(Trouble::odd("the entry has no name to bind as"));
        }
        let at = |name: &str| {
            let named = entry.attrs.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
            named.map(|(_, values)| values.clone()).unwrap_or_default()
        };
        let profile = self.profile.read(at);
        Ok(Some(Found { profile, dn: entry.dn }))
    }
}

fn trouble(error: &LdapError) -> Trouble {
    Trouble::Unreachable(plain(error))
}

/// The error's words; ldap3 puts neither passwords nor filters into them.
fn plain(error: &LdapError) -> String {
    error.to_string()
}
