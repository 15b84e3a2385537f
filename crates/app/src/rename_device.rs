//! What the user calls a Trusted Device.

use domain::{
    audit::{Actor, AuditEvent, AuditKind},
    id::DeviceId,
};

use crate::{App, Fault, check_session::Signed};

/// A name has at most so many characters.
pub const LONGEST_NAME: usize = 60;

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It has that name now.
    Renamed,
    /// A name has 1 to [`LONGEST_NAME`] characters.
    BadName,
    /// The user has no such Trusted Device.
    Unknown,
}

/// Gives one of the user's Trusted Devices another name.
///
/// # Errors
/// [`Fault::Store`].
pub async fn rename_device(
    app: &App,
    signed: &Signed,
    device: DeviceId,
    name: &str,
) -> Result<Outcome, Fault> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Ok(Outcome::BadName);
    }
    let user = &signed.user;
    let mut tx = app.db.begin().await?;
    if !store::devices::rename(&mut tx, device, user.id, name, app.now()).await? {
        return Ok(Outcome::Unknown);
    }
    let event = AuditEvent::new(AuditKind::DeviceRenamed, Actor::User)
        .about(user.id, user.company)
        .fact("device", device)
        .personal("name", name);
    app.audit(&mut tx, event).await?;
    tx.commit().await?;
    Ok(Outcome::Renamed)
}
