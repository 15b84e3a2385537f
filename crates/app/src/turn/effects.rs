//! What the machines ask for, done in the turn's transaction.

use crypto::token::Token;
use delivery::mail::Mail;
use domain::{
    attempt::Machine,
    audit::AuditKind,
    enrolment::{Enrolment, EnrolmentEffect},
    id::{DeviceId, SessionId},
    login::{self, Login},
    onboarding::{self, Onboarding},
    proof::{Assurance, FirstMethod, SecondMethod},
    session::Session,
};

use super::Turn;
use crate::Fault;

impl Turn<'_> {
    pub(super) async fn login_effect(&mut self, effect: login::Effect) -> Result<(), Fault> {
        match effect {
            // The caller asks the Trusted Device first.
            login::Effect::AskSecond => Ok(()),
            login::Effect::StartSession(assurance) => self.start_session(assurance).await,
            login::Effect::Enrolment(EnrolmentEffect::RecordProfileConfirmed) => {
                Ok(store::users::confirm_profile(&mut self.tx, self.user.id, self.app.now()).await?)
            }
            // The use case opens it: only it knows what was said.
            login::Effect::Enrolment(EnrolmentEffect::OpenCase) => Ok(()),
            login::Effect::Enrolment(EnrolmentEffect::CountPostponement) => self.count_postponement().await,
            login::Effect::Enrolment(EnrolmentEffect::RecordEnrolled) => {
                self.enrolled_now = true;
                store::users::record_enrolled(&mut self.tx, self.user.id, self.app.now()).await?;
                self.audit(AuditKind::Enrolled).await
            }
        }
    }

    pub(super) async fn onboarding_effect(&mut self, effect: onboarding::Effect) -> Result<(), Fault> {
        match effect {
            onboarding::Effect::RecordProfileConfirmed => {
                store::users::confirm_profile(&mut self.tx, self.user.id, self.app.now()).await?;
                self.audit(AuditKind::OnboardingStarted).await
            }
            onboarding::Effect::NotifyStarted => {
                let mail = Mail::OnboardingStarted {
                    at: self.app.now(),
                    browser: self.attempt.browser_name.clone(),
                };
                self.tell(mail).await
            }
            onboarding::Effect::SendCode => self.send_code().await,
            onboarding::Effect::CountPostponement => self.count_postponement().await,
            // The use cases do these: only they know the report and the new credentials.
            onboarding::Effect::OpenCase | onboarding::Effect::ReplaceCredentials => Ok(()),
            onboarding::Effect::Login(effect) => self.login_effect(effect).await,
        }
    }

    async fn start_session(&mut self, assurance: Assurance) -> Result<(), Fault> {
        let now = self.app.now();
        let token = Token::generate(self.app.random.as_ref());
        let before = self.end_confirmed().await?;
        let session = Session {
            id: SessionId(self.app.new_uuid()),
            assurance,
            // Proven afresh, it is still what came of the attempt before: "this was not me" there must find it.
            attempt: before.as_ref().map_or(self.attempt.id, |before| before.attempt),
            device: self.device_of(assurance).await?.or(before.and_then(|before| before.device)),
            browser_name: self.attempt.browser_name.clone(),
            network: self.browser.network.clone(),
            created_at: now,
            last_seen_at: now,
            idle: self.policy.session.idle,
            ends_at: now + self.policy.session.total,
        };
        store::sessions::insert(&mut self.tx, &session, &token.hash()).await?;
        if assurance.is_two_factor() {
            store::known_browsers::remember(&mut self.tx, self.user.id, &self.browser.key, now).await?;
        }
        self.keep_factors_shown(assurance).await?;
        let event =
            self.event(AuditKind::SessionStarted).fact("session", session.id).fact("acr", assurance.acr());
        self.app.audit(&mut self.tx, event).await?;
        self.session = Some(token);
        Ok(())
    }

    /// An app or passkey that was just used is not lost: a removal that waits for its day is a stranger's, or needless.
    async fn keep_factors_shown(&mut self, assurance: Assurance) -> Result<(), Fault> {
        let shown = assurance.first().method() == FirstMethod::Passkey
            || assurance.second().is_some_and(|second| {
                matches!(second.method(), SecondMethod::AuthenticatorApp | SecondMethod::Passkey)
            });
        let now = self.app.now();
        if shown && store::factor_removals::cancel_of_user(&mut self.tx, self.user.id, now).await? > 0 {
            self.audit(AuditKind::FactorRemovalCancelled).await?;
        }
        Ok(())
    }

    /// The session that was proven afresh gives way to the new one, and leaves it the Trusted Device that it hung on.
    async fn end_confirmed(&mut self) -> Result<Option<Session>, Fault> {
        let Some(confirms) = self.attempt.confirms else { return Ok(None) };
        let before = store::sessions::find_by_id(&mut self.tx, confirms).await?;
        let (user, now) = (self.user.id, self.app.now());
        if !store::sessions::end(&mut self.tx, confirms, user, "confirmed", now).await? {
            return Err(Fault::Inconsistent("a session was proven afresh after its end"));
        }
        self.ends_sessions = true;
        let event = self.event(AuditKind::IdentityConfirmed).fact("session", confirms);
        self.app.audit(&mut self.tx, event).await?;
        Ok(before)
    }

    async fn device_of(&mut self, assurance: Assurance) -> Result<Option<DeviceId>, Fault> {
        if let Some(domain::proof::SecondMethod::TrustedDevice(device)) =
            assurance.second().map(|second| second.method())
        {
            return Ok(Some(device));
        }
        let earned = store::devices::find_of_attempt(&mut self.tx, self.attempt.id).await?;
        Ok(earned.map(|device| device.id))
    }

    async fn count_postponement(&mut self) -> Result<(), Fault> {
        store::users::count_postponement(&mut self.tx, self.user.id).await?;
        self.audit(AuditKind::Postponed).await
    }

    /// The time for "not now" runs from the first page that asks.
    pub(super) async fn record_prompt(&mut self) -> Result<(), Fault> {
        let asks = matches!(
            self.attempt.machine,
            Machine::Onboarding(Onboarding::CheckProfile { .. })
                | Machine::Login(Login::Enrol { enrolment: Enrolment::CheckProfile(_), .. })
        );
        if asks {
            store::users::record_prompt(&mut self.tx, self.user.id, self.app.now()).await?;
        }
        Ok(())
    }
}
