//! One login attempt or onboarding on one browser, as it waits in the database.

use crate::{
    device::Reauthorisation,
    id::{AttemptId, SessionId, UserId},
    login::Login,
    onboarding::Onboarding,
    time::Timestamp,
};

/// The machine that the attempt is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Machine {
    /// Login with an Enterprise User ID, or what follows an onboarding.
    Login(Login),
    /// Onboarding.
    Onboarding(Onboarding),
}

/// By which door it came in; decides the step list, never what is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Entry {
    /// `/login`.
    Login,
    /// `/start`.
    Start,
    /// `/invite`.
    Invite,
    /// `/account/confirm`: somebody who is signed in proves it afresh, by hand.
    Confirm,
}

/// Why a code is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reason {
    /// Why.
    pub why: Reauthorisation,
    /// When trust ended; the moment of the attempt where there was none.
    pub at: Timestamp,
}

/// A pending attempt. Not a session: it opens nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Its key.
    pub id: AttemptId,
    /// Digest of the browser's long-lived identifier.
    pub browser: [u8; 32],
    /// By which door.
    pub entry: Entry,
    /// The session that is proven afresh, for [`Entry::Confirm`]: it holds as long as the attempt, and gives way to the new one.
    pub confirms: Option<SessionId>,
    /// Where it stands.
    pub machine: Machine,
    /// Whose it is, from the first proof on.
    pub user: UserId,
    /// Why a code is asked for.
    pub reason: Option<Reason>,
    /// Where the user wanted to go, checked against the registered hosts.
    pub return_to: Option<String>,
    /// "Firefox on Windows".
    pub browser_name: String,
    /// The network address it came from.
    pub network: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it is over.
    pub expires_at: Timestamp,
    /// Guards against two answers at once.
    pub version: i64,
}
