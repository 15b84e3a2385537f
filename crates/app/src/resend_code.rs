//! A new code; the one before becomes worthless.

use crypto::token::Token;
use domain::{budget::Allowance, time::Timestamp};

use crate::{
    App, Browser, Fault,
    guesses::{self, Count},
    progress::takes_mailed_code,
};

/// What came of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is on its way.
    Sent,
    /// Not before this moment.
    TooMany(Timestamp),
    /// No code is looked at before this moment, so none is sent.
    Paused(Timestamp),
    /// Codes are disabled for this account.
    Disabled,
    /// There is no such step.
    Gone,
}

/// Sends a new code for the attempt of this browser.
///
/// # Errors
/// [`Fault::Store`].
pub async fn resend_code(app: &App, browser: &Browser, token: &Token) -> Result<Outcome, Fault> {
    let Some(mut turn) = app.turn(browser, token).await? else { return Ok(Outcome::Gone) };
    if !takes_mailed_code(&turn.attempt.machine) {
        return Ok(Outcome::Gone);
    }
    let now = app.now();
    let budget = app.code_budget(turn.user.id, &turn.policy);
    match guesses::look(&mut turn.tx, &budget, now).await? {
        Count::Counted => {}
        Count::Paused(until) => return Ok(Outcome::Paused(until)),
        Count::Disabled => return Ok(Outcome::Disabled),
    }
    if let (_, Allowance::Later(until)) = turn.may_send(now).await? {
        return Ok(Outcome::TooMany(until));
    }
    turn.send_code().await?;
    Ok(if turn.finish().await?.is_some() { Outcome::Sent } else { Outcome::Gone })
}
