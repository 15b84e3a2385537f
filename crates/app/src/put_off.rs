//! "Not now."

use crypto::token::Token;
use domain::{
    access::{NotNow, Then},
    attempt::Machine,
    enrolment::EnrolmentEvent,
    login::LoginEvent,
    onboarding::OnboardingEvent,
};

use crate::{App, Browser, Fault, Progress, admission::admission_of};

/// Puts onboarding or enrolment off until the next login. `None` when that is not open, by the table as it is now: the
/// page may be older than the deadline.
///
/// # Errors
/// [`Fault::Store`].
pub async fn put_off(app: &App, browser: &Browser, token: &Token) -> Result<Option<Progress>, Fault> {
    let Some(mut turn) = app.turn(browser, token).await? else { return Ok(None) };
    if turn.demand_second().await? {
        return turn.finish().await;
    }
    let (directory, user) = (turn.directory.clone(), turn.user.clone());
    let still = admission_of(app, &mut turn.tx, &directory, &user).await?.then;
    if matches!(still, Then::Onboarding(NotNow::Refused) | Then::Enrolment(NotNow::Refused)) {
        return Ok(None);
    }
    let stepped = match turn.attempt.machine {
        Machine::Onboarding(_) => turn.onboarding(OnboardingEvent::PutOff).await?,
        Machine::Login(_) => turn.login(LoginEvent::Enrolment(EnrolmentEvent::PutOff)).await?,
    };
    if stepped { turn.finish().await } else { Ok(None) }
}
