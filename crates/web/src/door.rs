//! The gateway's view of the use cases: sessions, tickets, and pages for what fails.

use std::{sync::Arc, time::Duration};

use app::{
    App, Fault, Token,
    check_session::{self as sessions, Check, check_application_session},
    hand_over::redeem_ticket,
};
use async_trait::async_trait;
use domain::id::ApplicationId;
use moka::sync::Cache;

use crate::gateway::{AppSessionToken, CheckUnavailable, SessionCheck, Standing, Use, Visitor};

/// Visitors whose headers were made a moment ago.
const MOST_VISITORS: u64 = 100_000;

/// Sessions and tickets for the gateway.
pub struct Door {
    app: App,
    visitors: Cache<(domain::id::SessionId, ApplicationId), (i64, Arc<Visitor>)>,
}

impl Door {
    /// Over these use cases.
    #[must_use]
    pub fn new(app: App) -> Self {
        Self { app, visitors: Cache::new(MOST_VISITORS) }
    }

    async fn look(
        &self,
        token: &str,
        application: ApplicationId,
        why: sessions::Use,
    ) -> Result<Check, CheckUnavailable> {
        let Some(token) = Token::parse(token) else { return Ok(Check::None) };
        check_application_session(&self.app, &token, application, why).await.map_err(unavailable)
    }

    /// Headers are made once for each session and state of the user. Staff run the portal; the application is not theirs.
    fn visitor(&self, signed: &sessions::Signed, application: ApplicationId) -> Option<Arc<Visitor>> {
        if signed.user.role.is_staff() {
            return None;
        }
        let key = (signed.session.id, application);
        if let Some((version, visitor)) = self.visitors.get(&key)
            && version == signed.user.version
        {
            return Some(visitor);
        }
        let groups = [signed.user.role.name().to_owned()];
        let subject = signed.subject.as_deref()?;
        let visitor = Visitor::new(subject, &signed.user.name, &signed.user.email, &groups);
        let visitor =
            visitor.inspect_err(|error| tracing::error!(%error, "a user's identity cannot be sent")).ok()?;
        let visitor = Arc::new(visitor);
        self.visitors.insert(key, (signed.user.version, Arc::clone(&visitor)));
        Some(visitor)
    }
}

fn unavailable(fault: Fault) -> CheckUnavailable {
    CheckUnavailable(fault.to_string())
}

#[async_trait]
impl SessionCheck for Door {
    async fn check(
        &self,
        token: &str,
        application: ApplicationId,
        usage: Use,
    ) -> Result<Standing, CheckUnavailable> {
        let why = match usage {
            Use::Activity => sessions::Use::Request,
            Use::Look => sessions::Use::Glance,
        };
        Ok(match self.look(token, application, why).await? {
            Check::Alive(signed, _) => {
                self.visitor(&signed, application).map_or(Standing::Forbidden, Standing::SignedIn)
            }
            Check::Idle | Check::None => Standing::NotSignedIn,
        })
    }

    async fn idle_left(
        &self,
        token: &str,
        application: ApplicationId,
    ) -> Result<Option<Duration>, CheckUnavailable> {
        Ok(match self.look(token, application, sessions::Use::Glance).await? {
            Check::Alive(_, idle_end) => Some(idle_end.since(self.app.now())),
            Check::Idle | Check::None => None,
        })
    }

    async fn redeem_ticket(
        &self,
        ticket: &str,
        nonce: &str,
        application: ApplicationId,
    ) -> Result<Option<AppSessionToken>, CheckUnavailable> {
        let (Some(ticket), Some(nonce)) = (Token::parse(ticket), Token::parse(nonce)) else {
            return Ok(None);
        };
        let token = redeem_ticket(&self.app, &ticket, &nonce, application).await.map_err(unavailable)?;
        Ok(token.and_then(|token| AppSessionToken::new(token.expose())))
    }

    fn nonce(&self) -> String {
        self.app.new_token().expose()
    }
}
