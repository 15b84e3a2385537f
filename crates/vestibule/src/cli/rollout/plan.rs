//! `vestibule rollout plan`

use std::io;

use app::{
    App,
    manage_rollouts::{Plan, PlannedStep, plans},
};
use domain::rollout::plan::Step;
use serde::Serialize;

use super::{
    super::{Exit, Failure, Screen},
    local,
};

/// Arguments of `rollout plan`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// One company only (its short name)
    #[arg(long, value_name = "NAME")]
    company: Option<String>,
    /// Only what is still to come
    #[arg(long)]
    next: bool,
}

#[derive(Serialize)]
struct Line {
    company: String,
    step: String,
    at: String,
    time_zone: String,
    what: &'static str,
    state: String,
    mails: i64,
}

pub(super) async fn run(args: &Args, app: &App, screen: &mut Screen) -> Result<Exit, Failure> {
    let name = args.company.as_deref();
    let Some(plans) = plans(app, name).await? else {
        return Err(super::unknown(app, name.unwrap_or_default()).await?);
    };
    let ahead = |step: &PlannedStep| step.row.as_ref().is_none_or(|row| row.done_at.is_none());
    let lines: Vec<_> = plans
        .iter()
        .flat_map(|plan| plan.steps.iter().map(move |step| (plan, step)))
        .filter(|(_, step)| !args.next || ahead(step))
        .map(|(plan, step)| line(plan, step))
        .collect();
    screen.show(&lines, |screen| show(&lines, screen))?;
    Ok(Exit::Done)
}

fn line(plan: &Plan, step: &PlannedStep) -> Line {
    let zone = &plan.company.time_zone;
    let state = match &step.row {
        None if plan.is_held && what(step.step).1 => "stopped".to_owned(),
        None => "planned".to_owned(),
        Some(row) => match row.done_at {
            None => "under way".to_owned(),
            Some(at) if row.left_out => format!("left out {}", local(at, zone)),
            Some(at) => format!("done {}", local(at, zone)),
        },
    };
    Line {
        company: plan.company.slug.clone(),
        step: step.step.to_string(),
        at: local(step.at, zone),
        time_zone: zone.clone(),
        what: what(step.step).0,
        state,
        mails: step.row.as_ref().map_or(0, |row| row.mails),
    }
}

/// What a step does, and whether it writes to people.
const fn what(step: Step) -> (&'static str, bool) {
    match step {
        Step::Announce => ("mail to everybody without an ID: what will change", true),
        Step::Phase1 => ("mail to everybody without an ID: make it now", true),
        Step::Reminder(_) => ("mail to who is not done", true),
        Step::Asked(_) => ("mail to who is not done, asked for by an operator", true),
        Step::Phase2 => ("mail to everybody: a code is asked for now", true),
        Step::DeadlineNotice => ("last mail to who is not enrolled", true),
        Step::Deadline => ("enrolment has to be complete; numbers to administrators", false),
        Step::CutOffNotice => ("last mail to who has no ID", true),
        Step::CutOff => ("legacy credentials deleted; numbers to administrators", false),
    }
}

fn show(lines: &[Line], screen: &mut Screen) -> io::Result<()> {
    let row = |line: &Line| {
        let mails = if line.mails == 0 { String::new() } else { line.mails.to_string() };
        let at = format!("{} {}", line.at, line.time_zone);
        [line.company.clone(), at, line.step.clone(), line.what.to_owned(), line.state.clone(), mails]
    };
    let head = ["COMPANY", "AT", "STEP", "WHAT", "STATE", "MAILS"];
    screen.table(head, lines.iter().map(row).collect())
}
