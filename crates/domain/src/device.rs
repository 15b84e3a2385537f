//! Trusted Devices: whether a browser that shows a token is trusted, must prove itself again, or raises an alarm.

use std::time::Duration;

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

/// What the browser answered to a challenge, with the key that this device is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyMatch {
    /// The device has no key: it was made without a script, and is recognised by its cookie.
    NotBound,
    /// There is no signature by this key over a challenge of ours to this browser.
    Missing,
    /// It signed the challenge that was made at that moment.
    Signed(Timestamp),
    /// A signature is there under this key's name, and it is not this key's.
    Forged,
}

/// A challenge is answered within this time.
pub const CHALLENGE_LIFETIME: Duration = Duration::from_mins(10);

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
    /// When the newest challenge was made that its key has signed.
    pub challenged_at: Option<Timestamp>,
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
    /// Its cookie came without the key that it is bound to, or policy asks for a key and it has none.
    KeyMissing,
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
    /// An old token or a forged signature: the device is revoked, the user is told, a code is asked.
    Alarm,
}

/// Whether the browser that shows a token of `record`, and answers a challenge with `key`, may skip the code for `user` at
/// `now`.
#[must_use]
pub fn recognise(
    record: &DeviceRecord,
    token: TokenMatch,
    key: KeyMatch,
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
    if token == TokenMatch::Neither || key == KeyMatch::Forged {
        return Recognition::Alarm;
    }
    if now >= record.expires_at {
        return Recognition::Reauthorise(Reauthorisation::Expired);
    }
    if policy.trust_idle.is_some_and(|idle| now.since(record.last_used_at) >= idle) {
        return Recognition::Reauthorise(Reauthorisation::Idle);
    }
    if is_proven(record, token, key, policy, now) {
        Recognition::Trusted
    } else {
        Recognition::Reauthorise(Reauthorisation::KeyMissing)
    }
}

/// Each challenge is answered once; the same one again only with the token before, when the first answer was lost.
fn is_proven(
    record: &DeviceRecord,
    token: TokenMatch,
    key: KeyMatch,
    policy: &DevicePolicy,
    now: Timestamp,
) -> bool {
    match key {
        KeyMatch::NotBound => !policy.require_key,
        KeyMatch::Missing | KeyMatch::Forged => false,
        KeyMatch::Signed(made) => {
            let is_repeated = record.challenged_at == Some(made) && token == TokenMatch::Previous;
            let is_new = record.challenged_at.is_none_or(|newest| made > newest);
            now.since(made) < CHALLENGE_LIFETIME && (is_new || is_repeated)
        }
    }
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
        DeviceRecord {
            user: USER,
            expires_at: NOW + DAY,
            last_used_at: NOW,
            revoked_at: None,
            challenged_at: None,
        }
    }

    fn ask(record: DeviceRecord, token: TokenMatch, now: Timestamp) -> Recognition {
        recognise(&record, token, KeyMatch::NotBound, USER, &DevicePolicy::default(), now)
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
        let at = |now| recognise(&record(), TokenMatch::Current, KeyMatch::NotBound, USER, &policy, now);
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

    fn show(record: DeviceRecord, token: TokenMatch, key: KeyMatch, now: Timestamp) -> Recognition {
        recognise(&record, token, key, USER, &DevicePolicy::default(), now)
    }

    const NO_KEY: Recognition = Recognition::Reauthorise(Reauthorisation::KeyMissing);

    #[test]
    fn a_bound_device_is_never_accepted_by_its_cookie_alone() {
        assert_eq!(show(record(), TokenMatch::Current, KeyMatch::Missing, NOW), NO_KEY);
        assert_eq!(show(record(), TokenMatch::Current, KeyMatch::Signed(NOW), NOW), Recognition::Trusted);
        assert_eq!(show(record(), TokenMatch::Current, KeyMatch::Forged, NOW), Recognition::Alarm);
        assert_eq!(show(record(), TokenMatch::Neither, KeyMatch::Signed(NOW), NOW), Recognition::Alarm);
    }

    #[test]
    fn a_challenge_is_answered_in_its_time_and_once() {
        let instant = Duration::from_millis(1);
        let signed = |record, token, made, now| show(record, token, KeyMatch::Signed(made), now);
        let end = NOW + CHALLENGE_LIFETIME;
        assert_eq!(signed(record(), TokenMatch::Current, NOW, end - instant), Recognition::Trusted);
        assert_eq!(signed(record(), TokenMatch::Current, NOW, end), NO_KEY);
        let used = DeviceRecord { challenged_at: Some(NOW), ..record() };
        assert_eq!(signed(used, TokenMatch::Current, NOW, NOW), NO_KEY, "answered before");
        assert_eq!(signed(used, TokenMatch::Previous, NOW, NOW), Recognition::Trusted, "a lost answer");
        for token in [TokenMatch::Current, TokenMatch::Previous] {
            assert_eq!(signed(used, token, NOW - instant, NOW), NO_KEY, "an older one");
            assert_eq!(signed(used, token, NOW + instant, NOW + instant), Recognition::Trusted);
        }
    }

    #[test]
    fn policy_may_ask_for_a_key() {
        let policy = DevicePolicy { require_key: true, ..DevicePolicy::default() };
        let at = |key| recognise(&record(), TokenMatch::Current, key, USER, &policy, NOW);
        assert_eq!(at(KeyMatch::NotBound), NO_KEY);
        assert_eq!(at(KeyMatch::Signed(NOW)), Recognition::Trusted);
    }
}
