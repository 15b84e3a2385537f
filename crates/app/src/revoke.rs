//! The revocation matrix, carried out: each row of [`domain::revocation`] as statements of one transaction.

use domain::{
    id::{AttemptId, DeviceId, RecoveryId, SessionId, UserId},
    revocation::{Cause, Extent, ends},
    time::Timestamp,
};
use store::Tx;

use crate::Fault;

/// What is in hand when something ends: what "this" and "others" mean.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct InHand {
    pub(crate) session: Option<SessionId>,
    pub(crate) attempt: Option<AttemptId>,
    pub(crate) device: Option<DeviceId>,
    pub(crate) recovery: Option<RecoveryId>,
}

/// Ends what `cause` ends for `user`. Refresh tokens follow their sessions; there are none yet.
pub(crate) async fn revoke(
    tx: &mut Tx,
    user: UserId,
    cause: Cause,
    in_hand: InHand,
    reason: &str,
    now: Timestamp,
) -> Result<(), Fault> {
    let what = ends(cause);
    // Whoever is logging in at this moment comes before, and is seen below, or after, and sees what has happened.
    store::users::hold(tx, user).await?;
    end_pending(tx, user, what.pending, in_hand, now).await?;
    end_devices(tx, user, what.devices, in_hand, reason, now).await?;
    end_sessions(tx, user, what.sessions, in_hand, reason, now).await?;
    if what.removals == Extent::All {
        store::factor_removals::cancel_of_user(tx, user, now).await?;
    }
    Ok(())
}

/// Ends one device and what hangs on it.
pub(crate) async fn device(
    tx: &mut Tx,
    device: DeviceId,
    user: UserId,
    cause: Cause,
    reason: &str,
    now: Timestamp,
) -> Result<(), Fault> {
    revoke(tx, user, cause, InHand { device: Some(device), ..InHand::default() }, reason, now).await
}

async fn end_sessions(
    tx: &mut Tx,
    user: UserId,
    extent: Extent,
    in_hand: InHand,
    reason: &str,
    now: Timestamp,
) -> Result<(), Fault> {
    match (extent, in_hand) {
        (Extent::All, _) => store::sessions::end_of_user(tx, user, None, reason, now).await.map(drop)?,
        (Extent::Others, InHand { session, .. }) => {
            store::sessions::end_of_user(tx, user, session, reason, now).await.map(drop)?;
        }
        (Extent::This, InHand { session: Some(session), .. }) => {
            store::sessions::end(tx, session, user, reason, now).await.map(drop)?;
        }
        (Extent::FromAttempt, InHand { attempt: Some(attempt), .. }) => {
            store::sessions::end_of_attempt(tx, attempt, reason, now).await.map(drop)?;
        }
        (Extent::FromDevice, InHand { device: Some(device), .. }) => {
            store::sessions::end_of_device(tx, device, reason, now).await.map(drop)?;
        }
        (Extent::None | Extent::CodesOnly | Extent::This | Extent::FromAttempt | Extent::FromDevice, _) => {}
    }
    Ok(())
}

async fn end_devices(
    tx: &mut Tx,
    user: UserId,
    extent: Extent,
    in_hand: InHand,
    reason: &str,
    now: Timestamp,
) -> Result<(), Fault> {
    // What was known of browsers hangs on the same proofs, and a mail does not say which of them was a stranger's.
    if matches!(extent, Extent::All | Extent::Others | Extent::FromAttempt) {
        store::known_browsers::forget_of_user(tx, user).await?;
    }
    match (extent, in_hand) {
        (Extent::All | Extent::Others, _) => {
            store::devices::revoke_of_user(tx, user, reason, now).await.map(drop)?;
        }
        (Extent::This | Extent::FromDevice, InHand { device: Some(device), .. }) => {
            store::devices::revoke(tx, device, user, reason, now).await.map(drop)?;
        }
        (Extent::FromAttempt, InHand { attempt: Some(attempt), .. }) => {
            store::devices::revoke_of_attempt(tx, attempt, reason, now).await.map(drop)?;
        }
        (Extent::None | Extent::CodesOnly | Extent::This | Extent::FromAttempt | Extent::FromDevice, _) => {}
    }
    Ok(())
}

async fn end_pending(
    tx: &mut Tx,
    user: UserId,
    extent: Extent,
    in_hand: InHand,
    now: Timestamp,
) -> Result<(), Fault> {
    match (extent, in_hand) {
        (Extent::All | Extent::Others, InHand { attempt, recovery, .. }) => {
            store::attempts::end_of_user(tx, user, attempt).await?;
            store::recoveries::end_of_user(tx, user, recovery, now).await?;
            store::user_id_requests::end_of_user(tx, user, now).await?;
            store::authenticator_apps::end_pending(tx, user).await?;
            end_codes(tx, user, now).await?;
        }
        (Extent::CodesOnly, _) => end_codes(tx, user, now).await?,
        (Extent::This | Extent::FromAttempt, InHand { attempt: Some(attempt), .. }) => {
            store::attempts::end(tx, attempt).await?;
        }
        // Pending logins of a browser die with its cookie; a device's own login is over once it has a session.
        (Extent::None | Extent::This | Extent::FromAttempt | Extent::FromDevice, _) => {}
    }
    Ok(())
}

async fn end_codes(tx: &mut Tx, user: UserId, now: Timestamp) -> Result<(), Fault> {
    store::codes::end_of_user(tx, user, now).await?;
    store::recoveries::end_codes_of_user(tx, user).await?;
    store::outbox::withdraw_codes(tx, user).await?;
    Ok(())
}
