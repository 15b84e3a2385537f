//! What an operator does about a rollout from the command line: look at its plan, remind, stop and resume its mails.

use domain::{
    audit::{Actor, AuditEvent, AuditKind},
    directory::Company,
    rollout::{
        Stage,
        plan::{Planned, Step, asked},
    },
};
use store::rollouts::StepRow;

use crate::{
    App, Fault,
    rollout::{letter::audience, round::plan_of},
};

/// People counted at once.
const PAGE: u32 = 1_000;

/// A step of a plan, and what became of it.
#[derive(Debug, Clone)]
pub struct PlannedStep {
    /// Which.
    pub step: Step,
    /// When; of a step that was begun, when it was due.
    pub at: domain::time::Timestamp,
    /// What was done; `None`: it is still to come.
    pub row: Option<StepRow>,
}

/// A company's plan.
#[derive(Debug)]
pub struct Plan {
    /// Whose.
    pub company: Company,
    /// In order; steps that were done and are no longer planned are among them.
    pub steps: Vec<PlannedStep>,
    /// Whether its mails are stopped.
    pub is_held: bool,
}

/// The plans of all companies, or of one; by slug. `None`: there is no such company.
///
/// # Errors
/// [`Fault::Store`].
pub async fn plans(app: &App, slug: Option<&str>) -> Result<Option<Vec<Plan>>, Fault> {
    let directory = app.directory().await?;
    let mut companies: Vec<_> = directory.companies.values().collect();
    companies.retain(|company| slug.is_none_or(|slug| company.slug == slug));
    companies.sort_by(|a, b| a.slug.cmp(&b.slug));
    if slug.is_some() && companies.is_empty() {
        return Ok(None);
    }
    let mut conn = app.db.read().await?;
    let held = store::rollouts::held(&mut conn).await?;
    let mut plans = Vec::with_capacity(companies.len());
    for company in companies {
        let rows = store::rollouts::steps(&mut conn, company.id).await?;
        let steps = joined(&plan_of(&directory, company), rows);
        plans.push(Plan { is_held: held.contains(&company.id), company: company.clone(), steps });
    }
    Ok(Some(plans))
}

fn joined(plan: &[Planned], rows: Vec<StepRow>) -> Vec<PlannedStep> {
    let begun = |step| rows.iter().any(|row| row.step == step);
    let ahead = plan.iter().filter(|planned| !begun(planned.step));
    let mut steps: Vec<_> =
        ahead.map(|planned| PlannedStep { step: planned.step, at: planned.at, row: None }).collect();
    steps.extend(rows.into_iter().map(|row| PlannedStep { step: row.step, at: row.due_at, row: Some(row) }));
    steps.sort_by_key(|step| (step.at, step.step));
    steps
}

/// What came of the wish to remind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reminded {
    /// So many people will get it, at the pace of `rollout.mails_per_minute`.
    Asked(u64),
    /// The same, had it been for good.
    Rehearsed(u64),
    /// It was asked for already on this day.
    Already,
    /// Nothing can be done yet, or any more.
    OutOfTime(Stage),
    /// The company's mails are stopped.
    Held,
    /// There is no such company.
    NoCompany,
}

/// Whether to do it, or only to find out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Do it.
    ForGood,
    /// Find out.
    Rehearsal,
}

/// Asks for a reminder to everybody of a company who is not done, once a day at most. The worker writes it.
///
/// # Errors
/// [`Fault::Store`].
pub async fn remind(app: &App, slug: &str, wish: Wish) -> Result<Reminded, Fault> {
    let directory = app.directory().await?;
    let Some(company) = directory.company_named(slug) else { return Ok(Reminded::NoCompany) };
    let now = app.now();
    let stage = company.rollout.stage(now);
    if matches!(stage, Stage::BeforePhase1 | Stage::CutOffPassed) {
        return Ok(Reminded::OutOfTime(stage));
    }
    let step = asked(now, &company.time_zone);
    let count = count_late(app, company, step).await?;
    let mut tx = app.db.begin().await?;
    if store::rollouts::held(&mut tx).await?.contains(&company.id) {
        return Ok(Reminded::Held);
    }
    if !store::rollouts::begin(&mut tx, company.id, step, now, now).await? {
        return Ok(Reminded::Already);
    }
    if wish == Wish::Rehearsal {
        return Ok(Reminded::Rehearsed(count));
    }
    let mut event =
        AuditEvent::new(AuditKind::RolloutReminderAsked, Actor::CommandLine).fact("people", count);
    event.company = Some(company.id);
    app.audit(&mut tx, event).await?;
    tx.commit().await?;
    Ok(Reminded::Asked(count))
}

async fn count_late(app: &App, company: &Company, step: Step) -> Result<u64, Fault> {
    let Some((whom, _, stopped)) = audience(step) else { return Ok(0) };
    let mut conn = app.db.read().await?;
    let (mut count, mut reached) = (0, String::new());
    loop {
        let people =
            store::rollouts::next_people(&mut conn, company.id, whom, stopped, &reached, PAGE).await?;
        count += people.len() as u64;
        match people.last() {
            Some(last) if people.len() == PAGE as usize => reached = last.to_string(),
            Some(_) | None => return Ok(count),
        }
    }
}

/// Stops or resumes the mails of a company; false when nothing had to change, `None` when there is no such company.
/// Deadline and cut-off come all the same.
///
/// # Errors
/// [`Fault::Store`].
pub async fn hold_mails(app: &App, slug: &str, to: Mails) -> Result<Option<bool>, Fault> {
    let directory = app.directory().await?;
    let Some(company) = directory.company_named(slug) else { return Ok(None) };
    let mut tx = app.db.begin().await?;
    let (changed, kind) = match to {
        Mails::Stopped => {
            let changed = store::rollouts::hold(&mut tx, company.id, app.now()).await?;
            (changed, AuditKind::RolloutMailsStopped)
        }
        Mails::Sent => (store::rollouts::release(&mut tx, company.id).await?, AuditKind::RolloutMailsResumed),
    };
    if changed {
        let mut event = AuditEvent::new(kind, Actor::CommandLine);
        event.company = Some(company.id);
        app.audit(&mut tx, event).await?;
    }
    tx.commit().await?;
    Ok(Some(changed))
}

/// Whether a company's people are written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mails {
    /// They are not.
    Stopped,
    /// They are.
    Sent,
}
