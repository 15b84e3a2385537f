//! The revocation matrix, carried out on the rows of the model as `app::revoke` does on those of the database.

use domain::{
    attempt::Machine,
    login::{Login, Refusal},
    recovery::RecoveryEvent,
    revocation::{Cause, Extent, ends},
};

use crate::{
    check::Theft,
    spec::{self, Breach},
    world::{Who, World},
};

/// What "this" and "others" mean.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct InHand {
    pub(crate) session: Option<Who>,
    pub(crate) attempt: Option<(Who, u8)>,
    pub(crate) device: Option<Who>,
}

impl World {
    /// Ends what `cause` ends; `by` is whose request it was.
    pub(crate) fn revoke(&mut self, theft: &Theft, by: Who, cause: Cause, in_hand: InHand) {
        let what = ends(cause);
        for who in Who::BOTH {
            self.end_session(who, what.sessions, in_hand);
            self.end_device(theft, by, who, what.devices, in_hand);
            self.end_pending(who, what.pending, in_hand);
        }
    }

    fn end_session(&mut self, who: Who, extent: Extent, in_hand: InHand) {
        let Some(session) = *self.sessions.get(who) else { return };
        let ended = match extent {
            Extent::All => true,
            Extent::Others => in_hand.session != Some(who),
            Extent::This => in_hand.session == Some(who),
            Extent::FromAttempt => in_hand.attempt == Some((who, session.attempt)),
            Extent::FromDevice => in_hand.device.is_some() && session.device == in_hand.device,
            Extent::None | Extent::CodesOnly => false,
        };
        if ended {
            *self.sessions.get_mut(who) = None;
            self.session_changed(who);
        }
    }

    fn end_device(&mut self, theft: &Theft, by: Who, who: Who, extent: Extent, in_hand: InHand) {
        let Some(device) = *self.devices.get(who) else { return };
        let ended = match extent {
            Extent::All | Extent::Others => true,
            Extent::This | Extent::FromDevice => in_hand.device == Some(who),
            Extent::FromAttempt => in_hand.attempt == Some((who, device.attempt)) && device.attempt > 0,
            Extent::None | Extent::CodesOnly => false,
        };
        if ended {
            self.end_device_of(theft, by, who);
        }
    }

    pub(crate) fn end_device_of(&mut self, theft: &Theft, by: Who, whose: Who) {
        let Some(device) = self.devices.get_mut(whose).as_mut().filter(|device| !device.revoked) else {
            return;
        };
        device.revoked = true;
        if (by, whose) == (Who::Intruder, Who::Owner) && theft.is_stranger(self) {
            self.blame(Breach::DeviceEnded);
        }
    }

    fn end_pending(&mut self, who: Who, extent: Extent, in_hand: InHand) {
        let mine = |number| in_hand.attempt == Some((who, number));
        match extent {
            Extent::All | Extent::Others => {
                self.end_attempt(who, |number| !mine(number));
                self.end_codes(who);
                self.end_rescue(who);
            }
            Extent::CodesOnly => self.end_codes(who),
            Extent::This | Extent::FromAttempt => self.end_attempt(who, mine),
            Extent::None | Extent::FromDevice => {}
        }
    }

    pub(crate) fn end_attempt(&mut self, who: Who, chosen: impl Fn(u8) -> bool) {
        let Some(attempt) = self.attempts.get_mut(who) else { return };
        if chosen(attempt.number) && !spec::is_over(attempt) {
            attempt.machine = Machine::Login(Login::Refused(Refusal::Ended));
            attempt.code = None;
            self.attempt_changed(who);
        }
    }

    fn end_codes(&mut self, who: Who) {
        if let Some(attempt) = self.attempts.get_mut(who) {
            attempt.code = None;
        }
    }

    fn end_rescue(&mut self, who: Who) {
        let Some(rescue) = self.rescues.get_mut(who) else { return };
        if let Ok((ended, _)) = rescue.machine.step(RecoveryEvent::End) {
            rescue.machine = ended;
            rescue.code = None;
            self.rescue_changed(who);
        }
    }
}

impl Theft {
    /// Whether the intruder is still outside, with nothing in hand that trust or mail hang on.
    pub(crate) const fn is_stranger(&self, world: &World) -> bool {
        !(self.holds.cookie || self.holds.mailbox || world.intruder_was_in)
    }
}
