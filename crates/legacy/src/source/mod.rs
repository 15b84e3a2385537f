//! Live legacy sources: old credentials are checked where they live, by asking the application's own system.
//!
//! A source is described by a [`SourceSpec`], which holds no secret: secrets are named, and their values come with the
//! [`Reach`] that the operator's configuration grants. Every call is caged ([`Cage`]): only public addresses and those
//! that the configuration lists are reached, names are resolved once and pinned, nothing follows redirects or proxies,
//! every wait has an end, and a source that fails again and again is left alone for a while ([`breaker`]).

pub mod breaker;
mod cage;
mod confirmed;
mod expect;
mod hook;
mod http;
mod ldap;
mod profile;
mod relay;
mod spec;
mod sql;
mod template;
mod tls;
mod trouble;

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use domain::time::{Clock, Timestamp};
use secrecy::SecretString;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use self::breaker::Breaker;
pub use self::{
    cage::{Cage, Looking, Lookup},
    confirmed::Confirmed,
    expect::Expect,
    profile::{Profile, ProfileMap},
    spec::{
        Body, HookSpec, HttpSpec, Kind, LdapSpec, LdapTls, Limits, LoginCase, SecretHeader, SourceSpec,
        SqlSpec, SqlTls,
    },
    template::{LOGIN, PASSWORD, Template},
    trouble::Trouble,
};
use crate::ImportedHash;

/// What the operator's configuration grants to all sources.
#[derive(Clone, Default)]
pub struct Reach {
    /// Which addresses may be reached.
    pub cage: Cage,
    /// The secrets by name.
    pub secrets: BTreeMap<String, SecretString>,
}

impl fmt::Debug for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.secrets.keys().collect();
        f.debug_struct("Reach").field("cage", &self.cage).field("secrets", &names).finish()
    }
}

/// What a source said about a login name and a password.
#[derive(Debug)]
pub enum Answer {
    /// They are right.
    Right(Confirmed, Profile),
    /// What the password's hash is; to be verified where hashing is bounded.
    Hash(ImportedHash, Profile),
    /// They are not, or there is no such login name.
    Wrong,
}

/// One thing that happened while a source was asked, for `vestibule source test`. Holds no secret and no password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What was done.
    pub what: &'static str,
    /// How it went.
    pub finding: String,
}

/// Whoever wants to know the steps.
pub type Tell<'t> = &'t mut (dyn FnMut(Step) + Send);

/// A source that can be asked.
pub struct Source {
    spec: SourceSpec,
    way: Way,
    permits: Semaphore,
    breaker: Breaker,
}

#[expect(clippy::large_enum_variant, reason = "a node has a handful of sources")]
enum Way {
    Http(http::HttpWay),
    Ldap(ldap::LdapWay),
    Sql(sql::SqlWay),
    Hook(hook::HookWay),
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("spec", &self.spec)
            .field("breaker", &self.breaker)
            .finish_non_exhaustive()
    }
}

impl Source {
    /// Prepares to ask.
    ///
    /// # Errors
    /// [`Trouble::Setup`] when a named secret is missing or the authorities' file cannot be read.
    pub fn open(spec: SourceSpec, reach: &Reach) -> Result<Self, Trouble> {
        let way = match &spec.kind {
            Kind::Http(http) => Way::Http(http::HttpWay::open(&spec, http, reach)?),
            Kind::Ldap(ldap) => Way::Ldap(ldap::LdapWay::open(&spec, ldap, reach)?),
            Kind::Sql(sql) => Way::Sql(sql::SqlWay::open(&spec, sql, reach)?),
            Kind::Hook(hook) => Way::Hook(hook::HookWay::open(&spec, hook, reach)?),
        };
        let permits = Semaphore::new(usize::try_from(spec.limits.at_once).unwrap_or(1).max(1));
        let breaker = Breaker::new(spec.limits.failures, spec.limits.pause());
        Ok(Self { spec, way, permits, breaker })
    }

    /// What it is.
    #[must_use]
    pub const fn spec(&self) -> &SourceSpec {
        &self.spec
    }

    /// Asks whether a password belongs to a login name. An empty password is never right: a directory takes it for
    /// somebody who wants to be nobody (RFC 4513, 5.1.2).
    ///
    /// # Errors
    /// [`Trouble`] when there is no answer; the credentials may be right.
    pub async fn ask(
        &self,
        clock: &dyn Clock,
        login: &str,
        password: &Zeroizing<String>,
    ) -> Result<Answer, Trouble> {
        if password.is_empty() || login.is_empty() {
            return Ok(Answer::Wrong);
        }
        self.breaker.admit(clock.now())?;
        let answer = self.in_time(self.ask_unguarded(login, password, &mut |_| {})).await;
        match &answer {
            Err(trouble) if trouble.is_outage() => self.breaker.failed(clock.now()),
            // Whoever waited in vain for a free place has learned nothing about the source.
            Err(Trouble::Crowded) => self.breaker.undecided(),
            Ok(_) | Err(_) => self.breaker.succeeded(),
        }
        answer
    }

    /// The same without the breaker, telling each step: for an operator who tries it.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub async fn try_out(
        &self,
        login: &str,
        password: &Zeroizing<String>,
        tell: Tell<'_>,
    ) -> Result<Answer, Trouble> {
        if password.is_empty() {
            tell(Step { what: "password", finding: "empty: never asked, never right".to_owned() });
            return Ok(Answer::Wrong);
        }
        self.in_time(self.ask_unguarded(login, password, tell)).await
    }

    /// Whether the source can be reached and takes Vestibule's own credentials, as far as that can be told without
    /// anybody's password.
    ///
    /// # Errors
    /// What is in the way.
    pub async fn reach(&self, tell: Tell<'_>) -> Result<(), Trouble> {
        self.in_time(async {
            match &self.way {
                Way::Http(way) => way.reach(tell).await,
                Way::Ldap(way) => way.reach(tell).await,
                Way::Sql(way) => way.reach(tell).await,
                Way::Hook(way) => way.reach(tell).await,
            }
        })
        .await
    }

    async fn ask_unguarded(
        &self,
        login: &str,
        password: &Zeroizing<String>,
        tell: Tell<'_>,
    ) -> Result<Answer, Trouble> {
        // Half of the time is left for the answer.
        let queue = tokio::time::timeout(self.spec.limits.whole() / 2, self.permits.acquire()).await;
        let _permit = queue.map_err(|_| Trouble::Crowded)?.map_err(|_| Trouble::Crowded)?;
        match &self.way {
            Way::Http(way) => way.ask(login, password, tell).await,
            Way::Ldap(way) => way.ask(login, password, tell).await,
            Way::Sql(way) => way.ask(login, tell).await,
            Way::Hook(way) => way.ask(login, password, tell).await,
        }
    }

    /// The wait for a free place counts too, so that `whole` bounds what a person waits.
    async fn in_time<T>(&self, work: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
        let whole = self.spec.limits.whole();
        match tokio::time::timeout(whole, work).await {
            Ok(done) => done,
            Err(_) => Err(Trouble::TimedOut(whole)),
        }
    }
}

/// How long a failure says that a source may be out of order.
const AILING: Duration = Duration::from_mins(1);

/// The sources of one process: each is opened once, and again when its description changes.
#[derive(Debug, Default)]
pub struct Sources {
    reach: Reach,
    open: Mutex<HashMap<String, Arc<Source>>>,
    failed: Mutex<HashMap<String, Timestamp>>,
}

impl Sources {
    /// No source yet.
    #[must_use]
    pub fn new(reach: Reach) -> Self {
        Self { reach, ..Self::default() }
    }

    /// The source of this description.
    ///
    /// # Errors
    /// As [`Source::open`].
    pub fn get(&self, spec: &SourceSpec) -> Result<Arc<Source>, Trouble> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = open.get(&spec.name).filter(|known| known.spec == *spec) {
            return Ok(Arc::clone(known));
        }
        let source = Arc::new(Source::open(spec.clone(), &self.reach)?);
        open.insert(spec.name.clone(), Arc::clone(&source));
        Ok(source)
    }

    /// Asks the source of this description; see [`Source::ask`].
    ///
    /// # Errors
    /// As [`Source::open`] and [`Source::ask`].
    pub async fn ask(
        &self,
        spec: &SourceSpec,
        clock: &dyn Clock,
        login: &str,
        password: &Zeroizing<String>,
    ) -> Result<Answer, Trouble> {
        let answer = match self.get(spec) {
            Ok(source) => source.ask(clock, login, password).await,
            Err(trouble) => Err(trouble),
        };
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        match &answer {
            Ok(_) => drop(failed.remove(&spec.name)),
            // What one login name provokes says nothing about the others, or it would close the door for them.
            Err(Trouble::Odd(_)) => {}
            Err(_) => drop(failed.insert(spec.name.clone(), clock.now())),
        }
        answer
    }

    /// Whether some source gave no answer lately, and has given none since. While one is out of order, a refusal looks
    /// alike for every name, or it would tell which of them rest on that source.
    #[must_use]
    pub fn any_ailing(&self, now: Timestamp) -> bool {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.values().any(|at| now < *at + AILING)
    }
}

/// The time that the whole answer of any of these takes at most; zero without any.
#[must_use]
pub fn slowest<'s>(specs: impl IntoIterator<Item = &'s SourceSpec>) -> Duration {
    specs.into_iter().map(|spec| spec.limits.whole()).max().unwrap_or_default()
}
