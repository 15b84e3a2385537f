//! Typed identifiers, so that a company's key can never be passed where a user's is meant.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, concat!(stringify!($name), "({})"), self.0) }
        }
        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> { s.parse().map(Self) }
        }
    )*};
}

ids! {
    /// A person: End User, Program Administrator or staff. Never reused.
    UserId,
    /// A customer organisation (tenant).
    CompanyId,
    /// An application behind Vestibule.
    ApplicationId,
    /// One login attempt or onboarding on one browser, before there is a session.
    AttemptId,
    /// One signed-in browser.
    SessionId,
    /// A Trusted Device.
    DeviceId,
    /// One one-time password.
    CodeId,
    /// One message in the outbox.
    MessageId,
    /// A case for a servicing team.
    CaseId,
    /// An invitation.
    InvitationId,
    /// A request for a code before anything is proven, and what follows.
    RecoveryId,
    /// A request to be mailed one's Enterprise User IDs.
    UserIdRequestId,
    /// A lost factor that will be removed.
    FactorRemovalId,
    /// A notice that waits to be mailed.
    NoticeId,
    /// A report for administrators that a login was not its owner's.
    ReportId,
    /// A record of the audit log.
    AuditId,
    /// A contact of a servicing team.
    ContactId,
    /// An authenticator app.
    AuthenticatorAppId,
    /// A passkey.
    PasskeyId,
    /// One ceremony of Web Authentication.
    CeremonyId,
}
