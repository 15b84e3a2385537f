//! Users who have everything without having proven anything: for the demo, benchmarks and tests. Nothing that serves calls it;
//! a test in `xtask` says who may.

use domain::{directory::User, enterprise_user_id::EnterpriseUserId, password::Password};
use zeroize::Zeroizing;

use crate::{App, Fault};

/// What the user is given.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// The Enterprise User ID.
    pub user_id: &'a str,
    /// Its password.
    pub password: &'a str,
    /// The security code, with which enrolment is complete.
    pub security_code: Option<&'a str>,
}

/// Gives a user an Enterprise User ID; the legacy credentials die as ever.
///
/// # Errors
/// [`Fault::Inconsistent`] when the ID breaks a rule or is taken.
pub async fn danger_give_user_id(app: &App, user: &User, given: Given<'_>) -> Result<(), Fault> {
    let id = EnterpriseUserId::parse(given.user_id)
        .map_err(|_| Fault::Inconsistent("a seeded ID breaks a rule"))?;
    let random = app.random.as_ref();
    let secret = |text: &str| Zeroizing::new(text.to_owned());
    let password = app.hasher.hash(secret(Password::typed(given.password).expose()), random).await?;
    let code = match given.security_code {
        Some(code) => Some(app.hasher.hash(secret(code), random).await?),
        None => None,
    };
    let now = app.now();
    let mut tx = app.db.begin().await?;
    if !store::identities::claim(&mut tx, user.id, &id, now).await? {
        return Err(Fault::Inconsistent("a seeded ID is taken"));
    }
    store::credentials::put_password(&mut tx, user.id, password.as_str(), now).await?;
    store::identities::delete_credential(&mut tx, user.id).await?;
    if let Some(code) = code {
        store::credentials::put_security_code(&mut tx, user.id, code.as_str(), now).await?;
        store::users::confirm_profile(&mut tx, user.id, now).await?;
        store::users::record_enrolled(&mut tx, user.id, now).await?;
    }
    Ok(tx.commit().await?)
}
