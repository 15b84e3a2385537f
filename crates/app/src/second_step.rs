//! What follows a right second factor, whichever it was: the choice about this browser, and the next page.

use domain::{
    attempt::Entry,
    audit::AuditKind,
    login::LoginEvent,
    proof::{Proof, Second},
};

use crate::{
    DeviceCookie, Fault, Progress,
    guesses::{self, Budget, Count},
    turn::Turn,
};

/// What was chosen about this browser, on every page of a second step.
#[derive(Debug, Clone, Default)]
pub struct Remember {
    /// "Make this a Trusted Device."
    pub device: bool,
    /// What the user calls it.
    pub name: Option<String>,
}

/// How a refused answer stands, once it was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missed {
    /// Another may be tried.
    Wrong,
    /// Nothing is looked at before this moment.
    Paused(domain::time::Timestamp),
    /// The factor is disabled until it is bound anew.
    Disabled,
}

impl Turn<'_> {
    /// Steps the login with this proof, trusts the browser where that was asked for, and commits. `None` when the offer does
    /// not hold the factor, or another answer was faster.
    pub(crate) async fn complete_second(
        mut self,
        proof: Proof<Second>,
        remember: &Remember,
    ) -> Result<Option<(Progress, Option<DeviceCookie>)>, Fault> {
        self.renew_token();
        let cookie = self.choose_trust(remember).await?;
        if !self.login(LoginEvent::SecondProven(proof)).await? {
            return Ok(None);
        }
        Ok(self.finish().await?.map(|progress| (progress, cookie)))
    }

    /// Where a session is proven afresh, trust is not offered and the last choice stands.
    async fn choose_trust(&mut self, remember: &Remember) -> Result<Option<DeviceCookie>, Fault> {
        if self.attempt.entry == Entry::Confirm {
            return Ok(None);
        }
        if remember.device != self.user.remembers_device {
            store::users::remember_device_choice(&mut self.tx, self.user.id, remember.device).await?;
        }
        if !remember.device {
            return Ok(None);
        }
        self.trust_device(remember.name.as_deref()).await
    }

    /// Writes down that an answer was wrong, and commits: every try counts, even when another answer of the same moment saved
    /// the machine first.
    pub(crate) async fn miss_second(mut self, factor: &str, budget: &Budget) -> Result<Missed, Fault> {
        let event = self.event(AuditKind::CodeFailed).fact("factor", factor);
        self.app.audit(&mut self.tx, event).await?;
        self.login(LoginEvent::SecondFailed).await?;
        let missed = match guesses::look(&mut self.tx, budget, self.app.now()).await? {
            Count::Counted => Missed::Wrong,
            Count::Paused(until) => {
                self.audit(AuditKind::Locked).await?;
                Missed::Paused(until)
            }
            Count::Disabled => {
                let event = self.event(AuditKind::FactorDisabled).fact("factor", factor);
                self.app.audit(&mut self.tx, event).await?;
                Missed::Disabled
            }
        };
        store::attempts::save(&mut self.tx, &self.attempt).await?;
        self.tx.commit().await?;
        Ok(missed)
    }
}
