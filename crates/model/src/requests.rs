//! Requests: what they read, what they count before they look, and what they do at their end.

use domain::{
    attempt::Machine,
    budget::{Counter, Verdict},
    device::Recognition,
    factor::{DeviceTrust, Offer},
    login::Login,
};

use crate::{
    check::Theft,
    moves::{Job, Move},
    prove, scene,
    world::{Attempt, Code, Flight, Seen, Who, World},
};

impl World {
    pub(crate) fn go(&mut self, theft: &Theft, action: Move) -> Option<()> {
        match action {
            Move::Tick => {
                self.tick += 1;
                Some(())
            }
            Move::Whole(who, job) => {
                let flight = self.begin(theft, who, job)?;
                self.finish(theft, flight)
            }
            Move::Begin(who, job) => {
                if self.flights.len() >= theft.scene.moves.parallel {
                    return None;
                }
                // A request that leads nowhere from here is not worth waiting for.
                let flight = self.begin(theft, who, job)?;
                self.clone().finish(theft, flight)?;
                self.flights.push(flight);
                Some(())
            }
            Move::Finish(index) => {
                let flight = self.flights.remove(index);
                // A request that cannot go on is rolled back.
                let before = self.clone();
                if self.finish(theft, flight).is_none() {
                    *self = before;
                }
                Some(())
            }
            Move::Resend(who) => self.resend(who),
            Move::Recover(who, goal) => self.recover(theft, who, goal),
            Move::KeepFactor(who) => {
                self.removal.filter(|_| theft.reads_mail(who))?;
                self.removal = None;
                Some(())
            }
            Move::RemoveFactor => self.remove_factor(theft),
            Move::LogOut(who) => self.log_out(theft, who),
            Move::NotMe(who, whose) => self.not_me(theft, who, whose),
        }
    }

    /// Reads what the request needs, and counts a guess before it is looked at.
    fn begin(&mut self, theft: &Theft, who: Who, job: Job) -> Option<Flight> {
        let flight = |seen| Flight { who, job, seen, stale: false };
        match job {
            Job::Password | Job::PasswordAnswerLost | Job::Confirm | Job::ConfirmByBoth | Job::Guess => {
                self.begin_password(theft, who, job).map(flight)
            }
            Job::Legacy => {
                let may = self.user.legacy && theft.knows_legacy(who) && self.may_begin(theft, who);
                may.then(|| flight(Seen::Nothing))
            }
            Job::Invitation => {
                let may = self.user.invited && theft.reads_mail(who) && self.may_begin(theft, who);
                may.then(|| flight(Seen::Nothing))
            }
            Job::Code
            | Job::CodeAndTrust
            | Job::WrongCode
            | Job::AppCode
            | Job::RecoveryCode
            | Job::Enrolment(_)
            | Job::Profile
            | Job::ChooseId
            | Job::PutOff => {
                let attempt = self.attempts.get(who).filter(|attempt| self.tick < attempt.expires)?;
                self.has_for(theft, who, job).then(|| flight(Seen::Attempt(attempt)))
            }
            Job::RescueCode
            | Job::WrongRescueCode
            | Job::SecurityCode
            | Job::WrongSecurityCode
            | Job::Approval
            | Job::NewPassword => {
                let rescue = self.rescues.get(who).filter(|rescue| self.tick < rescue.expires)?;
                self.has_for(theft, who, job).then(|| flight(Seen::Rescue(rescue)))
            }
            Job::Channel(_) | Job::BindApp | Job::ChangePassword => {
                self.sessions.get(who).map(|session| flight(Seen::Session(session)))
            }
        }
    }

    /// Whether the browser really has what it would show.
    fn has_for(&self, theft: &Theft, who: Who, job: Job) -> bool {
        match job {
            Job::Code | Job::CodeAndTrust | Job::RescueCode => theft.reads_mail(who),
            Job::AppCode => self.user.owned.authenticator_app && self.app_by.unwrap_or(Who::Owner) == who,
            Job::RecoveryCode => who == Who::Owner && self.user.owned.recovery_code,
            Job::SecurityCode => {
                self.user.security_code.is_some_and(|code| theft.knows_security_code(who, code))
            }
            // Staff know the owner; they vouch for nobody else.
            Job::Approval => who == Who::Owner,
            _ => true,
        }
    }

    fn begin_password(&mut self, theft: &Theft, who: Who, job: Job) -> Option<Seen> {
        let value = self.user.password?;
        let right = job != Job::Guess && theft.knows_password(who, value);
        let guess = job == Job::Guess && who == Who::Intruder;
        let confirms = !is_confirmation(job) || self.sessions.get(who).is_some();
        let typed = right && confirms && self.may_begin(theft, who);
        if !(typed || guess) {
            return None;
        }
        self.count_password(theft, who)?;
        Some(if guess { Seen::Nothing } else { Seen::Password(value) })
    }

    fn may_begin(&self, theft: &Theft, who: Who) -> bool {
        let waits = self.flights.iter().any(|flight| flight.who == who);
        !waits && *self.begun.get(who) < theft.scene.attempts
    }

    /// A Trusted Device has a budget of its own; a guarded account asks every other browser for a mailed code first.
    fn count_password(&mut self, theft: &Theft, who: Who) -> Option<()> {
        let trusted =
            matches!(self.recognise(theft, who, self.begun.get(who) + 1), Some((_, Recognition::Trusted)));
        let guarded = self.password_misses.failures >= scene::GUARDED_FROM;
        if !trusted && guarded && !self.door_is_open(who) {
            return None;
        }
        let now = self.now();
        let counter = if trusted { &mut self.device_misses } else { &mut self.password_misses };
        let Verdict::Try(counted) = scene::PASSWORDS.count(*counter, now) else { return None };
        *counter = Counter { window_started_at: None, ..counted };
        Some(())
    }

    pub(crate) fn count_code(&mut self) -> bool {
        let Verdict::Try(counted) = scene::FAILURES.count(self.code_misses, self.now()) else { return false };
        self.code_misses = Counter { window_started_at: None, ..counted };
        true
    }

    fn finish(&mut self, theft: &Theft, flight: Flight) -> Option<()> {
        let Flight { who, job, seen, stale } = flight;
        match (seen, job) {
            (Seen::Password(value), _) => {
                self.open_login(theft, who, job, value)?;
                self.password_misses = Counter::default();
                self.device_misses = Counter::default();
                Some(())
            }
            (Seen::Nothing, Job::Guess) => Some(()),
            (Seen::Nothing, _) => self.open_onboarding(theft, who, job),
            (Seen::Attempt(attempt), _) => self.finish_attempt(theft, who, job, attempt, stale),
            (Seen::Rescue(rescue), _) => self.finish_rescue(theft, who, job, rescue, stale),
            (Seen::Session(session), _) => self.finish_change(theft, who, job, session, stale),
        }
    }

    pub(crate) const fn is_in(&self, who: Who) -> bool {
        self.sessions.get(who).is_some()
    }

    /// Another code for the attempt, whatever its step: as permissive as the surroundings can be.
    fn resend(&mut self, who: Who) -> Option<()> {
        let tick = self.tick;
        let attempt = self.attempts.get_mut(who).as_mut()?;
        let due = attempt.code.is_none_or(|code| code != Code::sent(tick));
        if tick >= attempt.expires || !due || !waits_for_second(attempt) {
            return None;
        }
        attempt.code = Some(Code::sent(tick));
        Some(())
    }

    /// What can never matter again is forgotten, so that states that differ in it only are one.
    pub(crate) fn tidy(&mut self) {
        let tick = self.tick;
        for who in Who::BOTH {
            let ended = self.rescues.get(who).is_some_and(|rescue| tick >= rescue.expires);
            let read = self.flights.iter().any(|flight| flight.who == who);
            if ended && !read {
                *self.rescues.get_mut(who) = None;
            }
        }
        for counter in [
            &mut self.code_misses,
            &mut self.password_misses,
            &mut self.device_misses,
            &mut self.security_misses,
        ] {
            if counter.blocked_until.is_some_and(|until| until <= scene::at(tick)) {
                counter.blocked_until = None;
            }
        }
    }

    /// Whether the owner's password and Trusted Device are in order and would not open a login now.
    pub(crate) fn is_locked_out(&self, theft: &Theft) -> bool {
        let known = self.user.password.is_some_and(|value| theft.knows_password(Who::Owner, value));
        let trusted = matches!(
            self.recognise(theft, Who::Owner, self.begun.get(Who::Owner) + 1),
            Some((Who::Owner, Recognition::Trusted))
        );
        if !(theft.is_stranger(self) && known && trusted && !self.user.password_dead) {
            return false;
        }
        let offer = Offer::of(self.user.channel, self.user.owned, DeviceTrust::Counts);
        let answers = offer.allows(prove::device(self.now()).method());
        self.clone().count_password(theft, Who::Owner).is_none() || !answers
    }
}

/// A password that is typed by who is signed in.
pub(crate) const fn is_confirmation(job: Job) -> bool {
    matches!(job, Job::Confirm | Job::ConfirmByBoth)
}

/// A page of a second step: of a login, or of an onboarding's mailbox.
const fn waits_for_second(attempt: &Attempt) -> bool {
    use domain::onboarding::Onboarding;
    matches!(
        attempt.machine,
        Machine::Login(Login::Challenge { .. }) | Machine::Onboarding(Onboarding::ProveMailbox { .. })
    )
}
