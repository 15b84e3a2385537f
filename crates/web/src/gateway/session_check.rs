//! What the gateway asks of the rest of Vestibule: who is behind a cookie, and what is a ticket worth.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::id::ApplicationId;

use super::identity::Visitor;

/// Whether looking at a session also uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// A request of the user: the idle end moves.
    Activity,
    /// The gateway only looks, as for an open WebSocket: the idle end stays.
    Look,
}

/// What a session is worth at one application.
#[derive(Clone, Debug)]
pub enum Standing {
    /// It opens the application.
    SignedIn(Arc<Visitor>),
    /// The user is signed in but may not use this application.
    Forbidden,
    /// There is no such session, or it has ended.
    NotSignedIn,
}

/// The value of an application's session cookie.
///
/// Made of the characters a cookie may hold; it grants access, so it is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct AppSessionToken(String);

impl AppSessionToken {
    /// Takes a token of 1 to 512 letters, digits, `-`, `_` or `.`; anything else is `None`.
    #[must_use]
    pub fn new(token: String) -> Option<Self> {
        let fits = (1..=512).contains(&token.len()) && token.bytes().all(is_token_byte);
        fits.then_some(Self(token))
    }

    /// The text for the cookie.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for AppSessionToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AppSessionToken(…)")
    }
}

pub(super) fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

/// Sessions cannot be looked up at the moment. The gateway answers 503; nobody gets in meanwhile.
#[derive(Debug, thiserror::Error)]
#[error("sessions cannot be looked up: {0}")]
pub struct CheckUnavailable(pub String);

/// The gateway's view of sessions and tickets.
#[async_trait]
pub trait SessionCheck: Send + Sync + 'static {
    /// What the application cookie `token` is worth at `application`. On the path of every request: answers from
    /// memory wherever possible.
    ///
    /// # Errors
    /// When the answer cannot be had; never for a token that is merely wrong.
    async fn check(
        &self,
        token: &str,
        application: ApplicationId,
        usage: Use,
    ) -> Result<Standing, CheckUnavailable>;

    /// Whether whoever shows `token` has proven it by hand a moment ago, as policy says for sensitive things; false for
    /// what is no session.
    ///
    /// # Errors
    /// When the answer cannot be had.
    async fn is_fresh(&self, token: &str, application: ApplicationId) -> Result<bool, CheckUnavailable>;

    /// Time until the session's idle end, without moving it; `None` when there is no such session.
    ///
    /// # Errors
    /// When the answer cannot be had.
    async fn idle_left(
        &self,
        token: &str,
        application: ApplicationId,
    ) -> Result<Option<Duration>, CheckUnavailable>;

    /// Consumes a ticket: valid for 30 s after its issue, once, for the application and the nonce it was issued for.
    /// `None` when it is anything else; a ticket shown with a wrong nonce or application is spent as well.
    ///
    /// # Errors
    /// When the answer cannot be had.
    async fn redeem_ticket(
        &self,
        ticket: &str,
        nonce: &str,
        application: ApplicationId,
    ) -> Result<Option<AppSessionToken>, CheckUnavailable>;

    /// A fresh nonce: at least 128 random bits as 16 to 128 letters, digits, `-` or `_`.
    fn nonce(&self) -> String;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_fits_a_cookie_and_is_never_printed() {
        assert!(AppSessionToken::new("a".into()).is_some());
        assert!(AppSessionToken::new("a".repeat(512)).is_some());
        assert!(AppSessionToken::new("a".repeat(513)).is_none());
        for bad in ["", "a b", "a;b", "a\r\nb", "ä", "a=b"] {
            assert!(AppSessionToken::new(bad.into()).is_none(), "{bad:?}");
        }
        let token = AppSessionToken::new("secret".into()).unwrap();
        assert!(!format!("{token:?}").contains("secret"));
    }
}
