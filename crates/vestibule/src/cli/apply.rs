//! `vestibule apply FILE`

use std::{io, path::PathBuf};

use app::apply::{ApplyError, Dangling, Diff, InstallationState};
use serde::Serialize;

use super::{Exit, Failure, Screen, World, installation::Place};
use crate::{
    apply::{self, ApplyFile},
    document::{Problem, Problems},
};

/// Arguments of `apply`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file, as in the example that is delivered
    file: PathBuf,
    /// Do not ask
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
    /// Only show the difference
    #[arg(long)]
    dry_run: bool,
}

#[derive(Serialize)]
struct Report {
    applied: bool,
    changes: Vec<Row>,
    kept: Vec<String>,
    notes: Vec<String>,
}

#[derive(Serialize, Clone)]
struct Row {
    change: &'static str,
    what: String,
    field: String,
    before: Option<String>,
    after: Option<String>,
}

pub(super) async fn run(
    args: Args,
    place: &Place,
    screen: &mut Screen,
    world: &World,
) -> Result<Exit, Failure> {
    let file = apply::load(&args.file)?;
    let db = place.database().await?;
    let current = app::apply::current(&mut db.read().await?).await?;
    let diff = app::apply::diff(&current, &file.desired).map_err(|dangling| misplaced(&file, &dangling))?;
    let mut report = Report {
        applied: false,
        changes: rows(&diff),
        kept: diff.kept.iter().map(ToString::to_string).collect(),
        notes: diff.notes.clone(),
    };
    if args.dry_run || diff.changes.is_empty() {
        screen.show(&report, |screen| show(&report, screen))?;
        return Ok(Exit::Done);
    }
    if !args.yes && screen.is_json() {
        return Err(Failure::Usage(
            "with --json nobody is asked: add --dry-run to look, or --yes to apply".to_owned(),
        ));
    }
    if !args.yes {
        show(&report, screen)?;
        confirm(world)?;
    }
    save(&db, &file.desired, &diff, world).await?;
    report.applied = true;
    screen.show(&report, |screen| {
        if args.yes {
            show(&report, screen)?;
        }
        screen.line("Applied.")
    })?;
    db.close().await;
    Ok(Exit::Done)
}

fn confirm(world: &World) -> Result<(), Failure> {
    let Some(answers) = &world.answers else {
        return Err(Failure::Refused(
            "nobody is there to ask; look at the difference, then add --yes".to_owned(),
        ));
    };
    let answer = answers.ask("Apply this? [y/N]")?;
    if ["y", "yes"].contains(&answer.to_lowercase().as_str()) {
        return Ok(());
    }
    Err(Failure::Refused("nothing was changed".to_owned()))
}

async fn save(
    db: &store::Db,
    desired: &InstallationState,
    diff: &Diff,
    world: &World,
) -> Result<(), Failure> {
    let saved = app::apply::save(db, desired, diff, &*world.clock, &*world.random).await;
    saved.map_err(|error| match error {
        ApplyError::Store(error) => error.into(),
        ApplyError::Moved | ApplyError::Dangling(_) => Failure::Refused(error.to_string()),
    })
}

fn misplaced(file: &ApplyFile, dangling: &[Dangling]) -> Problems {
    let mut problems = Problems::default();
    for reference in dangling {
        if let Some(place) = file.places.get(&reference.entity) {
            problems.add(Problem::new(place.clone(), reference.to_string()));
        }
    }
    problems
}

fn rows(diff: &Diff) -> Vec<Row> {
    let changes = diff.changes.iter().flat_map(|change| {
        let word = if change.before.is_some() { "change" } else { "add" };
        let row = move |field: &app::apply::FieldChange| Row {
            change: word,
            what: change.after.name().to_string(),
            field: field.name.clone(),
            before: field.before.clone(),
            after: field.after.clone(),
        };
        change.fields.iter().map(row)
    });
    changes.collect()
}

fn show(report: &Report, screen: &mut Screen) -> io::Result<()> {
    if report.changes.is_empty() {
        screen.line("Nothing to change.")?;
    } else {
        let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".to_owned());
        let cells = |row: &Row| {
            [
                row.change.to_owned(),
                row.what.clone(),
                row.field.clone(),
                shown(&row.before),
                shown(&row.after),
            ]
        };
        screen.table(["", "WHAT", "FIELD", "NOW", "THEN"], report.changes.iter().map(cells).collect())?;
    }
    for note in &report.notes {
        screen.line(format!("Note: {note}"))?;
    }
    if !report.kept.is_empty() {
        screen.line(format!("Not in the file, and kept: {}", report.kept.join(", ")))?;
    }
    Ok(())
}
