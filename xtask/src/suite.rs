//! `cargo xtask test`: every check there is, side by side where they do not disturb each other.
//!
//! Cargo holds a lock on its folder while it compiles, so formatting, lints and the build follow one another while
//! the tools are fetched beside them; tests and journeys only run what was built and go side by side.

use std::{
    fs,
    path::PathBuf,
    process::ExitCode,
    sync::{
        Mutex,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

use crate::{
    chores, fuzzing,
    postgres::Cluster,
    process,
    report::{Report, Stage, minutes},
    tally::Tally,
    tools,
};

/// How often a silent run says that it is still at work; some machines stop what says nothing for long.
const HEARTBEAT: Duration = Duration::from_secs(60);

/// How much of a failed stage's log is shown; all of it stays in its file.
const SHOWN_LINES: usize = 200;

/// Runs every stage and prints the table. The exit code says whether everything passed.
///
/// # Errors
/// When the folder of the logs cannot be emptied.
pub(crate) fn test() -> Result<ExitCode> {
    let run = Run::new()?;
    let (finished, waiting) = mpsc::channel::<()>();
    thread::scope(|threads| {
        let run = &run;
        threads.spawn(move || run.heartbeat(&waiting));
        run.stages();
        drop(finished);
    });
    let report = run.report.into_inner().unwrap_or_default();
    println!("\n{report}");
    let good = report.total().failed == 0;
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

struct Run {
    began: Instant,
    report: Mutex<Report>,
}

impl Run {
    fn new() -> Result<Self> {
        let logs = crate::paths::logs();
        if logs.exists() {
            fs::remove_dir_all(&logs).with_context(|| format!("cannot empty {}", logs.display()))?;
        }
        Ok(Self { began: Instant::now(), report: Mutex::default() })
    }

    fn stages(&self) {
        let (tools, built) = thread::scope(|threads| {
            let tools = threads.spawn(|| self.check("tools", |log| tools::prepare(&log)));
            self.check("fmt", |log| logged(process::cargo(&["fmt", "--all", "--check"]), log));
            self.check("lint", |log| logged(chores::clippy(), log));
            let built = self.check("build", |log| logged(chores::build(), log))
                && self.check("planted", |log| logged(chores::build_planted_bug(), log))
                && self.check("previews", |log| chores::render_previews(&log))
                && self.check("fuzz build", |log| logged(fuzzing::build(), log));
            (tools.join().unwrap_or(false), built)
        });
        if !(tools && built) {
            return;
        }
        thread::scope(|threads| {
            threads.spawn(|| {
                self.stage("unit", unit, Tally::of_cargo);
                self.stage("planted bug", planted_bug, Tally::of_cargo);
            });
            threads.spawn(|| {
                self.stage("journeys", journeys, Tally::of_tap);
                self.check("fuzz", |log| fuzzing::briefly(&log));
            });
        });
    }

    /// A stage that either passes or fails as a whole.
    fn check(&self, name: &'static str, work: impl FnOnce(PathBuf) -> Result<()>) -> bool {
        self.stage(name, work, |_| Tally::default())
    }

    /// Runs one stage, counts its tests and notes what became of it. A stage that fails without naming a failed
    /// test, such as one that cannot start, counts as one failure.
    fn stage(
        &self,
        name: &'static str,
        work: impl FnOnce(PathBuf) -> Result<()>,
        count: impl FnOnce(&str) -> Tally,
    ) -> bool {
        self.say(&format!("{name}: begins"));
        let began = Instant::now();
        let log = chores::log(name);
        let result = work(log.clone());
        let printed = fs::read_to_string(&log).unwrap_or_default();
        let mut tally = count(&printed);
        if tally == Tally::default() || (result.is_err() && tally.failed == 0) {
            tally += Tally::of_check(result.is_ok());
        }
        match &result {
            Ok(()) => self.say(&format!("{name}: good, {}", minutes(began.elapsed()))),
            Err(problem) => {
                self.say(&format!(
                    "{name}: FAILED, {}: {problem:#}\n{}",
                    minutes(began.elapsed()),
                    tail(&printed)
                ));
            }
        }
        if let Ok(mut report) = self.report.lock() {
            report.stages.push(Stage { name, took: began.elapsed(), tally });
        }
        result.is_ok()
    }

    fn say(&self, what: &str) {
        println!("[{:>5}] {what}", minutes(self.began.elapsed()));
    }

    fn heartbeat(&self, finished: &mpsc::Receiver<()>) {
        while finished.recv_timeout(HEARTBEAT) == Err(RecvTimeoutError::Timeout) {
            self.say("at work");
        }
    }
}

fn unit(log: PathBuf) -> Result<()> {
    let cluster = Cluster::start()?;
    let mut cargo = process::cargo(&["test", "--workspace", "--no-fail-fast"]);
    process::run_logged(chores::with_servers(&mut cargo, &cluster)?, &log)
}

/// The model check once more, over machines with a mistake in them: a check that finds nothing then is worth nothing.
fn planted_bug(log: PathBuf) -> Result<()> {
    logged(chores::find_planted_bug(), log)
}

fn journeys(log: PathBuf) -> Result<()> {
    logged(chores::node("run.js"), log)
}

fn logged(mut command: std::process::Command, log: PathBuf) -> Result<()> {
    process::run_logged(&mut command, &log)
}

/// The last lines of a log, which is where the reason of a failure stands.
fn tail(log: &str) -> String {
    let lines: Vec<_> = log.lines().collect();
    lines[lines.len().saturating_sub(SHOWN_LINES)..].join("\n")
}
