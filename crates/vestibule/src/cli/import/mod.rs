//! `vestibule import users FILE`

mod pass;
mod reading;
mod report;

use std::{io, path::PathBuf, sync::Arc};

use app::import_users::{Import, Run};
use clap::{Subcommand, ValueEnum};

use self::{
    pass::{Pass, look_for_clashes},
    reading::Reading,
    report::Report,
};
use super::{Exit, Failure, Screen, World, installation::Place};
use crate::people;

/// The commands under `import`.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Take over people with their old login names and password hashes, from CSV or JSON Lines
    Users(UsersArgs),
}

/// Arguments of `import users`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = COLUMNS)]
pub struct UsersArgs {
    /// The file: CSV with a header, or one JSON object a line
    file: PathBuf,
    /// The company of all rows (its short name)
    #[arg(long, value_name = "NAME")]
    company: Option<String>,
    /// Only find out what would happen
    #[arg(long)]
    dry_run: bool,
    /// Do not rehearse and ask first
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
    /// Write the rejected rows to this file, for mending and importing again; it holds their hashes
    #[arg(long, value_name = "FILE")]
    rejected: Option<PathBuf>,
    /// What the file calls a column, such as "name=Full Name"; may be given more than once
    #[arg(long, value_name = "COLUMN=THEIRS")]
    column: Vec<String>,
    /// Pass over columns that are not ours
    #[arg(long)]
    ignore_others: bool,
    /// How bare digests were made, such as "sha256(salt + password), hex"
    #[arg(long, value_name = "TEMPLATE")]
    digest: Option<String>,
    /// CSV or JSON Lines [default: as the file begins]
    #[arg(long, value_name = "FORMAT")]
    format: Option<FileFormat>,
    /// What separates the fields of CSV: one sign, or "tab" [default: as the header shows]
    #[arg(long, value_name = "SIGN")]
    delimiter: Option<String>,
    /// The encoding, such as windows-1252 [default: as the bytes look]
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// A TOML file with these settings: [columns], company, digest, format, delimiter, encoding, ignore_others
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
}

/// Kinds of files on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileFormat {
    /// Comma-separated values
    Csv,
    /// One JSON object a line
    Jsonl,
}

impl From<FileFormat> for people::Format {
    fn from(format: FileFormat) -> Self {
        match format {
            FileFormat::Csv => Self::Csv,
            FileFormat::Jsonl => Self::JsonLines,
        }
    }
}

const COLUMNS: &str = "\
Columns:
  company   the company's short name; left out when --company says it for all
  region    where it differs from the company's
  name      as prepopulated for the user to verify
  email     the business e-mail address
  login     the old login name; empty for users who get an invitation
  hash      the hash of its password; empty where a legacy source checks it
  salt      of a bare digest, as --digest uses it
  role      end_user (when empty) or program_administrator
  language  such as es; the company's when empty

Running the same import again does no harm, and goes on where one was cut off.";

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
    let reading = Arc::new(Reading::prepare(&args)?);
    let app = place.app(world).await?;
    let names = Arc::new(look_for_clashes(&reading, screen).await?);
    let pass = async |run, screen: &Screen| -> Result<Report, Failure> {
        let import = Import::begin(&app, run).await?;
        let pass = Pass {
            import: &import,
            run,
            reading: &reading,
            names: &names,
            rejected: args.rejected.as_deref(),
        };
        pass.run(screen).await
    };
    let mut report = None;
    if !args.yes {
        let rehearsal = pass(Run::Rehearsal, screen).await?;
        if !args.dry_run && rehearsal.changes_anything() {
            rehearsal.show(screen)?;
            confirm(world)?;
        } else {
            report = Some(rehearsal);
        }
    }
    let report = match report {
        Some(report) => report,
        None => pass(Run::ForGood, screen).await?,
    };
    app.db.close().await;
    screen.show(&report, |screen| report.show(screen))?;
    Ok(if report.rejected == 0 { Exit::Done } else { Exit::Findings })
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

fn file_failed(file: &std::path::Path, error: &io::Error) -> Failure {
    Failure::Failed(format!("{}: {error}", file.display()))
}
