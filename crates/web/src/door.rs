//! The gateway's view of the use cases: sessions, tickets, and pages for what fails.

use std::{sync::Arc, time::Duration};

use app::{
    App, Fault, Token,
    assert_identity::{self, assert_identity},
    check_session::{self as sessions, Check, check_application_session},
    confirm_identity::is_fresh,
    hand_over::redeem_ticket,
};
use async_trait::async_trait;
use domain::{id::ApplicationId, time::Timestamp};
use moka::sync::Cache;

use crate::gateway::{AppSessionToken, CheckUnavailable, SessionCheck, Standing, Use, Visitor};

/// An assertion is handed on until it has lived for this long, so that it is good for a while longer.
const RENEW_AFTER: Duration = Duration::from_secs(assert_identity::LIFETIME.as_secs() / 3);
/// Visitors whose headers were made a moment ago.
const MOST_VISITORS: u64 = 100_000;

/// Sessions and tickets for the gateway.
pub struct Door {
    app: App,
    visitors: Cache<(domain::id::SessionId, ApplicationId), Known>,
}

/// A visitor whose headers were made at a moment, of a state of the user.
#[derive(Clone)]
struct Known {
    version: i64,
    at: Timestamp,
    visitor: Arc<Visitor>,
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

    /// Headers are made once for each session, state of the user and life of an assertion. Staff run the portal; the
    /// application is not theirs.
    async fn visitor(
        &self,
        signed: &sessions::Signed,
        application: ApplicationId,
    ) -> Result<Option<Arc<Visitor>>, Fault> {
        let Some(subject) = signed.subject.as_deref().filter(|_| !signed.user.role.is_staff()) else {
            return Ok(None);
        };
        let (key, now) = ((signed.session.id, application), self.app.now());
        if let Some(Known { version, at, visitor }) = self.visitors.get(&key)
            && version == signed.user.version
            && (at..at + RENEW_AFTER).contains(&now)
        {
            return Ok(Some(visitor));
        }
        let directory = self.app.directory().await?;
        let registered = directory.applications.iter().find(|registered| registered.id == application);
        let Some(registered) = registered else { return Ok(None) };
        let groups = [signed.user.role.name().to_owned()];
        let assertion = assert_identity(&self.app, signed, registered, subject)?;
        let visitor = Visitor::new(subject, &signed.user.name, &signed.user.email, &groups)
            .and_then(|visitor| visitor.with_assertion(&assertion));
        let Ok(visitor) =
            visitor.inspect_err(|error| tracing::error!(%error, "a user's identity cannot be sent"))
        else {
            return Ok(None);
        };
        let visitor = Arc::new(visitor);
        let known = Known { version: signed.user.version, at: now, visitor: Arc::clone(&visitor) };
        self.visitors.insert(key, known);
        Ok(Some(visitor))
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
                let visitor = self.visitor(&signed, application).await.map_err(unavailable)?;
                visitor.map_or(Standing::Forbidden, Standing::SignedIn)
            }
            Check::Idle | Check::None => Standing::NotSignedIn,
        })
    }

    async fn is_fresh(&self, token: &str, application: ApplicationId) -> Result<bool, CheckUnavailable> {
        match self.look(token, application, sessions::Use::Glance).await? {
            Check::Alive(signed, _) => is_fresh(&self.app, &signed).await.map_err(unavailable),
            Check::Idle | Check::None => Ok(false),
        }
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
