//! Somebody lost the authenticator app or the passkey, and the command line removes it: at once, where recovery waits for a day,
//! and for staff too, who have no other way.

use domain::{audit::Actor, directory::User, factor::Owned, revocation::Cause};

use crate::{App, Fault, forgive::forgive_factors, remove_factors::remove_all_factors};

/// Removes authenticator app, passkeys and recovery codes. Codes go to the stored address again, everything that was open
/// ends, and the owner is told. Gives what there was; when there was nothing, nothing is changed.
///
/// # Errors
/// [`Fault::Store`].
pub async fn reset_factors(app: &App, user: &User) -> Result<Owned, Fault> {
    let directory = app.directory().await?;
    let policy = directory.policy(user.company);
    let mut tx = app.db.begin().await?;
    store::users::hold(&mut tx, user.id).await?;
    let owned = store::factors::owned(&mut tx, user.id).await?;
    if owned == Owned::default() {
        return Ok(owned);
    }
    remove_all_factors(app, &mut tx, user.id, Cause::DisabledOrReset, Actor::CommandLine).await?;
    store::factor_removals::cancel_of_user(&mut tx, user.id, app.now()).await?;
    forgive_factors(app, &mut tx, user.id, &policy).await?;
    tx.commit().await?;
    app.forget_sessions_of(user.id);
    app.mail_bell.notify_one();
    Ok(owned)
}
