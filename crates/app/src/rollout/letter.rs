//! One mail of a rollout to one person: which, and with which way on.

use crypto::token::Token;
use delivery::mail::{Mail, RolloutMail, RolloutNews, RolloutWay, Secret};
use domain::{
    access::Standing,
    audit::{Actor, AuditEvent, AuditKind},
    directory::{Company, User},
    id::InvitationId,
    rollout::{Stage, plan::Step},
    time::Timestamp,
};
use std::time::Duration;
use store::{
    Tx,
    rollouts::{Audience, Stopped},
};

use crate::{App, Fault, directory::Directory};

/// A mail that was not handed over for so long tells nothing new.
const DEADLINE: Duration = Duration::from_hours(72);

/// Whom a step writes to, what, and whether those who stopped reminders get it.
pub(crate) const fn audience(step: Step) -> Option<(Audience, RolloutNews, Stopped)> {
    let (audience, news) = match step {
        Step::Announce => (Audience::WithoutId, RolloutNews::Announce),
        Step::Phase1 => (Audience::WithoutId, RolloutNews::Phase1),
        Step::Phase2 => (Audience::Everybody, RolloutNews::Phase2),
        Step::Reminder(_) | Step::Asked(_) => (Audience::NotEnrolled, RolloutNews::Reminder),
        Step::DeadlineNotice => (Audience::NotEnrolled, RolloutNews::DeadlineNotice),
        Step::CutOffNotice => (Audience::WithoutId, RolloutNews::CutOffNotice),
        Step::Deadline | Step::CutOff => return None,
    };
    let stopped = match step {
        // That two-factor login has begun concerns everybody, and is no reminder.
        Step::Phase2 => Stopped::Included,
        _ if step.comes_regardless() => Stopped::Included,
        _ => Stopped::Spared,
    };
    Some((audience, news, stopped))
}

/// Writes to one person, once for each step; false when they have the mail already.
pub(crate) async fn write_to(
    app: &App,
    tx: &mut Tx,
    directory: &Directory,
    company: &Company,
    user: &User,
    (step, news): (Step, RolloutNews),
) -> Result<bool, Fault> {
    if store::rollouts::has_mail(tx, user.id, step).await? {
        return Ok(false);
    }
    let now = app.now();
    let has_id = store::identities::id_of(tx, user.id).await?.is_some();
    let has_legacy = store::identities::legacy_of(tx, user.id).await?.is_some();
    let standing = user.standing(has_id, has_legacy);
    let (way, invitation) = way_on(app, directory, company, (user, standing), news);
    let deadline = match &way {
        RolloutWay::Invitation { until, .. } => (now + DEADLINE).min(*until),
        RolloutWay::Help { .. } | RolloutWay::Existing { .. } | RolloutWay::Login { .. } => now + DEADLINE,
    };
    let token = Token::generate(app.random.as_ref());
    let mail = Mail::Rollout(RolloutMail {
        news,
        company: company.name.clone(),
        dates: company.rollout,
        has_login: standing != Standing::Invited,
        way,
        stop: Secret::from(app.portal(&format!("/stop-reminders?token={}", token.expose()))),
        at: now,
    });
    // Before all else that is written: whose key does not open keeps the invitation that they have.
    let message = app.post(tx, directory, user, mail, deadline).await?;
    if let Some(invitation) = invitation {
        invite(app, tx, user, &invitation).await?;
    }
    Ok(store::rollouts::note_mail(tx, user.id, step, message, &token.hash(), now).await?)
}

/// An invitation that goes out in a letter.
struct NewInvitation {
    id: InvitationId,
    token: Token,
    until: Timestamp,
}

/// Where the person goes on. Whoever has nothing to take over gets an invitation.
fn way_on(
    app: &App,
    directory: &Directory,
    company: &Company,
    (user, standing): (&User, Standing),
    news: RolloutNews,
) -> (RolloutWay, Option<NewInvitation>) {
    let now = app.now();
    if news == RolloutNews::Announce || company.rollout.stage(now) == Stage::BeforePhase1 {
        return (RolloutWay::Help { link: app.portal("/help") }, None);
    }
    match standing {
        Standing::IdMade | Standing::Enrolled => (RolloutWay::Login { link: app.portal("/login") }, None),
        Standing::Legacy => (RolloutWay::Existing { link: app.portal("/start") }, None),
        Standing::Invited => {
            let token = Token::generate(app.random.as_ref());
            let until = now + directory.policy(user.company).invitation_lifetime;
            let link = Secret::from(app.portal(&format!("/invite?token={}", token.expose())));
            let invitation = NewInvitation { id: InvitationId(app.new_uuid()), token, until };
            (RolloutWay::Invitation { link, until }, Some(invitation))
        }
    }
}

/// Stores an invitation; earlier ones become worthless.
async fn invite(app: &App, tx: &mut Tx, user: &User, invitation: &NewInvitation) -> Result<(), Fault> {
    let NewInvitation { id, ref token, until } = *invitation;
    store::invitations::insert(tx, id, user.id, &token.hash(), until, app.now()).await?;
    let event = AuditEvent::new(AuditKind::Invited, Actor::System).about(user.id, user.company);
    app.audit(tx, event.fact("invitation", id)).await
}
