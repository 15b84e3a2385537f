//! A signed-in browser.

use std::time::Duration;

use crate::{
    id::{AttemptId, DeviceId, SessionId, UserId},
    proof::Assurance,
    time::Timestamp,
};

/// A session: made only from an [`Assurance`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its key.
    pub id: SessionId,
    /// What it rests on.
    pub assurance: Assurance,
    /// The attempt that made it.
    pub attempt: AttemptId,
    /// The Trusted Device that it was made on or with.
    pub device: Option<DeviceId>,
    /// "Firefox on Windows".
    pub browser_name: String,
    /// The network address it was made from.
    pub network: String,
    /// When it began.
    pub created_at: Timestamp,
    /// Last request, to within half a minute.
    pub last_seen_at: Timestamp,
    /// It ends after this long without a request.
    pub idle: Duration,
    /// It ends then, however busy.
    pub ends_at: Timestamp,
}

/// Whether a session still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// It does; it would end by idleness then.
    Alive {
        /// When it ends if nothing happens.
        idle_end: Timestamp,
    },
    /// Nothing happened for too long.
    Idle,
    /// Its total time is over.
    Over,
}

impl Session {
    /// Whose it is.
    #[must_use]
    pub const fn user(&self) -> UserId {
        self.assurance.user()
    }

    /// Whether it still holds at `now`, as far as was written down of its use.
    #[must_use]
    pub fn is_alive(&self, now: Timestamp) -> bool {
        matches!(self.life(self.last_seen_at, now), Life::Alive { .. })
    }

    /// Whether it still holds at `now`, last used at `seen`.
    #[must_use]
    pub fn life(&self, seen: Timestamp, now: Timestamp) -> Life {
        let idle_end = (seen.max(self.last_seen_at) + self.idle).min(self.ends_at);
        if now >= self.ends_at {
            Life::Over
        } else if now >= idle_end {
            Life::Idle
        } else {
            Life::Alive { idle_end }
        }
    }
}
