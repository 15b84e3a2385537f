//! Fuzzing: the parsers of outside bytes, built so that the fuzzer sees what ran, each for a while.
//!
//! The toolchain is the stable one: the flags are those of `fuzz/instrument.sh`, and only the crates of this repository
//! are compiled anew. What a run finds interesting is kept in `target/fuzz`; `fuzz/corpus` holds what is checked in.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::{paths, process};

/// How long each target runs within `cargo xtask test`.
pub(crate) const BRIEF: Duration = Duration::from_secs(6);

/// Bytes of the longest input; the parsers' own limits are near it.
const LONGEST: usize = 4096;

/// Runs the targets whose name holds `pattern`, each for this time, and prints what each did.
///
/// # Errors
/// When they cannot be built, or one of them found something.
pub(crate) fn run(length: Duration, pattern: Option<&str>) -> Result<()> {
    process::run(&mut build())?;
    let targets = targets()?;
    let chosen = targets.iter().filter(|target| pattern.is_none_or(|pattern| target.contains(pattern)));
    for target in chosen {
        println!("{}", fuzz(target, length)?);
    }
    Ok(())
}

/// Runs all targets briefly and writes what each did into `log`.
///
/// # Errors
/// When one of them found something.
pub(crate) fn briefly(log: &Path) -> Result<()> {
    let lines = targets()?.iter().map(|target| fuzz(target, BRIEF)).collect::<Result<Vec<_>>>();
    let printed = lines.as_ref().map_or_else(|problem| format!("{problem:#}"), |lines| lines.join("\n"));
    fs::write(log, printed + "\n").with_context(|| format!("cannot write {}", log.display()))?;
    lines.map(drop)
}

/// Compiles all targets.
pub(crate) fn build() -> Command {
    let mut cargo = process::cargo(&["build", "--package", "fuzz", "--features", "libfuzzer", "--bins"]);
    cargo.env("RUSTC_WORKSPACE_WRAPPER", paths::root().join("fuzz").join("instrument.sh"));
    cargo
}

/// The names of the targets: those that have a corpus.
fn targets() -> Result<Vec<String>> {
    let folder = corpora();
    let entries = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut names = entries
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

fn corpora() -> PathBuf {
    paths::root().join("fuzz").join("corpus")
}

/// One target for this time: a line with its executions.
fn fuzz(target: &str, length: Duration) -> Result<String> {
    let place = paths::target().join("fuzz").join(target);
    let found = place.join("corpus");
    fs::create_dir_all(&found).with_context(|| format!("cannot make {}", found.display()))?;
    let program = paths::target().join("debug").join(format!("fuzz_{target}"));
    let output = Command::new(&program)
        .args([&found, &corpora().join(target)])
        .arg(format!("-artifact_prefix={}/", place.display()))
        .arg(format!("-max_total_time={}", length.as_secs()))
        .arg(format!("-max_len={LONGEST}"))
        .args(["-timeout=10", "-rss_limit_mb=1024", "-print_final_stats=1"])
        .output()
        .with_context(|| format!("cannot run {}", program.display()))?;
    let said = String::from_utf8_lossy(&output.stderr);
    fs::write(place.join("log"), said.as_bytes()).context("cannot write the log")?;
    if !output.status.success() {
        bail!(
            "{target}: found something; its input is the newest file in {}, and\n  {} FILE\nruns it again\n{}",
            place.display(),
            program.display(),
            said.lines().rev().take(40).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join("\n")
        );
    }
    // Without this the fuzzer would guess blindly, and find nothing for ever.
    if !said.contains("inline 8-bit counters") {
        bail!("{target}: nothing was instrumented; see fuzz/instrument.sh");
    }
    let number = |name: &str| {
        let line = said.lines().find_map(|line| line.strip_prefix(name));
        line.map_or("?", str::trim).to_owned()
    };
    let (runs, pace) = (number("stat::number_of_executed_units:"), number("stat::average_exec_per_sec:"));
    Ok(format!("{target}: {runs} executions in {} s, {pace}/s, nothing found", length.as_secs()))
}
