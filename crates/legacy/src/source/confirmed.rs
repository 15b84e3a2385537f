//! Evidence that a source found credentials right.

use domain::{
    id::UserId,
    proof::{First, FirstMethod, Proof},
    time::Timestamp,
};

/// A source said yes. Only the sources of this crate can make one.
#[derive(Debug)]
pub struct Confirmed {
    seal: (),
}

impl Confirmed {
    pub(super) const fn new() -> Self {
        Self { seal: () }
    }

    /// The first proof of the user whose login name was asked about.
    #[must_use]
    pub fn proof(self, user: UserId, now: Timestamp) -> Proof<First> {
        let Self { seal: () } = self;
        Proof::danger_mint(user, FirstMethod::Legacy, now)
    }
}
