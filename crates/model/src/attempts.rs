//! Logins, onboardings and enrolments: the product's machines, asked by browsers that show what they really have.

use domain::{
    access::{Key, NotNow, SecondStep, Then},
    attempt::Machine,
    enrolment::{EnrolmentEffect, EnrolmentEvent},
    factor::{Channel, DeviceTrust, Offer},
    login::{self, Login, LoginEvent, Refusal},
    onboarding::{self, Onboarding, OnboardingEvent},
    proof::{Assurance, FirstMethod, SecondMethod},
    revocation::Cause,
};

use crate::{
    check::Theft,
    moves::Job,
    prove,
    requests::is_confirmation,
    revoke::InHand,
    scene,
    spec::{self, Breach, Opened, Shown},
    world::{Attempt, Code, Session, Value, Who, World},
};

/// What a machine is told.
pub(crate) enum Event {
    Login(LoginEvent),
    Onboarding(OnboardingEvent),
}

impl World {
    /// A login at `/login` or `/account/confirm`, after the password was found right. The machine asks for the second step,
    /// and a Trusted Device answers at once or a code is sent.
    pub(crate) fn open_login(&mut self, theft: &Theft, who: Who, job: Job, value: Value) -> Option<()> {
        if self.user.password != Some(value) {
            return Some(());
        }
        let trust = if is_confirmation(job) { DeviceTrust::DoesNotCount } else { DeviceTrust::Counts };
        let mut attempt =
            self.new_attempt(theft, who, Machine::Login(Login::Identify), Shown::PASSWORD, trust);
        let event = if self.user.password_dead {
            LoginEvent::Refuse(Refusal::PasswordDead)
        } else {
            let offer = Offer::of(self.user.channel, self.user.owned, trust);
            let mut admission = self.admission(theft);
            if job == Job::ConfirmByBoth {
                admission.second = SecondStep::OtpOrTrustedDevice;
            }
            LoginEvent::FirstProven(prove::first(FirstMethod::Password, self.now()), admission, offer)
        };
        self.step(theft, who, &mut attempt, Event::Login(event))?;
        let answer_arrives = job != Job::PasswordAnswerLost;
        self.ask_device(theft, who, &mut attempt, answer_arrives);
        if let Machine::Login(Login::Challenge { offer, .. }) = attempt.machine
            && offer.preferred() == Channel::Email
        {
            attempt.code = Some(Code::sent(self.tick));
        }
        *self.attempts.get_mut(who) = Some(attempt);
        if !answer_arrives {
            *self.attempts.get_mut(who) = None;
            *self.sessions.get_mut(who) = None;
        }
        Some(())
    }

    /// Existing credentials or an invitation, found right: goes on with what this browser left half-way, or begins.
    pub(crate) fn open_onboarding(&mut self, theft: &Theft, who: Who, job: Job) -> Option<()> {
        let (method, shown) = match job {
            Job::Legacy => (FirstMethod::Legacy, Shown::LEGACY),
            _ => (FirstMethod::Invitation, Shown::INVITATION),
        };
        let admission = self.admission(theft);
        let tick = self.tick;
        let (stage, half_way) = (theft.scene.stage(tick), self.attempts.get_mut(who).as_mut());
        if let Some(attempt) =
            half_way.filter(|attempt| method == FirstMethod::Legacy && is_half_way(tick, attempt))
            && theft.resumes(admission)
        {
            attempt.expires = tick + scene::ATTEMPT_LIFETIME;
            attempt.by_hand = tick;
            attempt.opened.stage = stage;
            return Some(());
        }
        let fresh = Machine::Onboarding(Onboarding::Identify);
        let mut attempt = self.new_attempt(theft, who, fresh, shown, DeviceTrust::Counts);
        let first = prove::first(method, self.now());
        self.step(
            theft,
            who,
            &mut attempt,
            Event::Onboarding(OnboardingEvent::FirstProven(first, admission)),
        )?;
        *self.attempts.get_mut(who) = Some(attempt);
        Some(())
    }

    fn new_attempt(
        &mut self,
        theft: &Theft,
        who: Who,
        machine: Machine,
        shown: Shown,
        trust: DeviceTrust,
    ) -> Attempt {
        let begun = self.begun.get_mut(who);
        *begun += 1;
        let opened = Opened {
            stage: theft.scene.stage(self.tick),
            standing: self.standing(),
            channel: self.user.channel,
            trust_counts: trust == DeviceTrust::Counts,
        };
        let (number, tick) = (*self.begun.get(who), self.tick);
        Attempt {
            number,
            machine,
            expires: tick + scene::ATTEMPT_LIFETIME,
            code: None,
            shown,
            by_hand: tick,
            opened,
        }
    }

    /// A request about a pending attempt, with the row as it was when the request read it.
    pub(crate) fn finish_attempt(
        &mut self,
        theft: &Theft,
        who: Who,
        job: Job,
        seen: Attempt,
        stale: bool,
    ) -> Option<()> {
        let (tick, now) = (self.tick, self.now());
        let mut attempt = seen;
        attempt.code = self.attempts.get(who).and_then(|stored| stored.code);
        if job == Job::WrongCode {
            return self.miss_code(theft, who, attempt, stale);
        }
        if stale {
            return Some(());
        }
        let second = |attempt: &mut Attempt, method, shown| {
            attempt.shown = attempt.shown.and(shown);
            attempt.by_hand = tick;
            Event::Login(LoginEvent::SecondProven(prove::second(method, now)))
        };
        let is_login = matches!(attempt.machine, Machine::Login(_));
        let event = match job {
            Job::Code | Job::CodeAndTrust => {
                let counted = self.count_code();
                if !counted || !attempt.code.as_mut()?.consume(tick) {
                    return None;
                }
                self.code_misses = domain::budget::Counter::default();
                let event = second(&mut attempt, SecondMethod::EmailOtp, Shown::MAILBOX);
                if is_login {
                    event
                } else {
                    Event::Onboarding(OnboardingEvent::MailboxProven(prove::second(
                        SecondMethod::EmailOtp,
                        now,
                    )))
                }
            }
            Job::AppCode => second(&mut attempt, SecondMethod::AuthenticatorApp, Shown::APP),
            Job::RecoveryCode => {
                self.user.owned.recovery_code = false;
                second(&mut attempt, SecondMethod::RecoveryCode, Shown::RECOVERY_CODE)
            }
            Job::Enrolment(_) if self.demands_second(theft, &attempt) => {
                let trust =
                    if attempt.opened.trust_counts { DeviceTrust::Counts } else { DeviceTrust::DoesNotCount };
                let offer = Offer::of(self.user.channel, self.user.owned, trust);
                attempt.opened.channel = self.user.channel;
                if offer.preferred() == Channel::Email {
                    attempt.code = Some(Code::sent(tick));
                }
                Event::Login(LoginEvent::SecondDemanded(offer))
            }
            Job::Enrolment(event) => {
                self.before_enrolment(theft, who, &attempt, event)?;
                Event::Login(LoginEvent::Enrolment(event))
            }
            Job::Profile => Event::Onboarding(OnboardingEvent::ProfileConfirmed),
            Job::PutOff => {
                self.may_put_off(theft)?;
                Event::Onboarding(OnboardingEvent::PutOff)
            }
            Job::ChooseId => {
                attempt.shown = attempt.shown.and(Shown::NEW_PASSWORD);
                attempt.by_hand = tick;
                Event::Onboarding(OnboardingEvent::UserIdMade(prove::first(FirstMethod::Password, now)))
            }
            _ => return None,
        };
        self.step(theft, who, &mut attempt, event)?;
        if job == Job::CodeAndTrust && is_login {
            self.make_device(theft, who, &attempt);
        }
        self.save(who, attempt);
        Some(())
    }

    /// A wrong code is counted even when another answer of the same moment saved the machine first.
    fn miss_code(&mut self, theft: &Theft, who: Who, mut attempt: Attempt, stale: bool) -> Option<()> {
        if !self.count_code() || !attempt.code.as_mut()?.miss(self.tick) {
            return None;
        }
        if stale {
            self.attempts.get_mut(who).as_mut()?.code = attempt.code;
            return Some(());
        }
        let event = match attempt.machine {
            Machine::Login(_) => Event::Login(LoginEvent::SecondFailed),
            Machine::Onboarding(_) => Event::Onboarding(OnboardingEvent::MailboxFailed),
        };
        self.step(theft, who, &mut attempt, event)?;
        self.save(who, attempt);
        Some(())
    }

    fn save(&mut self, who: Who, attempt: Attempt) {
        if self.attempts.get(who).is_none_or(|stored| spec::is_over(&stored)) {
            self.blame(Breach::AfterEnd);
        }
        *self.attempts.get_mut(who) = Some(attempt);
        self.attempt_changed(who);
    }

    /// Two-factor login has begun since the password was proven alone.
    fn demands_second(&self, theft: &Theft, attempt: &Attempt) -> bool {
        matches!(attempt.machine, Machine::Login(Login::Enrol { assurance, .. }) if !assurance.is_two_factor())
            && self.admission(theft).second == SecondStep::OtpOrTrustedDevice
    }

    /// The table as it is now: the page may be older than the deadline.
    fn may_put_off(&self, theft: &Theft) -> Option<()> {
        let then = self.admission(theft).then;
        (!matches!(then, Then::Onboarding(NotNow::Refused) | Then::Enrolment(NotNow::Refused))).then_some(())
    }

    fn before_enrolment(
        &mut self,
        theft: &Theft,
        who: Who,
        attempt: &Attempt,
        event: EnrolmentEvent,
    ) -> Option<()> {
        match event {
            EnrolmentEvent::PutOff => self.may_put_off(theft),
            EnrolmentEvent::SecurityCodeMade if self.user.enrolled => None,
            EnrolmentEvent::SecurityCodeMade => {
                let in_hand = InHand { attempt: Some((who, attempt.number)), ..InHand::default() };
                self.revoke(theft, who, Cause::SecurityCodeChanged, in_hand);
                if self.user.security_code.is_some() {
                    self.blame(Breach::SecurityCode);
                }
                self.user.security_code = Some(Value::By(who));
                Some(())
            }
            EnrolmentEvent::ProfileConfirmed | EnrolmentEvent::WrongDetailsReported => Some(()),
        }
    }

    /// One step of the product's machine, and what it asks for. `None` when the machine refuses.
    pub(crate) fn step(
        &mut self,
        theft: &Theft,
        who: Who,
        attempt: &mut Attempt,
        event: Event,
    ) -> Option<()> {
        match (attempt.machine, event) {
            (Machine::Login(state), Event::Login(event)) => {
                let (state, effects) = state.step(event).ok()?;
                attempt.machine = Machine::Login(state);
                for effect in effects {
                    self.login_effect(theft, who, attempt, effect);
                }
            }
            (Machine::Onboarding(state), Event::Onboarding(event)) => {
                let (state, effects) = state.step(event).ok()?;
                attempt.machine = match state {
                    Onboarding::Over(login) => Machine::Login(login),
                    pending => Machine::Onboarding(pending),
                };
                for effect in effects {
                    self.onboarding_effect(theft, who, attempt, effect);
                }
            }
            (Machine::Login(_), Event::Onboarding(_)) | (Machine::Onboarding(_), Event::Login(_)) => {
                return None;
            }
        }
        Some(())
    }

    fn onboarding_effect(
        &mut self,
        theft: &Theft,
        who: Who,
        attempt: &mut Attempt,
        effect: onboarding::Effect,
    ) {
        match effect {
            onboarding::Effect::SendCode => attempt.code = Some(Code::sent(self.tick)),
            onboarding::Effect::ReplaceCredentials => self.make_id(who, attempt),
            onboarding::Effect::Login(effect) => self.login_effect(theft, who, attempt, effect),
            onboarding::Effect::RecordProfileConfirmed
            | onboarding::Effect::OpenCase
            | onboarding::Effect::NotifyStarted
            | onboarding::Effect::CountPostponement => {}
        }
    }

    fn login_effect(&mut self, theft: &Theft, who: Who, attempt: &Attempt, effect: login::Effect) {
        match effect {
            login::Effect::StartSession(assurance) => self.start_session(theft, who, attempt, assurance),
            login::Effect::Enrolment(EnrolmentEffect::RecordEnrolled) => self.user.enrolled = true,
            login::Effect::AskSecond
            | login::Effect::Enrolment(
                EnrolmentEffect::RecordProfileConfirmed
                | EnrolmentEffect::OpenCase
                | EnrolmentEffect::CountPostponement,
            ) => {}
        }
    }

    fn make_id(&mut self, who: Who, attempt: &Attempt) {
        if self.user.password.is_some() || !spec::makes_id(attempt) {
            self.blame(Breach::UserId);
        }
        self.user.password = Some(Value::By(who));
        (self.user.legacy, self.user.invited) = (false, false);
        self.intruder_was_in |= who == Who::Intruder;
        for other in Who::BOTH {
            self.end_attempt(other, |number| (other, number) != (who, attempt.number));
            *self.sessions.get_mut(other) = None;
            self.session_changed(other);
        }
    }

    fn start_session(&mut self, theft: &Theft, who: Who, attempt: &Attempt, assurance: Assurance) {
        if !spec::allows_session(attempt, theft.scene.stage(self.tick)) {
            self.blame(Breach::Session);
        }
        if spec::enrolment_is_due(theft.scene.stage(self.tick), self.standing()) {
            self.blame(Breach::Enrolment);
        }
        let device = match assurance.second().map(|second| second.method()) {
            Some(SecondMethod::TrustedDevice(_)) => self.cookies.get(who).map(|cookie| cookie.of),
            Some(_) | None => None,
        };
        self.intruder_was_in |= who == Who::Intruder;
        let Attempt { number, shown, by_hand, .. } = *attempt;
        *self.sessions.get_mut(who) = Some(Session { attempt: number, assurance, device, shown, by_hand });
        self.session_changed(who);
    }
}

/// An onboarding that the browser left after the first page.
const fn is_half_way(tick: u8, attempt: &Attempt) -> bool {
    tick < attempt.expires
        && matches!(
            attempt.machine,
            Machine::Onboarding(Onboarding::ProveMailbox { .. } | Onboarding::ChooseUserId { .. })
        )
}

impl Theft {
    /// Whether existing credentials go on with an onboarding that was left half-way.
    const fn resumes(&self, admission: domain::access::Admission) -> bool {
        matches!(admission.key, Key::Legacy) && matches!(admission.then, Then::Onboarding(_))
    }
}
