//! "Yes, these are right."

use crypto::token::Token;
use domain::{attempt::Machine, enrolment::EnrolmentEvent, login::LoginEvent, onboarding::OnboardingEvent};

use crate::{App, Browser, Fault, Progress};

/// The user says that name and e-mail are right. `None` when that step is not open.
///
/// # Errors
/// [`Fault::Store`].
pub async fn confirm_profile(app: &App, browser: &Browser, token: &Token) -> Result<Option<Progress>, Fault> {
    let Some(mut turn) = app.turn(browser, token).await? else { return Ok(None) };
    if turn.demand_second().await? {
        return turn.finish().await;
    }
    let stepped = match turn.attempt.machine {
        Machine::Onboarding(_) => turn.onboarding(OnboardingEvent::ProfileConfirmed).await?,
        Machine::Login(_) => turn.login(LoginEvent::Enrolment(EnrolmentEvent::ProfileConfirmed)).await?,
    };
    if stepped { turn.finish().await } else { Ok(None) }
}
