//! What is due at this moment, over all companies. What is over is remembered, so that a look that finds nothing costs one
//! small question to the database.

use std::collections::{BTreeMap, HashMap};

use domain::{
    directory::Company,
    id::CompanyId,
    rollout::plan::{Nature, Planned, Progress, Step, Verdict, due, timetable},
    time::Timestamp,
};
use store::Executor;

use crate::{App, Fault, directory::Directory};

/// What one node remembers between two looks.
#[derive(Debug)]
pub struct Memory {
    pub(crate) holder: String,
    known: HashMap<CompanyId, BTreeMap<Step, Progress>>,
}

impl Memory {
    /// Nothing is remembered yet.
    #[must_use]
    pub fn new(app: &App) -> Self {
        Self { holder: app.new_uuid().to_string(), known: HashMap::new() }
    }

    fn is_over(&self, company: CompanyId, step: Step) -> bool {
        self.known.get(&company).and_then(|steps| steps.get(&step)) == Some(&Progress::Over)
    }
}

/// One step of one company that wants something.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) company: CompanyId,
    pub(crate) step: Step,
    pub(crate) due_at: Timestamp,
    pub(crate) verdict: Verdict,
}

/// The plan of a company.
pub(crate) fn plan_of(directory: &Directory, company: &Company) -> Vec<Planned> {
    let pace = directory.policy(Some(company.id)).rollout.pace();
    timetable(&company.rollout, &pace, &company.time_zone)
}

/// What is due, acts first, and then the oldest first.
pub(crate) async fn jobs(
    conn: &mut impl Executor,
    memory: &mut Memory,
    directory: &Directory,
    now: Timestamp,
) -> Result<Vec<Job>, Fault> {
    let mut jobs = Vec::new();
    for company in directory.companies.values() {
        let plan = plan_of(directory, company);
        let is_quiet = |planned: &Planned| planned.at > now || memory.is_over(company.id, planned.step);
        if plan.iter().all(is_quiet) {
            continue;
        }
        let rows = store::rollouts::steps(conn, company.id).await?;
        let known: BTreeMap<_, _> = rows.iter().map(|row| (row.step, row.progress())).collect();
        jobs.extend(due(&plan, &known, now).into_iter().map(|(planned, verdict)| Job {
            company: company.id,
            step: planned.step,
            due_at: planned.at,
            verdict,
        }));
        memory.known.insert(company.id, known);
    }
    // Asked for by an operator, or begun before the dates moved.
    for row in store::rollouts::open_steps(conn).await? {
        let is_planned = |job: &Job| job.company == row.company && job.step == row.step;
        if row.step.nature() == Nature::Mails && !jobs.iter().any(is_planned) {
            let (company, step, due_at) = (row.company, row.step, row.due_at);
            jobs.push(Job { company, step, due_at, verdict: Verdict::Do });
        }
    }
    jobs.sort_by_key(|job| (job.step.nature() == Nature::Mails, job.due_at));
    Ok(jobs)
}
