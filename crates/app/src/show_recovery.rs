//! Everything that the page of a pending recovery shows. Changes nothing. Until the mailbox is proven it is the same for every
//! name.

use crypto::token::Token;
use domain::{
    approval::{NEEDED, fresh},
    budget::Allowance,
    directory::{Contact, User},
    policy::Policy,
    recovery::{Goal, Recovery},
    time::Timestamp,
};
use std::sync::Arc;
use store::{Executor, recoveries::StoredRecovery};

use crate::{
    App, Browser, Fault,
    check_security_code::has_security_code,
    directory::Directory,
    guesses::{self, Count},
    prove_knowledge::may_go_on,
    recovery::Door,
    vouching::vouched_in,
};

/// A pending recovery, for its page.
#[derive(Debug)]
pub struct View {
    /// What it is for.
    pub goal: Goal,
    /// The page.
    pub step: Step,
    /// What was typed, in its canonical form.
    pub typed: String,
    /// At which door.
    pub door: Door,
    /// Where the user wanted to go.
    pub to: Option<String>,
    /// The rules that hold: everybody's until the mailbox is proven, then the user's.
    pub policy: Arc<Policy>,
}

/// Which page.
#[derive(Debug)]
pub enum Step {
    /// Enter the mailed code.
    Code(CodeView),
    /// This browser may try passwords.
    DoorOpen,
    /// Enter the security code, or be helped by staff.
    Knowledge(Box<KnowledgeView>),
    /// Choose the new password.
    Password {
        /// Whose.
        user: Box<User>,
        /// The Enterprise User ID, as written: what was typed may be another name of theirs.
        user_id: String,
    },
}

/// What the code page shows.
#[derive(Debug)]
pub struct CodeView {
    /// "K3".
    pub tag: String,
    /// When it was asked for.
    pub sent_at: Timestamp,
    /// When it is worthless.
    pub expires_at: Timestamp,
    /// Tries left; 0 when it is worthless for another reason too.
    pub tries_left: u32,
    /// No code is looked at before this moment.
    pub paused_until: Option<Timestamp>,
    /// Whether and how many more may be asked for.
    pub resend: Allowance,
}

/// What the page of the security code shows: to somebody who has the mailbox, so the truth.
#[derive(Debug)]
pub struct KnowledgeView {
    /// Whose recovery it is.
    pub user: User,
    /// The Enterprise User ID, as written.
    pub user_id: String,
    /// Whom they can reach.
    pub contact: Option<Contact>,
    /// How it can go on.
    pub way: Way,
}

/// How a recovery can go on after the mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// By the security code.
    SecurityCode {
        /// None is looked at before this moment.
        paused_until: Option<Timestamp>,
    },
    /// By staff: there is no security code that works.
    Staff,
    /// A case waits for two members of staff.
    Waiting {
        /// Its number.
        case: String,
        /// How many have vouched, and still count.
        vouched: usize,
        /// How many it takes.
        needed: usize,
        /// Until when this recovery waits.
        until: Timestamp,
        /// Whether the security code can be entered meanwhile.
        has_security_code: bool,
    },
    /// Staff refused the case that this recovery waited for. Another can be opened.
    Refused {
        /// Its number.
        case: String,
        /// Whether the security code can be entered.
        has_security_code: bool,
    },
    /// Two have.
    Approved,
    /// Staff come back by the command line.
    NeverHere,
    /// There is no factor beside the mailbox that could be removed.
    NothingToRemove,
}

/// The pending recovery of this browser; `None` when there is none.
///
/// # Errors
/// [`Fault::Store`].
pub async fn show_recovery(app: &App, browser: &Browser, token: &Token) -> Result<Option<View>, Fault> {
    let directory = app.directory().await?;
    let mut conn = app.db.read().await?;
    let Some(recovery) = app.load_recovery(&mut conn, browser, token).await? else { return Ok(None) };
    let typed = app.open_typed(&recovery)?;
    let anybody = directory.policy(None);
    let known = match recovery.state {
        Recovery::ProveMailbox { .. } | Recovery::DoorOpen { .. } => None,
        _ => match recovery.user {
            Some(user) => store::users::find(&mut conn, user).await?,
            None => None,
        },
    };
    let policy = known.as_ref().map_or(anybody, |user| directory.policy(user.company));
    let step = match (recovery.state, known.filter(|user| user.disabled_at.is_none())) {
        (Recovery::ProveMailbox { .. }, _) => {
            Step::Code(show_code(app, &mut conn, browser, &recovery, &policy).await?)
        }
        (Recovery::DoorOpen { .. }, _) => Step::DoorOpen,
        (Recovery::ProveKnowledge { .. }, Some(user)) => {
            Step::Knowledge(Box::new(show_knowledge(app, &mut conn, &directory, &recovery, user).await?))
        }
        (Recovery::ChoosePassword { .. }, Some(user)) => {
            let user_id = store::identities::id_of(&mut conn, user.id).await?.unwrap_or_default();
            Step::Password { user: Box::new(user), user_id }
        }
        (_, _) => return Ok(None),
    };
    let (goal, door, to) = (recovery.goal, typed.door, typed.to);
    Ok(Some(View { goal, step, typed: typed.name, door, to, policy }))
}

/// Whose recovery this browser's is or just was, for the contact that pages name; `None` until the mailbox is proven.
///
/// # Errors
/// [`Fault::Store`].
pub async fn proven_person(app: &App, browser: &Browser, token: &Token) -> Result<Option<User>, Fault> {
    let mut conn = app.db.read().await?;
    let Some(recovery) = store::recoveries::find(&mut conn, &token.hash()).await? else { return Ok(None) };
    let is_proven = match recovery.state {
        Recovery::ProveKnowledge { .. }
        | Recovery::ChoosePassword { .. }
        | Recovery::Completed
        | Recovery::Scheduled => true,
        Recovery::ProveMailbox { .. } | Recovery::DoorOpen { .. } | Recovery::Ended => false,
    };
    let is_theirs = recovery.browser == browser.key && app.now() < recovery.expires_at;
    match recovery.user.filter(|_| is_proven && is_theirs) {
        Some(user) => Ok(store::users::find(&mut conn, user).await?),
        None => Ok(None),
    }
}

/// Who got the mail with the link that stops a removal.
///
/// # Errors
/// [`Fault::Store`].
pub async fn person_of_removal(app: &App, token: &Token) -> Result<Option<User>, Fault> {
    let mut conn = app.db.read().await?;
    match store::factor_removals::find(&mut conn, &token.hash()).await? {
        Some(removal) => Ok(store::users::find(&mut conn, removal.user).await?),
        None => Ok(None),
    }
}

async fn show_code(
    app: &App,
    conn: &mut impl Executor,
    browser: &Browser,
    recovery: &StoredRecovery,
    policy: &Policy,
) -> Result<CodeView, Fault> {
    let now = app.now();
    let code = &recovery.code;
    let wrong = app.recovery_code_budget(&recovery.name_hash, browser, policy);
    let paused_until = match guesses::look(conn, &wrong, now).await? {
        Count::Paused(until) => Some(until),
        Count::Counted | Count::Disabled => None,
    };
    let (mut more, mut later) = (u32::MAX, None);
    for budget in app.asking_budgets(conn, &recovery.name_hash, browser, policy).await? {
        more = more.min(guesses::left(conn, &budget, now).await?);
        if let Count::Paused(until) = guesses::look(conn, &budget, now).await? {
            later = later.max(Some(until));
        }
    }
    let within = policy.sends_before_proof.within;
    let resend = later.map_or(Allowance::Now { left: more, within }, Allowance::Later);
    let open = code.consumed_at.is_none() && now < code.expires_at;
    let left = policy.otp.tries_per_code.saturating_sub(code.tries);
    Ok(CodeView {
        tag: code.tag.clone(),
        sent_at: code.sent_at,
        expires_at: code.expires_at,
        tries_left: if open { left } else { 0 },
        paused_until,
        resend,
    })
}

async fn show_knowledge(
    app: &App,
    conn: &mut impl Executor,
    directory: &Directory,
    recovery: &StoredRecovery,
    user: User,
) -> Result<KnowledgeView, Fault> {
    let user_id = store::identities::id_of(conn, user.id).await?.unwrap_or_default();
    let contact = directory.contact_of(&user).cloned();
    let way = way_of(app, conn, directory, recovery, &user).await?;
    Ok(KnowledgeView { user, user_id, contact, way })
}

async fn way_of(
    app: &App,
    conn: &mut impl Executor,
    directory: &Directory,
    recovery: &StoredRecovery,
    user: &User,
) -> Result<Way, Fault> {
    let now = app.now();
    if !may_go_on(&recovery.state, user) {
        return Ok(Way::NeverHere);
    }
    if recovery.goal == Goal::Factor {
        let owned = store::factors::owned(conn, user.id).await?;
        if !owned.authenticator_app && !owned.passkey {
            return Ok(Way::NothingToRemove);
        }
    }
    let policy = directory.policy(user.company);
    let has_security_code = has_security_code(app, conn, user.id, &policy).await?;
    if let Some(case) = recovery.case
        && let Some(case) = store::cases::find(conn, case).await?
        && (case.state == "open" || case.state == "refused")
    {
        if case.state == "refused" {
            return Ok(Way::Refused { case: case.case.reference, has_security_code });
        }
        let vouched = vouched_in(conn, &case).await?;
        if vouched.suffices(user.id, now) {
            return Ok(Way::Approved);
        }
        let number = case.case.reference;
        let (vouched, until) = (fresh(&vouched.approvals, user.id, now), recovery.expires_at);
        return Ok(Way::Waiting { case: number, vouched, needed: NEEDED, until, has_security_code });
    }
    if !has_security_code {
        return Ok(Way::Staff);
    }
    let mut paused_until = None;
    for budget in app.security_code_budgets(user.id, &policy) {
        if let Count::Paused(until) = guesses::look(conn, &budget, now).await? {
            paused_until = paused_until.max(Some(until));
        }
    }
    Ok(Way::SecurityCode { paused_until })
}
