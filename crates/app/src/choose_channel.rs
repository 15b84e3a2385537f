//! The choice of what every login asks for first. Only with the security code, after fresh proof: whoever can change it decides
//! who gets in.

use delivery::mail::NoticeEvent;
use domain::{audit::AuditKind, factor::Channel, revocation::Cause, time::Timestamp};

use crate::{
    App, Browser, Fault,
    check_security_code::{Looked, look_at_security_code},
    check_session::Signed,
};

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The user has no such factor.
    NotOwned,
    /// Without a security code it is always the business e-mail address.
    NoSecurityCode,
    /// It cannot be a security code; nothing was counted.
    Malformed,
    /// It was wrong; so many more are looked at in this window.
    Wrong {
        /// Tries left.
        left: u32,
    },
    /// None is looked at before this moment.
    Paused(Timestamp),
    /// The security code is disabled until it is made anew.
    Disabled,
    /// Chosen. Everything but this session ended.
    Chosen,
}

/// Chooses what is asked for first.
///
/// # Errors
/// [`Fault::Busy`] when too many hashes are being computed; [`Fault::Store`].
pub async fn choose_channel(
    app: &App,
    browser: &Browser,
    signed: &Signed,
    channel: Channel,
    security_code: &str,
) -> Result<Outcome, Fault> {
    let user = signed.user.id;
    let policy = app.directory().await?.policy(signed.user.company);
    if !owns(&store::factors::owned(&mut app.db.read().await?, user).await?, channel) {
        return Ok(Outcome::NotOwned);
    }
    let right = match look_at_security_code(app, user, &policy, security_code).await? {
        Looked::Right(right) => right,
        Looked::Wrong { left } => return Ok(Outcome::Wrong { left }),
        Looked::Malformed => return Ok(Outcome::Malformed),
        Looked::WrongThenPaused(until) | Looked::Paused(until) => return Ok(Outcome::Paused(until)),
        Looked::WrongThenDisabled | Looked::Disabled => return Ok(Outcome::Disabled),
        Looked::Missing => return Ok(Outcome::NoSecurityCode),
    };
    let mut change = app.change_factor(browser, signed).await?;
    if !right.settle(&mut change.tx).await? {
        return Ok(Outcome::NoSecurityCode);
    }
    // Looked at again: hashing took a while.
    if !owns(&store::factors::owned(&mut change.tx, user).await?, channel) {
        return Ok(Outcome::NotOwned);
    }
    if change.channel().await? == channel {
        change.commit().await?;
        return Ok(Outcome::Chosen);
    }
    store::users::choose_channel(&mut change.tx, user, channel).await?;
    change.record(Cause::FactorChanged, AuditKind::ChannelChosen, channel.name()).await?;
    change.tell(NoticeEvent::ChannelChanged { to: channel }).await?;
    change.commit().await?;
    Ok(Outcome::Chosen)
}

const fn owns(owned: &domain::factor::Owned, channel: Channel) -> bool {
    match channel {
        Channel::Email => true,
        Channel::AuthenticatorApp => owned.authenticator_app,
        Channel::Passkey => owned.passkey,
    }
}
