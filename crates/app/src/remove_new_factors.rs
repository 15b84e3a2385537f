//! Factors that an intruder may have added go with the intruder: whatever came since the moment that its owner disowns.

use delivery::mail::{Factor, NoticeEvent};
use domain::{
    audit::{Actor, AuditEvent, AuditKind},
    factor::{DeviceTrust, Offer},
    id::UserId,
    time::Timestamp,
};
use store::Tx;

use crate::{App, Fault};

/// Removes the authenticator app, the passkeys and the recovery codes that have come since `since`, that moment included, and
/// what is being set up. Logins ask for what is left. The owner is told of each kind; ring `mail_bell` after the commit.
pub(crate) async fn remove_factors_since(
    app: &App,
    tx: &mut Tx,
    user: UserId,
    since: Timestamp,
) -> Result<(), Fault> {
    remove_since(app, tx, user, since, Actor::User).await
}

/// The same, by whomever.
pub(crate) async fn remove_since(
    app: &App,
    tx: &mut Tx,
    user: UserId,
    since: Timestamp,
    actor: Actor,
) -> Result<(), Fault> {
    let gone = store::factors::remove_since(tx, user, since).await?;
    store::authenticator_apps::end_pending(tx, user).await?;
    let kinds = [
        (gone.authenticator_app, Factor::AuthenticatorApp, "authenticator_app"),
        (gone.passkey, Factor::Passkey, "passkey"),
        (gone.recovery_code, Factor::RecoveryCodes, "recovery_codes"),
    ];
    for (_, factor, name) in kinds.into_iter().filter(|(gone, ..)| *gone) {
        let mut event = AuditEvent::new(AuditKind::FactorRemoved, actor).fact("factor", name);
        event.user = Some(user);
        app.audit(tx, event).await?;
        app.notify(tx, user, "", NoticeEvent::FactorRemoved { factor }).await?;
    }
    let Some(person) = store::users::find(tx, user).await? else { return Ok(()) };
    let left = store::factors::owned(tx, user).await?;
    let channel = Offer::of(person.channel, left, DeviceTrust::Counts).preferred();
    if channel != person.channel {
        store::users::choose_channel(tx, user, channel).await?;
        app.notify(tx, user, "", NoticeEvent::ChannelChanged { to: channel }).await?;
    }
    Ok(())
}
