//! `vestibule import users FILE`

use std::{fs::File, io, io::Write, path::PathBuf};

use app::{
    App,
    import_users::{Outcome, Person, Run, import_users},
};
use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::{Exit, Failure, Screen, World, installation::Place};
use crate::people::{self, People};

/// The commands under `import`.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Take over people with their old login names and password hashes, from CSV
    Users(UsersArgs),
}

/// Arguments of `import users`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = COLUMNS)]
pub struct UsersArgs {
    /// The CSV file, in UTF-8, with a header
    file: PathBuf,
    /// The company of all rows (its short name)
    #[arg(long, value_name = "NAME")]
    company: Option<String>,
    /// Only find out what would happen
    #[arg(long)]
    dry_run: bool,
    /// Do not ask after the rehearsal
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
    /// Write the rejected rows, by line, to this file
    #[arg(long, value_name = "FILE")]
    rejected: Option<PathBuf>,
}

const COLUMNS: &str = "\
Columns:
  company   the company's short name; left out when --company says it for all
  name      as prepopulated for the user to verify
  email     the business e-mail address
  login     the old login name; empty for users who get an invitation
  hash      its bcrypt or Argon2 hash
  role      end_user (when empty) or program_administrator
  language  such as es; the company's when empty";

/// People in one transaction: enough to be quick, few enough to let logins in between.
const BATCH: usize = 200;
/// Rejected rows on the screen; all of them are in the file of --rejected and in JSON.
const SHOWN: usize = 20;

#[derive(Serialize, Default)]
struct Report {
    for_good: bool,
    added: u64,
    changed: u64,
    same: u64,
    cases: u64,
    rejected: Vec<Rejected>,
}

#[derive(Serialize)]
struct Rejected {
    line: u64,
    why: String,
}

pub(super) async fn run(
    command: Command,
    place: &Place,
    screen: &mut Screen,
    world: &World,
) -> Result<Exit, Failure> {
    let Command::Users(args) = command;
    if screen.is_json() && !args.yes && !args.dry_run {
        return Err(Failure::Usage(
            "with --json nobody is asked: add --dry-run to look, or --yes to import".to_owned(),
        ));
    }
    let people = read(&args)?;
    let app = place.app(world).await?;
    let mut report = take_over(&app, &people, Run::Rehearsal, screen).await?;
    let anything = report.added + report.changed + report.cases > 0;
    if !args.dry_run && anything {
        if !args.yes {
            show(&report, screen)?;
            confirm(world)?;
        }
        report = take_over(&app, &people, Run::ForGood, screen).await?;
    }
    app.db.close().await;
    if let Some(file) = &args.rejected {
        write_rejected(file, &report)
            .map_err(|error| Failure::Failed(format!("{}: {error}", file.display())))?;
    }
    screen.show(&report, |screen| show(&report, screen))?;
    Ok(if report.rejected.is_empty() { Exit::Done } else { Exit::Findings })
}

fn read(args: &UsersArgs) -> Result<People, Failure> {
    let shown = args.file.display();
    let file = File::open(&args.file)
        .map_err(|error| Failure::Missing(format!("{shown} cannot be read: {error}")))?;
    people::read(file, args.company.as_deref()).map_err(|why| Failure::Missing(format!("{shown}: {why}")))
}

async fn take_over(app: &App, people: &People, run: Run, screen: &Screen) -> Result<Report, Failure> {
    let mut report = Report { for_good: run == Run::ForGood, ..Report::default() };
    report
        .rejected
        .extend(people.rejected.iter().map(|(line, why)| Rejected { line: *line, why: why.clone() }));
    let progress = progress(people.rows.len(), run, screen);
    for batch in people.rows.chunks(BATCH) {
        let persons: Vec<Person> = batch.iter().map(|(_, person)| person.clone()).collect();
        for (outcome, (line, _)) in import_users(app, &persons, run).await?.into_iter().zip(batch) {
            match outcome {
                Outcome::Added => report.added += 1,
                Outcome::Changed => report.changed += 1,
                Outcome::Same => report.same += 1,
                Outcome::CaseOpened => report.cases += 1,
                Outcome::Rejected(why) => {
                    report.rejected.push(Rejected { line: *line, why: why.to_string() })
                }
            }
        }
        progress.inc(u64::try_from(batch.len()).unwrap_or(0));
    }
    progress.finish_and_clear();
    report.rejected.sort_by_key(|rejected| rejected.line);
    Ok(report)
}

fn progress(rows: usize, run: Run, screen: &Screen) -> ProgressBar {
    if !screen.is_terminal() {
        return ProgressBar::hidden();
    }
    let word = if run == Run::ForGood { "importing" } else { "checking" };
    let style = ProgressStyle::with_template("{msg} {wide_bar} {human_pos} of {human_len}, {eta} left");
    let bar = ProgressBar::new(u64::try_from(rows).unwrap_or(u64::MAX)).with_message(word);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn confirm(world: &World) -> Result<(), Failure> {
    let Some(answers) = &world.answers else {
        return Err(Failure::Refused(
            "nobody is there to ask; look at the rehearsal, then add --yes".to_owned(),
        ));
    };
    let answer = answers.ask("Import them? [y/N]")?;
    if ["y", "yes"].contains(&answer.to_lowercase().as_str()) {
        return Ok(());
    }
    Err(Failure::Refused("nothing was imported".to_owned()))
}

/// Only lines and reasons: the rows themselves hold hashes, and stay where they are.
fn write_rejected(file: &PathBuf, report: &Report) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for rejected in &report.rejected {
        writer.serialize(rejected).map_err(io::Error::other)?;
    }
    let text = writer.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
    File::create(file)?.write_all(&text)
}

fn show(report: &Report, screen: &mut Screen) -> io::Result<()> {
    let Report { for_good, added, changed, same, cases, rejected } = report;
    let count = |number: u64| number.to_string();
    let refused = u64::try_from(rejected.len()).unwrap_or(u64::MAX);
    let rows = vec![
        ["added".to_owned(), count(*added)],
        ["changed".to_owned(), count(*changed)],
        ["as they were".to_owned(), count(*same)],
        ["cases for servicing".to_owned(), count(*cases)],
        ["rejected".to_owned(), count(refused)],
    ];
    screen.table([if *for_good { "IMPORTED" } else { "WOULD BE" }, "USERS"], rows)?;
    if !rejected.is_empty() {
        let shown = rejected.iter().take(SHOWN).map(|row| [row.line.to_string(), row.why.clone()]).collect();
        screen.table(["LINE", "REJECTED BECAUSE"], shown)?;
    }
    match rejected.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => screen.line(format!("… and {more} more; --rejected FILE writes all of them")),
    }
}
