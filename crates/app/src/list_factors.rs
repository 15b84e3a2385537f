//! Which second factors a signed-in user has, and which of them is asked for first.

use domain::{factor::Channel, id::PasskeyId, time::Timestamp};

use crate::{App, Fault, check_security_code::has_security_code, check_session::Signed};

/// The factors of one user.
#[derive(Debug)]
pub struct Factors {
    /// What was chosen.
    pub channel: Channel,
    /// Whether there is a security code that works: without one, codes go to the business e-mail address.
    pub has_security_code: bool,
    /// The authenticator app.
    pub app: Option<FactorUse>,
    /// The passkeys, oldest first.
    pub passkeys: Vec<Passkey>,
    /// Whether this portal can have passkeys.
    pub passkeys_possible: bool,
    /// The most passkeys there may be.
    pub most_passkeys: usize,
    /// Recovery codes that were not used.
    pub recovery_left: u32,
    /// When the set was made.
    pub recovery_made: Option<Timestamp>,
    /// Below so many, the user is warned.
    pub warn_below: u32,
    /// When all of them will be removed, because somebody said that they were lost.
    pub removal_due: Option<Timestamp>,
}

/// Since when a factor is there, and when it last opened a login.
#[derive(Debug, Clone, Copy)]
pub struct FactorUse {
    /// Since when.
    pub since: Timestamp,
    /// When last.
    pub last_used: Option<Timestamp>,
}

/// One passkey.
#[derive(Debug, Clone)]
pub struct Passkey {
    /// Its key.
    pub id: PasskeyId,
    /// What its owner calls it.
    pub name: String,
    /// Its use.
    pub usage: FactorUse,
    /// Whether it is kept in more places than one device.
    pub is_synchronised: bool,
}

/// Lists the factors.
///
/// # Errors
/// [`Fault::Store`].
pub async fn list_factors(app: &App, signed: &Signed) -> Result<Factors, Fault> {
    const BACKED_UP: u32 = 2;
    let policy = app.directory().await?.policy(signed.user.company);
    let user = signed.user.id;
    let mut conn = app.db.read().await?;
    let stored = store::authenticator_apps::find_confirmed(&mut conn, user).await?;
    let passkeys = store::passkeys::list(&mut conn, user).await?;
    let (recovery_left, recovery_made) = store::recovery_codes::standing(&mut conn, user).await?;
    let fresh = store::users::find(&mut conn, user).await?;
    Ok(Factors {
        channel: fresh.map_or(signed.user.channel, |user| user.channel),
        removal_due: store::factor_removals::open_of_user(&mut conn, user).await?,
        has_security_code: has_security_code(app, &mut conn, user, &policy).await?,
        app: stored.map(|stored| FactorUse {
            since: stored.confirmed_at.unwrap_or(stored.created_at),
            last_used: stored.last_used_at,
        }),
        passkeys: passkeys
            .into_iter()
            .map(|row| Passkey {
                id: row.id,
                name: row.name,
                usage: FactorUse { since: row.created_at, last_used: row.last_used_at },
                is_synchronised: row.flags & BACKED_UP != 0,
            })
            .collect(),
        passkeys_possible: app.has_passkeys(),
        most_passkeys: crate::add_passkey::MOST,
        recovery_left,
        recovery_made,
        warn_below: policy.recovery_codes.warn_below,
    })
}
