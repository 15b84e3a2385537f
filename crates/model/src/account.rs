//! Changes by somebody who is signed in: the proofs have to be fresh, and they end what the matrix says.

use domain::{access::SecondStep, factor::Channel, revocation::Cause};

use crate::{
    check::Theft,
    moves::Job,
    revoke::InHand,
    scene,
    spec::{self, Breach},
    world::{Session, Value, Who, World},
};

impl World {
    /// A request of a session, as the session was when the request read it.
    pub(crate) fn finish_change(
        &mut self,
        theft: &Theft,
        who: Who,
        job: Job,
        seen: Session,
        stale: bool,
    ) -> Option<()> {
        if stale {
            return Some(());
        }
        let asked = match job {
            Job::Channel(_) | Job::BindApp => SecondStep::OtpOrTrustedDevice,
            _ => self.admission(theft).second,
        };
        if !seen.assurance.is_fresh(asked, scene::WINDOW, self.now()) {
            return None;
        }
        let allowed = spec::allows_change(self, &seen, theft.scene.stage(self.tick));
        let may_bind = spec::allows_binding(self, &seen);
        let in_hand = InHand { session: Some(who), ..InHand::default() };
        match job {
            Job::Channel(channel) => {
                let code = self.user.security_code?;
                if !self.owns(channel)
                    || channel == self.user.channel
                    || !theft.knows_security_code(who, code)
                {
                    return None;
                }
                if !may_bind {
                    self.blame(Breach::Channel);
                }
                self.user.channel = channel;
                self.channel_by = Some(who);
                self.revoke(theft, who, Cause::FactorChanged, in_hand);
            }
            Job::BindApp => {
                let code = self.user.security_code?;
                if self.app_by == Some(who) || !theft.knows_security_code(who, code) {
                    return None;
                }
                if !may_bind {
                    self.blame(Breach::Factor);
                }
                let replaced = std::mem::replace(&mut self.user.owned.authenticator_app, true);
                self.app_by = Some(who);
                let cause = if replaced { Cause::FactorChanged } else { Cause::FactorAdded };
                self.revoke(theft, who, cause, in_hand);
            }
            Job::ChangePassword => {
                let current = self.user.password?;
                if current == Value::By(who) || !theft.knows_password(who, current) {
                    return None;
                }
                if !allowed {
                    self.blame(Breach::Password);
                }
                self.user.password = Some(Value::By(who));
                self.revoke(theft, who, Cause::PasswordChanged, in_hand);
            }
            _ => return None,
        }
        Some(())
    }

    const fn owns(&self, channel: Channel) -> bool {
        match channel {
            Channel::Email => true,
            Channel::AuthenticatorApp => self.user.owned.authenticator_app,
            Channel::Passkey => self.user.owned.passkey,
        }
    }

    pub(crate) fn log_out(&mut self, theft: &Theft, who: Who) -> Option<()> {
        (*self.sessions.get(who))?;
        self.revoke(theft, who, Cause::LogOut, InHand { session: Some(who), ..InHand::default() });
        Some(())
    }

    /// "This was not me" from the mail with a code: what that attempt made ends, and the password is dead.
    pub(crate) fn not_me(&mut self, theft: &Theft, who: Who, whose: Who) -> Option<()> {
        let attempt = (*self.attempts.get(whose))?;
        if !theft.reads_mail(who) || attempt.code.is_none() || self.user.password.is_none() {
            return None;
        }
        let in_hand = InHand { attempt: Some((whose, attempt.number)), ..InHand::default() };
        self.revoke(theft, who, Cause::NotMeFromMail, in_hand);
        self.user.password_dead = true;
        Some(())
    }
}
