//! Everything that the page of a pending attempt shows. Changes nothing.

use std::sync::Arc;

use crypto::token::Token;
use domain::{
    access::NotNow,
    attempt::{Attempt, Entry, Machine, Reason},
    budget::{Allowance, allowance},
    directory::{Company, Contact, User},
    factor::Offer,
    login::Login,
    policy::Policy,
    time::Timestamp,
};
use store::outbox::State;

use crate::{
    App, Browser, Fault, Step,
    guesses::{self, Count},
    progress::{not_now_of, step_of},
    send_code::SENDS_REMEMBERED,
};

/// A pending attempt, for its page.
#[derive(Debug)]
pub struct View {
    /// Which page.
    pub step: Step,
    /// By which door it came in.
    pub entry: Entry,
    /// Whose it is.
    pub user: User,
    /// The Enterprise User ID, once made.
    pub user_id: Option<String>,
    /// The old login name.
    pub legacy_login: Option<String>,
    /// Their company.
    pub company: Option<Company>,
    /// Whom they can reach.
    pub contact: Option<Contact>,
    /// The policy that holds.
    pub policy: Arc<Policy>,
    /// "Not now."
    pub not_now: NotNow,
    /// When "not now" ends, where it is offered.
    pub not_now_until: Timestamp,
    /// Why a code is asked for.
    pub reason: Option<Reason>,
    /// Where the user wants to go.
    pub return_to: Option<String>,
    /// "Firefox on Windows".
    pub browser_name: String,
    /// The code, at the pages that ask for one.
    pub code: Option<CodeView>,
    /// The second factors that complete this login, where it waits for one.
    pub offer: Option<Offer>,
    /// When trust would end.
    pub trust_until: Timestamp,
    /// The number of the open case about wrong details.
    pub case: Option<String>,
}

/// What the code page shows.
#[derive(Debug)]
pub struct CodeView {
    /// The newest code; `None` when none could be sent.
    pub newest: Option<Newest>,
    /// Whether and how many more may be asked for.
    pub resend: Allowance,
    /// No code is looked at before this moment.
    pub paused_until: Option<Timestamp>,
    /// Codes are disabled for this account.
    pub disabled: bool,
    /// When trust would end.
    pub trust_until: Timestamp,
}

/// The newest code.
#[derive(Debug, Clone)]
pub struct Newest {
    /// "K3".
    pub tag: String,
    /// When it was made.
    pub sent_at: Timestamp,
    /// When it is worthless.
    pub expires_at: Timestamp,
    /// Tries left; 0 when it is worthless for another reason too.
    pub tries_left: u32,
    /// Where its mail is.
    pub delivery: State,
}

/// The pending attempt of this browser; `None` when there is none.
///
/// # Errors
/// [`Fault::Store`].
pub async fn show_attempt(app: &App, browser: &Browser, token: &Token) -> Result<Option<View>, Fault> {
    let directory = app.directory().await?;
    let mut conn = app.db.read().await?;
    let Some((attempt, user)) = app.load_attempt(&mut conn, browser, token).await? else { return Ok(None) };
    let Ok(step) = step_of(&attempt.machine) else { return Ok(None) };
    let user_id = store::identities::id_of(&mut conn, user.id).await?;
    let legacy_login = store::identities::legacy_of(&mut conn, user.id).await?.map(|login| login.display);
    let case = store::cases::open_of_user(&mut conn, user.id, "wrong_details").await?;
    drop(conn);
    let policy = directory.policy(user.company);
    let company = directory.company_of(&user).cloned();
    let code = match step {
        Step::Code | Step::Mailbox => Some(show_code(app, &user, &attempt, &policy).await?),
        Step::AppCode
        | Step::Passkey
        | Step::Profile
        | Step::UserId
        | Step::EnrolProfile
        | Step::SecurityCode => None,
    };
    let offer = match attempt.machine {
        Machine::Login(Login::Challenge { offer, .. }) => Some(offer),
        Machine::Login(_) | Machine::Onboarding(_) => None,
    };
    let own_end = user.first_prompted_at.unwrap_or_else(|| app.now()) + policy.enrolment.postpone_for;
    let company_end = company.as_ref().and_then(|company| match attempt.machine {
        // Without an ID "not now" ends when two-factor login begins.
        Machine::Onboarding(_) => company.rollout.phase2_at.or(company.rollout.deadline_at),
        Machine::Login(_) => company.rollout.deadline_at,
    });
    Ok(Some(View {
        step,
        entry: attempt.entry,
        user_id,
        legacy_login,
        contact: directory.contact_of(&user).cloned(),
        company,
        not_now: not_now_of(&attempt.machine),
        not_now_until: company_end.map_or(own_end, |end| end.min(own_end)),
        reason: attempt.reason,
        return_to: attempt.return_to,
        browser_name: attempt.browser_name,
        code,
        offer,
        trust_until: app.now() + policy.device.trust_lifetime,
        case,
        user,
        policy,
    }))
}

async fn show_code(app: &App, user: &User, attempt: &Attempt, policy: &Policy) -> Result<CodeView, Fault> {
    let now = app.now();
    let mut conn = app.db.read().await?;
    let standing = guesses::look(&mut conn, &app.code_budget(user.id, policy), now).await?;
    let place = app.sending_place(&mut conn, user.id, &attempt.browser).await?;
    let history = store::codes::sends(&mut conn, user.id, &place, now - SENDS_REMEMBERED).await?;
    let newest = match store::codes::latest(&mut conn, attempt.id).await? {
        Some(code) => {
            let delivery = store::outbox::state(&mut conn, code.message).await?.unwrap_or(State::Expired);
            let open = code.consumed_at.is_none() && code.superseded_at.is_none() && now < code.expires_at;
            let left = policy.otp.tries_per_code.saturating_sub(code.tries);
            Some(Newest {
                tag: code.tag,
                sent_at: code.sent_at,
                expires_at: code.expires_at,
                tries_left: if open { left } else { 0 },
                delivery,
            })
        }
        None => None,
    };
    Ok(CodeView {
        newest,
        resend: allowance(&history, &policy.otp.sends, now),
        paused_until: match standing {
            Count::Paused(until) => Some(until),
            Count::Counted | Count::Disabled => None,
        },
        disabled: standing == Count::Disabled,
        trust_until: now + policy.device.trust_lifetime,
    })
}

/// Where somebody was led whose proof of a session was not finished in time; `None` where this cookie was for something else,
/// or for nothing.
///
/// # Errors
/// [`Fault::Store`].
pub async fn unfinished_confirmation(
    app: &App,
    browser: &Browser,
    token: &Token,
) -> Result<Option<String>, Fault> {
    let mut conn = app.db.read().await?;
    let attempt = store::attempts::find(&mut conn, &token.hash()).await?;
    let ours = attempt.filter(|attempt| attempt.browser == browser.key && attempt.entry == Entry::Confirm);
    Ok(ours.map(|attempt| attempt.return_to.unwrap_or_default()))
}

/// A factor with a budget of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Budgeted {
    /// Codes of the authenticator app.
    AuthenticatorApp,
    /// Recovery codes.
    RecoveryCode,
}

/// How the factor stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is looked at.
    Open,
    /// Not before this moment.
    Paused(Timestamp),
    /// Not until it is bound anew.
    Disabled,
}

/// Whether an answer of this factor would be looked at now.
///
/// # Errors
/// [`Fault::Store`].
pub async fn factor_standing(app: &App, view: &View, factor: Budgeted) -> Result<Standing, Fault> {
    let name = match factor {
        Budgeted::AuthenticatorApp => crate::verify_app_code::FACTOR,
        Budgeted::RecoveryCode => crate::use_recovery_code::FACTOR,
    };
    let budget = app.factor_budget(name, view.user.id, &view.policy);
    let mut conn = app.db.read().await?;
    Ok(match guesses::look(&mut conn, &budget, app.now()).await? {
        Count::Counted => Standing::Open,
        Count::Paused(until) => Standing::Paused(until),
        Count::Disabled => Standing::Disabled,
    })
}
