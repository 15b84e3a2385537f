//! `vestibule keys list|rotate|retire`: new keys without an interruption, and the end of old ones.

use std::{io, time::Duration};

use app::{
    App,
    key_generations::{
        Change, KeyProblem, KeyState, begin_change, check_keys, end_change, list_keys, note_keys,
        record_retired,
    },
    reseal::reseal,
};
use clap::Subcommand;
use crypto::keyring::{GenerationNo, RotationRefused};
use domain::time::Timestamp;
use serde::Serialize;

use super::{Exit, Failure, Screen, World, installation::Place};
use crate::key_file;

/// The commands under `keys`.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the generations of keys and what still needs each
    List,
    /// Add a generation of new keys to the key file; running nodes take it over by themselves
    Rotate(Rotate),
    /// Remove a generation that nothing needs any more
    Retire(Retire),
}

/// A new generation.
#[derive(Debug, clap::Args)]
pub struct Rotate {
    /// Seconds until the new keys are used; with several nodes, the time to copy the key file to each
    #[arg(long, default_value_t = 60, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(5..=604_800))]
    wait: u64,
}

/// An old generation goes.
#[derive(Debug, clap::Args)]
pub struct Retire {
    /// The generation's number, as `keys list` shows it
    generation: GenerationNo,
    /// Give up so many hashes with its pepper: their owners have to make a new password or security code by recovery.
    /// Must be the number that the refusal told
    #[arg(long, value_name = "NUMBER")]
    give_up_hashes: Option<u64>,
}

/// Codes and forms made before a rotation are good for less than this.
const SIGNED_FOR: Duration = Duration::from_hours(24);

#[derive(Serialize)]
struct Line {
    generation: GenerationNo,
    fingerprint: String,
    state: &'static str,
    active_from: Option<String>,
    resealed_at: Option<String>,
    #[serde(flatten)]
    uses: app::key_generations::Uses,
    /// Old passwords that no generation opens.
    unreadable: u64,
}

#[derive(Serialize)]
struct Rotated {
    generation: GenerationNo,
    active_from: String,
    key_file: String,
    before: String,
}

#[derive(Serialize)]
struct Retired {
    generation: GenerationNo,
    key_file: String,
    before: String,
}

pub(super) async fn run(
    command: Command,
    place: &Place,
    screen: &mut Screen,
    world: &World,
) -> Result<Exit, Failure> {
    let app = place.app(world).await?;
    let done = match command {
        Command::List => list(&app, screen).await,
        Command::Rotate(args) => match the_only_one(&app).await {
            Ok(change) => finish(&app, change, rotate(&app, &args, place, screen, world).await).await,
            Err(failure) => Err(failure),
        },
        Command::Retire(args) => match the_only_one(&app).await {
            Ok(change) => finish(&app, change, retire(&app, &args, place, screen).await).await,
            Err(failure) => Err(failure),
        },
    };
    app.db.close().await;
    done
}

async fn the_only_one(app: &App) -> Result<Change, Failure> {
    begin_change(app).await?.ok_or_else(|| {
        Failure::Refused(
            "another `vestibule keys` changes the keys of this installation, or was interrupted: try again in a minute"
                .to_owned(),
        )
    })
}

async fn finish(app: &App, change: Change, done: Result<Exit, Failure>) -> Result<Exit, Failure> {
    let ended = end_change(app, change).await;
    let exit = done?;
    ended?;
    Ok(exit)
}

async fn list(app: &App, screen: &mut Screen) -> Result<Exit, Failure> {
    let states = list_keys(app).await?;
    let lines: Vec<_> = states.iter().map(|state| line(state, app.now())).collect();
    screen.show(&lines, |screen| {
        let head =
            ["GENERATION", "STATE", "IN USE FROM", "SEALED", "PASSWORDS", "CODES", "LEGACY", "RESEALED"];
        let row = |line: &Line| {
            [
                line.generation.to_string(),
                line.state.to_owned(),
                line.active_from.clone().unwrap_or_else(|| "the beginning".to_owned()),
                line.uses.sealed.to_string(),
                line.uses.passwords.to_string(),
                (line.uses.security_codes + line.uses.recovery_codes).to_string(),
                line.uses.legacy_passwords.to_string(),
                line.resealed_at.clone().unwrap_or_else(|| "not yet".to_owned()),
            ]
        };
        screen.table(head, lines.iter().map(row).collect())?;
        match lines.first().map_or(0, |line| line.unreadable) {
            0 => Ok(()),
            count => screen.line(format!(
                "{count} old passwords do not open with any of these keys: damaged rows, whose owners need an invitation."
            )),
        }
    })?;
    Ok(Exit::Done)
}

fn line(state: &KeyState, now: Timestamp) -> Line {
    let shown = |at: Timestamp| format!("{at:?}");
    Line {
        generation: state.info.no,
        fingerprint: state.info.fingerprint.clone(),
        state: match &state.info {
            info if info.is_active => "in use",
            info if info.active_from > now => "accepted, soon in use",
            _ => "accepted",
        },
        active_from: (state.info.active_from > Timestamp(0)).then(|| shown(state.info.active_from)),
        resealed_at: state.resealed_at.map(shown),
        uses: state.uses.clone(),
        unreadable: state.unreadable,
    }
}

async fn rotate(
    app: &App,
    args: &Rotate,
    place: &Place,
    screen: &mut Screen,
    world: &World,
) -> Result<Exit, Failure> {
    if let Some(problem) = check_keys(app).await? {
        return Err(Failure::Refused(problem.to_string()));
    }
    let file = place.config()?.keys.file;
    let now = app.now();
    let active_from = now + Duration::from_secs(args.wait);
    let rotated = app.keys.rotated(active_from, now, &*world.random).map_err(refused)?;
    let generation = rotated.generations().last().map_or(0, |newest| newest.no);
    let before =
        key_file::replace(&file, &rotated, now).map_err(|problem| Failure::Failed(problem.to_string()))?;
    app.keys.replace(&rotated, now);
    // Noted once it is in the file: a number that the database knows and no file has would stop every node.
    if let Some(problem @ KeyProblem::Other(_)) = note_keys(app).await? {
        key_file::put_back(&file, &before).map_err(|problem| Failure::Failed(problem.to_string()))?;
        return Err(Failure::Refused(format!("{problem}. The key file is as it was")));
    }
    let report = Rotated {
        generation,
        active_from: format!("{active_from:?}"),
        key_file: file.display().to_string(),
        before: before.display().to_string(),
    };
    screen.show(&report, |screen| told(&report, screen))?;
    Ok(Exit::Done)
}

fn told(report: &Rotated, screen: &mut Screen) -> io::Result<()> {
    let Rotated { generation, active_from, key_file, before } = report;
    screen.line(format!("Generation {generation} is in {key_file}, and in use from {active_from} on."))?;
    screen.line(format!("The file as it was is {before}; remove it when the new one is backed up."))?;
    screen
        .line("Copy the key file to every other node before that moment; running nodes need no restart.")?;
    screen.line("`vestibule keys list` shows how far the stored values are.")
}

async fn retire(app: &App, args: &Retire, place: &Place, screen: &mut Screen) -> Result<Exit, Failure> {
    let (no, now) = (args.generation, app.now());
    let without = app.keys.without(no, now).map_err(refused)?;
    if let Some(problem) = check_keys(app).await? {
        return Err(Failure::Refused(problem.to_string()));
    }
    // What a node whose keys came late sealed since the last pass.
    reseal(app).await?;
    let states = list_keys(app).await?;
    let state = states.iter().find(|state| state.info.no == no);
    let successor = states.iter().find(|state| state.info.no > no);
    let (Some(state), Some(successor)) = (state, successor) else {
        return Err(Failure::NotFound(format!("there is no generation {no}")));
    };
    if let Some(why) = still_needed(state, successor, args.give_up_hashes, now) {
        return Err(Failure::Refused(why));
    }
    let file = place.config()?.keys.file;
    // Recorded first: interrupted here, the file has a key too many, and the same command again removes it.
    record_retired(app, no).await?;
    let before =
        key_file::replace(&file, &without, now).map_err(|problem| Failure::Failed(problem.to_string()))?;
    let report = Retired {
        generation: no,
        key_file: file.display().to_string(),
        before: before.display().to_string(),
    };
    screen.show(&report, |screen| {
        screen.line(format!("Generation {no} is no longer in {}.", report.key_file))?;
        screen.line(format!("The file as it was is {}.", report.before))?;
        screen.line(
            "Copy the key file to every other node. Keep the old file as long as backups made before now.",
        )
    })?;
    Ok(Exit::Done)
}

/// Why a generation cannot go yet, and what to do.
fn still_needed(
    state: &KeyState,
    successor: &KeyState,
    given_up: Option<u64>,
    now: Timestamp,
) -> Option<String> {
    let (no, uses) = (state.info.no, &state.uses);
    let free_from = successor.info.active_from + SIGNED_FOR;
    if now < free_from {
        return Some(format!(
            "codes and pages signed by generation {no} may still be in use until {free_from:?}"
        ));
    }
    if uses.sealed > 0 {
        return Some(format!(
            "{} stored values are sealed by generation {no}; a running `vestibule serve` seals them anew, see `keys list`",
            uses.sealed
        ));
    }
    let hashes = uses.hashes();
    if hashes > 0 && given_up != Some(hashes) {
        return Some(format!(
            "{hashes} hashes have the pepper of generation {no}: {} passwords, {} security codes, {} recovery codes, {} old \
             passwords. Passwords get the new pepper when their owner logs in; nobody else can give it to them. Wait, or \
             run `vestibule keys retire {no} --give-up-hashes {hashes}`: then these people recover their access with \
             \"Forgot your password?\"",
            uses.passwords, uses.security_codes, uses.recovery_codes, uses.legacy_passwords
        ));
    }
    None
}

fn refused(why: RotationRefused) -> Failure {
    match why {
        RotationRefused::Unknown(_) => Failure::NotFound(why.to_string()),
        RotationRefused::OneIsWaiting(_) | RotationRefused::InUse(_) => Failure::Refused(why.to_string()),
    }
}
