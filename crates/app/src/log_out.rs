//! Logging out: this session ends, here and at every application.

use crypto::token::Token;
use domain::{
    audit::{Actor, AuditEvent, AuditKind},
    revocation::Cause,
};

use crate::{
    App, Fault,
    check_session::{Check, Use, check_session},
    revoke::{InHand, revoke},
};

/// Ends the session of this token; whoever has none is logged out already.
///
/// # Errors
/// [`Fault::Store`].
pub async fn log_out(app: &App, token: &Token) -> Result<(), Fault> {
    let Check::Alive(signed, _) = check_session(app, token, Use::Glance).await? else { return Ok(()) };
    let (session, user, now) = (&signed.session, &signed.user, app.now());
    let in_hand = InHand { session: Some(session.id), attempt: Some(session.attempt), ..InHand::default() };
    let mut tx = app.db.begin().await?;
    revoke(&mut tx, user.id, Cause::LogOut, in_hand, "log_out", now).await?;
    let event = AuditEvent::new(AuditKind::SessionEnded, Actor::User)
        .about(user.id, user.company)
        .fact("session", session.id)
        .fact("why", "log out");
    app.audit(&mut tx, event).await?;
    tx.commit().await?;
    app.forget_sessions_of(user.id);
    Ok(())
}

/// Ends the pending attempt of this browser: "Not you?", or the user goes back to the start.
///
/// # Errors
/// [`Fault::Store`].
pub async fn cancel_attempt(app: &App, browser: &crate::Browser, token: &Token) -> Result<(), Fault> {
    if let Some(mut turn) = app.turn(browser, token).await? {
        store::attempts::end(&mut turn.tx, turn.attempt.id).await?;
        turn.commit().await?;
    }
    Ok(())
}
