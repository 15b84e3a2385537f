//! `vestibule rollout status|plan|remind|stop|resume`

mod plan;
mod status;

use app::{
    App,
    manage_rollouts::{Mails, Reminded, Wish, hold_mails, remind},
};
use clap::Subcommand;
use serde::Serialize;

use super::{Exit, Failure, Screen, World, installation::Place};

/// The commands under `rollout`.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show how far companies have come: invited, ID made, enrolled, postponed, bounced, locked
    Status(status::Args),
    /// Show what was done and what will be done by itself, and when
    Plan(plan::Args),
    /// Remind everybody of a company who is not done, at most once a day
    Remind(RemindArgs),
    /// Stop all mails of a company's rollout; deadline and cut-off come all the same
    Stop(OfCompany),
    /// Let the mails of a company's rollout go out again; what became old in between is left out
    Resume(OfCompany),
}

/// Whose rollout.
#[derive(Debug, clap::Args)]
pub struct OfCompany {
    /// The company's short name
    #[arg(long, value_name = "NAME")]
    company: String,
}

/// Arguments of `rollout remind`.
#[derive(Debug, clap::Args)]
pub struct RemindArgs {
    #[command(flatten)]
    of: OfCompany,
    /// Only find out how many would be reminded
    #[arg(long)]
    dry_run: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    company: &'a str,
    done: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    people: Option<u64>,
}

pub(super) async fn run(
    command: Command,
    place: &Place,
    screen: &mut Screen,
    world: &World,
) -> Result<Exit, Failure> {
    let app = place.app(world).await?;
    let exit = act(&command, &app, screen).await;
    app.db.close().await;
    exit
}

async fn act(command: &Command, app: &App, screen: &mut Screen) -> Result<Exit, Failure> {
    match command {
        Command::Status(args) => status::run(args, app, screen).await,
        Command::Plan(args) => plan::run(args, app, screen).await,
        Command::Remind(args) => remind_late(args, app, screen).await,
        Command::Stop(of) => hold(of, Mails::Stopped, app, screen).await,
        Command::Resume(of) => hold(of, Mails::Sent, app, screen).await,
    }
}

async fn remind_late(args: &RemindArgs, app: &App, screen: &mut Screen) -> Result<Exit, Failure> {
    let name = &args.of.company;
    let wish = if args.dry_run { Wish::Rehearsal } else { Wish::ForGood };
    let (done, people) = match remind(app, name, wish).await? {
        Reminded::Asked(people) => ("asked for; `vestibule serve` writes the mails", people),
        Reminded::Rehearsed(people) => ("not asked for: this was a dry run", people),
        Reminded::Already => {
            return Err(Failure::Refused(format!(
                "a reminder of {name} was asked for on this day already; one a day is the most"
            )));
        }
        Reminded::OutOfTime(stage) => {
            return Err(Failure::Refused(format!(
                "{name} is in the stage \"{stage}\", in which a reminder asks for nothing that can be done"
            )));
        }
        Reminded::Held => {
            return Err(Failure::Refused(format!(
                "the mails of {name} are stopped; `vestibule rollout resume --company {name}` lets them out"
            )));
        }
        Reminded::NoCompany => return Err(unknown(app, name).await?),
    };
    let report = Report { company: name, done, people: Some(people) };
    screen.show(&report, |screen| {
        screen.line(format!("{name}: a reminder to {people} people who are not done, {done}"))
    })?;
    Ok(Exit::Done)
}

async fn hold(of: &OfCompany, to: Mails, app: &App, screen: &mut Screen) -> Result<Exit, Failure> {
    let name = &of.company;
    let Some(changed) = hold_mails(app, name, to).await? else { return Err(unknown(app, name).await?) };
    let done = match (to, changed) {
        (Mails::Stopped, true) => "mails are stopped; deadline and cut-off come all the same",
        (Mails::Stopped, false) => "mails were stopped already",
        (Mails::Sent, true) => "mails go out again; what became old in between is left out",
        (Mails::Sent, false) => "mails were not stopped",
    };
    screen.show(&Report { company: name, done, people: None }, |screen| {
        screen.line(format!("{name}: {done}"))
    })?;
    Ok(Exit::Done)
}

/// A company that nobody knows, with the nearest that somebody does.
async fn unknown(app: &App, name: &str) -> Result<Failure, Failure> {
    let directory = app.directory().await?;
    let near = crate::document::nearest(name, directory.companies.values().map(|known| known.slug.as_str()));
    let hint = near.map_or_else(String::new, |near| format!("; did you mean {near:?}?"));
    Ok(Failure::NotFound(format!("there is no company {name:?}{hint}")))
}

/// A moment as the company's people read it.
fn local(at: domain::time::Timestamp, zone: &str) -> String {
    let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let moment = jiff::Timestamp::from_millisecond(at.0).map(|moment| moment.to_zoned(zone));
    moment.map_or_else(|_| at.0.to_string(), |moment| moment.strftime("%Y-%m-%d %H:%M").to_string())
}
