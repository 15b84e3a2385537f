//! The choice of what every login asks for first. Only with the security code, after fresh proof: whoever can change it decides
//! who gets in.

use delivery::mail::NoticeEvent;
use domain::{audit::AuditKind, factor::Channel, revocation::Cause};

use crate::{
    App, Browser, Fault,
    check_session::Signed,
    factor_code::{self, NotOpened},
};

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The user has no such factor.
    NotOwned,
    /// The security code did not open it.
    NotOpened(NotOpened),
    /// The session ended meanwhile.
    Gone,
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
    if !owns(&store::factors::owned(&mut app.db.read().await?, user).await?, channel) {
        return Ok(Outcome::NotOwned);
    }
    let right = match factor_code::look(app, browser, signed, security_code).await? {
        Ok(right) => right,
        Err(why) => return Ok(Outcome::NotOpened(why)),
    };
    let Some(mut change) = app.change_factor(browser, signed).await? else { return Ok(Outcome::Gone) };
    if !right.settle(&mut change.tx).await? {
        return Ok(Outcome::NotOpened(NotOpened::Missing));
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
