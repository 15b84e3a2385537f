//! Recovery: the product's machine, asked by browsers that show what they really have.

use domain::{
    budget::{Counter, Verdict},
    factor::Channel,
    recovery::{Goal, Recovery, RecoveryEffect, RecoveryEvent},
    revocation::Cause,
};

use crate::{
    check::Theft,
    moves::Job,
    prove,
    revoke::InHand,
    scene,
    spec::{self, Breach, Shown},
    world::{Code, Removal, Rescue, Value, Who, World},
};

impl World {
    /// Anybody may ask; the code goes to the stored address.
    pub(crate) fn recover(&mut self, theft: &Theft, who: Who, goal: Goal) -> Option<()> {
        let useful = match goal {
            Goal::Password => true,
            Goal::OpenDoor => theft.scene.moves.guesses,
            Goal::Factor => self.user.channel != Channel::Email,
        };
        let asked = self.rescued.get_mut(who);
        if self.user.password.is_none() || !useful || *asked >= theft.scene.recoveries {
            return None;
        }
        *asked += 1;
        *self.rescues.get_mut(who) = Some(Rescue {
            machine: Recovery::ProveMailbox { goal, misses: 0 },
            expires: self.tick + scene::ATTEMPT_LIFETIME,
            code: Some(Code::sent(self.tick)),
            shown: Shown::default(),
        });
        self.rescue_changed(who);
        Some(())
    }

    /// A request about a pending recovery, with the row as it was when the request read it.
    pub(crate) fn finish_rescue(
        &mut self,
        theft: &Theft,
        who: Who,
        job: Job,
        seen: Rescue,
        stale: bool,
    ) -> Option<()> {
        let (tick, now) = (self.tick, self.now());
        let mut rescue = seen;
        rescue.code = self.rescues.get(who).and_then(|stored| stored.code);
        let event = match job {
            Job::RescueCode => {
                if stale || !rescue.code.as_mut()?.consume(tick) {
                    return stale.then_some(());
                }
                rescue.shown = rescue.shown.and(Shown::MAILBOX);
                RecoveryEvent::MailboxProven(prove::mailbox(now))
            }
            Job::WrongRescueCode => {
                if !rescue.code.as_mut()?.miss(tick) {
                    return None;
                }
                RecoveryEvent::MailboxFailed
            }
            Job::SecurityCode => {
                rescue.shown = rescue.shown.and(Shown::SECURITY_CODE);
                RecoveryEvent::KnowledgeProven(prove::security_code(now))
            }
            Job::WrongSecurityCode => RecoveryEvent::KnowledgeFailed,
            Job::Approval => {
                rescue.shown = rescue.shown.and(Shown::APPROVAL);
                RecoveryEvent::KnowledgeProven(prove::approval(now))
            }
            Job::NewPassword => RecoveryEvent::PasswordChosen,
            _ => return None,
        };
        if stale {
            return Some(());
        }
        let (sessions, over) =
            (self.sessions, self.rescues.get(who).is_none_or(|stored| spec::is_rescue_over(&stored)));
        self.step_rescue(theft, who, &mut rescue, event)?;
        let signed_in = |who| self.sessions.get(who).is_some() && sessions.get(who) != self.sessions.get(who);
        if Who::BOTH.into_iter().any(signed_in) {
            self.blame(Breach::RecoverySession);
        }
        if over {
            self.blame(Breach::AfterEnd);
        }
        *self.rescues.get_mut(who) = Some(rescue);
        self.rescue_changed(who);
        Some(())
    }

    fn step_rescue(
        &mut self,
        theft: &Theft,
        who: Who,
        rescue: &mut Rescue,
        event: RecoveryEvent,
    ) -> Option<()> {
        let (machine, effects) = rescue.machine.step(event).ok()?;
        // A guess at the security code counts only where the machine takes one.
        if matches!(event, RecoveryEvent::KnowledgeFailed) {
            let Verdict::Try(counter) = scene::FAILURES.count(self.security_misses, self.now()) else {
                return None;
            };
            self.security_misses = Counter { window_started_at: None, ..counter };
        }
        rescue.machine = machine;
        for effect in effects {
            match effect {
                RecoveryEffect::NotifyStarted => {}
                RecoveryEffect::ReplacePassword => self.replace_password(theft, who, rescue),
                RecoveryEffect::ScheduleFactorRemoval => {
                    self.removal = Some(Removal { by: who, asked: self.tick, shown: rescue.shown });
                }
            }
        }
        Some(())
    }

    fn replace_password(&mut self, theft: &Theft, who: Who, rescue: &Rescue) {
        if !spec::allows_recovery(rescue.shown) {
            self.blame(Breach::Password);
        }
        self.intruder_was_in |= who == Who::Intruder;
        self.user.password = Some(Value::By(who));
        self.user.password_dead = false;
        for counter in [
            &mut self.code_misses,
            &mut self.password_misses,
            &mut self.device_misses,
            &mut self.security_misses,
        ] {
            *counter = Counter::default();
        }
        self.revoke(theft, who, Cause::RecoveryCompleted, InHand::default());
    }

    /// Whether this browser came through the mailed code that stands before the password of a guarded account.
    pub(crate) fn door_is_open(&self, who: Who) -> bool {
        self.rescues.get(who).is_some_and(|rescue| {
            self.tick < rescue.expires && matches!(rescue.machine, Recovery::DoorOpen { .. })
        })
    }

    /// The worker's move.
    pub(crate) fn remove_factor(&mut self, theft: &Theft) -> Option<()> {
        let removal = self.removal.filter(|removal| self.tick >= removal.asked + scene::REMOVAL_WAIT)?;
        if !spec::allows_recovery(removal.shown) {
            self.blame(Breach::Channel);
        }
        self.removal = None;
        self.intruder_was_in |= removal.by == Who::Intruder;
        self.user.owned = domain::factor::Owned::default();
        self.user.channel = Channel::Email;
        self.app_by = None;
        self.channel_by = Some(removal.by);
        self.revoke(theft, removal.by, Cause::FactorChanged, InHand::default());
        Some(())
    }
}
