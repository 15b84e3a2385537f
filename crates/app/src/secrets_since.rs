//! Since when a user's own secrets count; never the secrets.

use domain::time::Timestamp;

use crate::{App, Fault, check_session::Signed};

/// Moments of making.
#[derive(Debug, Clone, Copy)]
pub struct SecretsSince {
    /// The password; none before there is an Enterprise User ID.
    pub password: Option<Timestamp>,
    /// The security code; none before enrolment.
    pub security_code: Option<Timestamp>,
}

/// Looks them up.
///
/// # Errors
/// [`Fault::Store`].
pub async fn secrets_since(app: &App, signed: &Signed) -> Result<SecretsSince, Fault> {
    let user = signed.user.id;
    let mut conn = app.db.read().await?;
    let password = store::credentials::find_password(&mut conn, user).await?;
    let security_code = store::credentials::find_security_code(&mut conn, user).await?;
    Ok(SecretsSince {
        password: password.map(|stored| stored.changed_at),
        security_code: security_code.map(|stored| stored.changed_at),
    })
}
