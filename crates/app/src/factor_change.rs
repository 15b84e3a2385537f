//! What every change of a factor has in common: what it ends, what is recorded, and who is told.

use delivery::mail::NoticeEvent;
use domain::{
    audit::{Actor, AuditEvent, AuditKind},
    factor::Channel,
    revocation::Cause,
};
use store::Tx;

use crate::{
    App, Browser, Fault,
    check_session::Signed,
    revoke::{self, InHand},
};

/// A change that waits for its commit.
pub(crate) struct FactorChange<'a> {
    pub(crate) app: &'a App,
    pub(crate) browser: &'a Browser,
    pub(crate) signed: &'a Signed,
    pub(crate) tx: Tx,
}

impl FactorChange<'_> {
    /// Ends what the matrix says, all but the session in hand, and records it.
    pub(crate) async fn record(&mut self, cause: Cause, kind: AuditKind, what: &str) -> Result<(), Fault> {
        let (user, now) = (&self.signed.user, self.app.now());
        let in_hand = InHand { session: Some(self.signed.session.id), ..InHand::default() };
        revoke::revoke(&mut self.tx, user.id, cause, in_hand, "factor_changed", now).await?;
        let event = AuditEvent::new(kind, Actor::User)
            .about(user.id, user.company)
            .fact("session", self.signed.session.id)
            .fact("factor", what)
            .personal("network", &self.browser.network)
            .personal("browser", self.browser.name());
        self.app.audit(&mut self.tx, event).await
    }

    /// Tells the owner.
    pub(crate) async fn tell(&mut self, event: NoticeEvent) -> Result<(), Fault> {
        self.app.notify(&mut self.tx, self.signed.user.id, &self.browser.name(), event).await
    }

    /// What is chosen now; the row, not what the session remembers.
    pub(crate) async fn channel(&mut self) -> Result<Channel, Fault> {
        let user = store::users::find(&mut self.tx, self.signed.user.id).await?;
        Ok(user.map_or(Channel::Email, |user| user.channel))
    }

    /// Commits, and lets it be seen at once.
    pub(crate) async fn commit(self) -> Result<(), Fault> {
        self.tx.commit().await?;
        self.app.forget_sessions_of(self.signed.user.id);
        self.app.mail_bell.notify_one();
        Ok(())
    }
}

impl App {
    /// Begins to change a factor of who is signed in; `None` when the session ended meanwhile. Changes of one user come one after
    /// the other, so that nothing slips in behind what ends the session and removes the factors that came with it.
    pub(crate) async fn change_factor<'a>(
        &'a self,
        browser: &'a Browser,
        signed: &'a Signed,
    ) -> Result<Option<FactorChange<'a>>, Fault> {
        let mut tx = self.db.begin().await?;
        store::users::hold(&mut tx, signed.user.id).await?;
        let held = store::sessions::find_by_id(&mut tx, signed.session.id).await?;
        let is_alive = held.is_some_and(|session| session.is_alive(self.now()));
        Ok(is_alive.then_some(FactorChange { app: self, browser, signed, tx }))
    }
}
