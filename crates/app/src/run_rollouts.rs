//! The worker that carries rollouts out: announcements, reminders, deadline and cut-off, each once, by one node.

use std::time::Duration;

use domain::rollout::plan::{Nature, Verdict};

use crate::{
    App, Fault,
    directory::Directory,
    rollout::{
        act::act,
        round::{Job, jobs},
        write::{Batch, hold_step, record, write_batch},
    },
};

pub use crate::rollout::round::Memory;

/// How often it looks: a step is done in its minute.
const EVERY: Duration = Duration::from_secs(2);

/// What one look did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Mails that were queued.
    pub mails: u32,
    /// Steps that are over now.
    pub steps: u32,
    /// Whether there is more to do at once.
    pub has_more: bool,
}

/// Runs until the task is dropped.
pub async fn run(app: App) {
    let mut memory = Memory::new(&app);
    loop {
        match run_due(&app, &mut memory).await {
            Ok(Round { has_more: true, .. }) => continue,
            Ok(_) => {}
            Err(fault) => crate::health::tell_of_work(&fault, "rollouts cannot be carried out"),
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Does what is due: one batch of mails for each step, and every act. Several nodes may call it; one of them works.
///
/// # Errors
/// [`Fault::Store`]; what was not done is done at the next look.
pub async fn run_due(app: &App, memory: &mut Memory) -> Result<Round, Fault> {
    app.has_keys()?;
    let directory = app.directory().await?;
    let mut conn = app.db.read().await?;
    let due = jobs(&mut conn, memory, &directory, app.now()).await?;
    drop(conn);
    let mut round = Round::default();
    for job in due {
        let batch = match carry_out(app, &memory.holder, &directory, &job).await {
            Ok(batch) => batch,
            // One company's damaged rows do not stop the others.
            Err(fault) if fault.is_damage() => {
                tracing::error!("rollout.step" = %job.step, "company.id" = %job.company, %fault, "a step cannot be carried out");
                continue;
            }
            Err(fault) => return Err(fault),
        };
        match batch {
            Batch::Elsewhere => return Ok(Round { has_more: false, ..round }),
            Batch::Waits => {}
            Batch::More(mails) => {
                round.mails += mails;
                round.has_more = true;
            }
            Batch::Over(mails) => {
                round.mails += mails;
                round.steps += 1;
            }
        }
    }
    Ok(round)
}

async fn carry_out(app: &App, holder: &str, directory: &Directory, job: &Job) -> Result<Batch, Fault> {
    let Some(company) = directory.companies.get(&job.company) else { return Ok(Batch::Waits) };
    let step = (job.step, job.due_at);
    match (job.verdict, job.step.nature()) {
        (Verdict::LeaveOut, _) => leave_out(app, holder, job).await,
        (Verdict::Do, Nature::Mails) => write_batch(app, holder, directory, company, step).await,
        (Verdict::Do, Nature::Acts) => {
            let done = act(app, holder, directory, company, step).await?;
            Ok(if done { Batch::Over(0) } else { Batch::Elsewhere })
        }
    }
}

/// Writes down that a step came too late.
async fn leave_out(app: &App, holder: &str, job: &Job) -> Result<Batch, Fault> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    if hold_step(&mut tx, holder, job.company, (job.step, job.due_at), now).await?.is_none() {
        return Ok(Batch::Elsewhere);
    }
    if store::rollouts::leave_out(&mut tx, job.company, job.step, now).await? {
        record(app, &mut tx, job.company, job.step, &[("left_out", 1)]).await?;
    }
    tx.commit().await?;
    Ok(Batch::Over(0))
}

/// Leaves out every mail that is due now: the company's people were told before Vestibule came.
///
/// # Errors
/// [`Fault::Store`].
pub async fn leave_out_past_mails(app: &App) -> Result<(), Fault> {
    let mut memory = Memory::new(app);
    let directory = app.directory().await?;
    let mut conn = app.db.read().await?;
    let due = jobs(&mut conn, &mut memory, &directory, app.now()).await?;
    drop(conn);
    for job in due.iter().filter(|job| job.step.nature() == Nature::Mails) {
        leave_out(app, &memory.holder, job).await?;
    }
    let mut tx = app.db.begin().await?;
    store::leases::release(&mut tx, crate::rollout::DUTY, &memory.holder).await?;
    Ok(tx.commit().await?)
}
