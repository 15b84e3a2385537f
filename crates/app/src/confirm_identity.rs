//! Step-up: somebody who is signed in proves it afresh, by hand, before a sensitive change.
//!
//! The proofs are those of a login and lead to a new session, which takes the place of the one at hand.

use domain::{
    access::{Admission, Key, SecondStep, Then},
    attempt::Entry,
    audit::AuditKind,
    directory::User,
    factor::{DeviceTrust, Offer},
    id::SessionId,
    login::LoginEvent,
    proof::{First, Proof},
    time::Timestamp,
};
use store::Tx;
use zeroize::Zeroizing;

use crate::{
    App, Browser, Fault, Progress,
    admission::admission_of,
    check_session::Signed,
    submit_password::{Asking, Looked, look_at_password, refusal_of},
    turn::Turn,
};

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// The password was not right.
    Wrong,
    /// Nothing is looked at before this moment.
    Paused(Timestamp),
    /// There is no password of ours yet: logging in again is the only way.
    NoPassword,
    /// The session ended meanwhile.
    Gone,
    /// The password was right.
    Proven(Progress),
}

/// Whether the session rests on proofs by hand that are fresh enough for a sensitive change.
///
/// # Errors
/// [`Fault::Store`].
pub async fn is_fresh(app: &App, signed: &Signed) -> Result<bool, Fault> {
    let directory = app.directory().await?;
    let window = directory.policy(signed.user.company).session.sensitive_window;
    let now = app.now();
    // Whatever is asked, this is too old or enough already: the usual case needs no question to the database.
    if !signed.session.assurance.is_fresh(SecondStep::None, window, now) {
        return Ok(false);
    }
    if signed.session.assurance.is_fresh(SecondStep::OtpOrTrustedDevice, window, now) {
        return Ok(true);
    }
    let mut conn = app.db.read().await?;
    let asked = admission_of(app, &mut conn, &directory, &signed.user).await?.second;
    Ok(signed.session.assurance.is_fresh(asked, window, now))
}

/// How much a page asks to be proven afresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// What a login asks for at the company's stage.
    Stage,
    /// Both factors at every stage: whoever changes the factors decides who gets in from then on.
    Both,
}

/// The same for what asks for both factors, at every stage.
///
/// # Errors
/// [`Fault::Store`].
pub async fn is_fresh_by_both(app: &App, signed: &Signed) -> Result<bool, Fault> {
    let window = app.directory().await?.policy(signed.user.company).session.sensitive_window;
    Ok(signed.session.assurance.is_fresh(SecondStep::OtpOrTrustedDevice, window, app.now()))
}

/// Whether a second factor by hand follows the password.
///
/// # Errors
/// [`Fault::Store`].
pub async fn asks_code(app: &App, signed: &Signed, asks: Asks) -> Result<bool, Fault> {
    if asks == Asks::Both {
        return Ok(true);
    }
    let directory = app.directory().await?;
    let mut conn = app.db.read().await?;
    let asked = admission_of(app, &mut conn, &directory, &signed.user).await?.second;
    Ok(asked == SecondStep::OtpOrTrustedDevice)
}

/// Checks the password of who is signed in; a second factor by hand follows where `asks` or the company's stage demands one.
///
/// # Errors
/// [`Fault::Busy`] when too many logins wait; [`Fault::Store`].
pub async fn confirm_identity(
    app: &App,
    browser: &Browser,
    signed: &Signed,
    password: &Zeroizing<String>,
    asks: Asks,
    return_to: String,
) -> Result<Outcome, Fault> {
    let Some(name) = &signed.user_id else { return Ok(Outcome::NoPassword) };
    let asking = Asking::Session(signed.session.id);
    let right = match look_at_password(app, browser, name, password, asking).await? {
        Looked::Right(right) => right,
        // Nobody is guarded against who is signed in.
        Looked::Wrong | Looked::Guarded => return Ok(Outcome::Wrong),
        Looked::Paused(until) => return Ok(Outcome::Paused(until)),
    };
    let mut tx = app.db.begin().await?;
    let Some((user, proof)) = right.settle(&mut tx).await? else { return Ok(Outcome::Wrong) };
    let proven = Afresh { session: signed.session.id, proof, asks };
    let progress = begin_confirmation(app, browser, tx, user, proven, return_to).await?;
    Ok(progress.map_or(Outcome::Gone, Outcome::Proven))
}

/// A first proof for a session, and what is asked beside it.
pub(crate) struct Afresh {
    pub(crate) session: SessionId,
    pub(crate) proof: Proof<First>,
    pub(crate) asks: Asks,
}

/// The first proof was given afresh: what a login would do, but no Trusted Device answers, and no prompt
/// follows. `None` when the session ended meanwhile.
pub(crate) async fn begin_confirmation(
    app: &App,
    browser: &Browser,
    mut tx: Tx,
    user: User,
    Afresh { session, proof, asks }: Afresh,
    return_to: String,
) -> Result<Option<Progress>, Fault> {
    let directory = app.directory().await?;
    let held = store::sessions::find_by_id(&mut tx, session).await?;
    if !held.is_some_and(|session| session.is_alive(app.now())) {
        return Ok(None);
    }
    let refusal = refusal_of(&user);
    let second = match asks {
        Asks::Both => SecondStep::OtpOrTrustedDevice,
        Asks::Stage => admission_of(app, &mut tx, &directory, &user).await?.second,
    };
    let owned = store::factors::owned(&mut tx, user.id).await?;
    let offer = Offer::of(user.channel, owned, DeviceTrust::DoesNotCount);
    let mut turn = Turn::begin(app, directory, user, browser, tx, Entry::Confirm, Some(return_to));
    turn.attempt.confirms = Some(session);
    turn.audit(AuditKind::FirstProven).await?;
    let admission = Admission { key: Key::Password, second, then: Then::Application };
    let event = match refusal {
        Some(refusal) => LoginEvent::Refuse(refusal),
        None => LoginEvent::FirstProven(proof, admission, offer),
    };
    turn.login(event).await?;
    turn.send_code_if_asked().await?;
    turn.finish().await
}
