//! Trusted Devices: whether a browser that shows a token is trusted, must prove itself again, or raises an alarm.

use serde::{Deserialize, Serialize};

use crate::{id::UserId, policy::DevicePolicy, time::Timestamp};

/// What the record says about the token that the browser shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenMatch {
    /// It is the newest one.
    Current,
    /// It is the one before, and the newest has not been seen yet: the answer that carried it was lost.
    Previous,
    /// It is neither: older, or made up.
    Neither,
}

/// What is stored of a device, as far as trust is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceRecord {
    /// Whose trust it is.
    pub user: UserId,
    /// When trust ends; use never extends it.
    pub expires_at: Timestamp,
    /// When it last opened a login.
    pub last_used_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// Why a code is asked for, as told to the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reauthorisation {
    /// This browser was never made a Trusted Device, or forgot it.
    NotTrusted,
    /// Trust has reached its end.
    Expired,
    /// It was not used for too long.
    Idle,
    /// The user or staff removed it, or something else ended it.
    Removed,
    /// Its token was used elsewhere: trust was ended as a precaution.
    Alarm,
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recognition {
    /// No code is asked; the token is exchanged for a new one.
    Trusted,
    /// A code is asked; the page says why.
    Reauthorise(Reauthorisation),
    /// An old token: the device is revoked, the user is told, a code is asked.
    Alarm,
}

/// Whether the browser that shows a token of `record` may skip the code for `user` at `now`.
#[must_use]
pub fn recognise(
    record: &DeviceRecord,
    token: TokenMatch,
    user: UserId,
    policy: &DevicePolicy,
    now: Timestamp,
) -> Recognition {
    if record.user != user {
        return Recognition::Reauthorise(Reauthorisation::NotTrusted);
    }
    if record.revoked_at.is_some() {
        return Recognition::Reauthorise(Reauthorisation::Removed);
    }
    if token == TokenMatch::Neither {
        return Recognition::Alarm;
    }
    if now >= record.expires_at {
        return Recognition::Reauthorise(Reauthorisation::Expired);
    }
    if policy.trust_idle.is_some_and(|idle| now.since(record.last_used_at) >= idle) {
        return Recognition::Reauthorise(Reauthorisation::Idle);
    }
    Recognition::Trusted
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use uuid::Uuid;

    use super::*;

    const USER: UserId = UserId(Uuid::from_u128(1));
    const DAY: Duration = Duration::from_hours(24);
    const NOW: Timestamp = Timestamp(1_000_000_000);

    fn record() -> DeviceRecord {
        DeviceRecord { user: USER, expires_at: NOW + DAY, last_used_at: NOW, revoked_at: None }
    }

    fn ask(record: DeviceRecord, token: TokenMatch, now: Timestamp) -> Recognition {
        recognise(&record, token, USER, &DevicePolicy::default(), now)
    }

    #[test]
    fn trust_lasts_to_its_last_millisecond() {
        let end = record().expires_at;
        assert_eq!(ask(record(), TokenMatch::Current, end - Duration::from_millis(1)), Recognition::Trusted);
        let over = Recognition::Reauthorise(Reauthorisation::Expired);
        assert_eq!(ask(record(), TokenMatch::Current, end), over);
    }

    #[test]
    fn a_lost_answer_is_not_theft_and_an_old_token_is() {
        assert_eq!(ask(record(), TokenMatch::Previous, NOW), Recognition::Trusted);
        assert_eq!(ask(record(), TokenMatch::Neither, NOW), Recognition::Alarm);
    }

    #[test]
    fn a_device_works_for_its_user_only() {
        let stranger = DeviceRecord { user: UserId(Uuid::from_u128(2)), ..record() };
        let asked = Recognition::Reauthorise(Reauthorisation::NotTrusted);
        assert_eq!(ask(stranger, TokenMatch::Neither, NOW), asked);
    }

    #[test]
    fn idle_trust_ends_only_where_policy_says_so() {
        let policy = DevicePolicy { trust_idle: Some(DAY / 2), ..DevicePolicy::default() };
        let at = |now| recognise(&record(), TokenMatch::Current, USER, &policy, now);
        assert_eq!(at(NOW + DAY / 2 - Duration::from_millis(1)), Recognition::Trusted);
        assert_eq!(at(NOW + DAY / 2), Recognition::Reauthorise(Reauthorisation::Idle));
        assert_eq!(ask(record(), TokenMatch::Current, NOW + DAY / 2), Recognition::Trusted);
    }

    #[test]
    fn a_removed_device_says_so_whatever_it_shows() {
        let removed = DeviceRecord { revoked_at: Some(NOW), ..record() };
        for token in [TokenMatch::Current, TokenMatch::Previous, TokenMatch::Neither] {
            assert_eq!(ask(removed, token, NOW), Recognition::Reauthorise(Reauthorisation::Removed));
        }
    }
}
