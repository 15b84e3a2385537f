//! Mails of a step, a batch at a time. A batch is one transaction: letters, who got them, and how far the step has come are
//! kept together or not at all, so a node that dies in the middle leaves nobody out and writes to nobody twice.

use std::time::Duration;

use domain::{
    audit::{Actor, AuditEvent, AuditKind},
    directory::Company,
    id::CompanyId,
    rollout::plan::Step,
    time::Timestamp,
};
use store::{Tx, rollouts::StepRow};

use super::{DUTY, LEASE, letter};
use crate::{App, Fault, directory::Directory};

/// People in one transaction: few enough that nobody waits for it.
const BATCH: u32 = 100;
const MINUTE: Duration = Duration::from_mins(1);

/// What came of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Batch {
    /// So many mails; more people wait.
    More(u32),
    /// So many mails; the step is over.
    Over(u32),
    /// The mails of this minute are used up, or an operator stopped this company's.
    Waits,
    /// Another node works on rollouts.
    Elsewhere,
}

/// Writes the next batch of a step.
pub(crate) async fn write_batch(
    app: &App,
    holder: &str,
    directory: &Directory,
    company: &Company,
    (step, due_at): (Step, Timestamp),
) -> Result<Batch, Fault> {
    let Some((audience, news, stopped)) = letter::audience(step) else {
        return Err(Fault::Inconsistent("a step without mails"));
    };
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let Some(row) = hold_step(&mut tx, holder, company.id, (step, due_at), now).await? else {
        return Ok(Batch::Elsewhere);
    };
    if row.done_at.is_some() {
        return Ok(Batch::Over(0));
    }
    let room = room(&mut tx, directory, now).await?;
    if room == 0 || store::rollouts::held(&mut tx).await?.contains(&company.id) {
        return Ok(Batch::Waits);
    }
    let most = room.min(BATCH);
    let reached = row.reached.as_str();
    let people = store::rollouts::next_people(&mut tx, company.id, audience, stopped, reached, most).await?;
    let mut mails = 0;
    for id in &people {
        let Some(user) = store::users::find(&mut tx, *id).await? else { continue };
        match letter::write_to(app, &mut tx, directory, company, &user, (step, news)).await {
            Ok(wrote) => mails += u32::from(wrote),
            // One person's unreadable key must not keep the mail from all the others.
            Err(fault @ (Fault::Unreadable(_) | Fault::Inconsistent(_))) => {
                tracing::error!("user.id" = %id, "rollout.step" = %step, %fault, "a person was left out");
            }
            Err(fault) => return Err(fault),
        }
    }
    if let Some(last) = people.last() {
        store::rollouts::reach(&mut tx, company.id, step, *last, mails).await?;
    }
    let is_last = u32::try_from(people.len()).unwrap_or(u32::MAX) < most;
    if is_last {
        store::rollouts::end(&mut tx, company.id, step, now).await?;
        let total = row.mails + i64::from(mails);
        record(app, &mut tx, company.id, step, &[("mails", total)]).await?;
    }
    tx.commit().await?;
    app.mail_bell.notify_one();
    Ok(if is_last { Batch::Over(mails) } else { Batch::More(mails) })
}

/// Takes the duty and begins the step, or finds where it stands; `None` while another node has the duty.
pub(crate) async fn hold_step(
    tx: &mut Tx,
    holder: &str,
    company: CompanyId,
    (step, due_at): (Step, Timestamp),
    now: Timestamp,
) -> Result<Option<StepRow>, Fault> {
    if !store::leases::acquire(tx, DUTY, holder, now + LEASE, now).await? {
        return Ok(None);
    }
    store::rollouts::begin(tx, company, step, due_at, now).await?;
    let row = store::rollouts::steps(tx, company).await?.into_iter().find(|row| row.step == step);
    row.map(Some).ok_or(Fault::Inconsistent("a step of a rollout was not stored"))
}

/// Mails that may still go out in this minute, over all companies.
async fn room(tx: &mut Tx, directory: &Directory, now: Timestamp) -> Result<u32, Fault> {
    let most = directory.policy(None).rollout.mails_per_minute;
    let sent = store::rollouts::sent_since(tx, now - MINUTE).await?;
    Ok(most.saturating_sub(u32::try_from(sent).unwrap_or(u32::MAX)))
}

/// Writes a step that is over into the audit log.
pub(crate) async fn record(
    app: &App,
    tx: &mut Tx,
    company: CompanyId,
    step: Step,
    facts: &[(&'static str, i64)],
) -> Result<(), Fault> {
    let mut event = AuditEvent::new(AuditKind::RolloutStepDone, Actor::System).fact("step", step);
    event.company = Some(company);
    let event = facts.iter().fold(event, |event, (name, count)| event.fact(name, count));
    tracing::info!("rollout.step" = %step, "company.id" = %company, ?facts, "a step of a rollout is over");
    app.audit(tx, event).await
}
