//! What ends what: the revocation matrix, as data that code can ask.

use serde::{Deserialize, Serialize};

/// Something that happened to a user's access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The user logged out.
    LogOut,
    /// The user changed the password.
    PasswordChanged,
    /// A recovery was completed.
    RecoveryCompleted,
    /// The security code was changed.
    SecurityCodeChanged,
    /// The OTP channel or a factor was changed or removed.
    FactorChanged,
    /// A passkey or authenticator app was added.
    FactorAdded,
    /// A servicing team corrected the e-mail address.
    EmailCorrected,
    /// The user was disabled, or reset by an administrator.
    DisabledOrReset,
    /// "This was not me", the link in a mail.
    NotMeFromMail,
    /// "This was not me", on the signed-in activity page.
    NotMeFromActivity,
    /// An import or a directory proposed another name or e-mail.
    ProfileProposed,
    /// A Trusted Device was revoked, or an old token of it was used.
    DeviceRevoked,
}

impl Cause {
    /// All causes, in the order of the matrix.
    pub const ALL: [Self; 12] = [
        Self::LogOut,
        Self::PasswordChanged,
        Self::RecoveryCompleted,
        Self::SecurityCodeChanged,
        Self::FactorChanged,
        Self::FactorAdded,
        Self::EmailCorrected,
        Self::DisabledOrReset,
        Self::NotMeFromMail,
        Self::NotMeFromActivity,
        Self::ProfileProposed,
        Self::DeviceRevoked,
    ];
}

/// How many of a kind end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Extent {
    /// None.
    None,
    /// The one in hand: this session, this device, this browser's pending login.
    This,
    /// Those made from the login attempt in question.
    FromAttempt,
    /// Those made from the device in question.
    FromDevice,
    /// The codes, but not the logins that wait for them.
    CodesOnly,
    /// All but the one in hand.
    Others,
    /// All.
    All,
}

/// One row of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ends {
    /// Sessions.
    pub sessions: Extent,
    /// Trusted Devices.
    pub devices: Extent,
    /// Pending logins and codes.
    pub pending: Extent,
    /// Refresh tokens of the OpenID provider.
    pub refresh_tokens: Extent,
    /// Removals of lost factors that wait for their day: whoever does this by hand has the factor, or says that it was a stranger
    /// who asked. A recovery proves no more than the removal did, so it leaves it.
    pub removals: Extent,
}

/// What `cause` ends.
#[must_use]
pub const fn ends(cause: Cause) -> Ends {
    use Extent::{All, CodesOnly, FromAttempt, FromDevice, None, Others, This};
    let (sessions, devices, pending, refresh_tokens, removals) = match cause {
        Cause::LogOut => (This, None, This, This, None),
        Cause::PasswordChanged | Cause::FactorChanged => (Others, All, All, All, All),
        Cause::RecoveryCompleted => (All, All, All, All, None),
        Cause::EmailCorrected | Cause::DisabledOrReset | Cause::NotMeFromActivity => {
            (All, All, All, All, All)
        }
        Cause::SecurityCodeChanged => (None, None, CodesOnly, None, All),
        Cause::FactorAdded => (None, None, None, None, All),
        Cause::ProfileProposed => (None, None, None, None, None),
        Cause::NotMeFromMail => (FromAttempt, FromAttempt, FromAttempt, FromAttempt, All),
        Cause::DeviceRevoked => (FromDevice, This, FromDevice, FromDevice, None),
    };
    Ends { sessions, devices, pending, refresh_tokens, removals }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn every_row_of_the_matrix() {
        let mut table = String::new();
        for cause in Cause::ALL {
            let Ends { sessions, devices, pending, refresh_tokens, removals } = ends(cause);
            writeln!(
                table,
                "{:<20} sessions {:<12} devices {:<12} pending {:<12} refresh tokens {:<12} removals {removals:?}",
                format!("{cause:?}"),
                format!("{sessions:?}"),
                format!("{devices:?}"),
                format!("{pending:?}"),
                format!("{refresh_tokens:?}"),
            )
            .unwrap();
        }
        insta::assert_snapshot!(table);
    }
}
