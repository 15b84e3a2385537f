//! "This was not me": the way out in each mail that carries a code. It ends what that code was asked for, and nothing else.

use crypto::token::Token;
use delivery::mail::{NoticeEvent, Secret};
use domain::{
    audit::{Actor, AuditEvent, AuditKind},
    directory::User,
    id::{AttemptId, RecoveryId, ReportId},
    policy::Policy,
    revocation::Cause,
    time::Timestamp,
};
use store::{Tx, not_me::Link};

use crate::{
    App, Fault,
    remove_new_factors::remove_factors_since,
    revoke::{self, InHand},
};

/// Why sessions and devices end.
const REASON: &str = "not_me";

/// What asked for the code of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AskedBy {
    /// A login, or a signed-in user who proves it afresh.
    Login(AttemptId),
    /// An onboarding.
    Onboarding(AttemptId),
    /// A recovery.
    Recovery(RecoveryId),
}

/// What a link is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Somebody knew the password.
    Login,
    /// Somebody knew the legacy password.
    Onboarding,
    /// Somebody knew the name.
    Recovery,
}

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Onboarding => "onboarding",
            Self::Recovery => "recovery",
        }
    }

    fn named(name: &str) -> Result<Self, Fault> {
        let all = [Self::Login, Self::Onboarding, Self::Recovery];
        let found = all.into_iter().find(|purpose| purpose.name() == name);
        found.ok_or(Fault::Inconsistent("a link without a purpose"))
    }
}

/// A link that still works, for its page.
#[derive(Debug)]
pub struct View {
    /// What it is about.
    pub purpose: Purpose,
    /// When the code was asked for.
    pub at: Timestamp,
    /// By which browser.
    pub browser: String,
    /// Who got the mail.
    pub user: User,
}

/// What was done.
#[derive(Debug)]
pub struct Done {
    /// What it was about.
    pub purpose: Purpose,
    /// Whether the password opens nothing any more.
    pub password_dead: bool,
    /// Who got the mail.
    pub user: User,
}

impl App {
    /// A link for the mail that is about to carry a code; good once, for `not_me.link_lifetime`.
    pub(crate) async fn not_me_link(
        &self,
        tx: &mut Tx,
        user: &User,
        policy: &Policy,
        asked_by: AskedBy,
        browser: &str,
    ) -> Result<Secret, Fault> {
        let token = Token::generate(self.random.as_ref());
        let (purpose, attempt, recovery) = match asked_by {
            AskedBy::Login(attempt) => (Purpose::Login, Some(attempt), None),
            AskedBy::Onboarding(attempt) => (Purpose::Onboarding, Some(attempt), None),
            AskedBy::Recovery(recovery) => (Purpose::Recovery, None, Some(recovery)),
        };
        let now = self.now();
        let link = Link {
            user: user.id,
            purpose: purpose.name().to_owned(),
            attempt,
            recovery,
            browser_name: browser.to_owned(),
            created_at: now,
            expires_at: now + policy.not_me_link_lifetime,
            used_at: None,
        };
        store::not_me::insert(tx, &token.hash(), &link).await?;
        Ok(Secret::from(self.portal(&format!("/not-me?token={}", token.expose()))))
    }
}

/// What the link would do; `None` when it is unknown, used, or over. Changes nothing, because mail scanners follow links.
///
/// # Errors
/// [`Fault::Store`].
pub async fn show_not_me(app: &App, token: &Token) -> Result<Option<View>, Fault> {
    let mut conn = app.db.read().await?;
    let link = store::not_me::find(&mut conn, &token.hash()).await?;
    let Some(link) = link.filter(|link| link.used_at.is_none() && app.now() < link.expires_at) else {
        return Ok(None);
    };
    let user = store::users::find(&mut conn, link.user).await?;
    let user = user.ok_or(Fault::Inconsistent("a link of nobody"))?;
    let purpose = Purpose::named(&link.purpose)?;
    Ok(Some(View { purpose, at: link.created_at, browser: link.browser_name, user }))
}

/// Does it, once; `None` when the link is unknown, used, or over.
///
/// # Errors
/// [`Fault::Store`].
pub async fn say_not_me(app: &App, token: &Token) -> Result<Option<Done>, Fault> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let Some(link) = store::not_me::take(&mut tx, &token.hash(), now).await? else { return Ok(None) };
    let user = store::users::find(&mut tx, link.user).await?;
    let user = user.ok_or(Fault::Inconsistent("a link of nobody"))?;
    let purpose = Purpose::named(&link.purpose)?;
    end_attempt(&mut tx, &user, &link, now).await?;
    let password_dead = is_password_theirs(&mut tx, &user, &link, purpose).await?;
    if password_dead {
        store::users::kill_password(&mut tx, user.id, now).await?;
        // Whoever made this password, and not only used it, may have logged in with it since.
        if purpose != Purpose::Login {
            revoke::revoke(&mut tx, user.id, Cause::NotMeFromActivity, InHand::default(), REASON, now)
                .await?;
        }
        app.notify(&mut tx, user.id, &link.browser_name, NoticeEvent::NotMe).await?;
    }
    remove_factors_since(app, &mut tx, user.id, link.created_at).await?;
    store::not_me::report(&mut tx, ReportId(app.new_uuid()), user.id, user.company, now).await?;
    let event = AuditEvent::new(AuditKind::NotMe, Actor::User)
        .about(user.id, user.company)
        .fact("purpose", purpose.name())
        .fact("password_dead", password_dead);
    app.audit(&mut tx, event).await?;
    tx.commit().await?;
    app.forget_sessions_of(user.id);
    app.mail_bell.notify_one();
    Ok(Some(Done { purpose, password_dead, user }))
}

async fn end_attempt(tx: &mut Tx, user: &User, link: &Link, now: Timestamp) -> Result<(), Fault> {
    if let Some(recovery) = link.recovery {
        if let Some(message) = store::recoveries::end(tx, recovery, now).await? {
            store::outbox::withdraw(tx, message).await?;
        }
        store::factor_removals::cancel_of_user(tx, user.id, now).await?;
    }
    let Some(attempt) = link.attempt else { return Ok(()) };
    if let Some(code) = store::codes::latest(tx, attempt).await? {
        store::outbox::withdraw(tx, code.message).await?;
    }
    let in_hand = InHand { attempt: Some(attempt), ..InHand::default() };
    revoke::revoke(tx, user.id, Cause::NotMeFromMail, in_hand, REASON, now).await
}

/// Whether the password of today is one that a stranger knows: the one that asked for the code, one that was made in a session
/// since then, or the one that came of the attempt. One that a recovery has made since then lives on: that took more than
/// the stranger had.
async fn is_password_theirs(tx: &mut Tx, user: &User, link: &Link, purpose: Purpose) -> Result<bool, Fault> {
    let Some(password) = store::credentials::find_password(tx, user.id).await? else { return Ok(false) };
    let came_after = password.changed_at > link.created_at;
    Ok(match purpose {
        Purpose::Login => {
            !(came_after && store::not_me::has_recovered_since(tx, user.id, link.created_at).await?)
        }
        Purpose::Onboarding => came_after,
        Purpose::Recovery => match link.recovery {
            Some(recovery) => came_after && store::not_me::recovery_is_completed(tx, recovery).await?,
            None => false,
        },
    })
}
