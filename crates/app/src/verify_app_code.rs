//! The code of an authenticator app: the second step of a login. Each step of the clock opens once.

use crypto::{
    seal::{Place, open},
    token::Token,
    totp::{self, AppSecret, MOST_DRIFT},
    verify::app_proof,
};
use domain::{
    attempt::Machine,
    login::Login,
    otp::{OtpProblem, parse_otp},
    proof::SecondMethod,
    time::Timestamp,
};
use store::authenticator_apps::AuthenticatorApp;

use crate::{
    App, Browser, DeviceCookie, Fault, Progress, Remember,
    guesses::{self, Count},
    second_step::Missed,
};

pub use crypto::totp::DIGITS;

const SECRET: &str = "authenticator_apps.sealed_secret";
/// The factor's name in budgets and audit events.
pub(crate) const FACTOR: &str = "app";

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// It cannot be a code; nothing was counted.
    Malformed(OtpProblem),
    /// Not right, or used already.
    Wrong,
    /// No code is looked at before this moment.
    Paused(Timestamp),
    /// Codes of the app are disabled until it is set up anew.
    Disabled,
    /// There is no such step: another browser, over, or no app is asked for.
    Gone,
    /// It was right.
    Proven(Progress, Option<DeviceCookie>),
}

/// Checks a code of the user's authenticator app against the attempt of this browser.
///
/// # Errors
/// [`Fault::Store`].
pub async fn verify_app_code(
    app: &App,
    browser: &Browser,
    token: &Token,
    typed: &str,
    remember: &Remember,
) -> Result<Outcome, Fault> {
    let Some(mut turn) = app.turn(browser, token).await? else { return Ok(Outcome::Gone) };
    if !takes(&turn.attempt.machine, SecondMethod::AuthenticatorApp) {
        return Ok(Outcome::Gone);
    }
    let digits = match parse_otp(typed, totp::DIGITS) {
        Ok(digits) => digits,
        Err(problem) => return Ok(Outcome::Malformed(problem)),
    };
    let (user, now) = (turn.user.id, app.now());
    let budget = app.factor_budget(FACTOR, user, &turn.policy);
    match guesses::count(&mut turn.tx, std::slice::from_ref(&budget), now).await? {
        Count::Counted => {}
        Count::Paused(until) => return Ok(Outcome::Paused(until)),
        Count::Disabled => return Ok(Outcome::Disabled),
    }
    let Some(stored) = store::authenticator_apps::find_confirmed(&mut turn.tx, user).await? else {
        return Ok(Outcome::Gone);
    };
    let secret = app.open_app_secret(&stored)?;
    let here = totp::step_at(now);
    if let Some((proof, step)) =
        app_proof(&secret, &digits, here.saturating_add(stored.drift), stored.last_step, user, now)
        && store::authenticator_apps::use_step(&mut turn.tx, stored.id, step, drift(step, here), now).await?
    {
        guesses::clear(&mut turn.tx, &[budget]).await?;
        let proven = turn.complete_second(proof, remember).await?;
        return Ok(proven.map_or(Outcome::Gone, |(progress, cookie)| Outcome::Proven(progress, cookie)));
    }
    Ok(match turn.miss_second(FACTOR, &budget).await? {
        Missed::Wrong => Outcome::Wrong,
        Missed::Paused(until) => Outcome::Paused(until),
        Missed::Disabled => Outcome::Disabled,
    })
}

/// Whether a login waits for a second factor and its offer holds this one.
pub(crate) fn takes(machine: &Machine, method: SecondMethod) -> bool {
    matches!(machine, Machine::Login(Login::Challenge { offer, .. }) if offer.allows(method))
}

/// How far the app's clock is ahead of ours, in steps; what is learned is bounded.
pub(crate) fn drift(step: i64, here: i64) -> i64 {
    step.saturating_sub(here).clamp(-MOST_DRIFT, MOST_DRIFT)
}

impl App {
    pub(crate) fn open_app_secret(&self, stored: &AuthenticatorApp) -> Result<AppSecret, Fault> {
        let place = Place { column: SECRET, row: &stored.id.to_string() };
        let bytes = open(self.keys.envelope(), place, &stored.sealed_secret)?;
        AppSecret::from_bytes(&bytes).ok_or(Fault::Inconsistent("an app's secret of another length"))
    }

    pub(crate) fn seal_app_secret(
        &self,
        id: domain::id::AuthenticatorAppId,
        secret: &AppSecret,
    ) -> Result<Vec<u8>, Fault> {
        let place = Place { column: SECRET, row: &id.to_string() };
        Ok(crypto::seal::seal(self.keys.envelope(), place, secret.expose(), self.random.as_ref())?)
    }
}
