//! What a signed-in user sees and ends: Trusted Devices and sessions.

use domain::{
    audit::{Actor, AuditEvent, AuditKind},
    id::{DeviceId, SessionId},
    revocation::Cause,
    session::Session,
};
use store::devices::Device;

use crate::{
    App, Browser, Fault,
    browser::shown_device,
    check_session::Signed,
    revoke::{self, InHand},
};

/// Devices and sessions of one user.
#[derive(Debug)]
pub struct Access {
    /// Trusted at this moment, newest first.
    pub devices: Vec<Device>,
    /// The one that this browser shows.
    pub this_device: Option<DeviceId>,
    /// Logged in at this moment, latest first.
    pub sessions: Vec<Session>,
    /// How many devices policy allows.
    pub most_devices: u32,
}

/// Lists where the user is trusted and logged in.
///
/// # Errors
/// [`Fault::Store`].
pub async fn list_access(app: &App, browser: &Browser, signed: &Signed) -> Result<Access, Fault> {
    let directory = app.directory().await?;
    let now = app.now();
    let mut conn = app.db.read().await?;
    Ok(Access {
        devices: store::devices::list_live(&mut conn, signed.user.id, now).await?,
        this_device: shown_device(app, browser, signed.user.id).map(|(device, _)| device),
        sessions: store::sessions::list_live(&mut conn, signed.user.id, now).await?,
        most_devices: directory.policy(signed.user.company).device.max_per_user,
    })
}

/// Ends the trust of one of the user's devices, and its sessions; false when there is none.
///
/// # Errors
/// [`Fault::Store`].
pub async fn revoke_device(app: &App, signed: &Signed, device: DeviceId) -> Result<bool, Fault> {
    let (user, now) = (&signed.user, app.now());
    let mut tx = app.db.begin().await?;
    let owned = store::devices::find(&mut tx, device).await?;
    if !owned.is_some_and(|device| device.user == user.id && device.revoked_at.is_none()) {
        return Ok(false);
    }
    revoke::device(&mut tx, device, user.id, Cause::DeviceRevoked, "user", now).await?;
    let event = AuditEvent::new(AuditKind::DeviceRevoked, Actor::User)
        .about(user.id, user.company)
        .fact("device", device)
        .fact("why", "user");
    app.audit(&mut tx, event).await?;
    tx.commit().await?;
    app.forget_sessions_of(user.id);
    Ok(true)
}

/// Ends one of the user's sessions; false when there is none.
///
/// # Errors
/// [`Fault::Store`].
pub async fn end_session(app: &App, signed: &Signed, session: SessionId) -> Result<bool, Fault> {
    let (user, now) = (&signed.user, app.now());
    let mut tx = app.db.begin().await?;
    let ended = store::sessions::end(&mut tx, session, user.id, "user", now).await?;
    if ended {
        let event = AuditEvent::new(AuditKind::SessionEnded, Actor::User)
            .about(user.id, user.company)
            .fact("session", session)
            .fact("why", "user");
        app.audit(&mut tx, event).await?;
    }
    tx.commit().await?;
    app.forget_sessions_of(user.id);
    Ok(ended)
}

/// Ends everything but this session: every Trusted Device, every other session, whatever is pending.
///
/// # Errors
/// [`Fault::Store`].
pub async fn end_everything_else(app: &App, signed: &Signed) -> Result<(), Fault> {
    let (user, now) = (&signed.user, app.now());
    let in_hand = InHand { session: Some(signed.session.id), ..InHand::default() };
    let mut tx = app.db.begin().await?;
    // The same row as a changed factor: others, all devices, all that is pending.
    revoke::revoke(&mut tx, user.id, Cause::FactorChanged, in_hand, "user", now).await?;
    let event = AuditEvent::new(AuditKind::SessionEnded, Actor::User)
        .about(user.id, user.company)
        .fact("why", "all others");
    app.audit(&mut tx, event).await?;
    tx.commit().await?;
    app.forget_sessions_of(user.id);
    Ok(())
}
