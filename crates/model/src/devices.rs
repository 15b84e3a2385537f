//! Trusted Devices: the rule of recognition is the product's, the rows and cookies are modelled.

use domain::{
    attempt::Machine,
    device::{DeviceRecord, KeyMatch, Recognition, TokenMatch, recognise},
    login::{Login, LoginEvent},
    revocation::Cause,
    time::Timestamp,
};

use crate::{
    attempts::Event,
    check::Theft,
    prove,
    revoke::InHand,
    scene::{self, at},
    spec::{self, Breach, Shown},
    world::{Attempt, Cookie, Device, Who, World},
};

impl World {
    /// What the rule of recognition says of the cookie that this browser shows at its login of that number.
    pub(crate) fn recognise(&self, theft: &Theft, who: Who, login: u8) -> Option<(Who, Recognition)> {
        let cookie = (*self.cookies.get(who))?;
        let device = self.devices.get(cookie.of).filter(|device| device.number == cookie.number)?;
        let matched = match cookie.token {
            token if token == device.token => TokenMatch::Current,
            token if Some(token) == device.previous => TokenMatch::Previous,
            _ => TokenMatch::Neither,
        };
        let record = DeviceRecord {
            user: prove::USER,
            expires_at: at(device.expires),
            last_used_at: self.now(),
            revoked_at: device.revoked.then(|| self.now()),
            challenged_at: device.challenged,
        };
        let key = match (theft.scene.keyed, cookie.of == who) {
            (false, _) => KeyMatch::NotBound,
            (true, true) => KeyMatch::Signed(self.challenge(login)),
            (true, false) => KeyMatch::Missing,
        };
        Some((cookie.of, recognise(&record, matched, key, prove::USER, &scene::DEVICES, self.now())))
    }

    /// When the challenge of a login was made: a moment later for each.
    fn challenge(&self, login: u8) -> Timestamp {
        Timestamp(self.now().0 + i64::from(login))
    }

    pub(crate) fn ask_device(
        &mut self,
        theft: &Theft,
        who: Who,
        attempt: &mut Attempt,
        answer_arrives: bool,
    ) {
        if !matches!(attempt.machine, Machine::Login(Login::Challenge { .. })) {
            return;
        }
        match self.recognise(theft, who, attempt.number) {
            None | Some((_, Recognition::Reauthorise(_))) => {}
            Some((whose, Recognition::Alarm)) => {
                if !theft.holds.cookie {
                    self.blame(Breach::FalseAlarm);
                }
                let in_hand = InHand { device: Some(whose), ..InHand::default() };
                self.revoke(theft, who, Cause::DeviceRevoked, in_hand);
            }
            Some((whose, Recognition::Trusted)) => {
                let mut proven = *attempt;
                proven.shown = proven.shown.and(Shown::DEVICE);
                let event = Event::Login(LoginEvent::SecondProven(prove::device(self.now())));
                if self.step(theft, who, &mut proven, event).is_some() {
                    *attempt = proven;
                    self.rotate(theft, who, whose, answer_arrives);
                }
            }
        }
    }

    /// The token is exchanged; the one that was shown stays good until the new one is seen.
    fn rotate(&mut self, theft: &Theft, who: Who, whose: Who, answer_arrives: bool) {
        let challenge = self.challenge(*self.begun.get(who));
        let Some(cookie) = self.cookies.get_mut(who).as_mut() else { return };
        let Some(device) = self.devices.get_mut(whose).as_mut() else { return };
        device.previous = Some(cookie.token);
        device.token += 1;
        device.challenged = theft.scene.keyed.then_some(challenge);
        if answer_arrives {
            cookie.token = device.token;
        }
    }

    /// One device a browser: what it showed before is replaced.
    pub(crate) fn make_device(&mut self, theft: &Theft, who: Who, attempt: &Attempt) {
        if !spec::earns_trust(attempt.shown) {
            self.blame(Breach::Trust);
        }
        if let Some(shown) = *self.cookies.get(who) {
            let newest = self.devices.get(shown.of).is_some_and(|device| device.number == shown.number);
            if newest {
                self.end_device_of(theft, who, shown.of);
            }
        }
        let number = self.devices.get(who).map_or(0, |device| device.number + 1);
        *self.devices.get_mut(who) = Some(Device::new(number, attempt.number, self.tick));
        *self.cookies.get_mut(who) = Some(Cookie { of: who, number, token: 0 });
        if let Some(session) =
            self.sessions.get_mut(who).as_mut().filter(|session| session.attempt == attempt.number)
        {
            session.device = Some(who);
        }
    }
}
