//! Invitations: the way in for users without legacy credentials, and past the cut-off.

use crypto::{token::Token, verify::invitation_proof};
use delivery::mail::{Mail, Secret};
use domain::{
    attempt::Entry,
    audit::{Actor, AuditEvent, AuditKind},
    id::{InvitationId, UserId},
    login::Refusal,
    onboarding::OnboardingEvent,
    time::Timestamp,
};

use crate::{App, Browser, Fault, Progress, admission::admission_of, turn::Turn};

/// What came of the request to invite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invited {
    /// The mail is queued.
    Sent,
    /// The user has an Enterprise User ID already.
    HasId,
    /// There is no such user, or they are disabled.
    NoUser,
}

/// Sends a user an invitation; earlier ones become worthless.
///
/// # Errors
/// [`Fault::Store`].
pub async fn invite_user(app: &App, user: UserId, actor: Actor) -> Result<Invited, Fault> {
    let directory = app.directory().await?;
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let user = store::users::find(&mut tx, user).await?.filter(|user| user.disabled_at.is_none());
    let Some(user) = user else { return Ok(Invited::NoUser) };
    if store::identities::id_of(&mut tx, user.id).await?.is_some() {
        return Ok(Invited::HasId);
    }
    let token = Token::generate(app.random.as_ref());
    let valid_until = now + directory.policy(user.company).invitation_lifetime;
    let id = InvitationId(app.new_uuid());
    store::invitations::insert(&mut tx, id, user.id, &token.hash(), valid_until, now).await?;
    let company = directory.company_of(&user).map(|company| company.name.clone()).unwrap_or_default();
    let link = Secret::from(app.portal(&format!("/invite?token={}", token.expose())));
    let mail = Mail::Invitation { company, link, valid_until, at: now };
    app.post(&mut tx, &directory, &user, mail, valid_until).await?;
    let event =
        AuditEvent::new(AuditKind::Invited, actor).about(user.id, user.company).fact("invitation", id);
    app.audit(&mut tx, event).await?;
    tx.commit().await?;
    app.mail_bell.notify_one();
    Ok(Invited::Sent)
}

/// How an invitation's link stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// It is good: the company that invites.
    Good {
        /// Its name; empty for staff.
        company: String,
        /// Until when.
        until: Timestamp,
    },
    /// It is over, was used, or a newer one took its place.
    Over,
    /// It is none.
    Unknown,
}

/// Looks at a link; changes nothing, because mail scanners follow links.
///
/// # Errors
/// [`Fault::Store`].
pub async fn show_invitation(app: &App, token: &Token) -> Result<Link, Fault> {
    let directory = app.directory().await?;
    let mut conn = app.db.read().await?;
    let Some(invitation) = store::invitations::find(&mut conn, &token.hash()).await? else {
        return Ok(Link::Unknown);
    };
    if !is_good(app, &invitation) {
        return Ok(Link::Over);
    }
    let user = store::users::find(&mut conn, invitation.user).await?;
    let company = user.as_ref().and_then(|user| directory.company_of(user));
    let company = company.map(|company| company.name.clone()).unwrap_or_default();
    Ok(Link::Good { company, until: invitation.expires_at })
}

/// Begins an onboarding with an invitation. `None` when it is not good.
///
/// # Errors
/// [`Fault::Store`].
pub async fn accept_invitation(
    app: &App,
    browser: &Browser,
    token: &Token,
    return_to: Option<String>,
) -> Result<Option<Progress>, Fault> {
    let directory = app.directory().await?;
    let mut tx = app.db.begin().await?;
    let Some(invitation) = store::invitations::find(&mut tx, &token.hash()).await? else { return Ok(None) };
    if !is_good(app, &invitation) {
        return Ok(None);
    }
    let Some(user) = store::users::find(&mut tx, invitation.user).await? else { return Ok(None) };
    let proof = invitation_proof(token, &invitation.token_hash, user.id, app.now());
    let Some(proof) = proof else { return Ok(None) };
    let admission = admission_of(app, &mut tx, &directory, &user).await?;
    let disabled = user.disabled_at.is_some();
    let mut turn = Turn::begin(app, directory, user, browser, tx, Entry::Invite, return_to);
    turn.audit(AuditKind::FirstProven).await?;
    let event = if disabled {
        OnboardingEvent::Refuse(Refusal::Disabled)
    } else {
        OnboardingEvent::FirstProven(proof, admission)
    };
    turn.onboarding(event).await?;
    turn.finish().await
}

fn is_good(app: &App, invitation: &store::invitations::Invitation) -> bool {
    invitation.accepted_at.is_none() && invitation.revoked_at.is_none() && app.now() < invitation.expires_at
}
