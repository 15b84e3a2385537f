//! The code: the second step of a login, and the mailbox proof of an onboarding.

use crypto::{otp::OtpBinding, token::Token, verify::otp_proof};
use domain::{
    attempt::Machine,
    audit::AuditKind,
    login::LoginEvent,
    onboarding::OnboardingEvent,
    otp::{OtpProblem, parse_otp},
    proof::{Proof, Second},
    time::Timestamp,
};
use store::codes::Code;

use crate::{
    App, Browser, DeviceCookie, Fault, Progress,
    guesses::{self, Count},
    progress::takes_mailed_code,
    second_step::Remember,
    send_code::{CHANNEL, purpose_of},
    turn::Turn,
};

/// What was typed at the code page.
#[derive(Debug)]
pub struct TypedCode {
    /// The digits, as typed.
    pub code: String,
    /// What was chosen about this browser.
    pub remember: Remember,
}

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// It cannot be a code; nothing was counted.
    Malformed(OtpProblem),
    /// Not right; so many tries are left with this code.
    Wrong {
        /// Tries left.
        left: u32,
    },
    /// This code takes no more tries: too many, too late, used, or replaced. A new one is needed.
    Worthless,
    /// No code is looked at before this moment.
    Paused(Timestamp),
    /// Codes are disabled for this account.
    Disabled,
    /// There is no such step: another browser, over, or answered already.
    Gone,
    /// It was right.
    Proven(Progress, Option<DeviceCookie>),
}

/// Checks a code against the attempt of this browser.
///
/// # Errors
/// [`Fault::Store`].
pub async fn verify_code(
    app: &App,
    browser: &Browser,
    token: &Token,
    typed: TypedCode,
) -> Result<Outcome, Fault> {
    let Some(mut turn) = app.turn(browser, token).await? else { return Ok(Outcome::Gone) };
    if !takes_mailed_code(&turn.attempt.machine) {
        return Ok(Outcome::Gone);
    }
    let digits = match parse_otp(&typed.code, turn.policy.otp.digits) {
        Ok(digits) => digits,
        Err(problem) => return Ok(Outcome::Malformed(problem)),
    };
    let now = app.now();
    let budget = app.code_budget(turn.user.id, &turn.policy);
    let Some(code) = store::codes::latest(&mut turn.tx, turn.attempt.id).await? else {
        return Ok(Outcome::Worthless);
    };
    match guesses::count(&mut turn.tx, std::slice::from_ref(&budget), now).await? {
        Count::Counted => {}
        Count::Paused(until) => return Ok(Outcome::Paused(until)),
        Count::Disabled => return Ok(Outcome::Disabled),
    }
    let most = turn.policy.otp.tries_per_code;
    if !store::codes::count_try(&mut turn.tx, code.id, most, now).await? {
        // Nothing is looked at, so nothing is counted: the transaction is dropped.
        return Ok(Outcome::Worthless);
    }
    match prove(app, &turn, &code, &digits, now) {
        Some(proof) if store::codes::consume(&mut turn.tx, code.id, now).await? => {
            guesses::clear(&mut turn.tx, &[budget]).await?;
            accept(turn, proof, &typed).await
        }
        Some(_) | None => refuse(turn, &code, most).await,
    }
}

fn prove(app: &App, turn: &Turn<'_>, code: &Code, digits: &str, now: Timestamp) -> Option<Proof<Second>> {
    let (attempt, user, purpose) = (turn.attempt.id, turn.user.id, purpose_of(&turn.attempt));
    let binding = OtpBinding { code: code.id, attempt, user, purpose, channel: CHANNEL };
    otp_proof(&app.keys, &binding, digits, &code.mac, now)
}

async fn accept(mut turn: Turn<'_>, proof: Proof<Second>, typed: &TypedCode) -> Result<Outcome, Fault> {
    if turn.user.email_confirmed_at.is_none() {
        store::users::confirm_email(&mut turn.tx, turn.user.id, turn.app.now()).await?;
    }
    // Whoever reads a code there gets mail there, whatever a server reported.
    store::bounces::clear(&mut turn.tx, turn.user.id, turn.app.now()).await?;
    let proven = match turn.attempt.machine {
        Machine::Login(_) => turn.complete_second(proof, &typed.remember).await?,
        Machine::Onboarding(_) => {
            turn.renew_token();
            if !turn.onboarding(OnboardingEvent::MailboxProven(proof)).await? {
                return Ok(Outcome::Gone);
            }
            turn.finish().await?.map(|progress| (progress, None))
        }
    };
    Ok(proven.map_or(Outcome::Gone, |(progress, cookie)| Outcome::Proven(progress, cookie)))
}

async fn refuse(mut turn: Turn<'_>, code: &Code, most: u32) -> Result<Outcome, Fault> {
    let event = turn.event(AuditKind::CodeFailed).fact("tag", &code.tag);
    turn.app.audit(&mut turn.tx, event).await?;
    match turn.attempt.machine {
        Machine::Login(_) => turn.login(LoginEvent::SecondFailed).await?,
        Machine::Onboarding(_) => turn.onboarding(OnboardingEvent::MailboxFailed).await?,
    };
    let budget = turn.app.code_budget(turn.user.id, &turn.policy);
    let after = guesses::look(&mut turn.tx, &budget, turn.app.now()).await?;
    if let Count::Paused(_) = after {
        turn.audit(AuditKind::Locked).await?;
    }
    // Every try counts, even when another answer of the same moment saved the machine first.
    store::attempts::save(&mut turn.tx, &turn.attempt).await?;
    turn.commit().await?;
    let left = most.saturating_sub(code.tries.saturating_add(1));
    Ok(match after {
        Count::Paused(until) => Outcome::Paused(until),
        Count::Disabled => Outcome::Disabled,
        Count::Counted if left == 0 => Outcome::Worthless,
        Count::Counted => Outcome::Wrong { left },
    })
}
