//! Policy: every knob with its default. Policy is data, so that an operator can change it and the simulator can explain it.
//!
//! [`Policy`] is what the rules read. [`table::KEYS`] names each knob for people: it drives reading ([`Layer`]), layering
//! ([`Layers::resolve`]) and explaining ([`Resolved::explain`]). Why each default is what it is stands in the handbook's
//! policy chapter.

pub mod key;
pub mod layer;
#[cfg(test)]
mod layering_tests;
pub mod profile;
pub mod resolve;
mod sections;
pub mod table;
#[cfg(test)]
mod tests;
pub mod value;

pub use self::{
    layer::{Layer, LayerName, PolicyProblem, RawValue},
    profile::Profile,
    resolve::{ExplainRow, Layers, Origin, Resolved},
    sections::{
        Argon2Cost, DevicePolicy, EnrolmentDuty, EnrolmentPolicy, EnrolmentPrompt, HashingPolicy, MailPolicy,
        OtpPolicy, PasswordFailures, PasswordPolicy, RecoveryCodePolicy, RolloutPolicy, SecurityCodePolicy,
        SessionPolicy,
    },
    value::{Limit, Value},
};

use std::time::Duration;

use value::{days, hours, minutes};

/// Everything that policy decides, with every layer applied. `Policy::default()` is a fresh installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// One-time passwords.
    pub otp: OtpPolicy,
    /// Trusted Devices.
    pub device: DevicePolicy,
    /// Signed-in browsers.
    pub session: SessionPolicy,
    /// Passwords and guesses at them.
    pub password: PasswordPolicy,
    /// The numeric code made at enrolment.
    pub security_code: SecurityCodePolicy,
    /// When enrolment is asked for and how long it can be put off.
    pub enrolment: EnrolmentPolicy,
    /// Codes on paper for those who lost their authenticator app or passkey.
    pub recovery_codes: RecoveryCodePolicy,
    /// How long an invitation can be used.
    pub invitation_lifetime: Duration,
    /// How long a recovery link can be used.
    pub recovery_link_lifetime: Duration,
    /// How long the "this was not me" link in a mail can be used.
    pub not_me_link_lifetime: Duration,
    /// Mails that somebody without any proof can cause, per address; apart from `otp.sends`.
    pub sends_before_proof: Limit,
    /// Questions whether an Enterprise User ID is free, per onboarding.
    pub user_id_asks: Limit,
    /// Cost of one password hash.
    pub argon2: Argon2Cost,
    /// How much hashing runs at once.
    pub hashing: HashingPolicy,
    /// Attempts to hand a mail over.
    pub mail: MailPolicy,
    /// How people are told of a rollout, and reminded.
    pub rollout: RolloutPolicy,
    /// How long audit events stay online before they are exported.
    pub audit_retention: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            otp: OtpPolicy::default(),
            device: DevicePolicy::default(),
            session: SessionPolicy::default(),
            password: PasswordPolicy::default(),
            security_code: SecurityCodePolicy::default(),
            enrolment: EnrolmentPolicy::default(),
            recovery_codes: RecoveryCodePolicy::default(),
            invitation_lifetime: hours(72),
            recovery_link_lifetime: minutes(30),
            not_me_link_lifetime: hours(240),
            sends_before_proof: Limit { count: 3, within: hours(1) },
            user_id_asks: Limit { count: 20, within: hours(1) },
            argon2: Argon2Cost::default(),
            hashing: HashingPolicy::default(),
            mail: MailPolicy::default(),
            rollout: RolloutPolicy::default(),
            audit_retention: days(400),
        }
    }
}
