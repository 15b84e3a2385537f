//! Making a code and queueing the mail that carries it, in one transaction.

use crypto::{
    otp::{Otp, OtpBinding, otp_mac},
    random::RandomExt as _,
};
use delivery::mail::{Code as CodeInMail, Mail, Secret};
use domain::{
    attempt::{Attempt, Entry, Machine},
    audit::AuditKind,
    budget::{Allowance, allowance},
    factor::Channel,
    id::CodeId,
    login::Login,
    otp::{TAGS, tag},
    time::Timestamp,
};
use std::{sync::Arc, time::Duration};
use store::codes::Code;

use crate::{Fault, guesses, not_me::AskedBy, turn::Turn};

/// The only channel so far.
pub(crate) const CHANNEL: &str = "email";

/// The longest window of `otp.sends` that policy allows; older sendings never count.
pub(crate) const SENDS_REMEMBERED: Duration = Duration::from_hours(24);

/// What a code of this attempt is for.
pub(crate) const fn purpose_of(attempt: &Attempt) -> &'static str {
    match attempt.machine {
        Machine::Login(_) => "login",
        Machine::Onboarding(_) => "onboarding",
    }
}

impl Turn<'_> {
    /// Sends a code, unless a limit forbids it; the page then says until when. The forerunner becomes worthless.
    pub(crate) async fn send_code(&mut self) -> Result<(), Fault> {
        let now = self.app.now();
        let budget = self.app.code_budget(self.user.id, &self.policy);
        if guesses::look(&mut self.tx, &budget, now).await? != guesses::Count::Counted {
            return Ok(());
        }
        let (place, allowance) = self.may_send(now).await?;
        match allowance {
            Allowance::Now { .. } => self.send_code_now(now, &place).await,
            Allowance::Later(_) => Ok(()),
        }
    }

    /// From whose budget a code for this browser goes, and whether it allows one now. Holds the user's row.
    pub(crate) async fn may_send(&mut self, now: Timestamp) -> Result<(String, Allowance), Fault> {
        let user = self.user.id;
        store::users::hold(&mut self.tx, user).await?;
        let place = self.app.sending_place(&mut self.tx, user, &self.browser.key).await?;
        let history = store::codes::sends(&mut self.tx, user, &place, now - SENDS_REMEMBERED).await?;
        let allowance = allowance(&history, &self.policy.otp.sends, now);
        Ok((place, allowance))
    }

    /// A code, unless one that was sent before is still good.
    pub(crate) async fn send_code_unless_open(&mut self) -> Result<(), Fault> {
        let now = self.app.now();
        let last = store::codes::latest(&mut self.tx, self.attempt.id).await?;
        let most = self.policy.otp.tries_per_code;
        let open = last.is_some_and(|code| {
            code.consumed_at.is_none()
                && code.superseded_at.is_none()
                && now < code.expires_at
                && code.tries < most
        });
        if open { Ok(()) } else { self.send_code().await }
    }

    /// After the first proof: a code, unless a Trusted Device has answered or another factor is asked for first.
    pub(crate) async fn send_code_if_asked(&mut self) -> Result<(), Fault> {
        match self.attempt.machine {
            Machine::Login(Login::Challenge { offer, .. }) if offer.preferred() == Channel::Email => {
                self.send_code().await
            }
            Machine::Login(_) | Machine::Onboarding(_) => Ok(()),
        }
    }

    async fn send_code_now(&mut self, now: Timestamp, place: &str) -> Result<(), Fault> {
        self.insert_if_new().await?;
        let last = store::codes::latest(&mut self.tx, self.attempt.id).await?;
        if let Some(last) = &last {
            store::outbox::withdraw(&mut self.tx, last.message).await?;
        }
        let app = self.app;
        let random = app.random.as_ref();
        let otp = Otp::generate(self.policy.otp.digits, random);
        let drawn = u16::try_from(random.below(u64::from(TAGS))).unwrap_or(0);
        let fresh = tag(drawn);
        let clashes = last.as_ref().is_some_and(|last| last.tag == fresh);
        let tag = if clashes { tag(drawn + 1) } else { fresh };
        let expires_at = now + self.policy.otp.lifetime;
        let purpose = purpose_of(&self.attempt);
        let asked_by = match self.attempt.machine {
            Machine::Login(_) => AskedBy::Login(self.attempt.id),
            Machine::Onboarding(_) => AskedBy::Onboarding(self.attempt.id),
        };
        let (policy, browser) = (Arc::clone(&self.policy), self.attempt.browser_name.clone());
        let not_me = app.not_me_link(&mut self.tx, &self.user, &policy, asked_by, &browser).await?;
        let in_mail = CodeInMail {
            digits: Secret::from(otp.expose().to_owned()),
            tag: tag.clone(),
            valid_until: expires_at,
            requested_at: now,
            browser: self.attempt.browser_name.clone(),
            place: None,
            not_me,
        };
        let mail = match self.attempt.machine {
            Machine::Login(_) if self.attempt.entry == Entry::Confirm => Mail::ConfirmCode(in_mail),
            Machine::Login(_) => Mail::LoginCode(in_mail),
            Machine::Onboarding(_) => Mail::OnboardingCode(in_mail),
        };
        let message = self.post(mail, expires_at).await?;
        let id = CodeId(self.app.new_uuid());
        let binding =
            OtpBinding { code: id, attempt: self.attempt.id, user: self.user.id, purpose, channel: CHANNEL };
        let code = Code {
            id,
            attempt: self.attempt.id,
            user: self.user.id,
            purpose: purpose.to_owned(),
            channel: CHANNEL.to_owned(),
            tag,
            mac: otp_mac(&self.app.keys, &binding, otp.expose()).to_vec(),
            message,
            sent_at: now,
            expires_at,
            tries: 0,
            consumed_at: None,
            superseded_at: None,
        };
        store::codes::insert(&mut self.tx, &code, place).await?;
        let event = self.event(AuditKind::CodeSent).fact("purpose", purpose).fact("tag", &code.tag);
        self.app.audit(&mut self.tx, event).await
    }
}
