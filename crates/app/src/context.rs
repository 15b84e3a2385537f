//! What every use case has at hand.

use std::{
    ops::Deref,
    sync::{Arc, OnceLock},
    time::Duration,
};

use crypto::{
    hashing::{BadCost, Cost, Hasher},
    keyring::Keyring,
    passkeys::Passkeys,
    random::{Random, RandomExt as _},
    token::Token,
};
use domain::{
    policy::{Layer, Layers, Policy},
    time::{Clock, Timestamp},
};
use legacy::source::{Reach, Sources};
use store::Db;
use tokio::sync::Notify;
use url::Url;
use uuid::Uuid;

use crate::{check_session::SessionCache, directory::DirectoryCache, health::LastLook, turnstile::Turnstile};

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
    pub(crate) last_look: LastLook,
    pub(crate) sessions: SessionCache,
    pub(crate) turnstile: Turnstile,
    sources: OnceLock<Sources>,
}

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// Puts the parts together, with the hashing that the policy asks for.
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
        let argon2 = installation_policy(&settings).argon2;
        let cost = Cost { memory_kib: argon2.memory_kib, passes: argon2.passes, lanes: argon2.lanes };
        Self::with_cost(db, keys, clock, random, settings, cost)
    }

    /// The same with another cost of one hash than the policy's, which knows a least one: most tests hash cheaply.
    ///
    /// # Errors
    /// [`BadCost`] when there is no such hashing.
    pub fn with_cost(
        db: Db,
        keys: Keyring,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        settings: Settings,
        cost: Cost,
    ) -> Result<Self, BadCost> {
        keys.follow(clock.now());
        let pepper = keys.pepper();
        let max_wait = installation_policy(&settings).hashing.max_wait;
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
            last_look: LastLook::default(),
            sessions,
            turnstile: Turnstile::default(),
            sources: OnceLock::new(),
        })))
    }

    /// What live legacy sources may reach and are shown, as the configuration says. Counts once, before anything is served;
    /// without it only public addresses are reached, and there are no secrets.
    pub fn grant_reach(&self, reach: Reach) {
        if self.sources.set(Sources::new(reach)).is_err() {
            tracing::error!("what legacy sources may reach was said already; the first word counts");
        }
    }

    /// The live legacy sources of this process.
    #[must_use]
    pub fn sources(&self) -> &Sources {
        self.sources.get_or_init(Sources::default)
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

    /// The form tokens of a browser: only our own pages know them (OWASP, signed double submit). The first is for new pages;
    /// the others may be on pages that were open when the keys were rotated.
    #[must_use]
    pub fn form_tokens(&self, browser: &Token) -> Vec<String> {
        let hex = |mac: [u8; 32]| mac[..16].iter().map(|byte| format!("{byte:02x}")).collect();
        self.keys.sign_by_all("form", &[&browser.hash()]).into_iter().map(hex).collect()
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

fn installation_policy(settings: &Settings) -> Policy {
    Layers { installation: settings.policy.clone(), ..Layers::default() }.resolve().policy
}
