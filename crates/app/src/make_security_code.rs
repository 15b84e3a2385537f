//! The security code: the last step of enrolment.

use crypto::token::Token;
use domain::{
    attempt::Machine,
    audit::AuditKind,
    directory::User,
    enrolment::{Enrolment, EnrolmentEvent},
    login::{Login, LoginEvent},
    revocation::Cause,
    security_code::{SecurityCode, SecurityCodeProblem},
};
use zeroize::Zeroizing;

use crate::{
    App, Browser, Fault, Progress,
    change_security_code::personal_digits,
    revoke::{self, InHand},
    turn::Peek,
};

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// It is weak or malformed; the reason is for the user.
    Refused(SecurityCodeProblem),
    /// That step is not open.
    Gone,
    /// Two-factor login has begun meanwhile: the second factor comes first, and nothing is stored.
    SecondDemanded(Progress),
    /// Stored; enrolment is complete.
    Made(Progress),
}

/// Makes the user's security code. It is hashed like a password, with the pepper.
///
/// # Errors
/// [`Fault::Busy`] when too many hashes are being computed; [`Fault::Store`].
pub async fn make_security_code(
    app: &App,
    browser: &Browser,
    token: &Token,
    typed: Zeroizing<String>,
) -> Result<Outcome, Fault> {
    let Some(peek) =
        app.peek(browser, token).await?.filter(|peek| is_open(&peek.attempt.machine, &peek.user))
    else {
        return Ok(Outcome::Gone);
    };
    let code = match check(app, &peek, &typed).await? {
        Ok(code) => code,
        Err(problem) => return Ok(Outcome::Refused(problem)),
    };
    let secret = Zeroizing::new(code.expose().to_owned());
    let hash = app.hasher.hash(secret, app.random.as_ref()).await?;

    let Some(mut turn) =
        app.turn(browser, token).await?.filter(|turn| is_open(&turn.attempt.machine, &turn.user))
    else {
        return Ok(Outcome::Gone);
    };
    if turn.demand_second().await? {
        return Ok(turn.finish().await?.map_or(Outcome::Gone, Outcome::SecondDemanded));
    }
    let (user, now) = (turn.user.id, app.now());
    if !store::credentials::put_first_security_code(&mut turn.tx, user, hash.as_str(), now).await? {
        return Ok(Outcome::Gone);
    }
    let in_hand = InHand { attempt: Some(turn.attempt.id), ..InHand::default() };
    revoke::revoke(&mut turn.tx, user, Cause::SecurityCodeChanged, in_hand, "security_code_changed", now)
        .await?;
    turn.audit(AuditKind::SecurityCodeMade).await?;
    if !turn.login(LoginEvent::Enrolment(EnrolmentEvent::SecurityCodeMade)).await? {
        return Ok(Outcome::Gone);
    }
    Ok(turn.finish().await?.map_or(Outcome::Gone, Outcome::Made))
}

/// Whoever completed enrolment on another browser meanwhile has a code, and this page is too old to replace it.
const fn is_open(machine: &Machine, user: &User) -> bool {
    user.enrolled_at.is_none()
        && matches!(machine, Machine::Login(Login::Enrol { enrolment: Enrolment::MakeSecurityCode(_), .. }))
}

async fn check(
    app: &App,
    peek: &Peek,
    typed: &str,
) -> Result<Result<SecurityCode, SecurityCodeProblem>, Fault> {
    let mut conn = app.db.read().await?;
    let personal = personal_digits(&mut conn, &peek.user).await?;
    Ok(SecurityCode::parse(typed, &peek.policy.security_code, &personal))
}
