//! Whether a session's token still opens the portal, or an application's token its host. The hot path: it reads memory.
//!
//! What was read is remembered for a fifth of a second, so a revocation on another node, or by the command line, is seen
//! within a quarter; the node that revokes forgets at once.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use crypto::token::{Token, TokenHash};
use domain::{
    directory::User,
    id::{ApplicationId, UserId},
    session::{Life, Session},
    time::Timestamp,
};
use moka::sync::Cache;

use crate::{App, Fault};

/// Uses are written down at most this often, so a busy session is not a busy database.
const TOUCH_EVERY: Duration = Duration::from_secs(30);
/// Sessions remembered at most.
const MOST_REMEMBERED: u64 = 200_000;

/// A session that holds, and whose it is.
#[derive(Debug)]
pub struct Signed {
    /// The session.
    pub session: Session,
    /// The user.
    pub user: User,
    /// Their Enterprise User ID, once made.
    pub user_id: Option<String>,
    /// What the application calls the user, for an application's token.
    pub subject: Option<String>,
    is_strict: bool,
    seen: AtomicI64,
    touched: AtomicI64,
}

impl Signed {
    fn life(&self, now: Timestamp) -> Life {
        self.session.life(Timestamp(self.seen.load(Ordering::Relaxed)), now)
    }
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// A request of the user: the idle time starts anew.
    Request,
    /// A look that must not prolong anything.
    Glance,
}

/// The answer.
#[derive(Debug, Clone)]
pub enum Check {
    /// It holds; it would end by idleness at that moment.
    Alive(Arc<Signed>, Timestamp),
    /// Nothing happened for too long.
    Idle,
    /// There is no such session, or it is over.
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum CacheKey {
    Portal(TokenHash),
    Application(TokenHash, ApplicationId),
}

/// Sessions read a moment ago.
#[derive(Debug)]
pub(crate) struct SessionCache {
    read: Cache<CacheKey, Arc<Signed>>,
    /// Grows with everything that ends, so that what was read before is not remembered after.
    endings: AtomicU64,
}

impl SessionCache {
    pub(crate) fn new(remember_for: Duration) -> Self {
        let read = Cache::builder()
            .max_capacity(MOST_REMEMBERED)
            .time_to_live(remember_for)
            .support_invalidation_closures()
            .build();
        Self { read, endings: AtomicU64::new(0) }
    }

    pub(crate) fn forget(&self) {
        self.endings.fetch_add(1, Ordering::SeqCst);
        self.read.invalidate_all();
    }

    /// Remembers what was read, unless something has ended since `endings` were counted.
    fn remember(&self, key: CacheKey, signed: &Arc<Signed>, endings: u64) {
        self.read.insert(key, Arc::clone(signed));
        if self.endings.load(Ordering::SeqCst) != endings {
            self.read.invalidate(&key);
        }
    }
}

impl App {
    /// Forgets what was read of this user's sessions: something ended.
    pub(crate) fn forget_sessions_of(&self, user: UserId) {
        // An invalidation that the cache refuses would be a stale session; forgetting all is always right.
        let of_user = move |_: &CacheKey, signed: &Arc<Signed>| signed.user.id == user;
        self.sessions.endings.fetch_add(1, Ordering::SeqCst);
        if self.sessions.read.invalidate_entries_if(of_user).is_err() {
            self.sessions.read.invalidate_all();
        }
    }
}

/// Checks a token of the portal.
///
/// # Errors
/// [`Fault::Store`].
pub async fn check_session(app: &App, token: &Token, why: Use) -> Result<Check, Fault> {
    check(app, CacheKey::Portal(token.hash()), why).await
}

/// Checks a token of an application's host.
///
/// # Errors
/// [`Fault::Store`].
pub async fn check_application_session(
    app: &App,
    token: &Token,
    application: ApplicationId,
    why: Use,
) -> Result<Check, Fault> {
    check(app, CacheKey::Application(token.hash(), application), why).await
}

async fn check(app: &App, key: CacheKey, why: Use) -> Result<Check, Fault> {
    let now = app.now();
    let remembered = app.sessions.read.get(&key);
    let endings = app.sessions.endings.load(Ordering::SeqCst);
    // The application's host and the portal remember apart: that nothing happened anywhere, only the database knows.
    let signed = match remembered.filter(|signed| matches!(signed.life(now), Life::Alive { .. })) {
        Some(signed) => signed,
        None => match read(app, key).await? {
            Some(signed) => {
                if !signed.is_strict {
                    app.sessions.remember(key, &signed, endings);
                }
                signed
            }
            None => return Ok(Check::None),
        },
    };
    match signed.life(now) {
        Life::Over => Ok(Check::None),
        Life::Idle => Ok(Check::Idle),
        Life::Alive { idle_end } if why == Use::Glance => Ok(Check::Alive(signed, idle_end)),
        Life::Alive { .. } => {
            signed.seen.fetch_max(now.0, Ordering::Relaxed);
            let idle_end = (now + signed.session.idle).min(signed.session.ends_at);
            touch(app, &signed, now).await?;
            Ok(Check::Alive(signed, idle_end))
        }
    }
}

async fn read(app: &App, key: CacheKey) -> Result<Option<Arc<Signed>>, Fault> {
    let mut conn = app.db.read().await?;
    let session = match key {
        CacheKey::Portal(hash) => store::sessions::find(&mut conn, &hash).await?,
        CacheKey::Application(hash, application) => {
            store::sessions::find_of_application(&mut conn, &hash, application).await?
        }
    };
    let Some(session) = session else { return Ok(None) };
    let Some(user) = store::users::find(&mut conn, session.user()).await? else { return Ok(None) };
    let user_id = store::identities::id_of(&mut conn, user.id).await?;
    let subject = match key {
        CacheKey::Portal(_) => None,
        CacheKey::Application(_, application) => {
            store::identities::find_subject(&mut conn, user.id, application).await?
        }
    };
    let (seen, touched) = (AtomicI64::new(session.last_seen_at.0), AtomicI64::new(session.last_seen_at.0));
    let is_strict = app.directory().await?.policy(user.company).session.strict;
    Ok(Some(Arc::new(Signed { session, user, user_id, subject, is_strict, seen, touched })))
}

/// One of the requests of half a minute writes it down, and waits for it: a session is never used beyond what is known.
async fn touch(app: &App, signed: &Signed, now: Timestamp) -> Result<(), Fault> {
    let before = signed.touched.load(Ordering::Relaxed);
    if now.since(Timestamp(before)) < TOUCH_EVERY {
        return Ok(());
    }
    if signed.touched.compare_exchange(before, now.0, Ordering::Relaxed, Ordering::Relaxed).is_err() {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    store::sessions::touch(&mut tx, signed.session.id, now).await?;
    Ok(tx.commit().await?)
}
