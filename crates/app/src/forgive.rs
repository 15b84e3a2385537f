//! Counting anew: one list of what is counted against a user, for the recovery that its owner completed and for the operator who
//! ends waits.

use domain::{directory::User, enterprise_user_id::canonical_login, id::UserId, policy::Policy};
use store::Tx;

use crate::{App, Fault, guesses, recovery::Door, use_recovery_code, verify_app_code};

/// Ends the waits for the user's names, mailed codes and security code, and what disabled them. Mailbox and security code, or an
/// operator, answer for it.
pub(crate) async fn forgive(app: &App, tx: &mut Tx, user: &User, policy: &Policy) -> Result<(), Fault> {
    let id = store::identities::id_of(tx, user.id).await?;
    let legacy = store::identities::legacy_of(tx, user.id).await?.map(|login| login.display);
    let mut budgets = vec![app.code_budget(user.id, policy), app.asks_budget(user.id, policy)];
    budgets.extend(app.security_code_budgets(user.id, policy));
    let email = Some(&user.email);
    for (door, name) in [
        (Door::Login, id.as_ref()),
        (Door::Start, legacy.as_ref()),
        (Door::Recover, id.as_ref()),
        (Door::Recover, legacy.as_ref()),
        (Door::Recover, email),
    ] {
        if let Some(name) = name {
            forgive_name(app, tx, door, name, policy).await?;
        }
    }
    guesses::clear(tx, &budgets).await
}

/// Ends the waits for a name as it is typed at one door, whether or not it is anybody's.
pub(crate) async fn forgive_name(
    app: &App,
    tx: &mut Tx,
    door: Door,
    name: &str,
    policy: &Policy,
) -> Result<(), Fault> {
    let name = canonical_login(name);
    let typed = app.recovery_name(door, &name);
    for prefix in
        [app.network_prefix(door.name(), &name), app.door_prefix(&typed), app.recovery_code_prefix(&typed)]
    {
        store::counters::clear_all(tx, &prefix).await?;
    }
    guesses::clear(tx, &[app.account_budget(door.name(), &name, policy)]).await
}

/// Ends the waits for the user's other second steps, and what disabled them. A recovery says nothing about these, so an operator
/// alone answers for it.
pub(crate) async fn forgive_factors(
    app: &App,
    tx: &mut Tx,
    user: UserId,
    policy: &Policy,
) -> Result<(), Fault> {
    let factors = [verify_app_code::FACTOR, use_recovery_code::FACTOR];
    guesses::clear(tx, &factors.map(|factor| app.factor_budget(factor, user, policy))).await
}

/// Ends the waits on the user's own browsers: Trusted Devices at the login, and sessions that are proven afresh.
pub(crate) async fn forgive_browsers(
    app: &App,
    tx: &mut Tx,
    user: UserId,
    policy: &Policy,
) -> Result<(), Fault> {
    let now = app.now();
    let devices = store::devices::list_live(tx, user, now).await?;
    let sessions = store::sessions::list_live(tx, user, now).await?;
    let mut budgets: Vec<_> = devices.iter().map(|device| app.device_budget(device.id, policy)).collect();
    budgets.extend(sessions.iter().map(|session| app.confirm_budget(session.id, policy)));
    guesses::clear(tx, &budgets).await
}
