//! No browser is trusted any more.

use domain::{
    audit::{Actor, AuditEvent, AuditKind},
    revocation::Cause,
};

use crate::{App, Fault, check_session::Signed, revoke};

/// Ends the trust of all the user's devices, and the sessions that hang on them. Gives how many there were.
///
/// # Errors
/// [`Fault::Store`].
pub async fn revoke_all_devices(app: &App, signed: &Signed) -> Result<usize, Fault> {
    let (user, now) = (&signed.user, app.now());
    let mut tx = app.db.begin().await?;
    let devices = store::devices::list_live(&mut tx, user.id, now).await?;
    for device in &devices {
        revoke::device(&mut tx, device.id, user.id, Cause::DeviceRevoked, "user", now).await?;
        let event = AuditEvent::new(AuditKind::DeviceRevoked, Actor::User)
            .about(user.id, user.company)
            .fact("device", device.id)
            .fact("why", "user");
        app.audit(&mut tx, event).await?;
    }
    tx.commit().await?;
    app.forget_sessions_of(user.id);
    Ok(devices.len())
}
