//! The sections of [`Policy`](super::Policy), each with the defaults of a fresh installation.

use std::time::Duration;

use super::value::{Limit, days, hours, minutes, seconds};
use crate::{
    budget::{GrowingWait, Growth},
    rollout::plan::Pace,
};

/// `otp.*`: one-time passwords.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtpPolicy {
    /// Digits of a code, 6 to 10. (NIST SP 800-63B-4, 3.1.3.2: at least 6)
    pub digits: u8,
    /// A code is worthless this long after it was made, 1 to 10 min; looked at when the code is checked.
    pub lifetime: Duration,
    /// Wrong entries after which one code is worthless.
    pub tries_per_code: u32,
    /// Wrong entries in a row, over all codes of the account, after which a wait begins.
    pub failures_before_wait: u32,
    /// The first wait; each further one is twice as long.
    pub wait: Duration,
    /// No wait is longer than this.
    pub wait_cap: Duration,
    /// Wrong entries in a row after which the factor is disabled until bound anew. (NIST SP 800-63B-4, 3.2.2: at most 100)
    pub failures_before_disable: u32,
    /// Codes sent per account; all limits hold together.
    pub sends: Vec<Limit>,
}

impl Default for OtpPolicy {
    fn default() -> Self {
        Self {
            digits: 6,
            lifetime: minutes(10),
            tries_per_code: 5,
            failures_before_wait: 10,
            wait: minutes(10),
            wait_cap: hours(24),
            failures_before_disable: 100,
            sends: vec![
                Limit { count: 2, within: seconds(10) },
                Limit { count: 3, within: minutes(5) },
                Limit { count: 5, within: minutes(10) },
                Limit { count: 15, within: hours(1) },
            ],
        }
    }
}

impl OtpPolicy {
    /// What wrong entries in a row cost: each full [`failures_before_wait`](Self::failures_before_wait) begins a wait, doubling
    /// from [`wait`](Self::wait) up to [`wait_cap`](Self::wait_cap), and the last one disables the factor.
    #[must_use]
    pub fn failures(&self) -> GrowingWait {
        GrowingWait {
            every: self.failures_before_wait,
            growth: Growth::Doubling(self.wait),
            longest: self.wait_cap,
            disable_at: Some(self.failures_before_disable),
        }
    }
}

/// `device.*`: Trusted Devices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DevicePolicy {
    /// Trust ends this long after it was earned; use never extends it.
    pub trust_lifetime: Duration,
    /// Trust also ends when the device was not used for this long; `None`: it does not.
    pub trust_idle: Option<Duration>,
    /// Devices of one user; one more drops the oldest, with notice.
    pub max_per_user: u32,
    /// Browsers that cannot hold a key get no trust.
    pub require_key: bool,
}

impl Default for DevicePolicy {
    fn default() -> Self {
        Self { trust_lifetime: days(30), trust_idle: None, max_per_user: 10, require_key: false }
    }
}

/// `session.*`: signed-in browsers. (NIST SP 800-63B-4, 2.2.3: at most 1 h idle and 24 h in all)
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionPolicy {
    /// A session ends after this long without a request.
    pub idle: Duration,
    /// The user is warned this long before the idle end.
    pub warn_before: Duration,
    /// A session ends this long after it began, however busy.
    pub total: Duration,
    /// Sensitive actions need a proof no older than this.
    pub sensitive_window: Duration,
    /// Every request asks the database whether the session lives, instead of a memory of a fifth of a second.
    pub strict: bool,
}

impl Default for SessionPolicy {
    fn default() -> Self {
        Self {
            idle: minutes(15),
            warn_before: seconds(150),
            total: hours(12),
            sensitive_window: minutes(10),
            strict: false,
        }
    }
}

/// `password.*`: what a new password must be, and what guessing costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// Least length in code points. (NIST SP 800-63B-4, 3.1.1.2)
    pub min_length: u32,
    /// Greatest length in code points; longer ones are refused, never cut.
    pub max_length: u32,
    /// Least zxcvbn score, 2 to 4.
    pub min_strength: u8,
    /// Passwords known from break-ins are refused.
    pub refuse_breached: bool,
    /// Limits on wrong passwords.
    pub failures: PasswordFailures,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self {
            min_length: 12,
            max_length: 256,
            min_strength: 3,
            refuse_breached: true,
            failures: PasswordFailures::default(),
        }
    }
}

/// `password.failures.*`: limits on wrong passwords.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordFailures {
    /// Wrong passwords from one browser.
    pub per_browser: Limit,
    /// How much the wait per account and network grows with each wrong password.
    pub wait_step: Duration,
    /// The wait per account and network never exceeds this.
    pub wait_cap: Duration,
    /// Wrong passwords per account, from anywhere, after which an unknown browser must enter a mailed code first.
    pub per_account_before_mail: u32,
}

impl Default for PasswordFailures {
    fn default() -> Self {
        Self {
            per_browser: Limit { count: 5, within: seconds(60) },
            wait_step: minutes(1),
            wait_cap: minutes(15),
            per_account_before_mail: 20,
        }
    }
}

impl PasswordFailures {
    /// What wrong passwords for one account from one network cost: each full budget of a browser begins a wait, a step longer
    /// each time.
    #[must_use]
    pub fn per_network(&self) -> GrowingWait {
        self.growing(self.per_browser.count)
    }

    /// Wrong passwords for one account from anywhere: after so many in a row a browser that nobody trusts has to prove the
    /// mailbox first. Nobody waits for it.
    #[must_use]
    pub const fn per_account(&self) -> GrowingWait {
        Self::at_most(self.per_account_before_mail)
    }

    /// Wrong passwords behind a mailbox that was proven for them; then it has to be proven again.
    #[must_use]
    pub const fn per_door(&self) -> GrowingWait {
        Self::at_most(self.per_browser.count)
    }

    const fn at_most(most: u32) -> GrowingWait {
        let (none, every) = (Duration::ZERO, u32::MAX);
        GrowingWait { every, growth: Growth::Linear(none), longest: none, disable_at: Some(most) }
    }

    const fn growing(&self, every: u32) -> GrowingWait {
        let growth = Growth::Linear(self.wait_step);
        GrowingWait { every, growth, longest: self.wait_cap, disable_at: None }
    }
}

/// `security_code.*`: the numeric code made at enrolment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityCodePolicy {
    /// Fewest digits, 6 to 8.
    pub min_digits: u8,
    /// Most digits, 8 or 9.
    pub max_digits: u8,
    /// Wrong entries, counted only after the mailed code was right.
    pub tries: Limit,
    /// Wrong entries in a row after which the code is disabled.
    pub tries_before_disable: u32,
}

impl Default for SecurityCodePolicy {
    fn default() -> Self {
        Self {
            min_digits: 6,
            max_digits: 9,
            tries: Limit { count: 5, within: minutes(15) },
            tries_before_disable: 20,
        }
    }
}

/// From when enrolment cannot be put off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EnrolmentDuty {
    /// From the company's enrolment deadline; before it "not now" is offered.
    AfterDeadline,
    /// From the first prompt.
    AtOnce,
}

/// How often enrolment is asked for until it is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EnrolmentPrompt {
    /// At most once in 24 hours.
    OnceADay,
    /// At every login.
    EveryLogin,
}

/// `enrolment.*`: when enrolment is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolmentPolicy {
    /// From when it cannot be put off.
    pub required: EnrolmentDuty,
    /// It can be put off for this long from the first prompt, never past the deadline; zero: not at all.
    pub postpone_for: Duration,
    /// How often it is asked for.
    pub prompt: EnrolmentPrompt,
}

impl Default for EnrolmentPolicy {
    fn default() -> Self {
        Self {
            required: EnrolmentDuty::AfterDeadline,
            postpone_for: days(30),
            prompt: EnrolmentPrompt::EveryLogin,
        }
    }
}

/// `recovery_codes.*`: codes on paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveryCodePolicy {
    /// How many are made at once.
    pub count: u32,
    /// The user is warned when fewer than this are left.
    pub warn_below: u32,
}

impl Default for RecoveryCodePolicy {
    fn default() -> Self {
        Self { count: 10, warn_below: 4 }
    }
}

/// `argon2.*`: cost of one Argon2id hash. (RFC 9106; the least values are OWASP's)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argon2Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for Argon2Cost {
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 }
    }
}

/// `hashing.*`: how much hashing runs at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HashingPolicy {
    /// Hashes computed at once; `None`: as many as the machine has cores.
    pub concurrency: Option<u32>,
    /// A request that would wait longer than this for its hash is told to come back later.
    pub max_wait: Duration,
}

impl Default for HashingPolicy {
    fn default() -> Self {
        Self { concurrency: None, max_wait: seconds(3) }
    }
}

/// `mail.*`: handing mails over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailPolicy {
    /// Attempts to hand one mail over, with back-off and jitter, never past the mail's deadline.
    pub attempts: u32,
}

impl Default for MailPolicy {
    fn default() -> Self {
        Self { attempts: 5 }
    }
}

/// `rollout.*`: how a company's people are told and reminded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolloutPolicy {
    /// The announcement goes out so long before phase 1.
    pub announce_before: Duration,
    /// Between two reminders to those who are not done; `None`: there are none.
    pub remind_every: Option<Duration>,
    /// The last notice goes out so long before the deadline and before the cut-off.
    pub last_notice_before: Duration,
    /// Mails of all rollouts together; a mail server that is asked for more may defer all mail, codes too.
    pub mails_per_minute: u32,
    /// Whether mails wait for the hours from 08:00 to 18:00 of the company's time zone.
    pub office_hours: bool,
}

impl Default for RolloutPolicy {
    fn default() -> Self {
        Self {
            announce_before: days(7),
            remind_every: Some(days(7)),
            last_notice_before: days(2),
            mails_per_minute: 600,
            office_hours: true,
        }
    }
}

impl RolloutPolicy {
    /// The part that decides the timetable.
    #[must_use]
    pub const fn pace(&self) -> Pace {
        Pace {
            announce_before: self.announce_before,
            remind_every: self.remind_every,
            last_notice_before: self.last_notice_before,
            office_hours: self.office_hours,
        }
    }
}
