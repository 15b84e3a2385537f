//! Recognising a Trusted Device, and making a browser one.

use crypto::{token::Token, verify::device_proof};
use delivery::mail::Mail;
use domain::{
    attempt::{Machine, Reason},
    audit::AuditKind,
    device::{Reauthorisation, Recognition, recognise},
    id::DeviceId,
    login::{Login, LoginEvent},
    policy::Policy,
    revocation::Cause,
    time::Timestamp,
};
use store::{Executor, devices::Device};

use crate::{
    App, Browser, DeviceCookie, Fault,
    browser::{device_cookie_name, device_cookie_value, shown_device},
    progress::device_cookie,
    revoke,
    turn::Turn,
};

/// Names of devices are cut here.
const LONGEST_NAME: usize = 60;
/// Why a device is revoked of which an old copy was used.
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
    let answer =
        recognise(&device.record(), device.match_token(&token.hash()), user, &policy.device, app.now());
    Ok((answer == Recognition::Trusted).then_some(device.id))
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
        let recognition = recognise(&device.record(), matched, user, &self.policy.device, now);
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
        let network = &self.browser.network;
        let rotated =
            store::devices::rotate(&mut self.tx, &device, &shown.hash(), &token.hash(), network, now).await?;
        // Another login of the same browser rotated it at this moment; an OTP does no harm.
        if !rotated || !self.login(LoginEvent::SecondProven(proof)).await? {
            return Ok(None);
        }
        let value = device_cookie_value(device.id, &token);
        Ok(Some(device_cookie(device_cookie_name(app, user), value, &self.policy)))
    }

    /// An old token: somebody has a copy. The device is ended, its sessions too, and its owner is told.
    async fn raise_alarm(&mut self, device: &Device) -> Result<(), Fault> {
        let now = self.app.now();
        revoke::device(&mut self.tx, device.id, self.user.id, Cause::DeviceRevoked, ALARM, now).await?;
        self.ends_sessions = true;
        let event = self.event(AuditKind::DeviceAlarm).fact("device", device.id);
        self.app.audit(&mut self.tx, event).await?;
        let browser = self.attempt.browser_name.clone();
        self.notify(Mail::DeviceAlarm { device: device.name.clone(), at: now, browser }).await
    }

    /// Makes this browser a Trusted Device; only after the code was right.
    pub(crate) async fn trust_device(&mut self, name: Option<&str>) -> Result<DeviceCookie, Fault> {
        let (app, user, now) = (self.app, self.user.id, self.app.now());
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
            version: 0,
        };
        store::devices::insert(&mut self.tx, &device).await?;
        let event = self.event(AuditKind::DeviceTrusted).fact("device", device.id);
        app.audit(&mut self.tx, event).await?;
        let trusted_until = device.expires_at;
        self.notify(Mail::NewTrustedDevice { device: device.name, at: now, trusted_until }).await?;
        let value = device_cookie_value(device.id, &token);
        Ok(device_cookie(device_cookie_name(app, user), value, &self.policy))
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
        Reauthorisation::NotTrusted => now,
    }
}
