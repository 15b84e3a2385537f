//! The table of keys: the one place where a knob gets its name, range, direction and explanation.
//!
//! Ranges of related keys never cross (the longest warning is shorter than the shortest idle time, and so on), so no
//! combination of layers can contradict itself; a test holds that.

use super::{
    key::{Key, Kind, Scope, Tighter},
    value::{Field as _, Value, days, hours, minutes, seconds},
};

use Scope::{AnyLayer, Installation};
use Tighter::{Higher, Lower, Neither};

macro_rules! key {
    ($name:literal, $($field:ident).+, $kind:expr, $tighter:expr, $scope:expr, $doc:literal) => {
        Key {
            name: $name,
            doc: $doc,
            kind: $kind,
            tighter: $tighter,
            scope: $scope,
            get: |policy| policy.$($field).+.value(),
            set: |policy, value| policy.$($field).+.assign(value),
        }
    };
}

const fn number(min: u32, max: u32, unit: &'static str) -> Kind {
    Kind::Number { min, max, unit, absent: None }
}

const fn span(min: std::time::Duration, max: std::time::Duration) -> Kind {
    Kind::Span { min, max, absent: None }
}

const fn limit(most_events: u32, longest: std::time::Duration) -> Kind {
    Kind::Limits { most: 1, count: (1, most_events), within: (seconds(10), longest) }
}

const SENDS: Kind = Kind::Limits { most: 8, count: (1, 100), within: (seconds(1), hours(24)) };
const IDLE_TRUST: Kind = Kind::Span { min: days(1), max: days(90), absent: Some("off") };
const REMINDERS: Kind = Kind::Span { min: days(1), max: days(60), absent: Some("off") };
const CONCURRENCY: Kind = Kind::Number { min: 1, max: 256, unit: "", absent: Some("cores") };
const SWITCH: Kind = Kind::Words(&["no", "yes"]);

/// Every key, in the order in which people read them.
#[rustfmt::skip] // one key, one line or two: a table
pub static KEYS: &[Key] = &[
    key!("otp.digits", otp.digits, number(6, 10, "digits"), Higher, AnyLayer,
        "Digits of a one-time password."),
    key!("otp.lifetime", otp.lifetime, span(minutes(1), minutes(10)), Lower, AnyLayer,
        "How long a one-time password can be used."),
    key!("otp.tries_per_code", otp.tries_per_code, number(1, 10, "tries"), Lower, AnyLayer,
        "Wrong entries after which one code is worthless."),
    key!("otp.failures_before_wait", otp.failures_before_wait, number(3, 20, "failures"), Lower, AnyLayer,
        "Wrong entries in a row, over all codes, after which the user has to wait."),
    key!("otp.wait", otp.wait, span(minutes(1), hours(1)), Higher, AnyLayer,
        "The first wait; each further one is twice as long."),
    key!("otp.wait_cap", otp.wait_cap, span(hours(1), days(7)), Higher, AnyLayer,
        "No wait is longer than this."),
    key!("otp.failures_before_disable", otp.failures_before_disable, number(20, 100, "failures"), Lower, AnyLayer,
        "Wrong entries in a row after which the factor is disabled until it is bound anew."),
    key!("otp.sends", otp.sends, SENDS, Lower, AnyLayer,
        "How many codes one account can be sent; all limits hold together."),
    key!("device.trust_lifetime", device.trust_lifetime, span(hours(1), days(180)), Lower, AnyLayer,
        "How long a Trusted Device is trusted; use never extends it."),
    key!("device.trust_idle", device.trust_idle, IDLE_TRUST, Lower, AnyLayer,
        "Trust also ends when the device was not used for this long."),
    key!("device.max_per_user", device.max_per_user, number(1, 50, "devices"), Lower, AnyLayer,
        "Trusted Devices of one user; one more drops the oldest, with notice."),
    key!("device.require_key", device.require_key, SWITCH, Higher, AnyLayer,
        "Whether browsers that cannot hold a key are never trusted."),
    key!("session.idle", session.idle, span(minutes(5), hours(1)), Lower, AnyLayer,
        "A session ends after this long without a request."),
    key!("session.warn_before", session.warn_before, span(seconds(20), minutes(4)), Neither, AnyLayer,
        "How long before the idle end the user is warned."),
    key!("session.total", session.total, span(hours(1), hours(24)), Lower, AnyLayer,
        "A session ends this long after it began, however busy."),
    key!("session.sensitive_window", session.sensitive_window, span(minutes(1), hours(1)), Lower, AnyLayer,
        "How fresh a proof must be for changing a factor, exports and administration."),
    key!("session.strict", session.strict, SWITCH, Higher, AnyLayer,
        "Whether every request asks the database if the session lives, instead of a memory of a fifth of a second."),
    key!("password.min_length", password.min_length, number(8, 64, "characters"), Higher, AnyLayer,
        "Least length of a new password."),
    key!("password.max_length", password.max_length, number(64, 1024, "characters"), Neither, AnyLayer,
        "Greatest length of a new password; longer ones are refused, never cut."),
    key!("password.min_strength", password.min_strength, number(2, 4, "of 4"), Higher, AnyLayer,
        "Least strength of a new password, on zxcvbn's scale."),
    Key {
        name: "password.breached",
        doc: "What happens to a new password that is known from break-ins.",
        kind: Kind::Words(&["allow", "refuse"]),
        tighter: Higher,
        scope: AnyLayer,
        get: |policy| Value::Word(if policy.password.refuse_breached { "refuse" } else { "allow" }),
        set: |policy, value| policy.password.refuse_breached = *value == Value::Word("refuse"),
    },
    key!("password.failures.per_browser", password.failures.per_browser, limit(20, hours(1)), Lower, Installation,
        "Wrong passwords from one browser."),
    key!("password.failures.wait_step", password.failures.wait_step, span(seconds(1), minutes(10)), Higher, Installation,
        "How much the wait per account and network grows with each wrong password."),
    key!("password.failures.wait_cap", password.failures.wait_cap, span(minutes(10), hours(24)), Higher, Installation,
        "The wait per account and network is never longer than this."),
    key!("password.failures.per_account_before_mail", password.failures.per_account_before_mail, number(5, 100, "failures"), Lower, Installation,
        "Wrong passwords per account after which an unknown browser must enter a mailed code first."),
    key!("sends_before_proof", sends_before_proof, limit(20, hours(24)), Lower, Installation,
        "Mails per address that somebody without any proof can cause."),
    key!("user_id.asks", user_id_asks, limit(100, hours(24)), Lower, AnyLayer,
        "How often one onboarding can ask whether an Enterprise User ID is free."),
    key!("security_code.min_digits", security_code.min_digits, number(6, 8, "digits"), Higher, AnyLayer,
        "Fewest digits of a new security code."),
    key!("security_code.max_digits", security_code.max_digits, number(8, 9, "digits"), Neither, AnyLayer,
        "Most digits of a new security code."),
    key!("security_code.tries", security_code.tries, limit(10, hours(24)), Lower, AnyLayer,
        "Wrong security codes, counted only after the mailed code was right."),
    key!("security_code.tries_before_disable", security_code.tries_before_disable, number(5, 100, "tries"), Lower, AnyLayer,
        "Wrong security codes in a row after which the code is disabled."),
    key!("enrolment.required", enrolment.required, Kind::Words(&["after-deadline", "at-once"]), Higher, AnyLayer,
        "From when enrolment cannot be put off."),
    key!("enrolment.postpone_for", enrolment.postpone_for, span(seconds(0), days(30)), Lower, AnyLayer,
        "How long enrolment can be put off from the first prompt, never past the deadline."),
    key!("enrolment.prompt", enrolment.prompt, Kind::Words(&["once-a-day", "every-login"]), Higher, AnyLayer,
        "How often enrolment is asked for until it is complete."),
    key!("recovery.link_lifetime", recovery_link_lifetime, span(minutes(5), hours(2)), Lower, AnyLayer,
        "How long a recovery link can be used."),
    key!("recovery_codes.count", recovery_codes.count, number(6, 20, "codes"), Neither, AnyLayer,
        "How many recovery codes are made at once."),
    key!("recovery_codes.warn_below", recovery_codes.warn_below, number(1, 5, "codes"), Neither, AnyLayer,
        "The user is warned when fewer recovery codes than this are left."),
    key!("invitation.lifetime", invitation_lifetime, span(hours(1), days(14)), Lower, AnyLayer,
        "How long an invitation can be used."),
    key!("not_me.link_lifetime", not_me_link_lifetime, span(days(1), days(30)), Neither, AnyLayer,
        "How long the \"this was not me\" link in a mail can be used."),
    key!("argon2.memory_kib", argon2.memory_kib, number(19_456, 1_048_576, "KiB"), Higher, Installation,
        "Memory of one password hash."),
    key!("argon2.passes", argon2.passes, number(2, 10, "passes"), Higher, Installation,
        "Passes of one password hash over its memory."),
    key!("argon2.lanes", argon2.lanes, number(1, 16, "lanes"), Neither, Installation,
        "Lanes of one password hash."),
    key!("hashing.concurrency", hashing.concurrency, CONCURRENCY, Neither, Installation,
        "Password hashes computed at once."),
    key!("hashing.max_wait", hashing.max_wait, span(seconds(1), seconds(30)), Lower, Installation,
        "A login that would wait longer than this for its hash is told to come back later."),
    key!("mail.attempts", mail.attempts, number(1, 20, "attempts"), Neither, Installation,
        "Attempts to hand one mail over, never past the mail's deadline."),
    key!("rollout.announce_before", rollout.announce_before, span(days(1), days(60)), Neither, AnyLayer,
        "How long before phase 1 people are told what will change."),
    key!("rollout.remind_every", rollout.remind_every, REMINDERS, Neither, AnyLayer,
        "How often people who are not done are reminded from phase 1 on."),
    key!("rollout.last_notice_before", rollout.last_notice_before, span(days(1), days(14)), Neither, AnyLayer,
        "How long before deadline and cut-off the last notice goes out; it cannot be stopped."),
    key!("rollout.office_hours", rollout.office_hours, SWITCH, Neither, AnyLayer,
        "Whether mails of a rollout wait for 08:00 to 18:00 in the company's time zone."),
    key!("rollout.mails_per_minute", rollout.mails_per_minute, number(1, 60_000, "mails"), Neither, Installation,
        "Mails of all rollouts together, so that codes are not held up behind them."),
    key!("audit.retention", audit_retention, span(days(90), days(3650)), Higher, Installation,
        "How long audit events stay online before they are exported."),
];

/// The key of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

/// The key whose name is nearest to a mistyped one; `None` when none is near.
#[must_use]
pub fn nearest(name: &str) -> Option<&'static str> {
    // A long name costs quadratic time and is near to nothing.
    if name.len() > 80 {
        return None;
    }
    let close = |known: &'static str| (strsim::normalized_damerau_levenshtein(known, name), known);
    let names = KEYS.iter().map(|key| key.name).chain([super::Profile::KEY]);
    let best = names.map(close).max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 >= 0.6).then_some(best.1)
}
