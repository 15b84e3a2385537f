//! What every use case has at hand.

use std::{ops::Deref, sync::Arc, time::Duration};

use crypto::{
    hashing::{BadCost, Cost, Hasher},
    keyring::Keyring,
    passkeys::Passkeys,
    random::{Random, RandomExt as _},
    token::Token,
};
use domain::{
    policy::{Layer, Layers},
    time::{Clock, Timestamp},
};
use store::Db;
use tokio::sync::Notify;
use url::Url;
use uuid::Uuid;

use crate::{Fault, check_session::SessionCache, directory::DirectoryCache};

/// What the operator decided outside of policy.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The portal's address; links in mails are made from it alone.
    pub public_url: Url,
    /// The installation's policy layer.
    pub policy: Layer,
    /// Answers at `/start` come at multiples of this, whatever the legacy source took.
    pub start_grid: Duration,
    /// How long a checked session or the directory may be remembered; revocation reaches other nodes in this time.
    pub remember_for: Duration,
    /// How much hashing runs at once.
    pub hashing_concurrency: usize,
}

/// The application layer. Clones share everything.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// Its parts.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// The keys.
    pub keys: Keyring,
    /// The bounded hashing.
    pub hasher: Hasher,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The random source.
    pub random: Arc<dyn Random>,
    /// What the operator decided.
    pub settings: Settings,
    /// Rung when a message was queued.
    pub mail_bell: Notify,
    /// Rung when something was asked for that is resolved after the answer.
    pub recovery_bell: Notify,
    /// None where the portal has no domain name.
    pub(crate) passkeys: Option<Passkeys>,
    pub(crate) directory: DirectoryCache,
    pub(crate) sessions: SessionCache,
}

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// Puts the parts together.
    ///
    /// # Errors
    /// [`BadCost`] when the policy asks for impossible hashing.
    pub fn new(
        db: Db,
        keys: Keyring,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        settings: Settings,
    ) -> Result<Self, BadCost> {
        let layers = Layers { installation: settings.policy.clone(), ..Layers::default() };
        let policy = layers.resolve().policy;
        let cost = Cost {
            memory_kib: policy.argon2.memory_kib,
            passes: policy.argon2.passes,
            lanes: policy.argon2.lanes,
        };
        let pepper = keys.pepper().clone();
        let max_wait = policy.hashing.max_wait;
        let hasher = Hasher::new(cost, settings.hashing_concurrency, max_wait, pepper, random.as_ref())?;
        let sessions = SessionCache::new(settings.remember_for);
        let directory = DirectoryCache::default();
        let mail_bell = Notify::new();
        let passkeys = Passkeys::new(&settings.public_url).ok();
        Ok(Self(Arc::new(Parts {
            db,
            keys,
            hasher,
            clock,
            random,
            settings,
            mail_bell,
            recovery_bell: Notify::new(),
            passkeys,
            directory,
            sessions,
        })))
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new token, for a cookie or a nonce.
    #[must_use]
    pub fn new_token(&self) -> Token {
        Token::generate(self.random.as_ref())
    }

    /// The number of a request, for people to quote.
    #[must_use]
    pub fn new_reference(&self) -> String {
        let drawn = u64::from_le_bytes(self.random.bytes());
        format!("{:012x}", drawn >> 16)
    }

    /// The form token of a browser: only our own pages know it (OWASP, signed double submit).
    #[must_use]
    pub fn form_token(&self, browser: &Token) -> String {
        let mac = self.keys.mac("form", &[&browser.hash()]);
        mac[..16].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`Fault::Store`] when it does not.
    pub async fn is_ready(&self) -> Result<(), Fault> {
        let mut conn = self.db.read().await?;
        Ok(store::installation::find(&mut conn, "ready").await.map(drop)?)
    }

    /// Forgets everything that was read: the data were replaced.
    pub fn forget_everything(&self) {
        self.forget_directory();
        self.sessions.forget();
    }

    pub(crate) fn new_uuid(&self) -> Uuid {
        self.random.uuid(self.now())
    }

    /// The name of a counter row: a MAC, so that the table names nobody.
    pub(crate) fn counter_name(&self, kind: &str, parts: &[&[u8]]) -> String {
        let mac = self.keys.mac("counter", &[&[kind.as_bytes()], parts].concat());
        let hex: String = mac[..16].iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{kind}:{hex}")
    }

    /// The portal's address with this path.
    #[must_use]
    pub fn portal(&self, path: &str) -> String {
        let base = self.settings.public_url.as_str();
        format!("{}{path}", base.trim_end_matches('/'))
    }
}
