//! Recovery codes: a set is made, shown once, and kept as hashes.

use crypto::recovery_codes::{MOST, RecoveryCode};
use delivery::mail::{Factor, NoticeEvent};
use domain::{audit::AuditKind, revocation::Cause};
use zeroize::Zeroizing;

use crate::{
    App, Browser, Fault,
    check_session::Signed,
    factor_code::{self, NotOpened},
    guesses,
    use_recovery_code::FACTOR,
};

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// The security code did not open it.
    NotOpened(NotOpened),
    /// The session ended meanwhile.
    Gone,
    /// The codes, as printed; they cannot be shown again.
    Made(Vec<Zeroizing<String>>),
}

/// Makes a new set, with the security code. The one before is worth nothing any more, and where there was one, everything but this session ends.
///
/// # Errors
/// [`Fault::Busy`] when too many hashes are being computed; [`Fault::Store`].
pub async fn make_recovery_codes(
    app: &App,
    browser: &Browser,
    signed: &Signed,
    security_code: &str,
) -> Result<Outcome, Fault> {
    let right = match factor_code::look(app, browser, signed, security_code).await? {
        Ok(right) => right,
        Err(why) => return Ok(Outcome::NotOpened(why)),
    };
    let policy = app.directory().await?.policy(signed.user.company);
    let count = usize::try_from(policy.recovery_codes.count).unwrap_or(MOST).min(MOST);
    let set = RecoveryCode::generate_set(count, app.random.as_ref());
    let mut hashed = Vec::with_capacity(set.len());
    for code in &set {
        let hash = app.hasher.hash(code.secret(), app.random.as_ref()).await?;
        hashed.push((code.number().to_owned(), hash.as_str().to_owned()));
    }
    let user = signed.user.id;
    let Some(mut change) = app.change_factor(browser, signed).await? else { return Ok(Outcome::Gone) };
    if !right.settle(&mut change.tx).await? {
        return Ok(Outcome::NotOpened(NotOpened::Missing));
    }
    let (_, before) = store::recovery_codes::standing(&mut change.tx, user).await?;
    store::recovery_codes::replace(&mut change.tx, user, &hashed, app.now()).await?;
    guesses::clear(&mut change.tx, &[app.factor_budget(FACTOR, user, &policy)]).await?;
    let cause = if before.is_some() { Cause::FactorChanged } else { Cause::FactorAdded };
    change.record(cause, AuditKind::RecoveryCodesMade, "recovery_codes").await?;
    change.tell(NoticeEvent::FactorAdded { factor: Factor::RecoveryCodes }).await?;
    change.commit().await?;
    Ok(Outcome::Made(set.iter().map(RecoveryCode::printed).collect()))
}
