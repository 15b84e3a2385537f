//! What can go wrong that is nobody's answer.

use std::time::Duration;

use crypto::{
    hashing::{NotHashed, Overloaded},
    keyring::KeysLack,
    seal::{NotOpened, Unreadable},
};
use store::StoreError;

/// A fault. It becomes an error page in one place, which never shows its text.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A sealed value that does not open.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// Another node uses keys that this one has not got; what they made is whole, and is read once they have come.
    #[error(transparent)]
    KeysLack(#[from] KeysLack),
    /// Too many logins at once; try again after this.
    #[error("too many logins at once")]
    Busy(Duration),
    /// Something that cannot be, by the rules of this program.
    #[error("inconsistent: {0}")]
    Inconsistent(&'static str),
}

impl From<Overloaded> for Fault {
    fn from(overloaded: Overloaded) -> Self {
        Self::Busy(overloaded.retry_after)
    }
}

impl From<NotHashed> for Fault {
    fn from(why: NotHashed) -> Self {
        match why {
            NotHashed::Overloaded(overloaded) => overloaded.into(),
            NotHashed::KeysLack(lack) => Self::KeysLack(lack),
        }
    }
}

impl From<NotOpened> for Fault {
    fn from(why: NotOpened) -> Self {
        match why {
            NotOpened::Unreadable(unreadable) => Self::Unreadable(unreadable),
            NotOpened::KeysLack(lack) => Self::KeysLack(lack),
        }
    }
}

impl Fault {
    /// Whether the same request may succeed in a moment.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Store(StoreError::Unavailable(_) | StoreError::ReadOnly(_) | StoreError::DiskFull(_))
                | Self::Busy(_)
                | Self::KeysLack(_)
        )
    }

    /// Whether something stored is damaged: this one piece of work fails whenever it is tried, and others do not. A worker passes
    /// it over, so that it is not the first of every round.
    #[must_use]
    pub const fn is_damage(&self) -> bool {
        matches!(
            self,
            Self::Unreadable(_) | Self::Inconsistent(_) | Self::Store(StoreError::Inconsistent { .. })
        )
    }
}
