//! Recognising a Trusted Device, and making a browser one.

use crypto::{
    device_key::{self, DeviceKey},
    token::Token,
    verify::device_proof,
};
use delivery::mail::NoticeEvent;
use domain::{
    attempt::{Machine, Reason},
    audit::AuditKind,
    device::{KeyMatch, Reauthorisation, Recognition, recognise},
    id::DeviceId,
    login::{Login, LoginEvent},
    policy::Policy,
    revocation::Cause,
    time::Timestamp,
};
use store::{
    Executor,
    devices::{Device, Rotation},
};

use crate::{
    App, Browser, DeviceCookie, Fault,
    browser::{device_cookie_name, device_cookie_value, shown_device},
    progress::device_cookie,
    rename_device::LONGEST_NAME,
    revoke,
    turn::Turn,
};

/// Why a device is revoked of which an old or forged copy was used.
const ALARM: &str = "alarm";

/// The device that this browser shows for the user, if it is trusted at this moment.
pub(crate) async fn trusted_device(
    app: &App,
    conn: &mut impl Executor,
    browser: &Browser,
    user: domain::id::UserId,
    policy: &Policy,
) -> Result<Option<DeviceId>, Fault> {
    let Some((id, token)) = shown_device(app, browser, user) else { return Ok(None) };
    let Some(device) = store::devices::find(conn, id).await? else { return Ok(None) };
    let (matched, key) = (device.match_token(&token.hash()), match_key(app, browser, &device));
    let answer = recognise(&device.record(), matched, key, user, &policy.device, app.now());
    Ok((answer == Recognition::Trusted).then_some(device.id))
}

impl App {
    /// A challenge for the keys of this browser's Trusted Devices, for the page where the password is typed.
    #[must_use]
    pub fn device_challenge(&self, browser: &Browser) -> String {
        device_key::challenge(&self.keys, &browser.key, self.now())
    }
}

/// What the browser answered with the key of this device.
fn match_key(app: &App, browser: &Browser, device: &Device) -> KeyMatch {
    let Some(stored) = &device.public_key else { return KeyMatch::NotBound };
    let Some(key) = DeviceKey::from_bytes(stored) else { return KeyMatch::Missing };
    let answer = &browser.key_answer;
    let Some(signature) = answer.signature_of(&key.thumbprint()) else { return KeyMatch::Missing };
    let origin = app.settings.public_url.origin().ascii_serialization();
    if !key.has_signed(&device_key::message(&origin, &answer.challenge), signature) {
        return KeyMatch::Forged;
    }
    let made = device_key::challenged_at(&app.keys, &browser.key, &answer.challenge);
    made.map_or(KeyMatch::Missing, KeyMatch::Signed)
}

impl Turn<'_> {
    /// Lets a Trusted Device answer for the second factor, or says why a code is asked for. Gives the rotated cookie.
    pub(crate) async fn ask_device(&mut self) -> Result<Option<DeviceCookie>, Fault> {
        if !matches!(self.attempt.machine, Machine::Login(Login::Challenge { .. })) {
            return Ok(None);
        }
        let (app, user, now) = (self.app, self.user.id, self.app.now());
        self.attempt.reason = Some(Reason { why: Reauthorisation::NotTrusted, at: now });
        let Some((id, shown)) = shown_device(app, self.browser, user) else { return Ok(None) };
        let Some(device) = store::devices::find(&mut self.tx, id).await? else { return Ok(None) };
        let matched = device.match_token(&shown.hash());
        let key = match_key(app, self.browser, &device);
        let recognition = recognise(&device.record(), matched, key, user, &self.policy.device, now);
        match recognition {
            Recognition::Trusted => {}
            Recognition::Reauthorise(why) => {
                let why = told(&device, why);
                self.attempt.reason = Some(Reason { why, at: ended_at(&device, why, &self.policy, now) });
                return Ok(None);
            }
            Recognition::Alarm => {
                self.attempt.reason = Some(Reason { why: Reauthorisation::Alarm, at: now });
                return self.raise_alarm(&device).await.map(|()| None);
            }
        }
        let Some(proof) = device_proof(recognition, device.id, user, now) else { return Ok(None) };
        let token = Token::generate(app.random.as_ref());
        let challenged_at = match key {
            KeyMatch::Signed(made) => Some(made),
            KeyMatch::NotBound | KeyMatch::Missing | KeyMatch::Forged => None,
        };
        let (shown, new, network) = (&shown.hash(), &token.hash(), self.browser.network.as_str());
        let rotation = Rotation { shown, new, challenged_at, network };
        let rotated = store::devices::rotate(&mut self.tx, &device, rotation, now).await?;
        // Another login of the same browser rotated it at this moment; an OTP does no harm.
        if !rotated || !self.login(LoginEvent::SecondProven(proof)).await? {
            return Ok(None);
        }
        let value = device_cookie_value(device.id, &token);
        Ok(Some(device_cookie(device_cookie_name(app, user), value, &self.policy)))
    }

    /// An old token or a forged signature: somebody has a copy. The device is ended, its sessions too, and its owner is told.
    async fn raise_alarm(&mut self, device: &Device) -> Result<(), Fault> {
        let now = self.app.now();
        revoke::device(&mut self.tx, device.id, self.user.id, Cause::DeviceRevoked, ALARM, now).await?;
        self.ends_sessions = true;
        let event = self.event(AuditKind::DeviceAlarm).fact("device", device.id);
        self.app.audit(&mut self.tx, event).await?;
        self.notify(NoticeEvent::DeviceAlarm { device: device.name.clone() }).await
    }

    /// Makes this browser a Trusted Device; only after the second step was right. `None` where policy asks for a key and the
    /// browser has made none.
    pub(crate) async fn trust_device(&mut self, name: Option<&str>) -> Result<Option<DeviceCookie>, Fault> {
        let (app, user, now) = (self.app, self.user.id, self.app.now());
        let key = self.browser.offered_key.as_ref();
        if self.policy.device.require_key && key.is_none() {
            return Ok(None);
        }
        let public_key = key.map(|key| key.as_bytes().to_vec());
        self.make_room_for_a_device().await?;
        let token = Token::generate(app.random.as_ref());
        let given: String = name.unwrap_or_default().trim().chars().take(LONGEST_NAME).collect();
        let device = Device {
            id: DeviceId(app.new_uuid()),
            user,
            attempt: self.attempt.id,
            name: if given.is_empty() { self.attempt.browser_name.clone() } else { given },
            browser: self.browser.software.clone(),
            platform: self.browser.platform.clone(),
            network: self.browser.network.clone(),
            token_hash: token.hash().to_vec(),
            previous_hash: None,
            created_at: now,
            last_used_at: now,
            expires_at: now + self.policy.device.trust_lifetime,
            revoked_at: None,
            revoked_reason: None,
            public_key,
            challenged_at: None,
            version: 0,
        };
        store::devices::insert(&mut self.tx, &device).await?;
        let event = self.event(AuditKind::DeviceTrusted).fact("device", device.id);
        app.audit(&mut self.tx, event).await?;
        let trusted_until = device.expires_at;
        self.notify(NoticeEvent::NewDevice { device: device.name, trusted_until }).await?;
        let value = device_cookie_value(device.id, &token);
        Ok(Some(device_cookie(device_cookie_name(app, user), value, &self.policy)))
    }

    /// One device a browser and user: what it showed before is replaced. Beyond the most, the oldest goes.
    async fn make_room_for_a_device(&mut self) -> Result<(), Fault> {
        let (user, now) = (self.user.id, self.app.now());
        if let Some((shown, _)) = shown_device(self.app, self.browser, user) {
            store::devices::revoke(&mut self.tx, shown, user, "replaced", now).await?;
        }
        let live = store::devices::list_live(&mut self.tx, user, now).await?;
        let most = usize::try_from(self.policy.device.max_per_user).unwrap_or(usize::MAX);
        for oldest in live.iter().skip(most.saturating_sub(1)) {
            revoke::device(&mut self.tx, oldest.id, user, Cause::DeviceRevoked, "too_many", now).await?;
            self.ends_sessions = true;
            let event =
                self.event(AuditKind::DeviceRevoked).fact("device", oldest.id).fact("why", "too many");
            self.app.audit(&mut self.tx, event).await?;
            self.notify(NoticeEvent::DeviceDropped { device: oldest.name.clone() }).await?;
        }
        Ok(())
    }
}

/// Whose browser was copied is told so on the browser itself, not only by mail.
fn told(device: &Device, why: Reauthorisation) -> Reauthorisation {
    let copied = device.revoked_reason.as_deref() == Some(ALARM);
    if copied && why == Reauthorisation::Removed { Reauthorisation::Alarm } else { why }
}

/// When trust ended, as told to the user.
fn ended_at(device: &Device, why: Reauthorisation, policy: &Policy, now: Timestamp) -> Timestamp {
    match why {
        Reauthorisation::Expired => device.expires_at,
        Reauthorisation::Idle => policy.device.trust_idle.map_or(now, |idle| device.last_used_at + idle),
        Reauthorisation::Removed | Reauthorisation::Alarm => device.revoked_at.unwrap_or(now),
        Reauthorisation::NotTrusted | Reauthorisation::KeyMissing => now,
    }
}
