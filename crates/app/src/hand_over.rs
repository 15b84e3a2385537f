//! From the portal to an application's host: a one-time ticket, bound to a nonce that was set on that host first.

use std::time::Duration;

use crypto::token::Token;
use domain::{
    directory::{Application, User},
    id::ApplicationId,
};

use crate::{App, Fault, check_session::Signed};

/// A ticket is over after this long.
const TICKET_LIFETIME: Duration = Duration::from_secs(30);

/// Issues a ticket for one application's host and one browser, the one that holds the nonce.
///
/// # Errors
/// [`Fault::Store`].
pub async fn issue_ticket(
    app: &App,
    signed: &Signed,
    application: &Application,
    nonce: &Token,
) -> Result<Token, Fault> {
    let token = Token::generate(app.random.as_ref());
    let expires_at = app.now() + TICKET_LIFETIME;
    let mut tx = app.db.begin().await?;
    settle_subject(app, &mut tx, &signed.user, application.id).await?;
    let (ticket, nonce) = (token.hash(), nonce.hash());
    store::tickets::insert(&mut tx, &ticket, &nonce, signed.session.id, application.id, expires_at).await?;
    tx.commit().await?;
    Ok(token)
}

/// Exchanges a ticket for the application's own token; `None` when it is late, used, or of another host or browser.
///
/// # Errors
/// [`Fault::Store`].
pub async fn redeem_ticket(
    app: &App,
    ticket: &Token,
    nonce: &Token,
    application: ApplicationId,
) -> Result<Option<Token>, Fault> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let consumed = store::tickets::consume(&mut tx, &ticket.hash(), &nonce.hash(), application, now).await?;
    let Some(session) = consumed else {
        tx.commit().await?;
        return Ok(None);
    };
    let token = Token::generate(app.random.as_ref());
    store::sessions::insert_of_application(&mut tx, &token.hash(), session, application, now).await?;
    tx.commit().await?;
    Ok(Some(token))
}

/// What the application calls the user is settled at the first visit and never changes: the old login name, so that the
/// application finds its own account; without one the user's key, so that a chosen ID never opens an account that the
/// application has and Vestibule does not know of.
async fn settle_subject(
    app: &App,
    tx: &mut store::Tx,
    user: &User,
    application: ApplicationId,
) -> Result<(), Fault> {
    if store::identities::find_subject(tx, user.id, application).await?.is_some() {
        return Ok(());
    }
    let legacy = store::identities::legacy_of(tx, user.id).await?.map(|login| login.display);
    let unique = user.id.to_string();
    let now = app.now();
    for subject in legacy.iter().chain([&unique]) {
        if store::identities::settle_subject(tx, user.id, application, subject, now).await? {
            return Ok(());
        }
    }
    Err(Fault::Inconsistent("an application's name for a user is taken"))
}
